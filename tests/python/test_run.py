from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import waterbed as wb

#: What brings tables of its own, in the words of docs/results.md.
INSURANCE = "only with `insurance:`"
RECORDS = "only with programmes of `case_finding` or `coding`"
CARE = "only with programmes of `care`"
QUEUES = "only where waiting has an end of its own"
EXPECTATIONS = "only with `expectations:`"
CONDITIONAL = (INSURANCE, RECORDS, CARE, QUEUES, EXPECTATIONS)


def test_a_run_gives_every_documented_table(short_run: wb.Results, two_clinics: wb.Scenario, root: Path) -> None:
    rows = [line for line in (root / "docs" / "results.md").read_text().splitlines() if line.startswith("| `")]

    def documented(*given: str) -> list[str]:
        """Tables of a scenario that has these of what brings tables of its own."""
        left_out = [f"| {what}" for what in CONDITIONAL if what not in given]
        return sorted(row.split("`")[1] for row in rows if not any(mark in row for mark in left_out))

    assert sorted(short_run.tables) == documented()
    many = wb.load(root / "scenarios" / "multi_year.yaml")
    insured = many.run(replications=1, seed=1, arms=[many.baseline], progress=False)
    assert sorted(insured.tables) == documented(INSURANCE)
    coding = {"condition": "diabetes", "from": "uncomplicated", "to": "complicated", "per_contact": 0.1}
    coded = two_clinics.with_(programmes={"sharper": {"coding": coding}})
    assert sorted(coded.run(replications=1, arms=["usual"], progress=False).tables) == documented(RECORDS)
    gained = wb.load(root / "scenarios" / "health_gain.yaml")
    paid = gained.run(replications=1, progress=False)
    assert sorted(paid.tables) == documented(EXPECTATIONS, RECORDS)
    away = two_clinics.with_(**{"behaviour.goes_elsewhere_per_year": 0.2})
    assert sorted(away.run(replications=1, arms=["usual"], progress=False).tables) == documented(QUEUES)
    nurse = {"care": {"who": {"age": [65, 120]}, "kind": "gp_consult", "uptake": 0.5}}
    cared = two_clinics.with_(programmes={"nurse": nurse}, **{"arms.shared_savings.programmes": ["nurse"]})
    assert sorted(cared.run(replications=1, arms=["usual"], progress=False).tables) == documented(CARE)


def test_threads_do_not_change_a_byte(two_clinics: wb.Scenario, short_run: wb.Results) -> None:
    for threads in (1, 3):
        again = two_clinics.run(replications=3, seed=1, threads=threads, progress=False)
        assert again.digest() == short_run.digest()


def test_a_run_that_does_not_fit_into_memory_is_refused_before_it_starts(two_clinics: wb.Scenario) -> None:
    rule = r"memory_limit: must be at least \d+\.\d GiB for 2\d{4} persons; fewer threads, .* take less, got 0 KiB"
    with pytest.raises(ValueError, match=rule):
        two_clinics.run(replications=100_000, seed=1, progress=False, memory_limit=1)
    with pytest.raises(ValueError, match=r"free on this machine"):
        two_clinics.run(replications=2_000_000_000, seed=1, progress=False)
    with pytest.raises(ValueError, match=r"memory_limit: must be at least 1, got 0"):
        two_clinics.run(replications=1, seed=1, progress=False, memory_limit=0)


def test_blocks_whose_results_cannot_be_joined_are_refused_before_they_start(
    two_clinics: wb.Scenario, tmp_path: Path
) -> None:
    rule = (
        r"replications: must be at most \d+: results of a replication take \d.*iB while blocks are joined, "
        r"with 3 arms, and .* are free on this machine, got 2000000000"
    )
    folder = tmp_path / "blocks"
    with pytest.raises(ValueError, match=rule):
        two_clinics.run(replications=2_000_000_000, seed=1, checkpoints=folder, progress=False)
    assert not folder.exists()
    with pytest.raises(ValueError, match=r"replications: must be at most"):
        wb.sweep(two_clinics, {"behaviour.psi": [0.1, 0.2]}, replications=2_000_000_000, progress=False)


def test_the_memory_of_a_run_is_known_before_it(root: Path) -> None:
    # In a process of its own, so that the peak is this run's. 400,000 people who need so much that episodes set the
    # peak, and not the making of the people.
    code = r"""
import re, sys, yaml, waterbed as wb
text = yaml.safe_load(open(sys.argv[1]))
text["population"]["cells"] = [cell | {"persons": 4 * cell["persons"]} for cell in text["population"]["cells"]]
text["time"]["years"] = 1
peak = lambda: 1024 * int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])
before = peak()
scenario = wb.parse(yaml.safe_dump(text, sort_keys=False))
scenario.run(replications=1, threads=1, progress=False)
print(peak() - before, scenario.memory_needed(replications=1, threads=1))
"""
    command = [sys.executable, "-c", code, str(root / "benchmarks" / "flow.yaml")]
    taken, told = map(int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    assert 0.8 * taken < told < 2 * taken


def test_an_arm_alone_gives_the_same_bytes(two_clinics: wb.Scenario, short_run: wb.Results) -> None:
    alone = two_clinics.run(replications=3, seed=1, arms=["squeezed_ceiling"], progress=False)
    assert alone.arms == ["squeezed_ceiling"]
    assert alone.digest("squeezed_ceiling") == short_run.digest("squeezed_ceiling")


def test_blocks_merge_to_the_bytes_of_one_run(two_clinics: wb.Scenario, short_run: wb.Results) -> None:
    first = two_clinics.run(replications=1, seed=1, progress=False)
    rest = two_clinics.run(replications=2, seed=1, first_replication=1, progress=False)
    assert wb.merge([rest, first]).digest() == short_run.digest()
    with pytest.raises(ValueError, match="replication"):
        wb.merge([first, first])
    with pytest.raises(ValueError, match="at least one run"):
        wb.merge([])


def test_the_seed_matters(two_clinics: wb.Scenario, short_run: wb.Results) -> None:
    other = two_clinics.run(replications=3, seed=2, progress=False)
    assert other.seed == 2
    assert other.digest() != short_run.digest()


def test_progress_is_called_on_this_thread_and_ends_at_the_total(two_clinics: wb.Scenario) -> None:
    seen: list[tuple[int, int, int]] = []
    two_clinics.run(replications=1, progress=lambda done, total: seen.append((done, total, threading.get_ident())))
    assert seen
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert seen[-1][0] <= seen[-1][1]
    assert {thread for _, _, thread in seen} == {threading.get_ident()}


def test_an_error_in_progress_stops_the_run_and_is_raised_as_it_is(two_clinics: wb.Scenario) -> None:
    def broken(done: int, total: int) -> None:
        raise LookupError("no screen")

    started = time.monotonic()
    with pytest.raises(LookupError, match="no screen"):
        two_clinics.run(replications=10_000, progress=broken)
    assert time.monotonic() - started < 10


def test_interrupt_stops_a_long_run_within_a_second(two_clinics: wb.Scenario) -> None:
    sent: list[float] = []

    def press() -> None:
        time.sleep(0.7)
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        two_clinics.run(replications=10_000, progress=False)
    assert time.monotonic() - sent[0] < 1.0
    thread.join()


def test_other_python_threads_go_on_during_a_run(two_clinics: wb.Scenario) -> None:
    ticks = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal ticks
        while not stop.wait(0.01):
            ticks += 1

    thread = threading.Thread(target=count)
    thread.start()
    two_clinics.run(replications=2, progress=False)
    stop.set()
    thread.join()
    assert ticks >= 3


def test_bad_arguments_are_refused_by_name(two_clinics: wb.Scenario) -> None:
    with pytest.raises(ValueError, match="replications: must be at least 1, got 0"):
        two_clinics.run(replications=0)
    with pytest.raises(ValueError, match="threads: must be at least 1, got -1"):
        two_clinics.run(threads=-1)
    with pytest.raises(ValueError, match="squezed"):
        two_clinics.run(arms=["squezed_ceiling"], progress=False)


def test_load_raises_every_problem_with_its_place(tmp_path: Path, root: Path) -> None:
    text = (root / "scenarios" / "two_clinics.yaml").read_text()
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        text.replace("baseline: usual", "baseline: usul").replace("waterbed: 1\n", "waterbed: 1\ncolour: red\n")
    )
    with pytest.raises(wb.ScenarioError) as caught:
        wb.load(bad)
    problems = caught.value.problems
    assert isinstance(caught.value, ValueError)
    assert {p.field for p in problems} >= {"colour", "baseline"}
    baseline = next(p for p in problems if p.field == "baseline")
    assert baseline.hint == "usual"
    assert bad.read_text().splitlines()[baseline.line - 1].startswith("baseline")
    assert str(baseline).endswith("(did you mean usual?)")
    assert [(p.line, p.column) for p in problems] == sorted((p.line, p.column) for p in problems)


def test_switching_incentives_off_by_an_override(two_clinics: wb.Scenario, short_run: wb.Results) -> None:
    calm = two_clinics.with_(**{"behaviour.incentives": False})
    assert two_clinics.outline().incentives
    assert not calm.outline().incentives
    assert calm.digest != two_clinics.digest
    results = calm.run(replications=3, seed=1, progress=False)
    assert results.digest("usual") != ""
    with pytest.raises(wb.ScenarioError, match="incentives"):
        two_clinics.with_(**{"behaviour.incentives": 3})


def test_the_deterministic_answer_has_a_row_a_year_and_setting(two_clinics: wb.Scenario, short_run: wb.Results) -> None:
    expected = two_clinics.expected()
    settings = short_run.attributes("visits")["setting"]
    assert list(expected.columns) == ["year", "setting", "visits", "list_spending_eur", "first_contacts"]
    assert len(expected) == len(settings) * 2
    assert (expected["visits"] >= 0).all()
    gp = expected[expected["setting"] == "gp_group_1.gp_consult"]["visits"].sum()
    simulated = short_run.total("visits", where={"setting": "gp_group_1.gp_consult"}).of()[:, 0].mean()
    assert np.isclose(gp, simulated, rtol=0.1)


def test_assumptions_name_source_and_quality(two_clinics: wb.Scenario) -> None:
    table = two_clinics.assumptions
    assert list(table.columns) == ["field", "value", "source", "quality"]
    assert set(table["quality"]) <= set("ABC")
    assert len(table) > 0


def test_schema_is_json_schema_of_the_scenario() -> None:
    import json

    schema = json.loads(wb.schema())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"population", "contracts", "arms"} <= set(schema["properties"])
