"""What pairing of arms and the control variate gain: variance ratios, which are gains in time for the same interval.

.venv/bin/python benchmarks/variance.py [SCENARIO [REPLICATIONS]]
"""

from __future__ import annotations

import sys

import waterbed as wb
from waterbed.sweeps import before_and_after

OUTCOMES = ["Spending at list prices/total", "Spending in cash/total"]


def ratio_of_pairs(results: wb.Results, outcome: str, arm: str) -> float:
    """Variance of a difference between runs of their own over that of paired arms."""
    before, after = before_and_after(results, outcome, arm)
    return float((before.var(ddof=1) + after.var(ddof=1)) / (after - before).var(ddof=1))


def main() -> None:
    """Print one row an outcome and arm."""
    name = sys.argv[1] if len(sys.argv) > 1 else "scenarios/two_clinics.yaml"
    replications = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    scenario = wb.load(name)
    results = scenario.run(replications=replications, seed=3, progress=False)
    print(f"{name}, {replications} replications")
    print("| outcome | arm | pairing | control variate | both |")
    print("|---|---|---|---|---|")
    for outcome in OUTCOMES:
        level = wb.controlled(scenario, results, outcome).variance_ratio
        print(f"| {outcome} | level of {results.baseline} | - | {level:.3g} | - |")
        for arm in (arm for arm in results.arms if arm != results.baseline):
            pairs = ratio_of_pairs(results, outcome, arm)
            control = wb.controlled(scenario, results, outcome, arm).variance_ratio
            print(f"| {outcome} | {arm} | {pairs:.3g} | {control:.3g} | {pairs * control:.3g} |")


if __name__ == "__main__":
    main()
