"""The arms of the Leiden region: prices that are neutral, a page that shows all of them."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from commands import tool_named
from waterbed.results import PARTS


@pytest.fixture(scope="module")
def prices(root: Path) -> ModuleType:
    return tool_named(root, "region_prices")


@pytest.fixture(scope="module")
def page(root: Path) -> ModuleType:
    return tool_named(root, "region_arms")


@pytest.mark.slow
def test_insurers_pay_what_they_pay_now_if_nobody_answers(prices: ModuleType) -> None:
    shares = prices.paid_more(1)
    # Four standard deviations of one replication around zero; docs/region.md has what the tool measured over eight.
    assert abs(shares["wider_bundle"].item()) < 4 * 0.00014
    assert abs(shares["population_capitation"].item()) < 4 * 0.0025


def test_the_page_shows_every_arm_and_the_prices_of_the_files(root: Path, page: ModuleType, prices: ModuleType) -> None:
    text = (root / "docs" / "region.md").read_text(encoding="utf-8")
    made = text.partition(page.BEGIN)[2].partition(page.END)[0]
    scenario = wb.load(root / "scenarios" / "leiden_region.yaml")
    titles = [arm.title for arm in scenario._core.arms if arm.name != scenario.baseline]
    assert f"| a year | {' | '.join(titles)} |" in made
    for title in titles:
        assert len(re.findall(rf"^\| {re.escape(title)} \|", made, re.MULTILINE)) >= 2  # index and patients
    for bundle in prices.BUNDLES:
        assert f"{prices.terms(bundle)['bundle']['price']:.2f}" in text
    rates = [group["rate"] for group in prices.terms(prices.CAPITATION)["capitation"]["classes"].values()]
    assert f"from {min(rates):,.2f} EUR at 18 to 44 to {max(rates):,.2f} of the known frail" in text
    for image in re.findall(r"\]\((images/\S+)\)", made):
        assert (root / "docs" / image).stat().st_size > 10_000


def test_parts_of_settlements_add_up_on_the_page(root: Path, page: ModuleType) -> None:
    text = (root / "docs" / "region.md").read_text(encoding="utf-8")
    head = f"| arm | settled | {' | '.join(PARTS)} |\n"
    rows = [line for line in text.partition(head)[2].partition("\n\n")[0].splitlines() if not line.startswith("|---")]
    assert len(rows) == 2
    for row in rows:
        cells = [
            cell.strip().partition(" (")[0].replace("−", "-").replace(",", "") for cell in row.strip("| ").split("|")
        ]
        settled, *parts = (float(cell) for cell in cells[1:])
        assert sum(parts) == pytest.approx(settled, abs=(1 + len(parts)) / 2)  # each rounded to a thousand


def test_the_tool_shows_the_parts_of_each_arm_that_settles(page: ModuleType, settled: wb.Results) -> None:
    rows = page.settled(settled)
    assert [row[0] for row in rows] == [settled.outline.arm_title("shared_savings")]
    paid = settled.compare("usual").table("settlement", where={"item": "paid"})
    change = paid[paid["arm"] == "shared_savings"].iloc[0]
    assert rows[0][1] == page.change(change, 1e3 * settled.outline.years, 0)


def test_a_change_is_written_with_the_half_width_of_its_interval(page: ModuleType) -> None:
    row = pd.Series({"difference": -12_340.0, "low": -14_340.0, "high": -10_340.0})
    assert page.change(row, 1e3, 1) == "−12.3 (± 2.0)"
    assert page.change(pd.Series({"difference": 0.04, "low": np.nan, "high": np.nan}), 1.0, 1) == "0.0"
    assert page.change(pd.Series({"difference": np.nan, "low": np.nan, "high": np.nan}), 1.0, 1) == "-"


def test_lines_of_the_page_are_differences_of_the_tables(page: ModuleType, made: wb.Results) -> None:
    difference = made.compare("usual")
    rows = {row[0]: row[1:] for row in page.changes(difference)}
    insurers = [p.name for p in made.outline.payers if p.insurer]
    cash = made.total("cash_spending", where={"payer": insurers}).of().astype(np.float64)
    years = made.total("population").of()[:, made.arms.index("usual")].mean() / made.outline.cycles_per_year
    for arm, cell in zip(difference.arms, rows["what insurers pay, EUR per insured"], strict=True):
        change = (cash[:, made.arms.index(arm)] - cash[:, made.arms.index("usual")]).mean() / page.MICRO / years
        assert float(cell.partition(" ")[0].replace("−", "-").replace(",", "")) == pytest.approx(change, abs=0.05)
