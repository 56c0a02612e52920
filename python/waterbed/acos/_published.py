"""The 482 published ACOs of 2022 and their settlement."""

from __future__ import annotations

import math
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from waterbed import _core, _library, contracts
from waterbed._overrides import Override

#: Folder of scenarios, with `data/us` and `contracts/us`; None: what is shipped with the package.
Folder = str | PathLike[str] | None

#: Published name of a track -> file of its contract.
TRACKS = {
    "A": "mssp_basic_a_2022",
    "B": "mssp_basic_b_2022",
    "C": "mssp_basic_c_2022",
    "D": "mssp_basic_d_2022",
    "E": "mssp_basic_e_2022",
    "EN": "mssp_enhanced_2022",
}
TWO_SIDED = ("C", "D", "E", "EN")

#: Minimum rates, the same for savings and losses, of which a two-sided ACO may elect one; or the table by size.
ELECTED = (0.0, 0.005, 0.01, 0.015, 0.02)

#: Own Medicare revenue that the file does not publish, USD. Level D owes at most 4 % of it: A1070's waived loss of
#: 2,320,475 over 0.04, rounded to 100. Inferred from the result, so it proves nothing about that one ACO.
INFERRED_REVENUE = {"A1070": 58_011_900.0}

#: An amount counts as met within 0.01 % or this, USD; rates are published with two decimals of a per cent.
NEAR_USD = 200.0
NEAR_SHARE = 1e-4
NEAR_RATE = 1e-4


def load(folder: Folder = None) -> pd.DataFrame:
    """Read the published results of the 482 ACOs of performance year 2022.

    Parameters
    ----------
    folder
        Folder of scenarios, with `data/us` and `contracts/us`; left out: what is shipped.

    Returns
    -------
    pandas.DataFrame
        One row an ACO, index ACO_ID, columns under their published names: amounts in USD, percentages as shares, use
        per 1,000 person-years. `docs/mssp_2022.md` explains them.
    """
    tables = _library.published_results() if folder is None else Path(folder) / "data"
    return pd.read_csv(tables / "us" / "mssp_2022.csv", comment="#", index_col="ACO_ID")


def row_of(aco_id: str, folder: Folder = None) -> pd.Series:
    """Give the published row of one ACO.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    table = load(folder)
    if aco_id not in table.index:
        raise ValueError(
            f"aco_id must be one of the 482 of 2022, {table.index[0]} to {table.index[-1]}, got {aco_id!r}"
        )
    return table.loc[[aco_id]].iloc[0]


def minimum_rate(people: int) -> float:
    """Minimum savings rate by size, a share of the benchmark (42 CFR 425.605(b)(1)).

    Parameters
    ----------
    people
        Assigned people.
    """
    return _core.mssp_minimum_rate(people)


def elected(row: pd.Series) -> float | None:
    """Minimum rate that an ACO elected, a share; None where it is the table by size."""
    rate = float(row["MinSavPerc"])
    if row["Risk_Model"] == "Two-Sided":
        for choice in ELECTED:
            if math.isclose(rate, choice, abs_tol=1e-9):
                return choice
    return None


@cache
def _contract(track: str, minimum: float | None, folder: Path) -> contracts.Contract:
    file = folder / "us" / f"{TRACKS[track]}.yaml"
    if track not in TWO_SIDED:
        return contracts.load(file)
    gate: Override = "mssp_size_table" if minimum is None else minimum
    return contracts.load(file, **{"terms.gate": {"up": gate, "down": gate}})


def contract_for(track: str, minimum: float | None = None, folder: Folder = None) -> contracts.Contract:
    """Give the contract of a track.

    Parameters
    ----------
    track
        A, B, C, D, E or EN.
    minimum
        Two-sided tracks: least saving and least loss that count, a share of the benchmark; None: the table by size,
        which the one-sided tracks A and B always have.

    Raises
    ------
    ValueError
        If there is no such track.
    """
    if track not in TRACKS:
        raise ValueError(f"track must be one of {', '.join(TRACKS)}, got {track!r}")
    return _contract(track, minimum, _library.folder() if folder is None else Path(folder) / "contracts")


def facts_of(rows: pd.DataFrame, *, own_revenue: float | None = None, waived: float = 0.0) -> dict[str, Any]:
    """Facts that settle published years, in columns as `Contract.settle_many` takes them.

    Parameters
    ----------
    rows
        Rows of `load`.
    own_revenue
        Of the ACO's providers from Medicare, USD. Left out: inferred where it shows, else taken to be as large as the
        counted spending, so that of the two limits on losses the one on the benchmark binds.
    waived
        Share of a loss that disaster relief waives, 0 to 1.
    """
    years = rows["N_AB_Year_PY"].to_numpy(dtype=float)
    inferred = [INFERRED_REVENUE.get(str(name), spent) for name, spent in rows["ABtotExp"].items()]
    return {
        "person_time": years,
        "assigned": rows["N_AB"].to_numpy(dtype=float),
        "benchmark_per_person_year": rows["ABtotBnchmk"].to_numpy(dtype=float) / years,
        "counted": rows["ABtotExp"].to_numpy(dtype=float),
        "quality_score": rows["QualScore"].to_numpy(dtype=float),
        "quality_standard": np.where(rows["Met_QPS"] == 1, "met", "failed"),
        "own_revenue": np.asarray(inferred, dtype=float) if own_revenue is None else np.full(len(rows), own_revenue),
        "mitigated_share": np.full(len(rows), waived),
    }


def settle(
    aco_id: str,
    track: str | None = None,
    *,
    minimum: float | None = None,
    own_revenue: float | None = None,
    waived: float = 1.0,
    folder: Folder = None,
) -> contracts.Settlement:
    """Settle the published year of one ACO, under its own track or another, step by step.

    Parameters
    ----------
    aco_id
        For example A1001.
    track
        A, B, C, D, E or EN; left out: its own, with the minimum rate that it elected.
    minimum
        With `track`: minimum rate of a two-sided track, a share; left out: the table by size.
    own_revenue
        Of the ACO's providers from Medicare, USD; not published, see `docs/mssp_2022.md`. Left out: inferred for A1070,
        for others as large as counted spending, so that the limit on the benchmark binds.
    waived
        Share of a loss that disaster relief waives. In 2022 all: the public health emergency lasted the whole year.
    folder
        Folder of scenarios, with `data/us` and `contracts/us`; left out: what is shipped.

    Returns
    -------
    Settlement
        `settlement` is as paid, `before_adjustment` before relief and sequestration; amounts in USD.

    Raises
    ------
    ValueError
        If there is no such ACO or track.

    Examples
    --------
    >>> import waterbed as wb
    >>> wb.acos.settle("A1001").settlement  # published: 45,867,446
    Decimal('45867445.68')
    >>> wb.acos.settle("A1001", "E", minimum=0.02).settlement
    Decimal('30578297.12')
    """
    row = row_of(aco_id, folder)
    contract = (
        contract_for(row["Current_Track"], elected(row), folder)
        if track is None
        else contract_for(track, minimum, folder)
    )
    columns = facts_of(row.to_frame().T, own_revenue=own_revenue, waived=waived)
    facts = {name: values.tolist()[0] for name, values in columns.items()}
    facts["counted"] = {"total": facts["counted"]}
    facts |= {name: int(facts[name]) for name in ("person_time", "assigned")}
    return contract.settle(**facts)


def settle_all(folder: Folder = None) -> pd.DataFrame:
    """Settle the published year of every ACO under its own track, beside what was published.

    Returns
    -------
    pandas.DataFrame
        Index ACO_ID, columns:

        - track, two_sided, assigned (people), benchmark (USD);
        - minimum_rate and minimum_rate_published, shares of the benchmark;
        - paid and paid_published: the payment to the ACO after sequestration, USD;
        - owed and owed_published: its loss before relief, USD, as published in DisAdj;
        - minimum_rate_met, paid_met, owed_met: within 0.01 points, and within 0.01 % or 200 USD.
    """
    published = load(folder)
    minimum = [elected(row) for _, row in published.iterrows()]
    parts = []
    for _, rows in published.groupby([published["Current_Track"], [-1 if m is None else m for m in minimum]]):
        contract = contract_for(str(rows["Current_Track"].iloc[0]), elected(rows.iloc[0]), folder)
        settled = contract.settle_many(**facts_of(rows, waived=1.0)).set_index(rows.index)
        before = contract.settle_many(**facts_of(rows, waived=0.0)).set_index(rows.index)
        parts.append(pd.DataFrame({"paid": settled["settlement"], "owed": (-before["settlement"]).clip(lower=0.0)}))
    paid = pd.concat(parts).reindex(published.index)
    table = pd.DataFrame(
        {
            "track": published["Current_Track"],
            "two_sided": published["Risk_Model"] == "Two-Sided",
            "assigned": published["N_AB"],
            "benchmark": published["ABtotBnchmk"].astype(float),
            "minimum_rate": [
                minimum_rate(int(people)) if m is None else m
                for people, m in zip(published["N_AB"], minimum, strict=True)
            ],
            "minimum_rate_published": published["MinSavPerc"],
            "paid": paid["paid"],
            "paid_published": published["EarnSaveLoss"].astype(float),
            "owed": paid["owed"],
            "owed_published": -published["DisAdj"].fillna(0.0),
        }
    )
    table["minimum_rate_met"] = (table["minimum_rate"] - table["minimum_rate_published"]).abs() <= NEAR_RATE
    for name in ("paid", "owed"):
        miss = (table[name] - table[f"{name}_published"]).abs()
        table[f"{name}_met"] = miss <= (NEAR_SHARE * table[f"{name}_published"]).clip(lower=NEAR_USD)
    return table
