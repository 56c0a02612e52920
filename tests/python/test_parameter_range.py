"""A parameter range beside a run at the means: a few sets under the same chance."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import waterbed as wb
from commands import waterbed
from waterbed import _core


@pytest.fixture(scope="module")
def ranged(two_clinics: wb.Scenario, short_run: wb.Results) -> wb.ParameterRange:
    return wb.parameter_range(two_clinics, 3, results=short_run, progress=False)


def test_each_set_is_the_scenario_with_its_numbers_under_the_first_replication(
    two_clinics: wb.Scenario, ranged: wb.ParameterRange
) -> None:
    assert ranged.drawn.parameters is not None
    assert (ranged.sets, ranged.drawn.parameter_sets) == (3, 3)
    for s in range(3):
        numbers = _core.draw_parameters(two_clinics._core, 1, s)
        assert ranged.drawn.parameters.drawn[s].tolist() == numbers
        model = _core.compile_scenario(_core.with_parameters(two_clinics._core, numbers))
        alone = _core.simulate(model, _core.RunOptions(replications=1, seed=1))
        for table in ("list_spending", "cash_spending", "moves"):
            assert np.array_equal(alone.values(table)[0], ranged.drawn.values(table)[s])


def test_the_range_is_the_mean_and_what_the_sets_change(short_run: wb.Results, ranged: wb.ParameterRange) -> None:
    difference = short_run.compare(parameter_range=ranged)
    arm, base = short_run.arms.index("squeezed_ceiling"), short_run.arms.index("usual")
    at_means = short_run.total("cash_spending").of()[0]
    drawn = ranged.drawn.total("cash_spending").of()
    changes = [(row[arm] - row[base]) - (at_means[arm] - at_means[base]) for row in drawn]
    found = difference.table("cash_spending").set_index("arm").loc["squeezed_ceiling"]
    assert found["parameter_low"] == pytest.approx(found["difference"] + min(0, *changes) / 1e6)
    assert found["parameter_high"] == pytest.approx(found["difference"] + max(0, *changes) / 1e6)
    assert found["parameter_low"] < found["parameter_high"]
    lines = difference.summary()
    assert (lines["parameter_low"] <= lines["difference"] + 1e-9).sum() > 20
    bed = difference.waterbed().query("arm == 'squeezed_ceiling' and basis == 'list_volume' and year == ''").iloc[0]
    index = [_index(r, s, arm, base) for r, s in [(short_run, 0), *((ranged.drawn, s) for s in range(3))]]
    if not math.isnan(bed["index"]):
        shifts = [i - index[0] for i in index]
        assert bed["parameter_low"] == pytest.approx(bed["index"] + min(shifts))
        assert bed["parameter_high"] == pytest.approx(bed["index"] + max(shifts))


def _index(results: wb.Results, replication: int, arm: int, base: int) -> float:
    cells = results.total("list_spending", ["provider"])
    moved = {
        label[0]: int(v[arm] - v[base]) for label, v in zip(cells.labels, cells.amounts[replication].T, strict=True)
    }
    taken = -moved.pop("hospital_in")
    return sum(moved.values()) / taken


def test_lowest_and_highest_of_n_hold_what_the_formula_says() -> None:
    # Expected coverage of the range of n independent draws: mean of max - min of uniforms.
    rng = np.random.default_rng(1)
    for n, share in ((5, 2 / 3), (39, 0.95)):
        sets = np.ptp(rng.random((200_000, n)), axis=1)
        assert sets.mean() == pytest.approx(share, abs=5 * sets.std() / math.sqrt(len(sets)))
        found = wb.ParameterRange.__new__(wb.ParameterRange)
        object.__setattr__(found, "drawn", type("Drawn", (), {"replications": n})())
        assert found.coverage == pytest.approx(share)


def test_refusals(two_clinics: wb.Scenario, short_run: wb.Results, ranged: wb.ParameterRange, root: Path) -> None:
    with pytest.raises(ValueError, match="sets: must be at least 2, got 1"):
        wb.parameter_range(two_clinics, 1, results=short_run, progress=False)
    with pytest.raises(ValueError, match="nothing is uncertain"):
        wb.parameter_range(wb.load(root / "scenarios" / "multi_year.yaml"), progress=False)
    other = two_clinics.run(replications=1, seed=2, progress=False)
    with pytest.raises(ValueError, match="parameter_range: seed must be 2, got 1"):
        other.compare(parameter_range=ranged)


def test_the_default_comparison_shows_it_and_says_how_many_sets(root: Path, tmp_path: Path) -> None:
    file = root / "scenarios" / "two_clinics.yaml"
    asked = ("--replications", "2", "--renegotiate", "0", "--follow", "0")
    done = waterbed("compare", file, *asked, "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Parameter range: 5 sets, each one replication of 3 arms." in done.stdout
    assert "from the lowest to the highest of 5 drawn sets" in " ".join(done.stdout.split())
    assert "; parameters −" in done.stdout
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "lowest to highest of 5 drawn parameter sets and their means" in page
    again = waterbed("report", tmp_path / "out", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8") == page
    bad = waterbed("compare", root / "scenarios" / "multi_year.yaml", "--parameter-range", "3", cwd=tmp_path)
    assert bad.returncode == 2
    assert bad.stderr == "--parameter-range: no number of the scenario is a distribution\n"
