"""The shipped regions have the spending and the care of their targets by age and sex, in simulations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from waterbed.calibrate import expected_targets, read_targets
from waterbed.calibrate._confirm import simulate_targets
from waterbed.calibrate.curves import KNOTS, SpendingCurves, basis

SECTORS = ["hospital", "pharmacy", "mental", "community", "paramedical"]
#: Full weight: measured or fitted figures that must be met. Others are aimed at: small bands, and quality C.
FULL = 1.0
REPLICATIONS = {"leiden_region": 2, "the_hague": 1}
#: Two sides of 95 %: how far a simulated mean may be off by chance.
NORMAL = 1.96
#: Outside the allowance and how far (share of the figure); docs/calibration_by_age.md tells why.
OUTSIDE: dict[str, dict[str, float]] = {
    "leiden_region": {"visits_per_1000 ward+day_treatment 5-17": 0.276},
    "the_hague": {"visits_per_1000 ward+day_treatment 5-17": 0.333},
}


@pytest.fixture(scope="module", params=["leiden_region", "the_hague"])
def region(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def table(root: Path, region: str) -> pd.DataFrame:
    """Targets of full weight beside a simulation, with its standard error where persons tell it."""
    file = read_targets(root / "scenarios" / "calibration" / f"{region}.yaml")
    scenario = wb.load(root / "scenarios" / f"{region}.yaml")
    found = simulate_targets(scenario, file, REPLICATIONS[region], progress=False)
    rows = [[t.name, t.measure, t.of, t.sex, t.value, t.allowed, t.weight] for t in file.targets]
    frame = pd.DataFrame(rows, columns=["name", "measure", "of", "sex", "value", "allowed", "weight"])
    frame["simulated"], frame["error"] = found.mean, np.nan_to_num(found.error)
    frame["miss"] = frame["simulated"] / frame["value"] - 1
    # Referrals by age are not told apart by person-years; the page tells them in expected flows.
    return frame[(frame["weight"] >= FULL) & frame["simulated"].notna()].set_index("name")


def outside(table: pd.DataFrame) -> pd.DataFrame:
    """Targets that a simulation misses by more than their allowance and its own chance."""
    return table[(table["simulated"] - table["value"]).abs() > table["allowed"] + NORMAL * table["error"]]


def test_tables_of_targets_are_current(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(root / "tools" / "make_region_targets.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_allowances_are_those_asked_for(table: pd.DataFrame) -> None:
    """10 % of bands by sector, age and sex and of care by age; 5 % of each age and of totals."""
    share = table["allowed"] / table["value"]
    whole = table["of"].str.contains("hospital+", regex=False) | ~table.index.str.contains(r"\d")
    assert (share[whole] <= 0.05 + 1e-9).all()
    assert (share[~whole] <= 0.10 + 1e-9).all()
    assert whole.sum() >= 19 + len(SECTORS)


@pytest.mark.slow
def test_spending_and_care_by_age_are_within_their_allowance(table: pd.DataFrame, region: str) -> None:
    by_sex = table[(table["measure"] == "list_spending_per_person") & (table["sex"] != "")]
    assert all((by_sex["of"] == sector).sum() >= 10 for sector in SECTORS)
    assert set(table["of"]) >= {"gp_consult", "ward+day_treatment", "emergency_department", "district_nursing"}
    missed = outside(table)
    assert sorted(missed.index) == sorted(OUTSIDE[region]), missed.to_string()


@pytest.mark.slow
def test_known_misses_are_as_large_as_stated(table: pd.DataFrame, region: str) -> None:
    for name, stated in OUTSIDE[region].items():
        row = table.loc[name]
        assert abs(row["miss"] - stated) <= NORMAL * row["error"] / row["value"] + 0.005, row.to_string()


@pytest.mark.parametrize("name", list(REPLICATIONS))
def test_referrals_by_age_are_within_their_allowance(root: Path, name: str) -> None:
    """In expected flows, which have no chance of their own."""
    scenario = wb.load(root / "scenarios" / f"{name}.yaml")
    rows = expected_targets(scenario, root / "scenarios" / "calibration" / f"{name}.yaml")
    rows = rows[(rows["measure"] == "referrals_per_1000") & (rows["age_high"] - rows["age_low"] < 120)]
    assert len(rows) == 4
    assert ((rows["expected"] / rows["value"] - 1).abs() <= 0.10).all(), rows[["name", "value", "expected"]].to_string()


def test_referrals_to_clinics_have_their_published_shares(root: Path) -> None:
    """Nivel: 10.0 % dermatology, 9.3 % eye care, 8.8 % orthopaedics of 327.1 per 1,000; in expected flows."""
    scenario = wb.load(root / "scenarios" / "leiden_region.yaml")
    rows = expected_targets(scenario, root / "scenarios" / "calibration" / "leiden_region.yaml").set_index("of")
    rows = rows[rows["measure"] == "referrals_to_per_1000"]
    published = {"dermatology_clinic": 10.0, "eye_clinic": 9.3, "orthopaedic_clinic": 8.8}
    assert rows["value"].to_dict() == pytest.approx({k: 3.271 * share for k, share in published.items()}, abs=0.01)
    assert ((rows["expected"] / rows["value"] - 1).abs() <= 0.10).all(), rows[["value", "expected"]].to_string()


def test_curves_pass_through_their_values_and_are_straight_outside(root: Path) -> None:
    curves = SpendingCurves(root / "scenarios" / "calibration" / "spending_curves.csv")
    lines = (root / "scenarios" / "calibration" / "spending_curves.csv").read_text(encoding="utf-8").splitlines()
    stated = next(line.split(",") for line in lines if line.startswith("hospital,women,57"))
    assert curves.at("hospital", "women", [57.0])[0] == pytest.approx(float(stated[3]), rel=1e-12)
    assert set(SECTORS) - {"community"} <= set(curves.sectors)
    weights = basis([0.0, KNOTS[0], 30.0, 100.0])
    assert weights.sum(axis=1) == pytest.approx([1.0] * 4)  # a constant stays one
    assert weights @ list(KNOTS) == pytest.approx([0.0, KNOTS[0], 30.0, 100.0])  # and a straight line too
