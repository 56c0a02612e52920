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
    done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").exists()
    assert (tmp_path / "out" / "waterbed.png").stat().st_size > 10_000


def test_readme_example_in_cpp_is_short(root: Path) -> None:
    text = dict(EXAMPLE.findall((root / "README.md").read_text()))["examples/compare_arms.cpp"]
    lines = [line for line in text.splitlines() if line.strip() not in ("", "}")]
    assert len(lines) <= 10  # blank lines and the last brace aside


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


def test_the_ceiling_example_runs_every_position_and_share(root: Path, tmp_path: Path) -> None:
    page = tmp_path / "waterbed.md"
    command = [sys.executable, str(root / "tools" / "waterbed_page"), "--replications", "2", "--out", str(page)]
    command += ["--scenario", str(root / "scenarios" / "two_clinics.yaml"), "--parts-replications", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = page.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith("| ")]
    indices = {row[0]: row[1:] for row in cells if row[0].endswith((", on", ", off"))}
    positions = ["6 % above", "equal", "2 % below", "6 % below"]
    assert list(indices) == [f"{position}, {how}" for position in positions for how in ("on", "off")]
    for position in positions:
        # Volume, hours and what counts do not move when nobody answers to payment.
        assert [indices[f"{position}, off"][i] for i in (0, 1, 3)] == ["the pressed part did not change"] * 3
    shares = [row for row in cells if re.match(r"(as shipped|0\.\d\d / )", row[0])]
    assert len(shares) == 5
    assert len({row[2] for row in shares[1:]}) > 1
    headings = [line for line in lines if line.startswith("#")]
    assert headings[-4:] == [
        "## Which mechanism moves what",
        "## If the ceiling is renegotiated",
        "## The waterbed matrix",
        "## Do providers come to rest",
    ]
    parts = next(row for row in cells if row[0].startswith("Total in cash, EUR per insured"))
    means = [float(cell.partition(" ")[0].replace("−", "-")) for cell in parts[1:]]
    assert sum(means[:-1]) == pytest.approx(means[-1], abs=0.03)  # six numbers of two decimals
    assert means[0] < 0
    assert any(row[0].startswith("Hospital: ceiling −1 %") for row in cells)
    # One section anew leaves the others as they stand.
    again = subprocess.run(
        [*command, "--section", "settling"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stderr
    assert page.read_text(encoding="utf-8").splitlines() == lines


def test_the_page_on_the_ceiling_is_of_the_shipped_region(root: Path) -> None:
    text = (root / "docs" / "waterbed.md").read_text(encoding="utf-8")
    assert "on `scenarios/leiden_region.yaml`" in text
    assert len(re.findall(r"^\| .*, (?:on|off) \|", text, re.MULTILINE)) == 8
