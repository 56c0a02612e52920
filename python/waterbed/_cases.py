"""Facts in columns for many settlements at once, and their table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core

STANDARDS = ("met", "alternative", "failed")


def is_column(name: str, value: object) -> bool:
    """Whether this fact goes in as a column; structured facts hold in every case."""
    return name in _core.fact_columns() and not isinstance(value, Mapping)


def as_columns(given: Mapping[str, object]) -> list[tuple[str, npt.NDArray[np.float64]]]:
    """Give each fact as numbers of shape (cases,) or (1,).

    Raises
    ------
    ValueError
        Naming every column that has another shape or holds something else than numbers.
    """
    columns: list[tuple[str, npt.NDArray[np.float64]]] = []
    faults: list[str] = []
    for name, value in given.items():
        array = np.asarray(value)
        if array.dtype.kind not in "fiub":
            array = np.asarray(value, dtype=object)  # NumPy would make words of the numbers among words
        if array.ndim > 1:
            faults.append(f"{name}: must be a number or have the shape (cases,), got {array.shape}")
            continue
        numbers = _numbers(name, np.atleast_1d(array), faults)
        if numbers is not None:
            columns.append((name, numbers))
    if faults:
        raise ValueError("\n  ".join(["cases cannot be settled:", *faults]))
    return columns


def _numbers(name: str, array: npt.NDArray[np.generic], faults: list[str]) -> npt.NDArray[np.float64] | None:
    if name == "quality_standard":
        codes = {word: float(code) for code, word in enumerate(STANDARDS)}
        wrong = [row for row, word in enumerate(array.tolist()) if word not in codes]
        if wrong:
            faults.append(_fault(name, f"must be one of {', '.join(STANDARDS)}", array, wrong))
            return None
        return np.array([codes[word] for word in array.tolist()], dtype=np.float64)
    if array.dtype.kind in "fiub":
        return array.astype(np.float64)
    wrong = [row for row, value in enumerate(array.tolist()) if not isinstance(value, int | float | Decimal)]
    if wrong:
        faults.append(_fault(name, "must be a number", array, wrong))
        return None
    return array.astype(np.float64)


def _fault(name: str, rule: str, array: npt.NDArray[np.generic], rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:10])) + (f" and {len(rows) - 10} more" if len(rows) > 10 else "")
    return f"{name}: {rule} (row{'s' if len(rows) > 1 else ''} {shown}; got {array.tolist()[rows[0]]!r})"


def samples_fault(spending: object) -> str:
    """Say what keeps an array from being read in place as samples of persons' spending; empty if nothing does."""
    if not isinstance(spending, np.ndarray):
        return type(spending).__name__
    if spending.dtype != np.int64:
        return str(spending.dtype)
    if spending.ndim != 2 or spending.shape[1] == 0:
        return f"shape {spending.shape}"
    return "" if spending.flags.c_contiguous else "another order"


def table(found: _core.ManySettlements) -> pd.DataFrame:
    """One row a case, amounts as the nearest number to whole cents."""
    columns: dict[str, npt.NDArray[np.generic]] = {
        name: getattr(found, f"{name}_cents") / 100.0
        for name in ("total", "settlement", "benchmark", "counted", "gain", "before_adjustment")
    }
    columns["gate_passed"] = found.gate_passed.astype(bool)
    parts = found.split_cents / 100.0
    for position, party in enumerate(found.parties):
        columns[f"split_{party}"] = parts[:, position]
    return pd.DataFrame(columns)
