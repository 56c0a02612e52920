"""Workload W1 as one writes it in NumPy: all persons at once, cycle by cycle, with each person's costs and QALYs."""

from __future__ import annotations

import argparse
import json
import time

import numpy as np

# Stages healthy, sick, sicker, dead. Source: Krijkamp et al., Medical Decision Making 38 (2018) 400-422.
DEATH = [0.005, 0.014925125, 0.04888986953422810744]
MOVES = np.array(
    [
        [1 - 0.15 - DEATH[0], 0.15, 0, DEATH[0]],
        [0.5, 1 - 0.5 - 0.105 - DEATH[1], 0.105, DEATH[1]],
        [0, 0, 1 - DEATH[2], DEATH[2]],
        [0, 0, 0, 1],
    ]
)
COST = np.array([2000.0, 4000.0, 15000.0, 0.0])
UTILITY = np.array([1.0, 0.75, 0.5, 0.0])


def exact(cycles: int) -> tuple[float, float]:
    """Costs and QALYs a person of the cohort, rewards at the start and after each cycle, discounted by 3 %."""
    share, cost, qaly = np.array([1.0, 0, 0, 0]), 0.0, 0.0
    for t in range(cycles + 1):
        cost, qaly = cost + share @ COST / 1.03**t, qaly + share @ UTILITY / 1.03**t
        share = share @ MOVES
    return cost, qaly


def simulate(persons: int, cycles: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Costs and QALYs of every person."""
    below = np.cumsum(MOVES, axis=1)
    stage, cost, qaly = np.zeros(persons, dtype=np.int8), np.zeros(persons), np.zeros(persons)
    for t in range(cycles + 1):
        cost += (COST / 1.03**t)[stage]
        qaly += (UTILITY / 1.03**t)[stage]
        word = rng.random(persons)
        cuts = [below[stage, k] for k in range(3)]
        stage = (word >= cuts[0]).astype(np.int8) + (word >= cuts[1]) + (word >= cuts[2])
    return cost, qaly


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=100_000)
    persons = parser.parse_args().persons
    cost, qaly = simulate(persons, 60, np.random.default_rng(1))
    for found, value in zip((cost, qaly), exact(60), strict=True):
        if abs(found.mean() - value) > 4 * found.std() / persons**0.5:
            raise SystemExit(f"{found.mean()} is not the exact {value}")
    best = 1e9
    for seed in range(3):
        begun = time.process_time()
        simulate(persons, 60, np.random.default_rng(seed))
        best = min(best, time.process_time() - begun)
    print(json.dumps({"per_second": persons * 60 / best, "version": np.__version__}))
