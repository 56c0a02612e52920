"""The quantities that a comparison reports, replication by replication, as integers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from waterbed._outline import words
from waterbed._units import HOURS_PER_FTE
from waterbed.results import Cells, IntArray, Results

#: Measures are held in millionths of their unit, so that differences are exact.
SCALE = 1_000_000


@dataclass(frozen=True)
class Measure:
    """One line of a comparison: ``amounts[replication, arm]`` in millionths of `unit`."""

    group: str
    name: str
    label: str
    unit: str
    amounts: IntArray
    total: bool = False


def insured_years(results: Results, baseline: str, years: list[str] | None = None) -> float:
    """Years lived over the performance years (some, or all) in the baseline, mean over replications.

    One number for every arm, so that a difference per insured remains paired and linear.
    """
    where = None if years is None else {"year": years}
    cycles = results.total("population", where=where).of()[:, results.arms.index(baseline)]
    return float(cycles.mean()) / results.outline.cycles_per_year


def _ratio(numerator: npt.NDArray[Any], denominator: npt.NDArray[Any]) -> IntArray:
    safe = np.where(denominator == 0, 1.0, denominator)
    return np.asarray(np.rint(SCALE * np.where(denominator == 0, 0.0, numerator / safe)), dtype=np.int64)


class Measures:
    """Computes groups of measures from one set of results."""

    def __init__(self, results: Results, baseline: str) -> None:
        self._results = results
        self._tables = results.tables
        self._person_years = insured_years(results, baseline)

    def has(self, table: str) -> bool:
        """Whether the run counted anything in this table."""
        return table in self._tables and self._results.values(table).size > 0

    def all(self) -> list[Measure]:
        """Every group, in the order of a report."""
        found: list[Measure] = []
        for group in (self.list_spending, self.cash, self.volume, self.staff, self.waits, self.health, self.parties):
            found += group()
        return found

    def per_person_year(self, stored: IntArray, stored_per_unit: float) -> IntArray:
        """Millionths of a unit per insured-year of the baseline."""
        return _ratio(stored / stored_per_unit, np.full(stored.shape, self._person_years))

    def _per_year(self, stored: IntArray, stored_per_unit: float) -> IntArray:
        years = max(1, self._results.outline.years)
        return _ratio(stored / stored_per_unit, np.full(stored.shape, float(years)))

    def _by_sector(self, cells: Cells) -> Iterator[tuple[str, IntArray]]:
        order = [*self._results.outline.sectors, *(label[0] for label in cells.labels)]
        for sector in dict.fromkeys(order):
            if (sector,) in cells.labels and cells.of(sector).any():
                yield sector, cells.of(sector)

    def _sectors(
        self, group: str, table: str, unit: str, scale: float, total: str, where: dict[str, list[str]] | None = None
    ) -> list[Measure]:
        cells = self._results.total(table, by=["sector"], where=where)
        rows = [
            Measure(group, sector, words(sector), unit, self.per_person_year(values, scale))
            for sector, values in self._by_sector(cells)
        ]
        summed: IntArray = cells.amounts.sum(axis=2)
        return [*rows, Measure(group, "total", total, unit, self.per_person_year(summed, scale), total=True)]

    def list_spending(self) -> list[Measure]:
        """Volume at one frozen price list, EUR per insured per year."""
        if not self.has("list_spending"):
            return []
        group = "Spending at list prices"
        return self._sectors(group, "list_spending", "EUR per insured per year", SCALE, "Total at list prices")

    def cash(self) -> list[Measure]:
        """Give what left each payer, EUR per insured per year."""
        if not self.has("cash_spending"):
            return []
        group, unit = "Spending in cash", "EUR per insured per year"
        rows = self._sectors(group, "cash_spending", unit, SCALE, "Total in cash")
        by_payer = self._results.total("cash_spending", by=["payer"])
        insurers = [p.name for p in self._results.outline.payers if p.insurer]
        classes: dict[str, IntArray] = {}
        for (payer,) in by_payer.labels:
            label = "of which insurers" if payer in insurers else f"of which {words(payer).lower()}"
            classes[label] = classes.get(label, np.int64(0)) + by_payer.of(payer)
        for label, values in classes.items():
            if values.any() and len(classes) > 1:
                name = label.removeprefix("of which ").replace(" ", "_")
                rows.append(Measure(group, name, label, unit, self.per_person_year(values, SCALE)))
        return rows

    def volume(self) -> list[Measure]:
        """Visits and days of stay by sector, per 1,000 insured per year."""
        if not self.has("visits"):
            return []
        per_day = {kind.name for kind in self._results.outline.kinds if kind.per_day}
        rows: list[Measure] = []
        for group, days in (("Visits", False), ("Days of stay", True)):
            kinds = self._results.attributes("visits")["kind"]
            kept = [kind for kind in kinds if (kind in per_day) == days]
            cells = self._results.total("visits", by=["sector"], where={"kind": kept})
            for sector, values in self._by_sector(cells):
                per_1000 = self.per_person_year(values, 1 / 1000)
                rows.append(Measure(group, sector, words(sector), "per 1,000 insured per year", per_1000))
        return rows

    def staff(self) -> list[Measure]:
        """Full-time equivalents by sector."""
        if not self.has("hours"):
            return []
        scale = 1000.0 * HOURS_PER_FTE
        cells = self._results.total("hours", by=["sector"])
        rows = [
            Measure("Staff", sector, words(sector), "full-time equivalents", self._per_year(values, scale))
            for sector, values in self._by_sector(cells)
        ]
        total: IntArray = cells.amounts.sum(axis=2)
        return [
            *rows,
            Measure("Staff", "total", "Total staff", "full-time equivalents", self._per_year(total, scale), total=True),
        ]

    def waits(self) -> list[Measure]:
        """Mean elective wait by kind, in days, over those admitted in the region."""
        if not (self.has("admitted") and self.has("wait_days")):
            return []
        outside = {p.name for p in self._results.outline.providers if p.out_of_region}
        inside = [p for p in self._results.attributes("admitted")["provider"] if p not in outside]
        where = {"urgency": ["elective"], "provider": inside}
        admitted = self._results.total("admitted", by=["kind"], where=where)
        days = self._results.total("wait_days", by=["kind"], where=where)
        return [
            Measure("Waits", kind, words(kind), "days", _ratio(days.of(kind), admitted.of(kind)))
            for (kind,) in admitted.labels
            if admitted.of(kind).any()
        ]

    def health(self) -> list[Measure]:
        """Quality-adjusted life years, deaths, and need left unserved at the end."""
        outline = self._results.outline
        rows = self._by_stratum("qalys", "QALYs", "per year", outline.discount_qalys)
        rows += self._by_stratum("health_costs", "Costs of health", "EUR per year", outline.discount_costs)
        if self.has("deaths"):
            deaths = self._results.total("deaths").of()
            rows.append(Measure("Health", "deaths", "Deaths", "per year", self._per_year(deaths, 1.0)))
        if self.has("unserved_value"):
            last = self._results.attributes("unserved_value")["year"][-1]
            left = self._results.total("unserved_value", where={"year": last}).of()
            unit = "EUR thousand at list prices"
            values = _ratio(left / 1e9, np.ones(left.shape))
            rows.append(Measure("Need not served", "unserved", "Waiting at the end of the last year", unit, values))
        return rows

    def _by_stratum(self, table: str, name: str, unit: str, discount: float) -> list[Measure]:
        """Present value over the performance years, spread evenly over them: year t, from 0, counts (1 + d)^-t."""
        if not self.has(table):
            return []
        cells = self._results.total(table, by=["year", "stratum"])
        years = self._results.attributes(table)["year"]
        how = f"discounted {100 * discount:g} % a year" if discount > 0 else "not discounted"
        rows = []
        for stratum in dict.fromkeys(label[1] for label in cells.labels):
            summed = sum(cells.of(year, stratum) / (1.0 + discount) ** t for t, year in enumerate(years))
            if table != "qalys" and not np.any(summed):
                continue  # only models of health alone count these
            values = self._per_year(np.asarray(np.rint(summed), dtype=np.int64), SCALE)
            title = self._results.outline.strata.get(stratum) or words(stratum)
            rows.append(Measure("Health", f"{table}.{stratum}", f"{name}, {how}: {title}", unit, values))
        return rows

    def parties(self) -> list[Measure]:
        """Each provider's result and what each payer spent, EUR thousand a year."""
        rows: list[Measure] = []
        group, unit = "Results of the parties", "EUR thousand per year"
        if self.has("provider_result"):
            cells = self._results.total("provider_result", by=["provider"], where={"item": "result"})
            for (provider,) in cells.labels:
                title = self._results.outline.provider_title(provider)
                if cells.of(provider).any():
                    values = self._per_year(cells.of(provider), 1000.0 * SCALE)
                    rows.append(Measure(group, provider, title, unit, values))
        if self.has("cash_spending"):
            cells = self._results.total("cash_spending", by=["payer"])
            for (payer,) in cells.labels:
                if cells.of(payer).any():
                    values = self._per_year(-cells.of(payer), 1000.0 * SCALE)
                    rows.append(Measure(group, payer, f"{words(payer)} (less paid)", unit, values))
        return rows
