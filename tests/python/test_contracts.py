from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import waterbed as wb


@pytest.fixture
def ceiling(root: Path) -> wb.contracts.Contract:
    return wb.contracts.load(root / "scenarios" / "contracts" / "nl" / "hospital_ceiling.yaml")


FACTS = {"expected_turnover": 11_400_000, "fee_income": 8_000_000, "bundle_income": 3_970_000, "patient_paid": 120_000}


def test_a_ceiling_settles_to_the_cent(ceiling: wb.contracts.Contract) -> None:
    paid = ceiling.settle(**FACTS)
    assert paid.by_term == {
        "fee": Decimal("8000000.00"),
        "patient_share": Decimal("-120000.00"),
        "bundle": Decimal("3970000.00"),
        "ceiling": Decimal("-342000.00"),
    }
    assert paid.total == sum(paid.by_term.values())
    assert paid.settlement == 0
    assert paid.lines.columns.tolist() == ["step", "input", "rule", "output"]


def test_facts_from_a_file_and_facts_given_agree(ceiling: wb.contracts.Contract, root: Path) -> None:
    file = root / "examples" / "hospital_facts.yaml"
    assert ceiling.settle(file).total == ceiling.settle(**FACTS).total
    assert (
        ceiling.settle(file, fee_income=7_000_000).total == ceiling.settle(**{**FACTS, "fee_income": 7_000_000}).total
    )


def test_a_term_can_be_changed_at_loading(root: Path) -> None:
    file = root / "scenarios" / "contracts" / "nl" / "hospital_ceiling.yaml"
    changed = wb.contracts.load(file, **{"terms.ceiling": {"amount": 11_400_000, "share_above": 0}})
    assert changed.name == "hospital_ceiling"
    assert changed.settle(**FACTS).by_term["ceiling"] == Decimal("-570000.00")


def test_missing_facts_are_all_named(ceiling: wb.contracts.Contract) -> None:
    with pytest.raises(ValueError, match=r"(?s)units: .*patient_paid: .*bundle_income: .*expected_turnover: "):
        ceiling.settle()


def test_an_unknown_fact_gets_a_hint(ceiling: wb.contracts.Contract) -> None:
    with pytest.raises(wb.ScenarioError, match=r"fee_incom: .*did you mean fee_income"):
        ceiling.settle(expected_turnover=11_400_000, fee_incom=1)


def test_a_contract_file_that_is_not_there_is_a_scenario_error(tmp_path: Path) -> None:
    with pytest.raises(wb.ScenarioError, match=r"none\.yaml"):
        wb.contracts.load(tmp_path / "none.yaml")
