"""Findings in sentences, the same on screen and in the report."""

from __future__ import annotations

import math

import pandas as pd

from waterbed._outline import words
from waterbed._text import digits_for, number, percent, signed
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


def spreads_sentence(results: Results) -> str:
    """Say what the spreads of a table are."""
    return PARAMETER_SPREADS if results.parameter_sets else SPREADS


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
    """Give the headline waterbed index of an arm, with its parts, or why it is not printed."""
    if arm not in difference.waterbed_reports():
        return "Names nothing that it presses, so there is no waterbed index."
    report = difference.waterbed_reports()[arm]
    found = next(i for i in report.indices if i.basis == "list_volume" and not i.year)
    if found.index is None:
        return f"No waterbed index: {difference.in_sets(found.message)}.{_with_incentives_off(difference, arm)}"
    ends = [(found.interval, "95 % simulation error"), (found.range, "range"), (found.parameter_range, "parameters")]
    told = "; ".join(f"{name} {number(e.low, 2)} to {number(e.high, 2)}" for e, name in ends if e is not None)
    spread = f" ({told})" if told else ""
    parts = sorted((p for p in found.parts if p.share is not None), key=lambda p: -abs(p.share or 0.0))
    shown = ", ".join(f"{words(p.group)} {signed(p.share or 0.0, 2)}" for p in parts if abs(p.share or 0.0) >= 0.005)
    left = f" Left out, not calibrated: {', '.join(words(s) for s in found.left_out)}." if found.left_out else ""
    left += _with_incentives_off(difference, arm)
    size = percent(abs(found.index))
    moved = (
        f"{size} comes back elsewhere" if found.index >= 0 else f"nothing comes back; elsewhere another {size} goes too"
    )
    return (
        f"Waterbed index {number(found.index, 2)}{spread}: of each euro taken out of the pressed part at list prices, "
        f"{moved}. Parts: {shown or 'none above half a per cent'}.{left}"
    )


def index_words(index: float, low: float, high: float, message: str) -> str:
    """Give an index with its interval, or why it is not printed."""
    if math.isnan(index):
        return f"not printed: {message}"
    spread = "" if math.isnan(low) else f" ({number(low, 2)} to {number(high, 2)})"
    return f"{number(index, 2)}{spread}"


def _with_incentives_off(difference: Difference, arm: str) -> str:
    if difference.static is None:
        return ""
    found = difference.waterbed()
    chosen = (found["arm"] == arm) & (found["basis"] == "list_volume") & (found["year"] == "")
    row = found[chosen].iloc[0]
    return f" With incentives off: {index_words(*(row[f'{n}_off'] for n in ('index', 'low', 'high', 'message')))}."


def savings_sentence(difference: Difference, arm: str) -> str:
    """Give what an arm's settlements paid, payer by payer, against the true savings; empty if it does not settle."""
    savings = difference.savings()
    if savings.empty:
        return ""
    per_year = 1e-3 / max(1, difference.results.outline.years)
    told = []
    for payer, block in savings[savings["arm"] == arm].groupby("payer", sort=False):
        paid, true, beyond = (block[block["item"] == item].iloc[0] for item in ("paid", "true_saving", "excess"))
        half = float(beyond["high"] - beyond["low"]) / 2 * per_year
        error = "" if math.isnan(half) else f" ± {number(half)}"
        told.append(
            f"{words(str(payer)) if payer else 'all payers'} paid {signed(paid['difference'] * per_year)}, truly saved "
            f"{signed(true['difference'] * per_year)}, paid beyond it {signed(beyond['difference'] * per_year)}{error}"
        )
    return f"Paid against true savings, EUR thousand a year: {'; '.join(told)}." if told else ""


def row_of(summary: pd.DataFrame, arm: str, group: str, measure: str) -> pd.Series | None:
    """One line of a summary."""
    rows = summary[(summary["arm"] == arm) & (summary["group"] == group) & (summary["measure"] == measure)]
    return None if rows.empty else rows.iloc[0]
