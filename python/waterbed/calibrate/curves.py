"""Smooth curves over age: natural cubic splines of ln(value + 1) through a few ages."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

#: Ages at which a curve of spending is given.
KNOTS = (2.5, 8.0, 16.0, 23.0, 32.0, 42.0, 57.0, 72.0, 82.0, 92.0)


def basis(ages: npt.ArrayLike, knots: tuple[float, ...] = KNOTS) -> Vector:
    """Weights of the knots' values in a natural cubic spline; straight beyond the outer knots.

    Parameters
    ----------
    ages
        In years; shape (n,).
    knots
        Rising ages.

    Returns
    -------
    numpy.ndarray
        Shape (n, knots).
    """
    x = np.asarray(knots)
    at = np.asarray(ages, dtype=np.float64)
    step = np.diff(x)
    count = len(x)
    # Second derivatives m from values y: natural ends, so only the inner ones are unknown.
    left = np.zeros((count, count))
    right = np.zeros((count, count))
    left[0, 0] = left[-1, -1] = 1.0
    for i in range(1, count - 1):
        left[i, i - 1 : i + 2] = step[i - 1], 2 * (step[i - 1] + step[i]), step[i]
        right[i, i - 1 : i + 2] = 6 / step[i - 1], -6 / step[i - 1] - 6 / step[i], 6 / step[i]
    bend = np.linalg.solve(left, right)
    inside = np.clip(at, x[0], x[-1])
    piece = np.clip(np.searchsorted(x, inside, side="right") - 1, 0, count - 2)
    h = step[piece]
    a, b = (x[piece + 1] - inside) / h, (inside - x[piece]) / h
    rows = np.arange(len(at))
    result = np.zeros((len(at), count))
    result[rows, piece] += a
    result[rows, piece + 1] += b
    result += ((a**3 - a) * h**2 / 6)[:, None] * bend[piece] + ((b**3 - b) * h**2 / 6)[:, None] * bend[piece + 1]
    for end, piece_at, sign in ((x[0], 0, -1.0), (x[-1], count - 2, 1.0)):
        beyond = (at - end) * sign > 0
        slope = np.zeros(count)
        slope[piece_at], slope[piece_at + 1] = -1 / step[piece_at], 1 / step[piece_at]
        inner = piece_at + 1 if sign < 0 else piece_at
        slope += sign * step[piece_at] / 6 * bend[inner]
        result[beyond] += (at[beyond] - end)[:, None] * slope
    return result


class SpendingCurves:
    """Curves by sector and sex, as a table of values at ages."""

    def __init__(self, file: Path) -> None:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        self._values: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for row in csv.DictReader(lines):
            self._values.setdefault((row["sector"], row["sex"]), []).append((float(row["age"]), float(row["eur"])))

    @property
    def sectors(self) -> list[str]:
        """Names of the sectors."""
        return list(dict.fromkeys(sector for sector, _ in self._values))

    def at(self, sector: str, sex: str, ages: npt.ArrayLike) -> Vector:
        """EUR per insured year at exact ages; above the last knot as at the last knot."""
        points = self._values[sector, sex]
        knots = tuple(age for age, _ in points)
        values = np.log([eur + 1 for _, eur in points])
        result: Vector = np.maximum(0.0, np.exp(basis(np.minimum(ages, knots[-1]), knots) @ values) - 1)
        return result
