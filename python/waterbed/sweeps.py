"""The scenario at chosen values of its numbers, contract parameters among them, under the same chance."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from waterbed import _core
from waterbed._blocks import Block
from waterbed._checkpoints import Checkpoints
from waterbed._measures import SCALE
from waterbed._overrides import Override
from waterbed._parameters import FloatArray
from waterbed._progress import ProgressCallback
from waterbed._runs import job_of, run_parts
from waterbed.results import Results
from waterbed.scenario import Scenario, parse

if TYPE_CHECKING:
    from waterbed.uncertainty._outcome import Outcome


@dataclass(frozen=True)
class Sweep:
    """What a scenario gave at every point.

    ``points`` has one row a point and one column a path; ``results`` are in the order of its rows. All points met the
    same chance: replication i of one is paired with replication i of another.
    """

    points: pd.DataFrame
    results: list[Results]

    def table(self, outcome: Outcome, arm: str | None = None) -> pd.DataFrame:
        """Give one outcome at every point.

        Parameters
        ----------
        outcome
            A line of `Difference.summary` as ``"Spending in cash/total"``, or a function of results to an array
            (replication, arm).
        arm
            Its difference from the baseline; by default the baseline's own value.

        Returns
        -------
        pandas.DataFrame
            The points, with columns value (mean over replications), standard_error, low, high (95 % simulation error;
            NaN with one replication).

        Raises
        ------
        ValueError
            If there is no such line or arm.
        """
        rows = [mean_of(results, outcome, arm) for results in self.results]
        return pd.concat([self.points, pd.DataFrame(rows, index=self.points.index)], axis=1)


def before_and_after(results: Results, outcome: Outcome, arm: str | None) -> tuple[FloatArray, FloatArray]:
    """Values of an outcome by replication: of the baseline and of an arm, or zeros and the baseline."""
    from waterbed.uncertainty._outcome import outcome_of

    for name in (results.baseline, arm):
        if name is not None and name not in results.arms:
            raise ValueError(f"arm must be one of {', '.join(results.arms)}, got {name!r}")
    values = outcome_of(results, outcome, results.baseline)
    base = values[:, results.arms.index(results.baseline)]
    return (np.zeros_like(base), base) if arm is None else (base, values[:, results.arms.index(arm)])


def mean_of(results: Results, outcome: Outcome, arm: str | None) -> dict[str, float]:
    """Mean of an outcome over replications with its simulation error: of the baseline, or of an arm against it."""
    pair = before_and_after(results, outcome, arm)
    before, after = (np.rint(values * SCALE).astype(np.int64)[:, np.newaxis] for values in pair)
    if results.replications < 2:
        nothing = {"standard_error": np.nan, "low": np.nan, "high": np.nan}
        return {"value": float((after - before).mean()) / SCALE} | nothing
    found = _core.paired_differences(before, after)
    names = {"value": "mean", "standard_error": "standard_error", "low": "low", "high": "high"}
    return {name: float(found[key][0]) / SCALE for name, key in names.items()}


def sweep(
    scenario: Scenario,
    values: Mapping[str, Sequence[Override]] | Sequence[Mapping[str, Override]],
    *,
    replications: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    arms: Iterable[str] | None = None,
    client: Any = None,
    checkpoints: str | PathLike[str] | Checkpoints | None = None,
    progress: bool | ProgressCallback = True,
) -> Sweep:
    """Run a scenario at many points.

    Parameters
    ----------
    scenario
        What is changed.
    values
        Dotted path to its values, as for `Scenario.with_`: every combination is a point. Or the points themselves, each
        a map of path to value. Paths lead into contract files too, into the keys of the written-out scenario.
    replications, seed, threads, arms, client, checkpoints, progress
        As for `Scenario.run`; blocks of all points are in one queue.

    Returns
    -------
    Sweep
        Results of every point.

    Raises
    ------
    ValueError
        If there is no point, points have different paths, or a path leads nowhere.
    ScenarioError
        If a point is no valid scenario. Nothing is run then.

    Examples
    --------
    >>> import waterbed as wb
    >>> scenario = wb.load("scenarios/two_clinics.yaml")
    >>> found = wb.sweep(
    ...     scenario, {"kinds.gp_consult.list_price": [12.0, 14.0]}, replications=2, arms=["usual"], progress=False
    ... )
    >>> bool(found.table("Spending in cash/gp")["value"].is_monotonic_increasing)
    True
    """
    points = _points(values)
    changed = [_at(scenario, point) for point in points]
    count = scenario._core.run.replications if replications is None else replications
    for name, value in (("replications", count), ("threads", 1 if threads is None else threads)):
        if value < 1:
            raise ValueError(f"{name}: must be at least 1, got {value}")
    names = None if arms is None else list(arms)
    jobs = [job_of(point, seed, names) for point in changed]
    found = run_parts(
        scenario,
        [Block(job, 0, count) for job in jobs],
        about=job_of(scenario, seed, names).about(scenario.name) | {"sweep": [dict(point) for point in points]},
        threads=threads or 0,
        client=client,
        checkpoints=checkpoints,
        progress=progress,
    )
    results = []
    for core, point in zip(found, changed, strict=True):
        results.append(Results(core, point.outline()))
        point._model = None  # a large region at many points would fill the memory
    return Sweep(pd.DataFrame([dict(point) for point in points]), results)


def _points(
    values: Mapping[str, Sequence[Override]] | Sequence[Mapping[str, Override]],
) -> list[Mapping[str, Override]]:
    if isinstance(values, Mapping):
        grid = itertools.product(*values.values())
        points: list[Mapping[str, Override]] = [dict(zip(values, point, strict=True)) for point in grid]
    else:
        points = list(values)
    if not points or not points[0]:
        raise ValueError("values: at least one point is needed")
    if any(set(point) != set(points[0]) for point in points):
        raise ValueError("values: every point must have the same paths")
    return points


def _at(scenario: Scenario, point: Mapping[str, Override]) -> Scenario:
    try:
        return scenario.with_(**point)
    except _core.ScenarioError:
        raise
    except ValueError:  # a path into a file that the scenario names
        written = parse(_core.write_scenario(scenario._core), scenario._base_folder, files=scenario._files)
        return written.with_(**point)
