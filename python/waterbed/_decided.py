"""Decisions of an arm, and which term of which contract changed them: followed through some replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core
from waterbed._measures import SCALE
from waterbed._progress import ProgressCallback, progress_display
from waterbed._spreads import spreads_of
from waterbed.scenario import Scenario

Floats = npt.NDArray[np.float64]

#: What names a decision, and the fields that the library gives it in.
KEYS = ["decider", "type", "from", "to"]
_FIELDS = ("decider", "type", "source", "target")


@dataclass(frozen=True)
class Decided:
    """Tables of one arm and year, see the methods of `Explanation` of the same names."""

    arm: str
    year: int
    followed: int  #: replications
    decisions: pd.DataFrame
    marginals: pd.DataFrame
    held_back: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables by name."""
        return {"decisions": self.decisions, "marginals": self.marginals, "held_back": self.held_back}


def follow(
    scenario: Scenario,
    arm: str,
    *,
    year: int | None,
    replications: range,
    seed: int,
    threads: int,
    progress: bool | ProgressCallback,
) -> Decided:
    """Follow decisions; each replication is one more run of the arm.

    Parameters
    ----------
    scenario, arm
        What to run.
    year
        Calendar year that is looked at; by default the last performance year.
    replications
        Which ones.
    seed, threads, progress
        As of `Scenario.run`; 0 threads: one a processor.
    """
    time = scenario._core.time
    chosen = time.start_year + time.years - 1 if year is None else year
    paths = []
    with progress_display(progress, f"{scenario.title or scenario.name}: decisions of {arm}") as report:
        for replication in replications:
            options = _core.RecordOptions(arm=arm, years=[chosen], replication=replication, seed=seed, threads=threads)
            paths.append(_core.decision_path(scenario._compiled(), options, True, report))
    return Decided(arm, chosen, len(paths), _decisions(paths), _marginals(paths), _held_back(paths))


def _spread(values: list[Floats], name: str) -> dict[str, Floats]:
    """Mean over the refreshes of the year, then over replications, with 95 % simulation error."""
    yearly = np.stack([of.mean(axis=0) for of in values])  # shape (replication, cell)
    found = spreads_of(np.rint(yearly * SCALE).astype(np.int64))
    return {name: yearly.mean(axis=0)} | {f"{name}_{end}": found[end] / SCALE for end in ("low", "high")}


def _decisions(paths: list[_core.DecisionPath]) -> pd.DataFrame:
    infos = paths[0].decisions
    columns: dict[str, object] = {name: [getattr(d, at) for d in infos] for name, at in zip(KEYS, _FIELDS, strict=True)}
    columns |= {name: [getattr(d, name) for d in infos] for name in ("per_year", "pass_through", "observed")}
    columns |= _spread([path.chance for path in paths], "chance")
    columns["shift"] = _spread([path.shift for path in paths], "shift")["shift"]
    columns |= _spread([path.marginal.sum(axis=1) for path in paths], "euro")
    frame = pd.DataFrame(columns)
    order = np.argsort(-(frame["shift"].abs() * frame["per_year"]).to_numpy(), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def _marginals(paths: list[_core.DecisionPath]) -> pd.DataFrame:
    infos, parts = paths[0].decisions, paths[0].parts
    names = [[*(getattr(d, at) for at in _FIELDS), *part] for part in parts for d in infos]
    frame = pd.DataFrame(names, columns=[*KEYS, "contract", "term"])
    found = _spread([path.marginal.reshape(len(path.marginal), -1) for path in paths], "euro")
    # What a term is worth in all contracts that have it: one that replaces another is netted with it.
    same_term = np.array([[term == other for _, other in parts] for _, term in parts], dtype=np.float64)
    net = [np.einsum("pq,tqd->tpd", same_term, path.marginal) for path in paths]
    found |= _spread([of.reshape(len(of), -1) for of in net], "net")
    return frame.assign(**found)


def _held_back(paths: list[_core.DecisionPath]) -> pd.DataFrame:
    found = _spread([path.held_back for path in paths], "share")
    frame = pd.DataFrame({"provider": paths[0].providers, "share": found["share"]})
    frame = frame.assign(low=found["share_low"], high=found["share_high"])
    return frame[frame["share"] != 0].reset_index(drop=True)
