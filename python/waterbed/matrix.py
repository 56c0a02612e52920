"""The waterbed matrix: what moves elsewhere when one provider or sector is pressed a little, and when it is let go."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from waterbed import _core
from waterbed._outline import ArmOutline, words
from waterbed._progress import ProgressCallback, progress_display
from waterbed._recording import at_least_one
from waterbed._spreads import spreads_of
from waterbed._units import readable
from waterbed.results import IntArray, Results
from waterbed.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

By = Literal["provider", "sector"]
Basis = Literal["list_volume", "staff_hours", "cash"]

#: Bases of the matrix, with the table that each adds up.
BASES: dict[Basis, str] = {"list_volume": "list_spending", "staff_hours": "hours", "cash": "payments"}

#: The column that adds up everything but what is pressed: what comes back of it, with the sign turned.
OTHERS = "all others"


class WaterbedMatrix:
    """How much each part moves for what the pressed part moves: ``M_ij = dS_j / dS_i``.

    For each pressed provider or sector *i* two arms are run beside the baseline: its contract amounts (the ceilings
    where one of its contracts has one, else the prices of its fees and bundles) a little lower, and a little higher.
    *M* below zero: *j* rises when *i* falls, so ``-M`` is the part that comes back there (*w* of the waterbed index).
    Above zero: both move together.

    Made by `waterbed_matrix`.

    Examples
    --------
    >>> import waterbed as wb
    >>> scenario = wb.load("scenarios/two_clinics.yaml")
    >>> found = wb.waterbed_matrix(scenario, ["hospital_in"], replications=2, progress=False)
    >>> found.levers
    {'hospital_in': 'ceiling'}
    >>> found.results.arms
    ['usual', 'hospital_in -1 %', 'hospital_in +1 %']
    """

    def __init__(self, results: Results, levers: dict[str, str], by: By, change: float) -> None:
        #: The runs: the baseline, then for each pressed part its amounts lower and higher.
        self.results = results
        #: What is pressed, with the amount that is moved: ceiling or tariff.
        self.levers = levers
        self.by = by
        self.change = change

    def __repr__(self) -> str:
        return f"WaterbedMatrix({list(self.levers)}, change={self.change:g}, {self.results.replications} replications)"

    @property
    def baseline(self) -> str:
        """The arm whose contract amounts are moved."""
        return self.results.arms[0]

    def title(self, name: str) -> str:
        """Name of a part for people."""
        return self.results.outline.provider_title(name) if self.by == "provider" else words(name)

    def amounts(self, basis: Basis = "list_volume") -> dict[str, IntArray]:
        """Give every part's total over the performance years.

        Returns
        -------
        dict
            Part (provider or sector) to integers of shape (replication, arm), in the table's stored unit.
        """
        if basis not in BASES:
            raise ValueError(f"basis must be one of {', '.join(BASES)}, got {basis!r}")
        outline = self.results.outline
        names = [p.name for p in outline.providers] if self.by == "provider" else outline.sectors
        if basis != "cash":
            cells = self.results.total(BASES[basis], by=[self.by])
            return {name: cells.of(name) for name in names}
        if self.by == "sector":
            cells = self.results.total("cash_spending", by=["sector"])
            return {name: cells.of(name) for name in names}
        paid, owed = (self.results.total("payments", by=[side]) for side in ("to", "from"))
        return {name: paid.of(name) - owed.of(name) for name in names}

    def table(self, basis: Basis = "list_volume") -> pd.DataFrame:
        """Give the matrix.

        Parameters
        ----------
        basis
            list_volume (units at the frozen price list), staff_hours or cash.

        Returns
        -------
        pandas.DataFrame
            One row a pressed part, change and other part (last: all others together): columns pressed, lever (ceiling
            or tariff), change (-0.01: amounts 1 % less), part, unit, moved (dS_i, mean over replications of the sum
            over the performance years), difference (dS_j), low, high (95 % simulation error of dS_j; NaN with one
            replication), ratio (M; NaN unless the press is resolved: dS_i more than 5 standard errors from zero, on the
            side of the press), ratio_low, ratio_high (Fieller's 95 % interval), message (why there is no ratio).
        """
        values = self.amounts(basis)
        unit, scale = readable(self.results.unit(BASES[basis]))
        rows = []
        for i, (pressed, lever) in enumerate(self.levers.items()):
            for side, change in enumerate((-self.change, self.change)):
                arm = 1 + 2 * i + side
                moves = {name: amounts[:, arm] - amounts[:, 0] for name, amounts in values.items()}
                moves[OTHERS] = sum((m for n, m in moves.items() if n != pressed), np.zeros_like(moves[pressed]))
                message = _unresolved(moves[pressed], change)
                spread = spreads_of(np.stack(list(moves.values()), axis=1))
                ratios = (
                    None if message else _core.paired_ratios(np.stack(list(moves.values()), axis=1), moves[pressed])
                )
                for cell, part in enumerate(moves):
                    row = {"pressed": pressed, "lever": lever, "change": change, "part": part, "unit": unit}
                    row |= {"moved": float(moves[pressed].mean()) / scale, "difference": spread["mean"][cell] / scale}
                    row |= {end: spread[end][cell] / scale for end in ("low", "high")}
                    for column, key in (("ratio", "ratio"), ("ratio_low", "low"), ("ratio_high", "high")):
                        found = np.nan if ratios is None else float(ratios[key][cell])
                        row[column] = 1.0 if part == pressed and ratios is not None else found
                    rows.append(row | {"message": message})
        return pd.DataFrame(rows)

    def plot(self, basis: Basis = "list_volume") -> Figure:
        """Draw the matrix as a heat map: amounts lower at the left, higher at the right."""
        from waterbed.plots._matrix import matrix_chart

        return matrix_chart(self, basis)


def _unresolved(moved: IntArray, change: float) -> str:
    """Say why nothing can be divided by what the pressed part moved; empty if it can."""
    if not moved.any():
        return "the pressed part did not change"
    if len(moved) < 2:
        return "press not resolved: one replication has no simulation error"
    mean, error = float(moved.mean()), float(moved.std(ddof=1) / np.sqrt(len(moved)))
    if mean * change < 0:
        return "the pressed part moved against the press"
    if not _core.is_printable_denominator(abs(mean), error):
        needed = _core.replications_to_print(len(moved), abs(mean), error)
        return f"press not resolved; about {needed} replications needed"
    return ""


def levers_of(scenario: Scenario, pressed: Iterable[str] | None, by: By) -> dict[str, str]:
    """Give whom a matrix presses, with the amount that is moved: ceiling or tariff; by default all that can be.

    Raises
    ------
    ValueError
        If there is no such provider or sector, or none of its contracts pays by the unit.
    """
    outline = scenario.outline()
    outside = {p.name for p in outline.providers if p.out_of_region}
    known = [p.name for p in outline.providers] if by == "provider" else outline.sectors
    chosen = [name for name in known if name not in outside] if pressed is None else list(dict.fromkeys(pressed))
    if unknown := [name for name in chosen if name not in known]:
        raise ValueError(f"must be {by}s of the scenario ({', '.join(known)}), got {', '.join(unknown)}")
    model = scenario._compiled()
    levers = {name: _core.lever_of(model, _arm(name, by, 1.0)) for name in chosen}
    if pressed is None:
        levers = {name: lever for name, lever in levers.items() if lever}
    if nothing := [name for name, lever in levers.items() if not lever]:
        raise ValueError(f"no contract pays {', '.join(nothing)} by the unit, so there is nothing to press")
    if not levers:
        raise ValueError("nobody in the region is paid by the unit, so there is nothing to press")
    return levers


def waterbed_matrix(
    scenario: Scenario,
    pressed: Iterable[str] | None = None,
    *,
    by: By = "provider",
    change: float = 0.01,
    replications: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | ProgressCallback = True,
) -> WaterbedMatrix:
    """Press each provider or sector a little, and let it go a little, beside the baseline.

    Two runs of an arm for each, from one burn-in.

    Parameters
    ----------
    scenario
        Whose baseline is pressed.
    pressed
        Providers, or sectors with ``by="sector"`` (contracts of whose holders it is the main sector); by default all
        in the region that are paid by the unit.
    by
        What the rows and columns of the matrix are.
    change
        By which part the contract amounts are moved either way, above 0 and below 1.
    replications, seed, threads, progress
        As of `Scenario.run`.

    Returns
    -------
    WaterbedMatrix

    Raises
    ------
    ValueError
        If there is no such provider or sector, none of its contracts pays by the unit, or a number is out of range.
    KeyboardInterrupt
        If the user stops the run.
    """
    if by not in ("provider", "sector"):
        raise ValueError(f"by must be provider or sector, got {by!r}")
    if not 0 < change < 1:
        raise ValueError(f"change must be above 0 and below 1, got {change:g}")
    try:
        levers = levers_of(scenario, pressed, by)
    except ValueError as error:
        raise ValueError(f"pressed: {error}") from error
    outline = scenario.outline()
    model = scenario._compiled()
    arms = [_arm(name, by, factor) for name in levers for factor in (1.0 - change, 1.0 + change)]
    options = _core.RunOptions(
        arms=[scenario.baseline, *(arm[0] for arm in arms)],
        replications=0 if replications is None else at_least_one("replications", replications),
        seed=seed,
        threads=0 if threads is None else at_least_one("threads", threads),
    )
    with progress_display(progress, f"{scenario.title or scenario.name}: waterbed matrix") as report:
        core = _core.simulate(_core.with_scaled_arms(model, arms), options, report)
    base = next(arm for arm in outline.arms if arm.name == scenario.baseline)
    outlines = [base, *(ArmOutline(name=arm[0], title=arm[0], contracts=base.contracts) for arm in arms)]
    return WaterbedMatrix(Results(core, dataclasses.replace(outline, arms=outlines)), levers, by, change)


def _arm(name: str, by: By, factor: float) -> tuple[str, str, str, float]:
    provider, sector = (name, "") if by == "provider" else ("", name)
    return f"{name} {100 * (factor - 1):+.3g} %", provider, sector, factor
