"""Distribution of each party's result over replications."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from waterbed._measures import SCALE
from waterbed._sentences import chance_sentence
from waterbed.difference import Difference
from waterbed.plots import _style as style


def parties_chart(difference: Difference) -> Figure:
    """Change in each party's yearly result: one dot a replication, the bar at the mean."""
    outline = difference.results.outline
    measures = [m for m in difference.measures() if m.group == "Results of the parties"]
    arms = difference.arms
    base = difference.results.arms.index(difference.baseline)
    told = "Dotted: parameter range, middle 95 %. " if difference.results.parameter_sets else ""
    with style.styled():
        figure = style.new_figure(
            1.6 + 0.42 * len(measures),
            "Who gains, who loses",
            "Change in yearly result (EUR million) of each provider, and what each payer spends less; mean of the "
            "performance years. Each dot is one simulated region, the line is the mean. "
            f"Grey: not told apart from zero.{style.own_scales(len(arms))} {told}"
            f"{chance_sentence(difference.results)}",
        )
        panels = figure.subplots(1, len(arms), sharey=True, squeeze=False)[0]
        for axes, arm in zip(panels, arms, strict=True):
            position = difference.results.arms.index(arm)
            for row, measure in enumerate(measures):
                changes = np.sort((measure.amounts[:, position] - measure.amounts[:, base]) / (SCALE * 1000))
                spreads = difference.paired(measure.amounts[:, :, None], arm)
                mean = float(changes.mean())
                colour = style.direction(float(spreads["low"][0]), float(spreads["high"][0]))
                # Dots are spread by rank, not by chance, so that the figure is the same every time.
                offsets = 0.26 * ((np.arange(len(changes)) * 0.618034) % 1 - 0.5)
                axes.plot(changes, row + offsets, "o", markersize=3.2, color=colour, alpha=0.4, markeredgewidth=0)
                axes.plot([mean, mean], [row - 0.3, row + 0.3], color=colour, linewidth=2)
                known = [float(spreads[f"parameter_{end}"][0]) / (SCALE * 1000) for end in ("low", "high")]
                if not np.isnan(known[0]):
                    style.parameter_range(axes, row, (known[0], known[1]))
            style.zero_line(axes)
            style.panel_title(axes, outline.arm_title(arm), len(arms))
            axes.set_xlabel("EUR million per year\nloses ← → gains")
            axes.margins(x=0.08)
        panels[0].set_yticks(range(len(measures)), [m.label for m in measures])
        panels[0].set_ylim(len(measures) - 0.4, -0.6)
    return figure
