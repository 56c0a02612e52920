"""What a run gives: integer tables by arm and replication."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from waterbed import _core
from waterbed._outline import Outline
from waterbed._parameters import ParameterSets
from waterbed._units import readable

if TYPE_CHECKING:
    from waterbed.difference import Difference
    from waterbed.parameter_range import ParameterRange

IntArray = npt.NDArray[np.int64]

#: Parts of a settlement, with what they mean.
PARTS = {
    "attribution": "who was attributed, against all who are registered",
    "coding": "recorded against true stages in the risk",
    "truncation": "the cut of dear people, and reinsurance",
    "quality": "the score, against a full one",
    "luck": "spending against its mean over replications",
    "remainder": "what is paid at mean spending",
}

#: Axes whose labels are calendar years.
_YEARS = ("year", "paid_year")

#: The payer that `insurance:` brings: it pays insurers, not care.
EQUALISATION_FUND = "equalisation_fund"


@dataclass(frozen=True)
class Cells:
    """Sums of one table over everything but the axes asked for.

    ``amounts`` has the shape (replication, arm, cell), in the table's stored unit; ``labels[cell]`` names the cell, one
    word an axis of ``axes``.
    """

    axes: tuple[str, ...]
    labels: list[tuple[str, ...]]
    amounts: IntArray

    def of(self, *label: str) -> IntArray:
        """Values of one cell, shape (replication, arm); zeros if there is no such cell."""
        if label in self.labels:
            return self.amounts[:, :, self.labels.index(label)]
        return np.zeros(self.amounts.shape[:2], dtype=np.int64)


def year_labels(labels: Sequence[str]) -> list[int] | list[str]:
    """Years as numbers; models of health alone have a label besides, "end", and keep their words."""
    return [int(label) for label in labels] if all(label.isdigit() for label in labels) else list(labels)


class Results:
    """Every table of a run, for every arm and replication.

    Values are integers, so runs merge exactly. `docs/results.md` lists the tables with their axes and units.

    Examples
    --------
    >>> import waterbed as wb
    >>> results = wb.load("scenarios/two_clinics.yaml").run(replications=2, progress=False)
    >>> results.arms
    ['usual', 'squeezed_ceiling', 'shared_savings']
    >>> results.values("list_spending").shape  # replication, arm, year, setting, payer
    (2, 3, 2, 9, 2)
    >>> results.to_pandas("population").columns.tolist()
    ['arm', 'replication', 'year', 'sex', 'age_group', 'population_person_cycles']
    >>> results.total("visits", by=["sector"]).labels
    [('gp',), ('hospital',), ('pharmacy',)]
    """

    def __init__(self, core: _core.Results, outline: Outline, parameters: ParameterSets | None = None) -> None:
        self._core = core
        self.outline = outline
        #: Values of the uncertain numbers, one row a parameter set; None: parameters are fixed at their means.
        self.parameters = parameters

    def __repr__(self) -> str:
        return f"Results({self._core.scenario!r}, arms={self.arms}, replications={self.replications}, seed={self.seed})"

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the order of the axis *arm*."""
        return self._core.arms

    @property
    def baseline(self) -> str:
        """Name of the arm with which the others are compared."""
        return self._core.baseline

    @property
    def replications(self) -> int:
        """Number of replications."""
        return self._core.replications

    @property
    def parameter_sets(self) -> int:
        """Number of parameter sets; 0: parameters are fixed."""
        return 0 if self.parameters is None else self.parameters.sets

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return self._core.seed

    @property
    def tables(self) -> dict[str, str]:
        """Name and meaning of every table."""
        return {table.name: table.description for table in self._core.tables}

    def _info(self, table: str) -> _core.TableInfo:
        for info in self._core.tables:
            if info.name == table:
                return info
        raise ValueError(f"table must be one of {', '.join(self.tables)}, got {table!r}")

    def unit(self, table: str) -> str:
        """Give stored unit of a table, for example ``micro_eur``.

        Raises
        ------
        ValueError
            If there is no such table.
        """
        return self._info(table).unit

    def values(self, table: str) -> IntArray:
        """Give the stored integers of a table, without a copy.

        Parameters
        ----------
        table
            Name of a table.

        Returns
        -------
        numpy.ndarray
            Shape (replication, arm, dims of the table), in the table's unit; read only.

        Raises
        ------
        ValueError
            If there is no such table.
        """
        self._info(table)
        return self._core.values(table)

    def digest(self, arm: str | None = None) -> str:
        """SHA-256 over every table, the same wherever and however the run was made.

        Parameters
        ----------
        arm
            Over this arm alone; by default over all.
        """
        if arm is not None and arm not in self.arms:
            raise ValueError(f"arm must be one of {', '.join(self.arms)}, got {arm!r}")
        return _core.results_digest(self._core, arm or "")

    def to_xarray(self) -> xr.Dataset:
        """All tables as one labelled dataset.

        Returns
        -------
        xarray.Dataset
            One variable a table with dims *replication*, *arm* and those of the table; money in EUR, hours in hours,
            quality-adjusted life years in QALY, counts as integers. ``attrs["units"]`` of each variable names the unit.
        """
        first = self._core.first_replication
        coordinates: dict[str, list[str] | list[int] | npt.NDArray[np.int64]] = {
            "replication": np.arange(first, first + self.replications),
            "arm": self.arms,
        }
        variables: dict[str, tuple[list[str], npt.NDArray[np.generic], dict[str, str]]] = {}
        for info in self._core.tables:
            dims = ["replication", "arm"]
            for dim in info.dims:
                labels: list[str] | list[int] = year_labels(dim.labels) if dim.name in _YEARS else dim.labels
                # Two tables may list different things under one axis name; the later one then has a name of its own.
                axis = dim.name if coordinates.setdefault(dim.name, labels) == labels else f"{info.name}_{dim.name}"
                coordinates.setdefault(axis, labels)
                dims.append(axis)
            unit, scale = readable(info.unit)
            stored = self._core.values(info.name)
            data: npt.NDArray[np.generic] = stored if scale == 1 else stored / scale
            variables[info.name] = (dims, data, {"units": unit, "long_name": info.description})
        attributes = {"scenario": self._core.scenario, "baseline": self.baseline, "seed": str(self.seed)}
        return xr.Dataset(variables, coords=coordinates, attrs=attributes)

    def to_pandas(self, table: str) -> pd.DataFrame:
        """One table in long format: one fact a row.

        Parameters
        ----------
        table
            Name of a table.

        Returns
        -------
        pandas.DataFrame
            Columns arm, replication, the table's dims, and ``<table>_<unit>`` with money in EUR.

        Raises
        ------
        ValueError
            If there is no such table.
        """
        info = self._info(table)
        unit, scale = readable(info.unit)
        first = self._core.first_replication
        stored = np.swapaxes(self._core.values(table), 0, 1)
        axes: list[tuple[str, Sequence[object]]] = [
            ("arm", self.arms),
            ("replication", range(first, first + self.replications)),
        ]
        axes += [(d.name, year_labels(d.labels) if d.name in _YEARS else d.labels) for d in info.dims]
        codes = np.unravel_index(np.arange(stored.size), stored.shape)
        columns: dict[str, object] = {}
        for (name, labels), code in zip(axes, codes, strict=True):
            if name in ("replication", *_YEARS):
                columns[name] = np.asarray(labels)[code]
            else:
                words = pd.Index([str(label) for label in labels], dtype="str")
                columns[name] = pd.Categorical.from_codes(code, categories=words)
        flat = stored.reshape(-1)
        columns[f"{table}_{unit}"] = flat if scale == 1 else flat / scale
        return pd.DataFrame(columns)

    def attributes(self, table: str) -> dict[str, list[str]]:
        """Axes by which a table can be summed, each with the words that occur.

        Beside the table's dims these are what the scenario knows of them: provider, kind and sector of a setting;
        contract, term, from, to and sector of a ledger entry; from and to of a move; condition of a stage.
        """
        found: dict[str, list[str]] = {}
        for dim in self._info(table).dims:
            for name, labels in self._derived(dim).items():
                found[name] = list(dict.fromkeys(labels))
        return found

    def _derived(self, dim: _core.Dimension) -> dict[str, list[str]]:
        attributes = {dim.name: dim.labels}
        if dim.name == "setting":
            parts = [self.outline.setting(label) for label in dim.labels]
            attributes |= {name: [p[i] for p in parts] for i, name in enumerate(("provider", "kind", "sector"))}
        elif dim.name == "entry":
            rows = [[*label.split(","), "", "", "", "", ""][:5] for label in dim.labels]
            attributes |= {n: [r[i] for r in rows] for i, n in enumerate(("contract", "term", "from", "to", "sector"))}
        elif dim.name == "edge":
            attributes |= {n: [label.split(",")[i] for label in dim.labels] for i, n in enumerate(("from", "to"))}
        elif dim.name == "stage":
            attributes["condition"] = [label.partition(".")[0] for label in dim.labels]
        return attributes

    def total(
        self, table: str, by: Iterable[str] = (), where: Mapping[str, str | Iterable[str]] | None = None
    ) -> Cells:
        """Sum a table over everything but the axes asked for.

        Parameters
        ----------
        table
            Name of a table.
        by
            Axes to keep; see `attributes`.
        where
            Axis to the word, or the words, that are kept.

        Returns
        -------
        Cells
            Integers in the table's stored unit.

        Raises
        ------
        ValueError
            If there is no such table or axis.
        """
        info = self._info(table)
        by = tuple(by)
        kept = {axis: {words} if isinstance(words, str) else set(words) for axis, words in (where or {}).items()}
        known = self.attributes(table)
        for axis in (*by, *kept):
            if axis not in known:
                raise ValueError(f"axis of {table} must be one of {', '.join(known)}, got {axis!r}")
        array: IntArray = self._core.values(table)
        used: list[str] = []
        parts: list[list[tuple[str, ...]]] = []
        for position, dim in enumerate(info.dims, start=2):
            attributes = self._derived(dim)
            taken = [
                i for i in range(len(dim.labels)) if all(attributes[a][i] in kept[a] for a in kept if a in attributes)
            ]
            asked = [axis for axis in by if axis in attributes]
            used += asked
            groups: dict[tuple[str, ...], list[int]] = {}
            for i in taken:
                groups.setdefault(tuple(attributes[axis][i] for axis in asked), []).append(i)
            if not groups and not asked:
                groups[()] = []
            sums = [array.take(members, axis=position).sum(axis=position) for members in groups.values()]
            array = np.stack(sums, axis=position) if sums else array.take([], axis=position)
            parts.append(list(groups))
        flat = array.reshape(*array.shape[:2], -1)
        labels = [tuple(itertools.chain.from_iterable(combination)) for combination in itertools.product(*parts)]
        order = [used.index(axis) for axis in by]
        return Cells(by, [tuple(label[i] for i in order) for label in labels], flat)

    def compare(
        self,
        baseline: str | None = None,
        *,
        static: Results | None = None,
        parameter_range: ParameterRange | None = None,
    ) -> Difference:
        """Paired differences of every other arm with one arm.

        Parameters
        ----------
        baseline
            Name of an arm; by default the scenario's.
        static
            The same arms, replications and seed with every response off (`waterbed.static`): their waterbed index is
            then shown beside this one's.
        parameter_range
            A few drawn sets of the uncertain numbers beside this run at their means (`waterbed.parameter_range`).

        Raises
        ------
        ValueError
            If there is no such arm, or what stands beside the run is not of the same arms, replications and seed.
        """
        from waterbed.difference import Difference

        return Difference(self, self.baseline if baseline is None else baseline, static, parameter_range)

    def present_value(self, discount: float | None = None) -> pd.DataFrame:
        """Give what each payer pays for care, each year's cash discounted to the first performance year.

        A settlement of October of the next year is worth less than a fee of today; what is set off later costs less.

        Parameters
        ----------
        discount
            Rate per year, above -1; left out: `discounting.costs` of the scenario. What is paid in year t, from 0,
            counts ``(1 + discount)**-t``.

        Returns
        -------
        pandas.DataFrame
            One row an arm and payer, households among them: columns arm, payer, unit (eur), paid (net of what came
            back, all years in which something is paid, not discounted), present_value; means of the replications.

        Raises
        ------
        ValueError
            If the rate is -1 or less.
        """
        rate = self.outline.discount_costs if discount is None else discount
        if not rate > -1.0:
            raise ValueError(f"discount must be above -1, got {rate}")
        cells = self.total("reserves", ["payer", "paid_year"], {"item": "paid"})
        years = self.attributes("reserves")["paid_year"]
        rows: list[dict[str, object]] = []
        for position, arm in enumerate(self.arms):
            for payer in self.attributes("reserves")["payer"]:
                if payer == EQUALISATION_FUND:
                    continue
                paid = [float(cells.of(payer, year)[:, position].mean()) / 1e6 for year in years]
                worth = sum(amount / (1.0 + rate) ** t for t, amount in enumerate(paid))
                rows.append({"arm": arm, "payer": payer, "unit": "eur", "paid": sum(paid), "present_value": worth})
        return pd.DataFrame(rows)

    def calibration(self) -> pd.DataFrame:
        """Compare the baseline with figures of today's region.

        Returns
        -------
        pandas.DataFrame
            One row a target of the scenario: columns name, measure, of, target, model (mean of the performance years;
            NaN if the run does not count it), ratio (model over target), tolerance (relative), first_year and last_year
            (model in the first and in the last performance year: is it steady), source, quality.
        """
        from waterbed._targets import calibration

        return calibration(self)

    def settlement_parts(self) -> pd.DataFrame:
        """Where every settlement against a reference comes from.

        One cause after another is taken away, in this order, and the contract settled again: *attribution* (who was
        attributed, against all who are registered with the holder), *coding* (recorded against true stages in the
        risk), *truncation* (the cut and reinsurance), *quality* (the score against a full one). What is left is *luck*
        (spending of the replication against its mean over replications) and *remainder*, what is paid at that mean.
        `docs/model/settlement_parts.md` has the definitions.

        Returns
        -------
        pandas.DataFrame
            Columns arm, replication, year, contract (label of the table ``settlement``), part, and
            ``settlement_parts_eur``, EUR from payer to holder. The six parts of a settlement add up to what was paid,
            to the cent. An arm has the contracts that settle in it.

        See Also
        --------
        Difference.savings : what is paid against savings made.
        """
        first = self._core.first_replication
        frames = []
        for arm in self.outline.arms if "settlement_causes" in self.tables else []:
            if arm.name not in self.arms:
                continue
            for contract, year, micro in _core.settlement_parts(self._core, arm.name, self.outline.settling_terms):
                if contract.partition("/")[0] not in arm.contracts:
                    continue
                rows = {
                    "arm": arm.name,
                    "replication": np.repeat(np.arange(first, first + self.replications), len(PARTS)),
                    "year": int(year),
                    "contract": contract,
                    "part": list(PARTS) * self.replications,
                    "settlement_parts_eur": micro.reshape(-1) / 1e6,
                }
                frames.append(pd.DataFrame(rows))
        columns = ["arm", "replication", "year", "contract", "part", "settlement_parts_eur"]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def records(self) -> pd.DataFrame:
        """Show what is on record of people beside what is true, at the end of each year.

        Returns
        -------
        pandas.DataFrame
            One row an arm, year, condition, true stage and recorded stage: persons, mean of the replications. Empty
            unless the scenario has ``programmes``.
        """
        from waterbed._records import records

        return records(self)

    def health_gain(self) -> pd.DataFrame:
        """Show what people gained in health over what a frozen model expected of them, and how much of it is luck.

        Of arms in which a contract pays for health gained, by GP group and stratum as people were when the year began.
        Every expectation of health that the scenario holds is shown, those too that nobody is paid by.

        Returns
        -------
        pandas.DataFrame
            By arm, replication, year, expectation, stratum and practice_group: people; realised, expected and gain,
            QALY per person, of the year and what remains after it; low and high, 95 % of the gain by the chance of its
            persons; credibility Z and estimate, the part that is the group's own; within, the variance of one person's
            gain; luck_person and luck_group, the shares of one person's and of the groups' gains that are luck
            (Buhlmann & Straub over the groups of that year). Gains are not net of a comparison. Empty if nobody pays
            for gain.

        See Also
        --------
        waterbed.expectation.health_gain : the same from person-years, net of comparison groups.
        """
        from waterbed.expectation._simulated import health_gain

        return health_gain(self)

    def case_finding(self) -> pd.DataFrame:
        """Show what looking for cases gives: yield and harm.

        Returns
        -------
        pandas.DataFrame
            One row an arm, year and programme, means of the replications. First tests: tests; by result true_alarm,
            missed, false_alarm, clear, on_record (found by a contact before the test). Second tests: second_test, of
            them found and false_diagnosis (put on record), dismissed and cleared (not), on_record_by_then; where there
            is none, every alarm goes on record. Of those found: surfaced (a GP contact would have found them by now),
            overdiagnosed (dead or rid of the condition before one would). qalys_lost to false alarms. Then
            number_needed_to_screen (tests per case found), predictive_value (of being put on record), false alarms,
            false diagnoses, second tests and QALYs lost per case found, and overdiagnosed_share (of all found so far;
            it grows as they die). Empty if nobody is tested.
        """
        from waterbed._records import case_finding

        return case_finding(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Store everything in one file that `load_results` reads back, bit for bit.

        Parameters
        ----------
        path
            File to write, usually ending in ``.npz``; written whole or not at all.
        """
        from waterbed._store import save_results

        save_results(self, path)
