"""Payment contracts on their own: facts of one year in, payment out, no simulation.

>>> import waterbed as wb
>>> contract = wb.contracts.load("scenarios/contracts/nl/hospital_ceiling.yaml")
>>> contract.settle(expected_turnover=11_400_000, fee_income=8e6, bundle_income=3_970_000, patient_paid=0).total
Decimal('11628000.00')
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from os import PathLike, fspath
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core
from waterbed._cases import as_columns, is_column, samples_fault, table
from waterbed._overrides import Override, apply_overrides, flow
from waterbed._payoff import Payoff
from waterbed.plots import contracts as plot
from waterbed.plots.contracts import ContractPlots

__all__ = ["Contract", "Payoff", "SampledSettlements", "Settlement", "load", "plot"]


def _amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def load(path: str | PathLike[str], **overrides: Override) -> Contract:
    """Read a contract from a file of its own.

    Parameters
    ----------
    path
        A YAML file with the terms.
    **overrides
        Dotted path in the file to a new value, for example ``{"terms.ceiling.amount": 11_400_000}``.

    Returns
    -------
    Contract
        Ready to settle.

    Raises
    ------
    ScenarioError
        If anything is wrong; `problems` holds every fault with its position.
    """
    file = Path(path)
    if not overrides:
        return Contract(_core.load_contract(file))
    text = apply_overrides(file.read_text(encoding="utf-8"), overrides)
    with tempfile.TemporaryDirectory(prefix="waterbed-") as folder:
        changed = Path(folder) / file.name
        changed.write_text(text, encoding="utf-8")
        return Contract(_core.load_contract(changed))


class Contract:
    """Who pays whom, for which people and services, by which terms. Made by `load`."""

    def __init__(self, core: _core.Contract) -> None:
        self._core = core

    def __repr__(self) -> str:
        return f"Contract({self.name!r}, terms={self.terms})"

    @property
    def name(self) -> str:
        """The file's name."""
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
            If the facts are not what they must be.
        ValueError
            If a fact is missing that a term needs; all of them are named.
        """
        return Settlement(_core.settle(self._core, _facts(facts, given)), self.currency)

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
        >>> contract = wb.contracts.load("scenarios/contracts/nl/hospital_ceiling.yaml")
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
            If the facts are not what they must be.
        ValueError
            If a fact is missing that a term needs; all of them are named.
        """
        return Payoff(_core.payoff(self._core, _facts(facts, given)), self.name, self.currency)

    @property
    def plot(self) -> ContractPlots:
        """Figures of this contract."""
        return plot.ContractPlots(self)


@dataclass(frozen=True)
class SampledSettlements:
    """Settlements of samples, and if asked for who bears each person's spending, in micro-units of the currency."""

    table: pd.DataFrame
    payer: npt.NDArray[np.int64] | None = None
    holder: npt.NDArray[np.int64] | None = None
    reinsurer: npt.NDArray[np.int64] | None = None


def _facts(file: str | PathLike[str] | None, given: Mapping[str, object]) -> _core.Facts:
    """Read facts of a file, changed by what is given beside it."""
    if not given and file is not None:
        return _core.load_facts(Path(fspath(file)))
    values = {name: cast(Override, value) for name, value in given.items()}
    text = "" if file is None else Path(file).read_text(encoding="utf-8")
    text = apply_overrides(text, values) if text else flow(values, "facts")
    with tempfile.TemporaryDirectory(prefix="waterbed-") as folder:
        path = Path(folder) / "facts.yaml"
        path.write_text(text + "\n", encoding="utf-8")
        return _core.load_facts(path)


class Settlement:
    """What a contract pays for one year, exact to the cent and in its currency; positive is from payer to holder."""

    def __init__(self, core: _core.Settlement, currency: str) -> None:
        self._core = core
        self._currency = currency

    def __repr__(self) -> str:
        return f"Settlement(total={self.total}, settlement={self.settlement})"

    @property
    def currency(self) -> str:
        """Currency of every amount, ISO 4217."""
        return self._currency

    @property
    def total(self) -> Decimal:
        """All that the payer pays the holder for the year."""
        return _amount(self._core.total_cents)

    @property
    def settlement(self) -> Decimal:
        """Shared saving, or with a minus sign loss, as paid."""
        return _amount(self._core.settlement_cents)

    @property
    def before_adjustment(self) -> Decimal:
        """The same before sequestration."""
        return _amount(self._core.before_adjustment_cents)

    @property
    def benchmark(self) -> Decimal:
        """What spending is measured against; zero without a reference."""
        return _amount(self._core.benchmark_cents)

    @property
    def counted(self) -> Decimal:
        """Spending that counts, after truncation."""
        return _amount(self._core.counted_cents)

    @property
    def gain(self) -> Decimal:
        """Benchmark less counted spending."""
        return _amount(self._core.gain_cents)

    @property
    def gate_passed(self) -> bool:
        """Whether the gain was large enough to be shared."""
        return self._core.gate_passed

    @property
    def by_term(self) -> dict[str, Decimal]:
        """Payment of each term; a ceiling is the correction that it makes."""
        return {name: _amount(cents) for name, cents in self._core.cents_by_term if cents}

    @property
    def split(self) -> dict[str, Decimal]:
        """The settlement's parts by party."""
        return {party: _amount(cents) for party, cents in self._core.split_cents}

    @property
    def cash(self) -> pd.DataFrame:
        """When it is paid: columns month, term, amount; adds up to `total`.

        The month is counted from the start of the performance year; 12 stands for payments spread over the year.
        """
        rows = [(month, term, _amount(cents)) for month, term, cents in self._core.cash_cents]
        return pd.DataFrame(rows, columns=["month", "term", "amount"])

    @property
    def lines(self) -> pd.DataFrame:
        """The steps, for people who check by hand: columns step, input, rule, output."""
        rows = [(line.step, line.input, line.rule, _amount(line.output_cents)) for line in self._core.lines]
        return pd.DataFrame(rows, columns=["step", "input", "rule", "output"])
