"""Strata and cut-offs on frames: conservation, and hand-worked figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import waterbed as wb
from waterbed.cli._app import app
from waterbed.stratification import DIED, LEFT, NEW, concordance, cutoff_table, movements, stratum_table

RULES = """
stratifications:
  need:
    score: {terms: [{who: {condition: diabetes}, points: 2}, {points: 0.1, per_year_above: 65}]}
    strata:
      severe: {who: {condition: {diabetes: complicated}}}
      at_risk: {score_from: 2}
      others: {}
"""


@pytest.fixture(scope="module")
def stratified(root: Path) -> wb.Scenario:
    text = (root / "scenarios" / "two_clinics.yaml").read_text(encoding="utf-8")
    return wb.parse(text + RULES, root / "scenarios")


@pytest.fixture(scope="module")
def people(stratified: wb.Scenario) -> pd.DataFrame:
    return stratified.person_years(seed=1, newcomers=True)


def test_a_cut_off_catches_what_it_says() -> None:
    score, event, cost = (
        [9, 8, 7, 7, 5, 4, 3, 2, 1, 0],
        [1, 0, 1, 0, 0, 0, 0, 1, 0, 0],
        [40, 5, 20, 5, 5, 5, 5, 10, 5, 0],
    )
    row = cutoff_table(score, event, cost, cutoffs=[7], uptake=0.5, risk_ratio=0.6).iloc[0]
    # 4 reached, 2 of 3 events and 70 of 100 EUR among them; 2 x 0.5 x 0.4 = 0.4 events prevented.
    assert (row["reached"], row["caught"]) == (4, 2)
    assert row["sensitivity"] == pytest.approx(2 / 3)
    assert row["specificity"] == pytest.approx(5 / 7)
    assert row["cost_share"] == pytest.approx(0.7)
    assert row["number_needed_to_reach"] == pytest.approx(10)
    assert row["sensitivity_low"] < 2 / 3 < row["sensitivity_high"]


def test_usual_cut_offs_reach_the_usual_shares() -> None:
    table = cutoff_table(np.arange(1000.0), np.arange(1000) % 2)
    assert table["reached"].tolist() == [5, 10, 20, 50, 100, 200, 300, 500]
    with pytest.raises(ValueError, match="uptake"):
        cutoff_table([1.0], [1], uptake=0)
    with pytest.raises(ValueError, match="at least one person"):
        cutoff_table([], [])
    with pytest.raises(ValueError, match="event"):
        cutoff_table([1.0, 2.0], [1])


def test_a_perfect_score_ranks_everybody_and_a_constant_one_nobody() -> None:
    event = np.repeat([0, 1], 50)
    assert concordance(np.arange(100), event).value == 1.0
    assert concordance(-np.arange(100), event).value == 0.0
    assert concordance(np.zeros(100), event).value == 0.5


def test_scores_and_strata_are_those_of_the_rules(stratified: wb.Scenario, people: pd.DataFrame) -> None:
    assert stratified.stratifications == {"need": ["severe", "at_risk", "others"]}
    found = stratified.stratify(people, "need")
    known = people["recorded_diabetes"] != "none"
    expected = 2.0 * known + 0.1 * np.maximum(0, people["age"].to_numpy() - 65.0)
    np.testing.assert_allclose(found["score"], expected)
    severe = people["recorded_diabetes"] == "complicated"
    assert ((found["stratum"] == "severe") == severe).all()
    assert ((found["stratum"] == "at_risk") == (~severe & (found["score"] >= 2))).all()
    with pytest.raises(ValueError, match="must be one of need, got needs"):
        stratified.stratify(people, "needs")


def test_strata_share_out_persons_cost_and_events(stratified: wb.Scenario, people: pd.DataFrame) -> None:
    year = people[people["year"] == people["year"].max()]
    table = stratum_table(year, stratified.stratify(year, "need")["stratum"], events=["died"])
    assert table["stratum"].tolist() == ["severe", "at_risk", "others"]
    assert table["persons"].sum() == len(year)
    assert table["person_years"].sum() == pytest.approx(year["cycles"].sum() / 12)
    assert table[["share", "cost_share", "share_of_events_died"]].sum().tolist() == pytest.approx([1, 1, 1])
    assert table["caught_died"].sum() == year["died"].sum()
    assert table["cost_per_person_year_eur"].iloc[0] > table["cost_per_person_year_eur"].iloc[2]


def test_moves_lose_nobody(stratified: wb.Scenario, people: pd.DataFrame) -> None:
    stratum = stratified.stratify(people, "need")["stratum"]
    moves = movements(people, stratum)
    first = people["year"].min()
    start = people[people["entered"] == 0]
    of_year = stratum[start.index][start["year"] == first].astype(str).value_counts()
    gone = moves[moves["from"] != NEW].groupby("from")["persons"].sum()
    assert gone.to_dict() == of_year.to_dict()
    came = moves[~moves["to"].isin([DIED, LEFT])].groupby("to")["persons"].sum()
    then = stratum[start.index][start["year"] == first + 1].astype(str).value_counts()
    assert came.to_dict() == then.to_dict()
    assert moves.loc[moves["to"] == DIED, "persons"].sum() == start.loc[start["year"] == first, "died"].sum()
    with pytest.raises(ValueError, match="consecutive"):
        movements(people[people["year"] == first], stratum)


def test_the_command_writes_tables_and_figures(root: Path, tmp_path: Path) -> None:
    file = root / "scenarios" / "two_clinics.yaml"
    scenario = tmp_path / "with_rules.yaml"
    scenario.write_text(file.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["stratify", str(scenario), "--event", "units_ward", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "concordance" in done.output
    names = {"manifest.json", "strata.csv", "cutoffs.csv", "moves.csv", "yield.svg", "moves.svg"}
    assert {file.name for file in out.iterdir()} == names
    assert pd.read_csv(out / "strata.csv")["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--event", "gout"], "--event: must be one of died,"),
        (["--name", "gout"], "--name: must be one of need, got gout"),
    ],
)
def test_the_command_refuses_what_is_not_there(root: Path, tmp_path: Path, options: list[str], message: str) -> None:
    scenario = tmp_path / "with_rules.yaml"
    text = (root / "scenarios" / "two_clinics.yaml").read_text(encoding="utf-8")
    scenario.write_text(text + RULES, encoding="utf-8")
    done = CliRunner().invoke(app, ["stratify", str(scenario), *options])
    assert done.exit_code == 2
    assert message in done.output
