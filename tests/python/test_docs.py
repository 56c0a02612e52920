from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import waterbed as wb

EXAMPLE = re.compile(r"<!-- (examples/[\w.]+) -->\n```(?:python|cpp)\n(.*?)```", re.DOTALL)


def test_readme_shows_the_examples_as_they_are(root: Path) -> None:
    shown = dict(EXAMPLE.findall((root / "README.md").read_text()))
    assert set(shown) == {"examples/compare_arms.py", "examples/compare_arms.cpp"}
    for file, text in shown.items():
        assert text == (root / file).read_text()


def test_readme_example_in_python_runs(root: Path, tmp_path: Path) -> None:
    text = dict(EXAMPLE.findall((root / "README.md").read_text()))["examples/compare_arms.py"]
    assert len([line for line in text.splitlines() if line.strip()]) <= 10
    (tmp_path / "scenarios").symlink_to(root / "scenarios")
    (tmp_path / "out").mkdir()
    done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").exists()
    assert (tmp_path / "out" / "waterbed.png").stat().st_size > 10_000


def test_readme_links_lead_somewhere(root: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (root / "README.md").read_text())
    assert links
    for link in links:
        assert (root / link).exists(), link


@pytest.mark.parametrize("name", wb.__all__)
def test_everything_public_says_what_it_means(name: str) -> None:
    thing = getattr(wb, name)
    if name in ("__version__", "Problem", "Stopped", "ScenarioError", "contracts"):
        return
    assert thing.__doc__, name
    for member, value in vars(thing).items() if isinstance(thing, type) else []:
        if not member.startswith("_") and (callable(value) or isinstance(value, property)):
            assert value.__doc__, f"{name}.{member}"
