"""Figures of a comparison, and of a table of persons."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.figure import Figure

from waterbed.difference import Difference
from waterbed.plots._flows import flows_chart
from waterbed.plots._lorenz import lorenz
from waterbed.plots._moved import moved_chart
from waterbed.plots._parties import parties_chart
from waterbed.plots._spending import spending_chart
from waterbed.plots._waits import waits_chart
from waterbed.plots._waterbed import waterbed_chart


class Plots:
    """Figures of one comparison; each method gives a new `matplotlib.figure.Figure`.

    Colours are told apart by colour-blind readers. Intervals are named in every figure.
    """

    def __init__(self, difference: Difference) -> None:
        self._difference = difference

    def all(self) -> dict[str, Figure]:
        """Every figure that these results allow, by name; flows once an arm."""
        if not self._difference.arms:
            return {}
        found: dict[str, Figure | None] = {}
        tables = self._difference.results.tables
        # A model of health alone delivers no care.
        if "list_spending" in tables and self._difference.results.values("list_spending").size:
            found["waterbed"] = self.waterbed()
            found |= {f"flows_{arm}": self.flows(arm) for arm in self._difference.arms}
            found |= {f"moved_{arm}": self.moved(arm) for arm in self._difference.arms}
            found |= {"parties": self.parties(), "waits": self.waits(), "spending": self.spending()}
        if self._difference.results.parameter_sets and "qalys" in self._difference.results.tables:
            found |= {"plane": self.plane(), "acceptability": self.acceptability()}
        return {name: figure for name, figure in found.items() if figure is not None}

    def waterbed(self) -> Figure:
        """Change in spending at list prices by provider and sector: what was pressed, what rose."""
        return waterbed_chart(self._difference)

    def flows(self, arm: str | None = None) -> Figure | None:
        """Flows of patients over the network before and after; by default of the first arm. None without moves."""
        return flows_chart(self._difference, self._difference.arms[0] if arm is None else arm)

    def moved(self, arm: str | None = None) -> Figure | None:
        """Flows that moved most, with intervals; by default of the first arm. None if none is told apart."""
        return moved_chart(self._difference, self._difference.arms[0] if arm is None else arm)

    def parties(self) -> Figure:
        """Distribution of each party's change in result over replications."""
        return parties_chart(self._difference)

    def waits(self) -> Figure | None:
        """Mean wait by kind of care, per arm. None if nothing waits."""
        return waits_chart(self._difference)

    def plane(self, threshold: float = 50_000.0, payer: str | None = None) -> Figure:
        """Cost-effectiveness plane of a run with parameter sets; EUR per QALY, one payer's cash or all."""
        from waterbed.plots.uncertainty import plane_chart

        return plane_chart(self._difference.decision(payer), threshold, self._titles())

    def acceptability(self, thresholds: Iterable[float] = range(0, 101_000, 1_000), payer: str | None = None) -> Figure:
        """Curves of acceptability, and value of perfect information of a run with parameter sets, over EUR per QALY."""
        from waterbed.plots.uncertainty import acceptability_chart

        return acceptability_chart(self._difference.decision(payer), thresholds, self._titles())

    def _titles(self) -> dict[str, str]:
        outline = self._difference.results.outline
        return {arm.name: outline.arm_title(arm.name) for arm in outline.arms}

    def spending(self) -> Figure:
        """Spending by sector over the years."""
        return spending_chart(self._difference)


__all__ = ["Plots", "lorenz"]
