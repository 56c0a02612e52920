"""What the page on the calculator shows is what the commands print and draw."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import waterbed as wb

CONTRACT = "scenarios/contracts/nl/gp_shared_savings.yaml"
FACTS = "examples/shared_savings_facts.yaml"


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "calculator.md").read_text(encoding="utf-8")


def run(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "waterbed", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_steps_shown_are_those_printed(page: str, root: Path) -> None:
    assert f"    waterbed settle {CONTRACT} {FACTS}\n" in page
    shown = re.search(r"<!-- settle -->\n```text\n(.*?)```", page, re.DOTALL)
    assert shown
    printed = run(root, "settle", CONTRACT, FACTS)
    assert shown[1] == re.sub(r" +\n", "\n", printed)


def test_the_figure_is_the_one_drawn(page: str, root: Path, tmp_path: Path) -> None:
    assert f"    waterbed payoff {CONTRACT} --facts {FACTS} --out docs/images/payoff.svg\n" in page
    run(root, "payoff", CONTRACT, "--facts", FACTS, "--out", str(tmp_path / "payoff.svg"))
    drawn = (tmp_path / "payoff.svg").read_bytes()
    assert drawn == (root / "docs" / "images" / "payoff.svg").read_bytes()


def test_the_python_shown_runs(page: str, root: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 3
    code = "\n".join(blocks)
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_contract_shown_extends_a_shipped_one(page: str, root: Path, tmp_path: Path) -> None:
    shown = re.search(r"```yaml\n(extends: .*?)```", page, re.DOTALL)
    assert shown
    (tmp_path / "strict.yaml").write_text(shown[1])
    shutil.copy(root / "scenarios" / "contracts" / "nl" / "hospital_ceiling.yaml", tmp_path)
    facts = {"expected_turnover": 11_400_000, "fee_income": 8e6, "bundle_income": 3_970_000, "patient_paid": 0}
    # 11,970,000 is brought in; at a ceiling of all that was expected nothing above it is paid.
    assert wb.contracts.load(tmp_path / "strict.yaml").settle(**facts).total == 11_400_000


def test_links_lead_somewhere(page: str, root: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", page):
        assert (root / "docs" / link).exists(), link
