"""Run a study's scenario and read the prediction off its results."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from waterbed.evidence._study import Measure, Study, Table
from waterbed.results import Results
from waterbed.scenario import Scenario, load

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Prediction:
    """What the model says of a study.

    ``value`` is the effect of sums over paired replications, ``error`` its standard error from chance alone (jackknife
    over replications), ``low`` and ``high`` the middle 90 % over draws of the scenario's uncertain numbers (nan: not
    drawn).
    """

    value: float
    error: float
    low: float = float("nan")
    high: float = float("nan")


def predict(
    study: Study,
    overrides: Mapping[str, Any] | None = None,
    *,
    replications: int | None = None,
    seed: int | None = None,
    parameter_sets: int = 0,
) -> Prediction:
    """Predict one study; as `predict_all`."""
    return predict_all([study], overrides, replications=replications, seed=seed, parameter_sets=parameter_sets)[
        study.name
    ]


def predict_all(
    studies: Sequence[Study],
    overrides: Mapping[str, Any] | None = None,
    *,
    replications: int | None = None,
    seed: int | None = None,
    parameter_sets: int = 0,
) -> dict[str, Prediction]:
    """Predict studies, running a scenario that several share once.

    Parameters
    ----------
    studies
        As `studies()` gives them.
    overrides
        Dotted path to value, in every scenario: ``{"behaviour.theta_own_volume": 0.2}``. A path below ``programmes`` or
        ``needs`` is left out where the scenario does not have that programme, or that need with that pathway.
    replications
        In place of each study's own number; at least 2.
    seed
        In place of the scenario's own. The same seed gives the same draws at any overrides (common random numbers).
    parameter_sets
        Draws of the uncertain numbers for ``low`` and ``high``, two replications each; 0: none.

    Returns
    -------
    dict
        Name of the study to its prediction, with uncertain numbers at their means or as overridden.

    Raises
    ------
    ScenarioError
        If a scenario does not take the overrides.
    ValueError
        If fewer than 2 replications are asked for.
    """
    if replications is not None and replications < 2:
        raise ValueError(f"replications must be at least 2, got {replications}")

    def at_means(scenario: Scenario, arms: list[str], count: int) -> Results:
        return scenario.run(replications=replications or count, seed=seed, arms=arms, progress=False)

    def drawn(scenario: Scenario, arms: list[str], count: int) -> Results:
        del count
        return scenario.run_uncertain(
            parameter_sets=parameter_sets, replications=2, seed=seed, arms=arms, progress=False
        )

    given = dict(overrides or {})
    found = {s.name: _with_error(s.measure, sums) for s, sums in _sums(studies, given, at_means)}
    if parameter_sets:
        for study, sums in _sums(studies, given, drawn):
            effects = _effect(study.measure, sums.reshape(parameter_sets, 2, 4).sum(axis=1))
            at_mean = found[study.name]
            ends = (float(np.nanquantile(effects, q)) for q in (0.05, 0.95))
            found[study.name] = Prediction(at_mean.value, at_mean.error, *ends)
    return found


def _sums(studies: Sequence[Study], overrides: dict[str, Any], run: Any) -> Iterator[tuple[Study, FloatArray]]:
    """Each study with, a replication, (of, per) of its arm and of its comparison: shape (replication, 4)."""
    runs: dict[str, Results] = {}
    arms: dict[str, set[str]] = {}
    sides = {s.name: _sides(s) for s in studies}
    for study in studies:
        for file, own, arm in sides[study.name]:
            arms.setdefault(_key(study, file, own), set()).add(arm)
    for study in studies:
        amounts = []
        for file, own, arm in sides[study.name]:
            key = _key(study, file, own)
            if key not in runs:
                scenario = _overridden(load(study.folder / file), {**own, **overrides})
                wanted = [a for a in scenario.arms if a in arms[key] or a == scenario.baseline]
                runs[key] = run(scenario, wanted, study.replications)
            results = runs[key]
            amounts += [_sum(results, arm or results.baseline, t) for t in (study.measure.of, study.measure.per)]
        yield study, np.stack(amounts, axis=1)


def _key(study: Study, file: str, own: dict[str, Any]) -> str:
    return f"{study.folder / file} {sorted(own.items())!r}"


def _sides(study: Study) -> list[tuple[str, dict[str, Any], str]]:
    """Scenario, overrides and arm of the study and of its comparison; arm "": the baseline."""
    compared = (study.against or study.scenario, study.against_overrides, study.against_arm)
    if study.measure.effect == "level":
        compared = (study.scenario, study.overrides, study.arm)
    elif study.against is None and not study.against_overrides and not study.overrides:
        compared = (study.scenario, study.overrides, study.against_arm)
    return [(study.scenario, study.overrides, study.arm), compared]


def _overridden(scenario: Scenario, overrides: dict[str, Any]) -> Scenario:
    content = yaml.safe_load(scenario.text)
    taken = {path: value for path, value in overrides.items() if _has_place(content, path)}
    return scenario.with_(**taken) if taken else scenario


def _has_place(content: Mapping[str, Any], path: str) -> bool:
    """Whether a scenario has the programme or the need that a path goes through; other sections have defaults."""
    section, *names = path.split(".")
    at: Any = content.get(section) or {}
    for name in names[:-1] if section in ("programmes", "needs") else ():
        if isinstance(at, list):
            if not name.isdigit() or int(name) >= len(at):
                return False
            at = at[int(name)]
        elif not isinstance(at, dict) or name not in at:
            return False
        else:
            at = at[name]
    return True


def _sum(results: Results, arm: str, table: Table | None) -> FloatArray:
    if table is None:
        return np.ones(results.replications)
    where = dict(table.where)
    if table.years:
        years = list(dict.fromkeys(results.attributes(table.table)["year"]))
        where["year"] = [years[y] for y in table.years]
    for axis, words in where.items():
        known = results.attributes(table.table).get(axis, [])
        for word in [words] if isinstance(words, str) else words:
            if word not in known:
                raise ValueError(
                    f"{axis} of {table.table} must be one of {', '.join(dict.fromkeys(known))}, got {word!r}"
                )
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
        elif measure.effect == "odds_ratio":
            chance, chance_0 = measure.scale * of / per, measure.scale * of_0 / per_0
            return np.asarray(chance / (1.0 - chance) / (chance_0 / (1.0 - chance_0)), dtype=np.float64)
        else:
            values = of / per
    return values * measure.scale


def _with_error(measure: Measure, sums: FloatArray) -> Prediction:
    n = len(sums)
    total = sums.sum(axis=0)
    left = _effect(measure, total[None, :] - sums)
    error = math.sqrt((n - 1) / n * float(np.sum((left - left.mean()) ** 2)))
    return Prediction(float(_effect(measure, total)), error)
