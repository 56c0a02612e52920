"""Whether decision makers, who answer to each other's answers, come to rest: as simulated, and by expected flows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core
from waterbed._progress import ProgressCallback, progress_display
from waterbed._recording import at_least_one
from waterbed.scenario import Scenario

#: What moves less is the rounding of sums.
LEAST = 1e-5

Floats = npt.NDArray[np.float64]

#: How near its end a decision has come to rest: part of its range.
NEAR = 0.05


@dataclass(frozen=True)
class Settled:
    """How one series of refreshes came to rest."""

    largest_change: float  #: from one refresh to the next, as part of the range; NaN if nothing moves
    refreshes: float  #: until it stays near its end; NaN: not before the last year
    oscillates: bool  #: it turns at nearly every refresh and the swing does not die away


def settled(path: Floats, per_year: int) -> Settled:
    """Judge one series that starts from zero.

    The end is the last year, refresh by refresh: what a forecast is worth changes within the year, and so do answers to
    it, year after year.

    Parameters
    ----------
    path
        Value after each refresh.
    per_year
        Refreshes in a year.
    """
    whole = np.concatenate([[0.0], path])
    span = float(np.ptp(whole))
    if span == 0.0:
        return Settled(np.nan, 0.0, oscillates=False)
    steps = np.diff(whole)
    ends = path[len(path) - per_year :]
    away = np.array([abs(value - ends[t % per_year]) for t, value in enumerate(path)]) > NEAR * span
    first = int(np.flatnonzero(away)[-1]) + 1 if away.any() else 0
    rest = float(first) if first + per_year < len(path) else np.nan
    return Settled(float(np.abs(steps).max()) / span, rest, oscillates=_swings(steps, span))


def _swings(steps: Floats, span: float) -> bool:
    late = steps[len(steps) // 2 :]
    if len(late) < 4:
        return False
    turns = np.mean(late[1:] * late[:-1] < 0)
    sizes = np.abs(late)
    before, after = sizes[: len(late) // 2].mean(), sizes[len(late) // 2 :].mean()
    return bool(turns > 0.75 and after > NEAR * span and after >= 0.95 * before)


def settling(
    scenario: Scenario,
    arms: Iterable[str] | None = None,
    *,
    replications: int = 2,
    fixed_points: bool = True,
    seed: int | None = None,
    threads: int | None = None,
    progress: bool | ProgressCallback = True,
) -> pd.DataFrame:
    """Report whether and how fast each decision comes to rest, beside the fixed point of expected flows.

    Parameters
    ----------
    scenario
        What to run.
    arms
        Names; by default all but the baseline.
    replications
        Of which the mean path is judged.
    fixed_points
        Also iterate expected flows to where they end, without chance or queues.
    seed, threads, progress
        As of `Scenario.run`.

    Returns
    -------
    pandas.DataFrame
        One row an arm and decision that moves: arm, what (shift: log-odds of a choice; held_back: part of elective work
        not done past a ceiling), decider, type, from, to, end (mean of the last year), largest_change (from one refresh
        to the next, as part of its range), months (until it stays within 5 % of its range of where it is at that point
        of the last year; NaN: not before the last year), oscillates, fixed_point (log-odds; NaN of supply, or if there
        is none), fixed_point_found, settles (at the pace of adaptation expected flows get to the fixed point),
        expected_oscillates (at that pace they swing about it for ever).

    Raises
    ------
    ValueError
        If an arm is unknown or a number out of range.
    """
    names = [arm for arm in scenario.arms if arm != scenario.baseline] if arms is None else list(arms)
    if unknown := [name for name in names if name not in scenario.arms]:
        raise ValueError(f"arms must be of the scenario ({', '.join(scenario.arms)}), got {', '.join(unknown)}")
    count = at_least_one("replications", replications)
    wanted = 0 if threads is None else at_least_one("threads", threads)
    rows: list[dict[str, object]] = []
    for arm in names:
        paths = []
        with progress_display(progress, f"{scenario.title or scenario.name}: {arm}") as report:
            for replication in range(count):
                options = _core.RecordOptions(arm=arm, replication=replication, seed=seed, threads=wanted)
                paths.append(_core.decision_path(scenario._compiled(), options, False, report))
        end = _fixed_point(scenario, arm, seed, wanted) if fixed_points and scenario._core.incentives else None
        rows += _rows(arm, paths, end)
    return pd.DataFrame(rows)


def _fixed_point(scenario: Scenario, arm: str, seed: int | None, threads: int) -> _core.FixedPoint:
    return _core.fixed_point(scenario._compiled(), _core.RecordOptions(arm=arm, seed=seed, threads=threads))


def _rows(arm: str, paths: list[_core.DecisionPath], end: _core.FixedPoint | None) -> list[dict[str, object]]:
    path = paths[0]
    if not path.year:
        return []
    per_year = path.year.count(path.year[0])
    months = 12 / per_year
    unknown: dict[str, object] = {
        "fixed_point": np.nan,
        "fixed_point_found": False,
        "settles": False,
        "expected_oscillates": False,
    }
    series: list[tuple[dict[str, object], Floats]] = []
    shift = np.mean([p.shift for p in paths], axis=0)
    for d, info in enumerate(path.decisions):
        row: dict[str, object] = {"arm": arm, "what": "shift", "decider": info.decider, "type": info.type}
        row |= {"from": info.source, "to": info.target} | unknown
        if end is not None:
            row["fixed_point"] = float(end.shift[d]) if end.found else np.nan
            row |= {"fixed_point_found": end.found, "settles": end.settles, "expected_oscillates": end.oscillates}
        series.append((row, shift[:, d]))
    held = np.mean([p.held_back for p in paths], axis=0)
    for p, provider in enumerate(path.providers):
        row = {"arm": arm, "what": "held_back", "decider": provider, "type": "supply", "from": "", "to": ""}
        series.append((row | unknown, held[:, p]))
    rows = []
    for row, values in series:
        if not np.any(np.abs(values) > LEAST):
            continue
        found = settled(values, per_year)
        row |= {"end": float(values[-per_year:].mean()), "largest_change": found.largest_change}
        rows.append(row | {"months": found.refreshes * months, "oscillates": found.oscillates})
    columns = [
        "arm",
        "what",
        "decider",
        "type",
        "from",
        "to",
        "end",
        "largest_change",
        "months",
        "oscillates",
        *unknown,
    ]
    return [{column: row[column] for column in columns} for row in rows]
