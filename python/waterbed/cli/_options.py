"""Options that commands share, and the run that they ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from waterbed.cli._precision import run_until
from waterbed.results import Results
from waterbed.scenario import Scenario

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")]
Replications = Annotated[int | None, typer.Option(min=1, help="Draws of the whole region; default the scenario's.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of every draw; default the scenario's.")]
ParameterSets = Annotated[
    int | None,
    typer.Option(
        min=0,
        metavar="P",
        help="Draw the uncertain numbers so often, each with its replications (2); 0 takes their means. Default the "
        "scenario's.",
    ),
]
Threads = Annotated[int | None, typer.Option(min=1, help="Default one a processor.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write; default out/SCENARIO.")]


def run_scenario(
    scenario: Scenario, parameter_sets: int | None, replications: int | None, precision: str | None, **options: Any
) -> Results:
    """Run at the means, with parameter sets or to a precision, as the options and the scenario say."""
    sets = scenario.parameter_sets if parameter_sets is None else parameter_sets
    if precision is not None:
        if sets:
            raise ValueError("--precision: goes without parameter sets; --parameter-sets 0 takes the means")
        return run_until(scenario, precision, replications, **options)
    if sets == 0:
        return scenario.run(replications=replications, **options)
    if scenario.uncertain.empty:
        raise ValueError("--parameter-sets: no number of the scenario is a distribution")
    if sets < 2:
        raise ValueError(f"--parameter-sets: must be 0 or at least 2, got {sets}")
    if replications is not None and replications < 2:
        raise ValueError(f"--replications: must be at least 2 in each parameter set, got {replications}")
    return scenario.run_uncertain(parameter_sets=sets, replications=replications, **options)


def check_arm(option: str, scenario: Scenario, arm: str) -> None:
    """Refuse an arm that cannot be set against the baseline, before anything is run."""
    others = [name for name in scenario.arms if name != scenario.baseline]
    if arm not in others:
        raise ValueError(f"{option}: must be one of {', '.join(others) or 'no arms'}, got {arm}")
