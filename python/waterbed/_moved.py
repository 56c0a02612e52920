"""Flows of patients that an arm moved: edges of the care network, most moved first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waterbed._measures import SCALE, Measures
from waterbed._outline import Outline, words
from waterbed.difference import Difference

#: Flows that are shown.
MOST = 10


def moved_flows(difference: Difference, arm: str, most: int = MOST) -> pd.DataFrame:
    """Give the flows between settings that change most, of those told apart from the baseline.

    With one replication nothing is told apart: then those that change most.

    Parameters
    ----------
    difference
        A comparison of arms.
    arm
        Which one.
    most
        How many.

    Returns
    -------
    pandas.DataFrame
        One row a flow, by size of its change: from, to (setting, ``entry`` or ``discharge``), before (of the baseline),
        difference, low, high (95 % simulation error), range_low, range_high, all in moves per 1,000 persons a year;
        list_value (EUR per 1,000 persons a year: the change times what an arrival at the place it goes to brings there
        at list prices in the baseline; 0 at discharge), told (whether the interval excludes zero).

    Raises
    ------
    ValueError
        If there is no such arm.
    """
    if arm not in difference.arms:
        raise ValueError(f"arm must be one of {', '.join(difference.arms)}, got {arm!r}")
    columns = ["from", "to", "before", "difference", "low", "high", "range_low", "range_high", "list_value", "told"]
    results = difference.results
    if "moves" not in results.tables:
        return pd.DataFrame(columns=columns)
    cells = results.total("moves", by=["from", "to"])
    measures = Measures(results, difference.baseline)
    values = measures.per_person_year(cells.amounts, 1 / 1000)
    spreads = difference.paired(values, arm)
    base = results.arms.index(difference.baseline)
    arrivals = results.total("moves", by=["to"]).amounts[:, base].mean(axis=0)
    worth = dict(zip(results.total("moves", by=["to"]).labels, arrivals, strict=True))
    listed = results.total("list_spending", by=["setting"])
    rows = []
    for i, (source, target) in enumerate(cells.labels):
        mean, low, high, range_low, range_high = (
            float(spreads[name][i]) / SCALE for name in ("mean", "low", "high", "range_low", "range_high")
        )
        arriving = float(worth.get((target,), 0.0))
        spent = float(listed.of(target)[:, base].mean()) / SCALE if (target,) in listed.labels else 0.0
        each = spent / arriving if arriving > 0 else 0.0
        rows.append(
            {
                "from": source,
                "to": target,
                "before": float(values[:, base, i].mean()) / SCALE,
                "difference": mean,
                "low": low,
                "high": high,
                "range_low": range_low,
                "range_high": range_high,
                "list_value": mean * each,
                "told": low > 0 or high < 0,
            }
        )
    found = pd.DataFrame(rows, columns=columns)
    found = found[found["difference"] != 0]
    if results.replications > 1:
        found = found[found["told"].astype(bool)]
    order = np.argsort(-found["difference"].abs().to_numpy(), kind="stable")
    return found.iloc[order].head(most).reset_index(drop=True)


def place(outline: Outline, setting: str, seen_from: str = "") -> str:
    """Give a setting as it reads in a sentence: "Hospital: ward", or "ward" seen from its own provider."""
    if setting in ("entry", "discharge"):
        return {"entry": "a new need", "discharge": "discharge"}[setting]
    provider, kind, _ = outline.setting(setting)
    name = words(kind)
    name = name if name[:2].isupper() else name[0].lower() + name[1:]
    return name if provider == seen_from else f"{outline.provider_title(provider)}: {name}"
