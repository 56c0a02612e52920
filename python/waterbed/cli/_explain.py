"""The command `explain`: why an arm moves what it moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.text import Text

from waterbed import _core
from waterbed._atomic import check_writable, may_replace, replacing_folder
from waterbed._sentences import CHANCE_ONLY
from waterbed.cli._exit import exit_codes, told_of_option
from waterbed.cli._screen import console
from waterbed.euro import trace_euro
from waterbed.explanation import Explanation, explain
from waterbed.plots._style import write_figure
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
        folder = Path("out") / f"{loaded.name}_{arm}_why" if out is None else out
        if folder.exists() and not may_replace(folder):
            raise ValueError(f"{folder}: the folder holds something else than results; name another one with --out")
        with told_of_option("--out"):
            check_writable(folder)
        found = explain(loaded, arm, year=year, replications=replications, seed=seed, threads=threads)
        tables = {"decisions": found.decisions(), "marginals": found.marginals(), "flows": found.flows()}
        tables["held_back"] = found.held_back()
        if person is not None:
            tables["person"] = loaded.trace(person, arm, seed=seed, threads=threads)
        if payer is not None:
            tables["euro"] = trace_euro(loaded, arm, payer, seed=seed, threads=threads)
        with told_of_option("--out"):
            _write(found, tables, folder)
        _show(found, console())
        print(f"\nTables and figure: {folder}")


def _write(found: Explanation, tables: dict[str, pd.DataFrame], folder: Path) -> None:
    results = found.difference.results
    made_of = {
        "waterbed": _core.__version__,
        "scenario": results.outline.name,
        "scenario_digest": results.outline.digest,
        "arm": found.arm,
        "baseline": found.difference.baseline,
        "year": found.year,
        "seed": results.seed,
        "replications": results.replications,
        "results_digest": results.digest(),
        "sentences": found.sentences(),
    }
    figure = found.plot()
    with replacing_folder(folder) as new:
        (new / "manifest.json").write_text(json.dumps(made_of, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for name, table in tables.items():
            table.to_csv(new / f"{name}.csv", index=False)
        if figure is not None:
            write_figure(figure, new / "moved.svg")


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
