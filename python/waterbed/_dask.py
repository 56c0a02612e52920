"""Blocks of replications on the workers of a Dask cluster.

A scenario is shipped once, as text, as the result of a task: a worker fetches it from the scheduler or from another
worker and compiles it once. Blocks come back in the format of their files, with a checksum, and are joined in order: so
the answer does not depend on who computed what, how often, or when.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from distributed import Client, Future, get_worker

from waterbed import _core
from waterbed._blocks import Block, Job, Queue, build, compile_text, from_bytes, to_bytes
from waterbed._runs import SECONDS_A_BLOCK, Advance, Take

#: Models that a worker keeps.
MODELS_KEPT = 4
#: A block is given out again if it takes so many times what was expected, when no other is left; then after twice as
#: long, and so on.
LATE = 3.0
#: ... or so many seconds, as long as no block has come from which to expect anything.
FIRST = 30.0
#: A worker that has not been heard of for so many seconds gets no block that is late elsewhere.
SILENT = 10.0
#: How often the number of workers is looked at, seconds.
LOOK = 1.0


@dataclass(frozen=True)
class Shipped:
    """A scenario on its way: one text, and that of own people."""

    text: str
    people: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """A block as bytes, what it took, and the cycles of a replication."""

    data: bytes
    seconds: float
    cycles: int
    worker: str


class _Models:
    """Compiled models of a worker, the last few; each is compiled once, whatever threads ask for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._models: OrderedDict[str, tuple[threading.Lock, list[_core.Model]]] = OrderedDict()

    def get(self, digest: str, shipped: Shipped) -> _core.Model:
        """Give the model of a digest, compiling it if it is not there."""
        with self._lock:
            own, held = self._models.setdefault(digest, (threading.Lock(), []))
            self._models.move_to_end(digest)
            while len(self._models) > MODELS_KEPT:
                self._models.popitem(last=False)
        with own:
            if not held:
                held.append(compile_text(shipped.text, shipped.people))
            return held[0]


_models = _Models()


def ship(text: str, people: dict[str, str]) -> Shipped:
    """Hold a scenario as the result of a task."""
    return Shipped(text, people)


class _WithdrawnError(Exception):
    """Nobody waits for the block any more."""


def compute(shipped: Shipped, job: Job, first: int, count: int, threads: int, wanted_build: str) -> Answer:
    """Compute a block on a worker.

    Raises
    ------
    ValueError
        If the worker has another build of the engine.
    """
    worker = get_worker()
    if build() != wanted_build:
        raise ValueError(f"worker {worker.address} has another build of waterbed; install one wheel everywhere")
    key = worker.get_current_task()
    cycles = 0

    def look(_done: int, total: int) -> None:
        nonlocal cycles
        cycles = total // count
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            raise _WithdrawnError

    begun = time.monotonic()
    core = _core.simulate(_models.get(job.digest, shipped), job.options(first, count, threads), look)
    return Answer(to_bytes(job.digest, core), time.monotonic() - begun, max(1, cycles), worker.address)


@dataclass
class _Flight:
    """A block that is being computed, perhaps several times."""

    block: Block
    begun: float
    futures: list[Future] = field(default_factory=list)


class _Cluster:
    """One run on one client."""

    def __init__(self, client: Client, threads: int) -> None:
        self._client = client
        self._threads = threads
        self._done: queue.SimpleQueue[tuple[Future, concurrent.futures.Future[Answer]]] = queue.SimpleQueue()
        self._shipped: dict[str, Future] = {}
        self._seconds = 0.0  # of a replication
        self._brought = 0.0  # when a block came last
        self._stalled = False  # nothing came for long, though blocks were left
        self._workers: dict[str, int] = {}
        self._looked = -LOOK
        self.flights: dict[str, _Flight] = {}

    def slots(self) -> int:
        """Give how many blocks the workers of now compute at a time."""
        return sum(self.workers().values())

    def workers(self) -> dict[str, int]:
        """Give the threads of each worker, looked at now and then.

        Raises
        ------
        ConnectionError
            If the scheduler is gone.
        """
        if self._client.status not in ("running", "connecting"):
            raise ConnectionError("the Dask client has lost its scheduler")
        if time.monotonic() - self._looked >= LOOK:
            self._looked = time.monotonic()
            try:
                self._workers = self._client.nthreads()
            except (AttributeError, OSError) as error:  # it was closed while we asked
                raise ConnectionError("the Dask client has lost its scheduler") from error
        return self._workers

    def size(self, left: int) -> int:
        """Replications of the next block: some seconds' worth, and fewer towards the end, so that all end together."""
        if self._seconds == 0.0:
            return 1
        share = -(-left // (2 * max(1, self.slots())))
        return max(1, min(int(SECONDS_A_BLOCK / max(self._seconds, 1e-6)), share))

    def start(self, block: Block) -> None:
        """Give a block to a worker."""
        flight = self.flights.setdefault(block.name, _Flight(block, time.monotonic()))
        job = block.job
        if job.digest not in self._shipped:
            self._shipped[job.digest] = self._client.submit(
                ship, job.text(), job.people, key=f"waterbed-scenario-{job.digest}"
            )
        others = self._others(flight)
        # Whoever computes a block again may not depend on the worker that is late.
        late = self._stalled or flight.futures
        scenario = ship(job.text(), job.people) if late else self._shipped[job.digest]
        bare = Job(job.digest, str, {}, job.arms, job.seed)  # the text goes once, as a result of its own
        future = self._client.submit(
            compute,
            scenario,
            bare,
            block.first,
            block.count,
            self._threads,
            build(),
            key=f"waterbed-{block.name}-{len(flight.futures)}",
            workers=others or None,
            allow_other_workers=bool(others),
        )
        flight.futures.append(future)
        future.add_done_callback(self._fetch)

    def _fetch(self, future: Future) -> None:
        """Ask for an answer without waiting for it: its worker may stand still, and nobody else may wait for that."""
        bringing = asyncio.run_coroutine_threadsafe(
            self._client.gather(future, asynchronous=True), self._client.loop.asyncio_loop
        )
        bringing.add_done_callback(lambda brought: self._done.put((future, brought)))

    def _others(self, flight: _Flight) -> list[str]:
        """Give the workers for a block that is late: those heard of lately, if possible others than have it."""
        if not flight.futures:
            return []
        seen = {address: told["last_seen"] for address, told in self._client.scheduler_info(-1)["workers"].items()}
        heard = [address for address in seen if seen[address] > max(seen.values()) - SILENT]
        keys = {future.key for future in flight.futures}
        has_it = {address for address, held in self._client.processing().items() if not keys.isdisjoint(held)}
        return [address for address in heard if address not in has_it] or heard

    def late(self, *, nothing_left: bool) -> Block | None:
        """Find a block that takes much longer than expected.

        While other blocks are left to give out, only if nothing at all has come for as long: then the other workers may
        be waiting for the one that stands still, which alone holds the scenario.
        """
        now = time.monotonic()

        def waited(flight: _Flight) -> float:
            return now - (flight.begun if nothing_left else max(flight.begun, self._brought))

        def patience(flight: _Flight) -> float:
            first = LATE * (self._seconds * flight.block.count + LOOK) if self._seconds > 0.0 else FIRST
            return first * 2.0 ** (len(flight.futures) - 1)

        slow = [flight for flight in self.flights.values() if waited(flight) > patience(flight)]
        self._stalled |= bool(slow) and not nothing_left
        return min(slow, key=lambda flight: flight.begun).block if slow else None

    def wait(self) -> tuple[Block, Answer] | None:
        """Wait a moment for a block; None if none has come."""
        try:
            future, brought = self._done.get(timeout=0.1)
        except queue.Empty:
            return None
        found = [flight for flight in self.flights.values() if future in flight.futures]
        if not found:
            return None  # another worker was faster
        flight = found[0]
        answer = _answer(flight.block, brought)
        self._brought = time.monotonic()
        self._seconds = max(1e-6, answer.seconds / flight.block.count)
        del self.flights[flight.block.name]
        _release(flight.futures)
        return flight.block, answer

    def close(self) -> None:
        """Withdraw what is left; workers stop within a second."""
        for flight in self.flights.values():
            _release(flight.futures)
        _release(list(self._shipped.values()))


def _answer(block: Block, brought: concurrent.futures.Future[Answer]) -> Answer:
    what = f"replications {block.first} to {block.stop - 1}"
    error = concurrent.futures.CancelledError() if brought.cancelled() else brought.exception()
    if error is None or isinstance(error, ValueError):
        return brought.result()
    if isinstance(error, concurrent.futures.CancelledError):
        raise ConnectionError(f"{what}: the Dask scheduler dropped them; was the cluster closed?") from error
    raise ChildProcessError(f"{what}: could not be computed on the cluster: {error}") from error


def _release(futures: list[Future]) -> None:
    """Wait for them no longer; another run of the same client may."""
    for future in futures:
        future.release()


def run_on(client: Client, threads: int, blocks: Queue, take: Take, advance: Advance) -> None:
    """Compute everything in a queue on the workers of a client."""
    cluster = _Cluster(client, threads)
    done = 0
    try:
        while blocks.left or cluster.flights:
            # One block more than they can compute, so that no worker waits for its next.
            room = cluster.slots() + len(cluster.workers())
            while len(cluster.flights) < room and (block := blocks.take(cluster.size(blocks.left))) is not None:
                cluster.start(block)
            if (late := cluster.late(nothing_left=not blocks.left)) is not None:
                cluster.start(late)
            finished = cluster.wait()
            if finished is not None:
                block, answer = finished
                core = from_bytes(answer.data, block, f"block from {answer.worker}")
                done += block.count
                take(block, core, answer.data)
                advance(done, answer.cycles)
    finally:
        cluster.close()
