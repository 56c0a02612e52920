from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from made import made_results
from waterbed._atomic import replacing_file, replacing_folder
from waterbed._output import write_run


def test_stored_results_come_back_bit_for_bit(made: wb.Results, tmp_path: Path) -> None:
    made.save(tmp_path / "r.npz")
    again = wb.load_results(tmp_path / "r.npz")
    assert again.digest() == made.digest()
    assert again.outline == made.outline
    assert again.seed == made.seed
    for table in made.tables:
        assert np.array_equal(again.values(table), made.values(table))


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ValueError, match="not stored results"):
        wb.load_results(tmp_path / "r.npz")
    np.savez(tmp_path / "other.npz", x=np.arange(3))
    with pytest.raises(ValueError, match="not stored results"):
        wb.load_results(tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError, match="no stored results here"):
        wb.load_results(tmp_path)


def test_a_run_leaves_results_tables_figures_report_and_manifest(made: wb.Results, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_run(made, folder, compared=True)
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert {"manifest.json", "report.html", "results.npz", "figures/waterbed.png", "figures/waterbed.svg"} <= names
    assert {f"tables/{table}.{kind}" for table in made.tables for kind in ("csv", "parquet")} <= names
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["results_digest"] == made.digest()
    assert manifest["results_digest_by_arm"]["usual"] == made.digest("usual")
    assert manifest["arms"] == made.arms
    frame = pd.read_parquet(folder / "tables" / "list_spending.parquet")
    assert frame["list_spending_eur"].sum() == pytest.approx(made.values("list_spending").sum() / 1e6)
    means = pd.read_csv(folder / "tables" / "list_spending.csv")
    assert list(means.columns)[-2:] == ["mean_eur", "standard_error_eur"]
    assert means["mean_eur"].sum() == pytest.approx(made.values("list_spending").sum() / 1e6 / made.replications)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_a_run_replaces_an_earlier_run_but_nothing_else(made: wb.Results, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_run(made_results(seed=2, replications=2), folder, compared=False)
    write_run(made, folder, compared=False)
    assert wb.load_results(folder).digest() == made.digest()
    foreign = tmp_path / "mine"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="holds something else than results"):
        write_run(made, foreign, compared=False)
    assert (foreign / "thesis.txt").read_text() == "years of work"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine", "out"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_leaves_nothing_half_written(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "manifest.json").write_text("{}")

    def folder() -> None:
        with replacing_folder(tmp_path / "kept") as new:
            (new / "half").write_text("half")
            raise error

    def file() -> None:
        with replacing_file(tmp_path / "file") as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        folder()
    with pytest.raises(error):
        file()
    assert [p.name for p in tmp_path.rglob("*")] == ["kept", "manifest.json"]
