from __future__ import annotations

import numpy as np
import pytest

import waterbed as wb
from made import made_results, outline
from waterbed import _core


def test_values_are_read_only_integers_without_a_copy(made: wb.Results) -> None:
    values = made.values("visits")
    assert values.dtype == np.int64
    assert values.shape == (40, 3, 5, 26, 3)
    assert np.shares_memory(values, made.values("visits"))
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0, 0, 0, 0] = 1


def test_values_outlive_the_results_they_came_from() -> None:
    values = made_results(replications=2).values("population")
    assert int(values.sum()) > 0


def test_unknown_table_is_named_with_those_that_exist(made: wb.Results) -> None:
    with pytest.raises(ValueError, match=r"table must be one of visits, .*got 'spending'"):
        made.values("spending")


def test_xarray_has_named_axes_and_units(made: wb.Results) -> None:
    data = made.to_xarray()
    assert data["list_spending"].dims == ("replication", "arm", "year", "setting", "payer")
    assert data["list_spending"].attrs["units"] == "eur"
    assert data["visits"].attrs["units"] == "units"
    assert data["visits"].dtype == np.int64
    picked = data["list_spending"].sel(arm="usual", replication=3, year=2025, payer="insurer_a")
    stored = made.values("list_spending")[3, 0, 2, :, 0]
    assert np.array_equal(np.rint(picked.to_numpy() * 1_000_000), stored)


def test_long_format_has_one_fact_a_row(made: wb.Results) -> None:
    frame = made.to_pandas("list_spending")
    assert list(frame.columns) == ["arm", "replication", "year", "setting", "payer", "list_spending_eur"]
    assert len(frame) == made.values("list_spending").size
    assert not frame.duplicated(["arm", "replication", "year", "setting", "payer"]).any()
    row = frame[
        (frame["arm"] == "shared_savings")
        & (frame["replication"] == 7)
        & (frame["year"] == 2024)
        & (frame["setting"] == "hospital_b.ward")
        & (frame["payer"] == "insurer_b")
    ]
    setting = made.attributes("list_spending")["setting"].index("hospital_b.ward")
    assert round(row["list_spending_eur"].item() * 1_000_000) == made.values("list_spending")[7, 2, 1, setting, 1]


def test_totals_by_derived_axes_add_up_to_the_table(made: wb.Results) -> None:
    whole = made.total("list_spending").of()
    by_sector = made.total("list_spending", by=["sector"])
    by_both = made.total("list_spending", by=["year", "provider", "kind"])
    assert np.array_equal(by_sector.amounts.sum(axis=2), whole)
    assert np.array_equal(by_both.amounts.sum(axis=2), whole)
    assert by_both.of("2023", "hospital_a", "ward").shape == (40, 3)
    entries = made.total("payments", by=["from", "to"])
    assert ("insurer_a", "hospital_a") in entries.labels


def test_totals_keep_what_is_asked_for(made: wb.Results) -> None:
    kept = made.total("visits", by=["kind"], where={"provider": ["hospital_a", "hospital_b"], "year": "2024"})
    assert {label[0] for label in kept.labels} == {
        "emergency_department",
        "dermatology_clinic",
        "orthopaedics_clinic",
        "day_treatment",
        "ward",
    }
    nothing = made.total("visits", where={"provider": []})
    assert not nothing.of().any()
    with pytest.raises(ValueError, match="axis of visits must be one of year, setting"):
        made.total("visits", by=["specialty"])


def test_digest_depends_on_the_numbers_alone(made: wb.Results) -> None:
    assert made.digest() == made_results().digest()
    assert made.digest() != made_results(seed=2).digest()
    assert len({made.digest(arm) for arm in made.arms} | {made.digest()}) == 4
    with pytest.raises(ValueError, match="arm must be one of"):
        made.digest("best")


def test_calibration_puts_the_baseline_beside_the_target(made: wb.Results) -> None:
    table = made.calibration()
    assert table.columns.tolist() == [
        "name",
        "measure",
        "of",
        "target",
        "model",
        "ratio",
        "tolerance",
        "first_year",
        "last_year",
        "source",
        "quality",
    ]
    gp = table[table["name"] == "gp_spending"].iloc[0]
    spent = made.total("cash_spending", where={"sector": "gp"}).of()[:, 0].mean() / 1e6
    lived = made.total("population").of()[:, 0].mean() / 12
    assert gp["model"] == pytest.approx(spent / lived, rel=1e-12)
    assert gp["ratio"] == pytest.approx(gp["model"] / 160.0, rel=1e-12)
    last = {"year": "2027"}
    spent = made.total("cash_spending", where={"sector": "gp", **last}).of()[:, 0].mean() / 1e6
    assert gp["last_year"] == pytest.approx(12 * spent / made.total("population", where=last).of()[:, 0].mean())


def dated_results(paid: list[float]) -> wb.Results:
    """One insurer that pays so many EUR in each year from 2023 on."""
    years = [str(2023 + t) for t in range(len(paid))]
    dims = [_core.Dimension("paid_year", years), _core.Dimension("payer", ["insurer_a"])]
    dims.append(_core.Dimension("item", ["opening", "incurred", "paid", "closing"]))
    values = np.zeros((1, 1, len(paid), 1, 4), dtype=np.int64)
    values[0, 0, :, 0, 2] = np.rint(np.asarray(paid) * 1e6)
    core = _core.Results(
        scenario="made",
        seed=1,
        first_replication=0,
        arms=["usual"],
        baseline="usual",
        replications=1,
        tables=[_core.TableInfo("reserves", "micro_eur", "what each payer owes", dims)],
        values=[values],
    )
    return wb.Results(core, outline())


def test_present_value_of_dated_cash_by_hand() -> None:
    # 1,000 now, 103 a year later, 106.09 to come back after two: 1,000 + 100 - 100 at 3 %.
    row = dated_results([1000, 103, -106.09]).present_value(0.03).iloc[0]
    assert row["paid"] == pytest.approx(996.91, abs=1e-9)
    assert row["present_value"] == pytest.approx(1000, abs=1e-9)


def test_present_value_without_a_discount_is_the_cash(short_run: wb.Results) -> None:
    found = short_run.present_value(0.0)
    for arm in short_run.arms:
        for payer in ("insurer_a", "household"):
            cash = short_run.total("cash_spending", where={"payer": payer}).of()[:, short_run.arms.index(arm)].mean()
            row = found[(found["arm"] == arm) & (found["payer"] == payer)].iloc[0]
            assert row["present_value"] == pytest.approx(cash / 1e6, abs=1e-6)
            assert row["paid"] == row["present_value"]


def test_present_value_refuses_a_rate_of_minus_one() -> None:
    with pytest.raises(ValueError, match="discount must be above -1, got -1"):
        dated_results([1]).present_value(-1)
