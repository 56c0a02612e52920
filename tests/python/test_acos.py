from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import waterbed as wb
from waterbed import _library


@pytest.fixture(scope="session")
def folder(root: Path) -> Path:
    return root / "scenarios"


@pytest.fixture(scope="session")
def settled(folder: Path) -> pd.DataFrame:
    return wb.acos.settle_all(folder)


def test_what_is_shipped_settles_from_any_folder(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert wb.acos.settle("A1001").settlement == Decimal("45867445.68")  # published: 45,867,446
    pd.testing.assert_frame_equal(wb.acos.load(), wb.acos.load(folder))
    assert _library.published_results() != folder / "data"  # what is installed carries its own


def test_a_package_that_runs_from_the_source_tree_finds_the_results_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_library, "__file__", str(folder.parent / "python" / "waterbed" / "_library.py"))
    assert _library.published_results() == folder / "data"


def near(computed: pd.Series, published: pd.Series) -> pd.Series:
    return (computed - published).abs() <= (1e-4 * published.abs()).clip(lower=200)


def test_every_published_payment_is_met(settled: pd.DataFrame) -> None:
    assert len(settled) == 482
    assert settled["track"].value_counts().to_dict() == {"B": 169, "EN": 146, "E": 98, "A": 29, "C": 25, "D": 15}
    assert near(settled["paid"], settled["paid_published"]).sum() == 482
    # Published in whole dollars of rates and benchmarks that are not: the misses are far below the tolerance.
    assert (settled["paid"] - settled["paid_published"]).abs().max() < 2


def test_every_waived_loss_is_met(settled: pd.DataFrame) -> None:
    lost = settled[(settled["owed"] > 0) | (settled["owed_published"] > 0)]
    assert len(lost) == 15
    assert (lost["paid"] == 0).all()
    checked = lost.drop(index="A1070")
    assert near(checked["owed"], checked["owed_published"]).all()
    assert (checked["owed"] - checked["owed_published"]).abs().max() < 2


def test_one_loss_needs_a_revenue_that_is_not_published(folder: Path) -> None:
    # 30 % of the loss of 28,610,637; 2 % of the benchmark of 555,253,455; 4 % of the revenue.
    plenty = wb.acos.settle("A1070", own_revenue=1e9, waived=0, folder=folder)
    assert plenty.before_adjustment == Decimal("-8583191.10")
    scarce = wb.acos.settle("A1070", own_revenue=58_011_900, waived=0, folder=folder)
    assert scarce.before_adjustment == Decimal("-2320476.00")
    assert wb.acos.load(folder).loc["A1070", "DisAdj"] == -2_320_475


def test_minimum_rates_follow_from_size(settled: pd.DataFrame, folder: Path) -> None:
    published = wb.acos.load(folder)
    by_size = pd.Series([wb.acos.elected(row) is None for _, row in published.iterrows()], index=published.index)
    assert (by_size & ~settled["two_sided"]).sum() == 198
    assert (by_size & settled["two_sided"]).sum() == 40
    miss = (settled["minimum_rate"] - settled["minimum_rate_published"]).abs()[by_size]
    # Within half of the last published digit, 0.005 points, and a rounding of the sum.
    assert miss.max() <= 0.5e-4 + 1e-12
    assert set(settled["minimum_rate"][~by_size]) <= set(wb.acos.ELECTED)


def test_the_minimum_by_size_is_the_one_of_the_rule() -> None:
    # 42 CFR 425.605(b)(1), ends of rows, and the interpolation on the exact count between 7,000 and 7,999.
    ends = {1: 0.122, 999: 0.087, 3_000: 0.05, 5_000: 0.039, 19_999: 0.025, 49_999: 0.022, 60_000: 0.02, 300_000: 0.02}
    for people, rate in ends.items():
        assert wb.acos.minimum_rate(people) == rate
    assert wb.acos.minimum_rate(7_500) == pytest.approx(0.034 - 0.002 * 500 / 999, rel=1e-15)


def test_savings_and_losses_count_once_past_the_minimum(folder: Path) -> None:
    published = wb.acos.load(folder)
    rate = wb.acos.settle_all(folder)["minimum_rate"]
    saved = published["ABtotBnchmk"] - published["ABtotExp"]
    # The published rate has two decimals, the exact one decides; no ACO lies within a rounding of its minimum.
    counts = (saved.abs() / published["ABtotBnchmk"]) >= rate
    two_sided = published["Risk_Model"] == "Two-Sided"
    counted = saved.where(counts & ((saved > 0) | two_sided), 0)
    assert ((counted - published["GenSaveLoss"]).abs() <= 1).all()
    assert ((saved - published["BnchmkMinExp"]).abs() <= 1).all()


def test_final_shares_are_those_of_the_tracks(folder: Path) -> None:
    published = wb.acos.load(folder)
    assert (published["Met_QPS"] == 1).all()
    shares = published.groupby("Current_Track")["FinalShareRate"].agg(["min", "max"])
    assert shares["min"].to_dict() == shares["max"].to_dict()
    assert shares["min"].to_dict() == {"A": 0.4, "B": 0.4, "C": 0.5, "D": 0.5, "E": 0.5, "EN": 0.75}


@pytest.mark.parametrize(
    ("track", "paid"),
    [
        # G = 3,582,129 of B = 52,165,596 (6.87 %, past the minimum of 3.84 %): 40, 50, 75 %, less 2 %.
        ("A", "1404194.57"),
        ("B", "1404194.57"),
        ("C", "1755243.21"),
        ("D", "1755243.21"),
        ("E", "1755243.21"),
        ("EN", "2632864.81"),
    ],
)
def test_an_aco_settles_under_every_track(track: str, paid: str, folder: Path) -> None:
    assert abs(wb.acos.settle("A1023", track, minimum=0.02, folder=folder).settlement - Decimal(paid)) <= Decimal(
        "0.05"
    )


def _settle(track: str, benchmark: float, counted: float, folder: Path, **facts: object) -> Decimal:
    given = {"quality_score": 0.8, "quality_standard": "met", "own_revenue": 1e9, "mitigated_share": 0.0, **facts}
    contract = wb.acos.contract_for(track, 0.01, folder)
    settled = contract.settle_many(
        person_time=10_000,
        assigned=10_000,
        benchmark_per_person_year=benchmark / 10_000,
        counted=counted,
        **given,
    )
    return Decimal(str(round(settled["settlement"].iloc[0], 2)))


@pytest.mark.parametrize(
    ("track", "counted", "facts", "paid"),
    [
        # B = 100 million. Caps on what is paid, 10 and 20 % of B, less 2 %.
        ("A", 70e6, {}, "9800000"),
        ("E", 70e6, {}, "9800000"),
        ("EN", 70e6, {}, "19600000"),
        # A loss of 20 million: 30 % is 6 million, at most 1, 2, 4 % of B; EN: 40 % at q = 0.8 is 8 million.
        ("A", 120e6, {}, "0"),
        ("C", 120e6, {}, "-1000000"),
        ("D", 120e6, {}, "-2000000"),
        ("E", 120e6, {}, "-4000000"),
        ("EN", 120e6, {}, "-8000000"),
        # 2, 4, 8 % of a revenue of 10 million; relief for a quarter.
        ("C", 120e6, {"own_revenue": 10e6}, "-200000"),
        ("D", 120e6, {"own_revenue": 10e6}, "-400000"),
        ("E", 120e6, {"own_revenue": 10e6}, "-800000"),
        ("E", 120e6, {"mitigated_share": 0.25}, "-3000000"),
        # EN: 1 - 0.75 q = 0.55 at q = 0.6, 0.75 when the standard is failed; 15 % of B at most.
        ("EN", 120e6, {"quality_score": 0.6}, "-11000000"),
        ("EN", 110e6, {"quality_standard": "failed"}, "-7500000"),
        ("EN", 130e6, {"quality_standard": "failed"}, "-15000000"),
        # Nothing is shared when the standard is failed, nor within 1 %; at exactly 1 % all of it is.
        ("E", 90e6, {"quality_standard": "failed"}, "0"),
        ("E", 99.5e6, {}, "0"),
        ("E", 100.5e6, {}, "0"),
        ("E", 99e6, {}, "490000"),
        ("E", 101e6, {}, "-300000"),
    ],
)
def test_limits_relief_and_quality_by_hand(
    track: str, counted: float, facts: dict[str, object], paid: str, folder: Path
) -> None:
    assert _settle(track, 100e6, counted, folder, **facts) == Decimal(paid)


def test_one_aco_settles_to_the_same_cent_alone(settled: pd.DataFrame, folder: Path) -> None:
    for aco_id in ("A1001", "A1023", "A1070", "A1539"):
        assert float(wb.acos.settle(aco_id, folder=folder).settlement) == settled.loc[aco_id, "paid"]


def test_what_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"aco_id must be one of the 482 of 2022, A1001 to A\d+, got 'A0000'"):
        wb.acos.settle("A0000", folder=folder)
    with pytest.raises(ValueError, match=r"track must be one of A, B, C, D, E, EN, got 'F'"):
        wb.acos.settle("A1001", "F", folder=folder)


def test_the_table_is_clean(folder: Path) -> None:
    published = wb.acos.load(folder)
    assert published.shape == (482, 40)
    assert published.index.is_unique
    empty = published.isna().sum()
    assert empty[empty > 0].to_dict() == {"DisAdj": 467}
    assert (
        published.drop(columns=["Current_Track", "Risk_Model", "Rev_Exp_Cat"])
        .dtypes.map(str)
        .isin(["int64", "float64"])
        .all()
    )
    # What the columns say of one another: total = per person-year x person-years, ages and sexes add up to people.
    per_head = published["ABtotExp"] / published["N_AB_Year_PY"]
    # Both are published in whole numbers: half a dollar, and half a person-year in so many.
    rounding = 0.5 + per_head * 0.5 / published["N_AB_Year_PY"]
    assert ((per_head - published["Per_Capita_Exp_TOTAL_PY"]).abs() <= rounding).all()
    assert (published.filter(like="N_Ben_Age").sum(axis=1) == published["N_AB"]).all()
    assert (published["N_Ben_Female"] + published["N_Ben_Male"] - published["N_AB"]).abs().max() <= 1
