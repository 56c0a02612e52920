"""Tables of the waterbed index; what is in them stands at the methods of `Difference` that give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from waterbed import _core
from waterbed._units import readable

#: Items of `Difference.beside_the_press`, with what they mean.
BESIDE = {
    "pressed_list": "pressed part at list prices",
    "pressed_cash": "pressed part in cash",
    "price_part": "price part of the press (same volume, less paid): a transfer from the providers' margin",
    "settlements": "settlements paid to providers",
    "programmes": "programme cost",
    "unserved": "need waiting at the end, at list prices",
}

Reports = Mapping[str, _core.WaterbedReport]


def ends(name: str, interval: _core.Interval | _core.Range | None, scale: float = 1) -> dict[str, float]:
    """Give the ends of an interval as columns; NaN if there is none."""
    low, high = (np.nan, np.nan) if interval is None else (interval.low / scale, interval.high / scale)
    return {f"{name}low": low, f"{name}high": high}


def index_table(reports: Reports, told: Callable[[str], str]) -> pd.DataFrame:
    """Give `Difference.waterbed`; `told` words why there is no index."""
    rows = []
    for arm, report in reports.items():
        for found in report.indices:
            unit, scale = readable(found.pressed.unit)
            rows.append(
                {
                    "arm": arm,
                    "basis": found.basis,
                    "payer": found.payer,
                    "year": found.year,
                    "unit": unit,
                    "pressed": found.pressed.mean / scale,
                    "index": np.nan if found.index is None else found.index,
                    **ends("", found.interval),
                    **ends("range_", found.range),
                    **ends("parameter_", found.parameter_range),
                    "gross": np.nan if found.gross is None else found.gross,
                    "message": told(found.message),
                }
            )
    return pd.DataFrame(rows)


def parts_table(reports: Reports) -> pd.DataFrame:
    """Give `Difference.waterbed_parts`."""
    rows = []
    for arm, report in reports.items():
        for found in report.indices:
            for part in found.parts:
                error = part.difference.simulation_error
                unit, scale = readable(part.difference.unit)
                rows.append(
                    {
                        "arm": arm,
                        "basis": found.basis,
                        "payer": found.payer,
                        "year": found.year,
                        "group": part.group,
                        "unit": unit,
                        "difference": part.difference.mean / scale,
                        **ends("", None if error is None else error.interval, scale),
                        "share": np.nan if part.share is None else part.share,
                        **ends("share_", part.interval),
                        **ends("share_range_", part.range),
                        **ends("share_parameter_", part.parameter_range),
                    }
                )
    return pd.DataFrame(rows)


def beside_table(reports: Reports) -> pd.DataFrame:
    """Give `Difference.beside_the_press`."""
    rows = []
    for arm, report in reports.items():
        for beside in report.beside:
            for item in BESIDE:
                change = getattr(beside, item)
                if change is None:
                    continue
                error = change.simulation_error
                unit, scale = readable(change.unit)
                rows.append(
                    {
                        "arm": arm,
                        "year": beside.year,
                        "item": item,
                        "unit": unit,
                        "difference": change.mean / scale,
                        **ends("", None if error is None else error.interval, scale),
                    }
                )
    return pd.DataFrame(rows)
