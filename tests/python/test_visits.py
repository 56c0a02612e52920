"""What `Scenario.visits`, `trace` and `export` give; exact sums are tested in tests/engine/visits_test.cpp."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import waterbed as wb
from waterbed._visits import VISIT_ROW_BYTES
from waterbed.cli._app import app

ARM = "squeezed_ceiling"


@pytest.fixture(scope="module")
def visits(two_clinics: wb.Scenario) -> pd.DataFrame:
    return two_clinics.visits(ARM, replication=1, seed=1)


def test_adds_up_to_the_tables_of_the_run(two_clinics: wb.Scenario, visits: pd.DataFrame) -> None:
    run = two_clinics.run(replications=1, first_replication=1, seed=1, arms=[ARM], progress=False)
    by = ["year", "setting"]
    sums = visits.groupby(by, observed=False)[["units", "list_price_eur"]].sum()
    units = run.total("visits", by=by)
    for (year, setting), total in zip(units.labels, units.amounts[0, 0], strict=True):
        assert sums.loc[(int(year), setting), "units"] == total
    spending = run.total("list_spending", by=by)
    for (year, setting), total in zip(spending.labels, spending.amounts[0, 0], strict=True):
        assert round(sums.loc[(int(year), setting), "list_price_eur"] * 1e6) == pytest.approx(total, rel=1e-12)


def test_tells_who_pays_whom_under_which_term(two_clinics: wb.Scenario, visits: pd.DataFrame) -> None:
    outline = two_clinics.outline()
    assert set(visits["paid_by"].unique()) == {p.name for p in outline.payers if p.insurer}
    assert set(visits["paid_to"].unique()) <= {p.name for p in outline.providers}
    assert (visits["paid_to"].astype(str) == visits["provider"].astype(str)).all()
    assert set(visits["step"].unique()) == {"first", "follow_up", "return"}
    free = visits["term"].isin(["capitation", "lump"])
    assert (visits.loc[free, "paid_eur"] == 0).all()
    attached = visits[visits["attached"]]
    assert len(attached)
    assert attached["visit"].isin(visits.loc[~visits["attached"], "visit"]).all()


def test_refuses_a_table_that_does_not_fit(two_clinics: wb.Scenario, visits: pd.DataFrame) -> None:
    with pytest.raises(MemoryError, match=r"rows would take .* MiB, and 1 MiB are allowed; ask for fewer years"):
        two_clinics.visits(ARM, memory_limit=2**20)
    # What a row is taken to need covers the frame and one column of it twice.
    assert visits.memory_usage(deep=True).sum() / len(visits) < VISIT_ROW_BYTES / 1.5


def test_traces_one_person_in_order(two_clinics: wb.Scenario, visits: pd.DataFrame) -> None:
    person = int(visits["person"].value_counts().index[0])
    trace = two_clinics.trace(person, ARM, replication=1, seed=1)
    seen = trace[trace["event"].isin(["visit", "attached"])]
    mine = visits[visits["person"] == person]
    assert len(seen) == len(mine)
    assert seen["paid_eur"].sum() == pytest.approx(mine["paid_eur"].sum())
    assert trace["day"].between(0, 359).all()
    moments = trace["year"] * 360 + trace["day"]
    assert moments.is_monotonic_increasing
    ended = trace.loc[trace["event"] == "need_ended", "what"]
    assert ended.str.contains(": (?:no_care|resolved|unresolved|gave_up|died|left)$").all()
    with pytest.raises(ValueError, match="person: must be in"):
        two_clinics.trace(-1)


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_exports_what_it_shows(two_clinics: wb.Scenario, visits: pd.DataFrame, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"visits.{suffix}"
    rows = two_clinics.export(out, "visits", arm=ARM, replication=1, seed=1)
    assert rows == len(visits)
    read = pd.read_parquet(out) if suffix == "parquet" else pd.read_csv(out)
    assert list(read.columns) == list(visits.columns)
    np.testing.assert_array_equal(read["paid_eur"], visits["paid_eur"])
    assert (read["contract"].astype(str) == visits["contract"].astype(str)).all()
    assert [p.name for p in tmp_path.iterdir()] == [out.name]


def test_command_exports_chosen_years(root: Path, two_clinics: wb.Scenario, tmp_path: Path) -> None:
    start = two_clinics.outline().start_year
    out = tmp_path / "people.csv"
    args = ["export", str(root / "scenarios/two_clinics.yaml"), "--out", str(out), "--what", "person_years"]
    done = CliRunner().invoke(app, [*args, "--years", f"{start - 1}-{start}", "--newcomers"])
    assert done.exit_code == 0, done.output
    assert pd.read_csv(out)["year"].unique().tolist() == [start - 1, start]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--out", "x.txt"], "--out: must end in .parquet or .csv, got x.txt"),
        (["--out", "{}/x.csv", "--years", "soon"], "--years: must be a year or a range such as 2023-2025, got soon"),
        (["--out", "{}/x.csv", "--years", "1999"], "years: must be simulated"),
        (["--out", "{}/x.csv", "--newcomers"], "--newcomers: goes with --what person_years"),
        (["--out", "{}/x.csv", "--arm", "nobody"], "arm: must name an arm of the scenario"),
    ],
)
def test_command_refuses_and_leaves_nothing(root: Path, tmp_path: Path, options: list[str], message: str) -> None:
    args = [option.replace("{}", str(tmp_path)) for option in options]
    done = CliRunner().invoke(app, ["export", str(root / "scenarios/two_clinics.yaml"), *args])
    assert done.exit_code == 2
    assert message in done.output
    assert not list(tmp_path.iterdir())
