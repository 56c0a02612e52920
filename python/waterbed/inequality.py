"""How unequal spending is: the Lorenz curve, the Gini coefficient, the share of those who cost most.

A person-year is a person, whatever part of the year was lived: spending is what was spent in it, not a yearly rate.
That is how insured are counted in published figures. ``partial="weighted"`` looks at yearly rates instead, each person
weighing as the part of the year that was lived: dear last months then count as dear years. Between two persons the
curve is straight, so a top share takes part of a person where it must, and the order among persons who spent the same
changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
Partial = Literal["as_is", "weighted"]

#: Top shares of persons that `concentration` reports.
TOPS = (0.01, 0.05, 0.10)


@dataclass(frozen=True)
class PublishedShare:
    """A published share of spending of those who cost most."""

    top: float
    share: float
    label: str


_ZVW = "Zvw care, NL 2013 (Wammes et al., BMJ Open 2017; quality B)"

#: Of curative care under the Zvw in the Netherlands: about 25 % for the top 1 %, about 50 % for the top 5 %.
PUBLISHED = (PublishedShare(0.01, 0.25, _ZVW), PublishedShare(0.05, 0.50, _ZVW))


def lorenz_curve(spending: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> tuple[FloatArray, FloatArray]:
    """Cumulative share of spending by cumulative share of persons, from those who cost least.

    Parameters
    ----------
    spending
        Of each person, shape (n,), not negative, not all zero.
    weight
        Of each person, shape (n,), positive; by default all equal. `spending` is then a rate per unit of weight.

    Returns
    -------
    tuple
        Shares of persons and of spending, shape (n + 1,) each, from 0 to 1.

    Raises
    ------
    ValueError
        If the shapes differ, or a number is missing, negative or useless.
    """
    values = np.asarray(spending, dtype=np.float64)
    weights = np.ones_like(values) if weight is None else np.asarray(weight, dtype=np.float64)
    if values.ndim != 1 or weights.shape != values.shape:
        raise ValueError(f"spending and weight: must be of one shape (n,), got {values.shape} and {weights.shape}")
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise ValueError("spending: must be finite and not negative")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ValueError("weight: must be finite and positive")
    order = np.argsort(values, kind="stable")
    weights = weights[order]
    persons = np.concatenate([[0.0], np.cumsum(weights)])
    money = np.concatenate([[0.0], np.cumsum(values[order] * weights)])
    if money[-1] <= 0:
        raise ValueError("spending: somebody must have spent something")
    return persons / persons[-1], money / money[-1]


def gini(spending: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> float:
    """Gini coefficient: twice the area between the Lorenz curve and the diagonal, 0 (all equal) to 1."""
    persons, money = lorenz_curve(spending, weight)
    return float(1.0 - np.sum(np.diff(persons) * (money[1:] + money[:-1])))


def top_share(spending: npt.ArrayLike, top: float, weight: npt.ArrayLike | None = None) -> float:
    """Share of all spending that the top `top` of persons (0 to 1) account for.

    Raises
    ------
    ValueError
        If `top` is not between 0 and 1, or as `lorenz_curve`.
    """
    if not 0 <= top <= 1:
        raise ValueError(f"top: must be in [0, 1], got {top}")
    persons, money = lorenz_curve(spending, weight)
    return float(1.0 - np.interp(1.0 - top, persons, money))


def spending_and_weight(
    person_years: pd.DataFrame, spending: str | Sequence[str] = "spending_eur", partial: Partial = "as_is"
) -> tuple[FloatArray, FloatArray]:
    """Give what `lorenz_curve` takes, of the persons of a year who lived in it; several columns are added up.

    Raises
    ------
    ValueError
        If a column is missing or `partial` is unknown.
    """
    columns = [spending] if isinstance(spending, str) else list(spending)
    for name in (*columns, "cycles"):
        if name not in person_years.columns:
            raise ValueError(f"person_years: must have the column {name}")
    if partial not in ("as_is", "weighted"):
        raise ValueError(f"partial: must be as_is or weighted, got {partial}")
    lived = person_years[person_years["cycles"] > 0]
    values = lived[columns].to_numpy(dtype=np.float64).sum(axis=1)
    cycles = lived["cycles"].to_numpy(dtype=np.float64)
    return (values, np.ones_like(values)) if partial == "as_is" else (values / cycles, cycles)


def concentration(
    person_years: pd.DataFrame, *, spending: str | Sequence[str] = "spending_eur", partial: Partial = "as_is"
) -> pd.DataFrame:
    """Share of spending of those who cost most, year by year.

    Parameters
    ----------
    person_years
        As `Scenario.person_years` gives, best with newcomers: all who were insured at some time of the year.
    spending
        Column to look at, or columns to add up, such as the sectors of one insurance.
    partial
        ``"as_is"``: every person counts as one, with what was spent in the year. ``"weighted"``: yearly rates, each
        person weighing as the part of the year that was lived.

    Returns
    -------
    pandas.DataFrame
        One row a year: persons, mean_eur (per person, or per year lived if weighted), nothing (share of persons without
        spending), top_1_percent, top_5_percent, top_10_percent (shares of spending, 0 to 1), gini.

    Raises
    ------
    ValueError
        If a column is missing, spending is negative, or nobody spent anything in some year.
    """
    rows = []
    for year, of_year in person_years.groupby("year"):
        values, weight = spending_and_weight(of_year, spending, partial)
        per_year = 1.0 if partial == "as_is" else float(of_year["cycles"].max())
        rows.append(
            {
                "year": year,
                "persons": len(values),
                "mean_eur": float(np.average(values, weights=weight)) * per_year,
                "nothing": float(np.average(values == 0, weights=weight)),
                **{f"top_{top * 100:g}_percent": top_share(values, top, weight) for top in TOPS},
                "gini": gini(values, weight),
            }
        )
    return pd.DataFrame(rows)
