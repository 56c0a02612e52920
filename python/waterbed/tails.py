"""How bad a bad year is: value at risk and tail value at risk of each party, with their simulation errors."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core
from waterbed.results import EQUALISATION_FUND, Results

FloatArray = npt.NDArray[np.float64]

#: Replications that must lie beyond the value at risk before their mean is told.
LEAST_BEYOND = 20

#: How a party loses, by kind.
LOSSES = {
    "provider": "result, with its sign turned",
    "payer": "paid for care",
    "insurer": "result after equalisation, with its sign turned",
}


def value_at_risk(losses: FloatArray, level: float) -> tuple[float, float, float]:
    """Give the loss that is exceeded with probability ``1 - level``, with its 95 % simulation error.

    The error is the interval between two order statistics: exact for every continuous distribution.

    Parameters
    ----------
    losses
        Independent, one a replication.
    level
        Between 0 and 1.

    Returns
    -------
    tuple
        Quantile (linear between order statistics), low and high; all NaN if no two order statistics hold it, below some
        73 losses at 95 %.

    References
    ----------
    David & Nagaraja, Order Statistics (2003), section 7.1.
    """
    ranks = _core.quantile_ranks(len(losses), level) if len(losses) else None
    if ranks is None:
        return math.nan, math.nan, math.nan
    ordered = np.sort(losses)
    return float(np.quantile(ordered, level)), float(ordered[ranks[0] - 1]), float(ordered[ranks[1] - 1])


def tail_value_at_risk(losses: FloatArray, level: float) -> tuple[float, float]:
    """Give the mean of the worst ``1 - level`` of losses, with its standard error.

    The standard error is that of the limiting normal distribution, ``sqrt((s^2 + level (T - V)^2) / (n (1 - level)))``:
    s the standard deviation of losses beyond V, the value at risk, and T the tail value at risk.

    Parameters
    ----------
    losses
        Independent, one a replication.
    level
        Between 0 and 1.

    Returns
    -------
    tuple
        Mean beyond, where a part of one loss fills up the share, and its standard error; NaN if fewer than 20 losses
        lie beyond.

    References
    ----------
    Acerbi & Tasche, On the coherence of expected shortfall, Journal of Banking & Finance 26 (2002) 1487-1503.
    Manistre & Hancock, Variance of the CTE estimator, North American Actuarial Journal 9 (2005) 129-156.
    """
    share = len(losses) * (1.0 - level)
    if share < LEAST_BEYOND - 1e-9:
        return math.nan, math.nan
    ordered = np.sort(losses)[::-1]
    whole = math.floor(share + 1e-9)
    beyond = ordered[:whole]
    part = max(0.0, share - whole)
    mean = (beyond.sum() + part * (ordered[whole] if part > 0 else 0.0)) / share
    at = float(np.quantile(losses, level))
    variance = (beyond.var(ddof=1) + level * (mean - at) ** 2) / share
    return float(mean), math.sqrt(variance)


def tails(results: Results, level: float = 0.95) -> pd.DataFrame:
    """Give the value at risk and tail value at risk of every party and arm.

    A loss is the mean of a replication's performance years. With parameter sets the first replication of each set
    counts, as those of one set share its numbers.

    Parameters
    ----------
    results
        Of a run.
    level
        Share of replications that are better; at least 0.5, below 1.

    Returns
    -------
    pandas.DataFrame
        One row an arm and party: columns arm, party, kind (see `LOSSES`), mean, value_at_risk, low, high (95 %
        simulation error between order statistics), tail_value_at_risk, standard_error (of it), in EUR thousand a year,
        and beyond (replications beyond the value at risk). What too few replications tell is NaN.

    Raises
    ------
    ValueError
        If the level is out of range.
    """
    if not 0.5 <= level < 1.0:
        raise ValueError(f"level: must be at least 0.5 and below 1, got {level}")
    sets = results.parameter_sets
    kept = slice(None, None, results.replications // sets) if sets else slice(None)
    years = max(1, results.outline.years)
    rows: list[dict[str, object]] = []
    for position, arm in enumerate(results.arms):
        for kind, party, micro in _losses(results):
            losses = micro[kept, position].astype(np.float64) / (1e9 * years)
            at, low, high = value_at_risk(losses, level)
            mean, error = tail_value_at_risk(losses, level)
            row = {"arm": arm, "party": party, "kind": kind, "mean": float(losses.mean()), "value_at_risk": at}
            row |= {"low": low, "high": high, "tail_value_at_risk": mean, "standard_error": error}
            rows.append(row | {"beyond": int((losses > at).sum())})
    columns = ["arm", "party", "kind", "mean", "value_at_risk", "low", "high", "tail_value_at_risk", "standard_error"]
    return pd.DataFrame(rows, columns=[*columns, "beyond"])


def _losses(results: Results) -> Iterator[tuple[str, str, npt.NDArray[np.int64]]]:
    """Losses in micro-euro over all years, by party, of parties to whom anything happens."""
    tables = [("provider", "provider_result", "provider", {"item": "result"}, -1)]
    tables.append(("payer", "cash_spending", "payer", {}, 1))
    tables.append(("insurer", "insurer_result", "payer", {"item": "result_net"}, -1))
    for kind, table, axis, where, sign in tables:
        if table not in results.tables:
            continue
        cells = results.total(table, by=[axis], where=where)
        for (party,) in cells.labels:
            if cells.of(party).any() and party != EQUALISATION_FUND:
                yield kind, party, sign * cells.of(party)
