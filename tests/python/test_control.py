"""Means with the luck of years and practices taken out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import waterbed as wb
from waterbed import _core
from waterbed._parameters import FloatArray

ARMS = ["usual", "squeezed_ceiling"]


@pytest.fixture(scope="module")
def scenario(root: Path) -> wb.Scenario:
    return wb.load(root / "scenarios" / "two_clinics.yaml")


@pytest.fixture(scope="module")
def results(scenario: wb.Scenario) -> wb.Results:
    return scenario.run(replications=24, seed=1, arms=ARMS, progress=False)


def test_the_control_is_the_expected_flow_when_nothing_is_shared(scenario: wb.Scenario) -> None:
    calm = scenario.with_(**{"variation.year_need_group_cv": 0.0, "variation.practice_cv": 0.0})
    control = _core.expected_under_chance(calm._compiled(), 1, 0, 3)
    assert control == pytest.approx([calm.expected()["list_spending_eur"].sum()] * 3, rel=1e-12)


def test_the_control_has_the_expected_flow_as_its_mean(scenario: wb.Scenario) -> None:
    control = _core.expected_under_chance(scenario._compiled(), 5, 0, 4000)
    error = control.std(ddof=1) / np.sqrt(len(control))
    assert abs(control.mean() - scenario.expected()["list_spending_eur"].sum()) < 4 * error
    assert 0.001 < control.std() / control.mean() < 0.02, (
        "shocks of 2 % in several groups and years average out in part"
    )
    assert list(_core.expected_under_chance(scenario._compiled(), 5, 7, 2)) == list(control[7:9])


def test_practices_and_years_are_in_the_control(scenario: wb.Scenario) -> None:
    # By hand: the mean of practices varies by their CV times the root of the sum of squared shares.
    calm = scenario.with_(**{"variation.year_need_group_cv": 0.0})
    control = _core.expected_under_chance(calm._compiled(), 5, 0, 4000)
    people = calm.person_years("usual", newcomers=True).drop_duplicates("person")
    shares = people["practice"].value_counts(normalize=True).to_numpy()
    cv = 0.05 * np.sqrt((shares**2).sum())
    assert control.std(ddof=1) / control.mean() == pytest.approx(cv, rel=4 / np.sqrt(2 * 4000))


def test_levels_move_with_the_control(scenario: wb.Scenario, results: wb.Results) -> None:
    plain = wb.sweeps.mean_of(results, "Spending at list prices/total", None)
    found = wb.controlled(scenario, results, "Spending at list prices/total")
    assert found.variance_ratio == pytest.approx((plain["standard_error"] / found.standard_error) ** 2)
    assert found.variance_ratio > 1, "the control pays"
    assert found.low < found.value < found.high


def test_a_difference_of_nothing_is_not_told_apart(scenario: wb.Scenario, results: wb.Results) -> None:
    def noise(of: wb.Results) -> FloatArray:
        return np.random.default_rng(3).normal(size=(of.replications, len(of.arms)))

    found = wb.controlled(scenario, results, noise, "squeezed_ceiling")
    assert found.low < 0 < found.high
    assert found.variance_ratio < 2


@pytest.mark.parametrize(
    ("arm", "outcome", "problem"),
    [
        ("nobody", "Spending in cash/total", "arm must be one of usual, squeezed_ceiling, got 'nobody'"),
        (None, "Spending in gold/total", "outcome must be one of "),
    ],
)
def test_what_is_not_there_is_named(
    scenario: wb.Scenario, results: wb.Results, arm: str | None, outcome: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        wb.controlled(scenario, results, outcome, arm)


def test_too_few_replications_are_refused(scenario: wb.Scenario) -> None:
    few = scenario.run(replications=3, seed=1, arms=["usual"], progress=False)
    with pytest.raises(ValueError, match="must be at least four replications, got 3"):
        wb.controlled(scenario, few, "Spending in cash/total")
