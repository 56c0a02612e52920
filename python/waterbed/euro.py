"""Where a euro goes: from who pays it to contract, term, party and the service in which it was earned."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waterbed._measures import SCALE
from waterbed._progress import ProgressCallback
from waterbed.scenario import Scenario

_ENTRY = ["paid_by", "contract", "term", "paid_to"]


def trace_euro(
    scenario: Scenario,
    arm: str | None = None,
    payer: str | None = None,
    *,
    replication: int = 0,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | ProgressCallback = False,
) -> pd.DataFrame:
    """Follow the money of one replication from who pays it to the services in which it was earned.

    Parameters
    ----------
    scenario
        What to run.
    arm
        By default the baseline.
    payer
        Whose money; by default everybody's.
    replication, seed, threads, progress
        As for `Scenario.visits`.

    Returns
    -------
    pandas.DataFrame
        One row a ledger entry and service, over the performance years: paid_by, contract, term, paid_to, service (kind
        of care; empty: not earned by the unit, as capitation, lump sums, corrections to a ceiling, settlements),
        delivered_by, units, eur, per_euro (of all that a payer pays, net of what comes back to it; missing between
        providers). Rows of a payer add up to its cash.

    Raises
    ------
    ValueError
        If there is no such arm or payer, or a number is out of range.
    """
    arm = scenario.baseline if arm is None else arm
    results = scenario.run(
        arms=[arm], first_replication=replication, replications=1, seed=seed, threads=threads, progress=False
    )
    payers = results.attributes("cash_spending")["payer"]
    if payer is not None and payer not in payers:
        raise ValueError(f"payer must be one of {', '.join(payers)}, got {payer!r}")
    visits = scenario.visits(arm, replication=replication, seed=seed, threads=threads, progress=progress)
    paid = visits[visits["paid_eur"] != 0]
    earned = paid.groupby([*_ENTRY, "kind", "provider"], observed=True, sort=False)[["units", "paid_eur"]].sum()
    services = dict(iter(earned.groupby(level=_ENTRY, observed=True, sort=False)))
    cells = results.total("payments", by=["from", "contract", "term", "to"])
    # Payments of a year are rounded to the cent once.
    rounding = 0.01 * scenario._core.time.years
    rows: list[list[object]] = []
    for label, amount in zip(cells.labels, cells.amounts[0, 0] / SCALE, strict=True):
        if amount == 0 or label[2] == "premium":
            continue
        rest = float(amount)
        for _, sums in services[label].reset_index().iterrows() if label in services else ():
            rest -= sums["paid_eur"]
            rows.append([*label, str(sums["kind"]), str(sums["provider"]), int(sums["units"]), float(sums["paid_eur"])])
        if label not in services or abs(rest) > rounding:
            rows.append([*label, "", "", 0, rest])
    frame = pd.DataFrame(rows, columns=[*_ENTRY, "service", "delivered_by", "units", "eur"])
    frame["per_euro"] = np.nan
    for name in payers:
        out, back = frame["paid_by"] == name, frame["paid_to"] == name
        net = float(frame.loc[out, "eur"].sum() - frame.loc[back, "eur"].sum())
        if net:
            frame.loc[out, "per_euro"] = frame.loc[out, "eur"] / net
            frame.loc[back & frame["per_euro"].isna(), "per_euro"] = -frame.loc[back, "eur"] / net
    if payer is None:
        return frame
    return frame[(frame["paid_by"] == payer) | (frame["paid_to"] == payer)].reset_index(drop=True)
