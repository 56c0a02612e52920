"""Runs that are stopped, killed or run out of disk: nothing finished is lost, and the end is the same."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from typer.testing import CliRunner

import waterbed as wb
from commands import waterbed
from waterbed import _blocks
from waterbed._blocks import Block, Queue, without
from waterbed._overrides import apply_overrides
from waterbed._runs import SECONDS_A_BLOCK, job_of, next_size
from waterbed.cli._app import app

SMALL = {"time": {"cycle": "month", "start_year": 2023, "warm_up_years": 0, "base_years": 2, "years": 1}}
RUN = {"seed": 1, "arms": ["usual"], "threads": 1, "progress": False}


@pytest.fixture(scope="module")
def scenario(root: Path) -> wb.Scenario:
    return wb.load(root / "scenarios" / "two_clinics.yaml").with_(**SMALL)


@pytest.fixture(scope="module")
def whole(scenario: wb.Scenario) -> wb.Results:
    return scenario.run(replications=6, **RUN)


def blocks_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.block"))


def test_a_run_killed_thirty_times_ends_in_the_same_digest(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(root / "tests/python/killed_runs.py")]
    command += [str(root / "scenarios" / "two_clinics.yaml"), str(tmp_path / "blocks")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *kills, end = done.stdout.splitlines()
    assert len(kills) == 30
    assert sum(" -9 " in kill for kill in kills) >= 15, kills  # those at a step of a write; a slow clock may miss
    assert end == "same"


def test_a_run_goes_on_from_what_is_kept(scenario: wb.Scenario, whole: wb.Results, tmp_path: Path) -> None:
    first = scenario.run(replications=2, checkpoints=tmp_path / "b", **RUN)
    kept = {path: path.read_bytes() for path in blocks_in(tmp_path / "b")}
    assert wb.Checkpoints(tmp_path / "b").replications == first.replications == 2
    reported: list[tuple[int, int]] = []
    options = RUN | {"progress": lambda done, total: reported.append((done, total))}
    rest = scenario.run(replications=6, checkpoints=tmp_path / "b", **options)
    assert rest.digest() == whole.digest()
    assert {path: path.read_bytes() for path in kept} == kept
    shares = [done / total for done, total in reported if total]
    assert min(shares) >= 2 / 6
    assert shares == sorted(shares)
    # Fewer than are kept, and a hole in the middle.
    assert scenario.run(replications=3, checkpoints=tmp_path / "b", **RUN).replications == 3
    blocks_in(tmp_path / "b")[1].unlink()
    assert scenario.run(replications=6, checkpoints=tmp_path / "b", **RUN).digest() == whole.digest()


def test_blocks_of_another_run_are_not_taken(scenario: wb.Scenario, tmp_path: Path) -> None:
    scenario.run(replications=1, checkpoints=tmp_path, **RUN)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(ValueError, match=r"holds blocks of another run: seed was 1, is 2"):
        scenario.run(replications=1, checkpoints=tmp_path, **RUN | {"seed": 2})
    with pytest.raises(ValueError, match=r"arms was \['usual'\], is \['usual', 'squeezed_ceiling'\]"):
        scenario.run(replications=1, checkpoints=tmp_path, **RUN | {"arms": ["usual", "squeezed_ceiling"]})
    changed = scenario.with_(**{"kinds.gp_consult.list_price": 13.0})
    with pytest.raises(ValueError, match=r"scenario_digest was \w{64}, is \w{64}"):
        changed.run(replications=1, checkpoints=tmp_path, **RUN)
    with pytest.raises(ValueError, match=r"arms: must name arms of the scenario, usual, .*, got 'usul'"):
        scenario.run(checkpoints=tmp_path, **RUN | {"arms": ["usul"]})
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_another_build_does_not_go_on(scenario: wb.Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario.run(replications=1, checkpoints=tmp_path, **RUN)
    monkeypatch.setattr("waterbed._checkpoints.build", lambda: "0" * 64)
    with pytest.raises(ValueError, match="holds blocks of another run: build was"):
        scenario.run(replications=2, checkpoints=tmp_path, **RUN)


def test_a_folder_with_something_else_is_left_alone(scenario: wb.Scenario, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    (tmp_path / ".profile").write_text("mine")
    with pytest.raises(ValueError, match="holds something else than blocks of a run"):
        scenario.run(replications=1, checkpoints=tmp_path, **RUN)
    with pytest.raises(ValueError, match="holds something else than blocks of a run"):
        wb.Checkpoints(tmp_path).remove()
    assert {path.name for path in tmp_path.iterdir()} <= {"thesis.tex", ".profile", "lock"}


def test_one_process_at_a_time_writes(scenario: wb.Scenario, tmp_path: Path) -> None:
    with (
        wb.Checkpoints(tmp_path).opened({}),
        pytest.raises(ValueError, match="another run is writing here"),
    ):
        scenario.run(replications=1, checkpoints=tmp_path, **RUN)


@pytest.mark.parametrize("damage", ["cut", "flipped", "header", "empty"])
def test_a_damaged_block_is_told_and_computed_again_only_when_asked(
    damage: str, scenario: wb.Scenario, whole: wb.Results, tmp_path: Path
) -> None:
    scenario.run(replications=6, checkpoints=tmp_path, **RUN)
    file = blocks_in(tmp_path)[-1]
    data = file.read_bytes()
    middle = len(data) // 2
    file.write_bytes(
        {
            "cut": data[:-1],
            "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
            "header": b"waterbed block 2" + data[16:],
            "empty": b"",
        }[damage]
    )
    damaged = file.read_bytes()
    with pytest.raises(ValueError, match=rf"{file.name}: damaged: .*; --recompute-damaged computes such blocks again"):
        scenario.run(replications=6, checkpoints=tmp_path, **RUN)
    assert file.read_bytes() == damaged
    again = scenario.run(replications=6, checkpoints=wb.Checkpoints(tmp_path, recompute_damaged=True), **RUN)
    assert again.digest() == whole.digest()
    assert scenario.run(replications=6, checkpoints=tmp_path, **RUN).digest() == whole.digest()


def test_a_block_under_the_name_of_another_is_told(scenario: wb.Scenario, tmp_path: Path) -> None:
    scenario.run(replications=1, checkpoints=tmp_path, **RUN)
    file = blocks_in(tmp_path)[0]
    shutil.copy(file, tmp_path / file.name.replace("-00000000-", "-00000001-"))
    with pytest.raises(ValueError, match="is another block: first must be 1, got 0"):
        scenario.run(replications=2, checkpoints=tmp_path, **RUN)


def test_a_block_comes_back_bit_for_bit(scenario: wb.Scenario, whole: wb.Results) -> None:
    block = Block(job_of(scenario, 1, ["usual"]), 0, 6)
    data = _blocks.to_bytes(block.job.digest, whole._core)
    back = _blocks.from_bytes(data, block, "here")
    assert wb.Results(back, whole.outline).digest() == whole.digest()
    assert [(t.name, t.unit, t.description) for t in back.tables] == [
        (t.name, t.unit, t.description) for t in whole._core.tables
    ]
    assert _blocks.to_bytes(block.job.digest, back) == data


def test_parameter_sets_go_on(scenario: wb.Scenario, tmp_path: Path) -> None:
    options = RUN | {"replications": 2}
    whole = scenario.run_uncertain(parameter_sets=3, **options)

    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scenario.run_uncertain(parameter_sets=3, checkpoints=tmp_path, **options | {"progress": stop})
    assert 0 < wb.Checkpoints(tmp_path).replications < 6
    again = scenario.run_uncertain(parameter_sets=3, checkpoints=tmp_path, **options)
    assert again.digest() == whole.digest()
    with pytest.raises(ValueError, match="replications in each parameter set was 2, is 3"):
        scenario.run_uncertain(parameter_sets=3, checkpoints=tmp_path, **options | {"replications": 3})
    with pytest.raises(ValueError, match="replications in each parameter set was 2, is None"):
        scenario.run(checkpoints=tmp_path, **RUN)


def test_a_job_needs_no_folder(scenario: wb.Scenario, tmp_path: Path) -> None:
    """A scenario that extends another one and names own people in a file, run where neither is."""
    people = pd.DataFrame(
        {
            "age": [30 + i % 50 for i in range(300)],
            "sex": ["women" if i % 2 else "men" for i in range(300)],
            "municipality": ["eastbank"] * 300,
        }
    )
    people.to_csv(tmp_path / "people.csv", index=False)
    changes = {"population.cells": [], "population.people": "people.csv"}
    (tmp_path / "base.yaml").write_text(apply_overrides(scenario.text, changes))
    (tmp_path / "own.yaml").write_text("waterbed: 1\nextends: base.yaml\nname: own\n")
    own = wb.load(tmp_path / "own.yaml")
    expected = own.run(replications=2, **RUN)
    job = job_of(own, 1, ["usual"])
    shutil.rmtree(tmp_path)
    core = wb._core.simulate(job.model(), job.options(0, 2, 1))
    assert wb.Results(core, own.outline()).digest() == expected.digest()


def test_blocks_are_cut_and_holes_found(scenario: wb.Scenario) -> None:
    job = job_of(scenario, 1, None)
    part = Block(job, 10, 10)
    done = [Block(job, 8, 4), Block(job, 12, 2), Block(job, 12, 3), Block(job, 14, 4), Block(job, 19, 2)]
    used, left = without(part, done)
    assert used == [Block(job, 12, 3)]
    assert left == [Block(job, 10, 2), Block(job, 15, 5)]
    queue = Queue(left)
    taken = []
    while (block := queue.take(3)) is not None:
        taken.append(block)
    assert taken == [Block(job, 10, 2), Block(job, 15, 3), Block(job, 18, 2)]
    other = job_of(scenario, 2, None)
    assert without(Block(other, 12, 3), done) == ([], [Block(other, 12, 3)])


def test_a_block_takes_some_seconds() -> None:
    assert next_size(2, 0.001, 2) == 8  # grows by four at most
    assert next_size(100, SECONDS_A_BLOCK / 7, 2) == 6
    assert next_size(2, 60.0, 2) == 2


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_goes_on(number: signal.Signals, root: Path, tmp_path: Path) -> None:
    small = root / "scenarios" / "two_clinics.yaml"
    run = ["run", small, "--replications", "100000", "--arm", "usual", "--threads", "1", "--out", "o"]
    before = _of_children()
    process = subprocess.Popen(
        [sys.executable, "-m", "waterbed", *map(str, run)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    kept = wb.Checkpoints(tmp_path / "o.unfinished" / "run")
    while kept.replications < 1:
        assert process.poll() is None
        time.sleep(0.01)
    used = sum(psutil.Process(process.pid).cpu_times()[:2])
    process.send_signal(number)
    out, told = process.communicate(timeout=60)
    # Seconds of the processor, as others may use it too.
    assert _of_children() - before - used < 1.0
    assert (process.returncode, out) == (3, "")
    count = kept.replications
    assert told == f"stopped; {count} replications are kept in o.unfinished: --resume goes on\n"
    assert not (tmp_path / "o").exists()

    run[3] = str(count + 1)
    refused = waterbed(*run, cwd=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr == (
        f"o.unfinished: holds {count} replications of a run that was stopped; --resume goes on with them, "
        "--restart throws them away\n"
    )
    assert kept.replications == count
    done = waterbed(*run, "--resume", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o"]
    alone = wb.load(small).run(replications=count + 1, arms=["usual"], progress=False)
    assert wb.load_results(tmp_path / "o").digest() == alone.digest()


def test_options_that_contradict_are_refused(root: Path, tmp_path: Path) -> None:
    small = root / "scenarios" / "two_clinics.yaml"
    command = ["run", str(small), "--out", str(tmp_path / "o")]
    both = CliRunner().invoke(app, [*command, "--resume", "--restart"])
    assert (both.exit_code, both.stderr) == (2, "--resume and --restart: choose one\n")
    alone = CliRunner().invoke(app, [*command, "--recompute-damaged"])
    assert (alone.exit_code, alone.stderr) == (2, "--recompute-damaged: goes with --resume\n")


# A disk of its own, without touching the machine's mounts: a namespace that ends with the command.
IN_SMALL_DISK = """
set -e
mount -t tmpfs -o size={size} none {disk}
{before}
cd {disk}
set +e
{python} -m waterbed run {scenario} --arm usual --threads 1 --replications 400 --out o 2> {disk}.told
echo $? > {disk}.code
cp -r {disk}/. {disk}.kept
"""


def _in_small_disk(root: Path, tmp_path: Path, size: str, before: str) -> tuple[int, str, Path]:
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("a disk of its own needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    scenario = root / "scenarios" / "two_clinics.yaml"
    script = IN_SMALL_DISK.format(size=size, disk=disk, before=before, python=sys.executable, scenario=scenario)
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = (tmp_path / "disk.told").read_text().splitlines()
    return int((tmp_path / "disk.code").read_text()), told[-1], tmp_path / "disk.kept"


def test_a_full_disk_is_told_and_nothing_is_lost(root: Path, tmp_path: Path) -> None:
    code, told, kept = _in_small_disk(root, tmp_path, "56k", "")
    count = wb.Checkpoints(kept / "o.unfinished" / "run").replications
    assert count > 0
    assert code == 2
    assert told.startswith("o.unfinished/run/")
    assert told.endswith(
        f".block cannot be written: no space left on device; {count} replications are kept in o.unfinished: "
        "--resume goes on"
    )
    scenario = wb.load(root / "scenarios" / "two_clinics.yaml")
    options = {"arms": ["usual"], "threads": 1, "progress": False}
    again = scenario.run(replications=count + 1, checkpoints=kept / "o.unfinished" / "run", **options)
    assert again.digest() == scenario.run(replications=count + 1, **options).digest()


def test_a_read_only_disk_is_told_before_the_run(root: Path, tmp_path: Path) -> None:
    code, told, kept = _in_small_disk(root, tmp_path, "1m", "mount -o remount,ro {disk}".format(disk=tmp_path / "disk"))
    assert (code, told) == (2, "--out: o cannot be written: permission denied")
    assert list(kept.iterdir()) == []
