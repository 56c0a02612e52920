"""Runs that may be stopped and taken up again."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from waterbed._checkpoints import Checkpoints

Resume = Annotated[bool, typer.Option("--resume", help="Go on with what a stopped run has kept, or start.")]
Restart = Annotated[bool, typer.Option("--restart", help="Throw away what a stopped run has kept, and start.")]
RecomputeDamaged = Annotated[
    bool, typer.Option("--recompute-damaged", help="With --resume: compute kept blocks that are damaged again.")
]

#: Finished blocks of a run into DIR stand beside it, in DIR.unfinished, until DIR is written.
SUFFIX = ".unfinished"


def stop_on_sigterm() -> None:
    """Let SIGTERM end a command as Ctrl-C does: what is finished is kept."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


@contextmanager
def unfinished(
    out: Path, *, resume: bool, restart: bool, recompute_damaged: bool
) -> Iterator[Callable[[str], Checkpoints]]:
    """Keep finished blocks until the block ends without an error.

    Gives a function from a part of the command to the blocks of that part. When something stops the command, the
    message says what is kept.

    Raises
    ------
    ValueError
        If an earlier command was stopped and nobody says what to do with what it kept.
    """
    if resume and restart:
        raise ValueError("--resume and --restart: choose one")
    if recompute_damaged and not resume:
        raise ValueError("--recompute-damaged: goes with --resume")
    folder = out.with_name(out.name + SUFFIX)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder}: must be a folder; unfinished blocks go there")
    if restart:
        _remove(folder)
    kept = _replications(folder)
    if kept and not resume:
        raise ValueError(
            f"{folder}: holds {kept} replications of a run that was stopped; --resume goes on with them, "
            "--restart throws them away"
        )
    try:
        yield lambda part: Checkpoints(folder / part, recompute_damaged=recompute_damaged)
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(f"stopped; {_kept_words(folder)}") from error
    except OSError as error:
        raise type(error)(f"{error}; {_kept_words(folder)}") from error
    _remove(folder)


def _parts(folder: Path) -> list[Checkpoints]:
    return [Checkpoints(path) for path in sorted(folder.iterdir())] if folder.is_dir() else []


def _replications(folder: Path) -> int:
    return sum(part.replications for part in _parts(folder))


def _kept_words(folder: Path) -> str:
    kept = _replications(folder)
    if kept:
        return f"{kept} replications are kept in {folder}: --resume goes on"
    _remove(folder)
    return "nothing was written"


def _remove(folder: Path) -> None:
    for part in _parts(folder):
        part.remove()
    if folder.is_dir():
        folder.rmdir()
