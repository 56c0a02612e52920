"""Finished blocks on disk, so that a run that is stopped or killed goes on where it was."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

from waterbed import _core
from waterbed._atomic import check_writable, told_of, write_whole
from waterbed._blocks import Block, build, from_bytes, to_bytes, without

#: What is being run, so that blocks of another run are not taken for its own.
ABOUT = "run.json"
LOCK = "lock"

_NAME = re.compile(r"([0-9a-f]{16})-(\d{8})-(\d{6})\.block")

_HALF_WRITTEN = re.compile(rf"\.({_NAME.pattern}|{re.escape(ABOUT)})\.\w+")


class Checkpoints:
    """A folder in which a run keeps its finished blocks of replications.

    A block is written whole or not at all (write, sync, rename) and carries a checksum. A run with the same scenario,
    arms and seed goes on from what the folder holds, ends in the same bytes, and may ask for more replications.

    Parameters
    ----------
    folder
        Made if it is missing.
    recompute_damaged
        Throw damaged blocks away and compute them again, instead of raising an error.

    Examples
    --------
    >>> import tempfile
    >>> import waterbed as wb
    >>> scenario = wb.load("scenarios/two_clinics.yaml")
    >>> folder = tempfile.TemporaryDirectory()
    >>> first = scenario.run(replications=1, arms=["usual"], checkpoints=folder.name, progress=False)
    >>> wb.Checkpoints(folder.name).replications
    1
    >>> scenario.run(replications=2, arms=["usual"], checkpoints=folder.name, progress=False).replications
    2
    >>> folder.cleanup()
    """

    def __init__(self, folder: str | PathLike[str], *, recompute_damaged: bool = False) -> None:
        self.folder = Path(folder)
        self.recompute_damaged = recompute_damaged

    @property
    def replications(self) -> int:
        """How many finished replications the folder holds."""
        return sum(int(found[3]) for found in self._named())

    def _named(self) -> Iterator[re.Match[str]]:
        if self.folder.is_dir():
            yield from filter(None, (_NAME.fullmatch(path.name) for path in sorted(self.folder.iterdir())))

    def remove(self) -> None:
        """Delete the folder with its blocks; another folder is left alone."""
        if self.folder.is_dir():
            self._check_ours()
            shutil.rmtree(self.folder)

    def _check_ours(self) -> None:
        for path in self.folder.iterdir():
            if not (path.name in (ABOUT, LOCK) or _NAME.fullmatch(path.name) or _HALF_WRITTEN.fullmatch(path.name)):
                raise ValueError(f"{self.folder}: holds something else than blocks of a run: {path.name}")

    @contextmanager
    def opened(self, about: Mapping[str, Any]) -> Iterator[None]:
        """Hold the folder for one run.

        Parameters
        ----------
        about
            What is being run.

        Raises
        ------
        ValueError
            If it holds another run, or another process holds it.
        OSError
            If it cannot be written.
        """
        check_writable(self.folder / ABOUT)
        with told_of(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ValueError(f"{self.folder}: another run is writing here") from error
            self._check_ours()
            self._take_up(dict(about) | {"waterbed": _core.__version__, "build": build()})
            yield
        finally:
            os.close(descriptor)

    def _take_up(self, about: dict[str, Any]) -> None:
        for left in self.folder.glob(".*"):  # what a killed run was writing
            if _HALF_WRITTEN.fullmatch(left.name):
                left.unlink()
        file = self.folder / ABOUT
        if file.exists():
            held = json.loads(file.read_text(encoding="utf-8"))
            different = [name for name in (*about, *held) if held.get(name) != about.get(name)]
            if different:
                name = different[0]
                raise ValueError(
                    f"{self.folder}: holds blocks of another run: {name} was {held.get(name)}, is {about.get(name)}"
                )
        else:
            write_whole(file, json.dumps(about, indent=2).encode() + b"\n")

    def found(self, parts: Iterable[Block]) -> dict[Block, _core.Results]:
        """Read the finished blocks that parts of a run can use.

        Raises
        ------
        ValueError
            If one is damaged.
        """
        parts = list(parts)
        jobs = {part.job.digest[:16]: part.job for part in parts}
        there = [Block(jobs[f[1]], int(f[2]), int(f[3])) for f in self._named() if f[1] in jobs]
        read: dict[Block, _core.Results] = {}
        for part in parts:
            wanted = [block for block in without(part, there)[0] if block not in read]
            while wanted:
                block = wanted.pop()
                file = self.folder / block.name
                try:
                    read[block] = from_bytes(file.read_bytes(), block, str(file))
                except ValueError as error:
                    if not self.recompute_damaged:
                        raise ValueError(f"{error}; --recompute-damaged computes such blocks again") from error
                    file.unlink()
                    there.remove(block)
                    wanted = [other for other in without(part, there)[0] if other not in read]
        return read

    def put(self, block: Block, core: _core.Results, data: bytes | None = None) -> None:
        """Keep a finished block; `data` if it has been made bytes already."""
        write_whole(self.folder / block.name, to_bytes(block.job.digest, core) if data is None else data)
