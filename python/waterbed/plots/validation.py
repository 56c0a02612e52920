"""Forest plot: what was published beside what the model predicts."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from waterbed.plots import _style as style

WIDTH = 10.8
#: Letters in a line of a label, so that more than half of the figure is left to the marks.
LABEL = 80


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
        Above and below the figure. Every group has a panel and a scale of its own.
    """
    groups = list(dict.fromkeys(row.group for row in rows))
    sizes = [sum(row.group == group for row in rows) for group in groups]
    with style.styled():
        figure = style.new_figure(1.6 + 0.44 * len(rows) + 0.7 * len(groups), title, note, WIDTH)
        panels = figure.subplots(len(groups), 1, squeeze=False, height_ratios=[n + 0.6 for n in sizes])[:, 0]
        for axes, group in zip(panels, groups, strict=True):
            members = [row for row in rows if row.group == group]
            for y, row in enumerate(members):
                _row(axes, y, row)
            axes.set_yticks(range(len(members)), [_lines(row) for row in members], fontsize=7.2)
            axes.set_ylim(len(members) - 0.4, -0.6)
            axes.set_title(group)
            style.zero_line(axes)
        panels[-1].set_xlabel("change, %")
        panels[0].legend(
            handles=[
                Line2D([], [], color=style.INK, marker="D", linewidth=1.4, label="published, with its interval"),
                Line2D([], [], color=style.DOWN, marker="o", linewidth=1.4, label="predicted: met"),
                Line2D([], [], color=style.UP, marker="o", linewidth=1.4, label="predicted: partly or missed"),
            ],
            loc="best",
        )
    return figure


def _lines(row: ForestRow) -> str:
    """Label of a row, in lines."""
    return "\n".join(textwrap.fill(text, LABEL) for text in (row.label, row.about))


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
