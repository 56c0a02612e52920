"""Sections of the report on programmes of care, how waiting ends and bad years, from numbers made up by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

import waterbed as wb
from made import made_results
from made import outline as made_outline
from waterbed import _core
from waterbed._text import number
from waterbed.report._care import FATES, STEPS, bad_years, programmes, queues
from waterbed.tails import tails

ARMS = ["usual", "squeezed_ceiling"]
PEOPLE = ["asked", "joined", "not_eligible", "dropped_out", "died", "moved_away", "enrolled", "person_cycles"]


def results_of(tables: list[tuple[str, str, dict[str, list[str]], np.ndarray]]) -> wb.Results:
    """Two arms and as many replications as the values have."""
    outline = made_outline()
    core = _core.Results(
        scenario="made",
        seed=1,
        first_replication=0,
        arms=ARMS,
        baseline="usual",
        replications=len(tables[0][3]),
        tables=[
            _core.TableInfo(name, unit, "", [_core.Dimension(*dim) for dim in dims.items()])
            for name, unit, dims, _ in tables
        ],
        values=[np.ascontiguousarray(values, dtype=np.int64) for *_, values in tables],
    )
    return wb.Results(core, replace(outline, years=2, arms=outline.arms[:2]))


def rows_of(html: str) -> list[list[str]]:
    lines = re.findall(r"<tr class=\"\w*\">(.*?)</tr>", html)
    return [
        [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", x)] for x in lines
    ]


def test_programmes_reach_and_cost_what_the_tables_say() -> None:
    years, two = ["2023", "2024"], ["falls", "frail"]
    persons = np.zeros((2, 2, 2, 2, len(PEOPLE)))
    #   asked, joined, not eligible, dropped out, died, moved away, enrolled at the end, person-months
    persons[0, 1, 0, 0] = [100, 40, 1, 2, 3, 0, 34, 240]
    persons[0, 1, 1, 0] = [50, 20, 1, 2, 1, 2, 48, 480]
    persons[1, 1, 0, 0] = [110, 44, 1, 2, 3, 0, 38, 264]
    persons[1, 1, 1, 0] = [60, 26, 1, 2, 1, 2, 58, 576]
    costs = np.zeros((2, 2, 2, 2, 2))
    costs[:, 1, :, 0, 0] = 30_000e6
    costs[:, 1, :, 0, 1] = 5_000e6
    hours = np.zeros((2, 2, 2, 2))
    hours[:, 1, :, 0] = 200_000
    axes = {"year": years, "programme": two}
    found = results_of(
        [
            ("programme_persons", "persons", axes | {"item": PEOPLE}, persons),
            ("programme_costs", "micro_eur", axes | {"item": ["per_person", "fixed"]}, costs),
            ("programme_hours", "milli_hours", axes, hours),
        ]
    )
    html = programmes(found.compare())
    [row] = [line for line in rows_of(html) if len(line) > 1]  # one programme in one arm: the other one reaches nobody
    assert row[0] == "Falls"
    assert row[1].startswith("80.0 ± ")  # (75 + 85) / 2 asked a year
    assert row[2].startswith("32.5 ± ")
    assert len(row) == 1 + len(STEPS) + 4
    assert row[7].startswith("53.0 ± ")  # (48 + 58) / 2 at the end of the last year
    # The same in both replications: no error. 35,000 EUR a year on 65 person-years in two years, 70,000 / 65.
    assert row[8:] == ["35.0", number(70_000 / 65), "200"]
    assert programmes(made_results(replications=2).compare()) == ""


def test_every_end_of_waiting_stands_beside_its_change() -> None:
    items = list(FATES)
    asked = np.zeros((2, 2, 2, 1, len(items)))
    asked[:, 0] = [100, 90, 4, 2, 1, 1, 0]
    asked[:, 1] = [100, 80, 8, 6, 2, 1, 0]
    asked[0, 1, 0, 0] = [100, 82, 8, 6, 2, 1, 0]
    found = results_of(
        [("queue", "requests", {"year": ["2023", "2024"], "setting": ["hospital_a.ward"], "item": items}, asked)]
    )
    usual, squeezed = [line for line in rows_of(queues(found.compare())) if len(line) > 1]
    assert usual == ["Ward", "100", "90.0", "4.00", "2.00", "1.00", "1.00", "0.00"]
    assert squeezed[0:2] == ["Ward", "100"]  # nothing asked for otherwise: no change below it
    assert squeezed[2].startswith("80.5 −9.50 ± ")
    assert squeezed[3] == "8.00 +4.00 ± 0.00"
    assert queues(made_results(replications=2).compare()) == ""


@pytest.mark.parametrize(("replications", "known"), [(40, False), (80, True)])
def test_bad_years_are_those_of_tails_or_said_to_be_unknown(replications: int, known: bool) -> None:
    results = made_results(replications=replications)
    html = bad_years(results.compare())
    if not known:
        assert "some 73 for the value at risk, 400 for the mean beyond it; this run has 40" in html
        return
    row = tails(results).query("arm == 'squeezed_ceiling' and party == 'hospital_a' and kind == 'provider'").iloc[0]
    cells = next(line for line in rows_of(html.partition("Ceiling 5 % lower")[2]) if line[0].startswith("Hospital A:"))
    assert cells[1] == number(row["mean"])
    assert cells[2] == f"{number(row['value_at_risk'])} {number(row['low'])} to {number(row['high'])}"
    assert cells[3] == "–"
