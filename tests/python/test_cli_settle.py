from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

import waterbed as wb
from commands import waterbed
from waterbed.cli._settlement import show_settlement


def settle(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return waterbed("settle", *arguments, cwd=cwd)


@pytest.fixture
def ceiling(root: Path) -> tuple[Path, Path]:
    return root / "scenarios" / "contracts" / "nl" / "hospital_ceiling.yaml", root / "examples" / "hospital_facts.yaml"


@pytest.fixture
def american(tmp_path: Path) -> tuple[Path, Path]:
    """Example 1 of the worked settlements: a saving of 4,000,000 at level E, half shared, 2 % sequestration."""
    contract = tmp_path / "level_e.yaml"
    contract.write_text(
        "payers: all\ncurrency: USD\nsource: 42 CFR 425.605\nquality: A\nterms:\n"
        "  reference: {steps: [{given: {}}]}\n  gate: {up: 0.02, down: 0.02}\n"
        "  layers: {up: [{share: 0.5}], down: [{share: 0.3}]}\n"
        "  adjust: {sequestration: 0.02, pay_month: 22}\n  split: {doctors: 3, hospital: 1}\n"
    )
    facts = tmp_path / "facts.yaml"
    facts.write_text("person_time: 8000\nbenchmark_per_person_year: 10800\ncounted: {total: 82400000}\n")
    return contract, facts


def test_every_step_and_payment_is_printed(ceiling: tuple[Path, Path], tmp_path: Path) -> None:
    done = settle(*ceiling, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["ceiling", "during", "the", "year", "-342,000.00"] in lines
    assert ["total", "from", "payer", "to", "holder", "11,508,000.00"] in lines
    assert "Rules: NZa monitor 2019" in done.stdout
    assert "(quality B)" in done.stdout
    assert "\x1b" not in done.stdout
    assert sum("EUR" in line for line in done.stdout.splitlines()) == 2


def test_amounts_carry_the_contracts_currency_and_dates(american: tuple[Path, Path], tmp_path: Path) -> None:
    done = settle(*american, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "USD" in done.stdout
    assert "EUR" not in done.stdout
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "settlement month 22, 10 after the year's end 1,960,000.00" in lines
    assert "of what is divided, to doctors 1,470,000.00" in lines
    assert "of what is divided, to hospital 490,000.00" in lines


def test_steps_fit_a_terminal_of_eighty_columns(american: tuple[Path, Path]) -> None:
    contract = wb.contracts.load(american[0])
    stream = io.StringIO()
    show_settlement(contract, contract.settle(american[1]), Console(file=stream, width=80))
    shown = stream.getvalue().splitlines()
    assert max(map(len, shown)) <= 80
    assert any(line.startswith("gate") and line.endswith("4,000,000.00") for line in shown)
    assert any(line.startswith("layers") and line.endswith("2,000,000.00") for line in shown)


def test_csv_holds_the_steps(american: tuple[Path, Path], tmp_path: Path) -> None:
    done = settle(*american, "--csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["step", "input", "rule", "output", "currency"]
    found = {row["step"]: row["output"] for row in rows if row["step"] in ("layers", "adjust")}
    assert found == {"layers": "2000000.00", "adjust": "1960000.00"}
    assert {row["currency"] for row in rows} == {"USD"}


def test_json_holds_everything(american: tuple[Path, Path], tmp_path: Path) -> None:
    done = settle(*american, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["contract"], found["currency"], found["source"]) == ("level_e", "USD", "42 CFR 425.605")
    assert (found["benchmark"], found["counted"], found["gain"]) == (86_400_000, 82_400_000, 4_000_000)
    assert (found["before_adjustment"], found["settlement"], found["total"]) == (2_000_000, 1_960_000, 1_960_000)
    assert found["gate_passed"] is True
    assert found["by_term"] == {"settlement": 1_960_000}
    assert found["split"] == {"doctors": 1_470_000, "hospital": 490_000}
    assert found["cash"] == [{"month": 22, "term": "settlement", "amount": 1_960_000}]
    assert {line["step"] for line in found["lines"]} >= {"reference", "gate", "layers", "adjust", "split"}


def test_csv_and_json_at_once_is_bad_input(american: tuple[Path, Path], tmp_path: Path) -> None:
    done = settle(*american, "--csv", "--json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "choose one" in done.stderr


def test_missing_facts_end_with_two(american: tuple[Path, Path], tmp_path: Path) -> None:
    american[1].write_text("person_time: 8000\n")
    done = settle(*american, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "benchmark_per_person_year" in done.stderr
    assert "counted" in done.stderr
