"""The fit: regularised least squares with exact derivatives, and what it tells about the parameters."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed.calibrate._file import TargetsFile
from waterbed.calibrate._flows import Flows
from waterbed.calibrate._parameters import Parameters

Vector = npt.NDArray[np.float64]

#: The tolerance of a target is read as two standard deviations.
SDS_IN_TOLERANCE = 2.0
#: A direction whose targets say less than its prior is one that they do not tell.
TOLD = 1.0
CORRELATED = 0.95


@dataclass(frozen=True)
class Fit:
    """Where the solver came to rest."""

    shift: Vector  # of the parameters, in log space
    before: Vector  # expected, of each target
    after: Vector
    slopes: Vector  # of targets by parameters at the solution, in standard deviations of the target
    prior: Vector  # rows of the regularisation at the solution; shape (rows, parameters)
    evaluations: int
    seconds: float
    message: str


def solve(file: TargetsFile, flows: Flows, parameters: Parameters, factor: Vector) -> Fit:
    """Fit the parameters; `factor` of each target is what a simulation gives over what is expected.

    Minimises the sum of squares of (factor times expected less target) over half the allowance, of each parameter over
    its prior's standard deviation, and of steps between age bands over theirs.
    """
    from scipy.optimize import least_squares

    began = time.perf_counter()
    value = np.array([t.value for t in file.targets])
    sd = np.array([t.allowed / SDS_IN_TOLERANCE / np.sqrt(max(t.weight, 1e-12)) for t in file.targets])
    use = np.array([t.weight > 0 for t in file.targets])
    prior = _prior_rows(parameters)
    known: dict[bytes, tuple[Vector, Vector]] = {}

    def evaluate(x: Vector) -> tuple[Vector, Vector]:
        key = x.tobytes()
        if key not in known:
            if len(known) > 1:
                known.clear()
            expected, slopes = flows.expected_and_slopes(parameters.spread(x))
            known[key] = (expected * factor, parameters.gather(slopes) * factor[:, None])
        return known[key]

    def residuals(x: Vector) -> Vector:
        model, _ = evaluate(x)
        return np.concatenate([np.where(use, np.nan_to_num((model - value) / sd), 0.0), prior @ x])

    def jacobian(x: Vector) -> Vector:
        _, slopes = evaluate(x)
        return np.concatenate([np.where(use[:, None], slopes / sd[:, None], 0.0), prior])

    start = np.zeros(len(parameters))
    bounds = (np.array([p.low for p in parameters.all]) - 1e-12, np.array([p.high for p in parameters.all]) + 1e-12)
    before = evaluate(start)[0].copy()
    found = least_squares(
        residuals,
        start,
        jac=jacobian,
        bounds=bounds,
        method="trf",
        x_scale="jac",
        tr_solver="lsmr",
        xtol=1e-6,
        ftol=1e-6,
        max_nfev=40,
    )
    after, slopes = evaluate(found.x)
    scaled = np.where(use[:, None], slopes / sd[:, None], 0.0)
    seconds = time.perf_counter() - began
    return Fit(found.x, before, after, scaled, prior, int(found.nfev), seconds, str(found.message))


def _prior_rows(parameters: Parameters) -> Vector:
    """Ridge toward the present value, and steps between age bands."""
    count = len(parameters)
    rows = [np.eye(count)[i] / p.prior_sd for i, p in enumerate(parameters.all)]
    for i, p in enumerate(parameters.all):
        if p.after >= 0:
            row = np.zeros(count)
            row[i], row[p.after] = 1 / p.smooth_sd, -1 / p.smooth_sd
            rows.append(row)
    return np.array(rows)


@dataclass(frozen=True)
class Told:
    """What the targets tell about the parameters."""

    parameters: pd.DataFrame  # one row a parameter
    directions: pd.DataFrame  # combinations that the targets do not tell, one row a parameter in them
    pairs: pd.DataFrame  # parameters that trade off against each other
    untold: int  # number of directions, of len(parameters)


def told(file: TargetsFile, parameters: Parameters, fit: Fit, most: int = 10) -> Told:
    """Linearise at the solution: whom each parameter answers to, and what cannot be told apart."""
    prior_sd = np.array([p.prior_sd for p in parameters.all])
    information = fit.slopes.T @ fit.slopes + fit.prior.T @ fit.prior
    covariance = np.linalg.inv(information)
    sd = np.sqrt(np.diag(covariance))
    # How far a parameter moves with one standard deviation of each target.
    gain = np.abs(covariance @ fit.slopes.T)
    names = [t.name for t in file.targets]
    rows = []
    for i, p in enumerate(parameters.all):
        share = gain[i] / gain[i].sum() if gain[i].sum() > 0 else gain[i]
        top = np.argsort(-share)[:3]
        answers = "; ".join(f"{names[t]} {100 * share[t]:.0f} %" for t in top if share[t] >= 0.01)
        rows.append(
            (p.name, p.group, float(np.exp(fit.shift[i])), fit.shift[i] / p.prior_sd, sd[i] / p.prior_sd, answers)
        )
    columns = ["parameter", "group", "factor", "prior_sds_moved", "posterior_over_prior_sd", "answers_to"]
    table = pd.DataFrame(rows, columns=columns)
    # Data alone, in units of the prior: a singular value below 1 says less than the prior did.
    _, singular, directions = np.linalg.svd(fit.slopes * prior_sd, full_matrices=True)
    size = np.concatenate([singular, np.zeros(len(parameters) - len(singular))])
    blind = np.flatnonzero(size < TOLD)
    moved = np.linalg.norm(fit.slopes * prior_sd, axis=0)
    lines = []
    for number, k in enumerate(blind[:most]):
        weights = directions[k]
        for i in np.argsort(-np.abs(weights))[:4]:
            if abs(weights[i]) >= 0.1:
                lines.append((number, size[k], parameters.names[i], weights[i], moved[i]))
    directions_table = pd.DataFrame(lines, columns=["direction", "singular_value", "parameter", "weight", "told_alone"])
    return Told(table, directions_table, _pairs(parameters, fit, prior_sd), len(blind))


def _pairs(parameters: Parameters, fit: Fit, prior_sd: Vector) -> pd.DataFrame:
    scaled = fit.slopes * prior_sd
    covariance = np.linalg.inv(scaled.T @ scaled + np.eye(len(parameters)))
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    first, second = np.nonzero(np.triu(np.abs(correlation) > CORRELATED, k=1))
    names = parameters.names
    rows = [(names[i], names[j], correlation[i, j]) for i, j in zip(first, second, strict=True)]
    frame = pd.DataFrame(rows, columns=["parameter", "other", "correlation"])
    return frame.reindex(frame["correlation"].abs().sort_values(ascending=False, kind="stable").index).reset_index(
        drop=True
    )
