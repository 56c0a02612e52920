"""Runs with parameter sets: what is drawn, what is reported, and that nothing else changes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

import waterbed as wb
from waterbed._sentences import parameter_words
from waterbed._text import change
from waterbed.cli._app import app
from waterbed.plots._style import svg
from waterbed.uncertainty import Decision, flip, sobol, tornado, variance_shares

SCENARIO = Path("scenarios/two_clinics.yaml")
ARMS = ["usual", "squeezed_ceiling"]
CASH = "Spending in cash/total"
#: A region small and short enough for dozens of runs, with one number that moves spending much and one that cannot.
SMALL = {
    "time": {"cycle": "month", "start_year": 2023, "warm_up_years": 0, "base_years": 2, "years": 1},
    "kinds.gp_consult.list_price": {"gamma": {"mean": 12.21, "sd": 6.0}},
    "needs.injury.growth_per_year": {"uniform": {"low": -1e-9, "high": 1e-9}},
    "needs.skin_complaint.enters.gp_consult": {"beta": {"mean": 0.9, "sd": 0.02}},
}


@pytest.fixture(scope="module")
def scenario() -> wb.Scenario:
    return wb.load(SCENARIO).with_(**SMALL)


@pytest.fixture(scope="module")
def results(scenario: wb.Scenario) -> wb.Results:
    return scenario.run_uncertain(parameter_sets=8, replications=2, seed=3, arms=ARMS, progress=False)


def test_the_scenario_lists_its_uncertain_numbers() -> None:
    found = wb.load(SCENARIO).uncertain.set_index("name")
    theta = found.loc["behaviour.theta_treat_or_refer"]
    assert theta["mean"] == 0.57
    # The point stands in the scenario. Quantiles of the distribution lie 1.2816 standard deviations of the logarithm
    # from its median; what is cut off above 10 moves them by less than a thousandth.
    written = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))["behaviour"]["theta_treat_or_refer"]
    assert written["point"] == 0.57
    median, sd = written["log_normal"]["median"], written["log_normal"]["sd_log"]
    assert theta["low"] == pytest.approx(median * math.exp(-1.2815516 * sd), rel=2e-3)
    assert theta["high"] == pytest.approx(median * math.exp(1.2815516 * sd), rel=2e-3)
    assert theta["quality"] == "C"
    assert theta["place"].startswith("scenarios/two_clinics.yaml:")
    assert found.loc["behaviour.sends_back", "mean"] == 0.2


def test_a_set_is_the_scenario_with_its_numbers(scenario: wb.Scenario, results: wb.Results) -> None:
    assert results.parameter_sets == 8
    assert results.parameters is not None
    row = results.parameters.to_frame().iloc[5]
    fixed = scenario.with_(
        **{name: float(value) for name, value in row.items()},
        uncertainty={},
    )
    alone = fixed.run(first_replication=10, replications=2, seed=3, arms=ARMS, progress=False)
    for table in results.tables:
        np.testing.assert_array_equal(results.values(table)[10:12], alone.values(table), err_msg=table)


def test_threads_and_blocks_give_the_same_bytes(scenario: wb.Scenario, results: wb.Results) -> None:
    options = {"replications": 2, "seed": 3, "arms": ARMS, "progress": False}
    first = scenario.run_uncertain(parameter_sets=3, threads=1, **options)
    rest = scenario.run_uncertain(parameter_sets=5, first_set=3, threads=2, **options)
    joined = wb.merge([rest, first])
    assert joined.digest() == results.digest()
    assert joined.parameters is not None
    assert results.parameters is not None
    np.testing.assert_array_equal(joined.parameters.drawn, results.parameters.drawn)


def test_stored_results_know_their_sets(results: wb.Results, tmp_path: Path) -> None:
    results.save(tmp_path / "run.npz")
    again = wb.load_results(tmp_path / "run.npz")
    assert again.parameters is not None
    assert results.parameters is not None
    np.testing.assert_array_equal(again.parameters.drawn, results.parameters.drawn)
    assert again.parameters.names == results.parameters.names
    assert again.parameters.qualities == results.parameters.qualities


def test_spreads_are_those_of_the_analysis_of_variance(results: wb.Results) -> None:
    row = results.compare("usual").table("list_spending").iloc[0]
    cells = results.total("list_spending").amounts[:, :, 0] / 1e6
    y = (cells[:, 1] - cells[:, 0]).reshape(8, 2)
    means = y.mean(axis=1)
    within = y.var(axis=1, ddof=1).mean()
    between = means.var(ddof=1)
    assert row["difference"] == pytest.approx(y.mean(), rel=1e-9)
    assert row["standard_error"] == pytest.approx(math.sqrt(between / 8), rel=1e-9)
    share = max(0.0, between - within / 2)
    assert row["parameter_share"] == pytest.approx(share / (share + within), rel=1e-9, abs=1e-12)
    assert row["parameter_low"] <= row["difference"] <= row["parameter_high"]


def test_a_fixed_run_has_no_parameter_range(scenario: wb.Scenario) -> None:
    fixed = scenario.run(replications=2, seed=3, arms=ARMS, progress=False)
    assert fixed.parameters is None
    summary = fixed.compare("usual").summary()
    assert summary["parameter_low"].isna().all()


def test_a_number_that_moves_much_leads_the_tornado(scenario: wb.Scenario) -> None:
    found = tornado(scenario, CASH, replications=2, seed=3, progress=False)
    assert found["name"][0] == "kinds.gp_consult.list_price"
    last = found.set_index("name").loc["needs.injury.growth_per_year"]
    assert last["swing"] == 0.0
    top = found.iloc[0]
    # Spending is linear in a price.
    slope = (top["at_high"] - top["at_low"]) / (top["high"] - top["low"])
    assert top["at_mean"] - top["at_low"] == pytest.approx(slope * (12.21 - top["low"]), rel=1e-3)


def test_global_sensitivity_runs_the_model(scenario: wb.Scenario) -> None:
    two = scenario.with_(uncertainty={})
    for name in ("theta_own_volume", "theta_treat_or_refer", "theta_care_borne", "theta_elective_specialist", "psi"):
        two = two.with_(**{f"behaviour.{name}": 0.1})
    found = sobol(two, CASH, samples=4, seed=1, progress=False).set_index("name")
    assert set(found.index) == set(SMALL) - {"time"}
    assert found["total"].idxmax() == "kinds.gp_consult.list_price"
    assert found.loc["needs.injury.growth_per_year", "total"] == 0.0


def test_variance_of_a_price_is_that_of_its_quality(scenario: wb.Scenario) -> None:
    evidence = [
        {"field": "kinds.gp_consult.list_price", "value": "12.21", "source": "invented", "quality": "B"},
        {"field": "needs", "value": "all", "source": "assumed", "quality": "C"},
    ]
    two = scenario.with_(uncertainty={}, evidence=evidence)
    for name in ("theta_own_volume", "theta_treat_or_refer", "theta_care_borne", "theta_elective_specialist", "psi"):
        two = two.with_(**{f"behaviour.{name}": 0.1})
    run = two.run_uncertain(parameter_sets=20, replications=2, arms=["usual"], progress=False)
    # Fees of GPs follow their price; their number moves by a few per cent.
    shares = variance_shares(run, "Spending in cash/gp").set_index("part")["share"]
    assert shares["chance"] + shares["parameters"] == pytest.approx(1.0)
    assert shares["quality B"] > 0.8
    assert shares["quality C"] < 0.2
    assert shares["quality A"] == 0.0


def test_a_decision_counts_cash_and_qalys(results: wb.Results) -> None:
    found = Decision.of(results)
    cash = results.total("cash_spending").amounts[:, :, 0] / 1e6
    np.testing.assert_allclose(found.costs.reshape(16, 2), cash, rtol=1e-12)
    assert found.arms == ARMS
    curve = found.acceptability([0.0, 50_000.0])
    assert curve.groupby("threshold")["probability"].sum().tolist() == pytest.approx([1.0, 1.0])
    one = Decision.of(results, payer="insurer_a")
    assert one.costs.sum() < found.costs.sum()
    with pytest.raises(ValueError, match="payer must be one of"):
        Decision.of(results, payer="insurer_z")


def test_a_flip_is_looked_at_under_the_same_chance(scenario: wb.Scenario) -> None:
    found = flip(scenario, "kinds.gp_consult.list_price", [5.0, 20.0], CASH, replications=2, progress=False)
    assert found["arm"].tolist() == scenario.arms * 2
    with pytest.raises(ValueError, match="name must be one of"):
        flip(scenario, "kinds.gp", [1.0], CASH, progress=False)


def test_what_cannot_be_drawn_is_said(scenario: wb.Scenario) -> None:
    with pytest.raises(ValueError, match="parameter_sets: must be at least 2, got 1"):
        scenario.run_uncertain(parameter_sets=1, progress=False)
    with pytest.raises(ValueError, match="replications: must be at least 2, got 1"):
        scenario.run_uncertain(replications=1, progress=False)
    with pytest.raises(ValueError, match="nothing is uncertain"):
        wb.load("scenarios/multi_year.yaml").run_uncertain(progress=False)
    impossible = scenario.with_(
        **{"needs.skin_complaint.pathways.gp_consult.dermatology_clinic": {"uniform": {"low": 0, "high": 1}}}
    )
    with pytest.raises(wb.ScenarioError, match="probabilities must not exceed 1 together"):
        impossible.run_uncertain(parameter_sets=50, replications=2, arms=["usual"], progress=False)


def test_the_report_shows_the_three_spreads(results: wb.Results, tmp_path: Path) -> None:
    results.compare("usual").report(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "8 parameter sets with 2 replications of chance each" in text
    assert "What is not known" in text
    assert "Chance only" not in text
    assert "parameter range" in text


def test_a_range_that_is_not_known_is_not_printed(results: wb.Results) -> None:
    rows = results.compare("usual").summary().set_index(["group", "measure"])
    row = rows.loc[("Spending at list prices", "total")].copy()
    row["parameter_low"], row["parameter_high"] = -2.0, 1.0
    row["difference"], row["range_low"], row["range_high"] = -0.5, -3.0, 2.0
    assert parameter_words(row) == "parameters −2.00 to +1.00"
    row["parameter_low"] = row["parameter_high"] = -0.5
    assert parameter_words(row) == "parameters not told from chance"
    row["parameter_low"] = np.nan
    assert parameter_words(row) == ""
    assert change(-0.5, 0.1, np.nan, np.nan) == "−0.50 ± 0.10"


def test_the_file_says_how_many_sets(scenario: wb.Scenario, results: wb.Results, tmp_path: Path) -> None:
    written = scenario.with_(**{"run": {"parameter_sets": 3, "seed": 3}})
    assert written.parameter_sets == 3
    assert scenario.parameter_sets == 0
    run = written.run_uncertain(arms=ARMS, progress=False)
    assert (run.parameter_sets, run.replications) == (3, 6)
    np.testing.assert_array_equal(run.values("visits"), results.values("visits")[:6])
    file = tmp_path / "three.yaml"
    file.write_text(written.text, encoding="utf-8")
    for name in ("data", "contracts"):
        (tmp_path / name).symlink_to((SCENARIO.parent / name).resolve())
    options = ["run", str(file), "--arm", "usual", "--arm", "squeezed_ceiling", "--out", str(tmp_path / "out")]
    for more, sets, replications in (([], 3, 6), (["--parameter-sets", "2"], 2, 4), (["--parameter-sets", "0"], 0, 2)):
        done = CliRunner().invoke(app, [*options, *more])
        assert done.exit_code == 0, done.stderr
        stored = wb.load_results(tmp_path / "out")
        assert (stored.parameter_sets, stored.replications) == (sets, replications)
    done = CliRunner().invoke(app, [*options, "--parameter-sets", "1"])
    assert done.exit_code == 2
    assert "--parameter-sets: must be 0 or at least 2, got 1" in done.stderr


def test_a_changed_scenario_that_extends_another_keeps_its_distributions() -> None:
    scenario = wb.load("scenarios/sick_sicker_psa.yaml")
    changed = scenario.with_(**{"time.years": 10})
    names = ["name", "mean", "low", "high", "distribution"]
    before, after = (s.uncertain[names].sort_values("name", ignore_index=True) for s in (scenario, changed))
    assert len(before) == 16
    pd.testing.assert_frame_equal(before, after)


def test_the_index_has_its_three_spreads(results: wb.Results) -> None:
    index = results.compare("usual").waterbed()
    row = index[(index["basis"] == "cash") & (index["year"] == "") & (index["payer"] == "")].iloc[0]
    assert not math.isnan(row["index"])
    # From the tables: what is paid to everybody else, over what less is paid to the pressed hospital.
    assert row["parameter_low"] <= row["index"] <= row["parameter_high"]
    assert row["range_low"] <= row["index"] <= row["range_high"]
    parts = results.compare("usual").waterbed_parts()
    own = parts[(parts["basis"] == "cash") & (parts["year"] == "") & (parts["payer"] == "")]
    assert own["share"].sum() == pytest.approx(row["index"], abs=1e-9)
    assert (own["share_parameter_low"] <= own["share"] + 1e-12).all()


def test_the_report_and_the_figure_tell_the_parameter_range_of_the_index(results: wb.Results, tmp_path: Path) -> None:
    difference = results.compare("usual")
    difference.report(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.count('<th class="n">Parameter range</th>') == 2  # the index, and its parts
    shown = svg(difference.plot.waterbed())
    assert "parameter range: middle 95 %" in shown
