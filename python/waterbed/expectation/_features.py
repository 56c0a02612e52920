"""Named features of persons, and how they enter a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core

FloatArray = npt.NDArray[np.float64]
Column = tuple[str, FloatArray, list[str]]
Part = tuple[str, str, list[float], list[str]]


@dataclass(frozen=True)
class Feature:
    """A column of a frame in one form, or several that are multiplied with each other."""

    parts: tuple[tuple[str, str, tuple[float, ...], tuple[str, ...]], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it needs."""
        return tuple(part[0] for part in self.parts)

    def tuple(self, recorded_by_holder: bool) -> tuple[list[Part], bool]:
        """As the library takes it."""
        return [(c, form, list(at), list(names)) for c, form, at, names in self.parts], recorded_by_holder


def linear(column: str) -> Feature:
    """As it is."""
    return Feature(((column, "linear", (), ()),))


def log1p(column: str) -> Feature:
    """log(1 + x): for spending of an earlier year, which is not below zero."""
    return Feature(((column, "log1p", (), ()),))


def bands(column: str, at: Sequence[float]) -> Feature:
    """One indicator a band but the first; bands begin at these values, ascending."""
    return Feature(((column, "bands", tuple(float(x) for x in at), ()),))


def levels(column: str, order: Sequence[str] = ()) -> Feature:
    """One indicator a level but the first; by default the levels seen, in the order of the categories or ascending."""
    return Feature(((column, "levels", (), tuple(str(x) for x in order)),))


def spline(column: str, knots: Sequence[float]) -> Feature:
    """Natural cubic spline: three knots or more, ascending; straight beyond the outer ones."""
    return Feature(((column, "spline", tuple(float(x) for x in knots), ()),))


def interaction(*features: Feature | str) -> Feature:
    """Products of the columns of several features. Give these as features of their own too.

    A bare name stands for `levels`.
    """
    made = [levels(f) if isinstance(f, str) else f for f in features]
    return Feature(tuple(part for f in made for part in f.parts))


def is_words(values: pd.Series) -> bool:
    """Whether a column enters by level if nothing is said."""
    return isinstance(values.dtype, pd.CategoricalDtype) or not (
        pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype)
    )


def as_features(features: Iterable[Feature | str], frame: pd.DataFrame, *, cells: bool = False) -> list[Feature]:
    """Fill in the form of bare names: levels for words and for cells, else linear."""
    made = []
    for each in features:
        if isinstance(each, Feature):
            made.append(each)
        elif each in frame and (cells or is_words(frame[each])):
            made.append(levels(each))
        else:
            made.append(linear(each))
    return made


def columns_of(features: Iterable[Feature], frame: pd.DataFrame) -> list[Column]:
    """Give the columns that features need, as the library takes them; those that are missing it refuses by name."""
    names = dict.fromkeys(name for feature in features for name in feature.columns)
    if not names:  # the intercept alone: the library counts the rows of some column
        return [("none", np.zeros(len(frame)), [])]
    return [_column(name, frame[name]) for name in names if name in frame]


def _column(name: str, values: pd.Series) -> Column:
    if values.isna().any():
        message = f"{name}: must be known of every row, got {int(values.isna().sum())} rows without it"
        raise ValueError(message)
    if not is_words(values):
        return name, values.to_numpy(np.float64), []
    words = values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("category")
    codes = np.asarray(words.cat.codes, np.float64)
    return name, codes, [str(label) for label in words.cat.categories]


def design(frame: pd.DataFrame, features: Iterable[Feature | str]) -> pd.DataFrame:
    """Rows of a model as numbers: a column `intercept` of ones, then those of the features.

    Parameters
    ----------
    frame
        A row a person and year.
    features
        Names of columns or features made by `bands`, `levels`, `spline`, `log1p`, `linear`, `interaction`.

    Raises
    ------
    ValueError
        If a column is missing or holds what it cannot; all missing ones are named.
    """
    made = as_features(features, frame)
    names, values = _core.expectation_design([f.tuple(False) for f in made], columns_of(made, frame))
    return pd.DataFrame(values, columns=pd.Index(names), index=frame.index)
