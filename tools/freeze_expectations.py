#!/usr/bin/env python3
"""Make the frozen models under scenarios/data that scenarios pay by, from the base years of one replication.

    python tools/freeze_expectations.py [NAME ...]

A model is fitted under the contracts of the reference arm, so the years are the same in all arms.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

import waterbed as wb
from waterbed import expectation as ex

ROOT = Path(__file__).resolve().parents[1]

#: Folder below scenarios/data: scenario, how many base years it has, discount of health per year.
MADE = {"health_gain": ("two_clinics", 2, 0.015)}

AGES = (5, 25, 50, 65, 80, 92)


def frozen(name: str) -> dict[str, ex.Model]:
    """Fit the models of one folder."""
    scenario_name, base_years, discount = MADE[name]
    scenario = wb.load(ROOT / "scenarios" / f"{scenario_name}.yaml")
    start = scenario.outline().start_year
    base = scenario.person_years(years=range(start - base_years, start))
    base["recorded_conditions"] = ex.recorded_conditions(base)
    recorded = [name for name in base if name.startswith("recorded_") and name != "recorded_conditions"]
    traits: list[ex.Feature | str] = [ex.spline("age", AGES), "sex", ex.levels("deprivation")]
    source = f"person-years {start - base_years} to {start - 1} of {scenario_name}"
    return {
        "health": _health(base, ["remaining", *traits, *recorded], recorded, discount),
        "health_without_recorded": _health(base, traits, (), discount),
        "cost": _cost(base, [*traits, *recorded], recorded, source),
    }


def _health(
    base: pd.DataFrame, features: Sequence[ex.Feature | str], recorded: Sequence[str], discount: float
) -> ex.Model:
    group = str(base["practice_group"].cat.categories[0])
    window = base[base["year"] >= base["year"].max() - 1]
    return ex.health_gain(
        base, window, state="recorded_conditions", group="practice_group", comparison=[group], features=features,
        recorded_by_holder=recorded, discount=discount,
    ).model  # fmt: skip


def _cost(
    base: pd.DataFrame, features: Sequence[ex.Feature | str], recorded: Sequence[str], source: str
) -> ex.Model:
    people = base.assign(years=base["cycles"] / base["cycles"].max())
    model = ex.fit(
        people, outcome="spending_eur", exposure="years", features=features, recorded_by_holder=recorded,
        folds=0, unit="EUR", source=source,
    ).model  # fmt: skip
    assert model is not None
    return model


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", default=list(MADE), help="folders below scenarios/data")
    for name in parser.parse_args().name:
        for file, model in frozen(name).items():
            model.save(ROOT / "scenarios" / "data" / name / f"{file}.yaml")
            print(f"{name}/{file}.yaml: {model}")


if __name__ == "__main__":
    main()
