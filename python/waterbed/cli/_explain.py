"""The command `explain`: why an arm moves what it moves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from waterbed._sentences import CHANCE_ONLY
from waterbed.cli._exit import exit_codes, told_of_value
from waterbed.cli._folder import folder_for, write_tables
from waterbed.cli._options import check_arm
from waterbed.cli._screen import console
from waterbed.euro import trace_euro
from waterbed.explanation import Explanation, checked_year, explain
from waterbed.scenario import load

HEADINGS = {
    "headlines": "What changes",
    "decisions": "Decisions, and the terms behind them",
    "supply": "Past the ceilings",
    "flows": "Flows that moved most",
}


def explain_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")],
    arm: Annotated[str, typer.Option(metavar="NAME", help="Arm to explain, against the baseline.")],
    year: Annotated[int | None, typer.Option(help="Whose decisions are looked at; default the last.")] = None,
    person: Annotated[int | None, typer.Option(min=0, help="Also write what happens to this person.")] = None,
    payer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Also write where each euro of this payer goes.")
    ] = None,
    replications: Annotated[int | None, typer.Option(min=1, help="Default the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of every draw; default the scenario's.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Default one a processor.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write; default out/SCENARIO_ARM_why.")
    ] = None,
) -> None:
    """Tell which decisions an arm changes, by which term of which contract, and what moves."""
    with exit_codes():
        loaded = load(scenario)
        check_arm("--arm", loaded, arm)
        if person is not None and person >= loaded.persons:
            raise ValueError(f"--person: must be in [0, {loaded.persons - 1}], got {person}")
        folder = folder_for(out, f"{loaded.name}_{arm}_why")
        with told_of_value("--year"):
            year = checked_year(loaded, year)
        found = explain(loaded, arm, year=year, replications=replications, seed=seed, threads=threads)
        tables = {"decisions": found.decisions(), "marginals": found.marginals(), "flows": found.flows()}
        tables["held_back"] = found.held_back()
        if person is not None:
            tables["person"] = loaded.trace(person, arm, seed=seed, threads=threads)
        if payer is not None:
            tables["euro"] = trace_euro(loaded, arm, payer, seed=seed, threads=threads)
        about = {
            "arm": arm,
            "baseline": found.difference.baseline,
            "year": found.year,
            "sentences": found.sentences(),
        }
        write_tables(folder, found.difference.results, about, tables, {"moved": found.plot()})
        _show(found, console())
        print(f"\nTables and figure: {folder}")


def _show(found: Explanation, to: Console) -> None:
    results = found.difference.results
    outline = results.outline
    to.print(Text(f"{outline.title or outline.name}: {outline.arm_title(found.arm)}, explained", style="bold"))
    to.print(f"{results.replications} replications, seed {results.seed}; decisions of {found.year}. {CHANCE_ONLY}")
    for part, told in found.sentences().items():
        if told:
            to.print()
            to.print(Text(HEADINGS[part], style="bold"))
            for sentence in told:
                to.print(Text(f"- {sentence}"))
