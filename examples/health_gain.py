"""What pay for health gain pays for luck: an arm in which nobody's care changes, so that every true gain is zero.

Fits what is expected of each person on the base years of one replication, freezes it, and measures the gain of each GP
group in the first performance year of other replications, net of comparison groups.

    python examples/health_gain.py scenarios/leiden_region.yaml --replications 8 \
        --comparison gp_alphen_east gp_alphen_west
"""

from __future__ import annotations

import argparse

import pandas as pd

import waterbed as wb
from waterbed import expectation as ex

CONTRACTS = ("health_gain_2026", "health_gain_credibility_2026", "health_gain_per_person_2026")
AGES = (5, 25, 50, 65, 80, 92)


def gains(
    scenario: wb.Scenario, comparison: list[str], replications: int, group: str = "practice_group"
) -> list[ex.HealthGain]:
    """Give one measurement a replication; the model is fitted on the base years of replication 0."""
    start = scenario.outline().start_year
    base = scenario.person_years(years=range(start - 3, start))
    base["state"] = ex.recorded_conditions(base)
    recorded = [name for name in base if name.startswith("recorded_")]
    features = ["remaining", ex.spline("age", AGES), "sex", ex.levels("deprivation"), *recorded]
    found: list[ex.HealthGain] = []
    for replication in range(1, replications + 1):
        people = scenario.person_years(years=[start, start + 1], replication=replication)
        people["state"] = ex.recorded_conditions(people)
        base_or_frozen = found[0] if found else base
        gained = ex.health_gain(
            base_or_frozen, people, state="state", group=group, comparison=comparison, features=features, discount=0.015
        )
        found.append(gained)
    return found


def table(measured: list[ex.HealthGain]) -> pd.DataFrame:
    """Mean over groups and replications of what each contract pays, EUR, and its standard error."""
    contracts = {name: wb.contracts.load(f"proposed/{name}") for name in CONTRACTS}
    paid = pd.concat([each.payments(contracts) for each in measured])
    by = paid.groupby(level="contract")
    means = by[["people", "paid", "noise"]].mean()
    means["standard_error"] = by["paid"].sem()
    means["paid_per_person"] = means["paid"] / means["people"]
    return means


def main() -> None:
    """Print the table and the shares that are luck."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("--replications", type=int, default=4)
    parser.add_argument("--comparison", nargs="+", required=True)
    parser.add_argument("--group", default="practice_group")
    given = parser.parse_args()
    measured = gains(wb.load(given.scenario), given.comparison, given.replications, given.group)
    print(table(measured).round(2).to_string())
    first = measured[0]
    print(f"luck: {100 * first.luck.person:.4f} % of a person's gain, {100 * first.luck.group:.0f} % of a group's")
    print(f"spread of one person's gain: {first.luck.within**0.5:.3f} QALY; model {first.model.digest[:12]}")


if __name__ == "__main__":
    main()
