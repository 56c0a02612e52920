"""The option `--precision`: run until a result is known well enough."""

from __future__ import annotations

import math
from typing import Annotated, Any

import typer

from waterbed.cli._exit import told_of_value
from waterbed.precision import MOST, run_to_precision
from waterbed.results import Results
from waterbed.scenario import Scenario

Wanted = Annotated[
    str | None,
    typer.Option(
        metavar="NAME=HALF",
        help="Run until the 95 % simulation error of a line of the comparison is at most HALF, in every arm: "
        f'"Spending in cash/total=2.5". Up to --replications ({MOST}).',
    ),
]


def run_until(scenario: Scenario, wanted: str, replications: int | None, **options: Any) -> Results:
    """Run to a precision and say what was reached."""
    name, mark, half = wanted.rpartition("=")
    try:
        width = float(half)
    except ValueError:
        width = math.nan
    if not (mark and name and width > 0 and math.isfinite(width)):
        raise ValueError(f"--precision: must be NAME=HALF with HALF above 0, got {wanted}")
    with told_of_value("--precision"):
        results, reached = run_to_precision(
            scenario, name, width, most=MOST if replications is None else replications, **options
        )
    print(reached.sentence(), flush=True)
    return results
