"""Run a study's scenario and read the prediction off its results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from waterbed.results import Results
from waterbed.scenario import Scenario, load
from waterbed.validation._study import Measure, SystemStudy, Table

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Prediction:
    """Mean, its 95 % simulation error, and the middle 90 % over draws of parameters; nan: not drawn."""

    mean: float
    error_low: float
    error_high: float
    low: float = float("nan")
    high: float = float("nan")


def at_defaults(
    studies: Sequence[SystemStudy], folder: str | PathLike[str], *, replications: int | None = None
) -> dict[str, Prediction]:
    """Predict every study with uncertain numbers at their means.

    Parameters
    ----------
    studies
        Scenarios that several share are run once.
    folder
        Of the scenarios.
    replications
        In place of each study's own number; at least 2.

    Returns
    -------
    dict
        Name of the study: mean over replications with its simulation error (jackknife over replications).
    """

    def run(scenario: Scenario, arms: list[str], count: int) -> Results:
        return scenario.run(replications=replications or count, arms=arms, progress=False)

    return {name: _with_error(values) for name, values in _each(studies, Path(folder), run).items()}


def over_parameters(
    studies: Sequence[SystemStudy],
    folder: str | PathLike[str],
    *,
    sets: int,
    before: Callable[[str], None] | None = None,
) -> dict[str, tuple[float, float]]:
    """Give the middle 90 % of every study's prediction over draws of its uncertain numbers, two replications each.

    Parameters
    ----------
    studies
        Those whose scenario has no uncertain number, or that run a region as shipped, are left out.
    folder
        Of the scenarios.
    sets
        Draws, at least 2.
    before
        Called with the name of each scenario before it runs.
    """

    def run(scenario: Scenario, arms: list[str], count: int) -> Results:
        if before is not None:
            before(scenario.name)
        return scenario.run_uncertain(parameter_sets=sets, replications=2, arms=arms, progress=False)

    drawn = [s for s in studies if s.group != "fit" and s.measure.effect != "level" and s.scenario[:2] != ".."]
    return {
        name: (float(np.nanquantile(by_set, 0.05)), float(np.nanquantile(by_set, 0.95)))
        for name, values in _each(drawn, Path(folder), run).items()
        for by_set in [_effects(values[0], values[1].reshape(sets, 2, 4))]
    }


def _each(
    studies: Sequence[SystemStudy], folder: Path, run: Callable[[Scenario, list[str], int], Results]
) -> dict[str, tuple[Measure, FloatArray]]:
    """By study its measure and, a replication, (of, per) of the arm and of the comparison: shape (replication, 4)."""
    found: dict[str, tuple[Measure, FloatArray]] = {}
    runs: dict[tuple[str, str], Results] = {}
    ways: dict[tuple[str, str], list[str]] = {}
    for study in studies:
        for file, overrides, arm in _sides(study):
            wanted = ways.setdefault((file, repr(sorted(overrides.items()))), [])
            if arm and arm not in wanted:
                wanted.append(arm)
    for study in studies:
        sides = []
        for file, overrides, arm in _sides(study):
            key = (file, repr(sorted(overrides.items())))
            if key not in runs:
                scenario = load(folder / file)
                scenario = scenario.with_(**overrides) if overrides else scenario
                arms = [a for a in scenario.arms if a in ways[key] or (a == scenario.baseline and "" in ways[key])]
                runs[key] = run(scenario, list(dict.fromkeys([scenario.baseline, *arms])), study.replications)
            sides.append(_amounts(runs[key], arm or runs[key].baseline, study.measure))
        found[study.name] = (study.measure, np.concatenate(sides, axis=1))
    return found


def _sides(study: SystemStudy) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Scenario, overrides and arm of the study and of its comparison; arm "" is the baseline."""
    yield study.scenario, study.overrides, study.arm
    if study.against is None and not study.against_overrides and not study.overrides:
        yield study.scenario, study.overrides, ""
    else:
        yield study.against or study.scenario, study.against_overrides, ""


def _amounts(results: Results, arm: str, measure: Measure) -> FloatArray:
    of = _sum(results, arm, measure.of)
    per = np.ones_like(of) if measure.per is None else _sum(results, arm, measure.per)
    return np.stack([of, per], axis=1)


def _sum(results: Results, arm: str, table: Table) -> FloatArray:
    where = dict(table.where)
    if table.years:
        years = results.attributes(table.table)["year"]
        where["year"] = [list(dict.fromkeys(years))[y] for y in table.years]
    amounts = results.total(table.table, where=where).of()
    return amounts[:, results.arms.index(arm)].astype(np.float64)


def _effect(measure: Measure, sums: FloatArray) -> FloatArray:
    """Effect of sums (..., 4): of and per of the arm, of and per of the comparison."""
    of, per, of_0, per_0 = np.moveaxis(sums, -1, 0)
    values: FloatArray
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure.effect == "relative":
            values = (of / per) / (of_0 / per_0) - 1.0
        elif measure.effect == "absolute":
            values = (of - of_0) / per_0
        elif measure.effect == "per":
            values = (of - of_0) / (per - per_0)
        elif measure.effect == "ratio":
            values = (of / per) / (of_0 / per_0)
        else:
            values = of / per
    return values * measure.scale


def _effects(measure: Measure, by_set: FloatArray) -> FloatArray:
    """Effect of each parameter set, of its sums over replications; by_set has the shape (set, replication, 4)."""
    return _effect(measure, by_set.sum(axis=1))


def _with_error(values: tuple[Measure, FloatArray]) -> Prediction:
    """Effect of the sums over replications, with a jackknife interval."""
    measure, sums = values
    n = len(sums)
    total = sums.sum(axis=0)
    mean = float(_effect(measure, total))
    if n < 2:
        return Prediction(mean, float("nan"), float("nan"))
    left = _effect(measure, total[None, :] - sums)
    half = float(_student(n - 1) * np.sqrt((n - 1) / n * np.sum((left - left.mean()) ** 2)))
    return Prediction(mean, mean - half, mean + half)


def _student(degrees: int) -> float:
    """0.975 quantile of Student's t."""
    from scipy.stats import t

    return float(t.ppf(0.975, degrees))
