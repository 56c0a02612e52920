"""The shipped tables are those that tools/make_region_data.py makes, and mean what docs/region.md says."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

import make_region_data

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


def test_people_of_the_hague_add_up_to_the_published_total():
    persons = {}
    for r in rows(DATA / "the_hague" / "population.csv"):
        persons[r["municipality"]] = persons.get(r["municipality"], 0) + int(r["persons"])
    assert abs(sum(persons.values()) - 514861) <= 60  # 120 cells, each rounded by at most a half
    assert abs(persons["schilderswijk_laak"] - 60000) <= 20
    assert abs(persons["moerwijk"] - 20000) <= 20


# Known to GPs per 1000 of the sex, with the year in docs/conditions.md; over the Dutch population of 2015.
GP_RECORDS = {
    "copd": {"women": 31.2, "men": 31.0},
    "asthma": {"women": 38.8, "men": 29.0},
    "heart_failure": {"women": 14.2, "men": 13.3},
    "coronary_disease": {"women": 33.5, "men": 55.7},
    "rheumatoid_arthritis": {"women": 18.6, "men": 11.2},
}


@pytest.mark.parametrize("condition", GP_RECORDS)
def test_prevalence_has_the_level_of_gp_records(condition):
    people = make_region_data.netherlands()
    for sex, published in GP_RECORDS[condition].items():
        table = [r for r in rows(DATA / "nl" / "conditions.csv") if (r["condition"], r["sex"]) == (condition, sex)]
        share = sum(float(r["value"]) * persons for r, persons in zip(table, people[sex], strict=True))
        assert 1000 * share / sum(people[sex]) == pytest.approx(published, rel=1e-4)


def test_depression_and_cancer_have_the_published_numbers():
    people = make_region_data.netherlands()
    cases = {"depression": 0.0, "cancer": 0.0}
    for condition in cases:
        for sex in ("women", "men"):
            table = [r for r in rows(DATA / "nl" / "conditions.csv") if (r["condition"], r["sex"]) == (condition, sex)]
            shares = zip(table, people[sex], strict=True)
            cases[condition] += sum(float(r["value"]) * persons for r, persons in shares)
    everybody = sum(sum(persons) for persons in people.values())
    # 526,600 of 17.4 million known with depression, 2019-2021; about 900,000 of 17.8 million after cancer, 2023.
    assert cases["depression"] / everybody == pytest.approx(526600 / 17.4e6, rel=0.01)
    assert cases["cancer"] / everybody == pytest.approx(900000 / 17.8e6, rel=0.02)


def test_the_page_of_conditions_is_current():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "conditions_page"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_leuven_has_102000_people_in_neighbourhoods_of_5000_to_10000():
    sizes = {}
    for r in rows(DATA / "leuven" / "population.csv"):
        sizes[r["municipality"]] = sizes.get(r["municipality"], 0) + int(r["persons"])
    assert sum(sizes.values()) == 102000
    assert all(5000 <= size <= 10000 for size in sizes.values())


@pytest.mark.parametrize(("sex", "expectancy"), [("women", 83.1), ("men", 80.1)])
def test_mortality_gives_the_published_life_expectancy(sex, expectancy):
    alive, lived = 1.0, 0.0
    for r in rows(DATA / "nl" / "mortality.csv"):
        if r["sex"] != sex:
            continue
        for _ in range(12 * (int(r["age_high"]) - int(r["age_low"]) + 1)):
            died = alive * float(r["value"]) / 12
            lived += (alive - died / 2) / 12
            alive -= died
    assert lived == pytest.approx(expectancy, abs=0.1)
