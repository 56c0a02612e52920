"""The usual arm of the shipped region reproduces today's figures, and docs/calibration.md shows all of them."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

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


def test_every_target_is_steady_but_for_the_stated_growth(usual: tuple[wb.Scenario, wb.Results]) -> None:
    table = usual[1].calibration()
    growth = table["last_year"] / table["first_year"] - 1
    # Ageing raises spending by about 0.7 % a year, four years lie between; the needs of a year vary by 2 %.
    # Nursing doubles with every five years of age past 70, as published: there ageing alone is 3 to 4 % a year.
    most = table["name"].map({"spending_community": 0.18}).fillna(0.10)
    assert (growth.abs() < most).all(), table[["name", "first_year", "last_year"]].to_string()


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
