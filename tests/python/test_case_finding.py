"""Yield and harm of case-finding, and who is in a register, by what is true of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import waterbed as wb
from waterbed.stratification import register_table

UNKNOWN = """
conditions:
  diabetes: {recorded_share: 0.3, recorded_per_contact: 0.02}
"""
PROGRAMME = f"""
{UNKNOWN}
needs:
  screening: {{per_person_year: 0, enters: {{gp_consult: 1}}}}
  second_test: {{per_person_year: 0, enters: {{dermatology_clinic: 1}}}}
programmes:
  look:
    case_finding:
      condition: diabetes
      who: {{age: [60, 95]}}
      per_year: 0.3
      need: screening
      kind: gp_consult
      sensitivity: 0.8
      specificity: 0.9
      confirmation: {{need: second_test, kind: dermatology_clinic, sensitivity: 0.95, specificity: 0.97}}
      false_alarm: {{disutility: 0.105, days: 35}}
arms:
  screening: {{from: usual, programmes: [look]}}
"""
LOSS = 0.010208  # 0.105 x 35 / 360, in whole micro-QALY


def added(root: Path, text: str) -> wb.Scenario:
    """two_clinics with these keys added."""

    def put(into: dict[str, Any], more: dict[str, Any]) -> None:
        for key, value in more.items():
            if isinstance(value, dict) and isinstance(into.get(key), dict):
                put(into[key], value)
            else:
                into[key] = value

    whole = yaml.safe_load((root / "scenarios" / "two_clinics.yaml").read_text(encoding="utf-8"))
    put(whole, yaml.safe_load(text))
    return wb.parse(yaml.safe_dump(whole, sort_keys=False), root / "scenarios")


@pytest.fixture(scope="module")
def screened(root: Path) -> wb.Results:
    scenario = added(root, PROGRAMME)
    return scenario.run(arms=["usual", "screening"], replications=2, seed=1)


def test_harm_is_counted_per_case_found(screened: wb.Results) -> None:
    table = screened.case_finding()
    assert table["arm"].unique().tolist() == ["screening"]
    assert table["year"].tolist() == [2023, 2024]
    for row in table.to_dict("records"):
        assert row["tests"] == sum(row[x] for x in ["true_alarm", "missed", "false_alarm", "clear", "on_record"])
        assert row["second_test"] == sum(
            row[x] for x in ["found", "dismissed", "false_diagnosis", "cleared", "on_record_by_then"]
        )
        found = row["found"]
        assert row["number_needed_to_screen"] == pytest.approx(row["tests"] / found)
        assert row["predictive_value"] == pytest.approx(found / (found + row["false_diagnosis"]))
        assert row["false_alarms_per_case"] == pytest.approx(row["false_alarm"] / found)
        assert row["false_diagnoses_per_case"] == pytest.approx(row["false_diagnosis"] / found)
        assert row["second_tests_per_case"] == pytest.approx(row["second_test"] / found)
        assert row["qalys_lost"] == pytest.approx(row["false_alarm"] * LOSS)
        assert row["qalys_lost_per_case"] == pytest.approx(row["false_alarm"] * LOSS / found)


def test_two_tests_in_series_have_their_net_accuracy(screened: wb.Results) -> None:
    totals = screened.case_finding().sum(numeric_only=True) * screened.replications
    ill, well = totals["true_alarm"] + totals["missed"], totals["false_alarm"] + totals["clear"]
    for part, of, chance in [
        (totals["true_alarm"], ill, 0.8),
        (totals["false_alarm"], well, 0.1),
        (totals["found"], totals["found"] + totals["dismissed"], 0.95),
        (totals["false_diagnosis"], totals["false_diagnosis"] + totals["cleared"], 0.03),
    ]:
        assert abs(part - of * chance) <= 4 * np.sqrt(of * chance * (1 - chance))


def test_overdiagnosis_is_a_share_of_all_found_so_far(screened: wb.Results) -> None:
    table = screened.case_finding()
    assert table["overdiagnosed"].iloc[0] > 0
    so_far = table["overdiagnosed"].cumsum() / table["found"].cumsum()
    assert table["overdiagnosed_share"].tolist() == pytest.approx(so_far.tolist())


def test_who_tests_nobody_has_an_empty_table(root: Path) -> None:
    without = added(root, UNKNOWN).run(arms=["usual"], replications=1, seed=1)
    assert without.case_finding().empty
    scenario = added(root, PROGRAMME)
    unused = scenario.run(arms=["usual"], replications=1, seed=1)
    assert unused.case_finding().empty
    assert list(unused.case_finding().columns) == list(without.case_finding().columns)
    for table in ["visits", "payments", "deaths", "onsets", "qalys", "wait_days"]:
        np.testing.assert_array_equal(unused.values(table), without.values(table), err_msg=table)


def _persons() -> pd.DataFrame:
    stages = ["none", "mild", "severe"]
    return pd.DataFrame(
        {
            "stage_gout": pd.Categorical(["none", "mild", "severe", "mild", "none", "mild"], stages, ordered=True),
            "recorded_gout": pd.Categorical(
                ["mild", "severe", "severe", "none", "none", "severe"], stages, ordered=True
            ),
            "cycles": [12, 12, 6, 12, 12, 12],
            "spending_eur": [10.0, 100.0, 250.0, 80.0, 5.0, 200.0],
        }
    )


def test_a_register_holds_those_on_record_whatever_is_true() -> None:
    table = register_table(_persons(), "gout").set_index("true_stage")
    assert table["persons"].to_dict() == {"none": 1, "mild": 2, "severe": 1, "all": 4}
    assert table["share"].tolist() == [0.25, 0.5, 0.25, 1.0]
    # 560 EUR in 3.5 person-years; the severe patient's 250 EUR were spent in half a year.
    assert table["cost_per_person_year_eur"].tolist() == pytest.approx([10, 150, 500, 160])
    severe = register_table(_persons(), "gout", ["severe"]).set_index("true_stage")
    assert severe["persons"].to_dict() == {"none": 0, "mild": 2, "severe": 1, "all": 3}


def test_a_register_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="condition: must be one of gout, got gut"):
        register_table(_persons(), "gut")
    with pytest.raises(ValueError, match="stages: must be of none, mild, severe, got sever"):
        register_table(_persons(), "gout", ["sever"])


def test_coding_fills_a_bundle_with_mild_patients_as_the_page_shows(root: Path) -> None:
    page = (root / "docs" / "model" / "stratification.md").read_text(encoding="utf-8")
    text = re.search(r"<!-- register -->\n((?:    .*\n)+)", page)
    assert text is not None
    scenario = added(root, text.group(1))
    tables = {}
    for arm in ["bundle", "coded"]:
        people = scenario.person_years(arm, years=[2024], seed=1)
        tables[arm] = register_table(people, "diabetes", ["complicated"]).set_index("true_stage")
    shown = re.findall(r"^\| (\w+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    assert [row[0] for row in shown] == ["none", "uncomplicated", "complicated", "all"]
    for stage, *numbers in shown:
        computed = [tables[arm].loc[stage, c] for c in ["persons", "cost_per_person_year_eur"] for arm in tables]
        assert [int(x.replace(",", "")) for x in numbers] == [round(0 if np.isnan(x) else x) for x in computed]
    before, after = (tables[arm].loc["all"] for arm in ["bundle", "coded"])
    assert after["persons"] > 1.5 * before["persons"]
    assert after["cost_per_person_year_eur"] < before["cost_per_person_year_eur"]
    results = scenario.run(arms=["bundle", "coded"], replications=1, seed=1)
    paid = results.to_pandas("payments")
    of_bundle = paid[paid["entry"].astype(str).str.startswith("complicated/")]
    by_arm = of_bundle.groupby("arm", observed=True)["payments_eur"].sum()
    assert by_arm["coded"] > 1.3 * by_arm["bundle"]
