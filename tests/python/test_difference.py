from __future__ import annotations

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
