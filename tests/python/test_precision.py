"""Runs that end when a result is known well enough, and sweeps."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import waterbed as wb
from commands import waterbed
from waterbed import _core
from waterbed.precision import Precision, looks
from waterbed.sweeps import mean_of

SMALL = {"time": {"cycle": "month", "start_year": 2023, "warm_up_years": 0, "base_years": 2, "years": 1}}
CASH = "Spending in cash/total"
ARMS = ["usual", "squeezed_ceiling"]


@pytest.fixture(scope="module")
def scenario(root: Path) -> wb.Scenario:
    return wb.load(root / "scenarios" / "two_clinics.yaml").with_(**SMALL)


def test_looks_are_fixed_beforehand() -> None:
    assert list(looks(1000)) == [20, 30, 45, 68, 102, 153, 230, 345, 518, 777, 1000]
    assert list(looks(10)) == [10]
    assert list(looks(20)) == [20]


def test_a_run_ends_at_the_first_look_that_is_narrow_enough(scenario: wb.Scenario, tmp_path: Path) -> None:
    options = {"seed": 1, "arms": ARMS, "checkpoints": tmp_path, "progress": False}
    whole, missed = wb.run_to_precision(scenario, CASH, 1e-9, most=35, **options)
    assert missed.looks["replications"].tolist() == [20, 30, 35]
    assert (whole.replications, missed.reached) == (35, False)
    assert "NOT reached at 35 replications" in missed.sentence()
    assert "Looked at 20, 30, 35 replications, stopped at the last look" in missed.sentence()
    assert whole.digest() == scenario.run(replications=35, seed=1, arms=ARMS, progress=False).digest()
    widths = missed.looks["half_width"]
    wanted = widths[1] if widths[1] < widths[0] else widths[0]
    results, reached = wb.run_to_precision(scenario, CASH, wanted, **options)
    stopped = 30 if widths[1] < widths[0] else 20
    assert (results.replications, reached.reached) == (stopped, True)
    row = mean_of(results, CASH, "squeezed_ceiling")
    assert reached.looks["half_width"].iloc[-1] == pytest.approx((row["high"] - row["low"]) / 2)


def test_the_interval_is_that_of_the_comparison(scenario: wb.Scenario) -> None:
    results = scenario.run(replications=5, seed=1, arms=ARMS, progress=False)
    rows = results.compare().summary().set_index(["group", "measure"])
    row = rows.loc[("Spending in cash", "total")]
    found = mean_of(results, CASH, "squeezed_ceiling")
    assert (found["value"], found["low"], found["high"]) == pytest.approx((row["difference"], row["low"], row["high"]))
    own = mean_of(results, CASH, None)
    assert own["value"] == pytest.approx(row["baseline"])


def test_the_rule_holds_the_mean_as_often_as_the_page_says() -> None:
    """Normal differences, stopped by the rule: 94 to 95 % hold the mean; the mean itself is not biased."""
    rng = np.random.default_rng(11)
    runs, wanted = 2000, 1.96 / math.sqrt(35)
    held = 0
    means = np.empty(runs)
    counts = np.empty(runs)
    for run in range(runs):
        drawn = np.rint(rng.standard_normal(153) * 1e6).astype(np.int64)[:, None]
        for at in looks(153):
            found = _core.paired_differences(np.zeros_like(drawn[:at]), drawn[:at])
            half = (found["high"][0] - found["low"][0]) / 2e6
            if half <= wanted:
                break
        held += found["low"][0] <= 0 <= found["high"][0]
        means[run], counts[run] = found["mean"][0] / 1e6, at
    error = math.sqrt(0.944 * 0.056 / runs)
    assert abs(held / runs - 0.944) < 4 * error  # 0.944 in 20,000 other runs
    assert abs(means.mean()) < 4 * means.std() / math.sqrt(runs)
    assert 35 < counts.mean() < 60


def test_what_cannot_be_reached_for_is_told(scenario: wb.Scenario) -> None:
    with pytest.raises(ValueError, match="half_width: must be above 0 and finite, got 0"):
        wb.run_to_precision(scenario, CASH, 0)
    with pytest.raises(ValueError, match="most: must be at least 2, got 1"):
        wb.run_to_precision(scenario, CASH, 1.0, most=1)
    with pytest.raises(ValueError, match="outcome must be one of Spending at list prices/"):
        wb.run_to_precision(scenario, "Spending", 1.0, most=2, arms=ARMS, progress=False)


def test_the_command_says_what_was_reached(root: Path, tmp_path: Path) -> None:
    small = root / "scenarios" / "two_clinics.yaml"
    run = ["run", small, "--arm", "usual", "--arm", "squeezed_ceiling", "--replications", "3", "--precision"]
    done = waterbed(*run, f"{CASH}=100000", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Precision ± 100 000 reached at 3 replications. {CASH}: 95 % simulation error ± ")
    wrong = waterbed(*run, CASH, cwd=tmp_path)
    assert wrong.returncode == 2
    assert wrong.stderr == f"--precision: must be NAME=HALF with HALF above 0, got {CASH}\n"


def test_a_sentence_reads_well() -> None:
    rows = pd.DataFrame({"replications": [20, 30], "half_width": [3.0, 2.4], "arm": ["a", "a"]})
    assert Precision(CASH, 2.5, rows).sentence() == (
        "Precision ± 2.50 reached at 30 replications. Spending in cash/total: 95 % simulation error ± 2.40 (a). "
        "Looked at 20, 30 replications, stopped at the first look that was narrow enough: "
        "such an interval holds the mean in 94 to 95 % of runs, less often if differences are skewed (docs/runs.md)."
    )


def test_a_sweep_is_the_runs_of_its_points(scenario: wb.Scenario, tmp_path: Path) -> None:
    paths = {"kinds.gp_consult.list_price": [12.0, 14.0], "behaviour.incentives": [True, False]}
    options = {"replications": 2, "seed": 1, "arms": ARMS, "progress": False}
    found = wb.sweep(scenario, paths, checkpoints=tmp_path, **options)
    assert found.points.to_dict("list") == {
        "kinds.gp_consult.list_price": [12.0, 12.0, 14.0, 14.0],
        "behaviour.incentives": [True, False, True, False],
    }
    for (_, point), results in zip(found.points.iterrows(), found.results, strict=True):
        alone = scenario.with_(**point.to_dict()).run(**options)
        assert results.digest() == alone.digest()
    again = wb.sweep(scenario, paths, checkpoints=tmp_path, **options)
    assert [r.digest() for r in again.results] == [r.digest() for r in found.results]
    table = found.table(CASH, "squeezed_ceiling")
    assert table["value"][0] == pytest.approx(mean_of(found.results[0], CASH, "squeezed_ceiling")["value"])
    with pytest.raises(ValueError, match="values: every point must have the same paths"):
        wb.sweep(scenario, [{"a": 1}, {"b": 1}])
    with pytest.raises(ValueError, match="at least one point"):
        wb.sweep(scenario, {"kinds.gp_consult.list_price": []})


def test_a_sweep_reaches_into_a_contract_file(scenario: wb.Scenario, tmp_path: Path) -> None:
    written = _core.write_scenario(scenario._core)
    whole = yaml.safe_load(written)
    name = next(name for name, contract in whole["contracts"].items() if "ceiling" in contract.get("terms", {}))
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(whole["contracts"][name], sort_keys=False))
    whole["contracts"][name] = "own.yaml"
    (tmp_path / "scenario.yaml").write_text(yaml.safe_dump(whole, sort_keys=False))
    loaded = wb.load(tmp_path / "scenario.yaml")
    path = f"contracts.{name}.terms.ceiling"
    term = yaml.safe_load(written)["contracts"][name]["terms"]["ceiling"]
    found = wb.sweep(loaded, {path: [term]}, replications=1, seed=1, progress=False)
    assert found.results[0].digest() == scenario.run(replications=1, seed=1, progress=False).digest()


def test_losses_by_size_of_a_contract(scenario: wb.Scenario) -> None:
    """Half of what is gained or lost is paid: small groups of people gain and lose by luck alone."""
    two_sided = scenario.with_(
        **{
            "contracts.gp_shared_savings.terms.gate": {"up": 0.03, "down": 0.03},
            "contracts.gp_shared_savings.terms.layers": {"up": [{"share": 0.5}], "down": [{"share": 0.5}]},
        }
    )
    options = {"replications": 12, "seed": 1, "arms": ["usual", "shared_savings"], "progress": False}
    found = wb.loss_by_size(two_sided, [0.1, 1.0], **options)
    assert set(found["arm"]) == {"shared_savings"}
    own = two_sided.run(**options)
    paid = own.total("settlement", by=["contract"], where={"item": "paid"})
    for contract, rows in found.groupby("contract"):
        small, whole = (rows[rows["size"] == size].iloc[0] for size in (0.1, 1.0))
        amounts = paid.of(str(contract))[:, 1]
        assert whole["chance_of_loss"] == np.mean(amounts < 0)
        assert whole["chance_of_payment"] == np.mean(amounts > 0)
        assert whole["low"] <= whole["chance_of_loss"] <= whole["high"]
        assert small["people"] == pytest.approx(whole["people"] / 10, rel=0.1)
    by_size = found.groupby("size")[["chance_of_loss", "chance_of_payment"]].mean().sum(axis=1)
    assert by_size[0.1] > by_size[1.0]
    with pytest.raises(ValueError, match="sizes: must be above 0 and at most 1000, got 0"):
        wb.loss_by_size(two_sided, [0])
    with pytest.raises(ValueError, match="no contract in them settles against a reference"):
        wb.loss_by_size(two_sided, [0.1], **options | {"arms": ["usual"], "replications": 1})
