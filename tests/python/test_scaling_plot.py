"""Cost over size: the fitted power and its picture."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from waterbed.plots.scaling import fit_exponent, scaling_chart


def test_a_power_is_found_as_it_is() -> None:
    found = fit_exponent([1, 10, 100], [3, 3 * 10**1.5, 3 * 100**1.5])
    assert found.exponent == pytest.approx(1.5)
    assert found.factor == pytest.approx(3)
    assert (found.low, found.high) == (pytest.approx(1.5), pytest.approx(1.5))


def test_the_interval_is_that_of_a_line_by_hand() -> None:
    # Sizes e^0, e^1, e^2 and costs e^0, e^2, e^1: slope 1/2, residuals -1/2, 1, -1/2, so their variance is 3/2 on one
    # degree of freedom and the slope's standard error sqrt(3/2 / 2); Student's t of it at 97.5 % is 12.706.
    found = fit_exponent(np.exp([0, 1, 2]).tolist(), np.exp([0, 2, 1]).tolist())
    assert found.exponent == pytest.approx(0.5)
    assert found.high - found.exponent == pytest.approx(12.7062 * math.sqrt(0.75), rel=1e-5)


def test_two_sizes_have_no_interval() -> None:
    found = fit_exponent([1, 2], [1, 2])
    assert found.exponent == pytest.approx(1)
    assert math.isnan(found.low)


@pytest.mark.parametrize(
    ("size", "cost", "told"),
    [
        ([1, 2], [1, 2, 3], "cost: must be as many as size"),
        ([0, 1], [1, 2], "size: must be above 0"),
        ([1, 2], [1, math.inf], "cost: must be above 0 and finite"),
        ([2, 2], [1, 2], "size: must hold at least two different sizes"),
    ],
)
def test_what_cannot_be_fitted_is_refused(size: list[float], cost: list[float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        fit_exponent(size, cost)


def test_every_panel_says_its_power() -> None:
    rows = [("persons", n, 2.0 * n, "s") for n in (1e3, 1e4, 1e6)] + [("years", n, 5.0, "ns") for n in (1, 2, 4)]
    figure = scaling_chart(pd.DataFrame(rows, columns=["what", "size", "cost", "unit"]), "Title", "Note.")
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_xlabel() for axes in shown] == ["persons", "years"]
    assert [axes.get_title(loc="left") for axes in shown] == ["power 1.00 (1.00 to 1.00)", "power 0.00 (0.00 to 0.00)"]
    assert all(axes.get_xscale() == axes.get_yscale() == "log" for axes in shown)
