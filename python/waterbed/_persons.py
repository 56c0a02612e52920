"""Tables with one line a person, as data frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core

#: Millionths in which the engine counts money and QALYs.
MICRO = 1_000_000


def person_years_frame(core: _core.PersonYears) -> pd.DataFrame:
    """Name what the engine counts: positions become categories, micro-euro become euro."""
    labels = core.labels
    columns: dict[str, Any] = {}
    spending: npt.NDArray[np.int64] | None = None
    for name, values in core.columns.items():
        if name in labels:
            columns[name] = categories(values, labels[name], ordered=name.startswith(("stage_", "recorded_")))
        elif name == "sex":
            columns[name] = categories(values, ["women", "men"])
        elif name in ("died", "moved_away"):
            columns[name] = values.astype(np.bool_)
        elif name == "qalys":
            columns[name] = values / MICRO
        elif name.startswith("spending_"):
            spending = values.astype(np.int64) if spending is None else spending + values
            columns[f"{name}_eur"] = values / MICRO
        else:
            columns[name] = values
    columns["spending_eur"] = 0.0 if spending is None else spending / MICRO
    return pd.DataFrame(columns)


def categories(codes: npt.NDArray[Any], names: list[str], *, ordered: bool = False) -> pd.Categorical[str]:
    """Positions in a list of names; a position past it, 'none of them', becomes missing."""
    signed = codes.astype(np.int32)
    signed[signed >= len(names)] = -1
    return pd.Categorical.from_codes(signed, categories=pd.Index(names), ordered=ordered)
