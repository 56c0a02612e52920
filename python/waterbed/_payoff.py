"""What a contract pays as a function of one quantity, all other facts known."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core

# Of the benchmark, or of the middle of the range drawn: what a forecast of a year is usually off by (C, assumed).
FORECAST_CV = 0.02


class Payoff:
    """Payment over counted spending, turnover, value delivered, person-years, outcome gained or quality score.

    Made by `Contract.payoff`. Amounts are floating-point numbers in the contract's currency: they are for drawing and
    steering, `Contract.settle` pays.
    """

    def __init__(self, core: _core.Payoff, name: str, currency: str) -> None:
        self._core = core
        self._name = name
        self._currency = currency

    def __repr__(self) -> str:
        return f"Payoff({self._name!r}, axis={self.axis!r})"

    @property
    def name(self) -> str:
        """The contract's name."""
        return self._name

    @property
    def currency(self) -> str:
        """Currency of every amount, ISO 4217."""
        return self._currency

    @property
    def axis(self) -> str:
        """What it runs over: counted, turnover, delivered, person_years, outcome or quality."""
        return self._core.axis

    @property
    def benchmark(self) -> float:
        """What counted spending is measured against, after discount and withhold; zero on another axis."""
        return self._core.benchmark

    @property
    def marks(self) -> pd.DataFrame:
        """Where the rule changes: columns kind, at, level, in ascending order.

        The level of a gate or corridor is a share of the benchmark, of a band a share of the expected turnover, of a
        tier the discount from there on, of a rung the score; of any other kind it is an amount, owed with a minus sign.
        """
        rows = [(mark.kind, mark.at, mark.level) for mark in self._core.marks]
        return pd.DataFrame(rows, columns=["kind", "at", "level"])

    @property
    def range(self) -> tuple[float, float]:
        """A stretch of the axis that shows every mark."""
        return self._core.low, self._core.high

    @property
    def forecast_sd(self) -> float:
        """A usual error of the forecast: 2 % of the benchmark, or of the middle of the range (at 0: of half of it)."""
        low, high = self.range
        return FORECAST_CV * (self.benchmark or abs(low + high) / 2 or (high - low) / 2)

    def pieces(self, low: float, high: float) -> pd.DataFrame:
        """Straight pieces between two places: columns lower, upper, value_lower, value_upper, slope."""
        rows = [
            (a, b, piece.value(a), piece.value(b), piece.slope)
            for piece in self._core.pieces
            for a, b in [(max(low, piece.lower), min(high, piece.upper))]
            if a < b
        ]
        if not rows:
            rows = [(low, high, 0.0, 0.0, 0.0)]  # nothing is ever paid
        return pd.DataFrame(rows, columns=["lower", "upper", "value_lower", "value_upper", "slope"])

    def value(self, x: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Give what is paid at known places."""
        return self.expected_value(x, 0.0)

    def expected_value(self, x: npt.ArrayLike, sd: float) -> npt.NDArray[np.float64]:
        """Give what is paid on average when the place is a normal forecast.

        Parameters
        ----------
        x
            Means of the forecast, shape (places,).
        sd
            Its standard deviation, in units of the axis; 0: known.

        Raises
        ------
        ValueError
            If the standard deviation is negative or not finite.
        """
        return self._core.expected_value(x, _checked(sd))

    def expected_slope(self, x: npt.ArrayLike, sd: float) -> npt.NDArray[np.float64]:
        """Give what one more unit changes in the expected payment; arguments as in `expected_value`."""
        return self._core.expected_slope(x, _checked(sd))


def _checked(sd: float) -> float:
    if not (math.isfinite(sd) and sd >= 0):
        raise ValueError(f"sd: must be zero or more, got {sd}")
    return sd
