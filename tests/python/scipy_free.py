"""Student's t by bisection on its distribution, so that tests need no further library."""

from __future__ import annotations

import math


def t_quantile(p: float, degrees: int) -> float:
    """Quantile above one half, from the density summed by Simpson's rule."""
    norm = math.gamma((degrees + 1) / 2) / (math.sqrt(degrees * math.pi) * math.gamma(degrees / 2))

    def density(x: float) -> float:
        return norm * (1 + x * x / degrees) ** (-(degrees + 1) / 2)

    def below(x: float) -> float:
        steps = 2000
        width = x / steps
        inner = sum((4 if i % 2 else 2) * density(i * width) for i in range(1, steps))
        return 0.5 + (density(0) + inner + density(x)) * width / 3

    low, high = 0.0, 50.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < p else (low, middle)
    return (low + high) / 2
