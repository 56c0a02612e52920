"""The command `calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waterbed._atomic import check_writable, check_writable_file, may_replace
from waterbed.calibrate import calibrate, read_targets
from waterbed.calibrate._report import show_calibration, write_calibration, write_in_place
from waterbed.cli._exit import exit_codes, told_of_option
from waterbed.cli._screen import console
from waterbed.scenario import load


def calibrate_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")],
    targets: Annotated[Path, typer.Argument(metavar="TARGETS", help="Targets file (YAML).")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write; default out/SCENARIO_calibrated.")
    ] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="Change the scenario's own files too.")] = False,
    replications: Annotated[
        int | None, typer.Option(min=1, help="Of each simulation; default as TARGETS says.")
    ] = None,
    expected_only: Annotated[
        bool, typer.Option("--expected-only", help="Neither correct nor confirm by simulation.")
    ] = False,
) -> None:
    """Adjust named rates until the usual arm meets targets by age, sex, sector and place; confirm by simulation."""
    with exit_codes():
        loaded = load(scenario)
        file = read_targets(targets)
        folder = Path("out") / f"{loaded.name}_calibrated" if out is None else out
        if folder.exists() and not may_replace(folder):
            raise ValueError(f"{folder}: the folder holds something else than results; name another one with --out")
        with told_of_option("--out"):
            check_writable(folder)
        if in_place:
            check_writable_file(scenario)
        done = calibrate(loaded, file, simulate=not expected_only, replications=replications, progress=True)
        with told_of_option("--out"):
            write_calibration(done, folder)
        show_calibration(done, console())
        print(f"\nScenario, tables and figures: {folder}")
        if in_place:
            print("Changed: " + ", ".join(str(file) for file in write_in_place(done)))
