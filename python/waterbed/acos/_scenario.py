"""An ACO as a scenario: its members, what they cost by type of care, and how often they use it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import yaml

from waterbed.acos._care import (
    CONCENTRATION_SOURCE,
    FALLS_ILL,
    KINDS,
    RECOVERS,
    STAGES,
    TYPES,
    attrition,
    contacts_per_year,
    in_days,
    intensity,
    price,
    stage_mix,
)
from waterbed.acos._published import Folder, row_of
from waterbed.scenario import Scenario, parse

#: A person's spending is cut at this many times the mean (C): near the 99th percentile, where Medicare cuts it.
CUT_OVER_MEAN = 10.0

#: Shock of a year that all members share, coefficient of variation (C). The rule has a minimum of 2 % at any size for
#: what does not average out over members (CMS-1345-P, p. 268).
YEAR_SHOCK = 0.01

AGES = {
    "N_Ben_Age_0_64": (40, 64),
    "N_Ben_Age_65_74": (65, 74),
    "N_Ben_Age_75_84": (75, 84),
    "N_Ben_Age_85plus": (85, 99),
}

EVIDENCE = [
    ("kinds", "spending per person-year by type of care", "CMS, results of 2022", "A"),
    ("needs", "stays, visits and scans per 1,000 person-years", "CMS, results of 2022", "A"),
    ("population.cells", "members by broad age and by sex; taken as independent", "CMS, results of 2022", "B"),
    ("mortality", "person-years over persons, as a hazard of leaving alike for all", "CMS, results of 2022", "B"),
    ("needs", "use of other kinds, prices within a type, use by stage", "assumed", "C"),
    ("conditions.illness", "the dearest 5 % of people have 41.5 % of spending", CONCENTRATION_SOURCE, "B"),
    ("conditions.illness", "spells, none of which lasts for years", "fitted to the concentration", "C"),
    ("contracts.counted", "cut at ten times the mean", "assumed, near the 99th percentile", "C"),
    ("variation.year_need_group_cv", "shock that all members share", "assumed", "C"),
]


def _cells(row: pd.Series, leaving: float) -> list[dict[str, Any]]:
    """Members by sex and age a year before the performance year, when those who leave meanwhile are still there."""
    women = float(row["N_Ben_Female"]) / (float(row["N_Ben_Female"]) + float(row["N_Ben_Male"]))
    cells = []
    for column, (low, high) in AGES.items():
        persons = round(float(row[column]) * math.exp(leaving))
        by_sex = {"women": round(persons * women), "men": persons - round(persons * women)}
        for sex, count in by_sex.items():
            cells.append({"municipality": "members", "sex": sex, "age_low": low, "age_high": high, "persons": count})
    return cells


def _illness(row: pd.Series, leaving: float) -> dict[str, Any]:
    mix = [float(share) for share in stage_mix(leaving)]
    stages: dict[str, Any] = {}
    for s, stage in enumerate(STAGES):
        needs = [
            {
                "need": kind.name,
                "per_year": contacts_per_year(row, kind) * float(intensity(stage_mix(leaving), kind.power)[s]),
            }
            for kind in KINDS
        ]
        share = {"initial_share": mix[s] / sum(mix[1:])} if s else {}
        stages[stage] = {**share, "needs": needs}
    transitions = []
    for stage, falls, recovers in zip(STAGES[1:], FALLS_ILL, RECOVERS, strict=True):
        transitions += [
            {"from": "usual", "to": stage, "per_year": float(falls)},
            {"from": stage, "to": "usual", "per_year": float(recovers)},
        ]
    return {
        "title": "Spells of illness",
        "prevalence": sum(mix[1:]),
        "stages": stages,
        "transitions": transitions,
    }


def scenario_text(row: pd.Series) -> str:
    """Give the scenario of one ACO as YAML.

    Parameters
    ----------
    row
        A row of `load`.
    """
    leaving = attrition(row)
    total = sum(float(row[column]) for column in TYPES.values())
    kinds: dict[str, Any] = {}
    needs: dict[str, Any] = {}
    for kind in KINDS:
        days = {"per_day": True} if in_days(kind) else {}
        kinds[kind.name] = {
            "sector": kind.type_of_care,
            "funder": "insurer",
            "list_price": round(price(row, kind), 6),
            **days,
        }
        stay = {"stay_days": {kind.name: float(row["SNF_LOS"])}} if in_days(kind) else {}
        needs[kind.name] = {
            "title": kind.title,
            "group": "care",
            "urgency": "urgent",
            "per_person_year": 0,
            "enters": {kind.name: 1},
            **stay,
        }
    counted = {
        "scope": {"price": "list"},
        "truncate": {"person": round(CUT_OVER_MEAN * total, 2)},
        "reference": {"steps": [{"history": {"years": 1}}]},
        "layers": {"up": [{"share": 0}]},
    }
    content = {
        "waterbed": 1,
        "name": f"aco_{row.name}",
        "title": f"Medicare ACO {row.name} in 2022",
        "description": "Members, spending by type of care and use as published, illness in spells. Amounts in USD.",
        "time": {"cycle": "month", "start_year": 2022, "warm_up_years": 0, "base_years": 1, "years": 1},
        "run": {"replications": 200, "seed": 1},
        "population": {
            "seed": 1,
            "municipalities": {"members": {"title": "Members"}},
            "cells": _cells(row, leaving),
            "gp_groups": [{"provider": "aco", "municipality": "members", "share": 1}],
            "list_size": 1_000_000,
        },
        "mortality": leaving,
        "conditions": {"illness": _illness(row, leaving)},
        "sectors": {name: {} for name in TYPES},
        "payers": {"medicare": {"market_share": 1}},
        "kinds": kinds,
        "providers": {
            "aco": {"title": "The ACO", "type": "gp_group"},
            "providers_of_care": {"title": "All who deliver care", "type": "other", "kinds": list(kinds)},
        },
        "needs": needs,
        "variation": {"year_need_group_cv": YEAR_SHOCK, "practice_cv": 0},
        "behaviour": {"incentives": False, "capacity": False},
        "contracts": {
            "fees": {
                "payers": "all",
                "holders": ["providers_of_care"],
                "precedence": 1,
                "source": "Medicare pays by service; prices follow from spending and use as published",
                "terms": {"fee": {"prices": dict.fromkeys(TYPES, "list")}},
            },
            "counted": {
                "payers": "all",
                "holders": ["aco"],
                "source": "pays nothing: counts what members cost, for settlement under every track",
                "terms": counted,
            },
        },
        "arms": {"usual": {"title": "Fees", "contracts": ["fees", "counted"]}},
        "baseline": "usual",
        "evidence": [dict(zip(("field", "value", "source", "quality"), line, strict=True)) for line in EVIDENCE],
    }
    head = f"# ACO {row.name}, made by waterbed from its published row.\n"
    return head + yaml.safe_dump(content, sort_keys=False, width=118)


def scenario(aco_id: str, folder: Folder = None) -> Scenario:
    """Give one published ACO as a scenario.

    Its members by age and sex, its spending per person-year by type of care, and its stays, visits and scans per 1,000
    are as published. Persons fall ill in spells, so that spending is as concentrated as in Medicare.

    Parameters
    ----------
    aco_id
        For example A1001.
    folder
        Folder of scenarios, with `data/us` and `contracts/us`; left out: what is shipped.

    Returns
    -------
    Scenario
        One arm, `usual`: a year of burn-in and a performance year. `text` is the YAML; save it to change it.

    Raises
    ------
    ValueError
        If there is no such ACO.

    Examples
    --------
    >>> import waterbed as wb
    >>> wb.acos.scenario("A1023").arms
    ['usual']
    """
    return parse(scenario_text(row_of(aco_id, folder)))
