"""Targets as sums of expected flows, and their derivatives by what may be shifted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waterbed import _core
from waterbed._core import Problem
from waterbed._problems import scenario_error
from waterbed.calibrate._file import MEASURES, Target, TargetsFile
from waterbed.scenario import Scenario

Vector = npt.NDArray[np.float64]
CLINIC = "_clinic"
GP = "gp"  # the sector
PER_1000 = 1000.0


@dataclass(frozen=True)
class _Measured:
    """A target's numerator and what it is divided by: another sum, or person-years."""

    over: int
    under: int  # position among the sums; -1: person-years
    years: float
    scale: float


class Flows:
    """Expected values of targets under shifts of levers."""

    def __init__(self, scenario: Scenario, file: TargetsFile, runs: int = 2) -> None:
        self.model = scenario._compiled()
        core = scenario._core
        self._kind_of = [name.partition(".")[2] for name in self.model.settings]
        sector = {kind.name: kind.sector for kind in core.kinds}
        self._sector_of = [sector[kind] for kind in self._kind_of]
        self._per_day = {kind.name for kind in core.kinds if kind.per_day}
        self._beds = {kind.name for kind in core.kinds if kind.in_beds}
        self._routes = self.model.municipality_of_route
        self._bands = file.age_bands
        check_names(scenario, file)
        selectors: list[_core.FlowSelector] = []
        known: dict[tuple[str, str, str], int] = {}
        sums: list[_core.FlowSum] = []
        mix = _core.people_mix(self.model, list(file.age_bands), runs)

        def selector(flow: str, at: set[str], source: set[str] | None, entry: bool) -> int:
            key = (flow, ",".join(sorted(at)), ",".join(sorted(source or ())) + str(entry))
            if key not in known:
                known[key] = len(selectors)
                by = self._sector_of if flow == "list_spending" else self._kind_of
                selectors.append(
                    _core.FlowSelector(
                        flow,
                        [int(name in at) for name in by],
                        [int(name in source) for name in self._kind_of] if source is not None else [],
                        entry,
                    )
                )
            return known[key]

        def add(chosen: int, target: Target) -> int:
            sums.append(_core.FlowSum(chosen, self._filter(target)))
            return len(sums) - 1

        self._measured: list[_Measured] = []
        years: list[_core.CellFilter] = []
        for target in file.targets:
            of = set(target.of.split("+"))
            kinds = set(self._kind_of)
            scale, under = 1.0, -1
            if target.measure == "list_spending_per_person":
                over = add(selector("list_spending", of, None, False), target)
            elif target.measure == "units_per_person":
                over = add(selector("units", of, None, False), target)
            elif target.measure == "visits_per_1000":
                scale = PER_1000
                stays = of <= self._per_day
                over = add(
                    selector("moves", of, kinds - of, True) if stays else selector("units", of, None, False), target
                )
            elif target.measure == "referrals_per_1000":
                scale = PER_1000
                over = add(selector("moves", {kind for kind in kinds if kind.endswith(CLINIC)}, of, False), target)
            elif target.measure == "referrals_to_per_1000":
                scale = PER_1000
                gp = {k for k, s in zip(self._kind_of, self._sector_of, strict=True) if s == GP}
                over = add(selector("moves", of, gp, False), target)
            elif target.measure == "outpatient_visits_per_1000":
                scale = PER_1000
                clinics = {
                    k for k, s in zip(self._kind_of, self._sector_of, strict=True) if k.endswith(CLINIC) and s in of
                }
                over = add(selector("units", clinics, None, False), target)
            else:
                over = add(selector("moves", self._beds, of, False), target)
                under = add(selector("units", of, None, False), target)
            years.append(self._filter(target))
            self._measured.append(_Measured(over, under, 0.0, scale))
        self._cells = _core.ExpectedCells(self.model, mix, selectors, sums)
        self.mix = mix
        self.levers = self._cells.levers
        self._measured = [
            _Measured(m.over, m.under, self._cells.person_years(f), m.scale)
            for m, f in zip(self._measured, years, strict=True)
        ]

    def _filter(self, target: Target) -> _core.CellFilter:
        return _core.CellFilter(
            bands=[int(target.age_low <= low <= target.age_high) for low in self._bands],
            sexes=[int(target.sex in ("", sex)) for sex in ("women", "men")],
            routes=[int(target.place in ("", place)) for place in self._routes],
        )

    def expected(self, shifts: Vector) -> Vector:
        """Value of every target."""
        return self._values(self._cells.evaluate(shifts, False)[0])

    def expected_and_slopes(self, shifts: Vector) -> tuple[Vector, Vector]:
        """Value of every target, and its derivative by every lever; shape (targets, levers)."""
        sums, slopes = self._cells.evaluate(shifts, True)
        result = np.zeros((len(self._measured), len(self.levers)))
        for t, m in enumerate(self._measured):
            if m.under >= 0:
                below = sums[m.under]
                if below > 0:
                    result[t] = (slopes[m.over] - sums[m.over] / below * slopes[m.under]) * m.scale / below
            elif m.years > 0:
                result[t] = slopes[m.over] * m.scale / m.years
        return self._values(sums), result

    def _values(self, sums: Vector) -> Vector:
        def value(m: _Measured) -> float:
            under = sums[m.under] if m.under >= 0 else m.years
            return float(sums[m.over] * m.scale / under) if under > 0 else float("nan")

        return np.array([value(m) for m in self._measured])


def check_names(scenario: Scenario, file: TargetsFile) -> None:
    """Tell every name in a targets file that the scenario does not have.

    Raises
    ------
    ScenarioError
        With the place of the file; targets of tables are told by their name.
    """
    core = scenario._core
    known = {"kinds of care": [kind.name for kind in core.kinds], "sectors": list(core.sectors)}
    places = sorted(set(scenario._compiled().municipality_of_route))
    problems: list[Problem] = []

    def fault(name: str, rule: str, got: str) -> None:
        problems.append(Problem(str(file.path), 1, 1, name, rule, got))

    for target in file.targets:
        names = known[MEASURES[target.measure]]
        for of in target.of.split("+"):
            if of not in names:
                fault(
                    target.name, f"of must be one of the scenario's {MEASURES[target.measure]}, {', '.join(names)}", of
                )
        if target.place and target.place not in places:
            fault(target.name, f"place must be one of the scenario's municipalities, {', '.join(places)}", target.place)
    if problems:
        raise scenario_error(problems)
