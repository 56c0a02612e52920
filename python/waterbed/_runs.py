"""Runs in blocks: cut, computed here or elsewhere, kept on disk, joined in order."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any

from waterbed import _core
from waterbed._blocks import Block, Job, Queue, without
from waterbed._checkpoints import Checkpoints
from waterbed._parameters import FloatArray
from waterbed._progress import ProgressCallback, progress_display
from waterbed.people import people_of

if TYPE_CHECKING:
    from waterbed.scenario import Scenario

#: Takes a finished block, and its bytes if it has some.
Take = Callable[[Block, _core.Results, bytes | None], None]
#: Called with the replications done of the queue (a fraction too) and the cycles of one.
Advance = Callable[[float, int], None]
#: Computes everything in a queue.
Runner = Callable[[Queue, Take, Advance], None]

#: About so long a block should take: what a kill loses at most, if a replication is shorter.
SECONDS_A_BLOCK = 5.0
#: A block grows by no more than this on the one before.
GROWTH = 4


def job_of(scenario: Scenario, seed: int | None, arms: Iterable[str] | None) -> Job:
    """Make a scenario a job that needs no folder.

    Raises
    ------
    ValueError
        If an arm is unknown.
    """
    core = scenario._core
    names = list(arms or scenario.arms)
    for name in names:
        if name not in scenario.arms:
            raise ValueError(f"arms: must name arms of the scenario, {', '.join(scenario.arms)}, got {name!r}")
    text = _core.write_scenario(core)
    return Job.of(text, _own_people(scenario, text), names, core.run.seed if seed is None else seed)


def _own_people(scenario: Scenario, text: str) -> dict[str, str]:
    """Text of the file of own people, by its name: the one file that a written scenario still names."""
    name = people_of(text)
    if not name:
        return {}
    held = scenario._files.get(name)
    return {name: (scenario._base_folder / name).read_text(encoding="utf-8") if held is None else held}


def sets_as_parts(
    scenario: Scenario,
    base: Job,
    values: FloatArray,
    replications: int,
    first_replication: int,
    *,
    same_chance: bool = False,
) -> list[Block]:
    """One part a row of values of the uncertain numbers; the replications of each follow on, or are the same."""
    core = scenario._core
    numbers = [(number.path, number.fields) for number in core.uncertain]
    parts = []
    for row, drawn in enumerate(values.tolist()):
        changed = partial(_with_values, core, drawn)
        job = Job.of(base.text(), base.people, base.arms, base.seed, [numbers, drawn], changed)
        first = first_replication + (0 if same_chance else row * replications)
        parts.append(Block(job, first, replications))
    return parts


def _with_values(core: _core.Scenario, drawn: list[float]) -> str:
    return _core.write_scenario(_core.with_parameters(core, drawn))


def run_parts(
    scenario: Scenario,
    parts: list[Block],
    *,
    about: dict[str, Any],
    threads: int,
    client: Any = None,
    checkpoints: str | PathLike[str] | Checkpoints | None = None,
    progress: bool | ProgressCallback = True,
) -> list[_core.Results]:
    """Run parts of jobs, each merged in order of replications.

    Parameters
    ----------
    scenario
        The one that the parts are of.
    parts
        What must be run.
    about
        What is being run, see `Checkpoints.opened`.
    threads
        Of each block; 0 for the runner's default.
    client
        Dask client; without one the blocks are computed here.
    checkpoints
        Where finished blocks are kept.
    progress
        As for `Scenario.run`.

    Raises
    ------
    ValueError
        If the results of all blocks do not fit into the memory of this machine.
    """
    # Blocks go by the memory where they run; what they come to is joined here.
    _core.check_results_memory(scenario._compiled(), len(parts[0].job.arms), sum(part.count for part in parts))
    kept = Checkpoints(checkpoints) if isinstance(checkpoints, str | PathLike) else checkpoints
    finished: dict[Block, _core.Results] = {}
    with ExitStack() as stack:
        if kept is not None:
            stack.enter_context(kept.opened(about))
            finished |= kept.found(parts)
        missing = [hole for part in parts for hole in without(part, finished)[1]]
        before = sum(block.count for block in finished)
        total = before + sum(hole.count for hole in missing)
        report = stack.enter_context(progress_display(progress, scenario.title or scenario.name))

        def take(block: Block, core: _core.Results, data: bytes | None) -> None:
            if kept is not None:
                kept.put(block, core, data)
            finished[block] = core

        def advance(done: float, cycles: int) -> None:
            if report is not None:
                report(round((before + done) * cycles), total * cycles)

        _runner(scenario, threads, client)(Queue(missing), take, advance)
    return [_core.merge([finished[block] for block in without(part, finished)[0]]) for part in parts]


def _runner(scenario: Scenario, threads: int, client: Any) -> Runner:
    if client is None:
        return partial(_run_here, scenario, threads or len(os.sched_getaffinity(0)))
    from waterbed._dask import run_on

    return partial(run_on, client, threads or 1)


def _run_here(scenario: Scenario, threads: int, queue: Queue, take: Take, advance: Advance) -> None:
    own = _core.write_scenario(scenario._core)
    model: tuple[Job, _core.Model] | None = None
    size = threads  # whole replications side by side
    done = 0
    while (block := queue.take(size)) is not None:
        if model is None or model[0] != block.job:
            model = (block.job, scenario._compiled() if block.job.text() == own else block.job.model())
        begun = time.monotonic()
        core = _core.simulate(
            model[1],
            block.job.options(block.first, block.count, threads),
            partial(_within, advance, done, block.count),
        )
        size = next_size(size, (time.monotonic() - begun) / block.count, threads)
        done += block.count
        take(block, core, None)


def _within(advance: Advance, before: int, count: int, done: int, total: int) -> None:
    """Report the cycles of one block as replications of all."""
    cycles = max(1, total // count)
    advance(before + done / cycles, cycles)


def next_size(size: int, seconds: float, unit: int) -> int:
    """Replications of the next block, a multiple of `unit`, from the seconds that one took."""
    wanted = int(SECONDS_A_BLOCK / max(seconds, 1e-6)) // unit * unit
    return max(unit, min(wanted, GROWTH * size))
