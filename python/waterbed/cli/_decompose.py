"""The command `decompose`: which mechanism moves what an arm changes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from waterbed._sentences import CHANCE_ONLY
from waterbed._text import change, number
from waterbed.cli._exit import exit_codes
from waterbed.cli._folder import folder_for, write_tables
from waterbed.cli._options import check_arm
from waterbed.cli._screen import console
from waterbed.decomposition import MEANINGS, PARTS, Decomposition, decompose, price_volume_mix
from waterbed.scenario import load


def decompose_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")],
    arm: Annotated[str, typer.Option(metavar="NAME", help="Arm to take apart, against the baseline.")],
    replications: Annotated[
        int | None, typer.Option(min=1, help="Each is 17 runs of an arm; default the scenario's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of every draw; default the scenario's.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Default one a processor.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write; default out/SCENARIO_ARM_parts.")
    ] = None,
) -> None:
    """Divide what an arm changes among contract, incentive, waiting, recording and health; parts add up."""
    with exit_codes():
        loaded = load(scenario)
        check_arm("--arm", loaded, arm)
        folder = folder_for(out, f"{loaded.name}_{arm}_parts")
        found = decompose(loaded, arm, replications=replications, seed=seed, threads=threads)
        _write(found, folder)
        _show(found, console())
        print(f"\nTables and figure: {folder}")


def _price_volume_mix(found: Decomposition) -> pd.DataFrame:
    return price_volume_mix(found.results.compare(), found.results.arms[-1]).drop(columns="arm")


def _write(found: Decomposition, folder: Path) -> None:
    about = {"arm": found.arm, "baseline": found.baseline, "runs": found.results.arms, "parts": MEANINGS}
    tables = {"parts": found.summary(), "price_volume_mix": _price_volume_mix(found)}
    write_tables(folder, found.results, about, tables, {"parts": found.plot()})


def _show(found: Decomposition, to: Console) -> None:
    outline = found.results.outline
    to.print(Text(f"{outline.title or outline.name}: {outline.arm_title(found.arm)}, by mechanism", style="bold"))
    to.print(
        f"{found.results.replications} replications, {found.runs} runs of an arm in each, seed {found.results.seed}. "
        f"{CHANCE_ONLY}"
    )
    to.print(_table(found.summary()))
    to.print(
        "Mean ± 95 % simulation error. Parts add up to the total: contract is the arm's contracts with everything else "
        "held as in the baseline, then Shapley's value of each mechanism."
    )
    to.print()
    to.print(Text("Cash by sector: price, volume and mix, EUR thousand over the performance years", style="bold"))
    to.print(_cash(_price_volume_mix(found)))


def _cells(block: pd.DataFrame, parts: tuple[str, ...], scale: float = 1.0) -> list[str]:
    rows = {row["part"]: row for _, row in block.iterrows()}
    return [_cell(rows[part], scale) for part in parts]


def _cell(row: pd.Series, scale: float) -> str:
    mean, half = row["difference"] / scale, (row["high"] - row["low"]) / 2 / scale
    if mean == 0.0 and (half == 0.0 or math.isnan(half)):
        return "0"
    return change(mean, half, math.nan, math.nan)


def _heads(table: Table, parts: tuple[str, ...]) -> None:
    for part in ("baseline", *parts):
        table.add_column(part, justify="right")


def _table(lines: pd.DataFrame) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("")
    _heads(table, PARTS)
    for (group, unit), block in lines.groupby(["group", "unit"], sort=False):
        moved = block[block.groupby("measure", sort=False)["difference"].transform(lambda d: (d != 0).any())]
        if moved.empty:
            continue
        table.add_row()
        table.add_row(Text.assemble((str(group), "bold"), f", {unit}"))
        for _, line in moved.groupby("measure", sort=False):
            table.add_row(f"  {line.iloc[0]['label']}", number(line.iloc[0]["baseline"]), *_cells(line, PARTS))
    return table


def _cash(lines: pd.DataFrame) -> Table:
    parts = ("price", "volume", "mix", "total")
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("")
    _heads(table, parts)
    for sector, block in lines.groupby("sector", sort=False):
        name = f"  {str(sector).replace('_', ' ')}"
        table.add_row(name, number(block.iloc[0]["baseline"] / 1e3), *_cells(block, parts, 1e3))
    return table
