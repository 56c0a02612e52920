"""Contracts that a simulation pays by frozen expectations, against the same worked out from person-years."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import waterbed as wb
from commands import tool_named
from waterbed import expectation as ex
from waterbed._overrides import Override

ROOT = Path(__file__).parents[2]
START = 2023
REPLICATION = 1


@pytest.fixture(scope="module")
def scenario() -> wb.Scenario:
    return wb.load(ROOT / "scenarios" / "health_gain.yaml").with_(**{"behaviour.incentives": False})


@pytest.fixture(scope="module")
def results(scenario: wb.Scenario) -> wb.Results:
    return scenario.run(replications=2, progress=False)


@pytest.fixture(scope="module")
def model() -> ex.Model:
    return ex.load(ROOT / "scenarios/data/health_gain/health.yaml")


@pytest.fixture(scope="module")
def cost() -> ex.Model:
    return ex.load(ROOT / "scenarios/data/health_gain/cost.yaml")


def people_of(scenario: wb.Scenario, arm: str, years: list[int], *, newcomers: bool = False) -> pd.DataFrame:
    people = scenario.person_years(arm, years, replication=REPLICATION, newcomers=newcomers)
    people["recorded_conditions"] = ex.recorded_conditions(people)
    people["holder"] = people["insurer"].astype(str) + "/" + people["practice_group"].astype(str)
    return people


def paid(results: wb.Results, arm: str, year: int, term: str) -> dict[str, float]:
    """EUR that each contract, "payer/holder", paid for one term."""
    rows = results.to_pandas("payments")
    rows = rows[(rows["arm"] == arm) & (rows["year"] == year) & (rows["replication"] == REPLICATION)]
    parts = rows["entry"].astype(str).str.split(",", expand=True)
    rows = rows.assign(holder=parts[0].str.split("/", n=1).str[1], term=parts[1])
    sums = rows[rows["term"] == term].groupby("holder")["payments_eur"].sum()
    return {str(holder): float(amount) for holder, amount in sums[sums != 0].items()}


def gains(scenario: wb.Scenario, arm: str, year: int, model: ex.Model) -> ex.HealthGain:
    people = people_of(scenario, arm, [year, year + 1])
    compared = sorted({name for name in people["holder"] if name.endswith("/gp_group_2")})
    return ex.health_gain(model, people, state="recorded_conditions", group="holder", comparison=compared)


#: No floor, cap or credibility: both signs are paid.
OPEN_ENDED: dict[str, Override] = {"outcome": "qaly", "value": 20000, "share": 0.4}

ARMS = ("health_gain", "health_gain_credibility", "health_gain_per_person")


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("year", [START, START + 1])
def test_a_gain_is_settled_as_from_person_years(
    scenario: wb.Scenario, results: wb.Results, model: ex.Model, arm: str, year: int
) -> None:
    contract = wb.contracts.load(f"proposed/{arm}_2026")
    wanted = gains(scenario, arm, year, model).payments(contract)["paid"].droplevel("contract")
    found = paid(results, arm, year, "gain")
    assert sorted(wanted.index) == ["insurer_a/gp_group_1", "insurer_b/gp_group_1"]
    assert {holder: found.get(holder, 0.0) for holder in wanted.index} == pytest.approx(wanted.to_dict(), abs=1e-9)


def test_every_gain_is_a_loss_elsewhere_without_a_floor(scenario: wb.Scenario, model: ex.Model) -> None:
    """So that no test passes on zeros."""
    terms: Override = {"gain": OPEN_ENDED}
    open_ended = scenario.with_(**{"contracts.health_gain.terms": terms})
    results = open_ended.run(replications=2, arms=["health_gain"], progress=False)
    gained = gains(scenario, "health_gain", START, model)
    contract = wb.contracts.from_dict({"terms": {"gain": OPEN_ENDED}})
    wanted = gained.payments(contract)["paid"].droplevel("contract").to_dict()
    found = paid(results, "health_gain", START, "gain")
    assert found == pytest.approx(wanted, abs=1e-9)
    own = gained.groups[~gained.groups["is_comparison"]]
    by_hand = 0.4 * 20000 * own["people"] * own["net"]
    np.testing.assert_allclose(pd.Series(found)[by_hand.index], by_hand, atol=0.3)  # outcomes have nine decimals
    assert min(abs(amount) for amount in found.values()) > 1000


def test_the_table_of_gains_is_that_of_person_years(
    scenario: wb.Scenario, results: wb.Results, model: ex.Model
) -> None:
    gained = gains(scenario, "health_gain", START, model).persons
    gained["practice_group"] = gained["group"].str.split("/").str[1]
    rows = results.to_pandas("health_gain")
    rows = rows[(rows["arm"] == "health_gain") & (rows["year"] == START) & (rows["replication"] == REPLICATION)]
    people = results.to_pandas("health_gain_people")
    people = people[(people["arm"] == "health_gain") & (people["year"] == START)]
    people = people[people["replication"] == REPLICATION]
    for stratum, of in {"everybody": gained["age"] >= 0, "most_deprived": gained["deprivation"] == 5}.items():
        for group, own in gained[of].groupby("practice_group"):
            cells = rows[(rows["stratum"] == stratum) & (rows["practice_group"] == group)]
            cell = cells[cells["expectation"] == "health"].set_index("item")["health_gain_qaly"]
            assert cell["realised"] == pytest.approx(own["realised"].sum(), abs=1e-6 * len(own))
            assert cell["expected"] == pytest.approx(own["expected"].sum(), abs=1e-6 * len(own))
            assert cell["squared_residuals"] == pytest.approx((own["gain"] ** 2).sum(), abs=1e-6 * len(own))
            number = people[(people["stratum"] == stratum) & (people["practice_group"] == group)]
            assert set(number["health_gain_people_persons"]) == {len(own)}
    others = results.to_pandas("health_gain_people")
    assert (others.loc[others["arm"] == "usual", "health_gain_people_persons"] == 0).all()


def test_a_split_divides_a_gain(scenario: wb.Scenario, model: ex.Model) -> None:
    """A coalition of the GP group and the hospital shares 3 to 1 what the GP group alone would be paid."""
    terms: Override = {"gain": OPEN_ENDED, "split": {"gp_group_1": 3, "hospital_in": 1}}
    shared = scenario.with_(
        **{"contracts.health_gain.coalition": ["gp_group_1", "hospital_in"], "contracts.health_gain.terms": terms}
    )
    results = shared.run(replications=2, arms=["health_gain"], progress=False)
    contract = wb.contracts.from_dict({"terms": {"gain": OPEN_ENDED}})
    wanted = gains(scenario, "health_gain", START, model).payments(contract)["paid"].droplevel("contract")
    rows = results.to_pandas("payments")
    rows = rows[(rows["year"] == START) & (rows["replication"] == REPLICATION)]
    for payer in ("insurer_a", "insurer_b"):
        whole = wanted[f"{payer}/gp_group_1"]
        for party, share in {"gp_group_1": 0.75, "hospital_in": 0.25}.items():
            label = f"health_gain/{payer}/gp_group_1,settlement,{payer},{party},"
            found = rows.loc[rows["entry"].astype(str).str.startswith(label), "payments_eur"].sum()
            assert found == pytest.approx(share * whole, abs=0.01)
    assert not any(str(entry).startswith("health_gain/") and ",gain," in str(entry) for entry in set(rows["entry"]))


def test_capitation_goes_by_expected_cost(scenario: wb.Scenario, cost: ex.Model) -> None:
    monthly: Override = {"period": "month", "classes": {"everybody": {"who": {"age": [0, 120]}, "rate": 7}}}
    changed = scenario.with_(**{"contracts.gp_capitation_by_cost.terms.capitation": monthly})
    results = changed.run(replications=2, arms=["capitation_by_cost"], progress=False)
    people = people_of(changed, "capitation_by_cost", [START + 1], newcomers=True)
    months = people["cycles"] - people["died"]  # nothing is paid for the month of a death
    each = months * np.round(7e6 * cost.predict(people) / cost.mean)
    wanted = (each.groupby(people["holder"]).sum() / 1e6).round(2)
    assert paid(results, "capitation_by_cost", START + 1, "capitation") == pytest.approx(wanted.to_dict(), abs=1e-9)
    flat = 7 * months.groupby(people["holder"]).sum()
    assert (np.abs(flat - wanted) > 100).all()


def test_the_benchmark_goes_by_expected_cost(scenario: wb.Scenario, cost: ex.Model) -> None:
    history: Override = {"history": {"years": 1}}
    both: Override = {"steps": [history, {"risk": {}}]}
    with_risk = scenario.with_(**{"contracts.gp_shared_savings.terms.reference": both})
    plain: dict[str, Override] = {
        "contracts.gp_shared_savings.terms.reference": {"steps": [history]},
        "contracts.gp_shared_savings.expectations": {},
    }
    without = with_risk.with_(**plain)
    adjusted, plain_benchmark = benchmarks(with_risk), benchmarks(without)
    before = people_of(scenario, "shared_savings", [START - 1], newcomers=True)
    after = people_of(scenario, "shared_savings", [START], newcomers=True)
    for frame in (before, after):
        frame["lived"] = frame["cycles"] - frame["died"]
    wanted = ex.risk_ratios(cost, before, after, by="holder", exposure="lived")
    # Both are rounded to the cent, and the ratio to nine decimals.
    assert adjusted.to_dict() == pytest.approx((plain_benchmark * wanted).to_dict(), abs=0.0105)
    assert (np.abs(adjusted - plain_benchmark) > 100).all()


def benchmarks(scenario: wb.Scenario) -> pd.Series:
    rows = scenario.run(replications=2, arms=["shared_savings"], progress=False).to_pandas("settlement")
    rows = rows[(rows["year"] == START) & (rows["replication"] == REPLICATION) & (rows["item"] == "benchmark")]
    return rows.assign(holder=rows["contract"].astype(str).str.split("/", n=1).str[1]).set_index("holder")[
        "settlement_eur"
    ]


def test_recording_counts_only_where_the_model_looks_at_it(scenario: wb.Scenario) -> None:
    """Of a model of age alone the benchmark on true stages is the same; of one with recorded stages it is not."""
    base = scenario.person_years(years=[START - 2, START - 1])
    base["years"] = base["cycles"] / 12
    ages = ex.fit(base, outcome="spending_eur", exposure="years", features=["age"], folds=0, unit="EUR").model
    assert ages is not None
    by_age = scenario.with_(**{"expectations.cost": yaml.safe_load(ages.to_yaml())})
    differences = {}
    for name, of in {"age": by_age, "recorded": scenario}.items():
        rows = of.run(replications=1, arms=["shared_savings"], progress=False).to_pandas("settlement_causes")
        items = rows.pivot_table(
            index=["year", "contract"], columns="item", values="settlement_causes_eur", observed=True
        )
        differences[name] = float((items["registered"] - items["true_risk"]).abs().max())
    assert differences["age"] == 0
    assert differences["recorded"] > 0


def test_same_bytes_whatever_threads_and_arms(scenario: wb.Scenario, results: wb.Results) -> None:
    alone = scenario.run(replications=2, threads=1, arms=["health_gain", "capitation_by_cost"], progress=False)
    for arm in ("health_gain", "capitation_by_cost"):
        np.testing.assert_array_equal(
            alone.values("payments")[:, alone.arms.index(arm)], results.values("payments")[:, results.arms.index(arm)]
        )
    later = scenario.run(replications=1, first_replication=1, threads=2, arms=["health_gain"], progress=False)
    np.testing.assert_array_equal(
        later.values("health_gain")[0, 0], results.values("health_gain")[1, results.arms.index("health_gain")]
    )


def test_frozen_files_are_those_that_the_tool_makes() -> None:
    tool = tool_named(ROOT, "freeze_expectations")
    for file, model in tool.frozen("health_gain").items():
        path = ROOT / "scenarios" / "data" / "health_gain" / f"{file}.yaml"
        assert path.read_text() == model.to_yaml(), f"{path}: make it again by tools/freeze_expectations health_gain"


def test_the_models_of_the_leiden_region_fit_it() -> None:
    """Frozen before later calibrations of the region: what they look at is still recorded there."""
    assert wb.load(ROOT / "scenarios" / "leiden_health_gain.yaml").arms[1:] == list(ARMS)


def test_a_model_with_what_remains_comes_back_from_its_file(model: ex.Model, tmp_path: Path) -> None:
    model.save(tmp_path / "again.yaml")
    again = ex.load(tmp_path / "again.yaml")
    assert again.digest == model.digest
    assert again.mean == model.mean
    for left, right in zip(again.remaining or (), model.remaining or (), strict=True):
        np.testing.assert_array_equal(left, right)
