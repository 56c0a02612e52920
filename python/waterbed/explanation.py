"""Why an arm moves what it moves: decisions, the terms behind them, flows, and single euros."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core
from waterbed._measures import SCALE
from waterbed._moved import moved_flows
from waterbed._progress import ProgressCallback, progress_display
from waterbed._recording import at_least_one
from waterbed._told import decision_sentence, flow_sentences, held_back_sentence, measure_sentences
from waterbed.difference import Difference
from waterbed.results import Results
from waterbed.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Replications in which decisions are followed, unless asked otherwise: they vary little.
FOLLOWED = 5

#: Decisions that are told in sentences.
TOLD = 8

#: Log-odds below which a shift is the rounding of sums.
LEAST = 1e-5

Floats = npt.NDArray[np.float64]


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

    def __init__(self, difference: Difference, arm: str, year: int, paths: list[_core.DecisionPath]) -> None:
        self.difference = difference
        self.arm = arm
        self.year = year
        self._paths = paths

    def __repr__(self) -> str:
        return (
            f"Explanation({self.arm!r} against {self.difference.baseline!r}, {len(self._paths)} replications followed)"
        )

    def _mean(self, values: list[Floats]) -> dict[str, Floats]:
        """Mean over the refreshes of the year, then over replications, with 95 % simulation error."""
        yearly = np.stack([of.mean(axis=0) for of in values])  # shape (replication, cell)
        if len(yearly) < 2:
            nothing = np.full(yearly.shape[1], np.nan)
            return {"mean": yearly[0], "low": nothing, "high": nothing}
        stored = np.rint(yearly * SCALE).astype(np.int64)
        found = _core.paired_differences(np.zeros_like(stored), stored)
        return {"mean": yearly.mean(axis=0)} | {end: found[end] / SCALE for end in ("low", "high")}

    def decisions(self) -> pd.DataFrame:
        """Give what was decided otherwise.

        Returns
        -------
        pandas.DataFrame
            One row a decision of somebody to send patients on from one place to another, most shifted patients first:
            decider, type (own_volume, treat_or_refer, care_borne, elective_specialist), from, to (settings), per_year
            (patients sent that way as practice was observed, expected), pass_through, observed and chance (share of
            patients in such decisions, then and now, waits included), shift (log-odds by money), euro, euro_low,
            euro_high (what one more patient that way is worth to the organisation, or to those who decide by their
            contract with it, less what it was under the reference contracts; with 95 % simulation error).
        """
        infos = self._paths[0].decisions
        shift = self._mean([path.shift for path in self._paths])["mean"]
        chance = self._mean([path.chance for path in self._paths])["mean"]
        euro = self._mean([path.marginal.sum(axis=1) for path in self._paths])
        frame = pd.DataFrame(
            {
                "decider": [d.decider for d in infos],
                "type": [d.type for d in infos],
                "from": [d.source for d in infos],
                "to": [d.target for d in infos],
                "per_year": [d.per_year for d in infos],
                "pass_through": [d.pass_through for d in infos],
                "observed": [d.observed for d in infos],
                "chance": chance,
                "shift": shift,
                "euro": euro["mean"],
                "euro_low": euro["low"],
                "euro_high": euro["high"],
            }
        )
        order = np.argsort(-(frame["shift"].abs() * frame["per_year"]).to_numpy(), kind="stable")
        return frame.iloc[order].reset_index(drop=True)

    def marginals(self) -> pd.DataFrame:
        """Give which term of which contract changed what a decision is worth.

        Returns
        -------
        pandas.DataFrame
            One row a decision and clause of the arm or the reference contracts: decider, type, from, to, contract, term
            (fee, bundle, cost: what a bundle pays others, ceiling: what it and tiers take off, settlement: the part of
            other people's costs that is borne, variable_cost: of own acts), euro, euro_low, euro_high. Clauses add up
            to `decisions`.
        """
        found = self._mean([path.marginal.reshape(len(path.marginal), -1) for path in self._paths])
        infos, parts = self._paths[0].decisions, self._paths[0].parts
        rows = [
            {"decider": d.decider, "type": d.type, "from": d.source, "to": d.target, "contract": contract, "term": term}
            for contract, term in parts
            for d in infos
        ]
        names = {"mean": "euro", "low": "euro_low", "high": "euro_high"}
        return pd.DataFrame(rows).assign(**{column: found[name] for name, column in names.items()})

    def held_back(self) -> pd.DataFrame:
        """Give what providers hold back past their ceilings.

        Returns
        -------
        pandas.DataFrame
            One row a provider that holds back anything: provider, share (of its elective work: slots closed, patients
            sent back or elsewhere; below zero: caught up), low, high (95 % simulation error).
        """
        found = self._mean([path.held_back for path in self._paths])
        frame = pd.DataFrame({"provider": self._paths[0].providers, "share": found["mean"]})
        frame = frame.assign(low=found["low"], high=found["high"])
        return frame[frame["share"] != 0].reset_index(drop=True)

    def flows(self) -> pd.DataFrame:
        """Give the ten flows that moved most, see `waterbed._moved.moved_flows`."""
        return moved_flows(self.difference, self.arm)

    def sentences(self) -> dict[str, list[str]]:
        """Tell it in plain words, made of the tables: headlines, decisions, supply, flows."""
        outline = self.difference.results.outline
        marginals = self.marginals()
        names = ["decider", "type", "from", "to"]
        decisions = self.decisions()
        decisions = decisions[decisions["shift"].abs() > LEAST].head(TOLD)
        told = [
            decision_sentence(outline, self.arm, row, marginals[(marginals[names] == row[names]).all(axis=1)])
            for _, row in decisions.iterrows()
        ]
        return {
            "headlines": measure_sentences(self.difference, self.arm),
            "decisions": told or ["No decision answers to the arm's contracts."],
            "supply": [held_back_sentence(outline, row) for _, row in self.held_back().iterrows()],
            "flows": flow_sentences(self.difference, self.arm),
        }

    def plot(self) -> Figure | None:
        """Draw the flows that moved most; None if none is told apart from the baseline."""
        from waterbed.plots._moved import moved_chart

        return moved_chart(self.difference, self.arm)


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
    time = scenario._core.time
    year = time.start_year + time.years - 1 if year is None else year
    count = min(FOLLOWED, results.replications) if followed is None else at_least_one("followed", followed)
    first = results._core.first_replication
    paths = []
    with progress_display(progress, f"{scenario.title or scenario.name}: decisions of {arm}") as report:
        for replication in range(first, first + count):
            options = _core.RecordOptions(
                arm=arm,
                years=[year],
                replication=replication,
                seed=results.seed,
                threads=0 if threads is None else at_least_one("threads", threads),
            )
            paths.append(_core.decision_path(scenario._compiled(), options, True, report))
    return Explanation(results.compare(scenario.baseline), arm, year, paths)
