"""The command `matrix`: what moves elsewhere when one part is pressed a little."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from waterbed._sentences import BASES as BASIS_WORDS
from waterbed._sentences import CHANCE_ONLY
from waterbed._text import signed
from waterbed.cli._exit import exit_codes, told_of_value
from waterbed.cli._folder import folder_for, write_tables
from waterbed.cli._screen import console
from waterbed.matrix import BASES, OTHERS, WaterbedMatrix, levers_of, waterbed_matrix
from waterbed.scenario import load


class Rows(StrEnum):
    """What the rows and columns are."""

    provider = "provider"
    sector = "sector"


def matrix_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")],
    press: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Whom to press; may be repeated. Default all in the region."),
    ] = None,
    by: Annotated[Rows, typer.Option(help="Providers, or sectors.")] = Rows.provider,
    change: Annotated[float, typer.Option(metavar="PART", help="Of the contract amounts, either way.")] = 0.01,
    replications: Annotated[
        int | None,
        typer.Option(min=1, help="Each is two runs of an arm for everybody pressed; default the scenario's."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of every draw; default the scenario's.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Default one a processor.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write; default out/SCENARIO_matrix.")
    ] = None,
) -> None:
    """Move each provider's ceiling or tariff 1 % down and up: what moves elsewhere for what moves there."""
    with exit_codes():
        loaded = load(scenario)
        folder = folder_for(out, f"{loaded.name}_matrix")
        if not 0 < change < 1:
            raise ValueError(f"--change: must be above 0 and below 1, got {change:g}")
        with told_of_value("--press"):
            levers = levers_of(loaded, press, by.value)
        found = waterbed_matrix(
            loaded, list(levers), by=by.value, change=change, replications=replications, seed=seed, threads=threads
        )
        about = {"baseline": found.baseline, "pressed": found.levers, "change": found.change}
        table = pd.concat([found.table(basis).assign(basis=basis) for basis in BASES], ignore_index=True)
        figures = {f"matrix_{basis}": found.plot(basis) for basis in BASES}
        write_tables(folder, found.results, about, {"matrix": table}, figures)
        _show(found, console())
        print(f"\nTables and figures: {folder}")


def _show(found: WaterbedMatrix, to: Console) -> None:
    outline = found.results.outline
    to.print(Text(f"{outline.title or outline.name}: waterbed matrix", style="bold"))
    to.print(f"{found.results.replications} replications, seed {found.results.seed}. {CHANCE_ONLY}")
    for basis in BASES:
        to.print()
        to.print(Text(f"{BASIS_WORDS[basis]}", style="bold"))
        to.print(_table(found, found.table(basis)))
    to.print(
        "Change of the column for a change of 1 of the row (95 % simulation error); below zero: it rises when the row "
        "falls."
    )


def _table(found: WaterbedMatrix, lines: pd.DataFrame) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("pressed")
    moved = lines.groupby("part", sort=False)["difference"].transform(lambda d: (d != 0).any())
    parts = [part for part in dict.fromkeys(lines[moved]["part"]) if part != OTHERS] + [OTHERS]
    for part in parts:
        table.add_column(part if part == OTHERS else found.title(part), justify="right")
    for (pressed, change), block in lines.groupby(["pressed", "change"], sort=False):
        rows = block.set_index("part")
        name = f"{found.title(str(pressed))}: {rows['lever'].iloc[0]} {signed(100 * float(str(change)), 1)} %"
        if rows["message"].iloc[0]:
            table.add_row(name, rows["message"].iloc[0])
            continue
        table.add_row(name, *("1" if part == pressed else _cell(rows.loc[part]) for part in parts))
    return table


def _cell(row: pd.Series) -> str:
    text = signed(row["ratio"], 3)
    if math.isnan(row["ratio_low"]):
        return text
    return f"{text} ({signed(row['ratio_low'], 3)} to {signed(row['ratio_high'], 3)})"
