"""Sections of the report on programmes of care, queues and bad years."""

from __future__ import annotations

import math
from html import escape

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed._measures import SCALE
from waterbed._outline import words
from waterbed._spreads import spreads_of
from waterbed._text import change, number, percent
from waterbed.difference import Difference
from waterbed.report._sections import Cell, table
from waterbed.results import Results
from waterbed.tails import LEAST_BEYOND, LOSSES, tails

Floats = npt.NDArray[np.float64]

#: Steps of `programme_persons` that add up to who is enrolled at the end of a year.
STEPS = {
    "asked": "Asked",
    "joined": "Joined",
    "not_eligible": "No longer eligible",
    "dropped_out": "Dropped out",
    "died": "Died",
    "moved_away": "Moved away",
}

#: Fates of `queue`.
FATES = {
    "asked": "Asked for",
    "admitted": "Admitted",
    "turned_urgent": "Turned urgent",
    "went_elsewhere": "Went elsewhere",
    "gave_up": "Gave up",
    "died": "Died",
    "left": "Moved away",
}


def _spread(values: Floats) -> str:
    """Mean over replications ± 95 % simulation error, without a sign."""
    mean, half = _mean_and_half(values)
    return number(mean) if math.isnan(half) or half == 0 else change(mean, half, math.nan, math.nan).lstrip("+")


def _mean_and_half(values: Floats) -> tuple[float, float]:
    found = spreads_of(np.rint(values * SCALE).astype(np.int64)[:, None])
    return float(values.mean()), float(found["high"][0] - found["low"][0]) / 2 / SCALE


def programmes(difference: Difference) -> str:
    """Give whom programmes of care reach, and what they cost in euros and hours; empty without any."""
    results = difference.results
    if "programme_persons" not in results.tables:
        return ""
    outline = results.outline
    years = max(1, outline.years)
    persons = results.total("programme_persons", ["programme", "item"])
    at_end = results.total("programme_persons", ["programme"], {"item": "enrolled", "year": _last(results)})
    costs = results.total("programme_costs", ["programme", "item"])
    hours = results.total("programme_hours", ["programme"])
    rows: list[tuple[str, list[Cell]]] = []
    for position, arm in enumerate(results.arms):
        own = [p for (p,) in hours.labels if persons.of(p, "asked")[:, position].any()]
        if not own:
            continue
        rows.append(("group", [("", escape(outline.arm_title(arm)))]))
        for name in own:
            cells: list[Cell] = [("", escape(words(name)))]
            cells += [("n", _spread(persons.of(name, step)[:, position] / years)) for step in STEPS]
            person_years = persons.of(name, "person_cycles")[:, position] / outline.cycles_per_year
            cost = costs.of(name, "per_person")[:, position] + costs.of(name, "fixed")[:, position]
            each = float(cost.mean()) / 1e6 / float(person_years.mean()) if person_years.any() else math.nan
            cells.append(("n", _spread(at_end.of(name)[:, position].astype(float))))
            cells.append(("n", _spread(cost / 1e9 / years)))
            cells.append(("n", number(each)))
            cells.append(("n", _spread(hours.of(name)[:, position] / 1e3 / years)))
            rows.append(("", cells))
    if not rows:
        return ""
    head = [("", "Programme"), *(("n", f"{title} a year") for title in STEPS.values())]
    head += [
        ("n", "Enrolled at the end"),
        ("n", "EUR thousand a year"),
        ("n", "EUR a person-year"),
        ("n", "Hours a year"),
    ]
    caption = (
        "People, cost and staff hours of programmes of care, mean ± 95 % simulation error. Cost is what the programme "
        "itself costs, whoever pays; what it saves elsewhere stands in the comparison. Enrolled at the end of a year: "
        "at its start + joined − no longer eligible − dropped out − died − moved away."
    )
    return table(head, rows, caption)


def _last(results: Results) -> str:
    return results.attributes("programme_persons")["year"][-1]


def queues(difference: Difference) -> str:
    """Give how waiting ends, by kind of care and arm; empty where the scenario does not tell them apart."""
    results = difference.results
    if "queue" not in results.tables:
        return ""
    outline = results.outline
    years = max(1, outline.years)
    cells = results.total("queue", ["kind", "item"])
    baseline = results.arms.index(difference.baseline)
    rows: list[tuple[str, list[Cell]]] = []
    for position, arm in enumerate(results.arms):
        rows.append(("group", [("", escape(outline.arm_title(arm)))]))
        for kind in dict.fromkeys(kind for kind, _ in cells.labels):
            if not cells.of(kind, "asked").any():
                continue
            line: list[Cell] = [("", escape(words(kind)))]
            for fate in FATES:
                yearly = cells.of(kind, fate) / years
                own = yearly[:, position]
                changed = own - yearly[:, baseline]
                shown = number(float(own.mean()))
                if position != baseline and changed.any():
                    shown += f"<small>{change(*_mean_and_half(changed), math.nan, math.nan)}</small>"
                line.append(("n", shown))
            rows.append(("", line))
    head = [("", "Kind of care"), *(("n", title) for title in FATES.values())]
    caption = (
        "Requests a year at settings with limited capacity and how they ended, mean of the replications; below it the "
        "change against the baseline ± 95 % simulation error. What was asked for and has not ended is still waiting."
    )
    return table(head, rows, caption)


def bad_years(difference: Difference) -> str:
    """Give value at risk and tail value at risk of every party; says so if replications are too few for both."""
    found = tails(difference.results)
    if found.empty:
        return ""
    outline = difference.results.outline
    known = found.dropna(subset=["value_at_risk"])
    if known.empty:
        return (
            f'<p class="note">How bad a bad year is takes more replications: some 73 for the value at risk, '
            f"{20 * LEAST_BEYOND} for the mean beyond it; this run has {difference.results.replications}.</p>"
        )
    rows: list[tuple[str, list[Cell]]] = []
    for arm, block in known.groupby("arm", sort=False):
        rows.append(("group", [("", escape(outline.arm_title(str(arm))))]))
        for _, row in block.iterrows():
            rows.append(("", _tail(row, outline.provider_title(row["party"]))))
    head = [("", "Loss, EUR thousand a year"), ("n", "Mean"), ("n", f"Exceeded in {percent(0.05)} of years")]
    head.append(("n", f"Mean of the worst {percent(0.05)}"))
    caption = (
        "Value at risk and tail value at risk of each party at 95 %, of the mean of a replication's years, with 95 % "
        f"simulation error; a dash: fewer than {LEAST_BEYOND} replications beyond."
    )
    return table(head, rows, caption)


def _tail(row: pd.Series, party: str) -> list[Cell]:
    at = f"{number(row['value_at_risk'])}<small>{number(row['low'])} to {number(row['high'])}</small>"
    beyond = f"{number(row['tail_value_at_risk'])} ± {number(1.96 * row['standard_error'])}"
    shown = "–" if math.isnan(row["tail_value_at_risk"]) else beyond
    return [("", escape(f"{party}: {LOSSES[row['kind']]}")), ("n", number(row["mean"])), ("n", at), ("n", shown)]
