"""Payment contracts on their own: facts of one year in, payment out, no simulation.

>>> import waterbed as wb
>>> contract = wb.contracts.load("nl/hospital_ceiling")
>>> contract.settle(expected_turnover=11_400_000, fee_income=8e6, bundle_income=3_970_000, patient_paid=0).total
Decimal('11628000.00')
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core
from waterbed._cases import as_columns, is_column, samples_fault, table
from waterbed._library import find, names
from waterbed._overrides import Override, apply_overrides, has_key, lines
from waterbed._payoff import Payoff
from waterbed._settlement import SampledSettlements, Settlement
from waterbed.plots import contracts as plot
from waterbed.plots.contracts import ContractPlots

__all__ = ["Contract", "Payoff", "SampledSettlements", "Settlement", "from_dict", "load", "names", "plot"]


def load(contract: str | PathLike[str], **overrides: Override) -> Contract:
    """Read a contract from a file of its own, or from the library that is shipped.

    Parameters
    ----------
    contract
        A YAML file with the terms, or a name of `names` such as ``"nl/hospital_ceiling"``.
    **overrides
        Dotted path in the file to a new value, for example ``{"terms.ceiling.amount": 11_400_000}``. In a contract that
        extends another one it is a path in the whole: what is inherited can be changed too.

    Returns
    -------
    Contract
        Ready to settle.

    Raises
    ------
    ScenarioError
        If anything is wrong; `problems` holds every fault with its position.
    ValueError
        If it is neither a file nor a name of the library.
    """
    file = find(contract)
    if not overrides:
        return Contract(_core.load_contract(file))
    text = file.read_text(encoding="utf-8")
    if has_key(text, "extends"):
        text = _core.write_contract(_core.load_contract(file))
    return Contract(_core.parse_contract(apply_overrides(text, overrides), file.stem, file.parent))


def from_dict(values: Mapping[str, Override], *, name: str = "contract", folder: str | PathLike[str] = ".") -> Contract:
    """Make a contract of the keys of a contract file.

    Parameters
    ----------
    values
        ``terms`` and the rest, as in a file.
    name
        What the contract is called.
    folder
        Where a contract that it extends is looked up.

    Raises
    ------
    TypeError
        If it is a text and not keys: `load` reads files.
    ScenarioError
        If anything is wrong; the position is that in the text that `Contract.to_yaml` would be read from, one term a
        line.

    Examples
    --------
    >>> import waterbed as wb
    >>> lump = wb.contracts.from_dict({"terms": {"lump": {"amount": 100, "period": "quarter"}}})
    >>> lump.settle().total
    Decimal('400.00')
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"values: must be a mapping with the keys of a contract file, got {type(values).__name__}")
    return Contract(_core.parse_contract(lines(values, "contract"), name, Path(folder)))


class Contract:
    """Who pays whom, for which people and services, by which terms. Made by `load` or `from_dict`."""

    def __init__(self, core: _core.Contract) -> None:
        self._core = core

    def __repr__(self) -> str:
        return f"Contract({self.name!r}, terms={self.terms})"

    @property
    def name(self) -> str:
        """The file's name, without folder and ending."""
        return self._core.name

    @property
    def terms(self) -> list[str]:
        """Names of its terms."""
        return self._core.terms

    @property
    def source(self) -> str:
        """Where the rules were read."""
        return self._core.source

    @property
    def quality(self) -> str:
        """Letter of its numbers: A measured or seen, B approximate, C assumed."""
        return self._core.quality

    @property
    def currency(self) -> str:
        """Currency of every amount, ISO 4217."""
        return self._core.currency

    def to_yaml(self) -> str:
        """Write it out whole, as the text of a contract file: what it extends is filled in, every value is there."""
        return _core.write_contract(self._core)

    def renamed(self, name: str) -> Contract:
        """Give the same contract under another name, for example to tell a variant apart in a figure.

        Examples
        --------
        >>> import waterbed as wb
        >>> wb.contracts.load("nl/hospital_ceiling", **{"terms.ceiling.share_above": 0.5}).renamed("half above").name
        'half above'
        """
        return Contract(_core.parse_contract(self.to_yaml(), name, Path()))

    def settle(self, facts: str | PathLike[str] | None = None, **given: Override) -> Settlement:
        """Settle one performance year to the cent.

        Parameters
        ----------
        facts
            A YAML file with the facts of the year.
        **given
            The facts themselves, under the same names as in a file: ``fee_income`` (EUR), ``counted={"total": ...}``,
            ``person_time`` (person-years), ``assigned`` (people), ``quality_score`` (0 to 1), ``units``. Given beside a
            file they override it.

        Returns
        -------
        Settlement
            Payments by term and the steps that lead to them.

        Raises
        ------
        ScenarioError
            If the facts are not what they must be, or do not settle the contract: missing, contradictory, out of range
            or in another currency. All are told, each with its position and the term that asks for it.
        """
        return Settlement(_core.settle(self._core, _facts(facts, given, self._core)), self.currency)

    def settle_many(self, facts: str | PathLike[str] | None = None, **given: Override | npt.ArrayLike) -> pd.DataFrame:
        """Settle many cases at once: each to the same cent as `settle`.

        Parameters
        ----------
        facts
            A YAML file with facts that hold in every case.
        **given
            Facts under the same names as in a file. A fact that is one number may be an array of shape (cases,): one
            value a case. A single number, and a fact that is more than a number (``base_years``, ``units``,
            ``membership``), holds in every case. ``counted`` is the counted total; other parts go as
            ``**{"counted.truncated_at": 22_500}``. Amounts are in the contract's currency, ``person_time`` in
            person-years, shares and scores as numbers (0.5), ``quality_standard`` as words, yes or no as booleans.

        Returns
        -------
        pandas.DataFrame
            One row a case: total, settlement, benchmark, counted, gain, before_adjustment, gate_passed, and for every
            party of the split split_PARTY. Amounts are the floating-point numbers nearest to whole cents, so
            ``(column * 100).round()`` gives the cents exactly.

        Raises
        ------
        ScenarioError
            If the shared facts are not what they must be.
        ValueError
            Naming every fault of every case, with the rows; columns of different lengths too.

        Examples
        --------
        >>> import waterbed as wb
        >>> contract = wb.contracts.load("nl/hospital_ceiling")
        >>> facts = {"bundle_income": 0, "patient_paid": 0, "expected_turnover": 10e6}
        >>> contract.settle_many(fee_income=[9e6, 10e6, 11e6], **facts).total.tolist()
        [9000000.0, 10000000.0, 10200000.0]
        """
        columns = as_columns({name: value for name, value in given.items() if is_column(name, value)})
        shared = {name: value for name, value in given.items() if not is_column(name, value)}
        return table(_core.settle_many(self._core, _facts(facts, shared), columns))

    def settle_samples(
        self,
        spending: npt.NDArray[np.int64],
        facts: str | PathLike[str] | None = None,
        *,
        bearers: bool = False,
        **given: Override,
    ) -> SampledSettlements:
        """Settle every sample of the same persons' spending: each to the same cent as `settle`.

        Parameters
        ----------
        spending
            Micro-units of the currency (millionths), shape (samples, persons), dtype int64, C order: read in place,
            without a copy.
        facts, **given
            The other facts, as in `settle`; they hold in every sample. Counted spending in them is not used.
        bearers
            Also tell who bears each person's spending. The reinsurer bears its share of each person's layer; what the
            holder owes or gets by the settlement is in proportion to what counts of each person; the payer bears the
            rest. The three add up to each person's spending exactly.

        Returns
        -------
        SampledSettlements
            The table of `settle_many`, one row a sample, and the three arrays if asked for.

        Raises
        ------
        ScenarioError
            If the facts are not what they must be.
        ValueError
            If the array is of another shape, type or order, a fact is missing, or the contract does not share counted
            spending.
        """
        fault = samples_fault(spending)
        if fault:
            raise ValueError(f"spending: must be an int64 array of shape (samples, persons) in C order, got {fault}")
        found, parts = _core.settle_samples(self._core, _facts(facts, given), spending, bearers)
        return SampledSettlements(table(found), *parts)

    def payoff(self, facts: str | PathLike[str] | None = None, **given: Override) -> Payoff:
        """Give what it pays as a function of one quantity.

        That is the settlement over counted spending if it shares spending; else what is paid over turnover, value
        delivered, person-years, outcome gained or quality score, the first that it has a term for. Payment by patients
        counts as paid.

        Parameters
        ----------
        facts, **given
            As in `settle`; the fact that the payoff runs over is not needed.

        Raises
        ------
        ScenarioError
            If the facts are not what they must be or do not suffice, each with its position and the term that asks for
            it.
        """
        if facts is not None and not given:
            core = _core.load_payoff(Path(facts), self._core)
        else:
            core = _core.parse_payoff(_facts_text(facts, given), self._core)
        return Payoff(core, self.name, self.currency)

    @property
    def plot(self) -> ContractPlots:
        """Figures of this contract."""
        return plot.ContractPlots(self)


def _facts(
    file: str | PathLike[str] | None, given: Mapping[str, object], contract: _core.Contract | None = None
) -> _core.Facts:
    """Read facts of a file, changed by what is given beside it; with a contract, those that settle it."""
    if not given and file is not None:
        return _core.load_facts(Path(file), contract)
    return _core.parse_facts(_facts_text(file, given), contract)


def _facts_text(file: str | PathLike[str] | None, given: Mapping[str, object]) -> str:
    values = {name: cast(Override, value) for name, value in given.items()}
    text = "" if file is None else Path(file).read_text(encoding="utf-8")
    return apply_overrides(text, values) if text else lines(values, "facts")
