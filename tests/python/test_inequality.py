"""Lorenz curve, Gini coefficient and top shares against closed forms and a case worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from waterbed.inequality import concentration, gini, lorenz_curve, spending_and_weight, top_share


def test_of_four_persons_as_worked_by_hand() -> None:
    # 0, 1, 3, 6 of 10. Area below the curve: (0 + .1)/8 + (.1 + .4)/8 + (.4 + 1)/8 = .25; Gini 1 - 2 * .25.
    spending = [3, 0, 6, 1]
    persons, money = lorenz_curve(spending)
    np.testing.assert_allclose(persons, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(money, [0, 0, 0.1, 0.4, 1])
    assert gini(spending) == pytest.approx(0.5)
    assert top_share(spending, 0.25) == pytest.approx(0.6)
    assert top_share(spending, 0.1) == pytest.approx(0.24)  # two fifths of the dearest person
    assert top_share(spending, 1) == 1
    assert top_share(spending, 0) == 0


def means_between(lorenz: np.ndarray) -> np.ndarray:
    """Means of equal groups of a population with this curve at their bounds: the curve of the groups is exact there."""
    return np.diff(lorenz)


def test_is_that_of_the_exponential_distribution() -> None:
    # L(p) = p + (1 - p) ln(1 - p), Gini 1/2 (Gastwirth 1972).
    n = 100_000
    p = np.arange(n) / n
    curve = np.append(p + (1 - p) * np.log1p(-p), 1.0)
    spending = means_between(curve)
    persons, money = lorenz_curve(spending[::-1])
    np.testing.assert_allclose(persons, np.append(p, 1), atol=1e-12)
    np.testing.assert_allclose(money, curve, atol=1e-12)
    for top in (0.01, 0.05, 0.10):
        assert top_share(spending, top) == pytest.approx(top - top * np.log(top), abs=1e-12)
    # Groups hide what is unequal within them: a trapezoid is off by at most n ** -2 for each of n groups.
    assert gini(spending) == pytest.approx(0.5, abs=1 / n)


def test_is_that_of_the_pareto_distribution() -> None:
    # L(p) = 1 - (1 - p) ** (1 - 1 / a), Gini 1 / (2 a - 1); with a = log 5 / log 4 the dearest fifth has four fifths.
    n = 100_000
    a = np.log(5) / np.log(4)
    curve = 1 - (1 - np.arange(n + 1) / n) ** (1 - 1 / a)
    spending = means_between(curve)
    assert top_share(spending, 0.2) == pytest.approx(0.8, abs=1e-12)
    assert top_share(spending, 0.04) == pytest.approx(0.64, abs=1e-12)  # and of them again
    assert gini(spending) == pytest.approx(1 / (2 * a - 1), abs=2e-2)
    assert gini(spending) < 1 / (2 * a - 1)


def test_a_weight_is_as_many_persons() -> None:
    rates = np.array([1.0, 5.0, 2.0])
    weight = np.array([2, 1, 3])
    many = np.repeat(rates, weight)
    assert gini(rates, weight) == pytest.approx(gini(many))
    assert top_share(rates, 0.3, weight) == pytest.approx(top_share(many, 0.3))


def test_ties_and_scale_change_nothing() -> None:
    spending = np.array([4.0, 1.0, 4.0, 0.0, 4.0])
    assert top_share(spending, 0.3) == pytest.approx(top_share(spending[::-1], 0.3))
    assert gini(7 * spending) == pytest.approx(gini(spending))
    assert gini(np.ones(10)) == pytest.approx(0, abs=1e-12)


def test_counts_a_part_of_a_year_as_it_is_or_by_its_weight() -> None:
    years = pd.DataFrame({"year": 2023, "cycles": [12, 6, 0], "spending_eur": [100.0, 100.0, 0.0]})
    as_is = concentration(years).iloc[0]
    assert (as_is["persons"], as_is["mean_eur"], as_is["gini"]) == (2, 100, pytest.approx(0))
    weighted = concentration(years, partial="weighted").iloc[0]
    assert weighted["mean_eur"] == pytest.approx(200 / 1.5)  # EUR per year lived
    # A third of the time has half of the spending: 1 - 2 * (2/3 * 1/2 / 2 + 1/3 * (1/2 + 1) / 2).
    assert weighted["gini"] == pytest.approx(1 / 6)


def test_adds_columns_up() -> None:
    years = pd.DataFrame({"year": 2023, "cycles": 12, "a": [1.0, 2.0], "b": [0.0, 3.0]})
    values, _ = spending_and_weight(years, ["a", "b"])
    assert values.tolist() == [1, 5]
    assert concentration(years, spending=["a", "b"]).iloc[0]["mean_eur"] == 3


def test_of_the_small_region_is_between_equal_and_one_person(two_clinics: wb.Scenario) -> None:
    people = two_clinics.person_years(seed=1, newcomers=True)
    table = concentration(people)
    assert table["year"].tolist() == sorted(people["year"].unique())
    assert (table["top_1_percent"] < table["top_5_percent"]).all()
    assert (table["top_5_percent"] < table["top_10_percent"]).all()
    assert table["gini"].between(0.3, 1).all()
    mean = people[people["cycles"] > 0].groupby("year")["spending_eur"].mean()
    np.testing.assert_allclose(table["mean_eur"], mean)


def test_draws_curve_and_published_points(two_clinics: wb.Scenario) -> None:
    people = two_clinics.person_years(seed=1, newcomers=True)
    figure = wb.plots.lorenz({"usual": people, "again": people})
    whole, tail = figure.axes
    drawn = whole.lines[0]
    of_last = people[people["year"] == people["year"].max()]
    persons, money = lorenz_curve(*spending_and_weight(of_last))
    np.testing.assert_allclose(drawn.get_xdata(), persons)
    np.testing.assert_allclose(drawn.get_ydata(), money)
    (points,) = [line for line in tail.lines if line.get_label() == "published"]
    assert list(points.get_xdata()) == [0.99, 0.95]
    assert list(points.get_ydata()) == [0.75, 0.50]
    with pytest.raises(ValueError, match="year: must be among the years of simulated, got 1999"):
        wb.plots.lorenz(people, year=1999)


@pytest.mark.parametrize(
    ("spending", "weight", "message"),
    [
        ([1.0, -1.0], None, "spending: must be finite and not negative"),
        ([0.0, 0.0], None, "spending: somebody must have spent something"),
        ([], None, "spending: somebody must have spent something"),
        ([1.0, 2.0], [1.0, 0.0], "weight: must be finite and positive"),
        ([1.0, 2.0], [1.0], "must be of one shape"),
    ],
)
def test_refuses_what_has_no_curve(spending: list[float], weight: list[float] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lorenz_curve(spending, weight)
    with pytest.raises(ValueError, match="top: must be in"):
        top_share([1.0], 1.5)
    with pytest.raises(ValueError, match="must have the column spent"):
        concentration(pd.DataFrame({"year": [1], "cycles": [1]}), spending="spent")
    with pytest.raises(ValueError, match="partial: must be as_is or weighted"):
        concentration(pd.DataFrame({"year": [1], "cycles": [1], "spending_eur": [1.0]}), partial="x")
