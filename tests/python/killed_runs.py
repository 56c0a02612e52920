"""A run that is killed again and again: started by test_resume.py in a process of its own.

The package is loaded once; every run is a fork of this process, so that thirty of them take seconds.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import waterbed as wb

REPLICATIONS = 40
ARMS = ["usual"]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_step(count: int) -> None:
    """Kill this process at the so-manieth step of writing files, before the step or after it."""
    left = count

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                die()
            given = call(*arguments, **options)
            left -= 1
            if left == 0:
                die()
            return given

        return step

    import tempfile

    tempfile.mkstemp = counted(tempfile.mkstemp)
    for name in ("fdopen", "fsync", "open"):
        setattr(os, name, counted(getattr(os, name)))
    for name in ("chmod", "replace"):
        setattr(Path, name, counted(getattr(Path, name)))


def child(scenario: wb.Scenario, folder: Path, prepare: Callable[[], None]) -> None:
    prepare()
    results = scenario.run(replications=REPLICATIONS, seed=1, arms=ARMS, threads=1, checkpoints=folder, progress=False)
    (folder.parent / "digest").write_text(results.digest())
    os._exit(0)


def run_in_child(scenario: wb.Scenario, folder: Path, prepare: Callable[[], None]) -> int:
    process = os.fork()
    if process == 0:
        try:
            child(scenario, folder, prepare)
        finally:
            os._exit(1)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    scenario = wb.load(sys.argv[1]).with_(
        time={"cycle": "month", "start_year": 2023, "warm_up_years": 0, "base_years": 2, "years": 1}
    )
    folder = Path(sys.argv[2])
    kills = random.Random(20261129)
    kept = wb.Checkpoints(folder)
    before = 0
    for kill in range(30):
        if kill % 2:
            moment = kills.uniform(0.0, 0.2)
            code = run_in_child(scenario, folder, threading.Timer(moment, die).start)
        else:
            step = kills.randrange(1, 40)
            code = run_in_child(scenario, folder, lambda step=step: die_at_step(step))
        assert code in (-signal.SIGKILL, 0), f"kill {kill} ended with {code}"
        assert kept.replications >= before, f"kill {kill} lost replications"
        before = kept.replications
        print(kill, code, before)
    assert run_in_child(scenario, folder, lambda: None) == 0
    whole = scenario.run(replications=REPLICATIONS, seed=1, arms=ARMS, progress=False)
    print("same" if whole.digest() == (folder.parent / "digest").read_text() else "different")


if __name__ == "__main__":
    main()
