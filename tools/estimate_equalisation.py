"""Estimate the weights of a scenario's risk equalisation by ordinary least squares on the simulated baseline.

    tools/estimate_equalisation.py SCENARIO FOLDER [--replications N]

The scenario's `insurance.equalisation` says the age bands and the groups; its weights are not used. Writes
`equalisation_age_sex.csv` and `equalisation_groups.csv` into FOLDER, whole EUR per person-year at list prices, and
prints the closing factor with which they pay for the cash of the baseline as a whole, and EUR of own payments and cash
per adult and year.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt

import waterbed as wb
from waterbed import _core

#: Completed years from which premium and deductible are due.
ADULT_FROM = 18

#: What stands above every table of weights.
ORIGIN = (
    "Least squares of insured spending at list prices\n"
    "# on the simulated usual arm (B: of the simulation, not of the country). Made by tools/estimate_equalisation.py."
)


def weights_of(cycles: npt.ArrayLike, spending: npt.ArrayLike, cycles_per_year: int) -> list[float]:
    """Solve for what each class adds.

    Parameters
    ----------
    cycles
        Person-cycles of those in both classes, shape (classes, classes).
    spending
        Micro-euro of those in the class, shape (classes,).
    cycles_per_year
        12 if a cycle is a month.

    Returns
    -------
    list of float
        EUR per person-year of each class; 0 for a class that nobody is in.
    """
    both = np.asarray(cycles, dtype=float)
    used = np.flatnonzero(both.diagonal() > 0)
    found = np.zeros(len(both))
    found[used] = np.linalg.solve(both[np.ix_(used, used)], np.asarray(spending, dtype=float)[used] / 1e6)
    return [float(weight) for weight in found * cycles_per_year]


def table(comment: str, head: str, rows: list[str]) -> str:
    """Give the text of a table with its origin on top."""
    return "\n".join([f"# {comment} {ORIGIN}", head, *rows]) + "\n"


def is_adult(name: str) -> bool:
    """Tell whether a class is one of age and sex that begins at 18 or over."""
    return "." in name and int(name.partition(".")[2].partition("-")[0]) >= ADULT_FROM


def main() -> None:
    """Read the arguments, estimate, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--replications", type=int, default=4)
    arguments = parser.parse_args()
    model = _core.compile_scenario(_core.load_scenario(arguments.scenario))
    moments = _core.class_moments(model, _core.RunOptions(replications=arguments.replications))
    cycles = np.asarray(moments.cycles, dtype=float).reshape(len(moments.classes), len(moments.classes))
    exact = weights_of(cycles, moments.spending, moments.cycles_per_year)
    weights = {name: round(weight) for name, weight in zip(moments.classes, exact, strict=True)}
    rows = [f"{name.replace('.', ',').replace('-', ',')},{weights[name]}" for name in weights if "." in name]
    (arguments.folder / "equalisation_age_sex.csv").write_text(
        table("EUR per person-year by age and sex.", "sex,age_low,age_high,value", rows), encoding="utf-8"
    )
    rows = [f"{name},{weights[name]}" for name in weights if "." not in name]
    (arguments.folder / "equalisation_groups.csv").write_text(
        table("EUR per person-year that a group adds.", "group,amount", rows), encoding="utf-8"
    )
    scenario = wb.load(arguments.scenario)
    results = scenario.run(replications=arguments.replications, arms=[scenario.baseline], progress=False)

    def of(item: str) -> float:
        return float(results.total("insurer_result", where={"item": item}).of().sum()) / 1e6

    lived = cycles.diagonal() / moments.cycles_per_year
    normative = float(np.dot([weights[name] for name in moments.classes], lived))
    print(f"closing_factor: {of('cash') / normative:.4f}")
    adults = sum(years for name, years in zip(moments.classes, lived, strict=True) if is_adult(name))
    print(f"expected_deductible: {of('deductible') / adults:.0f}")
    print(f"cash per adult and year: {of('cash') / adults:.0f}")


if __name__ == "__main__":
    main()
