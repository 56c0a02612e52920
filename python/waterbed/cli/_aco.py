"""One ACO under every track, on screen."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from waterbed._text import number, percent
from waterbed.acos import TWO_SIDED, Comparison


def show_aco(comparison: Comparison, console: Console) -> None:
    """Print what was published, the payment under each track, and what a better minimum rate is worth."""
    row = comparison.row
    console.print(Text(f"Medicare ACO {comparison.aco_id}, 2022: track {row['Current_Track']}", style="bold"))
    console.print(
        f"{number(float(row['N_AB']))} assigned people; benchmark {_millions(float(row['ABtotBnchmk']))} and spending "
        f"{_millions(float(row['ABtotExp']))} million USD; saving {percent(float(row['Sav_rate']))}; "
        f"paid {_millions(float(row['EarnSaveLoss']))} million USD"
    )
    spread = percent(float(comparison.spending.std(ddof=1)))
    console.print(
        f"Spending varies around what was published with a standard deviation of {spread}; {comparison.replications} "
        f"replications, seed {comparison.seed}. Chance only, parameters fixed, nobody responds, no disaster relief."
    )
    console.print()
    console.print(_payments(comparison.table()))
    console.print("± is the 95 % simulation error; * what the ACO had in 2022; – fewer than 20 replications beyond.")
    value = comparison.value_of_minimum()
    if not value.empty:
        console.print()
        console.print(_value(value))


def _millions(usd: float) -> str:
    return number(usd / 1e6, 2)


def _payments(lines: pd.DataFrame) -> Table:
    table = _columns("track", "minimum rate")
    for name in ("expected payment, million USD", "5 % to 95 % of years", "chance of payment", "chance of loss"):
        table.add_column(name, justify="right")
    for _, line in lines.iterrows():
        table.add_row(
            f"{line['track']}{' *' if line['own'] else ''}",
            line["minimum_rate"],
            f"{_millions(line['payment'])} ± {_millions(line['error'])}",
            f"{_millions(line['low'])} to {_millions(line['high'])}",
            percent(line["chance_of_payment"]),
            percent(line["chance_of_loss"]) if line["track"] in TWO_SIDED else "none",
            style="bold" if line["own"] else "",
        )
    return table


def _value(lines: pd.DataFrame) -> Table:
    table = _columns("track", "best minimum rate", "against")
    table.add_column("worth a year, thousand USD", justify="right")
    for _, line in lines.iterrows():
        worth = f"{number(line['value'] / 1e3, 0)} ± {number(line['error'] / 1e3, 0)}"
        table.add_row(line["track"], line["best"], line["against"], worth)
    return table


def _columns(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name)
    return table
