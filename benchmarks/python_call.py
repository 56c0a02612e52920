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


def call(seed: int) -> wb.Results:
    """What a user writes."""
    return wb.load(FILE).run(replications=1, seed=seed, threads=1, progress=False)


def main() -> None:
    """Check and time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=15)
    calls = parser.parse_args().calls
    results = call(1)
    for table, published in PUBLISHED.items():
        values = results.values(table).reshape(-1)
        found = float(np.sum(values / 1e6 / 1.03 ** np.arange(len(values)))) / 1e5
        if abs(found - published) > 4 * SD[table] / 1e5**0.5:
            raise SystemExit(f"{table}: {found}, published {published}")
    seconds, spent = [], []
    for seed in range(calls):
        begun, cpu = time.perf_counter(), time.process_time()
        call(seed)
        seconds.append(time.perf_counter() - begun)
        spent.append(time.process_time() - cpu)
    print(json.dumps({"milliseconds": 1000 * float(np.median(seconds)), "cpu_milliseconds": 1000 * min(spent)}))


if __name__ == "__main__":
    main()
