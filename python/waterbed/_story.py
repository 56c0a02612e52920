"""What an arm does, in plain words: each sentence from one row of a table, its verb from that row's interval."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from waterbed._outline import Outline, words
from waterbed._text import percent
from waterbed._told import measure_sentences, moves, parameters_of
from waterbed._units import yearly
from waterbed.difference import Difference
from waterbed.renegotiation import Renegotiation

#: Lines that are told of a renegotiated comparison.
RENEGOTIATED = (("Spending in cash", "total"), ("Spending at list prices", "total"))

#: What the label of a payer ends with.
_PAID = " (less paid)"

#: Groups of `Difference.summary` that are told besides spending and staff: what is said of all that did not move.
GROUPS = {
    "Waits": ("Mean wait, {}", "mean waits"),
    "Health": ("{}", "health"),
    "Results of the parties": ("Result of {}", "the results of parties"),
}


def story(difference: Difference, arm: str) -> list[str]:
    """Tell what was pressed, what moved elsewhere, in all, for whom."""
    told = [*press_sentences(difference, arm), *measure_sentences(difference, arm)]
    for group in GROUPS:
        told += group_sentences(difference, arm, group)
    return told


def press_sentences(difference: Difference, arm: str) -> list[str]:
    """Tell what an arm presses, what that does to it and to every part outside, at list prices."""
    if arm not in difference.waterbed_reports():
        return ["The arm names nothing that it presses."]
    outline = difference.results.outline
    found = next(
        i for i in difference.waterbed_reports()[arm].indices if i.basis == "list_volume" and not i.year and not i.payer
    )
    error = found.pressed.simulation_error
    low, high = (math.nan, math.nan) if error is None else (error.interval.low, error.interval.high)
    scale, unit = yearly(outline.years, found.pressed.mean / 1e6)
    mean, low, high = (scale * value / 1e6 for value in (found.pressed.mean, low, high))
    pressed = moves(mean, low, high, unit)
    told = [f"{_pressed(outline, arm)}: care there, at list prices, {pressed}."]
    parts = difference.waterbed_parts()
    chosen = parts[(parts["arm"] == arm) & (parts["basis"] == "list_volume") & (parts["year"] == "")]
    chosen = chosen[chosen["payer"] == ""]
    order = chosen["difference"].abs().sort_values(ascending=False, kind="stable").index
    return told + _split(chosen.loc[order], lambda row: _part(row, outline.years), "care elsewhere", "group")


def _part(row: pd.Series, years: int) -> str:
    scale, unit = yearly(years, row["difference"])
    change = moves(scale * row["difference"], scale * row["low"], scale * row["high"], unit)
    share = ""
    if not math.isnan(row["share"]) and not math.isnan(row["share_low"]):
        ends = f"{percent(row['share_low'])} to {percent(row['share_high'])}"
        share = f"; {percent(row['share'])} of what is taken out ({ends})"
    return f"Elsewhere, {words(row['group'])}: care at list prices {change}{share}."


def group_sentences(difference: Difference, arm: str, group: str) -> list[str]:
    """Tell the lines of one group that moved, and name those of which no change is seen."""
    summary = difference.summary()
    rows = summary[(summary["arm"] == arm) & (summary["group"] == group)]
    named, rest = GROUPS[group]
    return _split(rows, lambda row: _line(row, named), rest, "label")


def _line(row: pd.Series, named: str) -> str:
    least, most = parameters_of(row)
    mean, low, high, unit = row["difference"], row["low"], row["high"], str(row["unit"])
    label = str(row["label"])
    if label.endswith(_PAID):  # the line holds what a payer pays with its sign turned
        return f"What {label.removesuffix(_PAID)} pays: {moves(-mean, -high, -low, unit, (-most, -least))}."
    return f"{named.format(label)}: {moves(mean, low, high, unit, (least, most))}."


def _split(rows: pd.DataFrame, tell: Callable[[pd.Series], str], rest: str, name: str) -> list[str]:
    """Tell the rows whose interval excludes zero; name the others in one sentence."""
    unseen = (rows["low"] <= 0) & (rows["high"] >= 0)
    told = [tell(row) for _, row in rows[~unseen].iterrows()]
    left = [words(str(label)).removesuffix(_PAID) for label in rows[unseen][name]]
    return [*told, f"No change seen in {rest}: {'; '.join(left)}."] if left else told


def renegotiation_sentences(found: Renegotiation, arm: str) -> list[str]:
    """Tell what renegotiation changes in the headline lines of an arm."""
    table = found.table()
    told = []
    for group, measure in RENEGOTIATED:
        rows = table[(table["arm"] == arm) & (table["group"] == group) & (table["measure"] == measure)]
        for _, row in rows.iterrows():
            change = moves(row["difference"], row["difference_low"], row["difference_high"], str(row["unit"]))
            told.append(
                f"If {found.of} move by {percent(found.share)} of last year's margin gap, what the arm does to "
                f"{str(row['label']).lower()}: {change}."
            )
    return told


def _pressed(outline: Outline, arm: str) -> str:
    of = next(a for a in outline.arms if a.name == arm)
    whom = " and ".join(outline.provider_title(name) for name in of.presses_providers)
    what = " and ".join(words(kind).lower() for kind in of.presses_kinds)
    return f"The arm presses {f'{what} at {whom}' if what and whom else whom or what}"
