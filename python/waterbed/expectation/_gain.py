"""Health gain: QALYs in a window and after it, against what was expected of each person, net of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waterbed import _core
from waterbed.contracts import Contract
from waterbed.expectation._assess import Assessment, Luck
from waterbed.expectation._features import Feature, FloatArray
from waterbed.expectation._fit import _require, fit
from waterbed.expectation._model import Model
from waterbed.expectation._remaining import RemainingLife, remaining_life, with_next_state


@dataclass(frozen=True, repr=False)
class HealthGain:
    """What people gained in health beyond what was expected of them.

    Attributes
    ----------
    persons
        Everybody who was there at the start of the window: their features then, group, realised h, expected, gain, and
        net, the gain less that of the comparison.
    groups
        By group: people, realised, expected, gain and net per person, low and high (95 %, chance of its persons),
        credibility, estimate, is_comparison.
    comparison_gain
        Mean gain per person in the comparison groups.
    luck
        Between and within groups, of net gains.
    model, remaining
        The frozen expectation, and remaining QALYs at the end of the window. The model holds the latter, so that its
        file is all that a scenario needs (`expectations`).
    window
        Years.
    """

    persons: pd.DataFrame
    groups: pd.DataFrame
    comparison_gain: float
    luck: Luck
    model: Model
    remaining: RemainingLife
    window: int

    def __repr__(self) -> str:
        return f"<health gain of {len(self.persons)} persons in {self.window} years by {self.remaining.state}>"

    @property
    def assessment(self) -> Assessment:
        """Realised against expected in the window."""
        return Assessment(self.persons, self.persons["realised"], self.persons["expected"], name="QALYs")

    def payments(self, contracts: Contract | Mapping[str, Contract]) -> pd.DataFrame:
        """Settle each group's gain, net of the comparison, under contracts with a gain term.

        Returns
        -------
        pandas.DataFrame
            By contract and group (the comparison left out): people, net (QALY per person), paid and paid_per_person
            (EUR), and noise, what it would be expected to pay if nobody gained. By the group: for a normal sum, with
            the chance of the comparison's persons too. By the person: on what each is off the mean of the group, which
            is far from normal, since few die and many do a little better.
        """
        named = {contracts.name: contracts} if isinstance(contracts, Contract) else dict(contracts)
        rows = []
        for name, contract in named.items():
            for group, row in self.groups[~self.groups["is_comparison"]].iterrows():
                people = int(row["people"])
                paid = self._settled(contract, str(group))
                noise = self._noise(contract, str(group), people)
                rows.append([name, str(group), people, row["net"], paid, paid / max(people, 1), noise])
        columns = ["contract", "group", "people", "net", "paid", "paid_per_person", "noise"]
        return pd.DataFrame(rows, columns=pd.Index(columns)).set_index(["contract", "group"])

    def _settled(self, contract: Contract, group: str) -> float:
        """Give what `contract.settle(**self.facts(group))` pays, without a text of every person."""
        own = self._of(group)
        expected, realised = own["expected"].to_numpy(np.float64), own["realised"].to_numpy(np.float64)
        return _core.settle_outcomes(contract._core, expected, realised, self.comparison_gain).total_cents / 100

    def _noise(self, contract: Contract, group: str, people: int) -> float:
        compared = float(self.groups.loc[self.groups["is_comparison"], "people"].sum())
        spread = float(np.sqrt(self.luck.within * (1 + people / compared)))
        at_group, _, by_person = _core.payment_for_noise(contract._core, people, spread)
        if not by_person:
            return at_group
        gain = self._of(group)["gain"].to_numpy(np.float64)
        off = gain - gain.mean()
        return _core.settle_outcomes(contract._core, np.zeros(people), off, 0.0).total_cents / 100

    def _of(self, group: str) -> pd.DataFrame:
        return self.persons[self.persons["group"].astype(str) == group]

    def facts(self, group: str) -> dict[str, Any]:
        """Give the facts of a group for `Contract.settle`: an outcome a person, and the gain of the comparison."""
        if group not in self.groups.index:
            message = f"group: must be one of {', '.join(map(str, self.groups.index))}, got {group}"
            raise ValueError(message)
        own = self._of(group)
        outcomes = [
            {"expected": round(expected, 9), "realised": round(realised, 9)}
            for expected, realised in zip(own["expected"].tolist(), own["realised"].tolist(), strict=True)
        ]
        return {"outcomes": outcomes, "comparison_gain": round(self.comparison_gain, 9)}


#: Columns of person-years that health gain is made of.
NEEDED = ("person", "year", "age", "sex", "qalys", "died", "moved_away", "cycles")


def health_gain(
    base: pd.DataFrame | HealthGain | Model,
    people: pd.DataFrame,
    *,
    state: str,
    group: str,
    comparison: Sequence[str],
    features: Iterable[Feature | str] = ("remaining",),
    model: str = "gaussian",
    ridge: float = 0.0,
    discount: float = 0.0,
    recorded_by_holder: Sequence[str] = (),
    least: float = 30.0,
) -> HealthGain:
    """Measure health gained in a window against a model frozen before it.

    h = QALYs in the window + Q0(recorded state at its end), zero for the dead. Everybody who is there at the start
    counts, whatever happens. Who moves away is taken to fare as expected from then on: with f the part of the year
    lived here, (1 - f) Q0 at the start of the year + f Q0 expected of a survivor at its end. The window is all years of
    `people` but the last, which tells how it ended.

    Parameters
    ----------
    base
        Person-years before the contract under the reference contracts, of at least as many years as `people`; every
        run of years of that length counts. Remaining QALYs and the expectation are fitted on them and then frozen. Or
        an earlier measurement, or the model of one, such as a file holds (`HealthGain.model.save`): what was frozen is
        used again, and `features` and what follows are not looked at.
    people
        Person-years of the window and the year after it, such as
        `scenario.person_years(arm, [2026, 2027, 2028])` for a window of two years.
    state
        Column with the recorded state, see `remaining_life`.
    group
        Column with the group that holds the contract, at the start of the window.
    comparison
        Groups whose mean gain is taken off.
    features
        Of the expectation, see `fit`; `remaining` is Q0 at the start of the window.
    model, ridge, recorded_by_holder
        See `fit`.
    discount
        Per year.
    least
        Persons in a cell, see `remaining_life`.

    Raises
    ------
    ValueError
        If columns, years or groups are missing, or a group is unknown.
    """
    _require(people, [*NEEDED, state, group])
    known = set(people[group].dropna().astype(str))
    unknown = [name for name in comparison if name not in known]
    if unknown or not comparison:
        got = ", ".join(unknown) or "none"
        message = f"comparison: must be groups of {group} ({', '.join(sorted(known))}), got {got}"
        raise ValueError(message)
    window = int(people["year"].nunique()) - 1
    if isinstance(base, (HealthGain, Model)):
        frozen = base if isinstance(base, Model) else base.model
        remaining, years = RemainingLife.of_model(base) if isinstance(base, Model) else (base.remaining, base.window)
        if remaining.state != state or years != window:
            message = f"base: must be of the state {state} and windows of {window} years, as `people`, got {base!r}"
            raise ValueError(message)
    else:
        _require(base, [*NEEDED, state])
        remaining = remaining_life(base, state=state, discount=discount, least=least)
        seen = _windows(base, state, window, remaining)
        made = fit(seen, outcome="realised", features=features, model=model, ridge=ridge, folds=0, unit="QALY",
                   recorded_by_holder=recorded_by_holder, source=_source(base, window)).model  # fmt: skip
        assert made is not None
        frozen = remaining.kept_in(made, window)
    return _measured(frozen, _windows(people, state, window, remaining), remaining, group, comparison, window)


def noise_payment(contract: Contract, people: int, sd: float) -> pd.Series:
    """Give what a gain term is expected to pay while nobody gains (EUR), floor on the group and floor on each person.

    Parameters
    ----------
    contract
        With a gain term; its own level is not looked at.
    people
        In the group.
    sd
        Of realised less expected of one person, in units of outcome; normal.
    """
    return pd.Series(_core.payment_for_noise(contract._core, people, sd)[:2], index=["at_group", "at_person"])


def _source(base: pd.DataFrame, window: int) -> str:
    return f"person-years {base['year'].min()} to {base['year'].max()}, windows of {window} years"


def _windows(frame: pd.DataFrame, state: str, window: int, remaining: RemainingLife) -> pd.DataFrame:
    """Everybody there at the start of each run of years, with `realised` h and `remaining` Q0 at the start."""
    years = sorted(frame["year"].unique())
    if window < 1 or len(years) < window + 1:
        message = f"year: must be {max(window, 1) + 1} or more years, a window and the year after it, got {len(years)}"
        raise ValueError(message)
    rows = with_next_state(frame, state).sort_values(["year", "person"])
    v = 1 / (1 + remaining.discount)
    part = rows["cycles"].to_numpy(np.float64) / float(frame["cycles"].max())
    at_start, at_end = remaining.of(rows), remaining.of(rows, "remaining_at_end")
    rows["remaining"] = at_start
    moved = rows["moved_away"].to_numpy(np.bool_)
    # What comes after the year for those who are gone from the region: nothing for the dead.
    rows["gone"] = np.where(moved, (1 - part) * at_start + part * v * at_end, 0.0)
    rows["stays"] = rows["next_state"].notna()
    last = rows[rows["stays"]].assign(age=lambda r: r["age"] + 1)
    rows["end"] = 0.0
    rows.loc[rows["stays"], "end"] = remaining.of(last.assign(**{state: last["next_state"]}))
    starts = [_one_window(rows, start, window, v) for start in years[: len(years) - window]]
    return pd.concat(starts, ignore_index=True)


def _one_window(rows: pd.DataFrame, start: int, window: int, v: float) -> pd.DataFrame:
    people = rows[rows["year"] == start]
    realised: FloatArray = np.zeros(len(people))
    for t in range(window):
        year = rows[rows["year"] == start + t].set_index("person").reindex(people["person"])
        here = year["stays"].notna().to_numpy()
        lived = year["qalys"].to_numpy(np.float64) + year["gone"].to_numpy(np.float64)
        if t == window - 1:
            lived = lived + v * year["end"].to_numpy(np.float64)
        realised[here] += v**t * lived[here]
    return people.assign(realised=realised)


def _measured(
    model: Model, rows: pd.DataFrame, remaining: RemainingLife, group: str, comparison: Sequence[str], window: int
) -> HealthGain:
    persons = rows.drop(columns=["gone", "stays", "end", "next_state"]).rename(columns={group: "group"})
    persons["expected"] = model.predict(rows)
    persons["gain"] = persons["realised"] - persons["expected"]
    in_comparison = persons["group"].astype(str).isin(list(comparison))
    comparison_gain = float(persons.loc[in_comparison, "gain"].mean())
    persons["net"] = persons["gain"] - comparison_gain
    luck = Assessment(persons, persons["realised"], persons["expected"] + comparison_gain, name="QALYs").luck("group")
    groups = luck.table.rename(columns={"difference": "net", "rows": "people"}).drop(columns=["exposure"])
    groups = groups[groups["people"] > 0].copy()
    groups["expected"] -= comparison_gain
    groups.insert(3, "gain", groups["realised"] - groups["expected"])
    groups["is_comparison"] = groups.index.isin(list(comparison))
    return HealthGain(persons, groups, comparison_gain, luck, model, remaining, window)
