"""Forest plot: what was published beside what the model predicts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from waterbed.plots import _style as style


@dataclass(frozen=True)
class ForestRow:
    """One finding; amounts in per cent. ``group`` heads the rows that follow it; nan is not drawn."""

    group: str
    label: str
    about: str
    published: float
    published_interval: tuple[float, float]
    predicted: float
    predicted_interval: tuple[float, float]
    agrees: bool


def forest_plot(rows: Sequence[ForestRow], title: str, note: str) -> Figure:
    """Draw two marks a row: the published figure above, the prediction with its interval below.

    Parameters
    ----------
    rows
        In the order drawn; rows of one group follow each other. A published figure that is nan is a direction or a
        finding of no effect and is told in ``about`` alone.
    title, note
        Above and below the figure.
    """
    groups = list(dict.fromkeys(row.group for row in rows))
    with style.styled():
        figure = style.new_figure(1.5 + 0.44 * (len(rows) + len(groups)), title, note)
        axes = figure.subplots()
        ticks: list[float] = []
        labels: list[str] = []
        y = 0.0
        for group in groups:
            axes.text(0, y, group, transform=axes.get_yaxis_transform(), fontweight="bold", va="center", fontsize=9.5)
            y += 1
            for row in (r for r in rows if r.group == group):
                _row(axes, y, row)
                ticks.append(y)
                labels.append(f"{row.label}\n{row.about}")
                y += 1
        axes.set_yticks(ticks, labels, fontsize=7.6)
        axes.set_ylim(y - 0.3, -0.6)
        style.zero_line(axes)
        axes.set_xlabel("change, %")
        axes.legend(
            handles=[
                Line2D([], [], color=style.INK, marker="D", linewidth=1.4, label="published, with its interval"),
                Line2D([], [], color=style.DOWN, marker="o", linewidth=1.4, label="predicted: verdict agrees"),
                Line2D([], [], color=style.UP, marker="o", linewidth=1.4, label="predicted: partly or missed"),
            ],
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=3,
        )
    return figure


def _row(axes: Axes, y: float, row: ForestRow) -> None:
    colour = style.DOWN if row.agrees else style.UP
    for amount, ends, at, mark, ink in (
        (row.published, row.published_interval, y - 0.16, "D", style.INK),
        (row.predicted, row.predicted_interval, y + 0.16, "o", colour),
    ):
        if not math.isnan(ends[0]):
            axes.plot(ends, (at, at), color=ink, linewidth=1.6, solid_capstyle="butt", zorder=2)
        if not math.isnan(amount):
            axes.plot([amount], [at], mark, color=ink, markersize=5, markeredgecolor="white", zorder=3)
