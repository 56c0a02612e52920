"""Parameter ranges of a comparison at the means, from a few drawn sets of the uncertain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from waterbed import _core
from waterbed._measures import Measures
from waterbed._rebuilt import part_of, rebuilt
from waterbed.parameter_range import Floats, ParameterRange
from waterbed.results import IntArray, Results

#: Arm, basis, payer, year, group -> lowest and highest change of a part's share, or of the whole index.
Ends = dict[tuple[str, str, str, str, str], tuple[float, float]]

#: Group under which the whole index stands.
WHOLE = ""


class Ranged:
    """What the sets of a `ParameterRange` do to what a comparison tells, all against one baseline."""

    def __init__(self, found: ParameterRange, baseline: str) -> None:
        self.found = found
        self._baseline = baseline
        self._at = found.at_means.arms.index(baseline)
        self._measures: dict[tuple[str, str], tuple[IntArray, IntArray]] | None = None

    def _ends(self, at_means: IntArray, drawn: IntArray, arm: str) -> tuple[Floats, Floats]:
        return self.found.ends(at_means, drawn, self._at, self.found.at_means.arms.index(arm))

    def measure(self, group: str, name: str, arm: str) -> tuple[float, float]:
        """Give the ends of a line of `Difference.summary`, as measures are held; NaN if a run lacks it."""
        if self._measures is None:
            one, two = (Measures(r, self._baseline).all() for r in (self.found.at_means, self.found.drawn))
            drawn = {(m.group, m.name): m.amounts for m in two}
            self._measures = {
                (m.group, m.name): (m.amounts, drawn[m.group, m.name]) for m in one if (m.group, m.name) in drawn
            }
        if (group, name) not in self._measures:
            return np.nan, np.nan
        at_means, drawn_ = self._measures[group, name]
        low, high = self._ends(at_means[:, :, None], drawn_[:, :, None], arm)
        return float(low[0]), float(high[0])

    def table(
        self,
        labels: list[tuple[str, ...]],
        table: str,
        by: Iterable[str],
        where: Mapping[str, str | Iterable[str]] | None,
        arm: str,
    ) -> tuple[Floats, Floats]:
        """Give the ends of the cells of `Difference.table` in the stored unit; a cell that a run did not count is 0."""
        by = list(by)
        sides = []
        for results in (self.found.at_means, self.found.drawn):
            cells = results.total(table, by, where)
            known = {label: cells.amounts[:, :, i] for i, label in enumerate(cells.labels)}
            nothing = np.zeros(cells.amounts.shape[:2], dtype=np.int64)
            sides.append(np.stack([known.get(label, nothing) for label in labels], axis=2))
        return self._ends(sides[0], sides[1], arm)

    def indices(self, arm: str, press: _core.Press) -> Ends:
        """Give the changes of the waterbed index and of its shares; absent where a set takes nothing out."""
        means = _ratios(self.found.at_means, self._baseline, arm, press)
        each = [part_of(self.found.drawn, slice(s, s + 1)) for s in range(self.found.sets)]
        sets = [_ratios(one, self._baseline, arm, press) for one in each]
        ends: Ends = {}
        for key, at_means in means.items():
            changes = [found[key] - at_means for found in sets if key in found]
            if len(changes) == len(sets):
                ends[arm, *key] = min(*changes, 0.0), max(*changes, 0.0)
        return ends


def _ratios(results: Results, baseline: str, arm: str, press: _core.Press) -> dict[tuple[str, str, str, str], float]:
    """Shares of what one replication takes out of the pressed part, by basis, payer, year and group."""
    core = results._core
    if core.baseline != baseline:
        core = rebuilt(core, [core.values(table.name) for table in core.tables], baseline=baseline)
    found: dict[tuple[str, str, str, str], float] = {}
    for index in _core.waterbed_report(core, press, arm).indices:
        taken = -index.pressed.mean
        if taken <= 0:
            continue
        for part in index.parts:
            found[index.basis, index.payer, index.year, part.group] = part.difference.mean / taken
        total = sum(part.difference.mean for part in index.parts)
        found[index.basis, index.payer, index.year, WHOLE] = total / taken
    return found
