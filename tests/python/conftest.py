from __future__ import annotations

from pathlib import Path

import pytest

import waterbed as wb
from made import made_results

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def made() -> wb.Results:
    """Results made by hand, see made.py; no test may change them."""
    return made_results()


@pytest.fixture(scope="session")
def two_clinics() -> wb.Scenario:
    return wb.load(ROOT / "scenarios" / "two_clinics.yaml")


@pytest.fixture(scope="session")
def settled(two_clinics: wb.Scenario) -> wb.Results:
    """Enough replications of the small region for a chance of loss."""
    return two_clinics.run(replications=40, seed=1, threads=2, progress=False)


@pytest.fixture(scope="session")
def short_run(two_clinics: wb.Scenario) -> wb.Results:
    """Three replications of the small region: enough for shapes, digests and files."""
    return two_clinics.run(replications=3, seed=1, threads=2, progress=False)
