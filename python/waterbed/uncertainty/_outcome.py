"""One number of a run that an analysis looks at."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from waterbed._measures import SCALE, Measures
from waterbed._parameters import FloatArray
from waterbed.results import Results

#: A line of `Difference.summary` as ``group/measure``, or a function of results to an array (replication, arm).
Outcome = str | Callable[[Results], FloatArray]


def outcome_of(results: Results, outcome: Outcome, baseline: str) -> FloatArray:
    """Values of an outcome, shape (replication, arm).

    Parameters
    ----------
    results
        Of a run.
    outcome
        ``"Spending in cash/total"``: group and measure of a line of `Difference.summary`, in its unit; or a function.
    baseline
        Arm whose insured-years amounts are divided by.

    Raises
    ------
    ValueError
        If there is no such line.
    """
    if callable(outcome):
        return np.asarray(outcome(results), dtype=np.float64)
    known = {f"{m.group}/{m.name}": m.amounts for m in Measures(results, baseline).all()}
    if outcome not in known:
        raise ValueError(f"outcome must be one of {', '.join(known)}, got {outcome!r}")
    return known[outcome] / SCALE
