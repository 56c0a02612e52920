"""Model beside target: whether the baseline reproduces today's region."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from waterbed._measures import insured_years
from waterbed.results import Results

CLINIC = "_clinic"


def calibration(results: Results) -> pd.DataFrame:
    """Compare each target with the baseline's mean; the columns are those of `Results.calibration`."""
    rows = []
    outline = results.outline
    years = [str(outline.start_year + year) for year in range(outline.years)]
    for target in outline.targets:
        measure = MEASURES.get(target.measure, _unknown)
        model = measure(results, target.of, years)
        rows.append(
            {
                "name": target.name,
                "measure": target.measure,
                "of": target.of,
                "target": target.value,
                "model": model,
                "ratio": model / target.value if target.value else np.nan,
                "tolerance": target.tolerance,
                "first_year": measure(results, target.of, years[:1]),
                "last_year": measure(results, target.of, years[-1:]),
                "source": target.source,
                "quality": target.quality,
            }
        )
    return pd.DataFrame(rows)


def _sum(results: Results, table: str, years: list[str], **where: list[str]) -> float:
    """Mean over replications of the baseline, over the years named."""
    if table not in results.tables:
        return float("nan")
    known = results.attributes(table)
    if any(not set(words) & set(known[axis]) for axis, words in where.items()):
        return float("nan")
    stored = results.total(table, where={**where, "year": years}).of()
    return float(stored[:, results.arms.index(results.baseline)].mean())


def _kinds(results: Results, chosen: Callable[[str], bool]) -> list[str]:
    return [kind.name for kind in results.outline.kinds if chosen(kind.name)]


def _per_insured(results: Results, amount: float, years: list[str]) -> float:
    return amount / insured_years(results, results.baseline, years)


def _moves(results: Results, years: list[str], source: Callable[[str], bool], target: Callable[[str], bool]) -> float:
    if "moves" not in results.tables:
        return float("nan")
    cells = results.total("moves", by=["from", "to"], where={"year": years})
    base = results.arms.index(results.baseline)
    kind = results.outline.setting
    return sum(
        float(cells.of(a, b)[:, base].mean()) for a, b in cells.labels if source(kind(a)[1]) and target(kind(b)[1])
    )


def _spending(results: Results, of: str, years: list[str]) -> float:
    return _per_insured(results, _sum(results, "cash_spending", years, sector=[of]), years) / 1e6


def _visits(results: Results, of: str, years: list[str]) -> float:
    per_day = {kind.name for kind in results.outline.kinds if kind.per_day}
    if of in per_day:  # the unit is a day: count admissions
        admissions = _moves(results, years, lambda kind: kind != of, lambda kind: kind == of)
        return 1000 * _per_insured(results, admissions, years)
    return 1000 * _per_insured(results, _sum(results, "visits", years, kind=[of]), years)


def _referrals(results: Results, of: str, years: list[str]) -> float:
    moves = _moves(results, years, lambda kind: kind == of, lambda kind: kind.endswith(CLINIC))
    return 1000 * _per_insured(results, moves, years)


def _outpatient(results: Results, of: str, years: list[str]) -> float:
    clinics = _kinds(results, lambda kind: kind.endswith(CLINIC))
    return 1000 * _per_insured(results, _sum(results, "visits", years, sector=[of], kind=clinics), years)


def _admitted(results: Results, of: str, years: list[str]) -> float:
    beds = {kind.name for kind in results.outline.kinds if kind.in_beds}
    visits = _sum(results, "visits", years, kind=[of])
    moves = _moves(results, years, lambda kind: kind == of, lambda kind: kind in beds)
    return moves / visits if visits else float("nan")


def _unknown(results: Results, of: str, years: list[str]) -> float:
    return float("nan")


#: Measure of a target -> its value in the baseline over the years named, a yearly mean per insured or a share.
MEASURES: dict[str, Callable[[Results, str, list[str]], float]] = {
    "spending_per_insured": _spending,
    "visits_per_1000": _visits,
    "referrals_per_1000": _referrals,
    "outpatient_visits_per_1000": _outpatient,
    "admitted_share": _admitted,
}
