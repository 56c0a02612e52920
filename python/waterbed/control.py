"""Sharper means from the same replications: the expected-flow solve as a control variate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waterbed import _core
from waterbed.results import Results
from waterbed.scenario import Scenario
from waterbed.sweeps import before_and_after

if TYPE_CHECKING:
    from waterbed.uncertainty._outcome import Outcome


@dataclass(frozen=True)
class ControlledMean:
    """A mean less the part of its chance that is known, in the unit of the outcome.

    ``standard_error``, ``low`` and ``high`` are its 95 % simulation error (Student t, two degrees of freedom less than
    replications). ``variance_ratio`` is the variance of the plain mean over that of this one: the factor in
    replications, and so in time, for an interval of this width. Below 1 the control does not pay.
    """

    value: float
    standard_error: float
    low: float
    high: float
    slope: float
    variance_ratio: float


def controlled(scenario: Scenario, results: Results, outcome: Outcome, arm: str | None = None) -> ControlledMean:
    """Give the mean of an outcome with the luck of years and practices taken out.

    How much care each year and each practice asks for is drawn for every replication, alike in all arms. What spending
    the expected flows (`Scenario.expected`) would have with the same draws is known without simulating, and so is its
    mean over all draws: a control variate. It helps where a result moves with the whole of demand: levels, and payments
    with a ceiling.

    Parameters
    ----------
    scenario
        That gave the results.
    results
        Of at least four replications, without parameter sets.
    outcome
        A line of `Difference.summary` as ``"Spending in cash/total"``, or a function of results to an array
        (replication, arm).
    arm
        Its difference from the baseline; by default the baseline's own value.

    Returns
    -------
    ControlledMean
        The mean, in the unit of the outcome.

    Raises
    ------
    ValueError
        If there is no such line or arm, there are parameter sets, neither years nor practices differ, or there are too
        few replications.

    References
    ----------
    Lavenberg & Welch, A perspective on the use of control variables to increase the efficiency of Monte Carlo
    simulations, Management Science 27 (1981) 322-335.
    """
    if results.parameters is not None:
        raise ValueError("results: must have no parameter sets, in which expected flows differ")
    before, after = before_and_after(results, outcome, arm)
    control = _core.expected_under_chance(
        scenario._compiled(), results.seed, results._core.first_replication, results.replications
    )
    mean = float(scenario.expected()["list_spending_eur"].sum())
    return ControlledMean(**_core.controlled_mean(after - before, control, mean))
