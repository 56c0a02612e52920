"""Figures of contracts on their own."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from waterbed._core import Problem, ScenarioError
from waterbed._overrides import Override
from waterbed._payoff import Payoff
from waterbed._problems import scenario_error
from waterbed.plots._payoff import payoff_chart

if TYPE_CHECKING:
    from waterbed.contracts import Contract


def payoff(
    contracts: Contract | Sequence[Contract],
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
        One, or several of one currency that run over the same axis, see `Contract.payoff`. Those of the same name are
        numbered in their order; `Contract.renamed` gives them names of their own.
    facts, **given
        The facts of the year, as in `Contract.settle`; the one on the axis is not needed.
    spend
        From where to where on the axis; by default a stretch that shows every mark.
    forecast_sd
        Standard deviation of the forecast for the expected curves, in units of the axis; 0 leaves them out. By default
        2 % of the benchmark, or of the middle of the range (at 0: of half of it).

    Raises
    ------
    ScenarioError
        If the facts are not what they must be or do not suffice; what every contract lacks is told at once.
    ValueError
        If there are no contracts, the range is empty, `forecast_sd` is negative, or currencies or axes differ.
    TypeError
        If something else than contracts is given.
    """
    payoffs: list[Payoff] = []
    problems: list[Problem] = []
    for contract in _several(contracts):
        try:
            payoffs.append(contract.payoff(facts, **given))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise scenario_error(problems)
    return payoff_chart(payoffs, spend, forecast_sd)


def _several(contracts: object) -> list[Contract]:
    """Contracts as a list, whether one or several are given."""
    from waterbed.contracts import Contract  # here, since that module offers this one

    given = contracts if isinstance(contracts, Sequence) and not isinstance(contracts, str) else [contracts]
    several: list[Contract] = []
    for each in given:
        if not isinstance(each, Contract):
            raise TypeError(f"contracts: must be made by contracts.load or contracts.from_dict, got {each!r}")
        several.append(each)
    return several


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
