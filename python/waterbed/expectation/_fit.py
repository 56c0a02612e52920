"""Fitting what is expected of each person, and asking how well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Protocol, TypeGuard

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core
from waterbed.expectation._assess import Assessment
from waterbed.expectation._features import Feature, FloatArray, as_features, columns_of, design
from waterbed.expectation._model import Model

#: Kinds of model that the library fits.
KINDS = ("gaussian", "poisson", "gamma", "binomial", "cells")


class Estimator(Protocol):
    """What scikit-learn calls a regressor or, with `predict_proba`, a classifier."""

    def fit(self, features: Any, outcome: Any, /) -> Any: ...
    def predict(self, features: Any, /) -> Any: ...


class Fit:
    """A fitted expectation on the rows that it was fitted on.

    Attributes
    ----------
    expected
        Of each row over its exposure, by a model that did not see the person (folds); as fitted if `folds=0`.
    model
        Fitted on all rows, frozen; None if predictions were given or come from an estimator.
    """

    def __init__(self, frame: pd.DataFrame, expected: FloatArray, model: Model | None, given: dict[str, Any]) -> None:
        self.frame = frame
        self.expected = expected
        self.model = model
        self._given = given

    def __repr__(self) -> str:
        return f"<fit of {self._given['outcome']}: {len(self.frame)} rows, {self._given['kind']}>"

    @property
    def assessment(self) -> Assessment:
        """Realised against expected, on these rows."""
        outcome, exposure, _ = _seen(self.frame, self._given)
        return Assessment(self.frame, outcome, self.expected, exposure, name=self._given["outcome"])

    @cached_property
    def without_recorded(self) -> Fit:
        """The same without features that the contract holder records, so that coding more cannot raise it.

        Raises
        ------
        ValueError
            If expectations were given: what they are made of is not known.
        """
        if self._given["is_given"]:
            raise ValueError("recorded_by_holder: must be left out where expectations are given as an array")
        held = set(self._given["recorded_by_holder"])
        kept = [f for f in self._given["features"] if not held & set(f.columns)]
        if len(kept) == len(self._given["features"]):
            return self
        return fit(self.frame, **{**self._given["call"], "features": kept})

    def summary(self) -> pd.DataFrame:
        """R2, Cumming's measure, mean absolute residual and means, with and without what the holder records."""
        rows = {"all features": self.assessment.accuracy()}
        if self._given["recorded_by_holder"]:
            rows["without recorded by holder"] = self.without_recorded.assessment.accuracy()
        return pd.DataFrame(rows).T


def fit(
    frame: pd.DataFrame,
    *,
    outcome: str,
    features: Iterable[Feature | str] = (),
    model: str | Estimator | npt.ArrayLike = "gaussian",
    exposure: str | npt.ArrayLike | None = None,
    weight: str | npt.ArrayLike | None = None,
    person: str = "person",
    ridge: float = 0.0,
    least: float = 1.0,
    recorded_by_holder: Sequence[str] = (),
    folds: int = 5,
    seed: int = 1,
    unit: str = "",
    source: str = "",
    threads: int | None = None,
) -> Fit:
    """Fit what is expected of each person, on simulated or supplied years.

    Parameters
    ----------
    frame
        A row a person and year, such as `Scenario.person_years` gives.
    outcome
        Column with what came of the person over the exposure: spending, QALYs, events, died.
    features
        Names of columns, or features of `bands`, `levels`, `spline`, `log1p`, `linear`, `interaction`. Words enter by
        level, numbers as they are; of cells every name enters by level and all are crossed, in order of importance.
    model
        "gaussian" (identity link), "poisson" (log, variance ~ mean), "gamma" (log, variance ~ mean squared; outcomes
        above 0), "binomial" (logit), "cells"; an estimator with fit(X, y[, sample_weight]) and predict(X), fitted per
        year of exposure on `design(frame, features)`; or an array of what is expected per year, a value a row.
    exposure
        Column or array of years (any unit: expectations are per unit), above or equal to 0; by default 1 each. Of
        "binomial" the number of trials.
    weight
        Column or array; 0 leaves a row out of fitting.
    person
        Column that says which rows are of one person: folds keep them together, errors know it.
    ridge
        Years of exposure that pull each coefficient but the intercept to zero; see docs/model/expectation.md.
    least
        Years that a cell must have seen.
    recorded_by_holder
        Columns that whoever is paid by the expectation writes down; results are shown without them too.
    folds
        Models that each leave out a part of the persons, chosen by a hash of the person; 0: expect as fitted.
    seed
        Of the folds.
    unit, source
        Kept with the frozen model.
    threads
        By default one a processor; results do not depend on it.

    Raises
    ------
    ValueError
        Naming columns that are missing, impossible values, features that do not vary or are combinations of others,
        and events told apart for certain.
    """
    call = {name: value for name, value in locals().items() if name not in ("frame", "features")}
    kind = model if isinstance(model, str) else ""
    if isinstance(model, str) and model not in KINDS:
        message = f"model: must be one of {', '.join(KINDS)}, an estimator or an array, got {model}"
        raise ValueError(message)
    _require(frame, [outcome, *recorded_by_holder])
    made = as_features(features, frame, cells=kind == "cells")
    given = {
        "call": call,
        "outcome": outcome,
        "exposure": exposure,
        "weight": weight,
        "features": made,
        "recorded_by_holder": tuple(recorded_by_holder),
        "is_given": not isinstance(model, str) and not _is_estimator(model),
        "kind": kind or type(model).__name__,
    }
    values, years, weights = _seen(frame, given)
    estimator = model if _is_estimator(model) else None
    if not isinstance(model, str) and estimator is None:
        return Fit(frame, _expected_given(model, years), None, given)
    people = _people(frame, person)
    if estimator is not None:
        return Fit(
            frame, _estimated(estimator, frame, made, (values, years, weights), people, folds, seed), None, given
        )
    held = set(recorded_by_holder)
    shared: dict[str, Any] = {
        "features": [f.tuple(bool(held & set(f.columns))) for f in made],
        "model": kind,
        "ridge": ridge,
        "least": least,
        "threads": threads or 0,
        "columns": columns_of(made, frame),
        "outcome": values,
        "exposure": years,
        "weight": weights,
        "person": people,
    }
    core, fitted = _core.fit_expectation(outcome_name=outcome, unit=unit, source=source, **shared)
    frozen = Model(core, {} if kind == "cells" else fitted)
    rate = _core.cross_fit_expectation(**shared, folds=folds, seed=seed) if folds else frozen.predict(frame)
    return Fit(frame, rate * years, frozen, given)


def fold(person: npt.ArrayLike, folds: int = 5, seed: int = 1) -> npt.NDArray[np.int32]:
    """In which fold each person is, 0 to folds - 1: a hash of the number, whatever the order of the rows."""
    return _core.expectation_folds(np.asarray(person, np.uint32), folds, seed)


def _require(frame: pd.DataFrame, names: Iterable[str]) -> None:
    missing = [name for name in dict.fromkeys(names) if name not in frame]
    if missing:
        message = f"frame: must have the columns {', '.join(missing)}, got {', '.join(map(str, frame.columns))}"
        raise ValueError(message)


def _seen(frame: pd.DataFrame, given: dict[str, Any]) -> tuple[FloatArray, FloatArray, FloatArray]:
    outcome = frame[given["outcome"]].to_numpy(np.float64)
    return outcome, _values(frame, given["exposure"], "exposure"), _values(frame, given["weight"], "weight")


def _values(frame: pd.DataFrame, given: str | npt.ArrayLike | None, name: str) -> FloatArray:
    if given is None:
        return np.ones(len(frame))
    if isinstance(given, str):
        _require(frame, [given])
        return frame[given].to_numpy(np.float64)
    values = np.asarray(given, np.float64)
    if values.shape != (len(frame),):
        message = f"{name}: must have a value a row, {len(frame)}, got shape {values.shape}"
        raise ValueError(message)
    return values


def _people(frame: pd.DataFrame, person: str) -> npt.NDArray[np.uint32]:
    _require(frame, [person])
    numbers = frame[person].to_numpy()
    if not np.issubdtype(numbers.dtype, np.integer) or (len(numbers) and (numbers.min() < 0 or numbers.max() >= 2**32)):
        message = f"{person}: must be whole numbers from 0 to 2^32 - 1, got {numbers.dtype}"
        raise ValueError(message)
    return numbers.astype(np.uint32)


def _is_estimator(model: object) -> TypeGuard[Estimator]:
    return hasattr(model, "fit") and hasattr(model, "predict")


def _expected_given(model: Any, years: FloatArray) -> FloatArray:
    rate = np.asarray(model, np.float64)
    if rate.shape != years.shape or not np.isfinite(rate).all():
        message = f"model: must be a finite value a row, {len(years)}, got shape {rate.shape}"
        raise ValueError(message)
    return rate * years


def _estimated(
    estimator: Estimator,
    frame: pd.DataFrame,
    features: list[Feature],
    seen: tuple[FloatArray, FloatArray, FloatArray],
    people: npt.NDArray[np.uint32],
    folds: int,
    seed: int,
) -> FloatArray:
    """Predict by an estimator for each fold, fitted on the others; without folds as fitted."""
    outcome, years, weights = seen
    rows = design(frame, features).to_numpy()[:, 1:]
    part = fold(people, folds, seed) if folds else np.zeros(len(frame), np.int32)
    rate = np.zeros(len(frame))
    for each in np.unique(part):
        inside = part == each
        train = (~inside if folds else inside) & (years * weights > 0)
        own = _copy(estimator)
        target = outcome[train] / years[train]
        weighted: Any = own.fit  # sample_weight is a custom of scikit-learn that not every estimator follows
        try:
            weighted(rows[train], target, sample_weight=(years * weights)[train])
        except TypeError as error:
            if "sample_weight" not in str(error) or np.ptp((years * weights)[train]) > 0:
                raise
            own.fit(rows[train], target)
        rate[inside] = _predicted(own, rows[inside])
    return rate * years


def _copy(estimator: Estimator) -> Estimator:
    """Give a fresh one with the same settings, as scikit-learn's `clone`."""
    settings = getattr(estimator, "get_params", None)
    return type(estimator)(**settings(deep=False)) if settings is not None else estimator


def _predicted(estimator: Any, rows: FloatArray) -> FloatArray:
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(rows), np.float64)[:, 1]
    return np.asarray(estimator.predict(rows), np.float64)
