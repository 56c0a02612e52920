"""The command prints of every invalid contract and of all invalid facts what is expected, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from waterbed.cli._app import app

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path("scenarios/invalid/contracts")
EXPECTED = sorted(path.relative_to(ROOT) for path in (ROOT / FOLDER).rglob("*.expected.txt"))


def test_every_file_has_an_expected_text() -> None:
    files = {path.relative_to(ROOT) for path in (ROOT / FOLDER).rglob("*.yaml")}
    # Contracts that the facts beside them do not settle, and what others start from, are not told of by themselves.
    files = {path for path in files if path.name != "contract.yaml" and path.parent.name != "parents"}
    assert files == {path.with_suffix("").with_suffix(".yaml") for path in EXPECTED}


@pytest.mark.parametrize("expected", EXPECTED, ids=[str(path.relative_to(FOLDER)) for path in EXPECTED])
def test_the_command_prints_every_fault(expected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    file = expected.with_suffix("").with_suffix(".yaml")
    beside = file.parent / "contract.yaml"
    pair = [beside, file] if beside.exists() else [file, Path("examples/hospital_facts.yaml")]
    done = CliRunner().invoke(app, ["settle", *map(str, pair)])
    assert done.stderr == expected.read_text(encoding="utf-8")
    assert done.stdout == ""
    assert done.exit_code == 2
