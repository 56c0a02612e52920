"""Model beside target: whether the baseline reproduces today's region."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waterbed._measures import insured_years
from waterbed.results import Results


def calibration(results: Results) -> pd.DataFrame:
    """Each target with the baseline's mean.

    Returns
    -------
    pandas.DataFrame
        Columns name, measure, of, target, model (NaN if the run does not count it), ratio, tolerance, source, quality.
    """
    rows = []
    for target in results.outline.targets:
        model = _measured(results, target.measure, target.of)
        rows.append(
            {
                "name": target.name,
                "measure": target.measure,
                "of": target.of,
                "target": target.value,
                "model": model,
                "ratio": model / target.value if target.value else np.nan,
                "tolerance": target.tolerance,
                "source": target.source,
                "quality": target.quality,
            }
        )
    return pd.DataFrame(rows)


def _measured(results: Results, measure: str, of: str) -> float:
    """Mean over the performance years of the baseline, per insured."""
    table, per = {
        "spending_per_insured": ("list_spending", 1e-6),
        "visits_per_insured": ("visits", 1.0),
        "visits_per_1000": ("visits", 1000.0),
    }.get(measure, ("", 0.0))
    if table not in results.tables:
        return float("nan")
    known = results.attributes(table)
    axis = "sector" if of in known["sector"] else "kind"
    if of not in known[axis]:
        return float("nan")
    base = results.arms.index(results.baseline)
    stored = results.total(table, where={axis: of}).of()[:, base]
    return float(stored.mean()) * per / insured_years(results, results.baseline)
