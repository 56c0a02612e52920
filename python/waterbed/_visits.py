"""Visits like claims, and what happened to one person, as data frames."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core
from waterbed._persons import MICRO, categories

#: Bytes that a row of the table of visits takes while a data frame is made of it; measured by a test.
VISIT_ROW_BYTES = 160

#: Order of what happens on one day.
EVENTS = ("entered", "recorded", "need", "visit", "attached", "need_ended", "stage", "moved_away", "died")

#: What becomes of a need, by number.
FATES = ("arisen", "no_care", "resolved", "unresolved", "gave_up", "died", "left", "open")

TRACE_COLUMNS = ["year", "cycle", "day", "event", "what", "setting", "units", "list_price_eur", "paid_eur"]
MONEY_COLUMNS = ["paid_by", "paid_to", "contract", "term"]


class VisitFrames:
    """Turns parts of the table of visits into data frames that can be put together."""

    def __init__(self, model: _core.Model) -> None:
        labels = _core.visits_labels(model)
        settings = zip(("setting", "provider", "kind", "sector"), zip(*labels["setting"], strict=True), strict=False)
        entries = zip(
            ("contract", "term", "paid_by", "paid_to"),
            zip(*(label.split(",") for label in labels["entry"]), strict=True),
            strict=False,
        )
        self._of_setting = {name: _lookup(of) for name, of in settings}
        self._of_entry = {name: _lookup(of) for name, of in entries}
        self._needs: list[str] = labels["need"]
        self._steps: list[str] = labels["step"]

    def frame(self, part: _core.Visits) -> pd.DataFrame:
        """Name what the engine counts: positions become categories, micro-euro become euro."""
        rows = part.columns
        columns: dict[str, Any] = {name: rows[name] for name in ("visit", "person", "year", "cycle", "day")}
        columns |= {name: of(rows["setting"]) for name, of in self._of_setting.items()}
        columns["attached"] = rows["attached"].astype(np.bool_)
        columns["need"] = categories(rows["need"], self._needs)
        columns["step"] = categories(rows["step"], self._steps)
        columns["units"] = rows["units"]
        columns["list_price_eur"] = rows["list"] / MICRO
        columns["paid_eur"] = rows["paid"] / MICRO
        columns |= {name: self._of_entry[name](rows["entry"]) for name in MONEY_COLUMNS if name in self._of_entry}
        return pd.DataFrame(columns)


def _lookup(names: tuple[str, ...]) -> Callable[[npt.NDArray[Any]], pd.Categorical[str]]:
    """From positions of things to categories of their names, which several may share."""
    known = list(dict.fromkeys(names))
    codes = np.array([known.index(name) for name in names] + [len(known)], dtype=np.int32)
    return lambda positions: categories(codes[positions], known)


def together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One frame of parts, column by column, so that no more than one is held twice."""
    columns: dict[str, Any] = {}
    for name in list(frames[0].columns):
        parts = [frame.pop(name) for frame in frames]
        columns[str(name)] = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    return pd.DataFrame(columns, copy=False)


def check_memory(rows: float, row_bytes: int, limit: int | None, instead: str) -> None:
    """Refuse a table that would not fit, before it is made.

    Raises
    ------
    MemoryError
        With the sizes and what to do instead.
    """
    allowed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2 if limit is None else limit
    needed = round(rows * row_bytes)
    if needed > allowed:
        raise MemoryError(
            f"about {rows:,.0f} rows would take {needed / 2**20:,.0f} MiB, and {allowed / 2**20:,.0f} MiB are allowed; "
            f"{instead}"
        )


def trace_frame(core: _core.Trace, model: _core.Model) -> pd.DataFrame:
    """Put happenings and visits of a person into one table, in order."""
    labels = _core.visits_labels(model)

    def what(event: str, subject: int, value: int) -> str:
        if event in ("stage", "recorded"):
            condition, _, stage = labels["stage"][labels["first_stage"][subject] + value].rpartition(".")
            return f"{condition}: {stage}"
        if event == "need":
            return str(labels["need"][subject])
        return f"{labels['need'][subject]}: {FATES[value]}" if event == "need_ended" else ""

    rows = [(year, cycle, day, event, what(event, of, value)) for event, year, cycle, day, of, value in core.happenings]
    happenings = pd.DataFrame(rows, columns=["year", "cycle", "day", "event", "what"])
    visits = VisitFrames(model).frame(core.visits)
    visits["event"] = np.where(visits["attached"], "attached", "visit")
    visits["what"] = visits["need"].astype(str) + ": " + visits["step"].astype(str)
    both = pd.concat([happenings, visits], ignore_index=True)
    for name in ("year", "cycle", "day"):
        both[name] = both[name].astype(np.int64)
    both["order"] = both["event"].map({name: i for i, name in enumerate(EVENTS)})
    # A service attached to a visit comes right after it.
    both.loc[both["event"] == "attached", "order"] = EVENTS.index("visit")
    both = both.sort_values(["year", "cycle", "day", "order", "visit"], kind="stable")
    both["units"] = both["units"].astype("Int64")
    return both[TRACE_COLUMNS + MONEY_COLUMNS].reset_index(drop=True)
