"""People who are given one by one: what they become, in every kind of table, and what is refused."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest

import waterbed as wb

FIRST_YEAR = 2021


@pytest.fixture(scope="module")
def region(root: Path) -> wb.Scenario:
    text = (root / "scenarios/invalid/own_people.yaml").read_text()
    made = text.replace(
        "people: data/own_people.csv",
        "cells: [{municipality: town, sex: women, age_low: 30, age_high: 30, persons: 9}]",
    )
    return wb.parse(made)


def table(persons: int) -> pd.DataFrame:
    """Everybody differs from the next: a mistake of one row or column shows."""
    i = np.arange(persons)
    return pd.DataFrame(
        {
            "age": i % 100,
            "sex": np.where(i % 3 == 0, "men", "women"),
            "deprivation": i % 5 + 1,
            "municipality": np.where(i % 7 == 0, "village", "town"),
            "practice_group": "gp_group",
            "practice": np.where(i % 2 == 0, "oak", "elm"),
            "insurer": np.where(i % 4 == 0, "insurer_b", "insurer_a"),
            "stage_diabetes": np.where(i % 10 == 0, "present", "none"),
            "recorded_diabetes": np.where(i % 20 == 0, "present", "none"),
            "history_visits": i,
        }
    )


def write(people: pd.DataFrame, file: Path) -> None:
    """As the ending of the file says."""
    if file.suffix == ".csv":
        people.to_csv(file, index=False)
    elif file.suffix == ".parquet":
        people.to_parquet(file)
    else:
        feather.write_feather(people, file)


def at_start(scenario: wb.Scenario) -> pd.DataFrame:
    return scenario.person_years(years=[FIRST_YEAR])


def test_are_the_people_of_the_first_day(region: wb.Scenario) -> None:
    given = table(700)
    seen = at_start(region.with_people(given))
    assert seen["person"].tolist() == list(range(700))
    for column in given.columns.drop("history_visits"):
        assert seen[column].astype(str).tolist() == given[column].astype(str).tolist(), column


def test_have_the_age_of_their_month_of_birth(region: wb.Scenario) -> None:
    people = pd.DataFrame({"birth_month": ["2020-12", "2020-01", "1950-02"], "sex": "women", "municipality": "town"})
    # On 1 January 2021; the youngest is one month old.
    assert at_start(region.with_people(people))["age"].tolist() == [0, 1, 70]
    days = people.assign(birth_month=pd.to_datetime(people["birth_month"] + "-28"))
    days = days.rename(columns={"birth_month": "birth_date"})
    assert at_start(region.with_people(days))["age"].tolist() == [0, 1, 70]


def test_get_by_share_what_is_not_given(region: wb.Scenario) -> None:
    people = pd.DataFrame({"age": 40, "sex": "women", "municipality": ["town"] * 1000})
    seen = at_start(region.with_people(people))
    assert seen["insurer"].value_counts().to_dict() == {"insurer_a": 600, "insurer_b": 400}
    assert seen["deprivation"].value_counts().to_dict() == {1: 200, 2: 200, 3: 200, 4: 200, 5: 200}
    assert (seen["practice_group"] == "gp_group").all()
    # Prevalence is 5 %: within four standard errors.
    assert abs((seen["stage_diabetes"] == "present").sum() - 50) < 4 * np.sqrt(1000 * 0.05 * 0.95)
    births = pd.DataFrame({"age": 40, "sex": "women", "municipality": ["town"] * 1000, "stage_diabetes": "yes"})
    yes = at_start(region.with_people(births))
    assert (yes["stage_diabetes"] == "present").all()


@pytest.mark.parametrize("kind", ["arrow", "numpy", "structured", "csv", "parquet", "feather"])
def test_are_the_same_in_every_kind_of_table(region: wb.Scenario, tmp_path: Path, kind: str) -> None:
    given = table(60)
    people: object = given
    if kind == "arrow":
        people = pa.Table.from_pandas(given)
    elif kind == "numpy":
        people = {name: given[name].to_numpy() for name in given.columns}
    elif kind == "structured":
        people = given.to_records(index=False)
    else:
        file = tmp_path / f"people.{kind}"
        write(given, file)
        people = wb.people.read(file)
    scenario = region.with_people(people)
    assert scenario.digest == region.with_people(given).digest
    pd.testing.assert_frame_equal(at_start(scenario), at_start(region.with_people(given)))


def test_digest_tells_other_people(region: wb.Scenario) -> None:
    given = table(60)
    digest = region.with_people(given).digest
    assert region.with_people(given.assign(history_visits=0)).digest == digest
    assert region.with_people(given.assign(age=50)).digest != digest
    changed = region.with_people(given).with_(**{"run.replications": 3})
    assert at_start(changed)["age"].tolist() == given["age"].tolist()


@pytest.mark.parametrize("suffix", ["csv", "parquet", "arrow"])
def test_a_scenario_file_names_them(root: Path, tmp_path: Path, suffix: str) -> None:
    given = table(50)
    text = (root / "scenarios/invalid/own_people.yaml").read_text().replace("own_people.csv", f"own_people.{suffix}")
    (tmp_path / "data").mkdir()
    (tmp_path / "region.yaml").write_text(text)
    file = tmp_path / "data" / f"own_people.{suffix}"
    write(given, file)
    scenario = wb.load(tmp_path / "region.yaml")
    assert at_start(scenario)["age"].tolist() == given["age"].tolist()
    file.unlink()
    with pytest.raises(wb.ScenarioError, match=r"population\.people: must name a file"):
        wb.load(tmp_path / "region.yaml")


def test_a_hundred_thousand_are_read_with_all_their_faults(region: wb.Scenario) -> None:
    given = table(100_000)
    scenario = region.with_people(given)
    assert scenario.persons >= 100_000
    wrong = given.assign(age=given["age"].where(given.index % 2 == 0, 130))
    wrong.loc[99_999, "sex"] = "other"
    with pytest.raises(wb.ScenarioError) as error:
        region.with_people(wrong)
    problems = error.value.problems
    ages = [p for p in problems if p.field.endswith(".age")]
    assert [p.line for p in ages] == list(range(3, 43, 2))  # the header is line 1
    assert ages[-1].hint == "and so in 49980 more rows"
    assert str(problems[-1]) == (
        "people.csv:100001:5: population.people[99999].sex: must be one of: women, men, got other"
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"sex": ["men"], "municipality": ["town"]}, "must have one of the columns age, birth_month and birth_date"),
        ({"age": [1], "birth_month": ["2000-01"], "sex": ["men"], "municipality": ["town"]}, "must have one of the"),
        ({"age": [1], "municipality": ["town"]}, "must have the column sex"),
        ({"age": [1], "sex": ["men"]}, "must have the column municipality: there are several"),
        ({"age": [1], "sex": ["men"], "municipality": ["town"], "practice": ["oak"]}, "column practice_group beside"),
        ({"age": [1], "sex": ["men"], "municipality": ["town"], "recorded_diabetes": ["no"]}, "column stage_diabetes"),
        ({"age": [1], "sex": ["men"], "municipality": ["town"], "stage_gout": ["no"]}, "must be age, birth_month"),
        ({"age": [1.5], "sex": ["men"], "municipality": ["town"]}, "must be a whole number in [0, 120]"),
        ({"age": [np.nan], "sex": ["men"], "municipality": ["town"]}, "got nothing"),
        ({"age": [], "sex": [], "municipality": []}, "must hold at least one person"),
        (
            {
                "age": [1, 2],
                "sex": ["men", "men"],
                "municipality": ["town", "town"],
                "birth": ["a", "b"],
            },
            "must be age, birth_month",
        ),
    ],
)
def test_refuses_columns_that_do_not_fit(region: wb.Scenario, columns: dict[str, list[object]], message: str) -> None:
    with pytest.raises(wb.ScenarioError) as error:
        region.with_people(columns)
    assert message in str(error.value)


def test_refuses_both_cells_and_people(region: wb.Scenario) -> None:
    with pytest.raises(wb.ScenarioError, match="population: must have one of cells and people, got none"):
        region.with_(**{"population.cells": []})
    with pytest.raises(ValueError, match="people: must be a data frame"):
        region.with_people([1, 2])


PATIENTS = """\
Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,LAST,GENDER,ADDRESS,CITY,STATE
a1,1950-06-15,,999-01,S1,X1,Mr.,Abe,Ash,M,1 Elm St,Springfield,MA
b2,1980-01-02,,999-02,,,,Bea,Birch,F,2 Elm St,Shelby,MA
c3,1940-03-01,2020-12-31,999-03,,,,Cy,Cedar,M,3 Elm St,Shelby,MA
d4,2021-05-05,,999-04,,,,Dee,Doe,F,4 Elm St,Shelby,MA
e5,1990-01-01,2022-07-01,999-05,,,,Eve,Elder,F,5 Elm St,Springfield,MA
"""
CONDITIONS = """\
START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION
2015-03-01,,a1,x1,http://snomed.info/sct,44054006,Diabetes mellitus type 2 (disorder)
2018-01-01,2020-06-01,b2,x2,http://snomed.info/sct,44054006,Diabetes mellitus type 2 (disorder)
2021-02-01,,e5,x3,http://snomed.info/sct,44054006,Diabetes mellitus type 2 (disorder)
"""
ENCOUNTERS = """\
Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,BASE_ENCOUNTER_COST,TOTAL_CLAIM_COST,PAYER_COVERAGE,REASONCODE,REASONDESCRIPTION
x1,2020-01-01T00:00:00Z,2020-01-01T01:00:00Z,a1,o,p,q,ambulatory,1,Visit,85.55,100.50,0,,
x2,2020-12-31T23:59:59Z,2021-01-01T01:00:00Z,a1,o,p,q,emergency,1,Visit,85.55,900.25,0,,
x3,2019-12-31T23:00:00Z,2020-01-01T01:00:00Z,a1,o,p,q,ambulatory,1,Visit,85.55,50,0,,
x4,2021-01-01T00:00:00Z,2021-01-01T01:00:00Z,e5,o,p,q,ambulatory,1,Visit,85.55,50,0,,
"""


@pytest.fixture
def synthea(tmp_path: Path) -> Path:
    for name, text in (("patients", PATIENTS), ("conditions", CONDITIONS), ("encounters", ENCOUNTERS)):
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def test_takes_those_who_live_on_the_day_from_synthea(synthea: Path, region: wb.Scenario) -> None:
    cities = {"Springfield": "town", "Shelby": "village"}
    people = wb.people.from_synthea(synthea, {"diabetes": ["44054006"]}, at="2021-01-01", municipality=cities)
    assert people.index.tolist() == ["a1", "b2", "e5"]  # c3 died the day before, d4 is not born
    assert people["age"].tolist() == [70, 40, 31]
    assert people["sex"].tolist() == ["men", "women", "women"]
    assert people["municipality"].tolist() == ["town", "village", "town"]
    assert people["stage_diabetes"].tolist() == ["yes", "no", "no"]  # b2's ended, e5's begins later
    assert people["history_encounters_ambulatory"].tolist() == [1, 0, 0]
    assert people["history_encounters_emergency"].tolist() == [1, 0, 0]
    assert people["history_encounters"].tolist() == [2, 0, 0]
    assert people["history_claim_cost"].tolist() == [1000.75, 0, 0]
    assert not {"FIRST", "LAST", "SSN", "ADDRESS"} & set(people.columns)
    seen = at_start(region.with_people(people))
    assert seen["age"].tolist() == [70, 40, 31]
    assert seen["recorded_diabetes"].tolist() == ["present", "none", "none"]
    by_stage = wb.people.from_synthea(
        synthea, {"diabetes": {"present": ["44054006"]}}, at="2021-01-01", municipality="town"
    )
    assert by_stage["stage_diabetes"].tolist() == ["present", "no", "no"]


def test_tells_every_fault_of_a_synthea_folder(synthea: Path) -> None:
    (synthea / "patients.csv").write_text(PATIENTS.replace("1980-01-02", "1980-13-02").replace(",F,4", ",X,4"))
    (synthea / "encounters.csv").write_text(ENCOUNTERS.replace("e5,o", "zz,o").replace("900.25", "much"))
    with pytest.raises(wb.ScenarioError) as error:
        wb.people.from_synthea(synthea, {"diabetes": ["44054006"]}, at="2021-01-01", municipality={"Shelby": "village"})
    told = str(error.value).replace(str(synthea) + "/", "")
    assert told == textwrap.dedent("""\
        patients.csv:3:1: BIRTHDATE: must be a day YYYY-MM-DD or a moment, got 1980-13-02
        patients.csv:5:1: GENDER: must be F or M, got X
        patients.csv:2:1: CITY: must be in municipality, got Springfield
        patients.csv:6:1: CITY: must be in municipality, got Springfield
        encounters.csv:3:1: TOTAL_CLAIM_COST: must be a number (US dollars), got much
        encounters.csv:5:1: PATIENT: must be the Id of a patient, got zz""")
    (synthea / "conditions.csv").unlink()
    (synthea / "patients.csv").write_text("Id,BIRTHDATE\n")
    with pytest.raises(wb.ScenarioError) as error:
        wb.people.from_synthea(synthea, {}, at="2021-01-01")
    assert "conditions.csv" in str(error.value)
    assert "GENDER: must be a column" in str(error.value)
    with pytest.raises(ValueError, match="at: must be a day YYYY-MM-DD, got 2021"):
        wb.people.from_synthea(synthea, {}, at="2021")
