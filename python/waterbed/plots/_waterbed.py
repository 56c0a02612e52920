"""The waterbed chart: what was pressed down, and what rose."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from waterbed._measures import SCALE, Measures
from waterbed._outline import Outline, words
from waterbed._sentences import chance_sentence
from waterbed._text import number
from waterbed.difference import Difference
from waterbed.plots import _style as style
from waterbed.results import IntArray


def parts(outline: Outline, providers: list[str], sectors: list[str]) -> dict[tuple[str, str], str]:
    """Where each (provider, sector) is shown: hospitals and centres by name, everything else by sector."""
    by_name = {p.name for p in outline.providers if p.type in ("hospital", "treatment_centre") or p.out_of_region}
    pressed = {name for arm in outline.arms for name in arm.presses_providers}
    return {
        (p, s): (outline.provider_title(p) if p in by_name or p in pressed else words(s))
        for p in providers
        for s in sectors
    }


def change_by_part(difference: Difference) -> tuple[list[str], IntArray]:
    """EUR per insured per year at list prices, in millionths: labels and values (replication, arm, part)."""
    results = difference.results
    cells = results.total("list_spending", by=["provider", "sector"])
    shown = parts(results.outline, [c[0] for c in cells.labels], [c[1] for c in cells.labels])
    order = [label for label in cells.labels if cells.of(*label).any()]
    groups: dict[str, IntArray] = {}
    for label in order:
        name = shown[label[0], label[1]]
        groups[name] = groups.get(name, np.int64(0)) + cells.of(*label)
    measures = Measures(results, difference.baseline)
    values = [measures.per_person_year(values, SCALE) for values in groups.values()]
    return list(groups), np.stack(values, axis=2)


def pressed_parts(outline: Outline, arm: str) -> list[str]:
    """Labels of what an arm means to press."""
    return [outline.provider_title(p) for a in outline.arms if a.name == arm for p in a.presses_providers]


def waterbed_chart(difference: Difference) -> Figure:
    """Change in spending at list prices by provider and sector, one panel an arm."""
    outline = difference.results.outline
    labels, values = change_by_part(difference)
    arms = difference.arms
    any_pressed = [name for arm in arms for name in pressed_parts(outline, arm)]
    order = sorted(range(len(labels)), key=lambda i: (labels[i] not in any_pressed, i))
    # A press on some kinds of care leaves the rest of a provider alone.
    partly = [a.name for a in outline.arms if a.name in arms and a.presses_providers and a.presses_kinds]
    in_part = " In part: some kinds of its care are pressed." if partly else ""
    with style.styled():
        figure = style.new_figure(
            1.75 + 0.36 * len(labels),
            "What was pressed, and what rose",
            "Change in spending per insured per year at one frozen price list (EUR), mean over the performance years. "
            f"Grey: not told apart from zero.{in_part}{style.own_scales(len(arms))} "
            f"{chance_sentence(difference.results)}",
        )
        panels = figure.subplots(1, len(arms), sharey=True, squeeze=False)[0]
        for axes, arm in zip(panels, arms, strict=True):
            spreads = difference.paired(values, arm)
            pressed = pressed_parts(outline, arm)
            mark = "in part" if arm in partly else "pressed"
            for row, i in enumerate(order):
                mean, low, high, range_low, range_high = (
                    float(spreads[n][i]) / SCALE for n in ("mean", "low", "high", "range_low", "range_high")
                )
                colour = style.direction(low, high)
                axes.barh(row, mean, height=0.62, color=colour, alpha=0.25, zorder=1)
                known = (float(spreads["parameter_low"][i]) / SCALE, float(spreads["parameter_high"][i]) / SCALE)
                style.spreads(axes, row, mean, (low, high), (range_low, range_high), colour, known)
                if labels[i] in pressed:
                    axes.annotate(
                        mark,
                        (1, row),
                        xycoords=("axes fraction", "data"),
                        ha="right",
                        va="center",
                        fontsize=8,
                        color=style.INK,
                        style="italic",
                    )
            style.zero_line(axes)
            style.panel_title(axes, outline.arm_title(arm), len(arms))
            axes.set_xlabel(f"EUR per insured per year{_index_below(difference, arm)}")
            axes.margins(x=0.08)
            low, high = axes.get_xlim()
            axes.set_xlim(low, high + max(0.16, 0.08 * len(arms)) * (high - low))  # room for the mark
        panels[0].set_yticks(range(len(order)), [labels[i] for i in order])
        panels[0].set_ylim(len(order) - 0.4, -0.6)
        parameters = bool(difference.results.parameter_sets)
        handles = spread_legend(parameters=parameters)
        figure.legend(handles=handles, loc="outside upper right", ncols=2)
    return figure


def _index_below(difference: Difference, arm: str) -> str:
    """Give the headline index with its spreads, a line each; empty where it is not printed."""
    found = difference.waterbed()
    if found.empty:
        return ""
    chosen = found[(found["arm"] == arm) & (found["basis"] == "list_volume") & (found["year"] == "")]
    if chosen.empty or np.isnan(chosen["index"].iloc[0]):
        return ""
    row = chosen.iloc[0]
    lines = [f"waterbed index {number(row['index'], 2)}"]
    for name, meaning in (("", "simulation error"), ("range_", "range"), ("parameter_", "parameter range")):
        if not np.isnan(row[f"{name}low"]):
            lines.append(f"{meaning} {number(row[f'{name}low'], 2)} to {number(row[f'{name}high'], 2)}")
    return "\n" + "\n".join(lines)


def spread_legend(*, parameters: bool = False) -> list[Line2D]:
    """Give what the lines through and below a dot mean."""
    below = Line2D([], [], color=style.INK, linewidth=1.1, linestyle=":", label="parameter range: middle 95 %")
    return [
        *([below] if parameters else []),
        Line2D([], [], color=style.SOFT, linewidth=4.2, label="95 % simulation error of the mean"),
        Line2D([], [], color=style.SOFT, linewidth=1.1, label="range: middle 95 % of replications"),
    ]
