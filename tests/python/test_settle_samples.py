from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import waterbed as wb

EURO = 1_000_000
CONTRACT = """\
payers: all
terms:
  reference: {steps: [{given: {}}]}
  truncate: {person: 50000}
  gate: {up: 0.01, down: 0.01}
  layers: {up: [{share: 0.5}], down: [{share: 0.5}]}
  split: {group: 3, hospital: 1}
"""
FACTS = {"person_time": 50, "benchmark_per_person_year": 9000}


@pytest.fixture
def contract(tmp_path: Path) -> wb.contracts.Contract:
    file = tmp_path / "shared_savings.yaml"
    file.write_text(CONTRACT)
    return wb.contracts.load(file)


@pytest.fixture
def spending() -> npt.NDArray[np.int64]:
    drawn = np.random.default_rng(8).gamma(0.3, 30_000, size=(40, 50))
    return np.round(drawn * 100).astype(np.int64) * (EURO // 100)


def test_each_sample_pays_the_same_cents_as_settle(
    contract: wb.contracts.Contract, spending: npt.NDArray[np.int64]
) -> None:
    found = contract.settle_samples(spending, **FACTS).table
    for row in range(len(spending)):
        persons = (spending[row] / EURO).tolist()
        one = contract.settle(counted={"persons": persons}, **FACTS)
        for name, amount in {"settlement": one.settlement, "counted": one.counted, "total": one.total}.items():
            assert round(found[name].iloc[row] * 100) == amount * 100
        for party, amount in one.split.items():
            assert round(found[f"split_{party}"].iloc[row] * 100) == amount * 100
    assert (found["settlement"] > 0).any()
    assert (found["settlement"] < 0).any()


def test_who_pays_whom_adds_up(contract: wb.contracts.Contract, spending: npt.NDArray[np.int64]) -> None:
    found = contract.settle_samples(spending, bearers=True, **FACTS)
    assert found.payer is not None
    assert found.holder is not None
    assert found.reinsurer is not None
    np.testing.assert_array_equal(found.payer + found.holder + found.reinsurer, spending)
    np.testing.assert_array_equal(found.holder.sum(axis=1), -np.round(found.table["settlement"] * EURO))
    assert not found.reinsurer.any()
    counted = np.minimum(spending, 50_000 * EURO)
    exact = -found.table["settlement"].to_numpy()[:, None] * EURO * counted / counted.sum(axis=1, keepdims=True)
    # Cut to whole micro-units along the persons: within 2 of the exact part, and floating point adds its last digit.
    assert np.abs(found.holder - exact).max() < 2.01
    assert contract.settle_samples(spending, **FACTS).payer is None


def test_the_array_is_read_in_place(contract: wb.contracts.Contract) -> None:
    spending = np.full((20, 50_000), 8000 * EURO, dtype=np.int64)
    tracemalloc.start()
    contract.settle_samples(spending, **FACTS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < spending.nbytes / 4


@pytest.mark.parametrize(
    ("array", "got"),
    [
        (np.zeros((2, 3)), "float64"),
        (np.zeros(3, dtype=np.int64), "shape"),
        (np.zeros((2, 0), dtype=np.int64), "shape"),
        (np.zeros((3, 2), dtype=np.int64).T, "another order"),
        ([[1, 2]], "list"),
    ],
)
def test_another_array_is_refused(contract: wb.contracts.Contract, array: npt.NDArray[np.int64], got: str) -> None:
    with pytest.raises(ValueError, match=rf"int64 array of shape \(samples, persons\) in C order, got {got}"):
        contract.settle_samples(array, **FACTS)


def test_a_contract_that_shares_nothing_is_refused(root: Path, spending: npt.NDArray[np.int64]) -> None:
    ceiling = wb.contracts.load(root / "scenarios" / "contracts" / "nl" / "hospital_ceiling.yaml")
    with pytest.raises(ValueError, match="must share counted spending"):
        ceiling.settle_samples(spending)


def test_missing_facts_are_named(contract: wb.contracts.Contract, spending: npt.NDArray[np.int64]) -> None:
    with pytest.raises(ValueError, match=r"(?s)person_time.*benchmark_per_person_year"):
        contract.settle_samples(spending)
