"""Ceilings that move by a share of the margin gap, shown beside those that stay."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import waterbed as wb
from commands import waterbed


def test_only_contracts_of_the_kind_are_renegotiated(two_clinics: wb.Scenario) -> None:
    ceilings = wb.with_renegotiation(two_clinics)
    assert ceilings.text.count("renegotiate: 0.5") == 2
    prices = wb.with_renegotiation(two_clinics, 0.3, "prices")
    assert prices.text.count("renegotiate: 0.3") == 3
    assert wb.with_renegotiation(two_clinics, 1, "all").text.count("renegotiate: 1") == 5


def test_a_share_of_zero_is_the_scenario_itself(two_clinics: wb.Scenario, short_run: wb.Results) -> None:
    same = wb.with_renegotiation(two_clinics, 0).run(replications=3, seed=1, progress=False)
    assert same.digest() == short_run.digest()


def test_a_squeezed_hospital_gets_part_of_its_margin_back(two_clinics: wb.Scenario) -> None:
    results = [wb.with_renegotiation(two_clinics, s).run(replications=6, progress=False) for s in (0, 0.5, 1)]
    lost = []
    for found in results:
        row = found.compare().summary().query("arm == 'squeezed_ceiling' and measure == 'hospital_in'")
        lost.append(float(row[row["group"] == "Results of the parties"]["difference"].iloc[0]))
    assert lost[0] < lost[1] < lost[2] < 0
    paid = [f.total("cash_spending").of()[:, 1].mean() for f in results]
    assert paid[0] < paid[1] < paid[2]


def test_refusals(two_clinics: wb.Scenario, root: Path) -> None:
    with pytest.raises(wb.ScenarioError, match=r"agreement.renegotiate: must be in \[0, 1\], got 2"):
        wb.with_renegotiation(two_clinics, 2)
    with pytest.raises(wb.ScenarioError, match="renegotiate: needs a fee or a bundle: something that can move"):
        two_clinics.with_(**{"contracts.gp_shared_savings.agreement": {"renegotiate": 0.5}})
    with pytest.raises(wb.ScenarioError, match=r"renegotiate: cannot be with ceiling.floor"):
        two_clinics.with_(
            **{
                "contracts.hospital_ceiling.agreement": {"renegotiate": 0.5},
                "contracts.hospital_ceiling.terms.ceiling": {"amount": 1e6, "floor": 5e5},
            }
        )
    with pytest.raises(ValueError, match="of: the scenario has no contract with ceilings"):
        wb.with_renegotiation(wb.load(root / "scenarios/sick_sicker.yaml"))


def test_a_comparison_shows_what_was_asked_for_beside_it(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "all"
    asked = ["--renegotiate", "0.5", "--decompose", "squeezed_ceiling", "--settling", "--replications", "2"]
    done = waterbed("compare", root / "scenarios/two_clinics.yaml", *asked, "--out", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (out / "report.html").read_text(encoding="utf-8")
    for heading in (
        "Which mechanism moves what",
        "If ceilings are renegotiated",
        "Do providers come to rest",
        "What moved most",
    ):
        assert f"<h2>{heading}</h2>" in page
    assert "These results rest on assumed numbers (quality C): <code>behaviour</code>, <code>needs</code>" in page
    again = waterbed("report", out, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert _without_last_digits((out / "report.html").read_text(encoding="utf-8")) == _without_last_digits(page)
    bad = waterbed("compare", root / "scenarios/two_clinics.yaml", "--decompose", "usual", "--out", out, cwd=tmp_path)
    assert bad.returncode == 2
    assert "--decompose: must be an arm other than usual, got usual" in bad.stderr


def _without_last_digits(page: str) -> str:
    return re.sub(r"(\d\.\d{3})\d+", r"\1", page)
