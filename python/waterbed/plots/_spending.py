"""Spending by sector over the years."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from waterbed._measures import SCALE
from waterbed._outline import words
from waterbed._sentences import chance_sentence
from waterbed.difference import Difference
from waterbed.plots import _style as style


def spending_chart(difference: Difference) -> Figure:
    """Spending per insured at list prices by sector: the baseline's level, and how each arm departs from it."""
    results = difference.results
    outline = results.outline
    cells = results.total("list_spending", by=["year", "sector"])
    people = results.total("population", by=["year"])
    years = [label[0] for label in people.labels]
    found = {label[1] for label in cells.labels if cells.of(*label).any()}
    sectors = [s for s in outline.sectors if s in found] + sorted(found - set(outline.sectors))
    colours = {s: style.SERIES[i % len(style.SERIES)] for i, s in enumerate(sectors)}
    per_insured = {
        (y, s): np.rint(cells.of(y, s) * outline.cycles_per_year / np.maximum(people.of(y), 1)).astype(np.int64)
        for y in years
        for s in sectors
    }
    x = [int(y) for y in years]
    base = results.arms.index(difference.baseline)
    known = " and, dotted, the parameter range (middle 95 %)" if results.parameter_sets else ""
    with style.styled():
        figure = style.new_figure(
            4.3,
            "Spending by sector over the years",
            "EUR per insured at one frozen price list. Left: mean level. Right: mean change against it, with the 95 % "
            f"simulation error{known}.{style.own_scales(1 + len(difference.arms))} {chance_sentence(results)}",
        )
        first, *rest = figure.subplots(1, 1 + len(difference.arms), squeeze=False)[0]
        for sector in sectors:
            first.plot(
                x,
                [per_insured[y, sector][:, base].mean() / SCALE for y in years],
                color=colours[sector],
                linewidth=2,
                label=words(sector),
            )
        first.set_ylim(bottom=0)
        style.panel_title(first, f"{outline.arm_title(difference.baseline)}: level", len(difference.arms) + 1)
        for axes, arm in zip(rest, difference.arms, strict=True):
            for sector in sectors:
                stacked = np.stack([per_insured[y, sector] for y in years], axis=2)
                spreads = difference.paired(stacked, arm)
                axes.plot(x, spreads["mean"] / SCALE, color=colours[sector], linewidth=2)
                if results.replications > 1:
                    axes.fill_between(
                        x,
                        spreads["low"] / SCALE,
                        spreads["high"] / SCALE,
                        color=colours[sector],
                        alpha=0.22,
                        linewidth=0,
                    )
                if results.parameter_sets:
                    for end in ("parameter_low", "parameter_high"):
                        axes.plot(x, spreads[end] / SCALE, color=colours[sector], linewidth=0.9, linestyle=":")
            axes.axhline(0, color=style.SOFT, linewidth=0.9)
            style.panel_title(axes, f"{outline.arm_title(arm)}: change", len(difference.arms) + 1)
        for axes in (first, *rest):
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            axes.grid(axis="y")
        first.set_ylabel("EUR per insured per year")
        handles, labels = first.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside right upper", labelspacing=0.9)
    return figure
