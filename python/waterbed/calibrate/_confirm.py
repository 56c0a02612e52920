"""Targets in a simulation of the usual arm, person-year by person-year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed._progress import ProgressCallback
from waterbed._targets import MEASURES
from waterbed.calibrate._file import MAX_AGE, Target, TargetsFile
from waterbed.scenario import Scenario

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Simulated:
    """Means over replications; NaN where a simulation does not tell a target apart by person."""

    mean: Vector
    error: Vector  # standard error of the mean, chance of persons, years and practices; NaN if persons do not tell
    weight: Vector  # person-years behind each target


def simulate_targets(
    scenario: Scenario, file: TargetsFile, replications: int, progress: bool | ProgressCallback
) -> Simulated:
    """Simulate the baseline and measure every target."""
    per_day = {kind.name for kind in scenario._core.kinds if kind.per_day}
    values = np.full((replications, len(file.targets)), np.nan)
    variance = np.full((replications, len(file.targets)), np.nan)
    weight = np.zeros(len(file.targets))
    for replication in range(replications):
        people = scenario.person_years(replication=replication, newcomers=True, progress=progress)
        years = people["cycles"].to_numpy() / scenario._core.time.cycles_per_year
        person = people["person"].to_numpy()
        common = _common_variance(scenario, people, years)
        masks: dict[tuple[str, int, int, str], npt.NDArray[np.bool_]] = {}
        for t, target in enumerate(file.targets):
            amount = _amount(people, target, per_day)
            key = (target.sex, target.age_low, target.age_high, target.place)
            if key not in masks:
                masks[key] = _who(people, target)
            lived = years[masks[key]].sum()
            weight[t] += lived / replications
            if amount is not None and lived > 0:
                mean = values[replication, t] = amount[masks[key]].sum() / lived
                off = np.bincount(person[masks[key]], (amount - mean * years)[masks[key]])
                variance[replication, t] = np.square(off).sum() / lived**2 + mean**2 * common
    if any(not np.isfinite(values[0, t]) for t in range(len(file.targets))):
        _add_totals(scenario, file, replications, values, progress)
    return Simulated(values.mean(axis=0), np.sqrt(variance.mean(axis=0) / replications), weight)


def _common_variance(scenario: Scenario, people: pd.DataFrame, years: Vector) -> float:
    """Relative variance that people share: of years and of practices, as if all needs were of one group."""
    practices = np.bincount(people["practice"].cat.codes + 1, weights=years)  # no practice: one that all share
    core = scenario._core
    by_year = core.year_need_group_cv**2 / core.time.years
    return float(by_year + core.practice_cv**2 * np.square(practices).sum() / practices.sum() ** 2)


def _who(people: pd.DataFrame, target: Target) -> npt.NDArray[np.bool_]:
    age = people["age"].to_numpy()
    chosen: npt.NDArray[np.bool_] = (age >= target.age_low) & ((age <= target.age_high) | (target.age_high >= MAX_AGE))
    if target.sex:
        chosen &= (people["sex"] == target.sex).to_numpy()
    if target.place:
        chosen &= (people["municipality"] == target.place).to_numpy()
    return chosen


def _amount(people: pd.DataFrame, target: Target, per_day: set[str]) -> Vector | None:
    """Give what each person-year adds to a target; None if persons do not tell."""
    of = target.of.split("+")
    if target.measure == "list_spending_per_person":
        names, scale = [f"spending_{name}_eur" for name in of], 1.0
    elif target.measure == "units_per_person":
        names, scale = [f"units_{name}" for name in of], 1.0
    elif target.measure == "visits_per_1000":
        names, scale = [f"{'stays' if name in per_day else 'units'}_{name}" for name in of], 1000.0
    else:
        return None
    total = np.zeros(len(people))
    for name in names:
        if name in people:
            total += people[name].to_numpy(dtype=np.float64)
    return total * scale


def _add_totals(
    scenario: Scenario, file: TargetsFile, replications: int, values: Vector, progress: bool | ProgressCallback
) -> None:
    """Measures of whole flows, where a target is of everybody, from the tables of a run."""
    everybody = [t for t, x in enumerate(file.targets) if not (x.sex or x.place or x.age_low or x.age_high < MAX_AGE)]
    wanted = [t for t in everybody if not np.isfinite(values[0, t]) and file.targets[t].measure in MEASURES]
    if not wanted:
        return
    for replication in range(replications):
        results = scenario.run(
            replications=1, first_replication=replication, arms=[scenario.baseline], progress=progress
        )
        years = [str(results.outline.start_year + year) for year in range(results.outline.years)]
        for t in wanted:
            target = file.targets[t]
            values[replication, t] = MEASURES[target.measure](results, target.of, years)
