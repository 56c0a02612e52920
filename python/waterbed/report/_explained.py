"""Sections of the report that explain: what moved most, what rests on assumptions, and what was asked for besides."""

from __future__ import annotations

import math
from html import escape

import pandas as pd

from waterbed._extras import Extras
from waterbed._moved import moved_flows, place
from waterbed._outline import words
from waterbed._sentences import row_of
from waterbed._text import change, number, percent, signed
from waterbed._told import flow_sentences, measure_sentences
from waterbed.decomposition import MEANINGS, PARTS
from waterbed.difference import Difference
from waterbed.report._sections import Cell, table


def assumed(difference: Difference) -> str:
    """Say beside the results which of the numbers behind them nobody has measured."""
    fields = [e.field for e in difference.results.outline.evidence if e.quality == "C"]
    if not fields:
        return ""
    shown = ", ".join(f"<code>{escape(field)}</code>" for field in dict.fromkeys(fields))
    known = (
        "The parameter range shows what that does."
        if difference.results.parameter_sets
        else "What that does is not in the intervals here; a run with parameter sets shows it for numbers whose range "
        "is stated."
    )
    return f'<p class="note">These results rest on assumed numbers (quality C): {shown}. {known}</p>'


def moved(difference: Difference, arm: str) -> str:
    """Tell what an arm moved most, in sentences and in a table."""
    outline = difference.results.outline
    told = [*measure_sentences(difference, arm), *flow_sentences(difference, arm)]
    text = "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in told) + "</ul>"
    found = moved_flows(difference, arm)
    if found.empty:
        return text
    rows: list[tuple[str, list[Cell]]] = []
    for _, flow in found.iterrows():
        half = (flow["high"] - flow["low"]) / 2
        rows.append(
            (
                "",
                [
                    ("", escape(place(outline, flow["from"]))),
                    ("", escape(place(outline, flow["to"]))),
                    ("n", number(flow["before"])),
                    ("n", change(flow["difference"], half, flow["range_low"], flow["range_high"])),
                    ("n", signed(flow["list_value"]) if flow["to"] != "discharge" else "–"),
                ],
            )
        )
    head = [("", "From"), ("", "To"), ("n", "Before"), ("n", "Change"), ("n", "EUR at list prices")]
    caption = (
        "Flows told apart from the baseline that change most, per 1,000 persons a year: mean ± 95 % simulation error "
        "(range of replications), and what the change is worth where it arrives."
    )
    return text + table(head, rows, caption)


def decomposition(extras: Extras) -> str:
    """Give the parts of an arm's change; empty unless asked for."""
    if extras.decomposition is None:
        return ""
    found = extras.decomposition
    lines = found.summary()
    rows: list[tuple[str, list[Cell]]] = []
    for (group, unit), block in lines.groupby(["group", "unit"], sort=False):
        rows.append(("group", [("", f"{escape(str(group))} <span>{escape(str(unit))}</span>")]))
        for name, line in block.groupby("measure", sort=False):
            by_part = {row["part"]: row for _, row in line.iterrows()}
            cells = [("", escape(str(line.iloc[0]["label"]))), ("n", number(line.iloc[0]["baseline"]))]
            cells += [("n", _part(by_part[part])) for part in PARTS]
            rows.append(("total" if name == "total" else "", cells))
    head = [("", ""), ("n", "Baseline"), *(("n", words(part)) for part in PARTS)]
    meanings = "; ".join(f"<i>{part}</i>: {meaning}" for part, meaning in MEANINGS.items())
    title = escape(found.results.outline.arm_title(found.arm))
    caption = (
        f"{title}: mean ± 95 % simulation error over {found.results.replications} replications, {found.runs} runs in "
        f"each. Parts add up to the total. {meanings}."
    )
    return table(head, rows, caption)


def _part(row: pd.Series) -> str:
    half = (row["high"] - row["low"]) / 2
    return "0" if row["difference"] == 0 and not half > 0 else change(row["difference"], half, math.nan, math.nan)


def renegotiated(difference: Difference, extras: Extras) -> str:
    """Give the comparison with ceilings that move by a share of the margin gap beside the one in which they stay."""
    if extras.renegotiated is None:
        return ""
    other = extras.renegotiated.compare(difference.baseline)
    here, there = difference.summary(), other.summary()
    rows: list[tuple[str, list[Cell]]] = []
    for arm in difference.arms:
        rows.append(("group", [("", escape(difference.results.outline.arm_title(arm)))]))
        for group, name in _lines(here, arm):
            one, two = row_of(here, arm, group, name), row_of(there, arm, group, name)
            if one is not None and two is not None:
                label = f"{one['label']} <span>{escape(str(one['unit']))}</span>"
                rows.append(("", [("", label), ("n", _spread(one)), ("n", _spread(two))]))
    head = [("", ""), ("n", "As agreed"), ("n", f"Renegotiated, {percent(extras.share)}")]
    caption = (
        "Changes against the baseline of the same rule, mean ± 95 % simulation error. Renegotiated: at each year's end "
        f"the ceilings of all arms move by {percent(extras.share)} of the gap between expected and realised margin, as "
        "part of revenue. A press that the provider can take back in the next round presses less."
    )
    return table(head, rows, caption)


def _lines(summary: pd.DataFrame, arm: str) -> list[tuple[str, str]]:
    """Totals, and the results of the parties that move."""
    totals = [("Spending in cash", "total"), ("Spending at list prices", "total"), ("Staff", "total")]
    parties = summary[(summary["arm"] == arm) & (summary["group"] == "Results of the parties")]
    return totals + [("Results of the parties", str(m)) for m in parties[parties["difference"] != 0]["measure"]]


def _spread(row: pd.Series) -> str:
    return change(row["difference"], (row["high"] - row["low"]) / 2, math.nan, math.nan)


def settling(difference: Difference, extras: Extras) -> str:
    """Give whether decisions come to rest; empty unless asked for."""
    found = extras.settling
    if found is None or found.empty:
        return ""
    outline = difference.results.outline
    rows: list[tuple[str, list[Cell]]] = []
    for arm, block in found.groupby("arm", sort=False):
        rows.append(("group", [("", escape(outline.arm_title(str(arm))))]))
        for _, row in block.iterrows():
            way = f"{place(outline, row['from'])} → {place(outline, row['to'])}" if row["from"] else "held back"
            name = f"{outline.provider_title(row['decider'])}, {words(row['type']).lower()}: {way}"
            months = "not in the run" if math.isnan(row["months"]) else number(row["months"], 0)
            verdict = "swings" if row["oscillates"] else "rests" if not math.isnan(row["months"]) else "still moves"
            rows.append(
                (
                    "",
                    [
                        ("", escape(name)),
                        ("n", signed(row["end"], 4)),
                        ("n", signed(row["fixed_point"], 4)),
                        ("n", percent(row["largest_change"])),
                        ("n", months),
                        ("", verdict),
                    ],
                )
            )
    head = [("", "Decision"), ("n", "End"), ("n", "Fixed point"), ("n", "Largest change"), ("n", "Months"), ("", "")]
    caption = (
        "Shift of each decision by money in log-odds (of supply: part of elective work held back), mean of the last "
        "year; the fixed point of expected flows without chance or queues; the largest change from one refresh to the "
        "next as part of its range; months until it stays within 5 % of its range of where it is at that point of the "
        f"last year. {_expected(found)}"
    )
    return table(head, rows, caption)


def _expected(found: pd.DataFrame) -> str:
    told = []
    for arm, block in found[found["what"] == "shift"].groupby("arm", sort=False):
        row = block.iloc[0]
        verdict = (
            "settle at the pace of adaptation"
            if row["settles"]
            else "swing for ever at the pace of adaptation"
            if row["expected_oscillates"]
            else "did not come to rest"
        )
        told.append(f"{escape(str(arm))}: expected flows {verdict}")
    return "; ".join(told) + "." if told else ""
