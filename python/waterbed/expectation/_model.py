"""A frozen model: coefficients or cells, with a fingerprint."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from waterbed import _core
from waterbed._atomic import replacing_file
from waterbed.expectation._features import Feature, FloatArray, columns_of


class Model:
    """What is expected of a person in a year. It does not change; `digest` tells whether it is still the one agreed."""

    def __init__(self, core: _core.Expectation, fitted: Mapping[str, Any] | None = None) -> None:
        self._core = core
        self._fitted = dict(fitted or {})

    def __repr__(self) -> str:
        return f"<expectation of {self.outcome}: {self.kind}, {len(self.features)} features, {self.digest[:12]}>"

    @property
    def outcome(self) -> str:
        """What is expected."""
        return self._core.outcome

    @property
    def unit(self) -> str:
        """Of the outcome, per year."""
        return self._core.unit

    @property
    def source(self) -> str:
        """Years and people on which it was fitted."""
        return self._core.source

    @property
    def kind(self) -> str:
        """Give gaussian, poisson, gamma, binomial or cells."""
        return self._core.model

    @property
    def rows(self) -> int:
        """Rows on which it was fitted."""
        return self._core.rows

    @property
    def digest(self) -> str:
        """SHA-256 of `to_yaml()`."""
        return self._core.digest

    @property
    def features(self) -> list[Feature]:
        """In order, with their levels."""
        return [
            Feature(tuple((c, form, tuple(at), tuple(names)) for c, form, at, names in parts))
            for parts, _ in self._core.features
        ]

    @property
    def recorded_by_holder(self) -> list[str]:
        """Columns of features that whoever is paid writes down himself."""
        held = [column for parts, recorded in self._core.features if recorded for column, *_ in parts]
        return list(dict.fromkeys(held))

    @property
    def fitted(self) -> dict[str, Any]:
        """Deviance, null_deviance, dispersion, rows and iterations; empty for cells and for models from files."""
        return {name: value for name, value in self._fitted.items() if name not in ("coefficients", "covariance")}

    @property
    def coefficients(self) -> pd.DataFrame:
        """By column of the design: coefficient and, unless the model comes from a file, its robust standard error."""
        if self.kind == "cells":
            raise ValueError("model: must have coefficients, got cells; see `cells`")
        table = pd.DataFrame({"coefficient": self._core.coefficients}, index=pd.Index(self._core.names, name="name"))
        if "covariance" in self._fitted:
            table["standard_error"] = np.sqrt(np.diag(self._fitted["covariance"]))
        return table

    @property
    def cells(self) -> pd.DataFrame:
        """Means by cell: a column a feature ("all" where the cell does not look at it), mean per year, exposure."""
        keys, mean, exposure = self._core.cells
        labels = [_classes(feature) for feature in self.features]
        rows = [[labels[i][key[i]] if i < len(key) else "all" for i in range(len(labels))] for key in keys]
        table = pd.DataFrame(rows, columns=pd.Index([f.columns[0] for f in self.features]))
        return table.assign(mean=mean, exposure=exposure)

    @property
    def mean(self) -> float:
        """Expected per year of those on whom it was fitted, by their exposure; NaN if the file does not say."""
        return self._core.mean

    @property
    def remaining(self) -> tuple[str, float, int, list[str], FloatArray, FloatArray] | None:
        """State, discount, window, states, remaining and remaining_at_end by sex (women, men), age and state.

        None unless it is of health: see `RemainingLife`.
        """
        return self._core.remaining

    def with_remaining(
        self, state: str, discount: float, window: int, states: list[str], remaining: FloatArray, at_end: FloatArray
    ) -> Model:
        """Give the same model with the QALYs that remain after its window."""
        return Model(self._core.with_remaining(state, discount, window, states, remaining, at_end), self._fitted)

    def predict(self, frame: pd.DataFrame) -> FloatArray:
        """Outcome expected of each row per year.

        Raises
        ------
        ValueError
            Naming every feature that the frame lacks, and levels that the model does not know.
        """
        return self._core.predict(columns_of(self.features, frame))

    def to_yaml(self) -> str:
        """Text from which `parse` gives the same model to the last bit."""
        return self._core.text

    def save(self, file: str | PathLike[str]) -> None:
        """Write `to_yaml()` to a file, whole or not at all."""
        with replacing_file(Path(file)) as stream:
            stream.write(self.to_yaml().encode())


def parse(text: str) -> Model:
    """Read a frozen model from text. Raises `ScenarioError` with every fault at its place."""
    return Model(_core.parse_expectation(text))


def load(file: str | PathLike[str]) -> Model:
    """Read a frozen model from a file. Raises `ScenarioError` with every fault at its place."""
    return Model(_core.load_expectation(Path(file)))


def _classes(feature: Feature) -> list[str]:
    _, form, at, names = feature.parts[0]
    if form == "levels":
        return list(names)
    ends = ["", *(f"{x:g}" for x in at), ""]
    return [f"[{low},{high})" if low else f"below {high}" for low, high in pairwise(ends)]
