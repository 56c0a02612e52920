"""Conditions of the Dutch regions: prevalence, incidence and progress by age and sex, as curves.

Levels are those of GP records, shapes over age follow published tables or are assumed; docs/conditions.md tells both
and docs/region.md the quality letters. Read by tools/make_region_data.py; no file is read here.
"""

import itertools
import math
from collections.abc import Callable, Sequence

SEXES = ("women", "men")
Knots = Sequence[tuple[float, float]]
Curve = Callable[[float, str], float]


def curve(knots: Knots, age: float) -> float:
    """Straight lines between (age, value) knots, flat outside."""
    if age <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(knots):
        if age <= x1:
            return y0 + (y1 - y0) * (age - x0) / (x1 - x0)
    return knots[-1][1]


def five_year_bands() -> list[tuple[int, int]]:
    """Bands (low, high) of ages 0 to 99."""
    return [(low, low + 4) for low in range(0, 100, 5)]


def band_middle(low: int, high: int) -> float:
    """Age that stands for a band."""
    return (low + min(high, 99) + 1) / 2


# Diabetes known to the GP per 1000, 2017, bands of five years to 85+ (volksgezondheidenzorg.info, A).
DIABETES = {
    "men": "1.0 2.5 3.7 5.3 6.4 7.3 10.2 16.0 29.5 46.6 70.0 104.8 144.1 189.8 228.8 257.4 267.5 262.3",
    "women": "1.1 1.7 3.7 5.9 7.1 8.2 9.6 15.2 23.1 35.8 54.1 78.5 109.6 140.7 182.6 218.8 254.8 251.1",
}
# Share that is type 2, by age (C), so that about 90 % of all diabetes is (A).
TYPE_2_SHARE = ((20, 0.0), (25, 0.15), (40, 0.7), (55, 0.93), (100, 0.95))

# Shape over age (any scale) by sex, then the level: share of the Dutch population of that sex known to the GP.
SHAPES: dict[str, tuple[dict[str, Knots], dict[str, float]]] = {
    # 31.0 and 31.2 per 1000, 2021 (vzinfo.nl, A); shape assumed (C).
    "copd": (
        dict.fromkeys(
            SEXES, ((30, 0.0), (42, 0.4), (52, 2.0), (62, 5.5), (72, 10.0), (80, 12.0), (88, 10.5), (97, 8.0))
        ),
        {"women": 0.0312, "men": 0.0310},
    ),
    # 248,400 men and 337,800 women, 2019 (volksgezondheidenzorg.info, A), over 8.58 and 8.70 million; shape assumed.
    "asthma": (
        {
            "women": ((0, 0.1), (4, 0.5), (8, 0.9), (14, 1.0), (20, 1.1), (45, 1.0), (60, 1.15), (75, 1.1), (90, 0.8)),
            "men": ((0, 0.15), (4, 0.8), (8, 1.4), (14, 1.5), (20, 1.2), (30, 0.85), (45, 0.75), (75, 0.8), (90, 0.6)),
        },
        {"women": 0.0388, "men": 0.0290},
    ),
    # 13.3 and 14.2 per 1000, 2021 (vzinfo.nl, A); shape from admissions by age 2021 (hartenvaatcijfers.nl, A) over
    # people of that age, smoothed; women are older when they have it.
    "heart_failure": (
        {
            "women": ((25, 0.0), (45, 0.25), (55, 0.9), (65, 2.4), (75, 7.5), (85, 19.0), (92, 27.0), (97, 29.0)),
            "men": ((25, 0.0), (45, 0.5), (55, 1.8), (65, 4.8), (75, 11.5), (85, 22.0), (92, 27.0), (97, 29.0)),
        },
        {"women": 0.0142, "men": 0.0133},
    ),
    # 55.7 and 33.5 per 1000, 2020 (vzinfo.nl, A); smooth curve after DYNAMO-HIA, Netherlands 2005, held at 85 up (B).
    "coronary_disease": (
        {
            "women": ((33, 0.0), (42, 3.0), (52, 12.0), (62, 45.0), (72, 122.0), (80, 195.0), (87, 220.0)),
            "men": ((33, 0.0), (42, 8.0), (52, 42.0), (62, 130.0), (72, 245.0), (80, 298.0), (87, 305.0)),
        },
        {"women": 0.0335, "men": 0.0557},
    ),
    # Smooth curve after DYNAMO-HIA, Netherlands 2005, held at 87 up, level too: no figure of GP records was found (B).
    "stroke": (
        {
            "women": ((30, 0.0), (42, 2.8), (52, 5.6), (62, 14.8), (72, 40.5), (80, 72.0), (87, 88.0)),
            "men": ((30, 0.0), (42, 1.9), (52, 6.1), (62, 22.5), (72, 65.0), (80, 106.0), (87, 117.0)),
        },
        {"women": 0.0, "men": 0.0},
    ),
    # 526,600 people, 30 per 1000, 2019-2021 (vzinfo.nl, A); women over men 63 to 42 (NEMESIS-2, A); shape assumed (C).
    "depression": (
        dict.fromkeys(SEXES, ((11, 0.0), (16, 0.5), (22, 1.05), (35, 1.15), (50, 1.25), (65, 1.05), (80, 1.15))),
        {"women": 0.0361, "men": 0.0240},
    ),
    # 18.6 and 11.2 per 1000, 2019 (volksgezondheidenzorg.info, A); shape assumed (C).
    "rheumatoid_arthritis": (
        dict.fromkeys(SEXES, ((14, 0.0), (25, 0.25), (40, 0.9), (55, 2.1), (70, 3.6), (80, 4.1), (90, 4.0))),
        {"women": 0.0186, "men": 0.0112},
    ),
    # About 900,000 people within 20 years of a diagnosis, 50 per 1000, 2023 (IKNL, B); sexes and shape assumed (C).
    "cancer": (
        {
            "women": ((0, 0.5), (20, 2), (35, 10), (45, 28), (55, 60), (65, 105), (75, 150), (85, 170), (95, 172)),
            "men": ((0, 0.5), (20, 2), (35, 6), (45, 14), (55, 38), (65, 100), (75, 185), (85, 240), (95, 245)),
        },
        {"women": 0.053, "men": 0.047},
    ),
    # Chronic eczema and psoriasis, 70 per 1000, and its shape: assumed (C).
    "skin_disease": (
        dict.fromkeys(SEXES, ((0, 0.5), (2, 1.5), (5, 1.4), (12, 1.05), (25, 0.9), (45, 0.9), (65, 1.0), (85, 1.1))),
        {"women": 0.074, "men": 0.066},
    ),
    # Severe mental illness in care, 11 per 1000 (Delespaul 2013, recalled; level and shape C).
    "severe_mental_illness": (
        dict.fromkeys(SEXES, ((14, 0.0), (20, 0.7), (30, 1.5), (45, 1.8), (60, 1.5), (72, 0.9), (85, 0.7))),
        {"women": 0.0105, "men": 0.0115},
    ),
}
# Stroke per 1000 as its curve has it.
OWN_LEVEL = {"stroke"}

# Frailty of people at home: 65-74 20 %, 75-84 32 %, 85+ 50 % (C), drawn out smoothly; women 1.1, men 0.88 times (C).
FRAILTY = (
    *((45, 0.0), (52, 0.01), (57, 0.03), (62, 0.08), (67, 0.16), (72, 0.23), (77, 0.29), (82, 0.37)),
    *((87, 0.48), (92, 0.57), (97, 0.62)),
)
FRAILTY_SEX = {"women": 1.1, "men": 0.88}
# Progress of frailty to dependence per year by age (C).
DEPENDENCE = ((55, 0.03), (67, 0.05), (77, 0.07), (84, 0.10), (90, 0.14), (97, 0.18))

# Hip fractures per 100,000 a year: 65-74 238, 85+ 2043, all ages 143, 2017 (Vektis in nationalezorggids.nl, A);
# 75-84 about 1000 and 10 % under 65 (C). Women 70 % (B).
HIP_FRACTURE = ((20, 2.0), (45, 8.0), (55, 30.0), (62, 75.0), (70, 240.0), (80, 950.0), (87, 1950.0), (95, 2500.0))
HIP_FRACTURE_SEX = {"women": 1.28, "men": 0.72}
# Of the frail over those who are not; the table is that of people who are not frail, the mean stays as published.
HIP_FRACTURE_FRAIL_RATIO = 2.0
# After a fracture (C): years in the first month, in rehabilitation and until the recovered are as before; share who do
# not recover of those who live on, share who live on, mortality ratio of who does not recover.
HIP_ACUTE_YEARS, HIP_REHABILITATION_YEARS, HIP_RECOVERED_YEARS = 1 / 12, 1 / 4, 2 / 3
HIP_NOT_RECOVERED, HIP_LIVE_ON, HIP_NOT_RECOVERED_RATIO = 0.45, 0.83, 2.4


def frailty(age: float, sex: str) -> float:
    """Share who are frail or dependent."""
    return curve(FRAILTY, age) * FRAILTY_SEX[sex]


def hip_fracture(age: float, sex: str) -> float:
    """Hip fractures per person-year."""
    return curve(HIP_FRACTURE, age) * HIP_FRACTURE_SEX[sex] / 1e5


def hip_fracture_not_frail(age: float, sex: str) -> float:
    """Hip fractures per person-year of people who are not frail."""
    return hip_fracture(age, sex) / (1 + frailty(age, sex) * (HIP_FRACTURE_FRAIL_RATIO - 1))


def hip_fracture_patients(death_rate: Curve) -> Curve:
    """Share in a stage of hip fracture by age: those who recover soon, and those of all ages before who did not."""
    lasting = {}
    for sex in SEXES:
        share, shares = 0.0, []
        for step in range(1200):
            age = step / 10
            shares.append(share)
            gained = hip_fracture(age, sex) * HIP_LIVE_ON * HIP_NOT_RECOVERED * (1 - share)
            lost = share * (HIP_NOT_RECOVERED_RATIO - 1) * death_rate(age, sex)
            share += (gained - lost) / 10
        lasting[sex] = shares

    def patients(age: float, sex: str) -> float:
        years = HIP_ACUTE_YEARS + HIP_REHABILITATION_YEARS + HIP_LIVE_ON * (1 - HIP_NOT_RECOVERED) * HIP_RECOVERED_YEARS
        return hip_fracture(age, sex) * years + lasting[sex][min(1199, int(age * 10))]

    return patients


def diabetes(age: float, sex: str) -> float:
    """Share with type 2 diabetes known to the GP."""
    return float(DIABETES[sex].split()[min(int(age) // 5, 17)]) / 1000 * curve(TYPE_2_SHARE, age)


def from_shape(name: str, people: dict[str, list[float]]) -> Curve:
    """Share with a condition of SHAPES; its crude level holds over `people`, persons by sex and five-year band."""
    shape, level = SHAPES[name]
    factor = {}
    for sex in SEXES:
        if name in OWN_LEVEL:
            factor[sex] = 1e-3
            continue
        parts = zip(people[sex], five_year_bands(), strict=True)
        mean = math.fsum(persons * curve(shape[sex], band_middle(*band)) for persons, band in parts)
        factor[sex] = level[sex] * sum(people[sex]) / mean
    return lambda age, sex: curve(shape[sex], age) * factor[sex]
