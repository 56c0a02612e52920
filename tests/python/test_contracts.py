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


def test_missing_facts_are_all_named_with_the_term_that_asks(ceiling: wb.contracts.Contract) -> None:
    with pytest.raises(wb.ScenarioError) as caught:
        ceiling.settle()
    assert [str(problem) for problem in caught.value.problems] == [
        "<facts>:1:1: bundle_income: is missing: the bundle is priced by contents (terms.bundle of hospital_ceiling)",
        "<facts>:1:1: expected_turnover: is missing: the ceiling is a share of it (terms.ceiling of hospital_ceiling)",
        "<facts>:1:1: patient_paid: is missing: the fee has a patient share (terms.fee of hospital_ceiling)",
        "<facts>:1:1: units: are missing: the fee needs units by service, or fee_income "
        "(terms.fee of hospital_ceiling)",
    ]


def test_an_unknown_fact_gets_a_hint(ceiling: wb.contracts.Contract) -> None:
    with pytest.raises(wb.ScenarioError, match=r"fee_incom: .*did you mean fee_income"):
        ceiling.settle(expected_turnover=11_400_000, fee_incom=1)


def test_a_contract_file_that_is_not_there_is_a_scenario_error(tmp_path: Path) -> None:
    with pytest.raises(wb.ScenarioError, match=r"none\.yaml"):
        wb.contracts.load(tmp_path / "none.yaml")
