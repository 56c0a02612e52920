"""What a calibration may change: groups of the targets file spread over the levers of the engine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt
import yaml

from waterbed import _core
from waterbed._core import Problem
from waterbed._problems import scenario_error
from waterbed.calibrate._file import Group, TargetsFile
from waterbed.calibrate._write import entry_chance
from waterbed.scenario import Scenario

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Parameter:
    """One number that is fitted: a shift, in log space, of all its levers alike."""

    name: str
    group: str
    prior_sd: float
    low: float
    high: float
    levers: tuple[int, ...]
    after: int = -1  # the parameter of the age band before, if they are held together
    smooth_sd: float = math.nan


class Parameters:
    """The parameters of a targets file for one scenario."""

    def __init__(
        self, scenario: Scenario, file: TargetsFile, levers: Sequence[_core.Lever], mix: _core.PeopleMix
    ) -> None:
        self._core = scenario._core
        self._root = yaml.compose(scenario.text, Loader=yaml.SafeLoader)
        self._kinds = [kind.name for kind in self._core.kinds]
        self._bands = file.age_bands
        self._needs = self._core.needs
        self._alive = mix.base.sum(axis=(2, 3)) + mix.base_older.sum(axis=(2, 3))  # [band][sex][need]
        self._brought = mix.brought.sum(axis=(0, 1, 2, 3))
        self.all: list[Parameter] = []
        self._taken: dict[int, str] = {}
        problems: list[Problem] = []
        for group in file.groups:
            found = self._expand(group, levers, problems, file)
            if not found and not problems:
                rule = "must choose something that the scenario has and that is not zero"
                problems.append(Problem(str(file.path), group.line, group.column, f"parameters.{group.name}", rule))
        if problems:
            raise scenario_error(problems)
        self.lever_count = len(levers)

    def __len__(self) -> int:
        return len(self.all)

    @property
    def names(self) -> list[str]:
        """Name of each parameter."""
        return [p.name for p in self.all]

    def spread(self, values: Vector) -> Vector:
        """Shifts of levers under values of the parameters."""
        shifts = np.zeros(self.lever_count)
        for p, value in zip(self.all, values, strict=True):
            shifts[list(p.levers)] += value
        return shifts

    def gather(self, slopes: Vector) -> Vector:
        """Give derivatives by parameter from those by lever; shape (rows, parameters)."""
        return np.stack([slopes[:, list(p.levers)].sum(axis=1) for p in self.all], axis=1)

    def _expand(
        self, group: Group, levers: Sequence[_core.Lever], problems: list[Problem], file: TargetsFile
    ) -> list[Parameter]:
        split: dict[tuple[str, ...], list[int]] = {}
        bands: dict[tuple[str, ...], int] = {}
        for position, lever in enumerate(levers):
            if lever.kind != {"rate": "base_rate"}.get(group.scale, group.scale):
                continue
            parts = self._parts(lever)
            chosen = all(_fits(parts[_PART[name]], patterns) for name, patterns in group.select.items())
            if not chosen or not self._matters(lever):
                continue
            if position in self._taken:
                rule = f"must not change what parameters.{self._taken[position]} changes"
                where = f"parameters.{group.name}"
                problems.append(Problem(str(file.path), group.line, group.column, where, rule, self._words(lever)))
                return []
            self._taken[position] = group.name
            key = tuple(parts[part] for part in group.by)
            split.setdefault(key, []).append(position)
            bands[key] = lever.position
        first = len(self.all)
        place: dict[tuple[str, ...], int] = {}
        for key, members in split.items():
            low, high = -math.log(group.most), math.log(group.most)
            low, high = self._within(group, [levers[m] for m in members], low, high)
            after = -1
            if "age" in group.by:
                at = group.by.index("age")
                before = bands[key] - 1
                if before >= 0:
                    after = place.get((*key[:at], self._age(before), *key[at + 1 :]), -1)
            place[key] = len(self.all)
            name = " ".join([group.name, *key])
            smooth = group.smooth_sd if group.smooth_sd is not None else math.nan
            held = after if group.smooth_sd is not None else -1
            self.all.append(Parameter(name, group.name, group.prior_sd, low, high, tuple(members), held, smooth))
        return self.all[first:]

    def _age(self, band: int) -> str:
        low = self._bands[band]
        return f"{low}-{self._bands[band + 1] - 1}" if band + 1 < len(self._bands) else f"{low}+"

    def _parts(self, lever: _core.Lever) -> dict[str, str]:
        """Give the names of what a lever shifts."""
        parts = {"need": self._needs[lever.need].name if lever.need >= 0 else ""}
        if lever.kind == "base_rate":
            parts |= {"age": self._age(lever.position), "sex": ("women", "men")[lever.other]}
        elif lever.kind == "way_in":
            parts["to"] = list(self._needs[lever.need].enters)[lever.position]
        elif lever.kind == "pathway":
            path = self._needs[lever.need].pathways[lever.position]
            parts |= {"from": path.source, "to": path.target}
        elif lever.kind == "attached":
            parts |= {"from": self._kinds[lever.position], "to": self._kinds[lever.other]}
        elif lever.kind == "stay":
            parts["kind"] = self._kinds[lever.position]
        elif lever.kind == "price":
            parts["sector"] = self._core.sectors[lever.position]
        return parts

    def _words(self, lever: _core.Lever) -> str:
        return " ".join([lever.kind, *self._parts(lever).values()]).strip()

    def _matters(self, lever: _core.Lever) -> bool:
        if lever.kind == "base_rate":
            return bool(self._alive[lever.position, lever.other, lever.need] > 0)
        return lever.kind != "stage_rate" or bool(self._brought[lever.need] > 0)

    def _within(self, group: Group, levers: list[_core.Lever], low: float, high: float) -> tuple[float, float]:
        """Narrow the bounds so that chances stay at most 1 and stays at least a day."""
        for lever in levers:
            if group.scale == "attached":
                parts = self._parts(lever)
                need = self._needs[lever.need]
                chance = sum(p for at, kind, p in need.attached if (at, kind) == (parts["from"], parts["to"]))
                high = min(high, -math.log(min(1.0, max(chance, 1e-9))))
            elif group.scale == "stage_rate":
                chance = entry_chance(self._root, self._needs[lever.need].name)
                high = min(high, -math.log(max(chance, 1e-9)))
            elif group.scale == "stay":
                low = max(low, -math.log(max(1.0, self._needs[lever.need].stay_days[self._parts(lever)["kind"]])))
        return min(low, 0.0), max(high, 1e-9)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name fits a pattern and none of those that begin with an exclamation mark."""
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")] or ["*"]
    unwanted = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    return any(fnmatchcase(name, p) for p in wanted) and not any(fnmatchcase(name, p) for p in unwanted)


#: Names in a group of what it selects -> part of a lever's name.
_PART = {"needs": "need", "from": "from", "to": "to", "kinds": "kind", "sectors": "sector"}
