"""People from a Synthea export (https://github.com/synthetichealth/synthea/wiki/CSV-File-Data-Dictionary)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from waterbed._core import Problem
from waterbed._problems import scenario_error

#: Columns that are looked at, by file; names and other identities are not read.
COLUMNS = {
    "patients.csv": ["Id", "BIRTHDATE", "DEATHDATE", "GENDER", "CITY"],
    "conditions.csv": ["START", "STOP", "PATIENT", "CODE"],
    "encounters.csv": ["START", "PATIENT", "ENCOUNTERCLASS", "TOTAL_CLAIM_COST"],
}

_SEXES = {"F": "women", "M": "men"}

#: Faults of one kind in one column that are told one by one.
_TOLD = 20


def from_synthea(
    folder: str | PathLike[str],
    conditions: Mapping[str, Iterable[str] | Mapping[str, Iterable[str]]],
    at: str,
    *,
    municipality: str | Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Take the patients of a Synthea export who live at some day, with what was found and what care they had.

    Parameters
    ----------
    folder
        Holds patients.csv, conditions.csv and encounters.csv, as Synthea's CSV exporter writes them.
    conditions
        Condition of the scenario to its codes (SNOMED CT). Whoever has one of them at the day has the condition; codes
        by stage, ``{"type_2_diabetes": {"uncomplicated": [...], "complicated": [...]}}``, tell the stage too, of which
        the last counts.
    at
        Day, YYYY-MM-DD. Ages, conditions and history are those of this day, so it should be the one on which the
        simulation starts.
    municipality
        Where they live: one name for all, or by Synthea's CITY. Left out: no such column, for a region of one.

    Returns
    -------
    pandas.DataFrame
        One row a patient, by the id of Synthea as index: age, sex, municipality; ``stage_`` and ``recorded_`` of each
        condition (yes, no or the stage: a diagnosis is what is recorded); and of the year before `at`
        history_encounters_CLASS, history_encounters and history_claim_cost (TOTAL_CLAIM_COST, US dollars), which the
        simulation does not look at. Synthea knows neither deprivation nor a GP: without a column they are drawn.

    Raises
    ------
    ScenarioError
        With every fault of the files, by line and column.
    ValueError
        If `at` is not a day.
    """
    day = _day(at)
    tables = _Tables(Path(folder))
    patients = tables.read("patients.csv")
    found = tables.read("conditions.csv")
    encounters = tables.read("encounters.csv")
    tables.throw_if_any()

    tables.must("patients.csv", "Id", ~patients["Id"].duplicated() & (patients["Id"] != ""), "must be given once")
    born = tables.days("patients.csv", "BIRTHDATE")
    died = tables.days("patients.csv", "DEATHDATE", may_miss=True)
    tables.must("patients.csv", "GENDER", patients["GENDER"].isin(list(_SEXES)), "must be F or M")
    if isinstance(municipality, Mapping):
        tables.must("patients.csv", "CITY", patients["CITY"].isin(list(municipality)), "must be in municipality")
    starts = tables.days("conditions.csv", "START")
    stops = tables.days("conditions.csv", "STOP", may_miss=True)
    seen = tables.days("encounters.csv", "START")
    cost = pd.to_numeric(encounters["TOTAL_CLAIM_COST"], errors="coerce")
    tables.must("encounters.csv", "TOTAL_CLAIM_COST", cost.notna(), "must be a number (US dollars)")
    for name, table in (("conditions.csv", found), ("encounters.csv", encounters)):
        tables.must(name, "PATIENT", table["PATIENT"].isin(patients["Id"]), "must be the Id of a patient")
    tables.throw_if_any()

    here = (born < day) & ~(died <= day)
    people = patients[here].set_index("Id")
    index = people.index
    birth = born[here]
    had_birthday = (birth.dt.month < day.month) | ((birth.dt.month == day.month) & (birth.dt.day <= day.day))
    columns: dict[str, object] = {
        "age": (day.year - birth.dt.year - (~had_birthday).astype(np.int64)).to_numpy(),
        "sex": people["GENDER"].map(_SEXES).to_numpy(),
    }
    if municipality is not None:
        by_city = people["CITY"].map(municipality) if isinstance(municipality, Mapping) else municipality
        columns["municipality"] = by_city.to_numpy() if isinstance(by_city, pd.Series) else by_city
    now = found[(starts <= day) & ~(stops <= day)]
    for condition, codes in conditions.items():
        stages = codes if isinstance(codes, Mapping) else {"yes": codes}
        has = pd.Series("no", index=index, dtype=object)
        for stage, of_stage in stages.items():
            has[index.isin(now.loc[now["CODE"].isin([str(code) for code in of_stage]), "PATIENT"])] = stage
        columns[f"stage_{condition}"] = has.to_numpy()
        columns[f"recorded_{condition}"] = has.to_numpy()
    last_year = encounters[(seen >= day - pd.DateOffset(years=1)) & (seen < day)].assign(cost=cost)
    for kind in sorted(encounters["ENCOUNTERCLASS"].unique()):
        of_kind = last_year[last_year["ENCOUNTERCLASS"] == kind]["PATIENT"].value_counts()
        columns[f"history_encounters_{kind}"] = of_kind.reindex(index, fill_value=0).to_numpy()
    columns["history_encounters"] = last_year["PATIENT"].value_counts().reindex(index, fill_value=0).to_numpy()
    spent = last_year.groupby("PATIENT")["cost"].sum()
    columns["history_claim_cost"] = spent.reindex(index, fill_value=0.0).to_numpy()
    return pd.DataFrame(columns, index=index)


def _day(text: str) -> pd.Timestamp:
    try:
        return pd.to_datetime(text, format="%Y-%m-%d")
    except ValueError as error:
        raise ValueError(f"at: must be a day YYYY-MM-DD, got {text}") from error


class _Tables:
    """Files of an export, and all that is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables: dict[str, pd.DataFrame] = {}
        self._problems: list[Problem] = []

    def read(self, name: str) -> pd.DataFrame:
        file = self._folder / name
        wanted = COLUMNS[name]
        try:
            table = pd.read_csv(file, dtype=str, keep_default_na=False, usecols=lambda column: column in wanted)
        except (OSError, ValueError) as error:
            reason = "must be there" if isinstance(error, FileNotFoundError) else f"must be a table ({error})"
            self._problems.append(Problem(path=str(file), line=0, column=0, field="", rule=reason))
            table = pd.DataFrame(columns=wanted, dtype=str)
        missing = [column for column in wanted if column not in table.columns]
        for column in missing:
            self._problems.append(
                Problem(path=str(file), line=1, column=1, field=column, rule="must be a column, as Synthea writes it")
            )
        self._tables[name] = table.reindex(columns=wanted, fill_value="")
        return self._tables[name]

    def must(self, name: str, column: str, holds: pd.Series[bool], rule: str) -> None:
        """Note every row in which a rule does not hold; the first twenty one by one."""
        rows: Sequence[int] = np.flatnonzero(~holds.to_numpy(dtype=np.bool_)).tolist()
        for count, row in enumerate(rows[:_TOLD], start=1):
            more = len(rows) - _TOLD if count == _TOLD else 0
            self._problems.append(
                Problem(
                    path=str(self._folder / name),
                    line=row + 2,
                    column=1,
                    field=column,
                    rule=rule,
                    got=self._tables[name][column].iloc[row] or "nothing",
                    hint=f"and so in {more} more rows" if more > 0 else "",
                )
            )

    def days(self, name: str, column: str, *, may_miss: bool = False) -> pd.Series[pd.Timestamp]:
        """Days of a column of days or moments; moments are cut to their day (UTC)."""
        text = self._tables[name][column]
        days = pd.to_datetime(text.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
        self.must(name, column, days.notna() | ((text == "") & may_miss), "must be a day YYYY-MM-DD or a moment")
        return days

    def throw_if_any(self) -> None:
        if self._problems:
            raise scenario_error(self._problems)
