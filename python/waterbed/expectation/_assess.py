"""Realised against expected: per person, per group, and how much of it is luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from waterbed import _core
from waterbed.expectation._features import FloatArray
from waterbed.plots._expectation import calibration_chart, groups_chart, ratios_chart


@dataclass(frozen=True)
class Luck:
    """How far groups differ from what was expected by themselves, and how far by chance (Buhlmann & Straub).

    Attributes
    ----------
    table
        By group: rows, exposure, expected and realised and their difference per year, low and high (95 %, by the chance
        of its persons), credibility Z, and estimate, the difference that is the group's own.
    within
        Variance of one person-year around its group.
    between
        Variance of the groups' own means, not below zero.
    person
        Share of a person-year's variance that is luck: within / (within + between).
    group
        Share of the groups' means that is luck: 1 - mean Z.
    """

    by: str
    outcome: str
    table: pd.DataFrame
    within: float
    between: float
    person: float
    group: float

    def plot(self) -> Figure:
        """Difference of each group by its size, between limits that chance alone would keep."""
        return groups_chart(self.table, self.within, self.by, self.outcome, self.group)


class Assessment:
    """What came of persons beside what was expected of them.

    Parameters
    ----------
    frame
        A row a person and year, with the columns by which groups are made.
    outcome, expected
        Of each row over its exposure.
    exposure
        Years, a value a row; by default 1 each. Rows without any are left out.
    name
        Of the outcome, for figures.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        outcome: npt.ArrayLike,
        expected: npt.ArrayLike,
        exposure: npt.ArrayLike | None = None,
        *,
        name: str = "outcome",
    ) -> None:
        self.frame = frame
        self.outcome: FloatArray = np.asarray(outcome, np.float64)
        self.expected: FloatArray = np.asarray(expected, np.float64)
        self.exposure: FloatArray = np.ones(len(frame)) if exposure is None else np.asarray(exposure, np.float64)
        self.name = name
        if not len(self.outcome) == len(self.expected) == len(self.exposure) == len(frame):
            message = f"outcome, expected, exposure: must have a value a row, {len(frame)}"
            raise ValueError(message)

    def accuracy(self) -> pd.Series:
        """Rows, exposure, means, r2, cpm (Cumming's measure), mean absolute residual, spread of a person-year."""
        return pd.Series(_core.expectation_accuracy(self.outcome, self.expected, self.exposure))

    def calibration(self, groups: int = 10) -> pd.DataFrame:
        """Give expected and realised per year from the least to the most expected, with 95 % intervals of realised."""
        rows = _core.expectation_calibration(self.outcome, self.expected, self.exposure, groups)
        return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="group"))

    def hosmer_lemeshow(self, groups: int = 10, *, cross_fitted: bool = True) -> pd.Series:
        """Test calibration of chances: statistic, degrees of freedom, p."""
        found = _core.hosmer_lemeshow(self.outcome, self.expected, self.exposure, groups, not cross_fitted)
        return pd.Series(found, index=["statistic", "degrees_of_freedom", "p"])

    def predictive_ratios(self, *by: str | pd.Series) -> pd.DataFrame:
        """Give expected over realised by subgroup, with 95 % Fieller intervals over persons.

        Parameters
        ----------
        by
            Columns of the frame, or series such as `pd.cut(frame.age, [0, 18, 65, 120])`.
        """
        tables = []
        for each in by:
            names, codes = self._groups(each)
            rows = _core.predictive_ratios(self.outcome, self.expected, self.exposure, codes, len(names))
            of = str(each if isinstance(each, str) else each.name)
            index = pd.MultiIndex.from_product([[of], names], names=["by", "group"])
            tables.append(pd.DataFrame(rows, index=index))
        return pd.concat(tables)

    def luck(self, by: str | pd.Series) -> Luck:
        """How far groups differ by themselves, and how far by chance. Raises `ValueError` below two groups."""
        names, codes = self._groups(by)
        seen = self.exposure > 0
        value = np.zeros(len(self.outcome))
        np.divide(self.outcome - self.expected, self.exposure, out=value, where=seen)
        whole, rows = _core.credibility(value, self.exposure, codes, len(names))
        table = pd.DataFrame(rows, index=pd.Index(names, name="group")).rename(columns={"mean": "difference"})
        sums = pd.DataFrame({"expected": self.expected, "realised": self.outcome})[seen].groupby(codes[seen]).sum()
        for column in ("expected", "realised"):
            table[column] = sums[column].reindex(range(len(names))).to_numpy() / table["exposure"]
        error = 1.959964 * np.sqrt(whole["within"] / table["exposure"].where(table["exposure"] > 0))
        table["low"], table["high"] = table["difference"] - error, table["difference"] + error
        order = ["rows", "exposure", "expected", "realised", "difference", "low", "high", "credibility", "estimate"]
        label = str(by if isinstance(by, str) else by.name)
        return Luck(
            label, self.name, table[order], whole["within"], whole["between"], whole["luck_person"], whole["luck_group"]
        )

    def persons(self) -> pd.DataFrame:
        """Give the frame with exposure, expected, realised and difference of each row."""
        return self.frame.assign(
            exposure=self.exposure,
            expected=self.expected,
            realised=self.outcome,
            difference=self.outcome - self.expected,
        )

    def plot_calibration(self, groups: int = 10) -> Figure:
        """Realised against expected by decile of what was expected."""
        return calibration_chart(self.calibration(groups), self.name, float(self.accuracy()["r2"]))

    def plot_ratios(self, *by: str | pd.Series) -> Figure:
        """Predictive ratios by subgroup."""
        return ratios_chart(self.predictive_ratios(*by), self.name)

    def _groups(self, by: str | pd.Series) -> tuple[list[str], npt.NDArray[np.int32]]:
        if isinstance(by, str) and by not in self.frame:
            message = f"by: must be a column of the frame, got {by}"
            raise ValueError(message)
        values = self.frame[by] if isinstance(by, str) else by
        if len(values) != len(self.frame):
            message = f"by: must have a value a row, {len(self.frame)}, got {len(values)}"
            raise ValueError(message)
        words = values.astype("category")
        return [str(label) for label in words.cat.categories], np.asarray(words.cat.codes, np.int32)
