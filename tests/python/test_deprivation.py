"""Spending of people: how much of it the costliest have, and what deprivation adds in The Hague."""

import numpy as np
import pytest

import waterbed as wb

pytestmark = pytest.mark.slow

# Insured care; the long-term care act and social support are not in the published figures.
SECTORS = ("gp", "hospital", "pharmacy", "mental", "community", "paramedical")
# One base year: two years to simulate.
YEAR = 2020


def person_years(scenario):
    frame = scenario.person_years(years=[YEAR], newcomers=True)
    frame["years"] = frame["cycles"] / 12
    frame["band"] = np.minimum(frame["age"] // 5, 19)
    frame["sex"] = frame["sex"].astype(str)
    frame["all"] = frame[[f"spending_{sector}_eur" for sector in SECTORS]].sum(axis=1)
    return frame


def expected(frame, standard, column):
    """What each person-year would cost at the rates by age and sex of the standard."""
    sums = standard.groupby(["sex", "band"])[[column, "years"]].sum()
    rates = (sums[column] / sums["years"]).rename("rate").reset_index()
    return frame[["sex", "band"]].merge(rates, on=["sex", "band"], how="left")["rate"].to_numpy() * frame["years"]


@pytest.fixture(scope="module")
def the_hague(root):
    scenario = wb.load(root / "scenarios" / "the_hague.yaml")
    fifths = {
        f"population.municipalities.{place}.deprivation": [0.2] * 5
        for place in ("schilderswijk_laak", "moerwijk", "other_quarters")
    }
    return person_years(scenario), person_years(scenario.with_(**fifths))


# Wammes 2017, BMJ Open: about 25 and 50 % of spending under the health insurance act, 2013.
def test_the_costliest_have_the_published_shares_of_spending(root):
    spending = np.sort(person_years(wb.load(root / "scenarios" / "leiden_region.yaml"))["all"])[::-1]
    shares = {top: spending[: int(top * len(spending))].sum() / spending.sum() for top in (0.01, 0.05)}
    assert shares[0.01] == pytest.approx(0.25, abs=0.05)
    assert shares[0.05] == pytest.approx(0.50, abs=0.05)


def ratio(frame, standard, column, place=None):
    """Cost over that expected from age and sex, and two standard errors: of the people here and of the standard's."""
    cost = expected(frame, standard, column)
    here = np.ones(len(frame), dtype=bool) if place is None else (frame["municipality"] == place).to_numpy()
    found = frame[column][here].sum() / cost[here].sum()
    error = np.sqrt(np.square(frame[column][here] - found * cost[here]).sum()) / cost[here].sum()
    return found, 2 * np.sqrt(2) * error


# Omroep West 2015, 2014 (Vektis): nearly 30 % and 27 % over the cost expected from age and sex.
@pytest.mark.parametrize(("place", "low", "high"), [("schilderswijk_laak", 1.27, 1.30), ("moerwijk", 1.27, 1.30)])
def test_deprived_quarters_cost_over_a_quarter_more_than_age_and_sex_explain(the_hague, place, low, high):
    found, error = ratio(*the_hague, "all", place)
    assert error < 0.08
    assert low - error <= found <= high + error


# Vektis 2015 and 2023, all care and by sector: between the figures of the two years.
@pytest.mark.parametrize(
    ("sector", "low", "high"),
    [
        ("all", 1.075, 1.106),
        ("gp", 1.034, 1.114),
        ("hospital", 1.035, 1.107),
        ("pharmacy", 1.090, 1.226),
        ("mental", 1.177, 1.267),
        ("community", 0.992, 1.447),
    ],
)
def test_the_city_has_the_published_standardised_ratios(the_hague, sector, low, high):
    found, error = ratio(*the_hague, "all" if sector == "all" else f"spending_{sector}_eur")
    assert error < 0.06
    assert low - error <= found <= high + error
