"""What a Dask cluster costs beside the threads of one process, on this machine.

.venv/bin/python benchmarks/cluster.py [SCENARIO [REPLICATIONS [ROUNDS]]]

Two workers of one thread each against one process of two threads, in turn; both have compiled the scenario before. The
answers must be the same bytes. Workers keep memory between replications, as docs/runs.md advises.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import dask
from distributed import Client, LocalCluster

import waterbed as wb

WORKERS = 2
#: Dask has its workers give memory back at once, which costs a run of many replications about 4 %.
KEEP_MEMORY = {"distributed.nanny.pre-spawn-environ": {"MALLOC_TRIM_THRESHOLD_": str(1 << 30), "OMP_NUM_THREADS": 1}}


def timed(run: Callable[[int], wb.Results], replications: int) -> tuple[float, str]:
    """Seconds by the clock, and the digest of the answer."""
    begun = time.perf_counter()
    results = run(replications)
    return time.perf_counter() - begun, results.digest()


def main() -> None:
    """Print one row for each way, and the overhead with its range over rounds."""
    name = sys.argv[1] if len(sys.argv) > 1 else "scenarios/leuven.yaml"
    replications = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    scenario = wb.load(name)
    arm = [scenario.arms[0]]
    with (
        dask.config.set(KEEP_MEMORY),
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        ways: dict[str, Callable[[int], wb.Results]] = {
            "one process, threads": lambda n: scenario.run(replications=n, arms=arm, threads=WORKERS, progress=False),
            "Dask workers": lambda n: scenario.run(replications=n, arms=arm, client=client, progress=False),
        }
        for way in ways.values():
            way(2 * WORKERS)  # compiles here and on the workers
        taken: dict[str, list[float]] = {label: [] for label in ways}
        digests = set()
        for _ in range(rounds):
            for label, way in ways.items():
                seconds, digest = timed(way, replications)
                taken[label].append(seconds)
                digests.add(digest)
    assert len(digests) == 1, digests
    print(f"{name}, {replications} replications of one arm, {WORKERS} at a time, {rounds} rounds, seconds by the clock")
    for label, seconds in taken.items():
        print(f"{label}: {statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})")
    one, other = taken.values()
    over = sorted(100 * (there / here - 1) for here, there in zip(one, other, strict=True))
    print(f"overhead: {statistics.median(over):.1f} % ({over[0]:.1f} to {over[-1]:.1f})")


if __name__ == "__main__":
    main()
