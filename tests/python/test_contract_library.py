"""Contracts by short names, from a dictionary, written out, and with what they extend."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import waterbed as wb
from commands import waterbed
from waterbed import _library

FACTS = {"expected_turnover": 11_400_000, "fee_income": 8_000_000, "bundle_income": 3_970_000, "patient_paid": 120_000}

BASE = """holders: [group]
terms:
  reference: {steps: [given: {}]}
  gate: {up: 0.02, down: 0.01}
  layers: {up: [{share: 0.5}]}
"""
YEAR = {"person_time": 1000, "benchmark_per_person_year": 1000, "counted": {"total": 900_000}}


def test_the_library_holds_every_contract_of_the_source_tree(root: Path) -> None:
    folder = root / "scenarios" / "contracts"
    assert wb.contracts.names() == sorted(f"{p.parent.name}/{p.stem}" for p in folder.glob("*/*.yaml"))
    assert _library.folder() != folder  # what is installed carries its own


@pytest.mark.parametrize("name", wb.contracts.names())
def test_every_name_loads_and_comes_back_from_its_own_text(name: str, tmp_path: Path) -> None:
    contract = wb.contracts.load(name)
    assert contract.name == name.split("/")[1]
    written = contract.to_yaml()
    file = tmp_path / f"{contract.name}.yaml"
    file.write_text(written)
    assert wb.contracts.load(file).to_yaml() == written


def test_a_package_that_runs_from_the_source_tree_finds_the_library_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_library, "__file__", str(root / "python" / "waterbed" / "_library.py"))
    assert _library.folder() == root / "scenarios" / "contracts"
    assert "nl/hospital_ceiling" in _library.names()


def test_a_short_name_is_the_shipped_file(root: Path) -> None:
    file = root / "scenarios" / "contracts" / "nl" / "hospital_ceiling.yaml"
    assert wb.contracts.load("nl/hospital_ceiling").to_yaml() == wb.contracts.load(file).to_yaml()
    changed = wb.contracts.load("nl/hospital_ceiling", **{"terms.ceiling": {"amount": 11_400_000, "share_above": 0}})
    assert changed.settle(**FACTS).by_term["ceiling"] == Decimal("-570000.00")


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(
        ValueError, match=r"^nl/hospital_cieling: must be a contract file or a name of the library \(did"
    ):
        wb.contracts.load("nl/hospital_cieling")
    with pytest.raises(ValueError, match=r"^zzz: must be a contract file or a name of the library$"):
        wb.contracts.load("zzz")


def test_the_command_takes_short_names(root: Path, tmp_path: Path) -> None:
    facts = root / "examples" / "hospital_facts.yaml"
    done = waterbed("settle", "nl/hospital_ceiling", facts, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["total"] == 11_508_000
    done = waterbed("settle", "nl/hospital_cieling", facts, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "nl/hospital_cieling: must be a contract file or a name of the library (did you mean nl/hospital_ceiling?)"
    ]


def test_payoffs_are_drawn_of_short_names_too(root: Path, tmp_path: Path) -> None:
    facts = root / "examples" / "shared_savings_facts.yaml"
    file = root / "scenarios" / "contracts" / "nl" / "gp_shared_savings.yaml"
    for contract, name in (("nl/gp_shared_savings", "short.svg"), (file, "file.svg")):
        done = waterbed("payoff", contract, "--facts", facts, "--out", name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "short.svg").read_bytes() == (tmp_path / "file.svg").read_bytes()


@pytest.mark.parametrize(
    ("kind", "key"), [("scenario", "population"), ("contract", "terms"), ("facts", "quality_score")]
)
def test_the_schema_of_each_kind_of_file(kind: str, key: str, tmp_path: Path) -> None:
    done = waterbed("schema", "--of", kind, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["title"] == f"Waterbed {kind}"
    assert key in shown["properties"]
    assert waterbed("schema", "--of", "recipe", cwd=tmp_path).returncode == 2


def test_a_contract_from_a_dictionary_is_the_one_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "made.yaml"
    file.write_text(BASE)
    made = wb.contracts.from_dict(yaml.safe_load(BASE), name="made")
    assert made.name == "made"
    assert made.to_yaml() == wb.contracts.load(file).to_yaml()
    assert made.settle(**YEAR).total == Decimal("50000.00")  # half of 1,000,000 - 900,000


def test_a_dictionary_is_told_its_faults_at_their_places() -> None:
    with pytest.raises(wb.ScenarioError) as caught:
        wb.contracts.from_dict({"currency": "EUR", "terms": {"lump": {"amount": -1}, "gates": {}}})
    assert [str(problem) for problem in caught.value.problems] == [
        "<contract>:3:22: terms.lump.amount: must be at least 0 (EUR per period), got -1",
        "<contract>:4:3: terms.gates: is not a known key (did you mean gate?)",
    ]
    with pytest.raises(wb.ScenarioError, match="terms: must be given"):
        wb.contracts.from_dict({})


def test_what_is_inherited_can_be_changed_at_loading(tmp_path: Path) -> None:
    (tmp_path / "parents").mkdir()
    (tmp_path / "parents" / "base.yaml").write_text(BASE)
    child = tmp_path / "child.yaml"
    child.write_text("extends: parents/base.yaml\nterms:\n  layers: {up: [{share: 0.4}]}\n")
    assert wb.contracts.load(child).settle(**YEAR).total == Decimal("40000.00")
    # 100,000 is a saving of 10 %: under a gate of 11 %, over one of 10 %, of which the other direction stays.
    closed = wb.contracts.load(child, **{"terms.gate.up": 0.11})
    assert closed.settle(**YEAR).total == 0
    assert "down: 0.01" in closed.to_yaml()
    assert wb.contracts.load(child, **{"terms.gate.up": 0.1}).settle(**YEAR).total == Decimal("40000.00")


def test_a_contract_that_extends_can_come_from_a_dictionary(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    made = wb.contracts.from_dict({"extends": "base.yaml", "terms": {"gate": None}}, folder=tmp_path)
    assert made.terms == ["reference", "layers"]
    with pytest.raises(
        wb.ScenarioError, match=r"<contract>:1:12: extends: must name a file that exists, got none\.yaml"
    ):
        wb.contracts.from_dict({"extends": "none.yaml"}, folder=tmp_path)


def test_faults_of_an_extended_contract_stand_in_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE.replace("share: 0.5", "share: 1.5"))
    (tmp_path / "child.yaml").write_text("extends: base.yaml\nterms:\n  adjust: {sequestration: 3}\n")
    (tmp_path / "facts.yaml").write_text("person_time: 1\n")
    done = waterbed("settle", "child.yaml", "facts.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "base.yaml:5:25: terms.layers.up[0].share: must be in [0, 1], got 1.5",
        "child.yaml:3:27: terms.adjust.sequestration: must be in [0, 1], got 3",
    ]


def test_faults_of_facts_are_all_told_at_their_places(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE + "  limit: {up: {of_revenue: 0.1}}\n")
    (tmp_path / "facts.yaml").write_text("currency: USD\nperson_time: -3\ncounted:\n  reinsured: 5\n")
    done = waterbed("settle", "base.yaml", "facts.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "facts.yaml:1:1: benchmark_per_person_year: is missing: the reference is given (terms.reference of base)",
        "facts.yaml:1:1: own_revenue: is missing: the limit is a share of it (terms.limit of base)",
        "facts.yaml:1:11: currency: must be the contract's currency, EUR (base), got USD",
        "facts.yaml:2:14: person_time: must be at least 0, got -3",
        "facts.yaml:4:14: counted.reinsured: must not be given: the contract does not reinsure (terms.layers of base)",
    ]
