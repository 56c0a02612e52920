"""Parameters of behaviour from published effects: posterior mode, its spread, and which study says what."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed.evidence._predict import Prediction, predict_all
from waterbed.evidence._reader import Faults, fields_of, read
from waterbed.evidence._study import Study

Vector = npt.NDArray[np.float64]
#: Predictions by name of study, given the parameters by path.
Predictor = Callable[[Mapping[str, float]], Mapping[str, Prediction]]

#: A parameter that moved by less than this part may leave counts of visits as they were by chance.
NO_MOVE = 0.05
#: Half-width of a finite difference, in prior standard deviations: wide enough that integer counts of visits move.
STEP = 0.15


@dataclass(frozen=True)
class Prior:
    """What was believed of a parameter before the studies: log-normal, as none may be negative.

    ``default`` is what scenarios ship; ``pinned_by`` says in words what could tell.
    """

    path: str
    title: str
    median: float
    sd_log: float
    default: float
    source: str
    quality: str

    def value(self, z: float) -> float:
        """Parameter at so many prior standard deviations from the median of its logarithm."""
        return self.median * math.exp(self.sd_log * z)


@dataclass(frozen=True)
class Fit:
    """Where the solver came to rest; vectors are in the order of ``priors`` and in prior standard deviations."""

    priors: tuple[Prior, ...]
    studies: tuple[Study, ...]
    mode: Vector
    covariance: Vector
    #: d prediction / d z over the published standard error: shape (study, parameter)
    sensitivity: Vector
    predictions: dict[str, Prediction]
    prior_predictions: dict[str, Prediction]
    discrepancy: float
    evaluations: int
    seconds: float
    message: str
    sample: pd.DataFrame = field(default_factory=pd.DataFrame)

    def parameters(self) -> pd.DataFrame:
        """One row a parameter.

        Returns
        -------
        pandas.DataFrame
            Columns path, title, default, prior_median, prior_low, prior_high, median (the mode of the logarithm), low,
            high (middle 90 %), sd_log, left (posterior over prior standard deviation of the logarithm), pinned_by
            (study with the largest share of the information) and that share.
        """
        rows = []
        shares = self.information()
        for k, prior in enumerate(self.priors):
            z, sd = self.mode[k], math.sqrt(self.covariance[k, k])
            share = shares[shares["path"] == prior.path].sort_values("share", ascending=False).iloc[0]
            rows.append(
                {
                    "path": prior.path,
                    "title": prior.title,
                    "default": prior.default,
                    "prior_median": prior.median,
                    "prior_low": prior.value(-1.645),
                    "prior_high": prior.value(1.645),
                    "median": prior.value(z),
                    "low": prior.value(z - 1.645 * sd),
                    "high": prior.value(z + 1.645 * sd),
                    "sd_log": prior.sd_log * sd,
                    "left": sd,
                    "pinned_by": share["study"],
                    "share": share["share"],
                }
            )
        return pd.DataFrame(rows)

    def information(self) -> pd.DataFrame:
        """Share of each study in what is known of a parameter, the prior among them; others held.

        Columns path, study ("prior" or a name), share; shares of a parameter sum to 1.
        """
        rows = []
        for k, prior in enumerate(self.priors):
            parts = {"prior": 1.0} | {s.name: float(self.sensitivity[i, k] ** 2) for i, s in enumerate(self.studies)}
            total = sum(parts.values())
            rows += [{"path": prior.path, "study": n, "share": v / total} for n, v in parts.items()]
        return pd.DataFrame(rows)

    def correlations(self) -> pd.DataFrame:
        """Posterior correlations of the logarithms."""
        sd = np.sqrt(np.diag(self.covariance))
        names = [p.path for p in self.priors]
        return pd.DataFrame(self.covariance / np.outer(sd, sd), index=names, columns=names)

    def residuals(self) -> pd.DataFrame:
        """One row a study: published, before (at the prior medians), after, simulation error, residual in its sd."""
        rows = []
        for study in self.studies:
            after = self.predictions[study.name]
            published, sd = study.published.value, spread(study, self.discrepancy)
            assert published is not None
            rows.append(
                {
                    "study": study.name,
                    "target": study.target,
                    "title": study.title,
                    "published": published,
                    "low": study.published.low,
                    "high": study.published.high,
                    "before": self.prior_predictions[study.name].value,
                    "after": after.value,
                    "error": after.error,
                    "residual": (after.value - published) / sd,
                }
            )
        return pd.DataFrame(rows)


def spread(study: Study, discrepancy: float) -> float:
    """Give the standard error of a study, with what the model is expected to miss of it: a share of the estimate."""
    sd, value = study.published.sd, study.published.value
    if sd is None or value is None or sd <= 0:
        raise ValueError(f"{study.name}: published: value, low and high must be there and differ")
    return math.hypot(sd, discrepancy * value)


def read_priors(file: str | PathLike[str] = "scenarios/evidence/priors.yaml") -> list[Prior]:
    """Read what is believed before the studies.

    Parameters
    ----------
    file
        A map, path of a parameter to title, median, sd_log, default, source, quality.

    Raises
    ------
    ValueError
        If the file is not what it must be; every fault is told with its line.
    """
    path = Path(file)
    faults: Faults = []
    priors = []
    for name, node in read(path, faults):
        fields = fields_of(path, name, node, faults)
        numbers = {key: fields.number(key, None) for key in ("median", "sd_log", "default")}
        for key, value in numbers.items():
            if value is None or value < 0 or (value == 0 and key != "default"):
                fields.fault(key, "must be there and be above 0" if key != "default" else "must be there, at least 0")
        priors.append(
            Prior(
                path=name,
                title=fields.text("title"),
                median=numbers["median"] or 0.0,
                sd_log=numbers["sd_log"] or 0.0,
                default=numbers["default"] or 0.0,
                source=fields.text("source"),
                quality=fields.word("quality", ("A", "B", "C")),
            )
        )
        fields.nothing_else()
    if faults:
        raise ValueError("\n".join(faults))
    return priors


def fit(
    studies: Sequence[Study],
    priors: Sequence[Prior],
    *,
    replications: int | None = None,
    seed: int | None = None,
    discrepancy: float = 0.0,
    sample: int = 0,
    overrides: Mapping[str, Any] | None = None,
    predictor: Predictor | None = None,
    start: Vector | None = None,
    told: Callable[[str], None] | None = None,
) -> Fit:
    """Find the parameters that published effects and prior beliefs together make most likely.

    The posterior mode of the logarithms of the parameters, by nonlinear least squares (SciPy, trust region) with
    central differences; every evaluation has the same draws. The spread is Laplace's approximation; ``sample`` draws
    from it are weighted by the true posterior to check it.

    Parameters
    ----------
    studies
        Those with the use *fit* are taken.
    priors
        Of the parameters.
    replications, seed
        Of every study; as `predict_all`.
    discrepancy
        What the model is expected to miss of every effect besides its published error, as a share of it.
    sample
        Importance draws; 0: none.
    overrides
        In every scenario, beside the parameters.
    predictor
        In place of the simulation, for tests.
    start
        Where to begin, in prior standard deviations; left out: at the prior medians.
    told
        Called with a line after every step.

    Returns
    -------
    Fit
        Mode, spread, information, residuals.

    Raises
    ------
    ValueError
        If there is no study to fit on, or one without an interval.
    """
    from scipy.optimize import least_squares

    fitted = tuple(s for s in studies if s.use == "fit")
    if not fitted or not priors:
        raise ValueError("there must be a study with the use 'fit', and a parameter")
    published = np.array([s.published.value for s in fitted], dtype=np.float64)
    sd = np.array([spread(s, discrepancy) for s in fitted])
    say = told or (lambda _: None)
    started = time.monotonic()
    count = 0

    run = predictor or _Simulated(fitted, dict(overrides or {}), replications, seed)
    seen: dict[bytes, Mapping[str, Prediction]] = {}

    def at(z: Vector) -> Mapping[str, Prediction]:
        nonlocal count
        key = z.tobytes()
        if key not in seen:
            count += 1
            seen[key] = run({p.path: p.value(float(v)) for p, v in zip(priors, z, strict=True)})
        return seen[key]

    def standardised(z: Vector) -> Vector:
        found = at(z)
        return np.array([(found[s.name].value - v) / d for s, v, d in zip(fitted, published, sd, strict=True)])

    def residuals(z: Vector) -> Vector:
        values = np.concatenate([standardised(z), z])
        say(f"{count:4d} evaluations, sum of squares {float(values @ values):.3f}")
        return values

    def sensitivity(z: Vector) -> Vector:
        steps = STEP * np.eye(len(priors))
        return np.stack([(standardised(z + h) - standardised(z - h)) / (2 * STEP) for h in steps], axis=1)

    def jacobian(z: Vector) -> Vector:
        return np.concatenate([sensitivity(z), np.eye(len(priors))])

    origin = np.zeros(len(priors))
    solved = least_squares(
        residuals, origin if start is None else start, jac=jacobian, xtol=1e-2, ftol=1e-3, max_nfev=25
    )
    moved = sensitivity(solved.x)
    covariance = np.linalg.inv(moved.T @ moved + np.eye(len(priors))).astype(np.float64)
    return Fit(
        priors=tuple(priors),
        studies=fitted,
        mode=solved.x,
        covariance=covariance,
        sensitivity=moved,
        predictions=dict(at(solved.x)),
        prior_predictions=dict(at(origin)),
        discrepancy=discrepancy,
        evaluations=count,
        seconds=time.monotonic() - started,
        message=str(solved.message),
        sample=_importance(standardised, solved.x, covariance, sample, [p.path for p in priors], say),
    )


class _Simulated:
    """Predictions by simulation; a scenario is run again only if a parameter moved that it answers to.

    It does not answer to a parameter that, changed alone from where the fit began and with the same draws, left every
    prediction as it was to the last bit: the mechanism is not in it. Elsewhere a choice may be at its bound.
    """

    def __init__(
        self, studies: Sequence[Study], overrides: dict[str, Any], replications: int | None, seed: int | None
    ) -> None:
        self._groups: dict[str, list[Study]] = {}
        for study in studies:
            self._groups.setdefault(f"{study.scenario} {study.overrides}", []).append(study)
        self._overrides, self._replications, self._seed = overrides, replications, seed
        self._runs: dict[str, list[tuple[dict[str, float], dict[str, Prediction]]]] = {g: [] for g in self._groups}
        self._idle: dict[str, set[str]] = {g: set() for g in self._groups}

    def __call__(self, values: Mapping[str, float]) -> Mapping[str, Prediction]:
        found: dict[str, Prediction] = {}
        for group in self._groups:
            found |= self._group(group, dict(values))
        return found

    def _group(self, group: str, values: dict[str, float]) -> dict[str, Prediction]:
        idle = self._idle[group]
        for before, known in self._runs[group]:
            if {p for p in values if values[p] != before[p]} <= idle:
                return known
        new = predict_all(
            self._groups[group], self._overrides | values, replications=self._replications, seed=self._seed
        )
        for before, known in self._runs[group][:1]:
            moved = [p for p in values if values[p] != before[p] and p not in idle]
            if len(moved) == 1 and known == new and abs(math.log(values[moved[0]] / before[moved[0]])) > NO_MOVE:
                idle.add(moved[0])
        self._runs[group].append((values, new))
        return new


def _importance(
    standardised: Callable[[Vector], Vector],
    mode: Vector,
    covariance: Vector,
    count: int,
    names: list[str],
    say: Callable[[str], None],
) -> pd.DataFrame:
    """Draws from Laplace's approximation with their weights under the posterior; columns the paths (z) and weight."""
    generator = np.random.default_rng(20261129)
    factor = np.linalg.cholesky(covariance)
    rows, logs = [], []
    for i in range(count):
        e = generator.standard_normal(len(mode))
        z = mode + factor @ e
        r = standardised(z)
        rows.append(z)
        logs.append(-0.5 * float(r @ r + z @ z) + 0.5 * float(e @ e))
        say(f"draw {i + 1} of {count}")
    if not count:
        return pd.DataFrame()
    weights = np.exp(np.array(logs) - max(logs))
    return pd.DataFrame(np.array(rows), columns=names).assign(weight=weights / weights.sum())
