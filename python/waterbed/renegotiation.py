"""Ceilings or prices that move every year by a share of the margin that was missed, beside those that stay."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal

import numpy as np
import pandas as pd
import yaml

from waterbed import _core
from waterbed._checkpoints import Checkpoints
from waterbed._measures import SCALE, Measures
from waterbed._overrides import Override
from waterbed._progress import ProgressCallback
from waterbed._rebuilt import part_of
from waterbed._spreads import spreads_between, spreads_of
from waterbed._text import change
from waterbed.results import IntArray, Results
from waterbed.scenario import Scenario

#: Share of the margin gap that is shown beside what was agreed, unless asked otherwise.
SHARE = 0.5

#: Replications of it, unless asked otherwise: what renegotiation changes is paired with what was agreed.
REPLICATIONS = 4


_LACKING = {"ceilings": "a ceiling", "prices": "prices and no ceiling", "all": "a ceiling or prices"}


def with_renegotiation(
    scenario: Scenario, share: float = SHARE, of: Literal["ceilings", "prices", "all"] = "ceilings"
) -> Scenario:
    """Give a copy in which contracts are renegotiated every year, in all arms.

    At the end of each performance year the ceiling of a contract, or its prices if it has none, is multiplied by
    ``1 + share x (expected margin - realised margin)``, margins as part of its holder's revenue: half of the gap is
    0.5. It goes both ways.

    Parameters
    ----------
    scenario
        What to change.
    share
        In [0, 1]; 0: what is agreed stays.
    of
        Contracts with a ceiling, those that pay by the unit without one, or both.

    Raises
    ------
    ValueError
        If no contract is of that kind.
    ScenarioError
        If the share is out of range, or a contract has a ceiling that may not fall below a floor.

    Examples
    --------
    >>> import waterbed as wb
    >>> moved = wb.with_renegotiation(wb.load("scenarios/two_clinics.yaml"))
    >>> "renegotiate: 0.5" in moved.text
    True
    """
    # What contracts inherit and what other files hold is written out.
    written = _core.write_scenario(scenario._core)
    overrides: dict[str, Override] = {}
    for name, contract in (yaml.safe_load(written).get("contracts") or {}).items():
        terms = contract["terms"]
        kind = "ceilings" if "ceiling" in terms else "prices" if {"fee", "bundle"} & set(terms) else ""
        if kind and of in (kind, "all"):
            overrides[f"contracts.{name}.agreement.renegotiate"] = share
    if not overrides:
        raise ValueError(f"of: the scenario has no contract with {_LACKING[of]}")
    return _with_text(scenario, written).with_(**overrides)


def _with_text(scenario: Scenario, text: str) -> Scenario:
    return Scenario(scenario._core, text, scenario._base_folder, scenario._files)


@dataclass(frozen=True)
class Renegotiation:
    """Arms in which contracts are renegotiated every year, beside the same arms in which they stay.

    Made by `renegotiated`.
    """

    agreed: Results  #: contracts as the scenario has them
    moved: Results  #: the same arms, replications and seed, renegotiated
    share: float  #: of the margin gap
    of: str  #: ceilings or prices

    @property
    def baseline(self) -> str:
        """Arm with which the others are compared, under either rule."""
        return self.agreed.baseline

    @property
    def arms(self) -> list[str]:
        """The arms that are compared with the baseline."""
        return [arm for arm in self.moved.arms if arm != self.baseline]

    def table(self) -> pd.DataFrame:
        """Give the lines of `Difference.summary` under both rules, and what renegotiation changes.

        Returns
        -------
        pandas.DataFrame
            One row an arm and measure: group, measure, label, unit, arm; agreed and renegotiated (change against the
            baseline of the same rule) and difference (the second less the first, replication by replication), each
            with its 95 % simulation error in columns that end in ``_low`` and ``_high``; NaN with one replication.
        """
        there = {(m.group, m.name): m for m in Measures(self.moved, self.baseline).all()}
        rows = []
        for measure in Measures(self.agreed, self.baseline).all():
            other = there.get((measure.group, measure.name))
            if other is None:
                continue
            for arm in self.arms:
                before, after = self._change(measure.amounts, arm), self._change(other.amounts, arm)
                row = {"group": measure.group, "measure": measure.name, "label": measure.label, "unit": measure.unit}
                row["arm"] = arm
                numbers: dict[str, float] = {}
                for name, found in (
                    ("agreed", spreads_of(before)),
                    ("renegotiated", spreads_of(after)),
                    ("difference", spreads_between(before, after)),
                ):
                    numbers[name] = float(found["mean"][0]) / SCALE
                    numbers |= {f"{name}_{end}": float(found[end][0]) / SCALE for end in ("low", "high")}
                rows.append(row | numbers)
        return pd.DataFrame(rows)

    def _change(self, amounts: IntArray, arm: str) -> IntArray:
        """Of shape (replication, 1); both runs have their arms in the same order."""
        arms = self.moved.arms
        return np.ascontiguousarray(amounts[:, [arms.index(arm)]] - amounts[:, [arms.index(self.baseline)]])


def headlines(table: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Totals, and the results of the parties that move: rows of `Renegotiation.table` that are shown."""
    own = table[table["arm"] == arm]
    totals = (own["measure"] == "total") & own["group"].isin(["Spending in cash", "Spending at list prices", "Staff"])
    moves = (own["group"] == "Results of the parties") & ((own["agreed"] != 0) | (own["renegotiated"] != 0))
    return own[totals | moves]


def spread_words(row: pd.Series, name: str) -> str:
    """Give a column of `Renegotiation.table` with its simulation error."""
    return change(row[name], (row[f"{name}_high"] - row[f"{name}_low"]) / 2, math.nan, math.nan)


def kind_of(scenario: Scenario) -> Literal["ceilings", "prices"]:
    """Say what is renegotiated unless asked otherwise: ceilings where the scenario has one, else prices."""
    try:
        with_renegotiation(scenario, 0.0, "ceilings")
    except ValueError as error:
        if isinstance(error, _core.ScenarioError):
            raise
        return "prices"
    return "ceilings"


def renegotiated(
    scenario: Scenario,
    share: float = SHARE,
    of: Literal["ceilings", "prices", "all"] | None = None,
    *,
    arms: Iterable[str] | None = None,
    results: Results | None = None,
    replications: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    client: Any = None,
    checkpoints: str | PathLike[str] | Checkpoints | None = None,
    progress: bool | ProgressCallback = True,
) -> Renegotiation:
    """Run arms again with contracts that are renegotiated every year, beside what was agreed.

    Parameters
    ----------
    scenario
        What to run, uncertain numbers at their means.
    share
        Of the margin gap, see `with_renegotiation`.
    of
        Contracts that are renegotiated; by default those with a ceiling, or if there is none those with prices.
    arms
        Names; by default those that name what they press. The baseline is run too, under the same rule.
    results
        A finished run of the scenario: what was agreed is then not run again.
    replications
        By default 4, or as many as the results have.
    seed, threads, client, checkpoints, progress
        As of `Scenario.run`.

    Returns
    -------
    Renegotiation

    Raises
    ------
    ValueError
        If no contract can be renegotiated, no arm names what it presses, an arm is unknown, or a number out of range.
    ScenarioError
        If the share is out of range, or a contract has a ceiling that may not fall below a floor.
    """
    pressing = [a.name for a in scenario.outline().arms if a.presses_providers or a.presses_kinds]
    asked = pressing if arms is None else list(arms)
    chosen = [arm for arm in scenario.arms if arm in asked and arm != scenario.baseline]
    if unknown := [arm for arm in asked if arm not in scenario.arms]:
        raise ValueError(f"arms: must be of the scenario ({', '.join(scenario.arms)}), got {', '.join(unknown)}")
    if not chosen:
        raise ValueError("arms: no arm besides the baseline names what it presses")
    kind = of or kind_of(scenario)
    other = with_renegotiation(scenario, share, kind)
    names = [arm for arm in scenario.arms if arm in chosen or arm == scenario.baseline]
    fits = results is not None and not results.parameter_sets and set(names) <= set(results.arms)
    most = results.replications if results is not None and fits else REPLICATIONS
    count = min(REPLICATIONS, most) if replications is None else replications
    options: dict[str, Any] = {"seed": results.seed if results is not None else seed, "threads": threads}
    options |= {"replications": count, "arms": names, "progress": progress}
    if results is not None and fits and count <= results.replications:
        agreed = part_of(results, slice(0, count), names)
    else:
        agreed = scenario.run(**options)
    moved = other.run(**options, client=client, checkpoints=checkpoints)
    return Renegotiation(agreed, moved, share, kind)
