"""The static answer: every response at zero."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import waterbed as wb
from waterbed._behaviour import behaviour_of, needs_of
from waterbed._hangs import IF_ON, MONEY_IF_ON, PACE, SENSITIVITIES, SUPPLY, WAITS
from waterbed.static import UNMOVED

HOSPITAL_PRODUCTS = {
    "trigger": "first_contact",
    "window_days": 120,
    "services": ["hospital"],
    "pricing": "by_contents",
    "contents": {"hospital": "list"},
}


def test_every_response_is_off(root: Path) -> None:
    limited = {"capacity_unit": "visits", "reference_wait_days": 2, "admission_order": 3}
    scenario = wb.load(root / "scenarios" / "two_clinics.yaml").with_(
        **{f"kinds.gp_consult.{name}": value for name, value in limited.items()},
        **{"behaviour.own_payment_elasticity": -0.15, "needs.skin_complaint.access_elasticity": -0.1},
    )
    still = wb.static(scenario)
    assert not still.outline().incentives
    assert {name: behaviour_of(still)[name] for name in UNMOVED} == UNMOVED
    assert needs_of(still, "access_elasticity") == []
    assert behaviour_of(still)["psi"] == behaviour_of(scenario)["psi"]


def test_every_number_of_behaviour_is_a_response_or_none(two_clinics: wb.Scenario) -> None:
    # Whoever adds a response decides what it is when it is off, and whether results hang on it.
    answers_to_money = set(SENSITIVITIES.values())  # incentives: false stops them
    no_response = {"capacity", "nest_scale", "pooling", "refresh_months", "exponent_limit", "psi", "comes_back_at"}
    no_response |= {"gp_visits_while_waiting", "gives_up_per_year", "goes_elsewhere_per_year", "emergency_kind"}
    no_response |= {"emergency_visits_while_waiting", "backlog_recovery_months"}  # of observed practice too
    known = set(behaviour_of(two_clinics))
    assert known - set(UNMOVED) - set(SUPPLY) - set(PACE) - answers_to_money - no_response == set()
    told = {*SENSITIVITIES.values(), *SUPPLY, *PACE, *WAITS, *MONEY_IF_ON, *IF_ON}
    assert known - told - no_response == {"incentives"}


@pytest.mark.parametrize("arm", ["squeezed_ceiling", "shared_savings"])
def test_the_static_answer_is_the_contract_part_of_the_decomposition(two_clinics: wb.Scenario, arm: str) -> None:
    # Usual practice moves nothing here: its ceiling is out of reach and waits are held. What others are held at in the
    # decomposition is then what nobody leaves in the static answer, to the last unit of every table.
    usual = {"bundle": HOSPITAL_PRODUCTS, "ceiling": {"of_expected_turnover": 3, "share_above": 0}}
    scenario = two_clinics.with_(**{"contracts.hospital_ceiling.terms": usual, "behaviour.capacity": False})
    static = wb.static(scenario).run(replications=2, progress=False)
    parts = wb.decompose(scenario, arm, replications=2, progress=False)
    assert parts.results.arms[1] == f"{arm}: none free"
    for table in ("list_spending", "cash_spending", "payments", "provider_result", "needs", "qalys"):
        held = parts.results.values(table)
        own = static.values(table)
        position = static.arms.index(arm)
        assert np.array_equal(held[:, 1] - held[:, 0], own[:, position] - own[:, 0]), table
    cash = parts.table("cash_spending").set_index("part")["difference"]
    assert cash["contract"] != 0
    assert cash["contract"] == static.compare().table("cash_spending").set_index("arm")["difference"][arm]


def test_a_comparison_refuses_a_static_run_that_is_none(short_run: wb.Results) -> None:
    with pytest.raises(ValueError, match=r"static: must be run with incentives off, see waterbed\.static"):
        short_run.compare(static=short_run)
