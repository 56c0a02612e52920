#!/usr/bin/env python3
"""Makes the tables of targets by age and sex beside scenarios/calibration/*.yaml.

Spending is the national curve (scenarios/calibration/spending_curves.csv, Source: Vektis) times the region's
standardised ratio of 2023; contacts, referrals, admissions and visits by age are the figures written below with their
source and quality. Nothing else is read.

    python3 tools/make_region_targets.py            writes the tables
    python3 tools/make_region_targets.py --check    fails if a table on disk differs
"""

import argparse
import pathlib
import sys

import numpy as np

from waterbed.calibrate.curves import SpendingCurves

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "scenarios" / "calibration"
BANDS = (0, 5, 10, 15, 18, *range(25, 95, 5))
SEXES = ("women", "men")
LAST = 120

# Sector of the model: curves that it holds.
SECTORS = {
    "hospital": ("hospital",),
    "pharmacy": ("pharmacy",),
    "mental": ("mental",),
    "community": ("district_nursing", "geriatric_rehabilitation"),
    "paramedical": ("paramedical",),
}
# Insured years, then by sector actual and expected EUR per insured year of 2023, the latter from national rates by age
# and sex: their ratio is the standardised one. Source: Vektis, open data 2023 by municipality.
REGIONS = {
    "leiden_region": {
        "Leiden": (123308, {"hospital": (1450.7, 1491.2), "pharmacy": (321.7, 302.9), "mental": (415.0, 330.0),
                            "community": (217.5, 200.3), "paramedical": (49.6, 55.6)}),
        "Leiderdorp": (27191, {"hospital": (1754.1, 1746.6), "pharmacy": (345.1, 354.6), "mental": (254.8, 269.2),
                               "community": (267.0, 289.8), "paramedical": (51.7, 66.8)}),
        "Alphen aan den Rijn": (113165, {"hospital": (1633.9, 1647.6), "pharmacy": (330.0, 332.7),
                                         "mental": (239.6, 279.6), "community": (208.0, 237.3),
                                         "paramedical": (49.4, 63.6)}),
    },
    "the_hague": {
        "The Hague": (534714, {"hospital": (1550.6, 1498.3), "pharmacy": (329.2, 302.1), "mental": (352.4, 299.4),
                               "community": (282.1, 195.0), "paramedical": (48.4, 59.5)}),
    },
}  # fmt: skip
# EUR per unit before the sector's factor: a day (hour) of district nursing, a day of geriatric rehabilitation; and the
# factor of the sector in each scenario.
UNIT_PRICES = {"district_nursing": 66, "geriatric_rehabilitation": 342}
COMMUNITY_FACTOR = {"leiden_region": 1.02, "the_hague": 1.45}

# (first age, last age, value) per person-year or per 1000.
BY_AGE = [
    ("units_per_person", "gp_consult", "A", "Nivel 2017, staatvenz.nl",
     ((0, 4, 3.5), (5, 17, 2.3), (18, 44, 3.6), (45, 64, 4.4), (65, 74, 6.0), (75, 84, 8.9), (85, LAST, 13.3))),
    # Level of 2021, 327.1 all ages, over that of 2017, 303 (A); 75 and over from men of 2014, 509, over 293 (B).
    ("referrals_per_1000", "gp_consult", "B", "Nivel by age 2017 and 2014, raised to 327.1 of 2021",
     ((0, 17, 164), (18, 64, 318), (65, 74, 489), (75, LAST, 568))),
    # Clinical and day admissions by age, 2012 (volksgezondheidenzorg.info, LMR, A; all ages 4,309,700 = 257.2 per 1000,
    # as CBS 71857ned), over people of that age in mid-2012: read between CBS 37296ned of 2010 and 2015 for 20 to 39, 40
    # to 64, 65 to 79 and 80 up; five-year bands under 20 and 18 and 19 in proportion (B). Under 5 they count healthy
    # newborns, which the model does not admit, and are left out.
    ("visits_per_1000", "ward+day_treatment", "B",
     "admissions by age 2012, volksgezondheidenzorg.info (LMR), over CBS population",
     ((5, 17, 74), (18, 39, 157), (40, 64, 255), (65, 79, 544), (80, LAST, 653))),
    # 730,358 visits of people of 70 and over in 2019 (Schouten 2023, Acute Medicine, claims, A) on 2.37 million of them
    # (CBS), 308 per 1000, when all ages had 117 (just over 2 million; VeiligheidNL); scaled to 105 of 2022 (vzinfo.nl).
    ("visits_per_1000", "emergency_department", "B", "Schouten 2023 (claims 2019), scaled to vzinfo.nl, 2022",
     ((0, 69, 76), (70, LAST, 276))),
    # Order of size within these.
    ("visits_per_1000", "emergency_department", "C", "order of size by age within the published two",
     ((0, 4, 91), (5, 17, 68), (18, 44, 73), (45, 69, 78), (80, LAST, 350))),
]  # fmt: skip
# Contacts by age are national; where people need more than age and sex tell they are raised by the standardised ratio,
# the mean of 2015 and 2023: of GP consultations 1.114 and 1.034, of hospital care 1.107 and 1.035 (Source: Vektis).
OVER_COUNTRY = {
    "the_hague": {
        "gp_consult": (1.074, ", times the standardised ratio of GP consultations, mean of 2015 and 2023 (Vektis)"),
        "ward+day_treatment": (1.071, ", times that of hospital care, mean of 2015 and 2023 (Vektis)"),
        "emergency_department": (1.071, ", times that of hospital care, mean of 2015 and 2023 (Vektis)"),
    }
}
HEAD = "measure,of,sex,age_low,age_high,place,value,tolerance,source,quality,weight"
#: Mental care of the young is paid by municipalities and not in the curves; the model has it.
ADULT = 18
#: A band that holds more than this of a sector's spending must be met within 10 %; others are aimed at loosely.
LARGE = 0.02
#: Rehabilitation rises eightfold from 65 to 84 and rests on few stays.
WEIGHT_OF_UNITS = {"district_nursing": 4, "geriatric_rehabilitation": 12}
WEIGHT_OF_QUALITY = {"A": 4, "B": 4, "C": 0.25}


def ages_of(low):
    """Last age of a band, and the middles of its ages; the last band stands for its people of about 92."""
    at = BANDS.index(low)
    if at + 1 == len(BANDS):
        return LAST, np.array([92.5])
    return BANDS[at + 1] - 1, np.arange(low, BANDS[at + 1]) + 0.5


def ratios(region):
    """Standardised ratio of each sector, over the municipalities of a region."""
    result = {}
    for sector in SECTORS:
        actual = sum(years * by[sector][0] for years, by in REGIONS[region].values())
        expected = sum(years * by[sector][1] for years, by in REGIONS[region].values())
        result[sector] = actual / expected
    return result


def standard():
    """{(sex, first age): share of people}, national, five-year shape of 2023 in round figures (CBS; B)."""
    by_age = {0: 4.9, 5: 5.1, 10: 5.4, 15: 3.4, 18: 9.0, 25: 6.5, 30: 6.7, 35: 6.3, 40: 6.0, 45: 5.9, 50: 6.9, 55: 7.2,
              60: 6.6, 65: 5.8, 70: 5.2, 75: 4.2, 80: 2.6, 85: 1.5, 90: 0.8}  # fmt: skip
    women = {75: 0.53, 80: 0.56, 85: 0.62, 90: 0.72}
    shares = {low: {"women": women.get(low, 0.5), "men": 1 - women.get(low, 0.5)} for low in by_age}
    return {(sex, low): by_age[low] / 100 * shares[low][sex] for low in by_age for sex in SEXES}


def rows(region, curves):
    """Rows of a region's table."""
    ratio = ratios(region)
    people = standard()
    value = {
        (sector, sex, low): ratio[sector] * sum(curves.at(part, sex, ages_of(low)[1]).mean() for part in parts)
        for sector, parts in SECTORS.items()
        for sex in SEXES
        for low in BANDS
    }
    source = "Source: Vektis; curve times standardised ratio 2023"
    result = []
    for sector in SECTORS:
        total = sum(value[sector, sex, low] * people[sex, low] for sex in SEXES for low in BANDS)
        for sex in SEXES:
            for low in BANDS:
                amount = value[sector, sex, low]
                if sector == "mental" and low < ADULT:
                    continue
                large = amount * people[sex, low] > LARGE * total
                tolerance, weight = (0.10, 6) if large else (0.25, 0.25)
                if amount < 1.0:
                    continue
                result.append(
                    f"list_spending_per_person,{sector},{sex},{low},{ages_of(low)[0]},,{amount:.4g},{tolerance},"
                    f"{source},B,{weight}"
                )
    for low in BANDS:
        counted = [sector for sector in SECTORS if sector != "mental" or low >= ADULT]
        of = "+".join(counted)
        share = sum(people[sex, low] for sex in SEXES)
        amount = sum(value[sector, sex, low] * people[sex, low] for sector in counted for sex in SEXES) / share
        result.append(f"list_spending_per_person,{of},,{low},{ages_of(low)[0]},,{amount:.5g},0.05,{source},B,6")
    for kind, price in UNIT_PRICES.items():
        unit = price * COMMUNITY_FACTOR[region]
        amount = {
            low: ratio["community"]
            * sum(people[sex, low] * curves.at(kind, sex, ages_of(low)[1]).mean() for sex in SEXES)
            / sum(people[sex, low] for sex in SEXES)
            / unit
            for low in BANDS
        }
        for low in BANDS:
            # Under 65 they hold little of the spending; from 85 on the rows of the sector above say the same.
            if low < 65 or low >= 85:
                continue
            result.append(
                f"units_per_person,{kind},,{low},{ages_of(low)[0]},,{amount[low]:.4g},0.1,"
                f"{source} over list price,B,{WEIGHT_OF_UNITS[kind]}"
            )
    for measure, of, quality, source, figures in BY_AGE:
        over, why = OVER_COUNTRY.get(region, {}).get(of, (1, ""))
        for low, high, figure in figures:
            figure = round(figure * over, 2 if measure == "units_per_person" else 0)
            quality = "B" if why and quality == "A" else quality
            result.append(
                f'{measure},{of},,{low},{high},,{figure:g},0.1,"{source}{why}",{quality},{WEIGHT_OF_QUALITY[quality]}'
            )
    return result


def text(region, curves):
    """Text of a region's table."""
    lines = [
        "# Targets by age and sex, EUR of 2023 per person-year and contacts. Spending: national curves (Source:",
        "# Vektis) times the region's standardised ratio of 2023. Bands that hold more than 2 % of a sector's",
        "# spending are to be met within 10 %, others are aimed at loosely. Made by tools/make_region_targets.py,",
        "# which names each source.",
        HEAD,
    ]
    return "\n".join(lines + rows(region, curves)) + "\n"


def main():
    """Write or compare the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the tables on disk, write nothing")
    check = parser.parse_args().check
    curves = SpendingCurves(FOLDER / "spending_curves.csv")
    stale = []
    for region in REGIONS:
        file = FOLDER / f"{region}.csv"
        if not check:
            file.write_text(text(region, curves), encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text(region, curves):
            stale.append(file.name)
    if stale:
        sys.exit("differs from what the script makes: " + ", ".join(stale))


if __name__ == "__main__":
    main()
