"""Figures of contracts on their own."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from waterbed._overrides import Override
from waterbed.plots._payoff import payoff_chart

if TYPE_CHECKING:
    from waterbed.contracts import Contract


def payoff(
    contracts: Sequence[Contract],
    facts: str | PathLike[str] | None = None,
    *,
    spend: tuple[float, float] | None = None,
    forecast_sd: float | None = None,
    **given: Override,
) -> Figure:
    """Payments of several contracts on the same facts in one figure, with what one more unit changes in them.

    Parameters
    ----------
    contracts
        Contracts of one currency that run over the same axis, see `Contract.payoff`.
    facts, **given
        The facts of the year, as in `Contract.settle`; the one on the axis is not needed.
    spend
        From where to where on the axis; by default a stretch that shows every mark.
    forecast_sd
        Standard deviation of the forecast for the expected curves, in units of the axis; 0 leaves them out. By default
        2 % of the benchmark, or of the middle of the range (at 0: of half of it).

    Raises
    ------
    ValueError
        If there are no contracts, facts miss, the range is empty, or currencies or axes differ.
    """
    return payoff_chart([contract.payoff(facts, **given) for contract in contracts], spend, forecast_sd)


class ContractPlots:
    """Figures of one contract; each method gives a new `matplotlib.figure.Figure`."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def payoff(
        self,
        facts: str | PathLike[str] | None = None,
        *,
        spend: tuple[float, float] | None = None,
        forecast_sd: float | None = None,
        **given: Override,
    ) -> Figure:
        """Payment and what one more unit changes in it, known and expected; arguments as in `contracts.plot.payoff`."""
        return payoff([self._contract], facts, spend=spend, forecast_sd=forecast_sd, **given)
