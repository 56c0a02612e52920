"""The usual arm of the shipped region reproduces today's figures, and docs/calibration.md shows all of them."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from commands import tool_named

REPLICATIONS = 1
#: What the region must reproduce: spending per insured by sector, and volumes.
SECTORS = ["gp", "hospital", "pharmacy", "mental", "community"]
VOLUMES = [
    ("visits_per_1000", "gp_consult"),
    ("referrals_per_1000", "gp_consult"),
    ("visits_per_1000", "emergency_department"),
    ("visits_per_1000", "ward"),
]


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    return tool_named(root, "calibration")


@pytest.fixture(scope="module")
def usual(tool: ModuleType) -> tuple[wb.Scenario, wb.Results]:
    run: tuple[wb.Scenario, wb.Results] = tool.baseline_run("leiden_region", REPLICATIONS)
    return run


def test_every_target_is_met_over_the_years(usual: tuple[wb.Scenario, wb.Results]) -> None:
    table = usual[1].calibration()
    assert (table["tolerance"] <= 0.10).all()
    off = (table["ratio"] - 1).abs()
    assert (off <= table["tolerance"]).all(), table[["name", "target", "model", "ratio"]].to_string()


def counted(people: pd.DataFrame, measure: str, of: str) -> pd.Series | None:
    """What each person-year adds to a target; None if persons do not tell."""
    if measure == "spending_per_insured":
        return people[f"spending_{of}_eur"]
    if measure == "visits_per_1000":
        return people[f"units_{of}"]
    if measure == "outpatient_visits_per_1000":
        return people[[name for name in people if name.startswith("units_") and name.endswith("_clinic")]].sum(axis=1)
    return None


def ageing_and_chance(people: pd.DataFrame, amount: pd.Series) -> tuple[float, float]:
    """Growth from the first to the last year at rates by age and sex that stay; relative variance of the two years."""
    lived = people["cycles"] / 12
    sums = pd.DataFrame({"amount": amount, "lived": lived}).groupby([people["age"] // 5, people["sex"]], observed=True)
    rate = sums["amount"].transform("sum") / sums["lived"].transform("sum")
    means, variance = [], 0.0
    for year in (people["year"].min(), people["year"].max()):
        chosen = people["year"] == year
        years = lived[chosen].sum()
        means.append((rate * lived)[chosen].sum() / years)
        mean = amount[chosen].sum() / years
        variance += float(np.square(amount[chosen] - mean * lived[chosen]).sum()) / (mean * years) ** 2
    return means[1] / means[0] - 1, variance


def test_every_target_is_steady_but_for_ageing_and_chance(usual: tuple[wb.Scenario, wb.Results]) -> None:
    """Nursing doubles with every five years of age past 70, as published: there ageing alone is 3 to 4 % a year."""
    scenario, results = usual
    table = results.calibration()
    people = scenario.person_years(newcomers=True)
    years_vary = 2 * scenario._core.year_need_group_cv**2  # in the first year and in the last
    rows = []
    for _, row in table.iterrows():
        amount = counted(people, row["measure"], row["of"])
        ageing, variance = ageing_and_chance(people, amount) if amount is not None else (0.0, 0.0)
        growth = row["last_year"] / row["first_year"] - 1
        rows.append((row["name"], growth, ageing, 1.96 * np.sqrt(variance + years_vary)))
    found = pd.DataFrame(rows, columns=["name", "growth", "ageing", "chance"])
    assert (found["chance"] < 0.08).all(), found.to_string()
    assert ((found["growth"] - found["ageing"]).abs() <= found["chance"]).all(), found.to_string()
    assert found.set_index("name").loc["spending_community", "ageing"] > 0.08


def test_sectors_and_volumes_are_targets(usual: tuple[wb.Scenario, wb.Results]) -> None:
    known = {(row["measure"], row["of"]) for _, row in usual[0].targets.iterrows()}
    assert {("spending_per_insured", sector) for sector in SECTORS} <= known
    assert set(VOLUMES) <= known


def test_margins_start_near_what_is_stated(tool: ModuleType, usual: tuple[wb.Scenario, wb.Results]) -> None:
    table = tool.margins(*usual)
    chosen = table[table["type"].isin(["gp_group", "hospital"])]
    assert len(chosen) >= 7
    assert ((chosen["first_year"] - chosen["stated"]).abs() <= 0.025).all(), chosen.to_string()


def test_waits_lie_near_the_reference(tool: ModuleType, usual: tuple[wb.Scenario, wb.Results]) -> None:
    table = tool.waits(*usual)
    assert len(table) == 8
    assert ((table["model"] / table["reference"] - 1).abs() <= 0.15).all(), table.to_string()


def test_the_page_lists_every_target_of_the_scenario(root: Path, tool: ModuleType) -> None:
    text = (root / "docs" / "calibration.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"`scenarios/(\w+)\.yaml`(.*?)(?=\n## |\Z)", text, re.DOTALL))
    assert list(sections) == tool.SCENARIOS
    for name, section in sections.items():
        targets = wb.load(root / "scenarios" / f"{name}.yaml").targets
        rows = [line.split(" | ") for line in section.split("### Margins")[0].splitlines() if line.startswith("| `")]
        assert [row[0].strip("|` ") for row in rows] == targets["name"].tolist()
        assert [row[2] for row in rows] == [tool.number(value) for value in targets["value"]]
        assert all(float(row[4]) == pytest.approx(1, abs=0.10) for row in rows)
