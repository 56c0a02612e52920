"""Numbers as people read them."""

from __future__ import annotations

import math


def number(value: float, digits: int | None = None) -> str:
    """Three digits that say something, thousands apart, a true minus sign."""
    if math.isnan(value):
        return "–"
    if digits is None:
        size = abs(value)
        digits = 0 if size >= 100 else 1 if size >= 10 else 2
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−").replace(",", " ")


def signed(value: float, digits: int | None = None) -> str:
    """Give a change, with its sign."""
    text = number(value, digits)
    return text if value <= 0 or math.isnan(value) or not text.strip("0.") else f"+{text}"


def digits_for(*values: float) -> int:
    """Decimals that show the largest of the values with three digits."""
    size = max((abs(v) for v in values if not math.isnan(v)), default=0.0)
    return 0 if size >= 100 else 1 if size >= 10 else 2


def change(mean: float, error: float, low: float, high: float) -> str:
    """Mean change, half-width of its simulation error, and range of replications."""
    if error == 0 and low == mean == high:
        return signed(mean)
    digits = digits_for(mean, low, high)
    if math.isnan(error):
        return signed(mean, digits)
    if math.isnan(low):
        return f"{signed(mean, digits)} ± {number(error, digits)}"
    return f"{signed(mean, digits)} ± {number(error, digits)} ({signed(low, digits)} to {signed(high, digits)})"


def percent(value: float) -> str:
    """Give a share as a percentage."""
    return "–" if math.isnan(value) else f"{number(100 * value, 1)} %"
