"""Who is worth reaching: strata, what cut-offs of a risk score catch, and how people move between strata.

Everything works on frames with one row a person and year, as `Scenario.person_years` gives them; a score may come from
anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core

#: What becomes of a person between two years, beside moving to a stratum.
DIED, LEFT, NEW = "died", "moved away", "new"

#: Shares of people, highest scores first, at which `cutoff_table` looks unless told otherwise.
USUAL_SHARES = (0.005, 0.01, 0.02, 0.05, 0.10, 0.20, 0.30, 0.50)


@dataclass(frozen=True)
class Concordance:
    """Chance that a person with the event has a higher score than one without (c-statistic, area under the curve)."""

    value: float
    standard_error: float


def cutoff_table(
    score: npt.ArrayLike,
    event: npt.ArrayLike,
    cost: npt.ArrayLike | None = None,
    *,
    cutoffs: Sequence[float] | None = None,
    uptake: float = 1.0,
    risk_ratio: float = 0.0,
) -> pd.DataFrame:
    """Show what reaching everybody at or above a cut-off gives, cut-off by cut-off.

    Parameters
    ----------
    score
        Risk score of each person before the period, finite.
    event
        Whether the event came to the person in the period.
    cost
        EUR of the person in the period, at least 0; left out: not looked at.
    cutoffs
        Scores; by default those that reach the highest 0.5, 1, 2, 5, 10, 20, 30 and 50 % (more where scores tie).
    uptake
        Share of those reached who take part in the programme, in (0, 1].
    risk_ratio
        Of the event in those who take part, in [0, 1).

    Returns
    -------
    pandas.DataFrame
        One row a cut-off: cutoff, persons, reached, reached_share, events, caught, sensitivity, specificity,
        predictive_value (positive; each with _low and _high, Wilson's interval at 95 %: chance of one period's
        persons), cost_share (of all cost), number_needed_to_reach (per event prevented).

    Raises
    ------
    ValueError
        If lengths differ or a value is out of range.

    Examples
    --------
    >>> import waterbed as wb
    >>> table = wb.stratification.cutoff_table([3.0, 2.0, 1.0, 0.0], [1, 0, 1, 0], cutoffs=[2.0])
    >>> table.loc[0, ["reached", "sensitivity", "predictive_value"]].tolist()
    [2.0, 0.5, 0.5]
    """
    scores = np.asarray(score, dtype=np.float64)
    events = np.asarray(event).astype(np.uint8)
    micro = np.empty(0, np.int64)
    if cost is not None:
        micro = np.rint(np.asarray(cost, dtype=np.float64) * 1e6).astype(np.int64)
    chosen = _usual_cutoffs(scores) if cutoffs is None else np.asarray(cutoffs, dtype=np.float64)
    columns = _core.cutoff_yields(scores, events, micro, chosen, uptake=uptake, risk_ratio=risk_ratio)
    table = pd.DataFrame(columns)
    table.insert(3, "reached_share", table["reached"] / table["persons"])
    return table


def concordance(score: npt.ArrayLike, event: npt.ArrayLike) -> Concordance:
    """How well a score ranks those with the event above those without.

    Parameters
    ----------
    score
        Of each person, finite; ties count half.
    event
        Whether the event came to the person.

    Returns
    -------
    Concordance
        0.5 is no better than chance; NaN if nobody or everybody has the event. Standard error of DeLong et al. (1988).
    """
    value, error = _core.concordance(np.asarray(score, dtype=np.float64), np.asarray(event).astype(np.uint8))
    return Concordance(value, error)


def register_table(
    persons: pd.DataFrame,
    condition: str,
    stages: Sequence[str] | None = None,
    *,
    cost: str = "spending_eur",
    cycles_per_year: int = 12,
) -> pd.DataFrame:
    """Show who is in a register, or in a bundle paid by it: people on record, by what is true of them.

    Parameters
    ----------
    persons
        Rows of one or more years, as `Scenario.person_years` gives them.
    condition
        Whose recorded stage decides.
    stages
        Recorded stages that count; left out: all but the first.
    cost
        Column in EUR.
    cycles_per_year
        Of the scenario, to turn cycles lived into person-years.

    Returns
    -------
    pandas.DataFrame
        One row a true stage, and a last one, "all": true_stage, persons (rows), share of them, and
        cost_per_person_year_eur. People without the condition stand under its first stage.

    Raises
    ------
    ValueError
        If there is no such condition or stage.
    """
    if f"recorded_{condition}" not in persons:
        known = [name.removeprefix("recorded_") for name in persons.columns if name.startswith("recorded_")]
        raise ValueError(f"condition: must be one of {', '.join(known)}, got {condition}")
    all_stages = list(persons[f"recorded_{condition}"].cat.categories)
    chosen = all_stages[1:] if stages is None else list(stages)
    for stage in chosen:
        if stage not in all_stages:
            raise ValueError(f"stages: must be of {', '.join(all_stages)}, got {stage}")
    inside = persons[persons[f"recorded_{condition}"].isin(chosen)]
    truly = inside[f"stage_{condition}"]
    sums = inside.groupby(truly, observed=False).agg(
        persons=("cycles", "size"), years=("cycles", "sum"), cost=(cost, "sum")
    )
    sums.index = sums.index.astype(str)
    sums.loc["all"] = sums.sum()
    table = pd.DataFrame({"persons": sums["persons"].astype(int), "share": sums["persons"] / len(inside)})
    table["cost_per_person_year_eur"] = sums["cost"] / (sums["years"] / cycles_per_year)
    return table.rename_axis("true_stage").reset_index()


def stratum_table(
    persons: pd.DataFrame,
    stratum: pd.Series,
    *,
    events: Sequence[str] = (),
    cost: str = "spending_eur",
    cycles_per_year: int = 12,
) -> pd.DataFrame:
    """Show what each stratum came to.

    Parameters
    ----------
    persons
        Rows of one or more years, as `Scenario.person_years` gives them.
    stratum
        Of each row, from `Scenario.stratify`.
    events
        Columns that count events, e.g. ``died`` or ``stays_ward``; a person has the event if the column is above 0.
    cost
        Column in EUR.
    cycles_per_year
        Of the scenario, to turn cycles lived into person-years.

    Returns
    -------
    pandas.DataFrame
        One row a stratum: stratum, persons, person_years, share (of persons), cost_share, cost_per_person_year_eur, and
        for each event its number of persons (``caught_...``), their share of the stratum and of all with the event.
    """
    known = persons.assign(_stratum=stratum)
    grouped = known.groupby("_stratum", observed=False)
    table = pd.DataFrame({"persons": grouped.size(), "person_years": grouped["cycles"].sum() / cycles_per_year})
    table["share"] = table["persons"] / len(known)
    spent = grouped[cost].sum()
    table["cost_share"] = spent / spent.sum()
    table["cost_per_person_year_eur"] = spent / table["person_years"]
    for event in events:
        had = (known[event] > 0).groupby(known["_stratum"], observed=False).sum()
        table[f"caught_{event}"] = had
        table[f"share_of_stratum_{event}"] = had / table["persons"]
        table[f"share_of_events_{event}"] = had / had.sum()
    return table.rename_axis("stratum").reset_index()


def movements(persons: pd.DataFrame, stratum: pd.Series) -> pd.DataFrame:
    """How people move between strata from the start of one year to the start of the next.

    Parameters
    ----------
    persons
        Rows of consecutive years of one replication.
    stratum
        Of each row, from `Scenario.stratify`.

    Returns
    -------
    pandas.DataFrame
        One row a year, from and to: persons. ``from`` is a stratum or "new" (born or moved in during the year), ``to``
        a stratum, "died" or "moved away". The rows of a year and stratum add up to its persons at the start.
    """
    years = sorted(int(year) for year in persons["year"].unique())
    if years != list(range(years[0], years[0] + len(years))) or len(years) < 2:
        raise ValueError(f"persons must hold two or more consecutive years, got {years}")
    known = persons.loc[persons["entered"] == 0, ["person", "year", "died", "moved_away"]].assign(
        stratum=stratum[persons["entered"] == 0].astype(str).to_numpy()
    )
    frames = []
    for year in years[:-1]:
        before = known[known["year"] == year].set_index("person")
        after = known[known["year"] == year + 1].set_index("person")["stratum"]
        # Who leaves with the turn of the year is in no row of the next.
        to = before.index.to_series().map(after).fillna(LEFT).mask(before["died"].astype(bool), DIED)
        new = after[~after.index.isin(before.index)]
        moves = pd.concat(
            [
                pd.DataFrame({"from": before["stratum"].to_numpy(), "to": to.to_numpy()}),
                pd.DataFrame({"from": NEW, "to": new.to_numpy()}),
            ]
        )
        counted = moves.groupby(["from", "to"]).size().rename("persons").reset_index()
        counted.insert(0, "year", year)
        frames.append(counted)
    return pd.concat(frames, ignore_index=True)


def stratify(model: _core.Model, name: str, persons: pd.DataFrame) -> pd.DataFrame:
    """Score and stratum of every row; see `Scenario.stratify`."""
    known = _core.strata(model)
    if name not in known:
        raise ValueError(f"stratification must be one of {', '.join(known) or 'none'}, got {name}")
    codes = {column: _codes(persons, column) for column in ("sex", "municipality", "practice_group", "insurer")}
    score, stratum = _core.stratify(
        model,
        name,
        age=persons["age"].to_numpy(np.uint8),
        deprivation=persons["deprivation"].to_numpy(np.uint8),
        practice=_codes(persons, "practice").astype(np.uint16),
        recorded=[_codes(persons, c).astype(np.uint8) for c in persons.columns if c.startswith("recorded_")],
        **{column: values.astype(np.uint8) for column, values in codes.items()},
    )
    categories = pd.Categorical.from_codes(stratum.astype(np.int32), categories=pd.Index(known[name]), ordered=True)
    return pd.DataFrame({"score": score, "stratum": categories}, index=persons.index)


def _codes(persons: pd.DataFrame, column: str) -> npt.NDArray[np.int64]:
    """Positions of a column's categories; missing becomes the highest number, 'none of them'."""
    return persons[column].cat.codes.to_numpy().astype(np.int64)


def _usual_cutoffs(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if scores.size == 0:
        raise ValueError("score must hold at least one person")
    ranked = np.sort(scores)[::-1]
    places = [max(1, round(share * len(ranked))) - 1 for share in USUAL_SHARES]
    return np.unique(ranked[places])[::-1]
