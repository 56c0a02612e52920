"""Regression of results on parameters: which of them the variance comes from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.interpolate import make_smoothing_spline
from scipy.stats import norm, rankdata

from waterbed._parameters import FloatArray, ParameterSets
from waterbed.results import Results
from waterbed.uncertainty._outcome import Outcome, outcome_of

_KNOTS = 100


def spline_of(x: FloatArray, y: FloatArray) -> FloatArray:
    """Give what is expected of y given x: a cubic smoothing spline, its smoothness by generalised cross-validation.

    Parameters
    ----------
    x
        Values of a parameter, shape (set,).
    y
        Results, shape (set,).

    Returns
    -------
    numpy.ndarray
        Fitted values, shape (set,); the mean where x takes fewer than five values.
    """
    if len(np.unique(x)) < 5:
        return np.full(len(y), float(y.mean()))
    # On ranks the knots are even, so that a long tail does not bend the curve; a hundred of them are enough.
    level = (rankdata(x) - 0.5) / len(x)
    knots, which, counts = np.unique(np.floor(level * _KNOTS), return_inverse=True, return_counts=True)
    if len(knots) < 5:
        knots, which, counts = np.unique(level, return_inverse=True, return_counts=True)
    at = np.bincount(which, weights=level) / counts
    means = np.bincount(which, weights=y) / counts
    scale = float(means.std()) or 1.0
    curve = make_smoothing_spline(at, (means - means.mean()) / scale, w=counts)
    return np.asarray(curve(level) * scale + means.mean(), dtype=np.float64)


def variance_shares(results: Results, outcome: Outcome, arm: str | None = None) -> pd.DataFrame:
    """Split the variance of an outcome into chance, and parameters by the quality of their evidence.

    Parameters
    ----------
    results
        Of `Scenario.run_uncertain`.
    outcome
        See `outcome_of`.
    arm
        Its difference from the baseline; by default the baseline itself.

    Returns
    -------
    pandas.DataFrame
        Columns part (chance, parameters, quality A, quality B, quality C), share (of the variance of a single
        replication; those of the letters are main effects, joint effects of several letters are in none).

    Raises
    ------
    ValueError
        If parameters are fixed, or there are too few sets to fit the numbers of a letter.
    """
    sets = sets_in(results)
    names = sets.qualities
    values = outcome_of(results, outcome, results.baseline)
    base = results.arms.index(results.baseline)
    y = values[:, base] if arm is None else values[:, results.arms.index(arm)] - values[:, base]
    by_set = y.reshape(sets.sets, -1)
    each = by_set.shape[1]
    means = by_set.mean(axis=1)
    within = float(by_set.var(axis=1, ddof=1).mean())
    between = float(means.var(ddof=1))
    parameters = max(0.0, between - within / each)
    total = parameters + within
    if total == 0.0:
        raise ValueError("the outcome does not vary")
    rows = [("chance", within / total), ("parameters", parameters / total)]
    for letter in "ABC":
        chosen = [i for i, quality in enumerate(names) if quality == letter]
        explained = explained_variance(sets.drawn[:, chosen], means) if chosen else 0.0
        rows.append((f"quality {letter}", min(explained, parameters) / total))
    return pd.DataFrame(rows, columns=["part", "share"])


def explained_variance(x: FloatArray, y: FloatArray) -> float:
    """Variance of y that parameters explain together, without the optimism of a fit (adjusted R squared).

    Least squares on the first two Hermite polynomials of each parameter's normal scores.
    """
    count = len(y)
    scores = norm.ppf((rankdata(x, axis=0) - 0.5) / count)
    design = np.column_stack([np.ones(count), scores, scores**2 - 1.0])
    free = count - np.linalg.matrix_rank(design)
    if free < 10:
        raise ValueError(f"parameter_sets: must be at least {design.shape[1] + 10} to fit {x.shape[1]} numbers")
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return max(0.0, float(y.var(ddof=1) - left @ left / free))


def sets_in(results: Results) -> ParameterSets:
    """Parameter sets of a run, or why there are none."""
    if results.parameters is None:
        raise ValueError("parameters are fixed: run with Scenario.run_uncertain")
    return results.parameters
