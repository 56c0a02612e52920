"""Which mechanism moves what an arm changes: parts that add up, and price, volume and mix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from waterbed import _core
from waterbed._measures import SCALE, Measures
from waterbed._progress import ProgressCallback, progress_display
from waterbed._recording import at_least_one
from waterbed._spreads import spreads_of
from waterbed._units import readable
from waterbed.difference import Difference
from waterbed.results import IntArray, Results, year_labels
from waterbed.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Parts of a change, in order: the contracts on unchanged behaviour, each mechanism, and their sum.
PARTS = ("contract", *_core.MECHANISMS, "total")

#: What the parts mean.
MEANINGS = {
    "contract": "the arm's contracts on unchanged behaviour, queues, records and health",
    "incentive": "choices under the marginal payment, and the supply decision past a ceiling",
    "waiting": "length of the queues, and what waits do to choices and demand",
    "recording": "recorded stages: coding and case-finding, and with them who is enrolled (selection)",
    "health": "changes of true stages, and deaths",
    "total": "the arm as it is, less the baseline",
}

_SPREADS = ("mean", "standard_error", "low", "high", "range_low", "range_high")


class Decomposition:
    """What each mechanism adds to what an arm changes.

    The arm runs with every set of mechanisms free while the others are held as they went in the baseline arm of the
    same replication. The first part is the arm with all of them held; the rest is divided among the mechanisms by
    Shapley's value, so that parts add up to the arm's change in every replication, exactly in stored units.

    Examples
    --------
    >>> import waterbed as wb
    >>> scenario = wb.load("scenarios/two_clinics.yaml")
    >>> found = wb.decompose(scenario, "squeezed_ceiling", replications=2, progress=False)
    >>> found.runs
    17
    >>> found.table("list_spending")["part"].tolist()
    ['contract', 'incentive', 'waiting', 'recording', 'health', 'total']
    """

    def __init__(self, results: Results, arm: str) -> None:
        #: The runs: the baseline, then the arm with every set of mechanisms free.
        self.results = results
        self.arm = arm

    def __repr__(self) -> str:
        return f"Decomposition({self.arm!r} against {self.baseline!r}, {self.results.replications} replications)"

    @property
    def baseline(self) -> str:
        """The arm at whose path mechanisms are held."""
        return self.results.arms[0]

    @property
    def runs(self) -> int:
        """Runs of an arm in each replication."""
        return len(self.results.arms)

    def parts(self, values: IntArray) -> IntArray:
        """Divide changes into parts.

        Parameters
        ----------
        values
            Integers of shape (replication, run, cell), runs in the order of `results.arms`.

        Returns
        -------
        IntArray
            Shape (replication, part, cell), in the unit of the values, parts in the order of `PARTS`. All but the
            total add up to the total exactly.
        """
        replications, runs, cells = values.shape
        games = np.moveaxis(values[:, 1:, :], 1, 2).reshape(replications * cells, runs - 1)
        shares = _core.shapley(np.ascontiguousarray(games)).reshape(replications, cells, -1)
        static = values[:, 1, :] - values[:, 0, :]
        total = values[:, -1, :] - values[:, 0, :]
        return np.concatenate([static[:, None, :], np.moveaxis(shares, 2, 1), total[:, None, :]], axis=1)

    def spreads(self, values: IntArray) -> dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
        """Mean of each part, with simulation error and range, as arrays of shape (part, cell).

        Parameters
        ----------
        values
            As of `parts`. With one replication all but the mean are NaN.
        """
        found = self.parts(values)
        _, parts, cells = found.shape
        spreads = spreads_of(found.reshape(len(found), parts * cells))
        return {name: spreads[name].reshape(parts, cells) for name in _SPREADS}

    def table(
        self, table: str, by: Iterable[str] = (), where: Mapping[str, str | Iterable[str]] | None = None
    ) -> pd.DataFrame:
        """Parts of the change in one result table, summed over everything but the axes asked for.

        Parameters
        ----------
        table, by, where
            As of `Difference.table`.

        Returns
        -------
        pandas.DataFrame
            One row a cell and part: the axes, part, unit, baseline (its mean), difference (mean), standard_error, low,
            high (95 % simulation error), range_low, range_high (middle 95 % of replications); money in EUR.

        Raises
        ------
        ValueError
            If there is no such table or axis.
        """
        cells = self.results.total(table, by, where)
        unit, scale = readable(self.results.unit(table))
        frame = self._frame(cells.amounts, scale)
        for position, axis in enumerate(cells.axes):
            words = [label[position] for label in cells.labels for _ in PARTS]
            frame.insert(position, axis, year_labels(words) if axis == "year" else words)
        frame.insert(len(cells.axes) + 1, "unit", unit)
        return frame

    def summary(self) -> pd.DataFrame:
        """Parts of the lines that a purchaser reads, see `Difference.summary`.

        Returns
        -------
        pandas.DataFrame
            One row a measure and part: group, measure, label, unit, part and the columns of `table`.
        """
        frames = []
        for measure in Measures(self.results, self.baseline).all():
            frame = self._frame(measure.amounts[:, :, None], SCALE)
            names = {"group": measure.group, "measure": measure.name, "label": measure.label, "unit": measure.unit}
            for position, (column, value) in enumerate(names.items()):
                frame.insert(position, column, value)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def plot(self) -> Figure:
        """Draw the parts of the change in list spending, place by place."""
        from waterbed.plots._decomposition import decomposition_chart

        return decomposition_chart(self)

    def _frame(self, values: IntArray, scale: float) -> pd.DataFrame:
        spreads = self.spreads(values)
        cells = values.shape[2]
        base = values[:, 0, :].mean(axis=0) / scale
        columns: dict[str, object] = {"part": list(PARTS) * cells, "baseline": np.repeat(base, len(PARTS))}
        for name in _SPREADS:
            columns["difference" if name == "mean" else name] = spreads[name].T.reshape(-1) / scale
        return pd.DataFrame(columns)


def decompose(
    scenario: Scenario,
    arm: str,
    *,
    replications: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | ProgressCallback = True,
) -> Decomposition:
    """Run an arm with every set of mechanisms free, the others held at the baseline's path.

    17 runs of an arm in each replication: about five times a comparison of three arms.

    Parameters
    ----------
    scenario
        What to run.
    arm
        Name of an arm, not the baseline.
    replications, seed, threads, progress
        As of `Scenario.run`.

    Returns
    -------
    Decomposition

    Raises
    ------
    ValueError
        If the arm is unknown or the baseline, or a number out of range.
    KeyboardInterrupt
        If the user stops the run.
    """
    options = _core.RunOptions(
        replications=0 if replications is None else at_least_one("replications", replications),
        seed=seed,
        threads=0 if threads is None else at_least_one("threads", threads),
    )
    with progress_display(progress, f"{scenario.title or scenario.name}: {arm}") as report:
        core = _core.decompose(scenario._compiled(), arm, options, report)
    return Decomposition(Results(core, scenario.outline()), arm)


def price_volume_mix(difference: Difference, arm: str | None = None) -> pd.DataFrame:
    """Split the change in cash of each sector into price, volume and mix, exactly.

    With U units, L their value at the frozen price list and P what was paid, before (0) and after (1): volume
    ``L0 (U1 / U0 - 1)``, mix ``L1 - L0 U1 / U0`` (dearer or cheaper kinds of care at fixed prices), price
    ``(P1 - P0) - (L1 - L0)`` (the same care for more or less; all that a contract pays beside care is in it). Units of
    one sector are added up as they are, visits and days: read volume and mix together where a sector has both.

    Parameters
    ----------
    difference
        A comparison of arms.
    arm
        By default all.

    Returns
    -------
    pandas.DataFrame
        One row an arm, sector and part (price, volume, mix, total): baseline (cash, EUR, mean), difference, its
        standard_error, low, high, range_low, range_high. Parts add up to the total in every replication.

    Raises
    ------
    ValueError
        If there is no such arm.
    """
    if arm is not None and arm not in difference.arms:
        raise ValueError(f"arm must be one of {', '.join(difference.arms)}, got {arm!r}")
    results = difference.results
    sectors = [s for s in results.outline.sectors if (s,) in results.total("list_spending", by=["sector"]).labels]
    frames = []
    for name in difference.arms if arm is None else [arm]:
        for sector in sectors:
            found = _three_parts(results, results.arms.index(difference.baseline), results.arms.index(name), sector)
            spreads = spreads_of(found)
            paid = results.total("cash_spending", where={"sector": sector}).of()
            columns: dict[str, object] = {"arm": name, "sector": sector, "part": ["price", "volume", "mix", "total"]}
            columns["baseline"] = float(paid[:, results.arms.index(difference.baseline)].mean()) / SCALE
            columns |= {("difference" if n == "mean" else n): spreads[n] / SCALE for n in _SPREADS}
            frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _three_parts(results: Results, before: int, after: int, sector: str) -> IntArray:
    """Micro-euro of shape (replication, part): price, volume, mix, total."""
    units, listed, paid = (
        results.total(table, where={"sector": sector}).of() for table in ("visits", "list_spending", "cash_spending")
    )
    ratio = np.divide(units[:, after], units[:, before], out=np.ones(len(units)), where=units[:, before] != 0)
    volume = np.rint(listed[:, before] * (ratio - 1.0)).astype(np.int64)
    at_list = listed[:, after] - listed[:, before]
    total = paid[:, after] - paid[:, before]
    return np.stack([total - at_list, volume, at_list - volume, total], axis=1)
