"""One ACO under every track: what chance alone does to its payment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from waterbed._overrides import Override
from waterbed._progress import ProgressCallback
from waterbed.acos._published import ELECTED, TRACKS, TWO_SIDED, Folder, contract_for, elected, facts_of, row_of
from waterbed.acos._scenario import scenario_text
from waterbed.plots._acos import tracks_chart
from waterbed.scenario import parse

FloatArray = npt.NDArray[np.float64]

#: A chance is told only if at least this many replications lie beyond.
ENOUGH_BEYOND = 20

#: Half-width of a 95 % interval in standard errors.
Z95 = 1.959964

#: Minimum rate of the ACOs that have none of their own to compare with.
USUAL_MINIMUM = 0.02


def relative_spending(
    row: pd.Series,
    *,
    replications: int = 200,
    seed: int = 1,
    threads: int | None = None,
    progress: bool | ProgressCallback = False,
    overrides: Mapping[str, Override] | None = None,
) -> FloatArray:
    """Simulate counted spending per person-year, over its mean over the replications.

    Parameters
    ----------
    row
        A published row, or one like it.
    replications
        Years drawn.
    seed
        Of every draw.
    threads
        By default one a processor.
    progress
        As for `Scenario.run`.
    overrides
        Changes of the scenario, as for `Scenario.with_`.

    Returns
    -------
    numpy.ndarray
        Shape (replications,), mean 1.
    """
    made = parse(scenario_text(row))
    changed = made.with_(**overrides) if overrides else made
    results = changed.run(replications=replications, seed=seed, threads=threads, progress=progress)
    counted = results.total("settlement", where={"item": ["counted"]}).of()[:, 0].astype(np.float64)
    each = counted / results.total("population").of()[:, 0]
    return np.asarray(each / each.mean())


def minimum_words(track: str, minimum: float | None) -> str:
    """Give a minimum rate as people say it."""
    if minimum is None:
        return "by size"
    return f"{100 * minimum:.1f} %"


@dataclass(frozen=True)
class Choice:
    """A track with its minimum rate (a share; None: the table by size) and what it pays in each replication, USD."""

    track: str
    minimum: float | None
    own: bool
    payments: FloatArray


def _chance(beyond: npt.NDArray[np.bool_]) -> float:
    count = int(beyond.sum())
    return count / len(beyond) if count >= ENOUGH_BEYOND else math.nan


class Comparison:
    """Payments of one ACO under every track, over the chance of a year. Made by `compare`."""

    def __init__(self, aco_id: str, row: pd.Series, spending: FloatArray, choices: Sequence[Choice], seed: int) -> None:
        self.aco_id = aco_id
        self.row = row
        self.spending = spending
        self.choices = list(choices)
        self.seed = seed

    def __repr__(self) -> str:
        return f"Comparison({self.aco_id!r}, replications={self.replications}, seed={self.seed})"

    @property
    def replications(self) -> int:
        """Number of years drawn."""
        return len(self.spending)

    def table(self) -> pd.DataFrame:
        """Payment under each track and minimum rate.

        Returns
        -------
        pandas.DataFrame
            Columns track, minimum_rate (words), own (what the ACO had in 2022), payment (expected, USD; below 0: owed),
            error (half-width of the 95 % simulation error), low and high (5 % and 95 % of years), chance_of_payment,
            chance_of_loss (0 where the track knows no losses; NaN with fewer than 20 replications beyond).
        """
        rows = []
        for choice in self.choices:
            paid = choice.payments
            low, high = np.quantile(paid, [0.05, 0.95])
            rows.append(
                {
                    "track": choice.track,
                    "minimum_rate": minimum_words(choice.track, choice.minimum),
                    "own": choice.own,
                    "payment": float(paid.mean()),
                    "error": Z95 * float(paid.std(ddof=1)) / math.sqrt(len(paid)),
                    "low": float(low),
                    "high": float(high),
                    "chance_of_payment": _chance(paid > 0),
                    "chance_of_loss": _chance(paid < 0) if choice.track in TWO_SIDED else 0.0,
                }
            )
        return pd.DataFrame(rows)

    def figure(self) -> Figure:
        """Draw the expected payment under each track, with its simulation error and the range of years."""
        return tracks_chart(self.table(), f"Medicare ACO {self.aco_id} of 2022 under every track", self.replications)

    def value_of_minimum(self) -> pd.DataFrame:
        """Tell what the best minimum rate is worth, by two-sided track.

        Returns
        -------
        pandas.DataFrame
            Columns track, best (minimum rate with the highest expected payment), against (what the ACO elected, or 2 %
            if it elected none), value (expected USD a year, paired) and error (half-width of its 95 % interval).
            The best is picked on the same replications, which flatters it by less than the error.
        """
        mine = elected(self.row) if self.row["Risk_Model"] == "Two-Sided" else USUAL_MINIMUM
        rows = []
        for track in TWO_SIDED:
            here = [choice for choice in self.choices if choice.track == track]
            if not here:
                continue
            best = max(here, key=lambda choice: float(choice.payments.mean()))
            against = next(choice for choice in here if choice.minimum == mine)
            gained = best.payments - against.payments
            rows.append(
                {
                    "track": track,
                    "best": minimum_words(track, best.minimum),
                    "against": minimum_words(track, against.minimum),
                    "value": float(gained.mean()),
                    "error": Z95 * float(gained.std(ddof=1)) / math.sqrt(len(gained)),
                }
            )
        return pd.DataFrame(rows)


def compare(
    aco_id: str,
    *,
    tracks: Sequence[str] = tuple(TRACKS),
    replications: int = 200,
    seed: int = 1,
    threads: int | None = None,
    own_revenue: float | None = None,
    progress: bool | ProgressCallback = True,
    folder: Folder = None,
) -> Comparison:
    """Show one published ACO under every track: its spending varies by chance, nobody responds.

    Expected spending is as published, and so are benchmark, quality and size; replications give the spread of spending
    around it. A published saving holds luck of its own, so the next year's expectation is nearer to the benchmark than
    this. No disaster relief is given.

    Parameters
    ----------
    aco_id
        For example A1001.
    tracks
        Of A, B, C, D, E and EN; two-sided ones with minimum rates of 0, 0.5, 1, 1.5 and 2 % and the table by size.
    replications
        Years drawn.
    seed
        Of every draw.
    threads
        By default one a processor.
    own_revenue
        Of the ACO's providers from Medicare, USD: limits what is owed in C, D and E. Left out: not less than half of
        spending, so that the limit on the benchmark binds.
    progress
        As for `Scenario.run`.
    folder
        Folder of scenarios, with `data/us` and `contracts/us`; left out: what is shipped.

    Raises
    ------
    ValueError
        If there is no such ACO or track.
    """
    row = row_of(aco_id, folder)
    pairs: list[tuple[str, float | None]] = []
    for track in tracks:
        pairs += [(track, minimum) for minimum in ((*ELECTED, None) if track in TWO_SIDED else (None,))]
    contracts = [contract_for(track, minimum, folder) for track, minimum in pairs]
    spending = relative_spending(row, replications=replications, seed=seed, threads=threads, progress=progress)
    facts = facts_of(row.to_frame().T, own_revenue=own_revenue)
    facts["counted"] = facts["counted"] * spending
    choices = [
        Choice(
            track,
            minimum,
            track == row["Current_Track"] and minimum == elected(row),
            contract.settle_many(**facts)["settlement"].to_numpy(),
        )
        for (track, minimum), contract in zip(pairs, contracts, strict=True)
    ]
    return Comparison(aco_id, row, spending, choices, seed)
