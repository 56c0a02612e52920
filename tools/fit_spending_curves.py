#!/usr/bin/env python3
"""Fits smooth curves of health spending over age and ships their parameters: scenarios/calibration/spending_curves.csv.

    .venv/bin/python tools/fit_spending_curves.py FOLDER

FOLDER holds three tables of Vektis (www.vektis.nl/open-data) that are not part of this project: spending per insured
year by age band, sex and sector of 2015 (vektis2015_nl_age_sex_sector.csv), totals by age band and sex of 2023
(vektis2023_nl_age_sex_total.csv) and sectors of municipalities of 2023 (vektis2023_region_sector.csv).

The cells of 2015 are first raked to 2023: to the national mean of each sector and to the totals by age and sex
(iterative proportional fitting). Then ln(EUR + 1) of each sector and sex is fitted by a natural cubic spline through
ten ages, weighted by spending. What is shipped are the spline's values at those ages, EUR of 2023 (Source: Vektis), and
how well the curve fits; no cell.
"""

import argparse
import csv
import math
import pathlib

import numpy as np

from waterbed.calibrate.curves import KNOTS, basis

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "scenarios" / "calibration" / "spending_curves.csv"
#: Columns of 2015 in each sector of the model; the rest is raked along, so that totals are those of all care.
SECTORS = {
    "gp": ("gp_capitation", "gp_consult", "gp_chain_care", "gp_other"),
    "hospital": ("hospital",),
    "pharmacy": ("pharmacy",),
    "mental": ("mental",),
    "district_nursing": ("district_nursing",),
    "geriatric_rehabilitation": ("geriatric_rehab",),
    "paramedical": ("paramedical",),
    "devices": ("devices",),
    "transport": ("transport",),
    "maternity": ("maternity",),
    "dental": ("dental",),
    "other": ("other",),
}
#: Sectors of 2015 that one category of 2023 holds.
CATEGORIES = {
    "General practice": ("gp",),
    "Medical specialist care": ("hospital",),
    "Pharmacy": ("pharmacy",),
    "Mental health (GGZ)": ("mental",),
    "Nursing rehabilitation and short-stay care": ("district_nursing", "geriatric_rehabilitation"),
    "Paramedical care": ("paramedical",),
    "Medical devices": ("devices",),
    "Patient transport": ("transport",),
    "Maternity care": ("maternity",),
    "Dental care": ("dental",),
    "Other Zvw care": ("other",),
}
SHIPPED = ("gp", "hospital", "pharmacy", "mental", "district_nursing", "geriatric_rehabilitation", "paramedical")
SEXES = {"F": "women", "M": "men"}


def rows_of(file):
    """Rows of a table, its comment lines left out."""
    with file.open(encoding="utf-8") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def first_age(band):
    """First age of a band such as 5-9 or 90+; None for a row of all ages."""
    head = band.split("-")[0].rstrip("+")
    return int(head) if head.isdecimal() else None


def read(folder):
    """Cells of 2015 (age and sex, sector), insured years and totals of 2023 by cell, and means of 2023 by category."""
    spending = [r for r in rows_of(folder / "vektis2015_nl_age_sex_sector.csv") if first_age(r["age_band"]) is not None]
    spending = [r for r in spending if r["sex"] in SEXES]
    totals = {(r["age_band"], r["sex"]): r for r in rows_of(folder / "vektis2023_nl_age_sex_total.csv")}
    cells = [(first_age(r["age_band"]), r["sex"]) for r in spending]
    table = np.array([[sum(float(r[c]) for c in columns) for columns in SECTORS.values()] for r in spending])
    later = [totals[r["age_band"], r["sex"]] for r in spending]
    years = np.array([float(r["insured_years"]) for r in later])
    total = np.array([float(r["total"]) for r in later])
    means = {
        r["care_category"]: float(r["eur_per_insured_year"])
        for r in rows_of(folder / "vektis2023_region_sector.csv")
        if r["municipality"] == "Netherlands"
    }
    return cells, table, years, total, means


def rake(table, years, total, means):
    """Scale cells in turn to the categories' means and to the totals by age and sex, until both hold."""
    names = list(SECTORS)
    table = table.copy()
    level = (years * total).sum() / years.sum() / sum(means.values())  # both margins must add up to the same
    for _ in range(200):
        for category, sectors in CATEGORIES.items():
            columns = [names.index(sector) for sector in sectors]
            mean = (table[:, columns].sum(axis=1) * years).sum() / years.sum()
            table[:, columns] *= means[category] * level / mean
        table *= (total / table.sum(axis=1))[:, None]
    return table / level


def fit(ages, spending, years):
    """Values of ln(EUR + 1) at the knots, by least squares weighted with the cell's share of spending."""
    design = basis(ages)
    weight = np.sqrt(np.maximum(years * spending, 1e-6 * (years * spending).sum()))
    ridge = 1e-4 * weight.max() * np.diff(np.eye(len(KNOTS)), n=2, axis=0)  # holds knots where nothing is spent
    left = np.concatenate([design * weight[:, None], ridge])
    right = np.concatenate([np.log(spending + 1) * weight, np.zeros(len(ridge))])
    return np.linalg.lstsq(left, right, rcond=None)[0]


def main():
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    cells, table, years, total, means = read(folder)
    table = rake(table, years, total, means)
    lines = [
        "# Health spending per insured year, Netherlands, EUR of 2023: values at ten ages of smooth curves, natural",
        "# cubic splines of ln(EUR + 1). Source: Vektis, open data 2015 by age, sex and sector, raked to the totals by",
        "# age and sex and to the sectors of 2023 (B). Fit: root mean square and largest relative distance from the",
        "# cells that hold more than 2 % of the sector's spending. Made by tools/fit_spending_curves.py.",
    ]
    rows = ["sector,sex,age,eur"]
    for sector in SHIPPED:
        column = table[:, list(SECTORS).index(sector)]
        share = column * years / (column * years).sum()
        distances = []
        for code, sex in SEXES.items():
            chosen = [i for i, cell in enumerate(cells) if cell[1] == code]
            ages = np.array([cells[i][0] + 2.5 for i in chosen])
            values = fit(ages, column[chosen], years[chosen])
            curve = np.exp(basis(ages) @ values) - 1
            rows += [
                f"{sector},{sex},{age:g},{max(0.0, math.exp(v) - 1):.5g}" for age, v in zip(KNOTS, values, strict=True)
            ]
            big = share[chosen] > 0.02
            distances += list(((curve - column[chosen]) / column[chosen])[big])
        spread = np.array(distances)
        lines.append(
            f"# {sector}: {100 * math.sqrt((spread**2).mean()):.1f} %, {100 * np.abs(spread).max():.1f} % "
            f"over {len(spread)} cells"
        )
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("\n".join(lines + rows) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
