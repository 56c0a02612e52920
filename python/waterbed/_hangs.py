"""Which numbers of behaviour a result hangs on, with the letter of their evidence."""

from __future__ import annotations

import pandas as pd

from waterbed._decided import Decided
from waterbed._outline import BehaviourOutline, Outline
from waterbed._text import number

#: Log-odds, or part of elective work, below which a shift is the rounding of sums.
LEAST = 1e-5

#: Type of a decision -> the sensitivity that moves it.
SENSITIVITIES = {
    "own_volume": "theta_own_volume",
    "treat_or_refer": "theta_treat_or_refer",
    "care_borne": "theta_care_borne",
    "elective_specialist": "theta_elective_specialist",
}
#: What is done with care past a ceiling.
SUPPLY = ("goes_on", "defers", "sends_back", "sends_elsewhere")
#: How fast answers to money come, and by which forecast.
PACE = ("half_life_months", "forecast_cv")
#: Answers of patients and referrers to waits, and need that comes back.
WAITS = ("omega_refer", "omega_where", "omega_admit", "psi")
#: Answers to money that are off where they are 0.
MONEY_IF_ON = (
    "income_effort",
    "selection_per_1000",
    "theta_stay",
    "theta_attached",
    "theta_enrolment",
    "theta_coding",
)
#: Other answers that are off where they are 0.
IF_ON = ("own_payment_elasticity", "emergency_per_lost_gp_contact", "omega_enter", "anticipation", "altruism")

LETTERS = {"A": "measured", "B": "sourced but approximate", "C": "assumed"}


def hangs_on(outline: Outline, decided: Decided | None = None) -> list[BehaviourOutline]:
    """Give the numbers that can have moved anything in an arm, worst evidence first.

    Parameters
    ----------
    outline
        Of the scenario.
    decided
        Decisions that were followed: sensitivities of types that did not move are then left out, and the shares past a
        ceiling where nobody held anything back.
    """
    if not outline.kinds:  # a model of health alone: nobody is treated by anybody
        return []
    known = {row.name: row for row in outline.behaviour}
    names: list[str] = []
    if outline.incentives:
        names += [name for kind, name in SENSITIVITIES.items() if decided is None or _shifted(decided.decisions, kind)]
        names += SUPPLY if decided is None or bool((decided.held_back["share"].abs() > LEAST).any()) else ()
        names += [name for name in MONEY_IF_ON if name in known and known[name].value != 0]
        names += PACE if names else ()
    names += WAITS if outline.capacity else ("psi",)
    names += [name for name in IF_ON if name in known and known[name].value != 0]
    found = [known[name] for name in names if name in known and known[name].value != 0]
    return sorted(found, key=lambda row: "CBA".find(row.quality))


def _shifted(decisions: pd.DataFrame, kind: str) -> bool:
    return bool((decisions.loc[decisions["type"] == kind, "shift"].abs() > LEAST).any())


def hangs_sentence(found: list[BehaviourOutline]) -> str:
    """Tell them by letter: "What moves hangs on assumed numbers (C): theta_own_volume 0.13, ..."; empty if none."""
    parts = []
    for letter in dict.fromkeys(row.quality for row in found):
        shown = ", ".join(f"{row.name} {short(row.value)}" for row in found if row.quality == letter)
        parts.append(f"{LETTERS[letter]} numbers ({letter}): {shown}")
    return f"What moves hangs on {'; '.join(parts)}." if parts else ""


def letters_sentence(found: list[BehaviourOutline]) -> str:
    """Count them by letter: "Numbers of behaviour behind it: 11 assumed (C)."; empty if none."""
    counts = {letter: sum(row.quality == letter for row in found) for letter in "CBA"}
    told = ", ".join(f"{count} {LETTERS[letter]} ({letter})" for letter, count in counts.items() if count)
    return f"Numbers of behaviour behind it: {told}." if told else ""


def short(value: float) -> str:
    """Give a number without zeros at its end."""
    text = number(value, 3)
    return text.rstrip("0").rstrip(".") if "." in text else text
