"""What members of an ACO use, at which price, and how illness spreads it over persons."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]

CYCLES = 12

#: Spells of illness: hazards per year of falling ill from `usual` and of recovery, and a month's cost over the mean.
#: Fitted (C) so that a year's spending is as concentrated as in `CONCENTRATION`. No spell is meant to last for years:
#: what is known when a year begins is taken to be in the risk-adjusted benchmark.
STAGES = ("usual", "ill", "severe", "critical")
FALLS_ILL = np.array([0.656, 0.242, 0.037])
RECOVERS = np.array([6.26, 3.86, 2.57])
INTENSITY = np.array([0.0438, 1.322, 9.0, 23.85])

#: Shares of spending of the most expensive 1, 5, 10, 20 and 50 % of people over 65 in fee-for-service Medicare,
#: 2007-2018, before any cut (B: abstract).
CONCENTRATION = {0.01: 0.149, 0.05: 0.415, 0.10: 0.600, 0.20: 0.791, 0.50: 0.957}
CONCENTRATION_SOURCE = "Wallis et al., EClinicalMedicine (2021), 100873, abstract"

#: How use follows the cost of a stage: costly care in proportion, scans and emergency visits less, office visits least,
#: since who is well also sees a doctor (C).
COSTLY, BETWEEN, EVERYDAY = 1.0, 2 / 3, 1 / 3


@dataclass(frozen=True)
class Kind:
    """A kind of care: its type of spending, and published or assumed use per person-year."""

    name: str
    title: str
    type_of_care: str
    column: str = ""  # published use per 1,000 person-years; empty where it is not published
    assumed: float = 0.0  # use per person-year where it is not published (C)
    part: float = 1.0  # share of the type's spending that this kind and others with the same part have together (C)
    weight: float = 1.0  # price against the others of that part (C)
    power: float = COSTLY


KINDS = (
    Kind("hospital_stay", "Hospital stay", "inpatient", "ADM"),
    Kind("hospice_care", "Hospice care", "hospice", assumed=0.05),
    Kind("nursing_day", "Day in a skilled nursing facility", "skilled_nursing", "P_SNF_ADM"),
    Kind("emergency_visit", "Emergency visit", "outpatient", "P_EDV_Vis", part=0.2, weight=3, power=BETWEEN),
    Kind("ct_scan", "CT scan", "outpatient", "P_CT_VIS", part=0.2, weight=1, power=BETWEEN),
    Kind("mri_scan", "MRI scan", "outpatient", "P_MRI_VIS", part=0.2, weight=2, power=BETWEEN),
    Kind("other_outpatient", "Other outpatient care", "outpatient", assumed=0.5, part=0.8),
    Kind("primary_care_visit", "Primary care visit", "physician", "P_EM_PCP_Vis", part=0.2, power=EVERYDAY),
    Kind("specialist_visit", "Specialist visit", "physician", "P_EM_SP_Vis", part=0.2, power=EVERYDAY),
    Kind("other_physician", "Other care of physicians", "physician", assumed=0.75, part=0.8),
    Kind("ambulance_ride", "Ambulance ride", "ambulance", assumed=0.1),
    Kind("home_health_care", "Home health care", "home_health", assumed=0.15),
    Kind("equipment", "Medical equipment", "equipment", assumed=0.5, power=EVERYDAY),
)

#: Type of care -> published spending, USD per person-year.
TYPES = {
    "inpatient": "CapAnn_INP_All",
    "hospice": "CapAnn_HSP",
    "skilled_nursing": "CapAnn_SNF",
    "outpatient": "CapAnn_OPD",
    "physician": "CapAnn_PB",
    "ambulance": "CapAnn_AmbPay",
    "home_health": "CapAnn_HHA",
    "equipment": "CapAnn_DME",
}


def in_days(kind: Kind) -> bool:
    """Whether the unit is a day of a stay; its length is published."""
    return kind.column == "P_SNF_ADM"


def contacts_per_year(row: pd.Series, kind: Kind) -> float:
    """Stays, visits or scans per person-year."""
    return float(row[kind.column]) / 1_000 if kind.column else kind.assumed


def price(row: pd.Series, kind: Kind) -> float:
    """USD per unit, so that use times price adds up to the published spending of the type."""

    def units(k: Kind) -> float:
        return contacts_per_year(row, k) * (float(row["SNF_LOS"]) if in_days(k) else 1.0)

    together = [k for k in KINDS if (k.type_of_care, k.part) == (kind.type_of_care, kind.part)]
    spending = float(row[TYPES[kind.type_of_care]]) * kind.part
    return spending * kind.weight / sum(k.weight * units(k) for k in together)


def attrition(row: pd.Series) -> float:
    """Hazard per year of leaving, so that person-years per person are as published: (1 - exp(-h)) / h = ratio."""
    ratio = float(row["N_AB_Year_PY"]) / float(row["N_AB"])
    low, high = 1e-9, 2.0
    for _ in range(60):
        h = (low + high) / 2
        low, high = (h, high) if -math.expm1(-h) / h > ratio else (low, h)
    return (low + high) / 2


def stage_mix(leaving: float) -> FloatArray:
    """Share of members in each stage that spells and leaving keep, with at most one event a cycle; shape (stages,)."""
    exits = np.zeros((len(STAGES), len(STAGES)))
    exits[0, 1:] = FALLS_ILL
    exits[1:, 0] = RECOVERS
    hazard = exits.sum(axis=1) + leaving
    moves = exits * (-np.expm1(-hazard / CYCLES) / hazard)[:, None]
    mix = np.full(len(STAGES), 1 / len(STAGES))
    for _ in range(1_000):
        mix = mix * np.exp(-hazard / CYCLES) + mix @ moves
        mix /= mix.sum()
    return mix


def intensity(mix: FloatArray, power: float) -> FloatArray:
    """Use in each stage against the mean over members, which is 1; shape (stages,)."""
    raw = INTENSITY**power
    return np.asarray(raw / (mix @ raw))
