#!/usr/bin/env python3
"""Makes the tables beside scenarios/leiden_region.yaml, the_hague.yaml and leuven.yaml.

Everything comes from the published figures and the assumptions written below; no file is read. Each table starts with
comment lines that give its source and quality (A measured, B approximate, C assumed). docs/region.md tells the story.

    python3 tools/make_region_data.py            writes the tables
    python3 tools/make_region_data.py --check    fails if a table on disk differs
"""

import argparse
import math
import pathlib
import sys

from region_conditions import (
    DEPENDENCE,
    SEXES,
    SHAPES,
    band_middle,
    curve,
    diabetes,
    five_year_bands,
    frailty,
    from_shape,
    hip_fracture,
    hip_fracture_not_frail,
    hip_fracture_patients,
)

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "scenarios"
MAX_AGE = 120

# --- people ----------------------------------------------------------------------------------------------------------

# CBS StatLine 70072ned, 1 January 2015 (CC BY 4.0): men, women, then persons by broad age.
BROAD_AGES = ((0, 4), (5, 9), (10, 14), (15, 19), (20, 24), (25, 44), (45, 64), (65, 79), (80, 99))
CBS_2015 = {
    "leiden": (59084, 62478, (6065, 5457, 5435, 7265, 14507, 36069, 29871, 12734, 4159)),
    "leiderdorp": (12937, 13916, (1354, 1466, 1680, 1698, 1330, 5706, 8056, 4174, 1389)),
    "alphen": (53321, 54075, (5959, 6253, 6855, 6626, 5926, 26872, 30578, 14325, 4002)),
}
NETHERLANDS_2015 = (8372858, 8527868, (888322, 929655, 1009089, 1000993, 1069032, 4242279, 4753671, 2272709, 734976))

# The Hague, the same source, and quarters of it (C): Schilderswijk, Spoorwijk and Laak (EUR 141 million billed in
# 2015 at about 2,350 each: 60,000 persons) and Moerwijk. They are younger than the city: persons by broad age over its
# share.
THE_HAGUE_2015 = (254187, 260674, (32745, 29950, 28293, 27515, 34628, 160437, 129549, 52564, 19180))
THE_HAGUE_QUARTERS = {"schilderswijk_laak": 60000, "moerwijk": 20000}
YOUNGER = (1.25, 1.25, 1.25, 1.2, 1.15, 1.1, 0.92, 0.66, 0.45)

# How a broad age band falls into bands of five years (C): a student city is younger inside 25-44 than a suburb.
WITHIN = {
    "city": {25: (0.30, 0.25, 0.22, 0.23), 45: (0.27, 0.26, 0.24, 0.23)},
    "suburb": {25: (0.21, 0.22, 0.25, 0.32), 45: (0.28, 0.27, 0.23, 0.22)},
    "country": {25: (0.24, 0.235, 0.235, 0.29), 45: (0.27, 0.265, 0.24, 0.225)},
}
WITHIN_OLD = {65: (0.46, 0.31, 0.23), 80: (0.50, 0.31, 0.15, 0.04)}
SHAPE_OF = {"leiden": "city", "leiderdorp": "suburb", "alphen": "suburb"}  # others: country

# Share of men by age before it is shifted so that the municipality's men add up (C).
MEN_SHARE = ((0, 0.512), (20, 0.50), (65, 0.485), (75, 0.45), (80, 0.41), (85, 0.34), (90, 0.26), (95, 0.20))


def men_share(age):
    """Share of men before the shift that makes the total fit."""
    return [share for low, share in MEN_SHARE if low <= age][-1]


def split_ages(broad, shape):
    """Persons by five-year band, from persons by broad band."""
    persons = []
    for (low, _), count in zip(BROAD_AGES, broad, strict=True):
        parts = {**WITHIN[shape], **WITHIN_OLD}.get(low, (1.0,))
        persons += [count * part for part in parts]
    return persons


def split_sexes(persons, men):
    """(women, men) by band: one shift on the logit of the men's share makes the men add up."""
    bands = five_year_bands()

    def with_shift(shift):
        shares = []
        for low, _ in bands:
            logit = math.log(men_share(low) / (1 - men_share(low))) + shift
            shares.append(1 / (1 + math.exp(-logit)))
        return shares

    low, high = -2.0, 2.0
    for _ in range(80):
        middle = (low + high) / 2
        if sum(p * s for p, s in zip(persons, with_shift(middle), strict=True)) < men:
            low = middle
        else:
            high = middle
    shares = with_shift(low)
    return [p * (1 - s) for p, s in zip(persons, shares, strict=True)], [
        p * s for p, s in zip(persons, shares, strict=True)
    ]


def cells_of(places):
    """Rows (municipality, sex, low, high, persons), whole persons, of {name: (men, women, by broad age)}."""
    rows = []
    for name, (men, _, broad) in places.items():
        by_sex = split_sexes(split_ages(broad, SHAPE_OF.get(name, "country")), men)
        for sex, persons in zip(SEXES, by_sex, strict=True):
            rows += [
                (name, sex, low, high, round(count))
                for (low, high), count in zip(five_year_bands(), persons, strict=True)
            ]
    return rows


def region_cells():
    """Rows of the Leiden region."""
    return cells_of(CBS_2015)


def the_hague_cells():
    """Rows of The Hague: deprived quarters, and what is left of the city."""
    men, women, broad = THE_HAGUE_2015
    total, left, places = men + women, list(broad), {}
    for name, size in THE_HAGUE_QUARTERS.items():
        weights = [count * factor for count, factor in zip(broad, YOUNGER, strict=True)]
        persons = tuple(size * weight / sum(weights) for weight in weights)
        places[name] = (size * men / total, size * women / total, persons)
        left = [rest - count for rest, count in zip(left, persons, strict=True)]
    share = sum(left) / total
    places["other_quarters"] = (men * share, women * share, tuple(left))
    return cells_of(places)


def netherlands():
    """{sex: persons by five-year band}, the standard population for published crude rates."""
    men, _, broad = NETHERLANDS_2015
    return dict(zip(SEXES, split_sexes(split_ages(broad, "country"), men), strict=True))


# --- death -----------------------------------------------------------------------------------------------------------

# Gompertz-Makeham: hazard(age) = accident + midlife * exp(0.05 * age) + level * exp(slope * age), with an infant year
# and a dip in childhood. Slopes and accident follow Dutch death rates at 45 to 90; level is solved for life expectancy.
LIFE_TABLE = {
    "women": {"life_expectancy": 83.1, "slope": 0.136, "midlife": 0.0001, "accident": 0.00005, "infant": 0.0033},
    "men": {"life_expectancy": 80.1, "slope": 0.1085, "midlife": 0.0, "accident": 0.00015, "infant": 0.0036},
}
MORTALITY_BANDS = [(0, 0), (1, 4)] + [(low, low + 4) for low in range(5, 100, 5)] + [(100, MAX_AGE)]


def death_rate(age, law, level):
    """Hazard of death at an exact age, per year."""
    if age < 1:
        return law["infant"]
    accident = law["accident"] * min(1.0, 0.3 + max(0.0, age - 10) * 0.07)
    midlife = law["midlife"] * math.exp(0.05 * age) * min(1.0, max(0.0, (age - 18) / 25))
    return accident + midlife + level * math.exp(law["slope"] * min(age, 107.0))


def band_rates(law, level):
    """Central death rate by band, weighted with the survivors of the life table inside the band."""
    rates, alive = [], 1.0
    for low, high in MORTALITY_BANDS:
        deaths = lived = 0.0
        for step in range(10 * (high - low + 1)):
            rate = death_rate(low + (step + 0.5) / 10, law, level)
            died = alive * (1 - math.exp(-rate / 10))
            deaths += died
            lived += died / rate
            alive -= died
        rates.append(deaths / lived)
    return rates


def life_expectancy(rates):
    """Years lived from birth where the rate is constant in each band."""
    years, alive = 0.0, 1.0
    for (low, high), rate in zip(MORTALITY_BANDS, rates, strict=True):
        survivors = alive * math.exp(-rate * (high - low + 1))
        years += (alive - survivors) / rate
        alive = survivors
    return years


def fitted_mortality():
    """Death rates by sex and band that give the published life expectancy."""
    table = {}
    for sex, law in LIFE_TABLE.items():
        low, high = 1e-7, 1e-3
        for _ in range(80):
            middle = math.sqrt(low * high)
            if life_expectancy(band_rates(law, middle)) > law["life_expectancy"]:
                low = middle
            else:
                high = middle
        table[sex] = band_rates(law, low)
    return table


# --- curves over age -------------------------------------------------------------------------------------------------


# Bands of the tables.
TABLE_BANDS = [(low, low + 4) for low in range(0, 95, 5)] + [(95, MAX_AGE)]


def mean_over(shape, people):
    """Mean of shape[sex](age) over persons by five-year band."""
    total = sum(sum(people[sex]) for sex in SEXES)
    value = 0.0
    for sex in SEXES:
        for (low, high), persons in zip(five_year_bands(), people[sex], strict=True):
            value += persons * shape[sex](band_middle(low, high))
    return value / total


def region_people():
    """Persons of the region, {sex: by five-year band}."""
    people = {sex: [0.0] * 20 for sex in SEXES}
    for _, sex, low, _, persons in region_cells():
        people[sex][low // 5] += persons
    return people


# --- the well, and movers --------------------------------------------------------------------------------------------

# Disability-free norm of quality of life, EQ-5D-5L: a smooth curve through a published mean of 0.911 for women (C).
UTILITY = ((0, 0.95), (18, 0.93), (40, 0.92), (50, 0.91), (60, 0.90), (70, 0.89), (80, 0.85), (90, 0.78))

# Relative chance to move house to or from the region by age (C): students come and go.
MOVERS = (
    (0, 0.8),
    (10, 0.5),
    (17, 1.0),
    (20, 3.6),
    (27, 3.0),
    (34, 1.6),
    (45, 0.6),
    (60, 0.35),
    (75, 0.3),
    (85, 0.5),
    (95, 0.5),
)


# --- needs -----------------------------------------------------------------------------------------------------------

# Per need: rate per 1000 people of the region a year, then the shape over age for women and men (any scale). Rates are
# set so that flows through the pathways of the scenario meet the published totals; shapes so that GP contacts rise with
# age as published (Nivel 2017) and hospital care as a smooth curve through spending by age (Source: Vektis 2015).
FLAT = ((0, 1.0), (100, 1.0))
NEEDS = {}


def need(name, per_1000, women, men=None):
    """Declare the rate of a need: per 1000 people of the region, and its shape over age."""
    NEEDS[name] = (per_1000, {"women": women, "men": men or women})


need(
    "skin_complaint",
    470,
    ((2, 1.0), (10, 0.7), (30, 1.05), (55, 1.0), (70, 1.1), (90, 1.7)),
    ((2, 1.0), (10, 0.6), (30, 0.75), (55, 0.9), (70, 1.15), (90, 1.8)),
)
need(
    "musculoskeletal_complaint",
    590,
    ((2, 0.1), (10, 0.5), (20, 1.0), (45, 1.4), (60, 1.5), (75, 1.6), (90, 2.2)),
    ((2, 0.1), (10, 0.4), (20, 0.8), (45, 1.2), (60, 1.2), (75, 1.2), (90, 1.7)),
)
need(
    "cardiovascular_complaint",
    300,
    ((20, 0.1), (40, 0.5), (55, 1.0), (65, 1.5), (75, 2.5), (85, 4.2), (95, 5.2)),
    ((20, 0.1), (40, 0.5), (55, 1.1), (65, 1.7), (75, 2.7), (85, 4.2), (95, 5.0)),
)
need(
    "eye_complaint",
    97,
    ((2, 0.8), (10, 0.5), (30, 0.6), (55, 1.0), (70, 1.7), (80, 2.1), (90, 2.3)),
    ((2, 0.8), (10, 0.5), (30, 0.5), (55, 0.9), (70, 1.6), (80, 2.0), (90, 2.2)),
)
need(
    "abdominal_complaint",
    320,
    ((2, 0.6), (10, 0.5), (30, 1.3), (50, 1.2), (70, 1.5), (90, 2.6)),
    ((2, 0.6), (10, 0.4), (30, 0.7), (50, 0.9), (70, 1.4), (90, 2.6)),
)
need(
    "respiratory_infection",
    420,
    ((2, 1.8), (8, 0.7), (20, 0.8), (40, 1.1), (60, 1.2), (75, 1.6), (90, 3.0)),
    ((2, 2.0), (8, 0.6), (20, 0.5), (40, 0.7), (60, 0.9), (75, 1.5), (90, 3.2)),
)
need(
    "mental_complaint",
    245,
    ((3, 0.1), (12, 0.4), (20, 1.7), (40, 1.9), (60, 1.4), (75, 1.3), (90, 2.4)),
    ((3, 0.2), (12, 0.4), (20, 1.1), (40, 1.3), (60, 0.9), (75, 0.8), (90, 1.9)),
)
need(
    "other_specialist_complaint",
    370,
    ((2, 0.6), (10, 0.35), (20, 1.2), (35, 1.6), (50, 1.4), (65, 1.4), (78, 1.45), (92, 1.6)),
    ((2, 0.7), (10, 0.4), (20, 0.55), (35, 0.7), (50, 1.0), (65, 1.5), (78, 1.7), (92, 1.8)),
)
need(
    "minor_problem",
    230,
    ((2, 1.1), (10, 0.5), (30, 1.1), (55, 1.0), (70, 1.2), (85, 2.6), (95, 4.0)),
    ((2, 1.1), (10, 0.45), (30, 0.6), (55, 0.7), (70, 1.0), (85, 2.4), (95, 4.0)),
)
need(
    "prescription_contact",
    218,
    ((2, 0.1), (20, 0.4), (45, 0.7), (60, 1.0), (70, 1.7), (80, 4.2), (90, 9.0)),
    ((2, 0.1), (20, 0.2), (45, 0.5), (60, 0.9), (70, 1.6), (80, 4.0), (90, 8.5)),
)
need("child_illness", 78, ((0, 2.4), (5, 1.0), (10, 0.5), (14, 0.3), (15, 0.0)))
need(
    "injury",
    118,
    ((2, 1.0), (12, 1.1), (20, 1.0), (40, 0.7), (60, 0.9), (75, 1.4), (85, 2.8), (95, 4.5)),
    ((2, 1.1), (12, 1.4), (20, 1.5), (40, 1.0), (60, 0.8), (75, 1.0), (85, 1.8), (95, 3.0)),
)
need(
    "acute_illness",
    134,
    ((2, 1.4), (10, 0.4), (25, 0.7), (45, 0.8), (60, 1.2), (70, 1.9), (80, 3.2), (90, 5.0)),
    ((2, 1.6), (10, 0.4), (25, 0.5), (45, 0.7), (60, 1.4), (70, 2.3), (80, 3.9), (90, 6.0)),
)
need("pregnancy", 11, ((17, 0.0), (22, 0.35), (30, 1.4), (36, 0.9), (44, 0.05), (47, 0.0)), ((0, 0.0), (100, 0.0)))
need(
    "ongoing_specialist_care",
    208,
    ((0, 0.8), (7, 0.3), (25, 0.45), (40, 0.75), (55, 1.2), (65, 1.8), (75, 2.5), (82, 2.6), (92, 1.9)),
    ((0, 1.0), (7, 0.35), (25, 0.35), (40, 0.55), (55, 1.15), (65, 2.1), (75, 3.2), (82, 3.4), (92, 2.7)),
)
need(
    "physiotherapy_request",
    167,
    ((5, 0.3), (20, 0.5), (45, 1.0), (65, 1.8), (80, 3.2), (95, 3.6)),
    ((5, 0.3), (20, 0.4), (45, 0.7), (65, 1.4), (80, 2.8), (95, 3.4)),
)
need(
    "ongoing_mental_care",
    33,
    ((5, 0.2), (15, 1.2), (22, 1.8), (40, 1.5), (60, 1.0), (80, 0.7), (95, 0.4)),
    ((5, 0.2), (15, 0.9), (22, 1.5), (40, 1.6), (60, 0.9), (80, 0.5), (95, 0.4)),
)
need(
    "vascular_risk_check",
    328,
    ((35, 0.0), (45, 0.4), (55, 1.2), (65, 2.2), (75, 3.2), (85, 3.4), (95, 2.4)),
    ((35, 0.0), (45, 0.5), (55, 1.5), (65, 2.6), (75, 3.5), (85, 3.6), (95, 2.5)),
)
need(
    "repeat_medication",
    830,
    ((5, 0.1), (20, 0.3), (45, 0.8), (60, 1.5), (70, 2.2), (80, 3.0), (95, 3.2)),
    ((5, 0.1), (20, 0.2), (45, 0.7), (60, 1.5), (70, 2.3), (80, 3.1), (95, 3.3)),
)

# What is left of a rate in the Dutch regions, where conditions bring the rest as needs of their own (C); others keep
# theirs. Leuven has five conditions and the whole rates.
LEFT_BY_CONDITIONS = {
    "skin_complaint": 0.91,
    "cardiovascular_complaint": 0.80,
    "respiratory_infection": 0.96,
    "mental_complaint": 0.70,
    "acute_illness": 0.88,
    "ongoing_specialist_care": 0.60,
    "ongoing_mental_care": 0.18,
    "vascular_risk_check": 0.88,
    "repeat_medication": 0.96,
}

# Nursing at home that conditions of the scenario do not bring, in the Dutch regions: level assumed (C), shape over age
# after spending on district nursing (Source: Vektis, smooth curve), B.
AT_HOME = {
    "nursing_at_home": (
        30,
        {
            "women": ((5, 0.03), (25, 0.01), (45, 0.04), (60, 0.12), (72, 0.45), (78, 0.9), (85, 2.5), (92, 4.6)),
            "men": ((5, 0.03), (25, 0.01), (45, 0.03), (60, 0.1), (72, 0.32), (78, 0.65), (85, 1.9), (92, 3.9)),
        },
    )
}

# Zorgzaam Leuven: as the city of Leiden in age and sex (C), 102,000 people in 13 neighbourhoods (sizes C).
LEUVEN_NEIGHBOURHOODS = {
    "centre_north": 9400,
    "centre_south": 9100,
    "kessel_lo_north": 9300,
    "kessel_lo_south": 8800,
    "kessel_lo_east": 8200,
    "heverlee_north": 8600,
    "heverlee_south": 7600,
    "heverlee_east": 6900,
    "wilsele_dorp": 6100,
    "wilsele_putkapel": 5800,
    "wijgmaal": 5600,
    "vaart": 8900,
    "philips_site": 7700,
}
# Rates of Leuven over those of the Leiden region per need (C); needs that are not named keep theirs.
LEUVEN_FACTORS = {
    "skin_complaint": 1.1,
    "musculoskeletal_complaint": 1.3,
    "cardiovascular_complaint": 1.2,
    "abdominal_complaint": 1.15,
    "respiratory_infection": 1.75,
    "mental_complaint": 1.15,
    "other_specialist_complaint": 0.85,
    "minor_problem": 1.55,
    "prescription_contact": 1.4,
    "child_illness": 1.15,
    "injury": 1.15,
    "acute_illness": 0.95,
    "ongoing_specialist_care": 0.9,
    "ongoing_mental_care": 0.7,
}


# --- writing ---------------------------------------------------------------------------------------------------------


def number(value):
    """Six significant digits."""
    return f"{value:.6g}"


def age_sex_csv(comments, value, bands=None):
    """Text of an age-sex table from value(age, sex)."""
    lines = [f"# {line}" for line in comments] + ["sex,age_low,age_high,value"]
    for sex in SEXES:
        for low, high in bands or TABLE_BANDS:
            lines.append(f"{sex},{low},{high},{number(value(band_middle(low, high), sex))}")
    return "\n".join(lines) + "\n"


def keyed_csv(comments, key, values):
    """Text of a table of several curves, {name: value(age, sex)}."""
    lines = [f"# {line}" for line in comments] + [f"{key},sex,age_low,age_high,value"]
    for name, value in values.items():
        for sex in SEXES:
            for low, high in TABLE_BANDS:
                lines.append(f"{name},{sex},{low},{high},{number(value(band_middle(low, high), sex))}")
    return "\n".join(lines) + "\n"


def population_csv(comments, rows):
    """Text of a table of persons."""
    lines = [f"# {line}" for line in comments] + ["municipality,sex,age_low,age_high,persons"]
    return "\n".join(lines + [",".join(str(cell) for cell in row) for row in rows]) + "\n"


def needs_csv(comments, people, factors, more=None):
    """Text of the table of needs, those of `more` among them."""
    rates = {}
    for name, (per_1000, shape) in {**NEEDS, **(more or {})}.items():
        by_sex = {sex: (lambda age, knots=shape[sex]: curve(knots, age)) for sex in SEXES}
        level = factors.get(name, 1.0) * per_1000 / 1000 / mean_over(by_sex, people)
        rates[name] = lambda age, sex, by_sex=by_sex, level=level: by_sex[sex](age) * level
    return keyed_csv(comments, "need", rates)


def leuven_cells():
    """Every neighbourhood has the age and sex mix of Leiden; largest remainders keep the sizes whole."""
    leiden = [row[1:] for row in region_cells() if row[0] == "leiden"]
    total = sum(row[3] for row in leiden)
    rows = []
    for name, size in LEUVEN_NEIGHBOURHOODS.items():
        exact = [size * row[3] / total for row in leiden]
        persons = [int(value) for value in exact]
        by_remainder = sorted(range(len(exact)), key=lambda i: persons[i] - exact[i])
        for index in by_remainder[: size - sum(persons)]:
            persons[index] += 1
        rows += [(name, *row[:3], count) for row, count in zip(leiden, persons, strict=True)]
    return rows


def nl_tables():
    """Tables of the Netherlands: death, conditions, the norm of quality of life, movers."""
    mortality = fitted_mortality()
    mortality_lines = ["sex,age_low,age_high,value"]
    for sex in SEXES:
        for (low, high), rate in zip(MORTALITY_BANDS, mortality[sex], strict=True):
            mortality_lines.append(f"{sex},{low},{high},{number(rate)}")

    def death_rate_at(age, sex):
        return next(r for (_, high), r in zip(MORTALITY_BANDS, mortality[sex], strict=True) if age < high + 1)

    people = netherlands()
    conditions = {"type_2_diabetes": diabetes, **{name: from_shape(name, people) for name in SHAPES}}
    conditions |= {"frailty": frailty, "hip_fracture": hip_fracture_patients(death_rate_at)}
    return {
        "mortality.csv": "\n".join(
            [
                "# Deaths per person-year. Gompertz-Makeham curve with life expectancy 83.1 (women), 80.1 (men),",
                "# CBS StatLine 37360ned, 2022, and Dutch rates. Quality B. Made by tools/make_region_data.py.",
                *mortality_lines,
            ]
        )
        + "\n",
        "conditions.csv": keyed_csv(
            [
                "Share with each condition by age and sex. Levels of GP records, shapes over age published or assumed;",
                "sources and quality by condition in docs/conditions.md. Made by tools/make_region_data.py.",
            ],
            "condition",
            conditions,
        ),
        "hip_fracture.csv": age_sex_csv(
            [
                "Hip fractures per person-year of the not frail. Level by age: Vektis in nationalezorggids.nl,",
                "2017 (A; 75-84 and under 65 C); women 70 % (B). Made by tools/make_region_data.py.",
            ],
            hip_fracture_not_frail,
        ),
        "dependence.csv": age_sex_csv(
            ["Frail people who become dependent, per person-year. Assumed (C). Made by tools/make_region_data.py."],
            lambda age, sex: curve(DEPENDENCE, age),
        ),
        "utility_norm.csv": age_sex_csv(
            [
                "EQ-5D-5L of people without the conditions modelled. Smooth curve through 0.911 for women, 2020",
                "(doi 10.1007/s11136-022-03271-3); by age assumed, men + 0.01 (C). Made by tools/make_region_data.py.",
            ],
            lambda age, sex: curve(UTILITY, age) + (0.01 if sex == "men" else 0.0),
        ),
        "movers.csv": age_sex_csv(
            ["Relative chance to arrive or leave. Assumed (C). Made by tools/make_region_data.py."],
            lambda age, sex: curve(MOVERS, age),
        ),
    }


def tables():
    """All tables, {path below scenarios/: text}."""
    files = {f"data/nl/{name}": text for name, text in nl_tables().items()}
    files["data/leiden_region/population.csv"] = population_csv(
        [
            "Persons. CBS StatLine 70072ned, 1 January 2015, CC BY 4.0: totals by municipality, sex and broad age (A);",
            "five-year bands inside 25-64 and over 65, and sex by age, assumed (C). Made by tools/make_region_data.py.",
        ],
        region_cells(),
    )
    files["data/the_hague/population.csv"] = population_csv(
        [
            "Persons. CBS StatLine 70072ned, 1 January 2015, CC BY 4.0: totals by sex and broad age (A); quarters,",
            "their ages, five-year bands in broad ages, sex by age: assumed (C). Made by tools/make_region_data.py.",
        ],
        the_hague_cells(),
    )
    note = [
        "Needs per person-year at deprivation quintile 3. Shapes over age: GP contacts, Nivel 2017, and a smooth",
        "curve of hospital spending by age (Source: Vektis 2015), B; levels set so that flows meet published totals",
        "in docs/region.md, C by need. Made by tools/make_region_data.py.",
    ]
    # `waterbed calibrate` makes needs.csv of it: docs/calibration_by_age.md.
    files["data/leiden_region/needs_before_calibration.csv"] = needs_csv(
        note, region_people(), LEFT_BY_CONDITIONS, AT_HOME
    )
    files["data/leuven/population.csv"] = population_csv(
        [
            "Persons. 102,000 people of Zorgzaam Leuven, neighbourhoods of 5,000 to 10,000; sizes, ages, sexes as in",
            "Leiden 2015 (CBS 70072ned), assumed (C). Made by tools/make_region_data.py.",
        ],
        leuven_cells(),
    )
    files["data/leuven/hip_fracture_patients.csv"] = age_sex_csv(
        ["Share within a year of a hip fracture: the incidence times one year. Made by tools/make_region_data.py."],
        lambda age, sex: hip_fracture(age, sex) * 0.9,
    )
    files["data/leuven/needs.csv"] = needs_csv(
        [
            "Needs per person-year. Rates of Leiden times a factor per need, assumed (C): see docs/region.md.",
            "Made by tools/make_region_data.py.",
        ],
        region_people(),
        LEUVEN_FACTORS,
    )
    return files


def main():
    """Write or compare the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the tables on disk, write nothing")
    arguments = parser.parse_args()
    stale = []
    for name, text in tables().items():
        path = SCENARIOS / name
        if arguments.check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit("differs from what the script makes: " + ", ".join(stale))


if __name__ == "__main__":
    main()
