"""What each mechanism moves, place by place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from waterbed._measures import SCALE
from waterbed._sentences import chance_sentence
from waterbed.plots import _style as style
from waterbed.plots._waterbed import change_by_part, pressed_parts, spread_legend

if TYPE_CHECKING:
    from waterbed.decomposition import Decomposition


def decomposition_chart(found: Decomposition) -> Figure:
    """Parts of the change in spending at list prices by provider and sector, one panel a part."""
    from waterbed.decomposition import PARTS

    labels, values = change_by_part(found.results.compare())
    spreads = found.spreads(values)
    outline = found.results.outline
    pressed = pressed_parts(outline, found.arm)
    order = sorted(range(len(labels)), key=lambda i: (labels[i] not in pressed, i))
    with style.styled():
        figure = style.new_figure(
            1.9 + 0.32 * len(labels),
            f"{outline.arm_title(found.arm)}: which mechanism moves what",
            "Change in spending per insured per year at one frozen price list (EUR), mean over the performance years. "
            "Contract: on unchanged behaviour; then Shapley's value of each mechanism, the others held as in the "
            f"baseline; parts add up to the total. Grey: not told apart from zero. {chance_sentence(found.results)}",
            width=11.5,
        )
        panels = figure.subplots(1, len(PARTS), sharey=True, sharex=True, squeeze=False)[0]
        for p, (axes, part) in enumerate(zip(panels, PARTS, strict=True)):
            for row, i in enumerate(order):
                mean, low, high, range_low, range_high = (
                    float(spreads[n][p, i]) / SCALE for n in ("mean", "low", "high", "range_low", "range_high")
                )
                colour = style.direction(low, high)
                axes.barh(row, mean, height=0.62, color=colour, alpha=0.25, zorder=1)
                style.spreads(axes, row, mean, (low, high), (range_low, range_high), colour)
            style.zero_line(axes)
            axes.set_title(part, fontsize=9.5, fontweight="bold" if part == "total" else "normal")
            axes.margins(x=0.08)
            axes.set_xlabel("EUR per insured")
        panels[0].set_yticks(
            range(len(order)), [f"{labels[i]} (pressed)" if labels[i] in pressed else labels[i] for i in order]
        )
        panels[0].set_ylim(len(order) - 0.4, -0.6)
        figure.legend(handles=spread_legend(), loc="outside upper right", ncols=2)
    return figure
