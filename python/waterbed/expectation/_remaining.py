"""QALYs that a person in a recorded state still has ahead: a life table by age, sex and state, frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed.expectation._features import FloatArray, bands, levels
from waterbed.expectation._fit import _require, fit
from waterbed.expectation._model import Model

#: Where age bands begin: rates are equal within them.
AGE_BANDS = (1, 5, *range(10, 100, 5))

#: Wide bands, within which a state keeps rates of its own.
WIDE_BANDS = (65, 80)

#: The last age of the table, at which people stay.
LAST_AGE = 105


#: In the order of the library.
SEXES = ("women", "men")

#: Columns of the table that are frozen.
KEPT = ("remaining", "remaining_at_end")


@dataclass(frozen=True)
class RemainingLife:
    """Remaining QALYs Q0 by age, sex and recorded state.

    With q the QALYs of a year, d the chance to die in it, P the chances of the survivors' states a year on and v the
    discount factor: Q0(a, k) = q(a, k) + v (1 - d(a, k)) sum over j of P(a, k, j) Q0(a + 1, j); at the last age, which
    does not end, Q0 solves the same with a + 1 = a. Zero for the dead.

    Attributes
    ----------
    table
        By sex, age and state: remaining, and of survivors remaining_at_end, expected a year on; qalys and dies, unless
        it comes from a file.
    models
        The cells of which the table is made: qalys, died and the chance of each state; none if it comes from a file.
    """

    table: pd.DataFrame
    models: dict[str, Model]
    state: str
    discount: float

    @property
    def digest(self) -> str:
        """SHA-256 over the table, the state and the discount rate."""
        whole = hashlib.sha256(repr((self.state, self.discount, list(self.table.index))).encode())
        for column in KEPT:
            whole.update(self.table[column].to_numpy(np.float64).tobytes())
        return whole.hexdigest()

    def kept_in(self, model: Model, window: int) -> Model:
        """Give the model with this table in it: one file that holds all that gain is measured against.

        Without both sexes there is no such file, and the model is given back as it is.
        """
        if not set(SEXES) <= set(self.table.index.unique("sex")):
            return model
        states = [str(state) for state in self.table.index.unique(self.state)]
        # The table goes by sex as words do, the library by women and men.
        order = [list(self.table.index.unique("sex")).index(sex) for sex in SEXES]
        shape = (len(SEXES), -1, len(states))
        kept = [self.table[column].to_numpy(np.float64).reshape(shape)[order] for column in KEPT]
        return model.with_remaining(self.state, self.discount, window, states, kept[0], kept[1])

    @classmethod
    def of_model(cls, model: Model) -> tuple[RemainingLife, int]:
        """Give the table that a model holds, and the years of its window. Raises `ValueError` if it holds none."""
        found = model.remaining
        if found is None:
            message = f"base: must be a model with the QALYs that remain, got {model!r}"
            raise ValueError(message)
        state, discount, window, states, *kept = found
        index = pd.MultiIndex.from_product([SEXES, range(kept[0].shape[1]), states], names=["sex", "age", state])
        columns = {name: values.ravel() for name, values in zip(KEPT, kept, strict=True)}
        return cls(pd.DataFrame(columns, index=index), {}, state, discount), window

    def of(self, frame: pd.DataFrame, column: str = "remaining") -> FloatArray:
        """Give a column of the table for each row by its sex, age and state.

        Raises
        ------
        ValueError
            If a row has a state that the base years did not have.
        """
        _require(frame, ["age", "sex", self.state])
        sexes, states = (self.table.index.unique(level) for level in ("sex", self.state))
        state = codes_in(frame[self.state], states)
        if (state < 0).any():
            unknown = sorted(set(frame[self.state][state < 0].astype(str)))
            message = f"{self.state}: must be a state of the base years, got {', '.join(unknown[:10])}"
            raise ValueError(message)
        ages = len(self.table.index.unique("age"))
        age = np.minimum(frame["age"].to_numpy(np.int64), ages - 1)
        position = (codes_in(frame["sex"], sexes) * ages + age) * len(states) + state
        found: FloatArray = self.table[column].to_numpy(np.float64)[position]
        return found


def codes_in(values: pd.Series, names: Iterable[str]) -> npt.NDArray[np.int64]:
    """Position of each word in the names, -1 for others."""
    words = values.astype("category")
    known = pd.Index(list(names)).get_indexer(words.cat.categories.astype(str))
    codes = np.asarray(words.cat.codes, np.int64)
    return np.where(codes < 0, -1, known[codes]).astype(np.int64)


def words_of(values: pd.Series, names: list[str]) -> pd.Series:
    """Give the same words as categories, in the order of the names; others are missing."""
    made = pd.Categorical.from_codes(codes_in(values, names), categories=pd.Index(names))
    return pd.Series(made, index=values.index)


def recorded_conditions(frame: pd.DataFrame, most: int = 3) -> pd.Categorical[str]:
    """How many conditions are on record, as words: "0", "1", ... and "3+"."""
    columns = [name for name in frame if str(name).startswith("recorded_")]
    number = np.minimum(sum((frame[name].cat.codes.to_numpy() > 0).astype(np.int64) for name in columns), most)
    labels = [*map(str, range(most)), f"{most}+"]
    return pd.Categorical.from_codes(np.broadcast_to(number, len(frame)), categories=pd.Index(labels))


def remaining_life(
    frame: pd.DataFrame,
    *,
    state: str,
    discount: float = 0.0,
    age_bands: Sequence[float] = AGE_BANDS,
    wide_bands: Sequence[float] = WIDE_BANDS,
    least: float = 30.0,
) -> RemainingLife:
    """Make a life table by recorded state from person-years.

    Parameters
    ----------
    frame
        Consecutive years of `Scenario.person_years`: person, year, age, sex, state, qalys, died, moved_away. Rows of
        the last year only tell the state in which the year before ended. Those who move away are left out: they are
        taken to move whatever their health.
    state
        Column with the recorded state, as words (`recorded_conditions` makes one).
    discount
        Per year, such as 0.015; 0 counts every year in full.
    age_bands
        Where bands begin within which rates are equal.
    wide_bands
        Where the bands begin at whose rates a state is held that is rare at its own age.
    least
        Persons that a cell must have seen: of wide band, state, band and sex; else of the first three; then of the
        wide band and state; then of the wide band; then everybody.
    """
    _require(frame, ["person", "year", "age", "sex", state, "qalys", "died", "moved_away"])
    if not discount > -1:
        message = f"discount: must be above -1 (per year), got {discount}"
        raise ValueError(message)
    begun = with_next_state(frame, state)
    begun = begun.loc[~begun["moved_away"], ["person", "age", "sex", state, "qalys", "died", "next_state"]]
    names = list(begun["next_state"].cat.categories)
    sexes = sorted({str(name) for name in frame["sex"].unique()})
    begun = begun.assign(sex=words_of(begun["sex"], sexes), **{state: words_of(begun[state], names)})
    survivors = begun[begun["next_state"].notna()]
    # A state that is rare at an age takes its own rates at other ages before it takes those of other states.
    by = [bands("age", wide_bands), levels(state, names), bands("age", age_bands), levels("sex", sexes)]

    def cells(rows: pd.DataFrame, outcome: str) -> Model:
        made = fit(rows, outcome=outcome, features=by, model="cells", least=least, folds=0).model
        assert made is not None
        return made

    models = {"qalys": cells(begun, "qalys"), "died": cells(begun.assign(died=begun["died"].astype(float)), "died")}
    for name in names:
        reached = (survivors["next_state"] == name).astype(float)
        models[f"next {name}"] = cells(survivors.assign(reached=reached), "reached")
    table = _life_table(models, sexes, names, state, 1 / (1 + discount))
    return RemainingLife(table, models, state, discount)


def with_next_state(frame: pd.DataFrame, state: str) -> pd.DataFrame:
    """Rows of all years but the last, with `next_state`, the person's state a year on; missing for who is gone.

    Whoever is not there a year on and did not die has moved away.
    """
    years = sorted(frame["year"].unique())
    if len(years) < 2 or years != list(range(years[0], years[0] + len(years))):
        message = f"year: must be two or more consecutive years, got {', '.join(map(str, years))}"
        raise ValueError(message)
    if frame[state].isna().any():
        message = f"{state}: must be known of every row, got {int(frame[state].isna().sum())} rows without it"
        raise ValueError(message)
    names = sorted({str(name) for name in frame[state].unique()})
    after = pd.DataFrame(
        {"person": frame["person"], "year": frame["year"] - 1, "next_state": words_of(frame[state], names)}
    )
    rows = frame[frame["year"] < years[-1]]
    begun: pd.DataFrame = rows.merge(after, on=["person", "year"], how="left", validate="one_to_one")
    # Who leaves on the last day of a year did not move away during it, and is not there in the next.
    moved = begun["moved_away"].astype(bool) | (begun["next_state"].isna() & ~begun["died"].astype(bool))
    return begun.assign(moved_away=moved)


def _life_table(models: dict[str, Model], sexes: list[str], states: list[str], state: str, v: float) -> pd.DataFrame:
    ages = np.arange(LAST_AGE + 1)
    index = pd.MultiIndex.from_product([sexes, ages, states], names=["sex", "age", state])
    grid = index.to_frame(index=False)
    shape = (len(sexes), len(ages), len(states))
    qalys = models["qalys"].predict(grid).reshape(shape)
    dies = models["died"].predict(grid).reshape(shape)
    moves = np.stack([models[f"next {name}"].predict(grid).reshape(shape) for name in states], axis=-1)
    remaining = np.zeros(shape)
    at_end = np.zeros(shape)
    for s in range(len(sexes)):
        stays: npt.NDArray[np.float64] = v * (1 - dies[s, -1])[:, None] * moves[s, -1]
        later = np.linalg.solve(np.eye(len(states)) - stays, qalys[s, -1])
        for a in ages[::-1]:
            at_end[s, a] = moves[s, a] @ later
            later = qalys[s, a] + v * (1 - dies[s, a]) * at_end[s, a]
            remaining[s, a] = later
    columns = {"qalys": qalys, "dies": dies, "remaining": remaining, "remaining_at_end": at_end}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=index)
