"""The section of the report on insurers: what they are paid and pay, and who gains without paying."""

from __future__ import annotations

import math
from html import escape

import pandas as pd

from waterbed._outline import words
from waterbed._text import number, signed
from waterbed.difference import GAINS, Difference
from waterbed.report._sections import Cell, table

#: Columns of the table of results, those that are not empty: item of ``insurer_result``, what it is called.
ITEMS = {
    "premium": "Premium",
    "deductible": "Own payments",
    "supplementary_premium": "Premium of supplements",
    "cash": "Cash paid",
    "supplementary_cash": "Paid by supplements",
    "result_gross": "Result before equalisation",
    "equalisation": "Equalisation",
    "result_net": "Result",
}


def insurers(difference: Difference) -> str:
    """Give the results of the insurers and the gains of each; empty without `insurance:` in the scenario."""
    if "insurer_result" not in difference.results.tables:
        return ""
    return _results(difference) + (_gains(difference) if difference.arms else "")


def _millions(euro: float) -> str:
    return number(euro / 1e6)


def _results(difference: Difference) -> str:
    results = difference.results
    years = max(1, results.outline.years)
    cells = results.total("insurer_result", ["payer", "item"])
    payers = list(dict.fromkeys(payer for payer, _ in cells.labels))
    items = {item: title for item, title in ITEMS.items() if any(cells.of(payer, item).any() for payer in payers)}
    rows: list[tuple[str, list[Cell]]] = []
    for position, arm in enumerate(results.arms):
        rows.append(("group", [("", escape(results.outline.arm_title(arm)))]))
        for payer in payers:
            amounts = [float(cells.of(payer, item)[:, position].mean()) / 1e6 / years for item in items]
            rows.append(("", [("", escape(words(payer))), *(("n", _millions(amount)) for amount in amounts)]))
    head = [("", "Insurer"), *(("n", title) for title in items.values())]
    return table(
        head,
        rows,
        "EUR million a year, mean of the performance years and replications. Result before equalisation: premiums and "
        "own payments less what is paid.",
    )


def _spread(row: pd.Series, years: int) -> str:
    half = (row["high"] - row["low"]) / 2 / years
    return "–" if math.isnan(half) else f"± {_millions(half)}"


def _gains(difference: Difference) -> str:
    years = max(1, difference.results.outline.years)
    found = difference.gains()
    rows: list[tuple[str, list[Cell]]] = []
    for arm in difference.arms:
        rows.append(("group", [("", escape(difference.results.outline.arm_title(arm)))]))
        for payer in dict.fromkeys(found["payer"]):
            same = found[(found["arm"] == arm) & (found["payer"] == payer)].set_index("item")
            cells: list[Cell] = [("", escape(words(payer)))]
            for item in GAINS:
                cells.append(("n", signed(same.loc[item, "difference"] / years / 1e6)))
            rows.append(("", [*cells, ("n", _spread(same.loc["gain"], years))]))
    head = [("", "Insurer"), *(("n", escape(meaning.capitalize())) for meaning in GAINS.values())]
    return table(
        [*head, ("n", "95 % simulation error")],
        rows,
        "EUR million a year against the baseline. An insurer that pays nothing under contracts of the arm and less in "
        "all is a free rider.",
    )
