from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from waterbed import _core
from waterbed._cases import STANDARDS

SHARED_SAVINGS = """\
payers: all
terms:
  reference: {steps: [{given: {}}]}
  truncate: {person: 22500}
  gate: {up: 0.02, down: 0.01}
  layers: {up: [{share: 0.5}], down: [{share: 0.3}]}
  quality: {target: layers_up, alternative: score, failed: 0}
  adjust: {sequestration: 0.02}
  split: {group: 2, hospital: 1}
"""


@pytest.fixture
def contract(tmp_path: Path) -> wb.contracts.Contract:
    file = tmp_path / "shared_savings.yaml"
    file.write_text(SHARED_SAVINGS)
    return wb.contracts.load(file)


def test_many_cases_pay_the_same_cents_as_one_by_one(contract: wb.contracts.Contract) -> None:
    draw = random.Random(4)
    cases = [
        {
            "person_time": draw.randrange(1000, 20_000),
            "benchmark_per_person_year": draw.randrange(100_000, 300_000) / 100,
            "counted.total": draw.randrange(1_000_000, 5_000_000_000) / 100,
            "quality_score": draw.randrange(0, 1001) / 1000,
            "quality_standard": draw.choice(STANDARDS),
        }
        for _ in range(60)
    ]
    columns = {name: np.array([case[name] for case in cases]) for name in cases[0]}
    found = contract.settle_many(**columns, **{"counted.truncated_at": 22_500})
    assert len(found) == len(cases)
    for row, case in enumerate(cases):
        facts = {name: value for name, value in case.items() if name != "counted.total"}
        one = contract.settle(counted={"total": case["counted.total"], "truncated_at": 22_500}, **facts)
        expected = {"total": one.total, "settlement": one.settlement, "benchmark": one.benchmark}
        expected |= {"counted": one.counted, "gain": one.gain, "before_adjustment": one.before_adjustment}
        expected |= {f"split_{party}": amount for party, amount in one.split.items()}
        for name, amount in expected.items():
            assert round(found[name].iloc[row] * 100) == amount * 100, (name, case)
        assert found["gate_passed"].iloc[row] == one.gate_passed
    assert len(set(found["gate_passed"])) == 2
    cents = (found[["settlement", "split_group", "split_hospital"]] * 100).round()
    assert (cents["split_group"] + cents["split_hospital"] == cents["settlement"]).all()


def test_scalars_and_structured_facts_hold_in_every_case(tmp_path: Path) -> None:
    file = tmp_path / "practice.yaml"
    file.write_text("payers: all\nterms: {fee: {prices: {consult: 9.59}}, ceiling: {amount: 1000}}\n")
    practice = wb.contracts.load(file)
    assert practice.settle_many(units={"consult": 100}).total.tolist() == [959.0]
    assert practice.settle_many(fee_income=[900, 1000, 1100.5]).total.tolist() == [900.0, 1000.0, 1000.0]
    assert practice.settle_many(fee_income=pd.Series([900, 950])).total.tolist() == [900.0, 950.0]
    assert practice.settle_many(fee_income=np.array([])).empty
    facts = tmp_path / "facts.yaml"
    facts.write_text("fee_income: 500\n")
    assert practice.settle_many(facts).total.tolist() == [500.0]
    assert practice.settle_many(facts, fee_income=[600]).total.tolist() == [600.0]


def test_worked_example_of_a_ceiling(root: Path) -> None:
    # 4,200 products at 2,850 under a ceiling of 11.4 million, then with 70 % paid above it.
    file = root / "scenarios" / "contracts" / "nl" / "hospital_ceiling.yaml"
    facts = {"bundle_income": 4_200 * 2_850, "fee_income": [0, 0], "patient_paid": 0}
    for share, paid in ((0, Decimal("11400000.00")), (0.7, Decimal("11799000.00"))):
        changed = wb.contracts.load(file, **{"terms.ceiling": {"amount": 11_400_000, "share_above": share}})
        assert changed.settle_many(**facts).total.tolist() == [float(paid)] * 2


def test_every_fault_is_told_with_its_rows(contract: wb.contracts.Contract) -> None:
    with pytest.raises(ValueError, match="cannot be settled") as caught:
        contract.settle_many(
            counted=[1.0, np.inf, 2.0], quality_score=[0.5, 0.5, 1.5], quality_standard="met", person_time=-1
        )
    told = str(caught.value)
    assert "counted: amount must be finite" in told
    assert "(row 1; got inf)" in told
    assert "person_time: must be zero or more person-years, 1e12 at most (rows 0, 1, 2; got -1)" in told
    assert "(row 2; got 1.5)" in told
    assert "benchmark_per_person_year: " in told


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"counted": [[1.0]]}, r"counted: must be a number or have the shape \(cases,\), got \(1, 1\)"),
        ({"counted": [1.0, 2.0], "assigned": [1.0, 2.0, 3.0]}, "assigned: must have 1 or 2 values"),
        ({"counted": [1.0, "x"]}, r"counted: must be a number \(row 1; got 'x'\)"),
        ({"quality_standard": ["met", "bad"]}, r"met, alternative, failed \(row 1; got 'bad'\)"),
        ({"counted": [1.0], "counted.total": [1.0]}, "counted.total: is given twice"),
        ({"counted": None}, r"counted: must be a number \(row 0; got None\)"),
    ],
)
def test_columns_that_do_not_fit_are_refused(
    contract: wb.contracts.Contract, given: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        contract.settle_many(**given)


def test_an_unknown_fact_gets_a_hint(contract: wb.contracts.Contract) -> None:
    with pytest.raises(wb.ScenarioError, match="did you mean quality_score"):
        contract.settle_many(quality_scor=[0.5])


def test_the_names_of_columns_are_those_of_facts() -> None:
    names = _core.fact_columns()
    assert {"counted", "person_time", "quality_score", "quality_standard"} <= set(names)
    assert len(set(names)) == len(names)
