"""Figure of a fit of behaviour: what was believed, what each finding alone asks for, what came out, what is shipped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from waterbed.plots._style import DOWN, INK, QUIET, UP, new_figure, styled

if TYPE_CHECKING:
    from waterbed.evidence import Fit, Surface

TICKS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


def fit_forest(fit: Fit, grids: Sequence[Surface]) -> Figure:
    """Draw a panel a parameter on a logarithmic axis, a row a belief: middle 90 %, of findings their interval."""
    from waterbed.evidence import _told as told

    alone, table = told.alone(fit, grids), told.parameters(fit)
    targets = {s.name: f"{s.target} {s.title}" for g in grids for s in g.studies}
    note = (
        "Each finding: the value that it alone asks for, with the ends of its published 95 % interval; hollow: not "
        "fitted on. Other bars: middle 90 %. A new place has what places have in common and its own difference. "
        "Units: log-odds per 100 % of the fee, chance, share, odds ratio or power. Sources: docs/behaviour_fit.md."
    )
    sizes = ["prior_low", "prior_median", "prior_high", "low", "median", "high", "new_low", "new_high"]
    sign = np.array([p.sign for p in fit.priors])  # of a number that is never positive, its size is drawn
    table[sizes] = table[sizes].mul(sign, axis=0)
    by_sign = alone["path"].map({p.path: p.sign for p in fit.priors})
    alone[["value", "low", "high"]] = alone[["value", "low", "high"]].mul(by_sign, axis=0)
    groups = [(row, alone[alone["path"] == row.path]) for row in table.itertuples()]
    heights = [3.6 + len(found) for _, found in groups]
    with styled():
        figure = new_figure(1.6 + 0.235 * sum(heights), "Behaviour before and after the studies", note)
        panels = figure.subplots(len(groups), 1, squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
        for axes, (row, found) in zip(panels, groups, strict=True):
            _panel(axes, row, found, targets)
    return figure


def _panel(axes: Axes, row: Any, found: pd.DataFrame, targets: dict[str, str]) -> None:
    labels = ["before"]
    _bar(axes, 0, row.prior_median, row.prior_low, row.prior_high, QUIET)
    rows: list[Any] = list(found.itertuples())
    for one in rows:
        y = -len(labels)
        low, high = (v if math.isfinite(v) else end for v, end in ((one.low, 1e-4), (one.high, 1e2)))
        if math.isfinite(one.low) or math.isfinite(one.high):
            _bar(axes, y, one.value, low, high, INK, hollow=one.use != "fit")
        labels.append(_short(targets[one.study]))
    _bar(axes, -len(labels), row.median, row.low, row.high, DOWN, width=3.4)
    labels.append("after: common to places")
    _bar(axes, -len(labels), row.median, row.new_low, row.new_high, UP, width=3.4)
    labels.append("after: a new place")
    if row.default > 0:
        axes.axvline(row.default, color=INK, linewidth=0.9, linestyle="--")
    axes.set_xscale("log")
    asked = [v for v in found["value"] if math.isfinite(v)]
    low = min(row.prior_low, row.new_low, *asked) / 1.3
    high = max(row.prior_high, row.new_high, *asked) * 1.3
    axes.set_xlim(low, high)
    axes.set_xticks([t for t in TICKS if low <= t <= high], [f"{t:g}" for t in TICKS if low <= t <= high])
    axes.minorticks_off()
    axes.set_ylim(-len(labels) + 0.4, 0.6)
    axes.set_yticks([-i for i in range(len(labels))], labels)
    shipped = f"shipped: {row.default:g}, dashed" if row.default > 0 else "shipped: off"
    axes.set_title(f"{row.title[0].upper()}{row.title[1:]} ({shipped})", loc="left")


def _bar(
    axes: Axes,
    y: float,
    value: float,
    low: float,
    high: float,
    colour: str,
    *,
    width: float = 1.8,
    hollow: bool = False,
) -> None:
    axes.plot([low, high], [y, y], color=colour, linewidth=width, solid_capstyle="round", clip_on=True)
    if math.isfinite(value):
        axes.plot(
            [value], [y], "o", markersize=5.5, markeredgecolor=colour, markerfacecolor="white" if hollow else colour
        )


def _short(text: str, most: int = 58) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
