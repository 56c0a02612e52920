"""The flows that moved most."""

from __future__ import annotations

from matplotlib.figure import Figure

from waterbed._moved import moved_flows, place
from waterbed._sentences import chance_sentence
from waterbed._text import number, signed
from waterbed.difference import Difference
from waterbed.plots import _style as style
from waterbed.plots._waterbed import spread_legend


def moved_chart(difference: Difference, arm: str) -> Figure | None:
    """Change of the flows that an arm moves most, with intervals and value at list prices. None if none is told."""
    found = moved_flows(difference, arm)
    if found.empty:
        return None
    outline = difference.results.outline
    with style.styled():
        figure = style.new_figure(
            2.1 + 0.36 * len(found),
            f"{outline.arm_title(arm)}: the flows that moved most",
            "Change of the number of patients who go from one place to another, per 1,000 persons a year, in brackets "
            "the number before; at the right what it is worth there at one frozen price list, per 1,000 persons. "
            f"Only flows told apart from the baseline. {chance_sentence(difference.results)}",
            width=10.5,
        )
        axes = figure.subplots()
        for row, (_, flow) in enumerate(found.iterrows()):
            colour = style.direction(flow["low"], flow["high"])
            axes.barh(row, flow["difference"], height=0.62, color=colour, alpha=0.25, zorder=1)
            ends = (flow["low"], flow["high"]), (flow["range_low"], flow["range_high"])
            style.spreads(axes, row, flow["difference"], *ends, colour)
            axes.annotate(
                f"EUR {signed(flow['list_value'])}" if flow["to"] != "discharge" else "–",
                (1.01, row),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=8,
                color=style.INK,
                annotation_clip=False,
            )
        style.zero_line(axes)
        axes.margins(x=0.08)
        ways = [f"{place(outline, f['from'])} → {place(outline, f['to'])}" for _, f in found.iterrows()]
        labels = [f"{way}  ({number(before)})" for way, before in zip(ways, found["before"], strict=True)]
        axes.set_yticks(range(len(found)), labels, fontsize=8)
        axes.set_ylim(len(found) - 0.4, -0.6)
        axes.set_xlabel("change per 1,000 persons a year")
        figure.legend(handles=spread_legend(), loc="outside upper right", ncols=2)
    return figure
