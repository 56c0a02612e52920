"""Parts of a change: they add up, in every replication, and say what they mean."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from commands import waterbed
from waterbed.decomposition import PARTS, Decomposition


@pytest.fixture(scope="module")
def scenario() -> wb.Scenario:
    return wb.load("scenarios/two_clinics.yaml")


@pytest.fixture(scope="module")
def squeezed(scenario: wb.Scenario) -> Decomposition:
    return wb.decompose(scenario, "squeezed_ceiling", replications=4, progress=False)


@pytest.fixture(scope="module")
def compared(scenario: wb.Scenario) -> wb.Difference:
    return scenario.run(replications=4, progress=False).compare()


def test_parts_of_a_worked_game() -> None:
    # Nobody free 100 + 1; A adds 4 alone and 8 beside B; B 2 alone and 6 beside A: (4 + 8) / 2 and (2 + 6) / 2; C and D
    # add nothing. Against a baseline of 100.
    worth = [101 + {0: 0, 1: 4, 2: 2, 3: 10}[free & 3] for free in range(16)]
    found = Decomposition.__new__(Decomposition).parts(np.array([100, *worth], dtype=np.int64).reshape(1, 17, 1))
    assert dict(zip(PARTS, found[0, :, 0].tolist(), strict=True)) == {
        "contract": 1,
        "incentive": 6,
        "waiting": 4,
        "recording": 0,
        "health": 0,
        "total": 11,
    }


@pytest.mark.parametrize("table", ["list_spending", "visits", "cash_spending", "hours", "waiting", "needs"])
def test_parts_add_up_in_every_replication(squeezed: Decomposition, table: str) -> None:
    parts = squeezed.parts(squeezed.results.values(table).reshape(4, 17, -1))
    assert np.array_equal(parts[:, :-1].sum(axis=1), parts[:, -1])
    assert np.any(parts[:, -1] != 0)


def test_the_total_is_what_a_comparison_gives(squeezed: Decomposition, compared: wb.Difference) -> None:
    parts = squeezed.table("list_spending", by=["sector"])
    total = parts[parts["part"] == "total"].reset_index(drop=True)
    whole = compared.table("list_spending", by=["sector"])
    whole = whole[whole["arm"] == "squeezed_ceiling"].reset_index(drop=True)
    assert total["sector"].tolist() == whole["sector"].tolist()
    for column in ("baseline", "difference", "standard_error", "low", "high", "range_low", "range_high"):
        np.testing.assert_allclose(total[column], whole[column], rtol=1e-12)


def test_a_lower_ceiling_is_the_contract_in_cash_and_the_supply_decision_in_volume(squeezed: Decomposition) -> None:
    cash = squeezed.table("cash_spending").set_index("part")["difference"]
    volume = squeezed.table("list_spending").set_index("part")["difference"]
    assert cash["contract"] < 0
    assert volume["contract"] == 0
    assert volume["incentive"] < 0
    # Nothing is coded, and health answers a little to visits that did not come.
    assert volume["recording"] == 0 or abs(volume["recording"]) < 0.02 * abs(volume["incentive"])


def test_the_summary_holds_every_measure_of_a_comparison(squeezed: Decomposition, compared: wb.Difference) -> None:
    found = squeezed.summary()
    lines = compared.summary()
    lines = lines[(lines["arm"] == "squeezed_ceiling") & (lines["group"] != "Paid against true savings")]
    total = found[found["part"] == "total"]
    assert total["measure"].tolist() == lines["measure"].tolist()
    np.testing.assert_allclose(total["difference"], lines["difference"], rtol=1e-9, atol=1e-9)
    for _, block in found.groupby(["group", "measure"]):
        parts = block.set_index("part")["difference"]
        assert math.isclose(parts.drop("total").sum(), parts["total"], abs_tol=1e-9, rel_tol=1e-12)


def test_one_replication_has_no_error(scenario: wb.Scenario) -> None:
    found = wb.decompose(scenario, "shared_savings", replications=1, progress=False).table("list_spending")
    assert found["standard_error"].isna().all()
    assert np.isfinite(found["difference"]).all()


def test_what_cannot_be_decomposed_is_refused(scenario: wb.Scenario) -> None:
    with pytest.raises(ValueError, match="arm: must not be the baseline itself, got usual"):
        wb.decompose(scenario, "usual", progress=False)
    with pytest.raises(ValueError, match="must be an arm of the scenario, got no_arm"):
        wb.decompose(scenario, "no_arm", progress=False)
    with pytest.raises(ValueError, match="replications: must be at least 1, got 0"):
        wb.decompose(scenario, "squeezed_ceiling", replications=0, progress=False)


def test_price_volume_and_mix_add_up_to_cash(compared: wb.Difference) -> None:
    found = wb.price_volume_mix(compared)
    for (arm, sector), block in found.groupby(["arm", "sector"]):
        parts = block.set_index("part")["difference"]
        assert math.isclose(parts[["price", "volume", "mix"]].sum(), parts["total"], abs_tol=1e-6)
        whole = compared.table("cash_spending", where={"sector": str(sector)})
        assert math.isclose(parts["total"], whole.set_index("arm")["difference"][str(arm)], rel_tol=1e-12, abs_tol=1e-9)
        listed = compared.table("list_spending", where={"sector": str(sector)}).set_index("arm")["difference"][str(arm)]
        assert math.isclose(parts["volume"] + parts["mix"], listed, rel_tol=1e-12, abs_tol=1e-9)


def test_a_lower_price_for_the_same_care_is_price(scenario: wb.Scenario) -> None:
    still = scenario.with_(**{"behaviour.incentives": False}).run(replications=2, progress=False).compare()
    found = wb.price_volume_mix(still, "squeezed_ceiling").set_index(["sector", "part"])["difference"]
    assert found["hospital", "price"] == found["hospital", "total"] < 0
    assert found["hospital", "volume"] == found["hospital", "mix"] == 0
    with pytest.raises(ValueError, match="arm must be one of squeezed_ceiling, shared_savings, got 'usual'"):
        wb.price_volume_mix(still, "usual")


def test_the_figure_names_parts_and_spreads(squeezed: Decomposition) -> None:
    figure = squeezed.plot()
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == list(PARTS)
    assert figure.get_suptitle() == "Ceiling 5 % lower: which mechanism moves what"
    assert "EUR" in figure.get_supxlabel()
    assert "Chance only" in figure.get_supxlabel()


def test_the_command_shows_and_writes_parts(root: Path, tmp_path: Path) -> None:
    file = root / "scenarios" / "two_clinics.yaml"
    done = waterbed(
        "decompose", file, "--arm", "squeezed_ceiling", "--replications", "2", "--out", tmp_path / "parts", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "17 runs of an arm in each" in done.stdout
    written = {path.name for path in (tmp_path / "parts").iterdir()}
    assert written == {"manifest.json", "parts.csv", "price_volume_mix.csv", "parts.svg"}
    parts = pd.read_csv(tmp_path / "parts" / "parts.csv")
    assert set(parts["part"]) == set(PARTS)


def test_the_command_names_an_unknown_arm(root: Path, tmp_path: Path) -> None:
    file = root / "scenarios" / "two_clinics.yaml"
    done = waterbed("decompose", file, "--arm", "no_arm", cwd=tmp_path)
    assert done.returncode == 2
    assert "--arm: must be one of squeezed_ceiling, shared_savings, got no_arm" in done.stderr
    assert not (tmp_path / "out").exists()
