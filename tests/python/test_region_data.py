"""The shipped tables are those that tools/make_region_data.py makes, and mean what docs/region.md says."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios" / "data"


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_tables_are_current():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "make_region_data.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("municipality", "published"), [("leiden", 121562), ("leiderdorp", 26853), ("alphen", 107396)])
def test_people_add_up_to_the_published_total(municipality, published):
    persons = sum(
        int(r["persons"]) for r in rows(DATA / "leiden_region" / "population.csv") if r["municipality"] == municipality
    )
    assert abs(persons - published) <= 20  # forty cells, each rounded by at most a half


def test_leuven_has_102000_people_in_neighbourhoods_of_5000_to_10000():
    sizes = {}
    for r in rows(DATA / "leuven" / "population.csv"):
        sizes[r["municipality"]] = sizes.get(r["municipality"], 0) + int(r["persons"])
    assert sum(sizes.values()) == 102000
    assert all(5000 <= size <= 10000 for size in sizes.values())


@pytest.mark.parametrize(("sex", "expectancy"), [("women", 83.1), ("men", 80.1)])
def test_mortality_gives_the_published_life_expectancy(sex, expectancy):
    alive, lived = 1.0, 0.0
    for r in rows(DATA / "leiden_region" / "mortality.csv"):
        if r["sex"] != sex:
            continue
        for _ in range(12 * (int(r["age_high"]) - int(r["age_low"]) + 1)):
            died = alive * float(r["value"]) / 12
            lived += (alive - died / 2) / 12
            alive -= died
    assert lived == pytest.approx(expectancy, abs=0.1)
