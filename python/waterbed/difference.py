"""What an arm changes: paired differences with two spreads, each named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from waterbed import _core
from waterbed._measures import SCALE, Measure, Measures
from waterbed._units import readable
from waterbed.results import IntArray, Results

if TYPE_CHECKING:
    from waterbed.plots import Plots

SPREADS = ["mean", "standard_error", "low", "high", "range_low", "range_high", "variance_ratio"]


class Difference:
    """Every arm against one, replication by replication on the same draws.

    Two spreads are reported and never mixed. *Simulation error* is how far a simulated mean may be off: it shrinks with
    more replications; ``low`` and ``high`` are its 95 % interval. *Range* is what one real region would show over the
    same years: the middle 95 % of replications. Both are chance only: parameters are fixed.

    Made by `Results.compare`.

    Examples
    --------
    >>> difference = results.compare("usual")
    >>> difference.arms
    ['squeezed', 'savings']
    """

    def __init__(self, results: Results, baseline: str) -> None:
        if baseline not in results.arms:
            raise ValueError(f"baseline must be one of {', '.join(results.arms)}, got {baseline!r}")
        self.results = results
        self.baseline = baseline
        self._measures: list[Measure] | None = None

    def __repr__(self) -> str:
        return f"Difference({self.results._core.scenario!r}, {self.arms} against {self.baseline!r})"

    @property
    def arms(self) -> list[str]:
        """The arms that are compared with the baseline."""
        return [arm for arm in self.results.arms if arm != self.baseline]

    def paired(self, values: IntArray, arm: str) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
        """Paired differences of one arm for every cell.

        Parameters
        ----------
        values
            Integers of shape (replication, arm, cell).
        arm
            Name of the arm.

        Returns
        -------
        dict
            Arrays of shape (cell,) in the unit of the values: mean, standard_error, low, high, range_low, range_high,
            variance_ratio. With one replication all but the mean are NaN.
        """
        before = values[:, self.results.arms.index(self.baseline), :]
        after = values[:, self.results.arms.index(arm), :]
        if self.results.replications < 2:
            nothing = np.full(values.shape[2], np.nan)
            return {name: nothing for name in SPREADS} | {"mean": (after - before)[0].astype(np.float64)}
        return _core.paired_differences(np.ascontiguousarray(before), np.ascontiguousarray(after))

    def table(
        self, table: str, by: Iterable[str] = (), where: Mapping[str, str | Iterable[str]] | None = None
    ) -> pd.DataFrame:
        """Differences in one result table, summed over everything but the axes asked for.

        Parameters
        ----------
        table
            Name of a result table, see `Results.tables`.
        by
            Axes to keep, see `Results.attributes`; for example ``["year", "sector"]``.
        where
            Axis to the word, or the words, that are kept.

        Returns
        -------
        pandas.DataFrame
            Columns arm, the axes, unit, baseline (its mean), difference (mean of arm less baseline), standard_error,
            low, high (95 % simulation error of the difference), range_low, range_high (middle 95 % of replications),
            variance_ratio (how much less variance pairing leaves); money in EUR.

        Raises
        ------
        ValueError
            If there is no such table or axis.

        Examples
        --------
        >>> difference.table("list_spending", by=["sector"]).columns.tolist()[:5]
        ['arm', 'sector', 'unit', 'baseline', 'difference']
        """
        cells = self.results.total(table, by, where)
        unit, scale = readable(self.results.unit(table))
        base = cells.values[:, self.results.arms.index(self.baseline), :].mean(axis=0) / scale
        frames = []
        for arm in self.arms:
            spreads = self.paired(cells.values, arm)
            columns: dict[str, object] = {"arm": [arm] * len(cells.labels)}
            for position, axis in enumerate(cells.axes):
                words = [label[position] for label in cells.labels]
                columns[axis] = [int(word) for word in words] if axis == "year" else words
            columns |= {"unit": unit, "baseline": base}
            for name in SPREADS:
                shown = "difference" if name == "mean" else name
                columns[shown] = spreads[name] if name == "variance_ratio" else spreads[name] / scale
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def measures(self) -> list[Measure]:
        """The lines of `summary`, replication by replication."""
        if self._measures is None:
            self._measures = Measures(self.results).all()
        return self._measures

    def summary(self) -> pd.DataFrame:
        """The lines that a purchaser reads: spending, volume, staff, waits, health and each party's result.

        Returns
        -------
        pandas.DataFrame
            One row an arm and measure: columns group, measure, label, unit, arm, baseline (its mean), difference,
            standard_error, low, high, range_low, range_high, variance_ratio. Spending per insured divides each
            replication by its own insured-years.
        """
        rows: list[dict[str, object]] = []
        for measure in self.measures():
            base = float(measure.values[:, self.results.arms.index(self.baseline)].mean()) / SCALE
            head = {"group": measure.group, "measure": measure.name, "label": measure.label, "unit": measure.unit}
            for arm in self.arms:
                spreads = self.paired(measure.values[:, :, None], arm)
                numbers = {
                    ("difference" if n == "mean" else n): float(spreads[n][0]) / (1 if n == "variance_ratio" else SCALE)
                    for n in SPREADS
                }
                rows.append({**head, "arm": arm, "baseline": base, **numbers})
        return pd.DataFrame(rows)

    @property
    def plot(self) -> Plots:
        """Figures: ``waterbed()``, ``flows()``, ``parties()``, ``waits()``, ``spending()``."""
        from waterbed.plots import Plots

        return Plots(self)

    def report(self, path: str | PathLike[str]) -> None:
        """Write one HTML file that opens without a network.

        Parameters
        ----------
        path
            File to write; written whole or not at all.
        """
        from waterbed.report import write_report

        write_report(self, path)
