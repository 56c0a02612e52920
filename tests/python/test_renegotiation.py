"""Ceilings that move by a share of the margin gap, shown beside those that stay."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import waterbed as wb
from commands import waterbed
from waterbed.renegotiation import kind_of


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
    with pytest.raises(ValueError, match="of: the scenario has no contract with a ceiling"):
        wb.with_renegotiation(wb.load(root / "scenarios/sick_sicker.yaml"))


def test_a_comparison_shows_what_was_asked_for_beside_it(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "all"
    asked = ["--renegotiate", "0.5", "--decompose", "squeezed_ceiling", "--settling", "--replications", "2"]
    done = waterbed("compare", root / "scenarios/two_clinics.yaml", *asked, "--out", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (out / "report.html").read_text(encoding="utf-8")
    for heading in (
        "Which mechanism moves what",
        "If contracts are renegotiated",
        "In plain words",
        "What it hangs on",
        "Do providers come to rest",
        "What moved most",
    ):
        assert f"<h2>{heading}</h2>" in page
    assert "These results rest on assumed numbers (quality C): <code>behaviour</code>, <code>needs</code>" in page
    again = waterbed("report", out, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert (out / "report.html").read_text(encoding="utf-8") == page
    bad = waterbed("compare", root / "scenarios/two_clinics.yaml", "--decompose", "usual", "--out", out, cwd=tmp_path)
    assert bad.returncode == 2
    assert "--decompose: must be one of squeezed_ceiling, shared_savings, got usual" in bad.stderr


def test_both_rules_and_what_lies_between_them_replication_by_replication(
    two_clinics: wb.Scenario, short_run: wb.Results
) -> None:
    found = wb.renegotiated(two_clinics, results=short_run, progress=False)
    assert found.moved.arms == ["usual", "squeezed_ceiling", "shared_savings"]  # both arms press
    assert (found.share, found.of, found.moved.replications) == (0.5, "ceilings", 3)
    alone = wb.with_renegotiation(two_clinics).run(replications=3, seed=1, progress=False)
    assert found.moved.digest() == alone.digest()
    assert found.agreed.digest() == short_run.digest()
    table = found.table()
    row = table.query("arm == 'squeezed_ceiling' and measure == 'hospital_in' and group == 'Results of the parties'")
    for name, results in (("agreed", short_run), ("renegotiated", alone)):
        lines = results.compare().summary().query("arm == 'squeezed_ceiling' and measure == 'hospital_in'")
        line = lines[lines["group"] == "Results of the parties"].iloc[0]
        assert row[name].item() == pytest.approx(line["difference"])
        assert row[f"{name}_low"].item() == pytest.approx(line["low"])
    assert row["difference"].item() == pytest.approx(row["renegotiated"].item() - row["agreed"].item())


def test_only_arms_that_press_are_run_again_and_prices_where_nobody_has_a_ceiling(root: Path) -> None:
    scenario = wb.load(root / "scenarios" / "two_clinics.yaml")
    no_press = scenario.with_(**{"arms.shared_savings.presses": {}})
    found = wb.renegotiated(no_press, replications=1, progress=False)
    assert found.moved.arms == ["usual", "squeezed_ceiling"]
    assert found.table()["difference_low"].isna().all()
    with pytest.raises(ValueError, match="arms: no arm besides the baseline names what it presses"):
        wb.renegotiated(no_press.with_(**{"arms.squeezed_ceiling.presses": {}}), progress=False)
    with pytest.raises(ValueError, match="arms: must be of the scenario"):
        wb.renegotiated(scenario, arms=["none"], progress=False)
    assert kind_of(scenario) == "ceilings"
    assert kind_of(wb.load(root / "scenarios" / "evidence" / "copenhagen_1987.yaml")) == "prices"


def test_the_default_shows_half_of_the_gap_and_says_what_it_cost(root: Path, tmp_path: Path) -> None:
    file = root / "scenarios" / "two_clinics.yaml"
    asked = ["--replications", "2", "--parameter-range", "0", "--follow", "0"]
    done = waterbed("compare", file, *asked, "--out", "half", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Renegotiated: ceilings move by 50.0 % of last year's margin gap" in done.stdout
    assert "Renegotiation of ceilings: 3 more runs of an arm in each of 2 replications." in done.stdout
    table = pd.read_csv(tmp_path / "half" / "tables" / "renegotiation.csv")
    assert set(table["share"]) == {0.5}
    page = (tmp_path / "half" / "report.html").read_text(encoding="utf-8")
    assert "If ceilings move by 50.0 % of last year&#x27;s margin gap" in page
    without = waterbed("compare", file, "--replications", "2", "--only", "--out", "only", cwd=tmp_path)
    assert without.returncode == 0, without.stderr
    assert "enegotiat" not in without.stdout
    assert "Chance only, parameters fixed" in without.stdout
    assert not (tmp_path / "only" / "renegotiated.npz").exists()


def test_what_cannot_be_renegotiated_is_said_or_refused(root: Path, tmp_path: Path) -> None:
    file = root / "scenarios" / "sick_sicker_strategies.yaml"
    done = waterbed("compare", file, "--replications", "2", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Renegotiation is not shown: arms: no arm besides the baseline names what it presses." in done.stdout
    bad = waterbed("compare", file, "--renegotiate", "0.5", "--out", "bad", cwd=tmp_path)
    assert bad.returncode == 2
    assert bad.stderr == "--renegotiate: of: the scenario has no contract with prices and no ceiling\n"
    assert not (tmp_path / "bad").exists()
