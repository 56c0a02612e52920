"""Why an arm moves what it moves: clauses add up, flows and euros reconcile, sentences say what tables hold."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from commands import waterbed
from waterbed._moved import moved_flows
from waterbed._text import digits_for, number, percent, signed
from waterbed._told import moves, net_clauses, shown_digits

KEYS = ["decider", "type", "from", "to"]


@pytest.fixture(scope="module")
def squeezed(two_clinics: wb.Scenario) -> wb.Explanation:
    return wb.explain(two_clinics, "squeezed_ceiling", replications=20, progress=False)


@pytest.fixture(scope="module")
def shared(two_clinics: wb.Scenario) -> wb.Explanation:
    return wb.explain(two_clinics, "shared_savings", replications=20, progress=False)


def test_clauses_add_up_to_what_a_decision_is_worth(squeezed: wb.Explanation, shared: wb.Explanation) -> None:
    for found in (squeezed, shared):
        sums = found.marginals().groupby(KEYS, sort=False)["euro"].sum()
        decisions = found.decisions().set_index(KEYS)["euro"]
        assert sums.loc[decisions.index].to_numpy() == pytest.approx(decisions.to_numpy(), abs=1e-9)
        assert decisions.abs().max() > 1


def test_the_arm_s_own_clause_is_the_cause(squeezed: wb.Explanation, shared: wb.Explanation) -> None:
    # The squeeze adds no price: the ceiling alone changes what a patient is worth to the hospital, for the worse.
    changed = squeezed.marginals().query("decider == 'hospital_in' and abs(euro) > 0.01")
    contracts = set(changed[changed["term"] == "ceiling"]["contract"])
    assert contracts == {"hospital_ceiling", "hospital_ceiling_squeezed"}
    decisions = squeezed.decisions().query("decider == 'hospital_in'")
    assert (decisions["euro_high"] < 0).all()
    # Under shared savings a GP loses by every referral, by the settlement and nothing else.
    referrals = shared.marginals().query("type == 'treat_or_refer' and to == 'hospital_in.dermatology_clinic'")
    assert (referrals[referrals["term"] == "settlement"]["euro"] < -1).all()
    assert referrals[referrals["term"] != "settlement"]["euro"].abs().max() < 1e-6


def test_the_prices_of_a_contract_that_replaces_another_cancel(squeezed: wb.Explanation) -> None:
    marginals = squeezed.marginals()
    prices = marginals[(marginals["term"] == "bundle") & (marginals["decider"] == "hospital_in")]
    by_contract = prices.groupby("contract")["euro"].sum()
    assert by_contract["hospital_ceiling"] < 0 < by_contract["hospital_ceiling_squeezed"]


def test_flows_are_the_differences_of_the_table(squeezed: wb.Explanation) -> None:
    found = squeezed.flows()
    difference = squeezed.difference
    moves_ = difference.table("moves", by=["from", "to"])
    years = difference.results.total("population").of()[:, 0].mean() / 12
    assert 0 < len(found) <= 10
    assert found["difference"].abs().is_monotonic_decreasing
    for _, flow in found.iterrows():
        row = moves_[(moves_["from"] == flow["from"]) & (moves_["to"] == flow["to"])].iloc[0]
        assert flow["difference"] == pytest.approx(1000 * row["difference"] / years, abs=2e-6)
        assert flow["before"] == pytest.approx(1000 * row["baseline"] / years, abs=2e-6)
        assert flow["low"] * flow["high"] > 0
    results = difference.results
    clinic = found[found["to"] == "hospital_in.dermatology_clinic"]
    assert len(clinic) == 3  # from both practices, and back
    arrivals = results.total("moves", where={"to": "hospital_in.dermatology_clinic"}).of()[:, 0].mean()
    spent = results.total("list_spending", where={"setting": "hospital_in.dermatology_clinic"}).of()[:, 0].mean() / 1e6
    assert clinic["list_value"].to_numpy() == pytest.approx(clinic["difference"].to_numpy() * spent / arrivals)


def test_one_replication_tells_flows_without_intervals(two_clinics: wb.Scenario) -> None:
    found = wb.explain(two_clinics, "squeezed_ceiling", replications=1, progress=False)
    assert found.flows()["low"].isna().all()
    assert not found.flows()["told"].any()
    told = found.sentences()["flows"][0]
    assert "in one replication and so without a simulation error" in told
    assert "rises" not in told
    assert "falls" not in told


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((-1.2, -1.5, -0.9), "falls by 1.20 EUR (95 % simulation error −1.50 to −0.90)"),
        ((12.0, 3.0, 21.0), "rises by 12.0 EUR (95 % simulation error +3.0 to +21.0)"),
        ((0.5, -0.1, 1.1), "no change seen (+0.50 EUR, 95 % simulation error −0.10 to +1.10)"),
    ],
)
def test_the_interval_decides_the_word(numbers: tuple[float, float, float], told: str) -> None:
    assert moves(*numbers, "EUR") == told


def numbers_in(text: str) -> list[str]:
    text = text.replace("95 % simulation error", "").replace("1,000 persons", "")
    return [found.strip() for found in re.findall(r"[+−]?\d[\d ]*(?:\.\d+)?", text)]


def test_every_number_of_a_flow_sentence_is_in_the_table(squeezed: wb.Explanation, shared: wb.Explanation) -> None:
    for found in (squeezed, shared):
        table, told = found.flows(), found.sentences()["flows"]
        assert len(told) == max(1, len(table))
        for (_, flow), sentence in zip(table.iterrows(), told, strict=True):
            digits = digits_for(flow["difference"], flow["low"], flow["high"])
            expected = [
                number(abs(flow["difference"]), digits),
                signed(flow["low"], digits),
                signed(flow["high"], digits),
            ]
            expected.append(number(flow["before"]))
            if flow["to"] != "discharge":
                expected.append(signed(flow["list_value"]))
            body = sentence.partition(": ")[2] if flow["to"] == "discharge" else sentence
            assert numbers_in(body)[-len(expected) :] == expected, sentence
            assert ("rises" if flow["difference"] > 0 else "falls") in sentence


def test_every_number_of_a_decision_sentence_is_in_the_tables(shared: wb.Explanation) -> None:
    decisions, marginals = shared.decisions(), shared.marginals()
    for (_, row), sentence in zip(decisions.iterrows(), shared.sentences()["decisions"], strict=False):
        digits = digits_for(row["euro"], row["euro_low"], row["euro_high"])
        assert f"EUR {number(abs(row['euro']), digits)} {'more' if row['euro'] > 0 else 'less'}" in sentence
        assert f"{signed(row['euro_low'], digits)} to {signed(row['euro_high'], digits)}" in sentence
        for share in ("pass_through", "observed"):
            assert percent(row[share]) in sentence
        seen = not row["chance_low"] <= row["observed"] <= row["chance_high"]
        assert (f"{percent(row['chance'])} do now" in sentence) == seen
        parts = marginals[(marginals[KEYS] == row[KEYS]).all(axis=1)]
        clauses = net_clauses(parts, row["euro"])
        amounts = re.findall(r"EUR ([+−][\d .]+) \(([+−\d .]+) to ([+−\d .]+)\) by", sentence)
        digits_of = [shown_digits(c.euro, c.low, c.high) for c in clauses]
        assert amounts == [
            tuple(signed(end, digits) for end in (c.euro, c.low, c.high))
            for c, digits in zip(clauses, digits_of, strict=True)
        ]
        assert sum(c.euro for c in clauses) == pytest.approx(row["euro"], rel=0.05)
        assert "by the settlement of GP shared savings" in sentence


def test_headlines_are_the_lines_of_the_comparison(squeezed: wb.Explanation) -> None:
    summary = squeezed.difference.summary()
    for sentence in squeezed.sentences()["headlines"]:
        rows = summary[summary["label"] == sentence.partition(":")[0]]
        assert any(
            number(abs(r["difference"]), digits_for(r["difference"], r["low"], r["high"])) in sentence
            and number(r["baseline"]) in sentence
            for _, r in rows.iterrows()
        ), sentence


@pytest.mark.parametrize("arm", ["usual", "shared_savings"])
def test_every_euro_of_a_payer_is_traced(two_clinics: wb.Scenario, arm: str) -> None:
    found = wb.trace_euro(two_clinics, arm)
    results = two_clinics.run(arms=[arm], replications=1, progress=False)
    for payer in ("insurer_a", "insurer_b"):
        cash = results.total("cash_spending", where={"payer": payer}).of()[0, 0] / 1e6
        own = found[(found["paid_by"] == payer) | (found["paid_to"] == payer)]
        assert own["per_euro"].sum() == pytest.approx(1.0, abs=1e-6)
        out = own.loc[own["paid_by"] == payer, "eur"].sum() - own.loc[own["paid_to"] == payer, "eur"].sum()
        assert out == pytest.approx(cash, abs=0.01 * 5 * len(own))  # entries of a year to the cent
    fees = found.query("term == 'fee' and paid_by == 'insurer_a' and paid_to == 'chemist'")
    assert fees["service"].tolist() == ["pharmacy"]
    assert fees["eur"].iloc[0] == pytest.approx(25 * fees["units"].iloc[0])
    by_person = found.query("term == 'capitation'")
    assert set(by_person["service"]) == {""}


def test_refusals(two_clinics: wb.Scenario, short_run: wb.Results) -> None:
    with pytest.raises(ValueError, match="arm must be one of squeezed_ceiling, shared_savings, got 'usual'"):
        wb.explain(two_clinics, "usual", progress=False)
    with pytest.raises(ValueError, match="payer must be one of insurer_a, insurer_b, household, got 'x'"):
        wb.trace_euro(two_clinics, payer="x")
    other = two_clinics.with_(**{"run.seed": 7})
    with pytest.raises(ValueError, match="results: must be of this scenario"):
        wb.explain(other, "squeezed_ceiling", results=short_run, progress=False)
    with pytest.raises(ValueError, match="arm must be one of"):
        moved_flows(short_run.compare(), "usual")


def test_the_command_writes_what_it_tells(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "why"
    told = waterbed(
        "explain",
        root / "scenarios/two_clinics.yaml",
        "--arm",
        "shared_savings",
        "--replications",
        "3",
        "--person",
        "7",
        "--payer",
        "insurer_a",
        "--out",
        out,
        cwd=tmp_path,
    )
    assert told.returncode == 0, told.stderr
    assert "Decisions, and the terms behind them" in told.stdout
    names = ["decisions", "marginals", "flows", "held_back", "person", "euro"]
    tables = {name: pd.read_csv(out / f"{name}.csv") for name in names}
    assert np.isfinite(tables["marginals"]["euro"]).all()
    assert set(tables["euro"]["paid_by"]) | set(tables["euro"]["paid_to"]) >= {"insurer_a"}


def test_what_cannot_be_explained_is_refused_before_anything_runs(root: Path, tmp_path: Path) -> None:
    file = root / "scenarios" / "two_clinics.yaml"
    for asked, told in (
        (["--arm", "usual"], "--arm: must be one of squeezed_ceiling, shared_savings, got usual"),
        (
            ["--arm", "shared_savings", "--year", "1999"],
            "--year: must be a performance year, 2023 to 2024, got 1999",
        ),
        (["--arm", "shared_savings", "--person", "9999999"], "--person: must be in [0, 23932], got 9999999"),
    ):
        done = waterbed("explain", file, *asked, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr == f"{told}\n"
    assert list(tmp_path.iterdir()) == []
    alone = waterbed("matrix", root / "scenarios" / "sick_sicker.yaml", cwd=tmp_path)
    assert alone.returncode == 2
    assert alone.stderr == "--press: nobody in the region is paid by the unit, so there is nothing to press\n"
