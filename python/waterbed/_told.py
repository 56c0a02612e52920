"""Sentences made from numbers: the interval decides whether something rises, falls or is not seen to change."""

from __future__ import annotations

import math

import pandas as pd

from waterbed._moved import moved_flows, place
from waterbed._outline import Outline, words
from waterbed._sentences import row_of
from waterbed._text import digits_for, number, percent, signed
from waterbed.difference import Difference

#: Lines of `Difference.summary` that are told in a sentence.
TOLD = (
    ("Spending in cash", "total"),
    ("Spending at list prices", "total"),
    ("Staff", "total"),
)

TERMS = {
    "fee": "the fees of {}",
    "bundle": "the bundle prices of {}",
    "cost": "what the bundle of {} pays others",
    "ceiling": "the ceiling or tiers of {}",
    "settlement": "the settlement of {}",
    "variable_cost": "what own acts cost",
}


def moves(mean: float, low: float, high: float, unit: str) -> str:
    """Tell a change: "falls by 1.2 EUR (95 % simulation error −1.5 to −0.9)", or that none is seen."""
    digits = digits_for(mean, low, high)
    if math.isnan(low):
        return f"changes by {signed(mean, digits)} {unit}, in one replication and so without a simulation error"
    ends = f"95 % simulation error {signed(low, digits)} to {signed(high, digits)}"
    if low > 0 or high < 0:
        return f"{'rises' if low > 0 else 'falls'} by {number(abs(mean), digits)} {unit} ({ends})"
    return f"no change seen ({signed(mean, digits)} {unit}, {ends})"


def measure_sentences(difference: Difference, arm: str) -> list[str]:
    """Give a sentence for each headline line of the comparison."""
    summary = difference.summary()
    told = []
    for group, name in TOLD:
        row = row_of(summary, arm, group, name)
        if row is not None:
            change = moves(row["difference"], row["low"], row["high"], str(row["unit"]))
            told.append(f"{row['label']}: {change}, from {number(row['baseline'])}.")
    return told


def flow_sentence(outline: Outline, flow: pd.Series) -> str:
    """Tell a row of `moved_flows`."""
    per = "per 1,000 persons a year"
    change = moves(flow["difference"], flow["low"], flow["high"], per)
    worth = "" if flow["to"] == "discharge" else f"; at list prices EUR {signed(flow['list_value'])} {per}"
    way = f"{place(outline, flow['from'])} to {place(outline, flow['to'])}"
    return f"{way}: {change}, from {number(flow['before'])}{worth}."


def flow_sentences(difference: Difference, arm: str) -> list[str]:
    """Give a sentence for each of the flows that moved most."""
    found = moved_flows(difference, arm)
    told = [flow_sentence(difference.results.outline, flow) for _, flow in found.iterrows()]
    return [text[:1].upper() + text[1:] for text in told] or ["No flow is told apart from the baseline."]


def decision_sentence(outline: Outline, arm: str, decision: pd.Series, parts: pd.DataFrame) -> str:
    """Tell a row of `Explanation.decisions` with its rows of `Explanation.marginals`."""
    own = f"{decision['decider']}."
    start, end = (
        place(outline, at).partition(": ")[2] if at.startswith(own) else place(outline, at)
        for at in (decision["from"], decision["to"])
    )
    way = f"{start} to {end}{' (follow-up)' if decision['from'] == decision['to'] else ''}"
    euro, low, high = decision["euro"], decision["euro_low"], decision["euro_high"]
    digits = digits_for(euro, low, high)
    spread = "" if math.isnan(low) else f" (95 % simulation error {signed(low, digits)} to {signed(high, digits)})"
    if low <= 0 <= high:
        worth = f"no change seen in what one more patient that way is worth: EUR {signed(euro, digits)}{spread}"
    else:
        size = f"EUR {number(abs(euro), digits)} {'more' if euro > 0 else 'less'}{spread}"
        by = ", ".join(clause_words(outline, arm, *clause) for clause in net_clauses(parts, euro))
        worth = f"one more patient that way is worth {size} than under the reference contracts{f': {by}' if by else ''}"
    return (
        f"{outline.provider_title(decision['decider'])} ({words(decision['type']).lower()}), {way}: {worth}; "
        f"{percent(decision['pass_through'])} of it reaches who decides. Of such patients "
        f"{percent(decision['observed'])} went that way as observed, {percent(decision['chance'])} do now."
    )


def net_clauses(parts: pd.DataFrame, euro: float) -> list[tuple[str, float, list[str]]]:
    """Net a term over the contracts that have it: what replaces a contract is told with it.

    Gives (term, EUR, contracts) of at least a cent and 2 % of the whole, largest first.
    """
    found = [
        (str(term), float(block["euro"].sum()), [str(c) for c in block[block["euro"].abs() >= 0.005]["contract"]])
        for term, block in parts.groupby("term", sort=False)
    ]
    return sorted((f for f in found if abs(f[1]) >= max(0.01, 0.02 * abs(euro))), key=lambda f: -abs(f[1]))


def clause_words(outline: Outline, arm: str, term: str, euro: float, contracts: list[str]) -> str:
    """Tell a clause: "EUR −3.20 by the settlement of GP shared savings"."""
    own = next((a.contracts for a in outline.arms if a.name == arm), [])
    now = [words(c) for c in contracts if c in own]
    before = [words(c) for c in contracts if c not in own and c]
    named = " and ".join(now or before)
    replaced = f", which replaces {' and '.join(before)}" if now and before else ""
    return f"EUR {signed(euro, digits_for(euro))} by {TERMS[term].format(named)}{replaced}"


def held_back_sentence(outline: Outline, row: pd.Series) -> str:
    """Tell a row of `Explanation.held_back`."""
    name, share, low, high = outline.provider_title(row["provider"]), row["share"], row["low"], row["high"]
    spread = "" if math.isnan(low) else f" (95 % simulation error {percent(low)} to {percent(high)})"
    if low <= 0 <= high:
        return f"{name}: no elective work seen to be held back ({percent(share)}{spread})."
    what = "holds back" if share > 0 else "catches up"
    return f"{name} {what} {percent(abs(share))} of its elective work{spread}."
