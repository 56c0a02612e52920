"""Runs at chosen values of the uncertain numbers: one by one, all together, and where the ranking flips."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample

from waterbed import _core
from waterbed._parameters import FloatArray, sets_of
from waterbed._progress import ProgressCallback
from waterbed.results import Results
from waterbed.scenario import Scenario
from waterbed.uncertainty._outcome import Outcome, outcome_of


def tornado(
    scenario: Scenario,
    outcome: Outcome,
    *,
    arm: str | None = None,
    replications: int = 4,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | ProgressCallback = True,
) -> pd.DataFrame:
    """Move one uncertain number at a time to its 10 % and 90 % quantiles, the others at their means.

    All runs meet the same chance, so a change is the number's doing.

    Parameters
    ----------
    scenario
        With uncertain numbers.
    outcome
        See `outcome_of`.
    arm
        Its difference from the baseline; by default the baseline's own value.
    replications
        Of chance, the same in every run.
    seed, threads, progress
        As for `Scenario.run`.

    Returns
    -------
    pandas.DataFrame
        One row a number, the largest swing first: columns name, quality, low, high (values of the number), at_mean,
        at_low, at_high (mean outcome), error_low, error_high (standard error of the change from at_mean), swing.
    """
    core = scenario._core
    numbers = core.uncertain
    if not numbers:
        raise ValueError("nothing is uncertain: no number of the scenario is a distribution")
    rows = [[n.mean for n in numbers]]
    for i, number in enumerate(numbers):
        rows += [_core.parameters_with(core, i, number.quantile(p)) for p in (0.1, 0.9)]
    values = np.array(rows)
    found = _outcomes(scenario, values, outcome, arm, replications, seed, threads, progress)
    sets = sets_of(core, values)
    table = []
    for i in range(len(numbers)):
        low, high = found[1 + 2 * i], found[2 + 2 * i]
        table.append(
            {
                "name": sets.names[i],
                "quality": sets.qualities[i],
                "low": values[1 + 2 * i, i],
                "high": values[2 + 2 * i, i],
                "at_mean": found[0].mean(),
                "at_low": low.mean(),
                "at_high": high.mean(),
                "error_low": _error(low - found[0]),
                "error_high": _error(high - found[0]),
                "swing": abs(high.mean() - low.mean()),
            }
        )
    return pd.DataFrame(table).sort_values("swing", ascending=False, ignore_index=True, kind="stable")


def sobol(
    scenario: Scenario,
    outcome: Outcome,
    *,
    arm: str | None = None,
    samples: int = 64,
    replications: int = 1,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | ProgressCallback = True,
) -> pd.DataFrame:
    """Global sensitivity: the share of an outcome's variance that each number causes alone, and with others.

    Numbers that are drawn together (shares of one whole, correlated ones) count as one. All runs meet the same chance,
    so the variance is that of the parameters. Takes ``samples * (numbers + 2)`` runs.

    Parameters
    ----------
    scenario, outcome, arm, replications, seed, threads, progress
        As for `tornado`.
    samples
        Base samples, a power of two.

    Returns
    -------
    pandas.DataFrame
        Columns name (several are joined by " + "), first, first_error, total, total_error (95 % half-widths by
        bootstrap).
    """
    core = scenario._core
    groups = _core.parameter_groups(core)
    names = [" + ".join(core.uncertain[i].path for i in group) for group in groups]

    def evaluate(uniforms: FloatArray) -> FloatArray:
        values = np.array([_core.parameter_values(core, row.tolist()) for row in uniforms])
        found = _outcomes(scenario, values, outcome, arm, replications, seed, threads, progress)
        return np.asarray(found.mean(axis=1))

    return sobol_indices(evaluate, groups, names, samples=samples, seed=core.run.seed if seed is None else seed)


def sobol_indices(
    evaluate: Callable[[FloatArray], FloatArray],
    groups: Sequence[Sequence[int]],
    names: Sequence[str],
    *,
    samples: int,
    seed: int,
) -> pd.DataFrame:
    """First and total indices of a function of independent uniforms, by SALib.

    Parameters
    ----------
    evaluate
        From uniforms of shape (run, number) to values of shape (run,).
    groups
        Positions of the numbers of each name.
    names
        One a group.
    samples
        Base samples, a power of two.
    seed
        Of the sample and of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        See `sobol`.

    References
    ----------
    Saltelli et al., Variance based sensitivity analysis of model output, Computer Physics Communications 181 (2010)
    259-270; Herman & Usher, SALib, Journal of Open Source Software 2 (2017) 97.
    """
    if samples < 2 or samples & (samples - 1):
        raise ValueError(f"samples: must be a power of two, at least 2, got {samples}")
    count = sum(len(group) for group in groups)
    of = [""] * count
    for g, group in enumerate(groups):
        for i in group:
            of[i] = f"g{g:04d}"
    problem = {
        "num_vars": count,
        "names": [f"u{i}" for i in range(count)],
        "bounds": [[0.0, 1.0]] * count,
        "groups": of,
    }
    state = int(seed % 2**32)
    drawn = sobol_sample.sample(problem, samples, calc_second_order=False, seed=state)
    inside = np.clip(np.asarray(drawn, dtype=np.float64), 2.0**-52, 1.0 - 2.0**-52)
    found = sobol_analysis.analyze(problem, evaluate(inside), calc_second_order=False, seed=state)
    frame = pd.DataFrame(
        {
            "name": [names[int(group[1:])] for group in dict.fromkeys(of)],
            "first": found["S1"],
            "first_error": found["S1_conf"],
            "total": found["ST"],
            "total_error": found["ST_conf"],
        }
    )
    return frame.sort_values("total", ascending=False, ignore_index=True, kind="stable")


def flip(
    scenario: Scenario,
    name: str,
    values: Sequence[float],
    outcome: Outcome,
    *,
    replications: int = 4,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | ProgressCallback = True,
) -> pd.DataFrame:
    """Run every arm at chosen values of one number, the others at their means, under the same chance.

    Says whether the ranking of arms flips where `Decision.flips` reads it off the regression.

    Parameters
    ----------
    scenario
        With uncertain numbers.
    name
        Of the number.
    values
        That it is given.
    outcome
        See `outcome_of`; for net benefit, ``lambda results: threshold * qalys - costs``.
    replications, seed, threads, progress
        As for `tornado`.

    Returns
    -------
    pandas.DataFrame
        Columns value, arm, outcome (mean), difference (from the baseline), standard_error (of the difference).
    """
    core = scenario._core
    names = [n.path for n in core.uncertain]
    if name not in names:
        raise ValueError(f"name must be one of {', '.join(names)}, got {name!r}")
    drawn = np.array([_core.parameters_with(core, names.index(name), float(value)) for value in values])
    rows = []
    for value, results in zip(values, _runs(scenario, drawn, replications, seed, threads, progress), strict=True):
        found = outcome_of(results, outcome, results.baseline)
        base = found[:, results.arms.index(results.baseline)]
        for position, arm in enumerate(results.arms):
            change = found[:, position] - base
            rows.append((float(value), arm, found[:, position].mean(), change.mean(), _error(change)))
    return pd.DataFrame(rows, columns=["value", "arm", "outcome", "difference", "standard_error"])


def _error(values: FloatArray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan


def _runs(
    scenario: Scenario,
    values: FloatArray,
    replications: int,
    seed: int | None,
    threads: int | None,
    progress: bool | ProgressCallback,
    arms: Sequence[str] = (),
) -> list[Results]:
    chosen = scenario._core.run.seed if seed is None else seed
    outline = scenario.outline()
    blocks = scenario._run_sets(values, replications, chosen, threads, arms, 0, progress, same_chance=True)
    return [Results(block, outline) for block in blocks]


def _outcomes(
    scenario: Scenario,
    values: FloatArray,
    outcome: Outcome,
    arm: str | None,
    replications: int,
    seed: int | None,
    threads: int | None,
    progress: bool | ProgressCallback,
) -> FloatArray:
    """Give an outcome of one arm, or its difference from the baseline, shape (row of values, replication)."""
    base = scenario.baseline
    arms = [base] if arm is None or arm == base else [base, arm]
    if arm is not None and arm not in scenario.arms:
        raise ValueError(f"arm must be one of {', '.join(scenario.arms)}, got {arm!r}")
    found = []
    for results in _runs(scenario, values, replications, seed, threads, progress, arms):
        amounts = outcome_of(results, outcome, base)
        own = amounts[:, results.arms.index(base)]
        found.append(own if len(arms) == 1 else amounts[:, results.arms.index(arms[1])] - own)
    return np.array(found)
