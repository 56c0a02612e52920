"""Realised against expected: calibration, predictive ratios, groups between limits of chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from waterbed.plots import _style as style


def calibration_chart(table: pd.DataFrame, outcome: str, r2: float) -> Figure:
    """Give one dot a group of equal exposure, with its interval, against the line on which both agree."""
    with style.styled():
        figure = style.new_figure(
            4.6,
            f"Realised against expected {outcome}",
            "Groups of equal exposure from the least to the most expected; mean per year of exposure. Bars: 95 % "
            "interval of realised by the chance of its persons. On the line both agree. "
            f"R2 of single persons {100 * r2:.1f} %.",
            width=6.4,
        )
        axes = figure.subplots()
        low = float(min(table["expected"].min(), table["low"].min()))
        high = float(max(table["expected"].max(), table["high"].max()))
        axes.plot([low, high], [low, high], color=style.SOFT, linewidth=0.9)
        axes.vlines(table["expected"], table["low"], table["high"], color=style.DOWN, linewidth=2.4, alpha=0.6)
        axes.plot(table["expected"], table["realised"], "o", color=style.DOWN, markersize=5.5, markeredgecolor="white")
        axes.grid()
        axes.set_xlabel(f"expected {outcome} per year")
        axes.set_ylabel(f"realised {outcome} per year")
    return figure


def ratios_chart(table: pd.DataFrame, outcome: str) -> Figure:
    """Give expected over realised by subgroup."""
    shown = table[table["rows"] > 0]
    with style.styled():
        figure = style.new_figure(
            1.5 + 0.26 * len(shown),
            f"Expected over realised {outcome}",
            "Predictive ratio by subgroup: above 1 more is expected than comes. Bars: 95 % interval over persons "
            "(Fieller). Grey: not told apart from 1.",
            width=7.2,
        )
        axes = figure.subplots()
        _rows(axes, shown)
        axes.axvline(1, color=style.SOFT, linewidth=0.9)
        axes.grid(axis="x")
        axes.set_xlabel("expected / realised")
    return figure


def _rows(axes: Axes, table: pd.DataFrame) -> None:
    finite = table[np.isfinite(table["low"]) & np.isfinite(table["high"])]
    for row, (low, high, ratio) in enumerate(zip(table["low"], table["high"], table["ratio"], strict=True)):
        colour = style.direction(low - 1, high - 1)
        if np.isfinite(low) and np.isfinite(high):
            axes.plot([low, high], [row, row], color=colour, linewidth=3.4, alpha=0.7, solid_capstyle="butt")
        axes.plot([ratio], [row], "o", color=colour, markersize=5, markeredgecolor="white", zorder=4)
    if len(finite):
        margin = 0.05 * float(max(finite["high"].max() - finite["low"].min(), 0.02))
        axes.set_xlim(min(1.0, float(finite["low"].min())) - margin, max(1.0, float(finite["high"].max())) + margin)
    several = len(table.index.get_level_values("by").unique()) > 1
    labels = [f"{by} {group}" if several else str(group) for by, group in table.index]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)


def groups_chart(table: pd.DataFrame, within: float, by: str, outcome: str, luck: float) -> Figure:
    """Funnel: difference of each group by its exposure, between 95 % limits of chance."""
    shown = table[table["exposure"] > 0]
    with style.styled():
        figure = style.new_figure(
            4.4,
            f"Realised less expected {outcome} by {by}",
            "Dots: groups, mean per year of exposure; rings: what is their own after credibility (Buhlmann & Straub). "
            "Lines: chance of persons alone keeps 95 % of groups between them; orange: those beyond. "
            f"Share of the groups' differences that is luck: {100 * luck:.0f} %.",
            width=7.2,
        )
        axes = figure.subplots()
        size = np.linspace(0.97 * float(shown["exposure"].min()), 1.02 * float(shown["exposure"].max()), 200)
        limit = 1.959964 * np.sqrt(within / size)
        for sign in (-1, 1):
            axes.plot(size, sign * limit, color=style.QUIET, linewidth=1)
        axes.axhline(0, color=style.SOFT, linewidth=0.9)
        beyond = np.abs(shown["difference"]) > 1.959964 * np.sqrt(within / shown["exposure"])
        colours = np.where(beyond, style.UP, style.DOWN)
        axes.scatter(
            shown["exposure"], shown["difference"], s=26, c=colours, edgecolors="white", linewidths=0.6, zorder=3
        )
        axes.scatter(
            shown["exposure"], shown["estimate"], s=26, facecolors="none", edgecolors=style.INK, linewidths=0.8
        )
        axes.grid(axis="y")
        axes.set_xlabel("exposure, years")
        axes.set_ylabel("realised less expected, per year")
    return figure
