"""Every contract under scenarios/contracts: codes and sources, worked examples to the cent, pages that are current."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

import waterbed as wb
from programmes.codes import DA_VINCI, HCP_LAN
from programmes.figure import svg_text
from programmes.files import Example, all_names, examples_of, letter_of, programme
from programmes.page import index, page
from programmes.sums import to_cents, work_out

ROOT = Path(__file__).resolve().parent.parent.parent


NAMES = all_names()
EXAMPLES = [(name, example) for name in NAMES for example in examples_of(name)]
#: What a step of the sums by hand is called in a settlement; other steps that are terms have the term's name.
SETTLED = {
    "B": "benchmark",
    "S": "counted",
    "G": "gain",
    "W": "before_adjustment",
    "paid": "settlement",
    "total": "total",
}
TERMS = ["fee", "patient_share", "capitation", "bundle", "lump", "ceiling", "quality", "gain"]


def settled_amount(settlement: wb.contracts.Settlement, step: str) -> Decimal | None:
    """The amount of a settlement that a step of the sums by hand stands for."""
    if step in SETTLED:
        amount: Decimal = getattr(settlement, SETTLED[step])
        return amount
    if step in TERMS:
        return settlement.by_term.get(step, Decimal(0))
    return settlement.split[step.removeprefix("to_")] if step.startswith("to_") else None


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example.name for _, example in EXAMPLES])
def test_a_worked_example_settles_to_the_cent(name: str, example: Example) -> None:
    settlement = wb.contracts.load(ROOT / "scenarios" / "contracts" / f"{name}.yaml").settle(example.facts)
    checked = set()
    for step, value in example.values.items():
        amount = settled_amount(settlement, step)
        if amount is not None:
            checked.add(step)
            assert amount == Decimal(to_cents(value)).scaleb(-2), f"{step} = {example.steps[step]}"
    for step, written in example.expected.items():
        assert to_cents(example.values[step]) == int(Decimal(written).scaleb(2)), step
    assert set(example.expected) <= checked
    assert {"paid", "total"} & set(example.expected)


@pytest.mark.parametrize("name", NAMES)
def test_a_gate_is_passed_where_the_sums_by_hand_share(name: str) -> None:
    contract = wb.contracts.load(ROOT / "scenarios" / "contracts" / f"{name}.yaml")
    for example in examples_of(name):
        if "gate" in example.steps:
            passed = abs(example.values["G"]) >= example.values["gate"]
            assert contract.settle(example.facts).gate_passed == passed


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_says_what_it_is_and_where_from(name: str) -> None:
    one = programme(name)
    assert len(one.opening) > 30
    assert one.head["source"]
    assert one.head["quality"] in ("A", "B", "C")
    assert one.head.get("da_vinci_code", "") in ("", *DA_VINCI)
    assert one.head["hcp_lan_category"] in HCP_LAN
    assert one.head.get("currency", "EUR") == {"us": "USD", "uk": "GBP"}.get(name.split("/")[0], "EUR")
    assert one.notes["title"]
    assert one.notes["pays"]
    assert one.notes["formula"]
    assert one.parameters
    assert one.examples, "facts under examples/facts and sums under examples/worked"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_current(name: str) -> None:
    shown = (ROOT / "docs" / "contracts" / f"{name}.md").read_text(encoding="utf-8")
    assert shown == page(programme(name)), "run tools/programme_pages"


@pytest.mark.parametrize("name", ["us/mssp_enhanced_2024", "nl/hospital_volume_tiers_2019", "uk/qof_2021"])
def test_a_figure_is_current(name: str) -> None:
    shown = (ROOT / "docs" / "contracts" / f"{name}.svg").read_text(encoding="utf-8")
    assert shown == svg_text(programme(name)), "run tools/programme_pages"


def test_the_index_is_current() -> None:
    shown = (ROOT / "docs" / "contracts" / "README.md").read_text(encoding="utf-8")
    assert shown == index([programme(name) for name in NAMES]), "run tools/programme_pages"


def test_nothing_lies_about_that_belongs_to_no_contract() -> None:
    pages = {f"{path.parent.name}/{path.stem}" for path in (ROOT / "docs" / "contracts").glob("*/*.md")}
    assert pages == set(NAMES)
    figures = {f"{path.parent.name}/{path.stem}" for path in (ROOT / "docs" / "contracts").glob("*/*.svg")}
    assert figures == set(NAMES)
    facts = {f"{path.parent.name}/{path.stem}" for path in (ROOT / "examples" / "facts").glob("*/*.yaml")}
    assert facts == {example.name for _, example in EXAMPLES}
    assert set(yaml.safe_load((ROOT / "docs" / "contracts" / "notes.yaml").read_text(encoding="utf-8"))) == set(NAMES)


def test_figures_are_small() -> None:
    sizes = [path.stat().st_size for path in (ROOT / "docs" / "contracts").glob("*/*.svg")]
    assert max(sizes) < 40_000
    assert sum(sizes) < 3_000_000


def test_sums_by_hand_are_exact_arithmetic_and_nothing_else() -> None:
    values = work_out({"a": "1.05 + 2 * 1.045", "b": "-(a / 3)", "c": "clip(b, -1, 0)", "d": "min(a, max(2, 3))"})
    assert values == {"a": Fraction(314, 100), "b": Fraction(-314, 300), "c": Fraction(-1), "d": Fraction(3)}
    assert [to_cents(Fraction(text)) for text in ("0.005", "-0.005", "0.0049", "-1.234")] == [1, -1, 0, -123]
    with pytest.raises(ValueError, match="not plain arithmetic"):
        work_out({"a": "().__class__"})


@pytest.mark.parametrize(
    ("remark", "unmarked", "letter"),
    [("", "A", "A"), ("recalled: 2015", "A", "B"), ("assumed", "B", "C"), ("recalled; the cap is assumed", "A", "C")],
)
def test_a_remark_decides_the_letter(remark: str, unmarked: str, letter: str) -> None:
    assert letter_of(remark, unmarked) == letter


def test_the_parameters_of_a_page_are_those_of_the_file() -> None:
    values = {p.path: (p.value, p.letter, p.remark) for p in programme("us/mssp_basic_c_2024").parameters}
    assert values["limit.down"] == ("{of_revenue: 0.02, of_reference: 0.01}", "A", "")
    assert values["gate.up"] == ("0.02", "C", "assumed: an ACO elects 0, 0.5, 1, 1.5, 2 % or the size table")
    assert values["adjust.owe_month"] == ("25", "B", "recalled: 90 days after the notice")
