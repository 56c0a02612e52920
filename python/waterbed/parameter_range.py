"""The parameter range beside a run at the means: a few drawn sets of the uncertain numbers, under the same chance."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from waterbed import _core
from waterbed._checkpoints import Checkpoints
from waterbed._parameters import sets_of
from waterbed._progress import ProgressCallback
from waterbed._rebuilt import part_of, side_by_side
from waterbed._runs import job_of, run_parts, sets_as_parts
from waterbed.results import IntArray, Results
from waterbed.scenario import Scenario

Floats = npt.NDArray[np.float64]

#: Sets that are drawn, unless asked otherwise.
SETS = 5


@dataclass(frozen=True)
class ParameterRange:
    """What a comparison would be under other values of the uncertain numbers.

    Each set meets the chance of the first replication, as the run at the means did, so what a set changes is its
    numbers' doing and that of the few people whom they send another way. The range of a result is its mean plus the
    lowest and the highest of these changes, the means themselves (no change) among them. Of n sets drawn independently
    lowest and highest hold (n - 1) / (n + 1) of all that can be drawn, on average: two thirds for 5, 95 % for 39.

    Made by `parameter_range`.

    Source: David & Nagaraja, Order Statistics (2003), section 7.2 (expected coverage).
    """

    at_means: Results  #: the first replication of the run at the means
    drawn: Results  #: one replication a set, all of them that one

    @property
    def sets(self) -> int:
        """Number of sets drawn."""
        return self.drawn.replications

    @property
    def coverage(self) -> float:
        """Share of all that can be drawn that lowest and highest hold, on average."""
        return (self.sets - 1) / (self.sets + 1)

    def ends(self, at_means: IntArray, drawn: IntArray, baseline: int, arm: int) -> tuple[Floats, Floats]:
        """Give the lowest and the highest change of a paired difference, in the unit of the values.

        Parameters
        ----------
        at_means
            A quantity under the means, of shape (1, arm, cell).
        drawn
            The same under the sets, of shape (set, arm, cell).
        baseline, arm
            Positions of the arms.

        Returns
        -------
        tuple
            Arrays of shape (cell,): at most 0 and at least 0.
        """
        before = at_means[:, arm] - at_means[:, baseline]
        changes = (drawn[:, arm] - drawn[:, baseline] - before).astype(np.float64)
        return np.minimum(changes.min(axis=0), 0.0), np.maximum(changes.max(axis=0), 0.0)


def parameter_range(
    scenario: Scenario,
    sets: int = SETS,
    *,
    results: Results | None = None,
    seed: int | None = None,
    threads: int | None = None,
    client: Any = None,
    checkpoints: str | PathLike[str] | Checkpoints | None = None,
    progress: bool | ProgressCallback = True,
) -> ParameterRange:
    """Run the arms once under each of a few drawn sets of the uncertain numbers.

    Cheap beside `Scenario.run_uncertain`, which splits the variance of every result into parameters and chance: as many
    replications as there are sets.

    Parameters
    ----------
    scenario
        With uncertain numbers.
    sets
        How many, at least 2.
    results
        A finished run of the scenario at the means: its arms, seed and first replication are taken.
    seed, threads, client, checkpoints, progress
        As of `Scenario.run`.

    Returns
    -------
    ParameterRange
        For `Results.compare`.

    Raises
    ------
    ValueError
        If nothing is uncertain, there are too few sets, or the results have parameter sets themselves.
    ScenarioError
        If a set makes a scenario that cannot be.
    """
    core = scenario._core
    if not core.uncertain:
        raise ValueError("nothing is uncertain: no number of the scenario is a distribution")
    if sets < 2:
        raise ValueError(f"sets: must be at least 2, got {sets}")
    if results is not None and results.parameter_sets:
        raise ValueError("results: have parameter sets, and so a parameter range, themselves")
    if results is None:
        results = scenario.run(replications=1, seed=seed, threads=threads, progress=progress)
    first = results._core.first_replication
    values = np.array([_core.draw_parameters(core, results.seed, s) for s in range(sets)])
    job = job_of(scenario, results.seed, results.arms)
    blocks = run_parts(
        scenario,
        sets_as_parts(scenario, job, values, 1, first, same_chance=True),
        about=job.about(scenario.name) | {"parameter sets under the same chance": sets},
        threads=0 if threads is None else threads,
        client=client,
        checkpoints=checkpoints,
        progress=progress,
    )
    drawn = side_by_side(results, blocks, sets_of(core, values))
    return ParameterRange(part_of(results, slice(0, 1)), drawn)
