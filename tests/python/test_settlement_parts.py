"""Where settlements come from: parts that add up, also after a store, and a section of the report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from waterbed.results import PARTS

SCORE = 0.75


@pytest.fixture(scope="module")
def gamed(two_clinics: wb.Scenario) -> wb.Results:
    """Shared savings in which every cause is at work."""
    terms = {
        "terms.truncate": {"person": 2000},
        "terms.gate": {"up": 0.001, "down": 0, "mode": "first_dollar"},
        "terms.scope": {"price": "list", "attribution": {"rule": "enrolment", "uptake": 0.5}},
        "terms.quality": {"target": "layers_up", "met": "score", "alternative": "score", "failed": "score"},
        "terms.reference": {
            "steps": [
                {"history": {"years": 1}},
                {"risk": {"classes": {"diabetes": {"who": {"condition": "diabetes"}, "weight": 4}}}},
            ]
        },
        "quality_score": SCORE,
    }
    changes = {f"contracts.gp_shared_savings.{path}": value for path, value in terms.items()}
    return two_clinics.with_(**changes).run(replications=6, seed=3, threads=2, progress=False)


def wide(results: wb.Results) -> pd.DataFrame:
    found = results.settlement_parts()
    keys = ["arm", "replication", "year", "contract"]
    return found.pivot_table(index=keys, columns="part", values="settlement_parts_eur", aggfunc="sum")


def paid(results: wb.Results) -> pd.Series:
    table = results.to_pandas("settlement")
    table = table[table["item"] == "paid"].astype({"arm": str, "contract": str})
    return table.set_index(["arm", "replication", "year", "contract"])["settlement_eur"]


def test_parts_add_up_to_what_was_settled_to_the_cent(gamed: wb.Results) -> None:
    parts = wide(gamed)
    assert set(parts.columns) == set(PARTS)
    whole = paid(gamed).loc[parts.index]
    assert whole.abs().sum() > 0
    cents = np.rint(100 * parts).astype(np.int64)
    assert (cents.sum(axis=1) == np.rint(100 * whole).astype(np.int64)).all()
    assert np.allclose(100 * parts, cents, rtol=0, atol=1e-4)
    for part in ("attribution", "coding", "truncation", "quality", "luck"):
        assert (cents[part] != 0).any(), part


def test_what_is_paid_at_the_mean_is_the_same_in_every_replication(gamed: wb.Results) -> None:
    remainder = wide(gamed)["remainder"].groupby(["arm", "year", "contract"])
    assert (remainder.max() == remainder.min()).all()


def test_a_plain_contract_has_no_part_in_attribution_coding_or_quality(settled: wb.Results) -> None:
    parts = wide(settled)
    assert not parts[["attribution", "coding", "quality"]].to_numpy().any()
    assert list(parts.index.unique("arm")) == ["shared_savings"]


def test_one_replication_shows_no_luck(two_clinics: wb.Scenario) -> None:
    results = two_clinics.run(replications=1, seed=1, progress=False)
    # Benchmark and spending are rounded to the cent before they are settled at their mean.
    assert wide(results)["luck"].abs().max() <= 0.01


def test_stored_results_give_the_same_parts(gamed: wb.Results, tmp_path: Path) -> None:
    gamed.save(tmp_path / "results.npz")
    pd.testing.assert_frame_equal(
        wb.load_results(tmp_path / "results.npz").settlement_parts(), gamed.settlement_parts()
    )


def test_results_without_settlements_have_no_parts(made: wb.Results) -> None:
    assert made.settlement_parts().empty


def test_the_report_shows_the_parts(settled: wb.Results, tmp_path: Path) -> None:
    settled.compare().report(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    section = text.partition('<section id="settlements">')[2].partition("</section>")[0]
    assert "Where settlements come from" in section
    assert "GP shared savings" in section
    years = settled.outline.years
    mean = paid(settled).groupby("replication").sum().mean() / years / 1e3
    shown = section.partition("GP shared savings</td><td")[2].partition(">")[2].partition("<")[0]
    assert float(shown.replace("−", "-").replace("+", "").replace(" ", "")) == pytest.approx(mean, rel=0.05)
