from __future__ import annotations

from pathlib import Path

import pytest

import waterbed as wb
from estimate_equalisation import is_adult, weights_of


def test_weights_are_what_each_class_adds() -> None:
    # Ten person-years at 100 EUR, of which four are in a group and cost 300; nobody is in the last class.
    cycles = [[120, 48, 0], [48, 48, 0], [0, 0, 0]]
    spending = [(6 * 100 + 4 * 300) * 10**6, 4 * 300 * 10**6, 0]
    assert weights_of(cycles, spending, 12) == pytest.approx([100, 200, 0])


def test_weights_of_classes_apart_are_means() -> None:
    # Half a year at 50 EUR is 100 EUR a person-year.
    assert weights_of([[6, 0], [0, 24]], [50 * 10**6, 80 * 10**6], 12) == pytest.approx([100, 40])


def test_adults_are_those_of_classes_from_18() -> None:
    assert is_adult("women.18-64")
    assert not is_adult("men.0-17")
    assert not is_adult("heart_drugs")


@pytest.mark.parametrize("name", ["multi_year", "leiden_region"])
def test_the_fund_pays_for_the_usual_arm_as_a_whole(root: Path, name: str) -> None:
    scenario = wb.load(root / "scenarios" / f"{name}.yaml")
    results = scenario.run(replications=1, arms=[scenario.baseline], progress=False)

    def of(item: str) -> float:
        return float(results.total("insurer_result", where={"item": item}).of()[0, 0])

    # Shocks of a year move spending by 2 % in each need group, so its mean over groups and years by no more.
    assert of("normative_spending") == pytest.approx(of("cash"), rel=0.02)
    assert of("expected_deductible") == pytest.approx(of("deductible"), rel=0.02)
