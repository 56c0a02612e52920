"""Waits in days by kind of care."""

from __future__ import annotations

import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from waterbed._measures import SCALE
from waterbed._sentences import chance_sentence
from waterbed.difference import Difference
from waterbed.plots import _style as style


def waits_chart(difference: Difference) -> Figure | None:
    """Mean wait of elective patients by kind of care and arm; none if nothing waits."""
    measures = [m for m in difference.measures() if m.group == "Waits"]
    if not measures:
        return None
    results = difference.results
    shown = [difference.baseline, *difference.arms]
    step = 0.8 / len(shown)
    both = ", chance and parameters together" if results.parameter_sets else ""
    with style.styled():
        figure = style.new_figure(
            1.5 + 0.3 * len(shown) * len(measures),
            "How long patients wait",
            "Mean days from request to first admission of elective patients seen in the region, over the performance "
            f"years; thin line: middle 95 % of replications{both}. {chance_sentence(difference.results)}",
        )
        axes = figure.subplots()
        for i, arm in enumerate(shown):
            position = results.arms.index(arm)
            colour = style.QUIET if arm == difference.baseline else style.SERIES[(i - 1) % len(style.SERIES)]
            for row, measure in enumerate(measures):
                values = measure.amounts[:, position] / SCALE
                y = row + (i - (len(shown) - 1) / 2) * step
                mean = float(values.mean())
                axes.barh(y, mean, height=step * 0.82, color=colour, alpha=0.85)
                low, high = _middle(values)
                axes.plot([low, high], [y, y], color=style.INK, linewidth=1.1)
                axes.annotate(
                    f"{mean:.0f}", (high, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
                )
        axes.set_yticks(range(len(measures)), [m.label for m in measures])
        axes.set_ylim(len(measures) - 0.5, -0.5)
        axes.set_xlabel("days")
        axes.grid(axis="x")
        axes.margins(x=0.06)
        handles = [
            Line2D(
                [],
                [],
                color=style.QUIET if i == 0 else style.SERIES[(i - 1) % len(style.SERIES)],
                linewidth=6,
                label=results.outline.arm_title(arm),
            )
            for i, arm in enumerate(shown)
        ]
        figure.legend(handles=handles, loc="outside upper right", ncols=len(shown))
    return figure


def _middle(values: npt.ArrayLike) -> tuple[float, float]:
    import numpy as np

    low, high = np.quantile(np.asarray(values, dtype=float), [0.025, 0.975])
    return float(low), float(high)
