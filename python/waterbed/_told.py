"""Sentences made from numbers: the interval decides whether something rises, falls or is not seen to change."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from waterbed._decided import KEYS, Decided
from waterbed._hangs import LEAST
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

#: Decisions that are told in sentences.
MOST_DECISIONS = 8

TERMS = {
    "fee": "the fees of {}",
    "bundle": "the bundle prices of {}",
    "cost": "what the bundle of {} pays others",
    "ceiling": "the ceiling or tiers of {}",
    "settlement": "the settlement of {}",
    "variable_cost": "what own acts cost",
}


def moves(
    mean: float, low: float, high: float, unit: str, parameters: tuple[float, float] = (math.nan, math.nan)
) -> str:
    """Tell a change: "falls by 1.2 EUR (95 % simulation error −1.5 to −0.9)", or that none is seen.

    Parameters
    ----------
    mean, low, high
        The change with its 95 % simulation error; NaN ends with one replication.
    unit
        Of all of them.
    parameters
        Parameter range; NaN if nothing was drawn. Where it holds zero, the direction is that of the means alone.
    """
    digits = shown_digits(mean, low, high)
    known = "" if math.isnan(parameters[0]) else f"; parameter range {_ends(*parameters, digits)}"
    if math.isnan(low):
        without = "in one replication and so without a simulation error"
        return f"changes by {signed(mean, digits)} {unit}, {without}{known}"
    if low == mean == high == 0 and all(end == 0 or math.isnan(end) for end in parameters):
        return "does not change"
    ends = f"95 % simulation error {_ends(low, high, digits)}{known}"
    if low <= 0 <= high:
        return f"no change seen ({signed(mean, digits)} {unit}, {ends})"
    told = f"{'rises' if low > 0 else 'falls'} by {number(abs(mean), digits)} {unit} ({ends})"
    open_end = parameters[0] <= 0 <= parameters[1]
    return f"{told}, with numbers at their means; over their range the direction is open" if open_end else told


def _ends(low: float, high: float, digits: int) -> str:
    return f"{signed(low, digits)} to {signed(high, digits)}"


def shown_digits(mean: float, low: float, high: float) -> int:
    """Decimals with three digits of the largest, and more where an end that is not zero would read as zero."""
    digits = digits_for(mean, low, high)
    told = [abs(end) for end in (low, high) if low > 0 or high < 0]
    while digits < 6 and any(round(end, digits) == 0 for end in told):
        digits += 1
    return digits


def parameters_of(row: pd.Series) -> tuple[float, float]:
    """Give the parameter range of a line of `Difference.summary`."""
    return float(row["parameter_low"]), float(row["parameter_high"])


def measure_sentences(difference: Difference, arm: str) -> list[str]:
    """Give a sentence for each headline line of the comparison."""
    summary = difference.summary()
    told = []
    for group, name in TOLD:
        row = row_of(summary, arm, group, name)
        if row is not None:
            change = moves(row["difference"], row["low"], row["high"], str(row["unit"]), parameters_of(row))
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


def decision_sentences(outline: Outline, decided: Decided) -> list[str]:
    """Tell the decisions that were shifted most, each with the clauses behind it."""
    marginals = decided.marginals
    shifted = decided.decisions[decided.decisions["shift"].abs() > LEAST].head(MOST_DECISIONS)
    told = [
        decision_sentence(outline, decided.arm, row, marginals[(marginals[KEYS] == row[KEYS]).all(axis=1)])
        for _, row in shifted.iterrows()
    ]
    return told or ["No decision answers to the arm's contracts."]


def decision_sentence(outline: Outline, arm: str, decision: pd.Series, parts: pd.DataFrame) -> str:
    """Tell a row of `Explanation.decisions` with its rows of `Explanation.marginals`."""
    start, end = (place(outline, decision[at], decision["decider"]) for at in ("from", "to"))
    way = f"{start} to {end}{' (follow-up)' if decision['from'] == decision['to'] else ''}"
    euro, low, high = decision["euro"], decision["euro_low"], decision["euro_high"]
    digits = shown_digits(euro, low, high)
    spread = "" if math.isnan(low) else f" (95 % simulation error {_ends(low, high, digits)})"
    if low <= 0 <= high:
        worth = f"no change seen in what one more patient that way is worth: EUR {signed(euro, digits)}{spread}"
    else:
        size = f"EUR {number(abs(euro), digits)} {'more' if euro > 0 else 'less'}{spread}"
        by = ", ".join(clause_words(outline, arm, clause) for clause in net_clauses(parts, euro))
        worth = f"one more patient that way is worth {size} than under the reference contracts{f': {by}' if by else ''}"
    return (
        f"{outline.provider_title(decision['decider'])} ({words(decision['type']).lower()}), {way}: {worth}; "
        f"{percent(decision['pass_through'])} of it reaches who decides. {_went(decision)}"
    )


def _went(decision: pd.Series) -> str:
    """Tell how many go that way, then and now, or that no change is seen."""
    then, now = percent(decision["observed"]), percent(decision["chance"])
    low, high = decision["chance_low"], decision["chance_high"]
    if math.isnan(low):
        return f"Of such patients {then} went that way as observed, {now} do now."
    if low <= decision["observed"] <= high:
        return f"Of such patients {then} went that way as observed; no change is seen in that."
    return f"Of such patients {then} went that way as observed, {now} do now ({percent(low)} to {percent(high)})."


class Clause(NamedTuple):
    """What one term changes, net over the contracts that have it."""

    term: str
    euro: float
    low: float
    high: float
    contracts: list[str]


def net_clauses(parts: pd.DataFrame, euro: float) -> list[Clause]:
    """Net a term over the contracts that have it: what replaces a contract is told with it.

    Gives those of at least a cent and 2 % of the whole whose interval excludes zero, largest first.
    """
    found = []
    for term, block in parts.groupby("term", sort=False):
        net, low, high = (float(block[name].iloc[0]) for name in ("net", "net_low", "net_high"))
        if abs(net) >= max(0.01, 0.02 * abs(euro)) and not low <= 0 <= high:
            contracts = [str(c) for c in block[block["euro"].abs() >= 0.005]["contract"]]
            found.append(Clause(str(term), net, low, high, contracts))
    return sorted(found, key=lambda clause: -abs(clause.euro))


def clause_words(outline: Outline, arm: str, clause: Clause) -> str:
    """Tell a clause: "EUR −3.20 (−3.90 to −2.50) by the settlement of GP shared savings"."""
    own = next((a.contracts for a in outline.arms if a.name == arm), [])
    now = [words(c) for c in clause.contracts if c in own]
    before = [words(c) for c in clause.contracts if c not in own and c]
    named = " and ".join(now or before)
    replaced = f", which replaces {' and '.join(before)}" if now and before else ""
    digits = shown_digits(clause.euro, clause.low, clause.high)
    spread = "" if math.isnan(clause.low) else f" ({_ends(clause.low, clause.high, digits)})"
    return f"EUR {signed(clause.euro, digits)}{spread} by {TERMS[clause.term].format(named)}{replaced}"


def held_back_sentence(outline: Outline, row: pd.Series) -> str:
    """Tell a row of `Explanation.held_back`."""
    name, share, low, high = outline.provider_title(row["provider"]), row["share"], row["low"], row["high"]
    spread = "" if math.isnan(low) else f" (95 % simulation error {percent(low)} to {percent(high)})"
    if low <= 0 <= high:
        return f"{name}: no elective work seen to be held back ({percent(share)}{spread})."
    what = "holds back" if share > 0 else "catches up"
    return f"{name} {what} {percent(abs(share))} of its elective work{spread}."
