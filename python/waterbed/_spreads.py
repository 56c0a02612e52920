"""Mean, simulation error and range of many columns at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from waterbed import _core

IntArray = npt.NDArray[np.int64]
Spreads = dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]

#: What is told of a column.
SPREADS = ("mean", "standard_error", "low", "high", "range_low", "range_high", "variance_ratio")


def spreads_between(before: IntArray, after: IntArray) -> Spreads:
    """Spreads of ``after - before``, pair by pair.

    Parameters
    ----------
    before, after
        Integers of shape (replication, column).

    Returns
    -------
    dict
        Arrays of shape (column,) in the unit of the values: mean, standard_error, low, high (95 % simulation error),
        range_low, range_high (middle 95 % of replications), variance_ratio. With one replication all but the mean are
        NaN.
    """
    if len(before) < 2:
        nothing = np.full(before.shape[1], np.nan)
        return dict.fromkeys(SPREADS, nothing) | {"mean": (after - before)[0].astype(np.float64)}
    found: Spreads = _core.paired_differences(np.ascontiguousarray(before), np.ascontiguousarray(after))
    return found


def spreads_of(changes: IntArray) -> Spreads:
    """Spreads of changes of shape (replication, column), see `spreads_between`."""
    return spreads_between(np.zeros_like(changes), changes)
