"""Run until a result is known well enough."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import pandas as pd

from waterbed._checkpoints import Checkpoints
from waterbed._progress import ProgressCallback
from waterbed._text import number
from waterbed.results import Results
from waterbed.scenario import Scenario, merge
from waterbed.sweeps import mean_of

if TYPE_CHECKING:
    from waterbed.uncertainty._outcome import Outcome

#: Replications at the first look, and by how much each look has more than the one before.
FIRST_LOOK = 20
GROWTH = 1.5
#: Replications at the last look, if nothing is said.
MOST = 1000


@dataclass(frozen=True)
class Precision:
    """How a run was stopped.

    ``looks`` has one row a look: replications, half_width (of the 95 % simulation error, the widest of the arms), arm
    (whose it is).
    """

    outcome: str
    wanted: float
    looks: pd.DataFrame

    @property
    def reached(self) -> bool:
        """Whether the interval is as narrow as wanted."""
        return bool(self.looks["half_width"].iloc[-1] <= self.wanted)

    def sentence(self) -> str:
        """Say what was reached, by which rule, and how the rule bears on the interval."""
        last = self.looks.iloc[-1]
        looks = ", ".join(str(count) for count in self.looks["replications"])
        told = f"{self.outcome}: 95 % simulation error ± {number(last['half_width'])} ({last['arm']})"
        end = "reached" if self.reached else "NOT reached"
        rule = "the first look that was narrow enough" if self.reached else "the last look"
        return (
            f"Precision ± {number(self.wanted)} {end} at {last['replications']} replications. {told}. "
            f"Looked at {looks} replications, stopped at {rule}: "
            "such an interval holds the mean in 94 to 95 % of runs, "
            "less often if differences are skewed (docs/runs.md)."
        )


def looks(most: int, first: int = FIRST_LOOK) -> Iterator[int]:
    """Give the replications at which a run is looked at, fixed beforehand; the last look is at `most`."""
    at = first
    while at < most:
        yield at
        at = math.ceil(at * GROWTH)
    yield most


def run_to_precision(
    scenario: Scenario,
    outcome: Outcome,
    half_width: float,
    *,
    most: int = MOST,
    seed: int | None = None,
    threads: int | None = None,
    arms: Iterable[str] | None = None,
    client: Any = None,
    checkpoints: str | PathLike[str] | Checkpoints | None = None,
    progress: bool | ProgressCallback = True,
) -> tuple[Results, Precision]:
    """Add replications until the interval of an outcome is narrow enough.

    The looks are fixed beforehand: 20 replications, each time half as many again, and `most`. At the first look at
    which the 95 % interval (Student t) of the outcome, arm against baseline, is at most ``2 * half_width`` wide in
    every arm, the run ends. A run with one arm looks at its own value. The variance that decides is also the one of the
    interval, so runs stop a little too often where it came out small, and the interval holds the mean a little less
    often than 95 % (`docs/runs.md` has numbers).

    Parameters
    ----------
    scenario
        What is run; parameters fixed.
    outcome
        A line of `Difference.summary` as ``"Spending in cash/total"``, or a function of results to an array
        (replication, arm).
    half_width
        In the unit of the outcome, above 0.
    most
        Replications at the last look, at least 2.
    seed, threads, arms, client, checkpoints, progress
        As for `Scenario.run`.

    Returns
    -------
    Results
        Of all replications.
    Precision
        What was reached, look by look.

    Raises
    ------
    ValueError
        If there is no such outcome, or a number is out of range.
    """
    if not half_width > 0 or math.isinf(half_width):
        raise ValueError(f"half_width: must be above 0 and finite, got {half_width}")
    if most < 2:
        raise ValueError(f"most: must be at least 2, got {most}")
    names = None if arms is None else list(arms)
    parts: list[Results] = []
    rows: list[dict[str, object]] = []
    done = 0
    for at in looks(most):
        parts.append(
            scenario.run(
                replications=at - done,
                first_replication=done,
                seed=seed,
                threads=threads,
                arms=names,
                client=client,
                checkpoints=checkpoints,
                progress=progress,
            )
        )
        parts = [merge(parts)]
        done = at
        arm, width = _widest(parts[0], outcome)
        rows.append({"replications": at, "half_width": width, "arm": arm})
        if width <= half_width:
            break
    name = outcome if isinstance(outcome, str) else "outcome"
    return parts[0], Precision(name, half_width, pd.DataFrame(rows))


def _widest(results: Results, outcome: Outcome) -> tuple[str, float]:
    others = [arm for arm in results.arms if arm != results.baseline]
    if results.baseline not in results.arms:
        raise ValueError(f"arms: must hold the baseline, {results.baseline}")
    chosen: list[str | None] = [*others] if others else [None]
    found = [(arm or results.baseline, mean_of(results, outcome, arm)) for arm in chosen]
    widths = [(name, (row["high"] - row["low"]) / 2) for name, row in found]
    return max(widths, key=lambda pair: pair[1])
