"""What `Scenario.person_years` gives; that sums are exact is tested in tests/engine/person_years_test.cpp."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import waterbed as wb

ARM = "shared_savings"


@pytest.fixture(scope="module")
def people(two_clinics: wb.Scenario) -> pd.DataFrame:
    return two_clinics.person_years(ARM, replication=1, seed=1, newcomers=True)


def test_names_every_column_of_a_person(people: pd.DataFrame) -> None:
    assert list(people.columns[:10]) == [
        "person",
        "year",
        "entered",
        "age",
        "sex",
        "deprivation",
        "municipality",
        "practice",
        "practice_group",
        "insurer",
    ]
    assert set(people["sex"].cat.categories) == {"women", "men"}
    assert people["insurer"].notna().all()
    stages = [c for c in people.columns if c.startswith("stage_")]
    assert stages
    for stage in stages:
        recorded = people[stage.replace("stage_", "recorded_", 1)]
        assert list(people[stage].cat.categories) == list(recorded.cat.categories)
        assert people[stage].cat.ordered
    assert not people.duplicated(["year", "person"]).any()
    assert people["age"].between(0, 120).all()
    assert people["qalys"].between(0, people["cycles"] / 12).all()


def test_adds_up_to_the_tables_of_the_run(two_clinics: wb.Scenario, people: pd.DataFrame) -> None:
    run = two_clinics.run(replications=1, first_replication=1, seed=1, arms=[ARM], progress=False)
    cells = run.total("list_spending", by=["year", "sector"])
    for (year, sector), total in zip(cells.labels, cells.amounts[0, 0], strict=True):
        of_year = people[people["year"] == int(year)]
        assert round(of_year[f"spending_{sector}_eur"].sum() * 1e6) == pytest.approx(total, rel=1e-12)
    sectors = [c for c in people.columns if c.startswith("spending_") and c != "spending_eur"]
    np.testing.assert_allclose(people[sectors].sum(axis=1), people["spending_eur"])
    cells = run.total("visits", by=["year", "kind"])
    for (year, kind), units in zip(cells.labels, cells.amounts[0, 0], strict=True):
        assert people.loc[people["year"] == int(year), f"units_{kind}"].sum() == units, (year, kind)


def test_looks_back_on_years_before_the_start(two_clinics: wb.Scenario) -> None:
    start = two_clinics.outline().start_year
    before = two_clinics.person_years(ARM, [start - 1], seed=1)
    assert before["year"].unique().tolist() == [start - 1]
    assert before.equals(two_clinics.person_years("usual", [start - 1], seed=1, threads=3))


def test_refuses_what_is_not_simulated(two_clinics: wb.Scenario) -> None:
    with pytest.raises(ValueError, match="years: must be simulated"):
        two_clinics.person_years(years=[1999])
    with pytest.raises(ValueError, match="arm: must name an arm"):
        two_clinics.person_years("nobody")
    with pytest.raises(ValueError, match="threads"):
        two_clinics.person_years(threads=0)
