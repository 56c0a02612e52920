"""Why an arm moves what it moves: decisions, the terms behind them, flows, and single euros."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from waterbed._decided import Decided, follow
from waterbed._moved import moved_flows
from waterbed._progress import ProgressCallback
from waterbed._recording import at_least_one
from waterbed._told import decision_sentences, flow_sentences, held_back_sentence, measure_sentences
from waterbed.difference import Difference
from waterbed.results import Results
from waterbed.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Replications in which decisions are followed, unless asked otherwise: they vary little.
FOLLOWED = 5


class Explanation:
    """What an arm changed, and why.

    Decisions are looked at in one year, the last by default, on average over the points at which they are retaken.

    Made by `explain`.

    Examples
    --------
    >>> import waterbed as wb
    >>> scenario = wb.load("scenarios/two_clinics.yaml")
    >>> found = wb.explain(scenario, "shared_savings", replications=2, progress=False)
    >>> sorted(set(found.marginals()["term"]))
    ['bundle', 'ceiling', 'fee', 'settlement', 'variable_cost']
    """

    def __init__(self, difference: Difference, decided: Decided) -> None:
        self.difference = difference
        self.arm = decided.arm
        self.year = decided.year
        self._decided = decided

    def __repr__(self) -> str:
        against = self.difference.baseline
        return f"Explanation({self.arm!r} against {against!r}, {self._decided.followed} replications followed)"

    def decisions(self) -> pd.DataFrame:
        """Give what was decided otherwise.

        Returns
        -------
        pandas.DataFrame
            One row a decision of somebody to send patients on from one place to another, most shifted patients first:
            decider, type (own_volume, treat_or_refer, care_borne, elective_specialist), from, to (settings), per_year
            (patients sent that way as practice was observed, expected), pass_through, observed and chance (share of
            patients in such decisions, then and now, waits included), shift (log-odds by money), euro (what one more
            patient that way is worth to the organisation, or to those who decide by their contract with it, less what
            it was under the reference contracts). Of chance and euro also the ends of the 95 % simulation error:
            chance_low, chance_high, euro_low, euro_high.
        """
        return self._decided.decisions

    def marginals(self) -> pd.DataFrame:
        """Give which term of which contract changed what a decision is worth.

        Returns
        -------
        pandas.DataFrame
            One row a decision and clause of the arm or the reference contracts: decider, type, from, to, contract, term
            (fee, bundle, cost: what a bundle pays others, ceiling: what it and tiers take off, settlement: the part of
            other people's costs that is borne, variable_cost: of own acts), euro, euro_low, euro_high. Clauses add up
            to `decisions`. Net, net_low, net_high: the term's in all contracts that have it, so that what replaces a
            contract is netted with it.
        """
        return self._decided.marginals

    def held_back(self) -> pd.DataFrame:
        """Give what providers hold back past their ceilings.

        Returns
        -------
        pandas.DataFrame
            One row a provider that holds back anything: provider, share (of its elective work: slots closed, patients
            sent back or elsewhere; below zero: caught up), low, high (95 % simulation error).
        """
        return self._decided.held_back

    def flows(self) -> pd.DataFrame:
        """Give the ten flows that moved most, see `waterbed._moved.moved_flows`."""
        return moved_flows(self.difference, self.arm)

    def sentences(self) -> dict[str, list[str]]:
        """Tell it in plain words, made of the tables: headlines, decisions, supply, flows."""
        outline = self.difference.results.outline
        return {
            "headlines": measure_sentences(self.difference, self.arm),
            "decisions": decision_sentences(outline, self._decided),
            "supply": [held_back_sentence(outline, row) for _, row in self.held_back().iterrows()],
            "flows": flow_sentences(self.difference, self.arm),
        }

    def plot(self) -> Figure | None:
        """Draw the flows that moved most; None if none is told apart from the baseline."""
        from waterbed.plots._moved import moved_chart

        return moved_chart(self.difference, self.arm)


def checked_year(scenario: Scenario, year: int | None) -> int:
    """Give the year whose decisions are looked at: the last one by default.

    Raises
    ------
    ValueError
        If it is no performance year.
    """
    time = scenario._core.time
    last = time.start_year + time.years - 1
    if year is not None and not time.start_year <= year <= last:
        raise ValueError(f"must be a performance year, {time.start_year} to {last}, got {year}")
    return last if year is None else year


def explain(
    scenario: Scenario,
    arm: str,
    *,
    results: Results | None = None,
    year: int | None = None,
    replications: int | None = None,
    followed: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | ProgressCallback = True,
) -> Explanation:
    """Find out why an arm moves what it moves.

    Parameters
    ----------
    scenario
        What to run.
    arm
        Name of an arm, not the baseline.
    results
        A finished run of the scenario with the arm and the baseline; by default both are run.
    year
        Calendar year whose decisions are looked at; by default the last performance year.
    replications, seed, threads, progress
        As of `Scenario.run`, if there are no results.
    followed
        Replications in which decisions are followed; by default 5, or as many as were run.

    Returns
    -------
    Explanation

    Raises
    ------
    ValueError
        If the arm is unknown or the baseline, the results are of another scenario or lack an arm, or a number is out of
        range.
    KeyboardInterrupt
        If the user stops the run.
    """
    if arm not in scenario.arms or arm == scenario.baseline:
        others = [name for name in scenario.arms if name != scenario.baseline]
        raise ValueError(f"arm must be one of {', '.join(others)}, got {arm!r}")
    year = checked_year(scenario, year)
    if results is None:
        results = scenario.run(
            replications=replications,
            seed=seed,
            threads=threads,
            arms=[scenario.baseline, arm],
            progress=progress,
        )
    elif results.outline.digest != scenario.digest or not {arm, scenario.baseline} <= set(results.arms):
        raise ValueError(f"results: must be of this scenario, with the arms {scenario.baseline} and {arm}")
    count = min(FOLLOWED, results.replications) if followed is None else at_least_one("followed", followed)
    first = results._core.first_replication
    decided = follow(
        scenario,
        arm,
        year=year,
        replications=range(first, first + count),
        seed=results.seed,
        threads=0 if threads is None else at_least_one("threads", threads),
        progress=progress,
    )
    return Explanation(results.compare(scenario.baseline), decided)
