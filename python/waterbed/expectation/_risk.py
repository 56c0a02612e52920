"""Risk adjustment by a frozen expectation of each person, instead of by class."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed.expectation._features import FloatArray
from waterbed.expectation._fit import _require, _values
from waterbed.expectation._model import Model


def risk_scores(model: Model, frame: pd.DataFrame, *, exposure: str | npt.ArrayLike | None = None) -> FloatArray:
    """Give what is expected of each row per year over what is expected of all rows: 1 on average over the exposure.

    Parameters
    ----------
    model
        Frozen, of spending.
    frame
        A row a person and year, with the features of the model.
    exposure
        Column or array of years; by default 1 each.

    Raises
    ------
    ValueError
        If a feature is missing, or nothing is expected of anybody.
    """
    rate = model.predict(frame)
    years = _values(frame, exposure, "exposure")
    mean = float(rate @ years / years.sum()) if years.sum() > 0 else 0.0
    if not mean > 0:
        message = f"model: must expect more than 0 of these rows, got {mean}"
        raise ValueError(message)
    return rate / mean


def risk_ratios(
    model: Model,
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    by: str,
    exposure: str | None = None,
) -> pd.Series:
    """Give the fact `risk_ratio` of each group: what is expected per year of its people now over those before.

    Parameters
    ----------
    model
        Frozen: the same before and after.
    before, after
        Rows of the last base year and of the performance year.
    by
        Column with the group that holds the contract.
    exposure
        Column of years; by default 1 each.

    Returns
    -------
    pandas.Series
        By group that has people in both years.
    """
    now, then = _means(model, after, by, exposure), _means(model, before, by, exposure)
    ratio = (now / then).dropna()
    return ratio.rename("risk_ratio")


def capitation_income(
    model: Model,
    frame: pd.DataFrame,
    *,
    by: str,
    per_person_year: float,
    exposure: str | None = None,
) -> pd.Series:
    """Give the fact `capitation_income` of each group, EUR: an amount per person-year times each person's risk score.

    In all `per_person_year` times the years of the frame is paid, whatever the model: it only says to whom.

    Parameters
    ----------
    model
        Frozen, of spending.
    frame
        Rows of the performance year.
    by
        Column with the group that holds the contract; rows without are paid to nobody, but count for the mean.
    per_person_year
        EUR for a person of average risk.
    exposure
        Column of years; by default 1 each.
    """
    _require(frame, [by])
    paid = per_person_year * risk_scores(model, frame, exposure=exposure) * _values(frame, exposure, "exposure")
    groups = frame[by].astype(str).where(frame[by].notna())
    return pd.Series(paid, index=frame.index).groupby(groups).sum().rename("capitation_income")


def _means(model: Model, frame: pd.DataFrame, by: str, exposure: str | None) -> pd.Series:
    _require(frame, [by])
    years = _values(frame, exposure, "exposure")
    sums = pd.DataFrame({"expected": model.predict(frame) * years, "years": np.asarray(years)})
    groups = frame[by].astype(str).where(frame[by].notna()).to_numpy()
    total = sums.groupby(groups).sum()
    return total["expected"] / total["years"]


def risk_classes(model: Model) -> dict[str, dict[str, object]]:
    """Turn a frozen model of cells into the `classes` of a contract's risk step, which a simulation reads.

    A person is in the first class that holds, so the finer cells come first and the last is everybody: the weight is
    what `model.predict` expects over the mean.

    Parameters
    ----------
    model
        Of cells, by age (bands at whole years), sex, deprivation, municipality, practice, practice_group, insurer or
        recorded conditions, named as in `Scenario.person_years`.

    Returns
    -------
    dict
        Name: `who` and `weight`, in order, for `reference.steps[].risk.classes`.

    Raises
    ------
    ValueError
        If the model has no cells, or a feature that no `who` can tell.
    """
    cells = _class_cells(model)
    overall = cells[-1][2]
    return {name: {"who": who, "weight": round(mean / overall, 9)} for name, who, mean in cells}


def capitation_classes(
    model: Model, *, periods_per_year: int, per_person_year: float | None = None
) -> dict[str, dict[str, object]]:
    """Turn a frozen model of cells into the `classes` of a capitation, see `risk_classes`.

    Parameters
    ----------
    model
        Of cells, of spending in EUR a year.
    periods_per_year
        Of the capitation: 12, 4 or 1.
    per_person_year
        EUR for a person of the mean of the model; by default the mean itself.
    """
    cells = _class_cells(model)
    scale = 1.0 if per_person_year is None else per_person_year / cells[-1][2]
    return {name: {"who": who, "rate": round(scale * mean / periods_per_year, 2)} for name, who, mean in cells}


def _class_cells(model: Model) -> list[tuple[str, dict[str, object], float]]:
    """Name, filter and mean of each cell that decides for somebody, the finer first."""
    keys, mean, _ = model._core.cells
    if not keys or not mean[0] > 0:
        message = f"model: must be of cells with a mean above 0, got {model.kind}"
        raise ValueError(message)
    parts = [feature.parts[0] for feature in model.features]
    filters = [[_who(column, form, at, names, i) for i in range(_count(form, at, names))]
               for column, form, at, names in parts]  # fmt: skip
    known = {tuple(key) for key in keys}
    found = []
    for key, of in sorted(zip(map(tuple, keys), mean, strict=True), key=lambda cell: -len(cell[0])):
        finer = [(*key, i) for i in range(len(filters[len(key)]))] if len(key) < len(filters) else []
        if key and finer and all(each in known for each in finer):
            continue
        own = [filters[i][position] for i, position in enumerate(key)]
        name = re.sub(r"\W", "_", "_".join(label for label, _ in own)) or "others"
        whos = [who for _, who in own]
        who: dict[str, object] = {"all": whos} if len(whos) > 1 else whos[0] if whos else {"age": [0, OLDEST]}
        found.append((name, who, float(of)))
    return found


#: The oldest age that a filter knows.
OLDEST = 120

#: Columns of person-years, and how a filter calls them.
FILTERS = {"sex": "sex", "municipality": "municipality", "practice": "practice", "practice_group": "practice_group",
           "insurer": "payer"}  # fmt: skip


def _count(form: str, at: tuple[float, ...], names: tuple[str, ...]) -> int:
    return len(at) + 1 if form == "bands" else len(names)


def _who(
    column: str, form: str, at: tuple[float, ...], names: tuple[str, ...], position: int
) -> tuple[str, dict[str, object]]:
    """Give a label and a filter for one band or level."""
    if column == "age" and form == "bands" and all(float(x).is_integer() for x in at):
        low = int(at[position - 1]) if position else 0
        high = int(at[position]) - 1 if position < len(at) else OLDEST
        return f"age_{low}_{high}", {"age": [low, high]}
    level = names[position] if form == "levels" else ""
    if column == "deprivation" and level:
        return f"deprivation_{level}", {"deprivation": [int(level), int(level)]}
    if column in FILTERS and level:
        return level, {FILTERS[column]: [level]}
    if column.startswith("recorded_") and level:
        condition = column.removeprefix("recorded_")
        if level == "none":
            return f"no_{condition}", {"not": [{"condition": condition}]}
        return f"{condition}_{level}", {"condition": {condition: [level]}}
    message = f"{column}: must be something that a `who` filter tells (docs/scenario_reference.md), got {form}"
    raise ValueError(message)
