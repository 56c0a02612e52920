"""Blocks of replications: what must run, what a block is, and blocks as bytes."""

from __future__ import annotations

import hashlib
import io
import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from waterbed import _core
from waterbed._store import core_header, core_of, write_arrays

#: First line of a block; the second one holds the SHA-256 of all that follows.
MAGIC = b"waterbed block 1\n"

_DIGEST_LENGTH = 64


@cache
def build() -> str:
    """SHA-256 of the engine: blocks of two builds are never joined."""
    return hashlib.sha256(Path(_core.__file__).read_bytes()).hexdigest()


@dataclass(frozen=True)
class Job:
    """A scenario, its arms and seed: all that decides what a replication gives, and no folder among it.

    `text` gives the scenario as one text without other files but `people` (name and text of own people, or nothing).
    """

    digest: str
    text: Callable[[], str] = field(compare=False, repr=False)
    people: dict[str, str] = field(compare=False, repr=False)
    arms: tuple[str, ...]
    seed: int

    @classmethod
    def of(
        cls,
        text: str,
        people: dict[str, str],
        arms: Iterable[str],
        seed: int,
        changes: Any = None,
        changed: Callable[[], str] | None = None,
    ) -> Job:
        """Name a job by what it is made of; `changed` gives the text after `changes`, when it is needed."""
        names = tuple(arms)
        parts = json.dumps([text, people, names, seed, changes], sort_keys=True).encode()
        return cls(hashlib.sha256(parts).hexdigest(), changed or (lambda: text), people, names, seed)

    def about(self, name: str) -> dict[str, Any]:
        """Tell what is run in a form that can be compared, what people recognise first."""
        return {"scenario": name, "seed": self.seed, "arms": list(self.arms), "scenario_digest": self.digest}

    def model(self) -> _core.Model:
        """Compile it."""
        return compile_text(self.text(), self.people)

    def options(self, first: int, count: int, threads: int) -> _core.RunOptions:
        """Give what to simulate for a block."""
        return _core.RunOptions(
            arms=list(self.arms), first_replication=first, replications=count, seed=self.seed, threads=threads
        )


def compile_text(text: str, people: dict[str, str]) -> _core.Model:
    """Compile a scenario that was shipped: no file is opened."""
    return _core.compile_scenario(_core.parse_scenario(text, Path("/nonexistent"), people))


@dataclass(frozen=True)
class Block:
    """Replications ``first`` to ``first + count - 1`` of a job."""

    job: Job
    first: int
    count: int

    @property
    def stop(self) -> int:
        """First replication after the block."""
        return self.first + self.count

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.job.digest[:16]}-{self.first:08d}-{self.count:06d}.block"


class Queue:
    """Replications that must still be run, handed out in blocks from the front."""

    def __init__(self, parts: Iterable[Block]) -> None:
        self._parts = deque(part for part in parts if part.count > 0)

    @property
    def left(self) -> int:
        """Replications not handed out."""
        return sum(part.count for part in self._parts)

    def take(self, size: int) -> Block | None:
        """Hand out the next block, of at most `size` replications of one job; None when nothing is left."""
        if not self._parts:
            return None
        part = self._parts.popleft()
        count = min(size, part.count)
        if count < part.count:
            self._parts.appendleft(Block(part.job, part.first + count, part.count - count))
        return Block(part.job, part.first, count)


def without(part: Block, done: Iterable[Block]) -> tuple[list[Block], list[Block]]:
    """Find which finished blocks of its job a part can use, and what is left to run of it."""
    used: list[Block] = []
    left: list[Block] = []
    at = part.first
    for block in sorted((b for b in done if b.job == part.job), key=lambda b: (b.first, -b.count)):
        if block.first < at or block.stop > part.stop:
            continue
        if block.first > at:
            left.append(Block(part.job, at, block.first - at))
        used.append(block)
        at = block.stop
    if at < part.stop:
        left.append(Block(part.job, at, part.stop - at))
    return used, left


def to_bytes(job_digest: str, core: _core.Results) -> bytes:
    """Write a block: magic line, checksum, then header and tables; the same bytes for the same results."""
    stream = io.BytesIO()
    write_arrays(stream, core_header(core) | {"job": job_digest, "build": build()}, core)
    content = stream.getvalue()
    return MAGIC + hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def from_bytes(data: bytes, block: Block, origin: str) -> _core.Results:
    """Read a block and check that it is the one that is wanted.

    Parameters
    ----------
    data
        What `to_bytes` wrote.
    block
        The one wanted.
    origin
        Where the bytes come from, for messages.

    Raises
    ------
    ValueError
        If it is damaged, or another block.
    """
    start = len(MAGIC) + _DIGEST_LENGTH + 1
    if not data.startswith(MAGIC):
        raise ValueError(f"{origin}: damaged: must start with {MAGIC.decode().strip()!r}")
    content = data[start:]
    if hashlib.sha256(content).hexdigest().encode() + b"\n" != data[len(MAGIC) : start]:
        raise ValueError(f"{origin}: damaged: the checksum does not fit what follows")
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        header = json.loads(stored["header"].tobytes())
        held = {
            "job": header["job"],
            "build": header["build"],
            "first": header["first_replication"],
            "count": header["replications"],
        }
        wanted = {"job": block.job.digest, "build": build(), "first": block.first, "count": block.count}
        for name, value in wanted.items():
            if held[name] != value:
                raise ValueError(f"{origin}: is another block: {name} must be {value}, got {held[name]}")
        return core_of(header, stored)
