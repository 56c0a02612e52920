"""Do decisions come to rest? Closed forms on both sides of the rule, and what the engine does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from waterbed.settling import settled

KAPPA = 1 - 2 ** (-3 / 12)


def loop(kappa: float, gain: float, refreshes: int = 20) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Shift that follows 1 less `gain` times itself: its fixed point is 1 / (1 + gain)."""
    path, shift = [], 0.0
    for _ in range(refreshes):
        shift = (1 - kappa) * shift + kappa * (1 - gain * shift)
        path.append(shift)
    return np.array(path)


def test_a_contraction_comes_to_rest_when_its_closed_form_says() -> None:
    # shift(n) = (1 - q^n) / (1 + g) with q = 1 - kappa (1 + g). It stays within 5 % of its range of the last year once
    # q^n < 0.05 or so; its first step is its largest.
    gain, kappa = 1.0, 0.25
    q = 1 - kappa * (1 + gain)
    path = loop(kappa, gain)
    assert path == pytest.approx([(1 - q**n) / (1 + gain) for n in range(1, 21)])
    found = settled(path, 4)
    assert found.largest_change == pytest.approx((1 - q) / (1 - q**20))
    assert found.refreshes == 4  # q^4 = 0.0625 is too far, q^5 = 0.031 is near: after the fifth, at position 4
    assert not found.oscillates


@pytest.mark.parametrize(("sum_", "swings"), [(1.5, False), (1.9, False), (1.98, False), (2.0, True), (2.1, True)])
def test_the_rule_of_the_loop_on_both_sides(sum_: float, swings: bool) -> None:
    # A loop settles if kappa (1 + g) < 2: docs/model/behaviour.md.
    assert settled(loop(KAPPA, sum_ / KAPPA - 1, 40), 4).oscillates is swings


def test_a_saw_tooth_of_the_year_is_no_oscillation() -> None:
    # Surer forecasts in December than in January, every year alike.
    year = np.array([0.1, 0.2, 0.35, 0.5])
    found = settled(np.concatenate([year] * 5), 4)
    assert not found.oscillates
    assert found.refreshes == 0


def test_what_still_moves_in_the_last_year_has_not_come_to_rest() -> None:
    assert np.isnan(settled(np.linspace(0, 1, 20), 4).refreshes)
    assert np.isnan(settled(np.zeros(8), 4).largest_change)


@pytest.fixture(scope="module")
def table(two_clinics: wb.Scenario) -> pd.DataFrame:
    return wb.settling(two_clinics, replications=3, progress=False)


def test_each_decision_that_moves_is_reported_beside_its_fixed_point(table: pd.DataFrame) -> None:
    assert set(table["arm"]) == {"squeezed_ceiling", "shared_savings"}
    assert {"shift", "held_back"} == set(table["what"])
    assert not table["oscillates"].any()
    shifts = table.query("what == 'shift' and arm == 'squeezed_ceiling' and decider == 'hospital_in'")
    assert (shifts["end"] < 0).all()
    assert (shifts["fixed_point"] < 0).all()
    assert shifts["settles"].all()
    assert (shifts["largest_change"] <= 1).all()


def test_a_hard_and_quick_loop_swings_and_says_so(two_clinics: wb.Scenario) -> None:
    # A hospital that lives on elective admissions, specialists who answer to money and at once; the pace of adaptation
    # that is the default lets the same loop settle.
    loop = {
        "needs.skin_complaint.pathways.dermatology_clinic.ward": 0.3,
        "behaviour.theta_elective_specialist": 1,
        "uncertainty": {},
        "variation": {"year_need_group_cv": 0, "practice_cv": 0},
    }
    calm = wb.settling(two_clinics.with_(**loop), ["squeezed_ceiling"], replications=1, progress=False)
    assert calm[calm["what"] == "shift"]["settles"].all()
    wild = two_clinics.with_(**loop, **{"behaviour.half_life_months": 0.01})
    found = wb.settling(wild, ["squeezed_ceiling"], replications=1, progress=False)
    hospital = found[(found["what"] == "shift") & (found["decider"] == "hospital_in")]
    assert not hospital["settles"].any()
    assert hospital["expected_oscillates"].all()


def test_with_incentives_off_nothing_moves(two_clinics: wb.Scenario) -> None:
    off = two_clinics.with_(**{"behaviour.incentives": False})
    assert wb.settling(off, ["squeezed_ceiling"], replications=1, progress=False).empty


def test_refusals(two_clinics: wb.Scenario) -> None:
    with pytest.raises(ValueError, match=r"arms must be of the scenario .* got x"):
        wb.settling(two_clinics, ["x"], progress=False)
