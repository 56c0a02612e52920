"""Sections of the report that explain: what moved most, what rests on assumptions, and what was asked for besides."""

from __future__ import annotations

import math
from html import escape

import pandas as pd

from waterbed._extras import Extras
from waterbed._hangs import hangs_on, hangs_sentence, short
from waterbed._moved import moved_flows, place
from waterbed._outline import words
from waterbed._story import renegotiation_sentences, story
from waterbed._text import change, number, percent, signed
from waterbed._told import decision_sentences, flow_sentences, held_back_sentence
from waterbed.decomposition import MEANINGS, PARTS
from waterbed.difference import Difference
from waterbed.renegotiation import headlines, spread_words
from waterbed.report._sections import Cell, table


def assumed(difference: Difference) -> str:
    """Say beside the results which of the numbers behind them nobody has measured."""
    fields = [e.field for e in difference.results.outline.evidence if e.quality == "C"]
    if not fields:
        return ""
    shown = ", ".join(f"<code>{escape(field)}</code>" for field in dict.fromkeys(fields))
    known = (
        "The parameter range shows what that does, for numbers whose range is stated."
        if difference.results.parameter_sets or difference.parameter_range is not None
        else "What that does is not in the intervals here; a run with parameter sets shows it for numbers whose range "
        "is stated."
    )
    return f'<p class="note">These results rest on assumed numbers (quality C): {shown}. {known}</p>'


def in_words(difference: Difference, extras: Extras) -> str:
    """Tell every arm in plain sentences, each made from one row of a table."""
    outline = difference.results.outline
    told = []
    for arm in difference.arms:
        told.append(f"<h3>{escape(outline.arm_title(arm))}</h3>")
        told.append(_list([escape(sentence) for sentence in story(difference, arm)]))
        decided = extras.decided.get(arm)
        if decided is not None:
            told.append(f"<h4>Decisions of {decided.year}, and the terms behind them</h4>")
            sentences = decision_sentences(outline, decided)
            sentences += [held_back_sentence(outline, row) for _, row in decided.held_back.iterrows()]
            told.append(_list([escape(sentence) for sentence in sentences]))
        told.append(f'<p class="note">{escape(hangs_sentence(hangs_on(outline, decided)))}</p>')
    note = (
        '<p class="note">A sentence says that something rises or falls only if its 95 % simulation error excludes '
        "zero. Euros of a decision are those of one more patient, at the margin.</p>"
    )
    return "".join(told) + note


def behaviour(difference: Difference, extras: Extras) -> str:
    """Give the numbers of behaviour on which what moves hangs: value, range, letter, arms."""
    outline = difference.results.outline
    by_arm = {arm: hangs_on(outline, extras.decided.get(arm)) for arm in difference.arms}
    found = {row.name: row for hung in by_arm.values() for row in hung}
    if not found:
        return ""
    evidence = {e.field: e.source for e in outline.evidence}
    rows: list[tuple[str, list[Cell]]] = []
    for row in sorted(found.values(), key=lambda row: ("CBA".find(row.quality), list(found).index(row.name))):
        where = [outline.arm_title(arm) for arm, hung in by_arm.items() if row in hung]
        drawn = "not drawn" if row.low is None or row.high is None else f"{short(row.low)} to {short(row.high)}"
        field = f"behaviour.{row.name}"
        cells = [("", f'<span class="q">{row.quality}</span>'), ("", f"<code>{field}</code>")]
        cells += [("n", short(row.value)), ("n", drawn)]
        cells += [("", escape("all arms" if len(where) == len(by_arm) else "; ".join(where)))]
        rows.append(("", [*cells, ("", escape(evidence.get(field) or evidence.get("behaviour", "")))]))
    head = [("", ""), ("", "Number"), ("n", "Value"), ("n", "10 % to 90 %"), ("", "Moves"), ("", "Source")]
    caption = (
        "Numbers of behaviour that can have moved something, by the letter of their evidence: A measured, B sourced "
        "but approximate, C assumed. What is not drawn is in no interval of this report."
    )
    return table(head, rows, caption)


def moved(difference: Difference, arm: str) -> str:
    """Tell what an arm moved most, in sentences and in a table."""
    outline = difference.results.outline
    text = _list([escape(sentence) for sentence in flow_sentences(difference, arm)])
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
    """Give the arms that press with contracts that move by a share of the margin gap, beside what was agreed."""
    found = extras.renegotiation
    if found is None:
        return ""
    lines = found.table()
    rows: list[tuple[str, list[Cell]]] = []
    told: list[str] = []
    for arm in found.arms:
        title = escape(difference.results.outline.arm_title(arm))
        rows.append(("group", [("", title)]))
        told += [f"{title}: {escape(sentence)}" for sentence in renegotiation_sentences(found, arm)]
        for _, row in headlines(lines, arm).iterrows():
            label = f"{escape(str(row['label']))} <span>{escape(str(row['unit']))}</span>"
            cells = [("n", spread_words(row, name)) for name in ("agreed", "renegotiated", "difference")]
            rows.append(("", [("", label), *cells]))
    head = [("", ""), ("n", "As agreed"), ("n", f"Renegotiated, {percent(found.share)}"), ("n", "Difference")]
    caption = (
        f"Changes against the baseline of the same rule, mean ± 95 % simulation error of {found.moved.replications} "
        f"replications. Renegotiated: at each year's end the {found.of} of all arms move by {percent(found.share)} of "
        "the gap between expected and realised margin, as part of revenue (the share is assumed, quality C). A press "
        "that the provider can take back in the next round presses less."
    )
    return _list(told) + table(head, rows, caption)


def _list(sentences: list[str]) -> str:
    """Give a list of sentences that are HTML already."""
    return "<ul>" + "".join(f"<li>{sentence}</li>" for sentence in sentences) + "</ul>" if sentences else ""


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
            start, end = (place(outline, row[at], row["decider"]) if row[at] else "" for at in ("from", "to"))
            way = f"{start} → {end}" if start else "held back"
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
