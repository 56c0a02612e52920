"""Every shipped contract under facts that are zero, tiny, vast or credits: settled whole, or refused by name."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import waterbed as wb
from programmes.files import all_names, examples_of

ROOT = Path(__file__).resolve().parent.parent.parent
EXTREMES = [0, -1, 1e-6, 9e12, -9e12, math.nan]
EXAMPLES = [(name, example.facts) for name in all_names() for example in examples_of(name)]


def numbers(facts: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where in the facts a number stands."""
    if isinstance(facts, dict | list):
        for key, value in facts.items() if isinstance(facts, dict) else enumerate(facts):
            yield from numbers(value, (*place, key))
    elif isinstance(facts, int | float) and not isinstance(facts, bool):
        yield place


def with_number(facts: dict[str, Any], place: tuple[str | int, ...], number: float) -> dict[str, Any]:
    changed = copy.deepcopy(facts)
    inner: Any = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = number
    return changed


def settled_or_refused(contract: wb.contracts.Contract, facts: dict[str, Any]) -> wb.contracts.Settlement | str:
    try:
        return contract.settle(**facts)
    except (wb.ScenarioError, ValueError) as error:
        return str(error)


@pytest.mark.parametrize(("name", "file"), EXAMPLES, ids=[Path(file).stem for _, file in EXAMPLES])
def test_extreme_facts_settle_whole_or_are_refused_by_name(name: str, file: Path) -> None:
    contract = wb.contracts.load(ROOT / "scenarios" / "contracts" / f"{name}.yaml")
    facts = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    outcomes = {
        (place, number): settled_or_refused(contract, with_number(facts, place, number))
        for place in numbers(facts)
        for number in EXTREMES
    }
    settled = 0
    for (place, number), outcome in outcomes.items():
        if isinstance(outcome, str):
            # Where each fact fits, a result need not.
            assert str(place[0]) in outcome or "amounts: must stay within" in outcome, (place, number)
            continue
        settled += 1
        assert outcome.total.is_finite()
        assert outcome.total == sum(outcome.by_term.values(), Decimal(0)) == outcome.cash["amount"].sum()
    assert settled > 0
