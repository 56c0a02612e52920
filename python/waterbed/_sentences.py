"""Findings in sentences, the same on screen and in the report."""

from __future__ import annotations

import math

import pandas as pd

from waterbed._outline import words
from waterbed._text import change, digits_for, number, percent, signed
from waterbed.difference import Difference
from waterbed.results import Results

CHANCE_ONLY = "Chance only, parameters fixed."
SPREADS = (
    "Changes are means over the performance years against the baseline: mean ± 95 % simulation error of the mean "
    "(range: middle 95 % of replications, what one real region would show over the same years)."
)
PARAMETER_SPREADS = (
    "Changes are means over parameter sets and the performance years against the baseline: mean ± 95 % simulation "
    "error of the mean (range: middle 95 % of replications around the mean of their parameter set, what one real "
    "region would show; parameters: parameter range, the middle 95 % of what is expected under a set, what is not "
    "known)."
)
RANGE_OF_SETS = (
    " Parameters: parameter range, from the lowest to the highest of {sets} drawn sets of the uncertain numbers and "
    "their means, each under the chance of the first replication; so many hold {coverage} of all sets that can be "
    "drawn, on average."
)
BASES = {
    "list_volume": "volume at one frozen price list",
    "staff_hours": "staff hours",
    "cash": "cash",
    "counted": "counted, before ceilings and settlements",
}


def chance_sentence(results: Results) -> str:
    """Say what was drawn: chance alone, or parameters too."""
    if not results.parameter_sets:
        return CHANCE_ONLY
    each = results.replications // results.parameter_sets
    return f"{results.parameter_sets} parameter sets with {each} replications of chance each."


def drawn_sentence(difference: Difference) -> str:
    """Say what was drawn in a comparison and beside it."""
    found = difference.parameter_range
    if found is None:
        return chance_sentence(difference.results)
    return f"Chance, parameters at their means; beside it {found.sets} drawn parameter sets."


def spreads_sentence(difference: Difference) -> str:
    """Say what the spreads of a table are."""
    found = difference.parameter_range
    if found is not None:
        return SPREADS + RANGE_OF_SETS.format(sets=found.sets, coverage=percent(found.coverage))
    return PARAMETER_SPREADS if difference.results.parameter_sets else SPREADS


def parameter_words(row: pd.Series) -> str:
    """Give the parameter range of a line of `Difference.summary`; empty where parameters are fixed."""
    low, high = row["parameter_low"], row["parameter_high"]
    if math.isnan(low):
        return ""
    if low == high:
        return "parameters not told from chance"
    digits = digits_for(row["difference"], row["range_low"], row["range_high"])
    return f"parameters {signed(low, digits)} to {signed(high, digits)}"


def basis_words(basis: str, payer: str) -> str:
    """Give a basis as it reads in a table."""
    return f"{BASES[basis]}, {words(payer)}" if payer else BASES[basis]


def index_sentence(difference: Difference, arm: str) -> str:
    """Give the headline waterbed index of an arm, with the parts told apart from zero, or why it is not printed."""
    if arm not in difference.waterbed_reports():
        return "Names nothing that it presses, so there is no waterbed index."
    row = _headline(difference.waterbed(), arm).iloc[0]
    off = "" if difference.static is None else f" With every response off: {_words_off(row)}."
    if math.isnan(row["index"]):
        return f"No waterbed index: {row['message']}.{off}"
    ends = [("", "95 % simulation error"), ("range_", "range"), ("parameter_", "parameter range")]
    told = "; ".join(
        f"{name} {number(row[f'{end}low'], 2)} to {number(row[f'{end}high'], 2)}"
        for end, name in ends
        if not math.isnan(row[f"{end}low"])
    )
    spread = f" ({told})" if told else ""
    report = difference.waterbed_reports()[arm]
    left_out = next(i for i in report.indices if i.basis == "list_volume" and not i.year and not i.payer).left_out
    left = f" Left out, not calibrated: {', '.join(words(s) for s in left_out)}." if left_out else ""
    return (
        f"Waterbed index {number(row['index'], 2)}{spread}: of what is taken out of the pressed part at list prices, "
        f"{_coming_back(row)}. {_shares(difference, arm)}{left}{off}"
    )


def _headline(table: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Rows of the index, or of its parts, at list prices over all years and payers."""
    chosen = (table["arm"] == arm) & (table["basis"] == "list_volume") & (table["year"] == "") & (table["payer"] == "")
    return table[chosen]


def _coming_back(row: pd.Series) -> str:
    size = percent(abs(row["index"]))
    if math.isnan(row["low"]) or row["low"] <= 0 <= row["high"]:
        return "nothing is seen to come back elsewhere"
    if row["index"] < 0:
        told = f"nothing comes back; elsewhere another {size} goes too"
    else:
        told = f"{size} comes back elsewhere"
    open_end = row["parameter_low"] <= 0 <= row["parameter_high"]
    return f"{told} with numbers at their means, which over their range is open" if open_end else told


def _shares(difference: Difference, arm: str) -> str:
    parts = _headline(difference.waterbed_parts(), arm)
    told = parts[(parts["share_low"] > 0) | (parts["share_high"] < 0)]
    order = told["share"].abs().sort_values(ascending=False, kind="stable").index
    shown = ", ".join(f"{words(p['group'])} {signed(p['share'], 2)}" for _, p in told.loc[order].iterrows())
    return f"Parts told apart from zero: {shown or 'none'}."


def _words_off(row: pd.Series) -> str:
    return index_words(*(row[f"{name}_off"] for name in ("index", "low", "high", "message")))


def index_words(index: float, low: float, high: float, message: str) -> str:
    """Give an index with its interval, or why it is not printed."""
    if math.isnan(index):
        return f"not printed: {message}"
    spread = "" if math.isnan(low) else f" ({number(low, 2)} to {number(high, 2)})"
    return f"{number(index, 2)}{spread}"


def savings_sentence(difference: Difference, arm: str) -> str:
    """Give what an arm's settlements paid, payer by payer, against the true savings; empty if it does not settle."""
    savings = difference.savings()
    if savings.empty:
        return ""
    per_year = 1e-3 / max(1, difference.results.outline.years)
    told = []
    for payer, block in savings[savings["arm"] == arm].groupby("payer", sort=False):
        lines = {str(row["item"]): row for _, row in block.iterrows()}
        shown = [f"{name} {_with_error(lines[item], per_year)}" for item, name in _SAVED.items()]
        told.append(f"{words(str(payer)) if payer else 'all payers'} {', '.join(shown)}")
    return f"Paid against true savings, EUR thousand a year: {'; '.join(told)}." if told else ""


_SAVED = {"paid": "paid", "true_saving": "truly saved", "excess": "paid beyond it"}


def _with_error(row: pd.Series, scale: float) -> str:
    half = float(row["high"] - row["low"]) / 2 * scale
    if math.isnan(half):
        return signed(row["difference"] * scale)
    unseen = " (not told apart from zero)" if row["low"] <= 0 <= row["high"] and half > 0 else ""
    return f"{change(row['difference'] * scale, half, math.nan, math.nan)}{unseen}"


def row_of(summary: pd.DataFrame, arm: str, group: str, measure: str) -> pd.Series | None:
    """One line of a summary."""
    rows = summary[(summary["arm"] == arm) & (summary["group"] == group) & (summary["measure"] == measure)]
    return None if rows.empty else rows.iloc[0]
