"""The comparison on screen, so that a purchaser can read it aloud."""

from __future__ import annotations

import math
import sys

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from waterbed._extras import Extras
from waterbed._hangs import hangs_on, hangs_sentence
from waterbed._sentences import (
    basis_words,
    drawn_sentence,
    index_sentence,
    index_words,
    parameter_words,
    savings_sentence,
    spreads_sentence,
)
from waterbed._text import change, number, percent
from waterbed.difference import Difference
from waterbed.renegotiation import Renegotiation, headlines, spread_words
from waterbed.tails import LEAST_BEYOND, LOSSES, tails


def console() -> Console:
    """Give the terminal as wide as it is; a file or a pipe wide enough that no line breaks."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(width=240, highlight=False)


def show_comparison(difference: Difference, console: Console, extras: Extras | None = None) -> None:
    """Print the table, the index, the numbers that it hangs on, and what the spreads mean."""
    outline = difference.results.outline
    last = outline.start_year + outline.years - 1
    console.print(Text(outline.title or outline.name, style="bold"))
    console.print(
        f"{outline.start_year} to {last}, {difference.results.replications} paired replications, "
        f"seed {difference.results.seed}. {drawn_sentence(difference)}"
    )
    decided = {} if extras is None else extras.decided
    if not difference.arms:
        console.print("Only one arm was run; there is nothing to compare.")
        return
    console.print(_table(difference, console.width))
    console.print(spreads_sentence(difference), highlight=False)
    if "list_spending" in difference.results.tables:
        console.print()
        for arm in difference.arms:
            rests = hangs_sentence(hangs_on(outline, decided.get(arm)))
            told = f"{index_sentence(difference, arm)} {savings_sentence(difference, arm)}".rstrip() + f" {rests}"
            console.print(Text.assemble((outline.arm_title(arm), "bold"), ": ", told))
    bad_years = tails(difference.results).dropna(subset=["value_at_risk"])
    if not bad_years.empty:
        console.print()
        console.print(_bad_years(difference, bad_years))
        if bad_years["tail_value_at_risk"].isna().any():
            console.print(f"– fewer than {LEAST_BEYOND} replications beyond.")
    if difference.static is not None and not difference.waterbed().empty:
        console.print()
        console.print(_on_beside_off(difference))
    if extras is not None and extras.renegotiation is not None:
        console.print()
        console.print(_renegotiated(difference, extras.renegotiation))


def _table(difference: Difference, width: int) -> Table:
    outline = difference.results.outline
    lines = difference.summary()
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column(outline.arm_title(difference.baseline), justify="right")
    for arm in difference.arms:
        table.add_column(outline.arm_title(arm), justify="right")
    narrow = width < 55 + 36 * len(difference.arms)
    for (group, unit), block in lines.groupby(["group", "unit"], sort=False):
        table.add_row()
        table.add_row(Text.assemble((f"{group}", "bold"), f", {unit}"))
        for name, line in block.groupby("measure", sort=False):
            cells = [f"  {line.iloc[0]['label']}", number(line.iloc[0]["baseline"])]
            cells += [_change(line[line["arm"] == arm].iloc[0], narrow) for arm in difference.arms]
            table.add_row(*cells, style="bold" if name == "total" else "")
    return table


def _bad_years(difference: Difference, found: pd.DataFrame) -> Table:
    """Value at risk and tail value at risk of every party; what too few replications tell is left out."""
    outline = difference.results.outline
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Loss in EUR thousand a year (95 % simulation error)")
    for name in ("mean", "exceeded in 5 % of replications", "mean of the worst 5 %"):
        table.add_column(name, justify="right")
    for arm, block in found.groupby("arm", sort=False):
        table.add_row(Text(outline.arm_title(str(arm)), style="bold"))
        for _, row in block.iterrows():
            beyond = f"{number(row['tail_value_at_risk'])} ± {number(1.96 * row['standard_error'])}"
            table.add_row(
                f"  {outline.provider_title(row['party'])}: {LOSSES[row['kind']]}",
                number(row["mean"]),
                f"{number(row['value_at_risk'])} ({number(row['low'])} to {number(row['high'])})",
                "–" if math.isnan(row["tail_value_at_risk"]) else beyond,
            )
    return table


def _on_beside_off(difference: Difference) -> Table:
    """Waterbed index on every basis over all years and payers, with responses on and off."""
    found = difference.waterbed()
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Waterbed index (95 % simulation error)")
    table.add_column("responses on", justify="right")
    table.add_column("every response off", justify="right")
    for arm, block in found[(found["year"] == "") & (found["payer"] == "")].groupby("arm", sort=False):
        table.add_row(Text(difference.results.outline.arm_title(str(arm)), style="bold"))
        for _, row in block.iterrows():
            shown = [
                index_words(*(row[name + end] for name in ("index", "low", "high", "message"))) for end in ("", "_off")
            ]
            table.add_row(f"  {basis_words(row['basis'], '')}", *shown)
    return table


def _renegotiated(difference: Difference, found: Renegotiation) -> Table:
    """Headline changes as agreed, and what renegotiation adds to them."""
    lines = found.table()
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(f"Renegotiated: {found.of} move by {percent(found.share)} of last year's margin gap")
    for name in ("as agreed", "renegotiated", "difference"):
        table.add_column(name, justify="right")
    for arm in found.arms:
        table.add_row(Text(difference.results.outline.arm_title(arm), style="bold"))
        pressed = next(a.presses_providers for a in difference.results.outline.arms if a.name == arm)
        shown = headlines(lines, arm)
        for _, row in shown[shown["measure"].isin(["total", *pressed])].iterrows():
            cells = [spread_words(row, name) for name in ("agreed", "renegotiated", "difference")]
            table.add_row(f"  {row['label']}, {row['unit']}", *cells)
    table.add_row(Text(f"Mean ± 95 % simulation error of {found.moved.replications} replications.", style="dim"))
    return table


def _change(row: pd.Series, narrow: bool) -> str:
    half = (row["high"] - row["low"]) / 2
    if math.isnan(half):
        return change(row["difference"], math.nan, math.nan, math.nan)
    text = change(row["difference"], half, row["range_low"], row["range_high"])
    known = parameter_words(row)
    if known and text.endswith(")"):
        text = f"{text.removesuffix(')')}; {known})"
    if not math.isnan(row["probability_of_loss"]):
        text += f", chance of loss {percent(row['probability_of_loss'])}"
    return text.replace(" (", "\n(") if narrow else text
