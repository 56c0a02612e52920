"""What a contract pays for a year: amounts to the cent, steps, dates and parts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core


def _amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


@dataclass(frozen=True)
class SampledSettlements:
    """Settlements of samples, and if asked for who bears each person's spending, in micro-units of the currency."""

    table: pd.DataFrame
    payer: npt.NDArray[np.int64] | None = None
    holder: npt.NDArray[np.int64] | None = None
    reinsurer: npt.NDArray[np.int64] | None = None


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
