"""The waterbed matrix: known answers, the rule of the press, the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import waterbed as wb
from commands import waterbed
from waterbed.matrix import BASES, OTHERS


@pytest.fixture(scope="module")
def matrix(two_clinics: wb.Scenario) -> wb.WaterbedMatrix:
    return wb.waterbed_matrix(two_clinics, ["gp_group_1", "hospital_in", "chemist"], replications=20, progress=False)


NEEDS = """
  skin_complaint:
    group: skin
    per_person_year: [{ages: [0, 120], women: 0.6, men: 0.6}]
    enters: {gp_consult: 0.95}
    pathways:
      gp_consult: {gp_consult.follow_up: 0.2}
      gp_consult.follow_up: {gp_consult.follow_up: 0.1}
    attached: {gp_consult: {pharmacy: 1}}
  injury:
    urgency: urgent
    per_person_year: [{ages: [0, 120], women: 0.1, men: 0.1}]
    enters: {emergency_department: 1}
    pathways:
      emergency_department: {ward: 0.1, dermatology_clinic: 0.1}
    stay_days: {ward: 5}
"""


def gp_and_pharmacy(two_clinics: wb.Scenario) -> wb.Scenario:
    """Skin complaints that GPs alone treat, a prescription of 25 EUR with each consult of 12.21 EUR."""
    return two_clinics.with_(
        needs=yaml.safe_load(NEEDS),
        care_effects={},
        conditions={},
        strata={},
        **{"behaviour.comes_back_at": {"gp_consult": 1}},
    )


def test_what_follows_each_act_moves_with_it_exactly(two_clinics: wb.Scenario) -> None:
    # By hand, for expected flows and any chance alike: each consult more is a prescription more, so list volume moves
    # by 25 / 12.21 of what the GP's moves; the other practice not at all.
    found = wb.waterbed_matrix(gp_and_pharmacy(two_clinics), ["gp_group_1"], change=0.2, replications=4, progress=False)
    for _, block in found.table().groupby("change"):
        rows = block.set_index("part")
        assert rows.loc["gp_group_1", "moved"] * rows["change"].iloc[0] > 0
        assert rows.loc["chemist", "ratio"] == pytest.approx(25 / 12.21, abs=1e-12)
        assert rows.loc[OTHERS, "ratio"] == pytest.approx(25 / 12.21, abs=1e-12)
        assert rows.loc["gp_group_2", "ratio"] == 0.0
        assert rows.loc["gp_group_1", "ratio"] == 1.0


def test_with_incentives_off_no_care_moves(two_clinics: wb.Scenario) -> None:
    off = two_clinics.with_(**{"behaviour.incentives": False})
    found = wb.waterbed_matrix(off, replications=2, progress=False)
    for basis in ("list_volume", "staff_hours"):
        table = found.table(basis)
        assert (table["difference"] == 0).all()
        assert table["ratio"].isna().all()
        assert set(table["message"]) == {"the pressed part did not change"}
    # Money does: a tariff 1 % lower takes 1 % of the pharmacy's income, and nobody else's.
    cash = found.table("cash").query("pressed == 'chemist' and change < 0").set_index("part")
    before = found.amounts("cash")["chemist"][:, 0].mean() / 1e6
    assert cash.loc["chemist", "moved"] == pytest.approx(-0.01 * before, abs=0.05)  # each payment to the cent
    assert (cash["difference"].drop(["chemist"]) == 0).all()


def test_expected_flows_of_prescriptions(matrix: wb.WaterbedMatrix) -> None:
    # A follow-up that is not made lacks its prescription: half of the consults for skin complaints bring one of 25 EUR,
    # 0.5 x 25 / 12.21 = 1.02; nothing else hangs on the GP's own volume but a referral now and then.
    rows = matrix.table().query("pressed == 'gp_group_1' and part == 'chemist'")
    assert (rows["ratio_low"] < 1.02).all()
    assert (rows["ratio_high"] > 1.02).all()
    assert (rows["ratio_low"] > 0).all()


def test_ratios_are_of_the_means_and_others_add_up(matrix: wb.WaterbedMatrix) -> None:
    for basis in BASES:
        table = matrix.table(basis)
        told = table[table["ratio"].notna()]
        assert not told.empty
        assert told["ratio"].to_numpy() == pytest.approx((told["difference"] / told["moved"]).to_numpy(), rel=1e-12)
        for _, block in told.groupby(["pressed", "change"]):
            others = block[(block["part"] != block["pressed"]) & (block["part"] != OTHERS)]
            assert others["ratio"].sum() == pytest.approx(block.set_index("part").loc[OTHERS, "ratio"], rel=1e-9)


def test_a_ratio_and_its_interval_by_hand(matrix: wb.WaterbedMatrix) -> None:
    # Fieller's formula as docs/model/waterbed_index.md writes it.
    amounts = matrix.amounts()
    b = (amounts["hospital_in"][:, 3] - amounts["hospital_in"][:, 0]).astype(float)
    a = (amounts["hospital_out"][:, 3] - amounts["hospital_out"][:, 0]).astype(float)
    n = len(a)
    v = np.cov(a, b) / n
    t = 2.093024054408263  # 97.5 % quantile of Student's t with 19 degrees of freedom
    w, g = a.mean() / b.mean(), t**2 * v[1, 1] / b.mean() ** 2
    root = np.sqrt(v[0, 0] - 2 * w * v[0, 1] + w**2 * v[1, 1] - g * (v[0, 0] - v[0, 1] ** 2 / v[1, 1]))
    ends = [(w - g * v[0, 1] / v[1, 1] + s * t / abs(b.mean()) * root) / (1 - g) for s in (-1, 1)]
    row = matrix.table().query("pressed == 'hospital_in' and change < 0 and part == 'hospital_out'").iloc[0]
    assert [row["ratio"], row["ratio_low"], row["ratio_high"]] == pytest.approx([w, *ends], rel=1e-9)


def test_a_press_that_is_not_resolved_gives_no_ratio(two_clinics: wb.Scenario) -> None:
    found = wb.waterbed_matrix(two_clinics, ["hospital_in"], change=0.0001, replications=3, progress=False).table()
    assert found["ratio"].isna().all()
    assert found["message"].str.contains("press not resolved|against the press|did not change").all()
    one = wb.waterbed_matrix(two_clinics, ["hospital_in"], replications=1, progress=False).table()
    assert one["message"].str.contains("one replication").all()
    assert one["low"].isna().all()


def test_by_sector(two_clinics: wb.Scenario) -> None:
    found = wb.waterbed_matrix(two_clinics, by="sector", replications=2, progress=False)
    assert found.levers == {"gp": "tariff", "hospital": "ceiling", "pharmacy": "tariff"}
    assert set(found.table()["part"]) == {"gp", "hospital", "pharmacy", OTHERS}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pressed": ["nobody"]}, "pressed: must be providers of the scenario .* got nobody"),
        ({"change": 1.0}, "change must be above 0 and below 1, got 1"),
        ({"by": "kind"}, "by must be provider or sector, got 'kind'"),
        ({"replications": 0}, "replications: must be at least 1, got 0"),
    ],
)
def test_refusals(two_clinics: wb.Scenario, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wb.waterbed_matrix(two_clinics, progress=False, **arguments)


def test_same_bytes_on_any_number_of_threads(two_clinics: wb.Scenario) -> None:
    runs = [wb.waterbed_matrix(two_clinics, ["chemist"], replications=2, threads=n, progress=False) for n in (1, 2)]
    assert runs[0].results.digest() == runs[1].results.digest()
    assert runs[0].results.digest("usual") == two_clinics.run(replications=2, progress=False).digest("usual")


def test_the_command_writes_tables_and_figures(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "matrix"
    done = waterbed(
        "matrix",
        str(root / "scenarios/two_clinics.yaml"),
        "--press",
        "hospital_in",
        "--replications",
        "3",
        "--out",
        str(out),
        cwd=root,
    )
    assert done.returncode == 0, done.stderr
    assert "Hospital: ceiling −1.0 %" in done.stdout
    table = pd.read_csv(out / "matrix.csv")
    assert set(table["basis"]) == set(BASES)
    assert json.loads((out / "manifest.json").read_text())["pressed"] == {"hospital_in": "ceiling"}
    assert all((out / f"matrix_{basis}.svg").stat().st_size > 5_000 for basis in BASES)


def test_the_command_tells_what_is_wrong(root: Path, tmp_path: Path) -> None:
    done = waterbed(
        "matrix", str(root / "scenarios/two_clinics.yaml"), "--press", "x", "--out", tmp_path / "m", cwd=root
    )
    assert done.returncode == 2
    assert "--press: must be providers of the scenario" in done.stderr
