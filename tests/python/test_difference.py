from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import waterbed as wb
from made import made_results
from scipy_free import t_quantile


def test_an_arm_compared_with_itself_differs_by_exactly_nothing(made: wb.Results) -> None:
    values = made.values("list_spending")
    flat = np.ascontiguousarray(values[:, 0].reshape(values.shape[0], -1))
    spreads = wb._core.paired_differences(flat, flat)
    assert not spreads["mean"].any()
    assert not spreads["standard_error"].any()
    assert not spreads["range_low"].any()


def test_table_agrees_with_paired_arithmetic(made: wb.Results) -> None:
    table = made.compare("usual").table("list_spending", by=["sector"])
    row = table[(table["arm"] == "squeezed_ceiling") & (table["sector"] == "hospital")].iloc[0]
    spent = made.total("list_spending", by=["sector"]).of("hospital") / 1e6
    change = spent[:, 1] - spent[:, 0]
    error = change.std(ddof=1) / np.sqrt(len(change))
    assert row["difference"] == pytest.approx(change.mean(), rel=1e-12)
    assert row["standard_error"] == pytest.approx(error, rel=1e-12)
    half = t_quantile(0.975, len(change) - 1) * error
    assert row["high"] - row["difference"] == pytest.approx(half, rel=1e-6)
    assert row["range_low"] == pytest.approx(np.quantile(change, 0.025), rel=1e-12)
    assert row["variance_ratio"] == pytest.approx((spent[:, 0].var() + spent[:, 1].var()) / change.var(), rel=1e-9)


def test_summary_adds_sectors_up_to_the_total(made: wb.Results) -> None:
    summary = made.compare().summary()
    for group in ("Spending at list prices", "Spending in cash", "Staff"):
        block = summary[(summary["group"] == group) & (summary["arm"] == "shared_savings")]
        sectors = block[block["measure"].isin(["gp", "hospital", "pharmacy", "mental", "community"])]
        total = block[block["measure"] == "total"].iloc[0]
        assert sectors["difference"].sum() == pytest.approx(total["difference"], abs=1e-5)
        assert sectors["baseline"].sum() == pytest.approx(total["baseline"], rel=1e-9)


def test_waits_are_means_over_those_admitted_in_the_region(made: wb.Results) -> None:
    summary = made.compare().summary()
    row = summary[(summary["measure"] == "ward") & (summary["arm"] == "squeezed_ceiling")].iloc[0]
    assert row["baseline"] == pytest.approx(55, abs=0.5)
    assert row["difference"] == pytest.approx(9, abs=0.5)


def test_paid_against_true_savings_is_the_settlement_less_what_list_spending_fell(settled: wb.Results) -> None:
    savings = settled.compare().savings()
    assert set(savings["arm"]) == {"shared_savings"}  # the only arm with a contract that settles
    arm = settled.arms.index("shared_savings")
    for insurer in ("insurer_a", "insurer_b"):
        listed = settled.total("list_spending", where={"payer": insurer}).of() / 1e6
        contracts = [c for c in settled.attributes("settlement")["contract"] if f"/{insurer}/" in c]
        paid = settled.total("settlement", where={"contract": contracts, "item": "paid"}).of()[:, arm] / 1e6
        rows = savings[savings["payer"] == insurer].set_index("item")
        saved = listed[:, 0] - listed[:, arm]
        assert rows.loc["paid", "difference"] == pytest.approx(paid.mean(), rel=1e-12)
        assert rows.loc["true_saving", "difference"] == pytest.approx(saved.mean(), rel=1e-9)
        excess = paid - saved
        assert rows.loc["excess", "difference"] == pytest.approx(excess.mean(), rel=1e-9)
        half = t_quantile(0.975, len(excess) - 1) * excess.std(ddof=1) / np.sqrt(len(excess))
        assert rows.loc["excess", "high"] - excess.mean() == pytest.approx(half, rel=1e-6)
    summary = settled.compare().summary()
    shown = summary[(summary["group"] == "Paid against true savings")]
    yearly = shown[(shown["measure"] == "insurer_a.excess")].set_index("arm")["difference"]
    total = savings[(savings["payer"] == "insurer_a") & (savings["item"] == "excess")]["difference"].item()
    assert yearly["shared_savings"] == pytest.approx(total / 1e3 / settled.outline.years)
    assert np.isnan(yearly["squeezed_ceiling"])


def test_chance_of_loss_is_given_only_with_twenty_replications_beyond(settled: wb.Results) -> None:
    summary = settled.compare().summary()
    parties = summary[summary["group"] == "Results of the parties"]
    assert summary[summary["group"] != "Results of the parties"]["probability_of_loss"].isna().all()
    results = settled.total("provider_result", by=["provider"], where={"item": "result"})
    seen = 0
    for _, row in parties.iterrows():
        if "(less paid)" in row["label"]:
            continue
        beyond = int((results.of(row["measure"])[:, settled.arms.index(row["arm"])] < 0).sum())
        if beyond >= 20:
            assert row["probability_of_loss"] == beyond / settled.replications
            seen += 1
        else:
            assert np.isnan(row["probability_of_loss"])
    assert seen > 0


def test_qalys_are_the_present_values_of_the_library(two_clinics: wb.Scenario) -> None:
    discounted = two_clinics.with_(**{"discounting": {"costs": 0.04, "qalys": 0.015}})
    difference = discounted.run(replications=2, seed=1, arms=["usual", "squeezed_ceiling"], progress=False).compare()
    summary = difference.summary().set_index("measure")
    assert summary.loc["qalys.everybody", "label"] == "QALYs, discounted 1.5 % a year: Everybody"
    rows = [row for row in difference.arm_summaries()["squeezed_ceiling"].rows if row.measure == "qalys"]
    assert len(rows) == 3
    for row in rows:
        assert 2 * summary.loc[f"qalys.{row.of}", "baseline"] == pytest.approx(row.change.baseline, abs=2e-6)
    plain = two_clinics.run(replications=2, seed=1, arms=["usual", "squeezed_ceiling"], progress=False).compare()
    undiscounted = plain.summary().set_index("measure").loc["qalys.everybody"]
    assert undiscounted["label"] == "QALYs, not discounted: Everybody"
    assert summary.loc["qalys.everybody", "baseline"] < undiscounted["baseline"]


def test_the_static_index_stands_beside_and_must_be_of_the_same_draws(
    two_clinics: wb.Scenario, short_run: wb.Results
) -> None:
    calm = two_clinics.with_(**{"behaviour.incentives": False})
    static = calm.run(replications=3, seed=1, progress=False)
    index = short_run.compare(static=static).waterbed()
    alone = static.compare().waterbed()
    assert len(index) == len(alone) == len(short_run.compare().waterbed())
    headline = (index["arm"] == "squeezed_ceiling") & (index["basis"] == "list_volume") & (index["year"] == "")
    off = index[headline].iloc[0]
    assert np.isnan(off["index_off"])
    assert off["message_off"] == "the pressed part did not change"
    with pytest.raises(ValueError, match="static: must be run with incentives off"):
        short_run.compare(static=short_run)
    with pytest.raises(ValueError, match="static: seed must be 1, got 2"):
        short_run.compare(static=calm.run(replications=3, seed=2, progress=False))
    with pytest.raises(ValueError, match="static: incentives are off in the run itself"):
        static.compare(static=static)


def test_waterbed_shares_add_up_to_the_index(made: wb.Results) -> None:
    difference = made.compare()
    index = difference.waterbed()
    parts = difference.waterbed_parts()
    for arm in ("squeezed_ceiling", "shared_savings"):
        headline = index[(index["arm"] == arm) & (index["basis"] == "list_volume") & (index["year"] == "")].iloc[0]
        shares = parts[(parts["arm"] == arm) & (parts["basis"] == "list_volume") & (parts["year"] == "")]["share"]
        assert headline["index"] == pytest.approx(shares.sum(), rel=1e-12)
        assert headline["low"] < headline["index"] < headline["high"]
        assert headline["message"] == ""


def test_an_index_that_is_not_printed_says_why() -> None:
    one = made_results(replications=1).compare()
    index = one.waterbed()
    assert index["index"].isna().all()
    assert index["message"].str.contains("one replication has no simulation error").any()
    summary = one.summary()
    assert summary["standard_error"].isna().all()
    assert summary["difference"].notna().all()


def test_another_baseline_turns_the_comparison_round(made: wb.Results) -> None:
    forth = made.compare("usual").table("list_spending")
    back = made.compare("squeezed_ceiling").table("list_spending")
    there = forth[forth["arm"] == "squeezed_ceiling"]["difference"].item()
    again = back[back["arm"] == "usual"]["difference"].item()
    assert there == -again
    assert "usual" not in made.compare("squeezed_ceiling").waterbed_reports()
    with pytest.raises(ValueError, match="baseline must be one of usual, squeezed_ceiling, shared_savings, got 'best'"):
        made.compare("best")


def test_press_is_what_the_arm_named_before_the_run(made: wb.Results) -> None:
    difference = made.compare()
    with pytest.raises(ValueError, match="names nothing to press"):
        difference.press("usual")
    with pytest.raises(ValueError, match="arm must be one of"):
        difference.press("best")


def test_gains_are_what_an_insurer_pays_toward_an_arm_and_what_it_saves(short_run: wb.Results) -> None:
    gains = short_run.compare().gains()
    base, arm = (short_run.arms.index(name) for name in ("usual", "shared_savings"))
    for insurer in ("insurer_a", "insurer_b"):
        contracts = [c for c in short_run.attributes("settlement")["contract"] if f"/{insurer}/" in c]
        settled = short_run.total("settlement", where={"contract": contracts, "item": "paid"}).of()[:, arm] / 1e6
        listed = short_run.total("list_spending", where={"payer": insurer}).of() / 1e6
        cash = short_run.total("cash_spending", where={"payer": insurer}).of() / 1e6
        rows = gains[(gains["arm"] == "shared_savings") & (gains["payer"] == insurer)]
        found = rows.set_index("item")["difference"]
        assert found["paid"] == pytest.approx(settled.mean(), abs=1e-6)
        assert found["saved_list"] == pytest.approx((listed[:, base] - listed[:, arm]).mean(), abs=1e-6)
        assert found["gain"] == pytest.approx((cash[:, base] - cash[:, arm]).mean(), abs=1e-6)
        assert found["gain"] == pytest.approx(found["saved_cash"] - found["paid"], abs=1e-6)


def test_an_insurer_that_pays_nothing_is_shown_with_its_gain(root: Path) -> None:
    text = (root / "scenarios" / "two_clinics.yaml").read_text(encoding="utf-8")
    one_pays = text.replace("gp_shared_savings:\n    payers: all", "gp_shared_savings:\n    payers: [insurer_a]")
    results = wb.parse(one_pays).run(replications=2, arms=["usual", "shared_savings"], progress=False)
    gains = results.compare().gains().set_index(["payer", "item"])["difference"]
    assert gains["insurer_a", "paid"] > 0
    assert gains["insurer_b", "paid"] == 0
    # What it no longer pays is its gain, and nothing else is.
    assert gains["insurer_b", "gain"] == gains["insurer_b", "saved_cash"]
