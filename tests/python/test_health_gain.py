"""Remaining QALYs, health gain against expectation, and what is paid for luck."""

from __future__ import annotations

import importlib
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from waterbed import expectation as ex

ROOT = Path(__file__).parents[2]
AGES = (0, 30, 60, 90)


def steady(years: int = 3, dies: int = 2, each: int = 20, moves: int = 0) -> pd.DataFrame:
    """In every age `each` persons a year; `dies` of them die after 0.4 QALY, `moves` leave half-way with 0.4."""
    rows = []
    number = 0
    for age in AGES:
        for start in range(years):
            for i in range(each):
                fate = "died" if i < dies else "moved_away" if i < dies + moves else ""
                lived = 0.4 if fate else 0.8
                rows.append([number, start, age, "women", "well", lived, fate == "died", fate == "moved_away",
                             6 if fate else 12, "a" if i % 2 else "b"])  # fmt: skip
                if not fate and start + 1 < years:
                    # Seen again, but not counted on: a row that tells the state in the year after.
                    rows.append([number, start + 1, age + 1, "women", "well", 0.8, False, False, 12, "a"])
                    for later in range(start + 2, years):
                        rows.append([number, later, age + later - start, "women", "well", 0.8, False, False, 12, "a"])
                number += 1
    columns = ["person", "year", "age", "sex", "state", "qalys", "died", "moved_away", "cycles", "group"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


def two_years(moves: int = 0) -> pd.DataFrame:
    return steady(years=2, moves=moves)


# A share d of 2 in 20 dies each year: q = 0.9 * 0.8 + 0.1 * 0.4 = 0.76, so Q0 = q / (1 - v (1 - d)) at every age.
@pytest.mark.parametrize("discount", [0.0, 0.03])
def test_remaining_qalys_at_a_constant_hazard(discount: float) -> None:
    life = ex.remaining_life(two_years(), state="state", discount=discount)
    wanted = 0.76 / (1 - 0.9 / (1 + discount))
    np.testing.assert_allclose(life.table["remaining"], wanted, rtol=1e-12)
    np.testing.assert_allclose(life.table["remaining_at_end"], wanted, rtol=1e-12)


def test_two_states_solve_their_linear_system() -> None:
    # Of 40 who are well 4 fall ill and 4 die; of 40 ill 10 die; nobody recovers.
    rows = []
    for i in range(80):
        ill = i >= 40
        died = i < 4 or i >= 70
        rows.append([i, 0, 50, "men", "ill" if ill else "well", 0.5 if ill else 0.8, died, False, 12])
        if not died:
            rows.append([i, 1, 51, "men", "ill" if ill or i < 8 else "well", 0.0, False, False, 12])
    columns = ["person", "year", "age", "sex", "state", "qalys", "died", "moved_away", "cycles"]
    frame = pd.DataFrame(rows, columns=pd.Index(columns))
    life = ex.remaining_life(frame, state="state", age_bands=[200], wide_bands=[200])
    ill = 0.5 / (10 / 40)
    well = (0.8 + 4 / 40 * ill) / (1 - 32 / 40)
    assert life.table.loc[("men", 50, "ill"), "remaining"] == pytest.approx(ill)
    assert life.table.loc[("men", 50, "well"), "remaining"] == pytest.approx(well)
    with pytest.raises(ValueError, match="state: must be a state of the base years, got dying"):
        life.of(frame.assign(state="dying"))


def contract(name: str) -> wb.contracts.Contract:
    return wb.contracts.load(ROOT / "scenarios/contracts/proposed" / f"{name}.yaml")


def test_expectation_of_a_steady_population_is_what_remains() -> None:
    frame = two_years()
    gained = ex.health_gain(frame, frame, state="state", group="group", comparison=["b"], features=[])
    np.testing.assert_allclose(gained.persons["expected"], 7.6, rtol=1e-12)
    # Who dies has 0.4, who lives 0.8 and all that remains.
    assert sorted(set(gained.persons["realised"].round(9))) == [0.4, 8.4]
    assert gained.persons["gain"].sum() == pytest.approx(0.0, abs=1e-9)


def test_who_moves_away_fares_as_expected_from_then_on() -> None:
    frame = two_years(moves=5)
    gained = ex.health_gain(frame, frame, state="state", group="group", comparison=["b"], features=[])
    moved = gained.persons[gained.persons["moved_away"]]
    # Half a year lived; the hazard is constant, so at any moment 7.6 remain (of those who do not move: 13 * 0.8 and
    # 2 * 0.4 over 15 persons, of whom 13 live on).
    q, lives = (13 * 0.8 + 2 * 0.4) / 15, 13 / 15
    np.testing.assert_allclose(moved["realised"], 0.4 + q / (1 - lives), rtol=1e-12)


def test_who_is_not_there_a_year_on_moved_on_the_last_day() -> None:
    frame = two_years()
    left = frame.loc[(frame["year"] == 1) & (frame["age"] == 31), "person"].iloc[0]
    gained = ex.health_gain(frame, frame[(frame["year"] == 0) | (frame["person"] != left)], state="state",
                            group="group", comparison=["b"], features=[])  # fmt: skip
    own = gained.persons.set_index("person").loc[left]
    assert own["moved_away"]
    assert own["realised"] == pytest.approx(0.8 + 7.6)


def test_windows_of_two_years_count_both_and_what_remains() -> None:
    frame = steady(years=3)
    life = ex.remaining_life(frame, state="state")
    gained = ex.health_gain(frame, frame, state="state", group="group", comparison=["b"], features=[])
    first = gained.persons[gained.persons["year"] == 0]
    assert list(gained.groups.index) == ["a", "b"]
    assert len(gained.persons) == len(first)
    alive = first[~first["died"]]
    after = life.of(alive.assign(age=alive["age"] + 2))
    np.testing.assert_allclose(alive["realised"], 0.8 + 0.8 + after, rtol=1e-12)
    np.testing.assert_allclose(first.loc[first["died"], "realised"], 0.4, rtol=1e-12)


@pytest.fixture(scope="module")
def simulated() -> ex.HealthGain:
    """The usual arm against itself: the true gain of every group is zero."""
    scenario = wb.load(ROOT / "scenarios/two_clinics.yaml")
    start = scenario_start(scenario)
    base = scenario.person_years(years=range(start - 2, start))
    later = scenario.person_years(years=range(start, start + 2), replication=1)
    for frame in (base, later):
        frame["state"] = ex.recorded_conditions(frame)
    groups = list(later["practice"].cat.categories)
    return ex.health_gain(base, later, state="state", group="practice", comparison=groups[:1],
                          features=["remaining", ex.bands("age", [40, 65, 80]), "sex"])  # fmt: skip


def scenario_start(scenario: wb.Scenario) -> int:
    return int(scenario.person_years().year.min())


def test_frozen_models_are_used_again() -> None:
    frame = two_years()
    first = ex.health_gain(frame, frame, state="state", group="group", comparison=["b"], features=[], discount=0.03)
    changed = frame.assign(qalys=frame["qalys"] / 2)
    again = ex.health_gain(first, changed, state="state", group="group", comparison=["b"])
    assert (again.model.digest, again.remaining.digest) == (first.model.digest, first.remaining.digest)
    np.testing.assert_array_equal(again.persons["expected"], first.persons["expected"])
    np.testing.assert_allclose(first.persons["realised"] - again.persons["realised"], first.persons["qalys"] / 2)
    with pytest.raises(ValueError, match="base: must be of the state state and windows of 2 years"):
        ex.health_gain(first, steady(years=3), state="state", group="group", comparison=["b"])


def test_everybody_at_the_start_counts_and_the_comparison_gains_nothing(simulated: ex.HealthGain) -> None:
    groups = simulated.groups
    assert groups["people"].sum() == len(simulated.persons)
    assert groups.loc[groups["is_comparison"], "net"].abs().max() < 1e-9
    assert simulated.persons["died"].any()
    own = simulated.persons.groupby("group", observed=True)["net"].mean()
    np.testing.assert_allclose(groups["net"], own, atol=1e-12)


def test_without_a_true_gain_differences_are_luck(simulated: ex.HealthGain) -> None:
    assert simulated.luck.person > 0.99
    shown = simulated.groups
    spread = math.sqrt(simulated.luck.within)
    assert (shown["net"].abs() < 4 * spread * np.sqrt(1 / shown["people"] + 1 / shown["people"].iloc[0])).all()


def test_payments_are_those_of_the_contract(simulated: ex.HealthGain) -> None:
    contracts = {"group": contract("health_gain_2026"), "person": contract("health_gain_per_person_2026")}
    paid = simulated.payments(contracts)
    group = paid.index.get_level_values("group")[0]
    own = simulated.persons[simulated.persons["group"].astype(str) == group]
    net = own["realised"].round(9) - own["expected"].round(9) - round(simulated.comparison_gain, 9)
    assert paid.loc[("group", group), "paid"] == pytest.approx(8000 * max(0.0, net.sum()), abs=0.006)
    assert paid.loc[("person", group), "paid"] == pytest.approx(8000 * net.clip(lower=0).sum(), abs=0.006)
    off = net - net.mean()
    assert paid.loc[("person", group), "noise"] == pytest.approx(8000 * off.clip(lower=0).sum(), abs=0.1)
    # The sum over n people against n times the mean of m compared varies by within * (n + n^2 / m).
    n, m = len(own), simulated.groups.loc[simulated.groups["is_comparison"], "people"].sum()
    spread = math.sqrt(simulated.luck.within * (n + n**2 / m))
    assert paid.loc[("group", group), "noise"] == pytest.approx(8000 * spread / math.sqrt(2 * math.pi))
    assert (paid.loc["person", "paid"] > paid.loc["group", "paid"]).all()
    assert paid.loc[("group", group), "paid"] == float(contracts["group"].settle(**simulated.facts(group)).total)


def test_noise_of_a_floor_at_zero() -> None:
    pay = ex.noise_payment(contract("health_gain_2026"), 10_000, 0.1)
    each = 8000 * 0.1 / math.sqrt(2 * math.pi)
    assert pay["at_group"] == pytest.approx(100 * each)
    assert pay["at_person"] == pytest.approx(10_000 * each)
    with pytest.raises(ValueError, match="must have a gain term"):
        ex.noise_payment(contract("../nl/gp_fees"), 10, 0.1)


def test_faults_are_named(simulated: ex.HealthGain) -> None:
    frame = two_years()
    with pytest.raises(ValueError, match=r"comparison: must be groups of group \(a, b\), got c"):
        ex.health_gain(frame, frame, state="state", group="group", comparison=["c"])
    with pytest.raises(ValueError, match="frame: must have the columns qalys, died"):
        ex.health_gain(frame.drop(columns=["qalys", "died"]), frame, state="state", group="group", comparison=["b"])
    with pytest.raises(ValueError, match="year: must be two or more consecutive years, got 0"):
        ex.remaining_life(frame[frame["year"] == 0], state="state")
    with pytest.raises(ValueError, match="state: must be known of every row, got 80 rows"):
        ex.remaining_life(frame.assign(state=frame["state"].where(frame["year"] == 1)), state="state")
    with pytest.raises(ValueError, match="group: must be one of"):
        simulated.facts("nobody")


def test_the_example_shows_what_a_floor_on_the_person_pays_for_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    example = importlib.import_module("health_gain")
    scenario = wb.load(ROOT / "scenarios/two_clinics.yaml")
    groups = list(scenario.person_years().practice_group.cat.categories)
    paid = example.table(example.gains(scenario, groups[:1], replications=1))
    assert list(paid.index) == sorted(example.CONTRACTS)
    assert paid.loc["health_gain_per_person_2026", "paid"] > paid.loc["health_gain_2026", "paid"]
    assert paid.loc["health_gain_2026", "paid"] >= paid.loc["health_gain_credibility_2026", "paid"]
    assert paid.loc["health_gain_2026", "noise"] > paid.loc["health_gain_credibility_2026", "noise"] > 0
