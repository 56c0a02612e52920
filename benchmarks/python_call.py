"""Workload W1 from Python: the file is read, compiled and run, the answer is compared, and the call is timed."""

from __future__ import annotations

import argparse
import json
import time

import numpy as np

import waterbed as wb

FILE = "scenarios/sick_sicker.yaml"
#: Source: Krijkamp et al., Medical Decision Making 38 (2018) 400-422.
PUBLISHED = {"health_costs": 103_759.0, "qalys": 18.921}
#: Standard deviation of a person's discounted costs and QALYs, rounded up.
SD = {"health_costs": 66_000.0, "qalys": 6.5}


def call(seed: int, threads: int | None) -> wb.Results:
    """What a user writes; without `threads` it takes a processor each."""
    return wb.load(FILE).run(replications=1, seed=seed, threads=threads, progress=False)


def main() -> None:
    """Check and time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=15)
    calls = parser.parse_args().calls
    results = call(1, None)
    for table, published in PUBLISHED.items():
        values = results.values(table).reshape(-1)
        found = float(np.sum(values / 1e6 / 1.03 ** np.arange(len(values)))) / 1e5
        if abs(found - published) > 4 * SD[table] / 1e5**0.5:
            raise SystemExit(f"{table}: {found}, published {published}")
    seconds: dict[int | None, list[float]] = {1: [], None: []}
    spent = []
    for seed in range(calls):
        for threads, taken in seconds.items():
            begun, cpu = time.perf_counter(), time.process_time()
            call(seed, threads)
            taken.append(time.perf_counter() - begun)
            if threads == 1:
                spent.append(time.process_time() - cpu)
    print(
        json.dumps(
            {
                "milliseconds": 1000 * float(np.median(seconds[1])),
                "default_milliseconds": 1000 * float(np.median(seconds[None])),
                "cpu_milliseconds": 1000 * min(spent),
            }
        )
    )


if __name__ == "__main__":
    main()
