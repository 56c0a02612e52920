"""The chance that an ACO with no true savings is paid, by its size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed.acos._compare import ENOUGH_BEYOND, Z95, relative_spending
from waterbed.acos._published import Folder, contract_for, load, minimum_rate
from waterbed.acos._scenario import AGES, YEAR_SHOCK

FloatArray = npt.NDArray[np.float64]

#: Persons of a simulated group; larger ACOs are several groups together.
GROUP = 1_000
SIZES = (1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 20_000, 50_000, 100_000)

#: Confidence that the rule's authors chose by size, one-sided; smaller ACOs were let in with less. That it is blended
#: between 5,000, 20,000 and 50,000 people: CMS-1345-P, p. 267-268 (A). The three levels (B) are recalled; they give one
#: and the same spread per person, see `rule_reasoning`.
RULE_CONFIDENCE = {5_000: 0.90, 20_000: 0.95, 50_000: 0.99}


def phi(x: float) -> float:
    """Density of the standard normal distribution."""
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def below(x: float) -> float:
    """Share of the standard normal distribution below x."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def quantile(p: float) -> float:
    """Invert `below` by bisection."""
    low, high = -10.0, 10.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < p else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Rule:
    """What is paid: a track and its minimum rate (None: the table by size)."""

    name: str
    track: str
    minimum: float | None
    gain_share: float
    loss_share: float
    gain_limit: float = 0.10
    loss_limit: float = 0.04
    sequestration: float = 0.02

    def rate(self, people: int) -> float:
        """Minimum rate at this size, a share of the benchmark."""
        return minimum_rate(people) if self.minimum is None else self.minimum


RULES = (
    Rule("A and B, table by size", "A", None, 0.40, 0.0),
    Rule("E, 2 % both ways", "E", 0.02, 0.50, 0.30),
    Rule("E, 0 %", "E", 0.0, 0.50, 0.30),
)


def spread(person_cv: float, people: int, shock: float) -> float:
    """Give the standard deviation of an ACO's spending over its expectation: persons by chance, and a shared shock."""
    return math.hypot(person_cv / math.sqrt(people), shock)


def chance(rule: Rule, people: int, sd: float) -> float:
    """Chance of a payment without true savings, spending being normal: Phi(-minimum / sd)."""
    return below(-rule.rate(people) / sd)


def _shared(gate: float, share: float, limit: float, sd: float) -> float:
    """Integrate min(share x g, limit) over g >= gate, g normal with mean 0: past the limit it is flat."""
    if share == 0.0:
        return 0.0
    top = max(gate, limit / share)
    slope = share * sd * (phi(gate / sd) - phi(top / sd))
    return slope + min(limit, share * top) * below(-top / sd)


def expected_payment(rule: Rule, people: int, sd: float) -> float:
    """Give the expected payment net of what is owed, a share of the benchmark: normal spending, no true savings."""
    gate = rule.rate(people)
    gained = _shared(gate, rule.gain_share, rule.gain_limit, sd) * (1 - rule.sequestration)
    return gained - _shared(gate, rule.loss_share, rule.loss_limit, sd)


def rule_reasoning() -> pd.DataFrame:
    """Spread per person that the rule's table implies: minimum / z x sqrt(people).

    Returns
    -------
    pandas.DataFrame
        Columns people, minimum_rate, confidence (one-sided), z and person_cv (standard deviation over mean).
    """
    rows = []
    for people, confidence in RULE_CONFIDENCE.items():
        rate, z = minimum_rate(people), quantile(confidence)
        rows.append(
            {
                "people": people,
                "minimum_rate": rate,
                "confidence": confidence,
                "z": z,
                "person_cv": rate / z * math.sqrt(people),
            }
        )
    return pd.DataFrame(rows)


def typical_row(folder: Folder = None, people: int = GROUP) -> pd.Series:
    """Give a made-up ACO of this size: the median of every published column."""
    table = load(folder)
    row = table.median(numeric_only=True)
    ratio = float((table["N_AB_Year_PY"] / table["N_AB"]).median())
    ages = table[list(AGES)].div(table["N_AB"], axis=0).median()
    row[list(AGES)] = (ages / ages.sum() * people).to_numpy()
    row["N_AB"], row["N_AB_Year_PY"] = people, people * ratio
    row["ABtotExp"] = row["ABtotBnchmk"] = row["Per_Capita_Exp_TOTAL_PY"] * row["N_AB_Year_PY"]
    row["Met_QPS"], row["QualScore"] = 1, 0.80
    row.name = "typical"
    return row


def groups(number: int = 5_000, *, seed: int = 1, threads: int | None = None, folder: Folder = None) -> FloatArray:
    """Simulate spending of groups of 1,000 persons, over its expectation, without a shared shock; shape (number,)."""
    return relative_spending(
        typical_row(folder),
        replications=number,
        seed=seed,
        threads=threads,
        overrides={"variation.year_need_group_cv": 0},
    )


def person_cv(spending: FloatArray) -> tuple[float, float]:
    """Give the standard deviation of a person's yearly spending over its mean, from groups, and its standard error."""
    sd = float(spending.std(ddof=1)) * math.sqrt(GROUP)
    return sd, sd / math.sqrt(2 * (len(spending) - 1))


def wilson(count: int, number: int) -> tuple[float, float]:
    """95 % interval of a chance, by Wilson's score."""
    p, z2 = count / number, Z95 * Z95
    middle = (p + z2 / (2 * number)) / (1 + z2 / number)
    half = Z95 * math.sqrt(p * (1 - p) / number + z2 / (4 * number * number)) / (1 + z2 / number)
    return middle - half, middle + half


def luck_by_size(
    spending: FloatArray,
    *,
    sizes: Sequence[int] = SIZES,
    shocks: Sequence[float] = (0.0, YEAR_SHOCK),
    seed: int = 1,
    folder: Folder = None,
) -> pd.DataFrame:
    """Chance of a payment and expected payment of an ACO without true savings.

    Parameters
    ----------
    spending
        From `groups`; ACOs of n x 1,000 persons are n of them together, no group in two ACOs.
    sizes
        Numbers of persons; the simulated columns are there for multiples of 1,000.
    shocks
        Standard deviations of the shock that all persons of an ACO share, a share of spending.
    seed
        Of the shocks.
    folder
        Folder of scenarios, with `data/us` and `contracts/us`; left out: what is shipped.

    Returns
    -------
    pandas.DataFrame
        Columns rule, people, shock, minimum_rate, sd (of spending over expectation), chance and payment (by the normal
        distribution with the simulated spread per person; payment: expected, net of losses, a share of the benchmark),
        chance_low and chance_high (95 %, from the simulation error of the spread), acos (simulated), simulated,
        simulated_low and simulated_high (chance and 95 % interval, NaN unless at least 20 were paid), simulated_payment
        and simulated_payment_error (half-width of the 95 % interval).
    """
    cv, error = person_cv(spending)
    row = typical_row(folder)
    rows = []
    for shock in shocks:
        draws = np.random.default_rng(seed).standard_normal(len(spending))
        for people in sizes:
            each = people // GROUP
            acos = len(spending) // each if people % GROUP == 0 else 0
            relative = spending[: acos * each].reshape(acos, each).mean(axis=1) if acos else np.empty(0)
            relative = relative * (1 + shock * draws[:acos])
            sd, wide, narrow = (spread(c, people, shock) for c in (cv, cv + Z95 * error, cv - Z95 * error))
            for rule in RULES:
                rows.append(
                    {
                        "rule": rule.name,
                        "people": people,
                        "shock": shock,
                        "minimum_rate": rule.rate(people),
                        "sd": sd,
                        "chance": chance(rule, people, sd),
                        "chance_low": chance(rule, people, narrow),
                        "chance_high": chance(rule, people, wide),
                        "payment": expected_payment(rule, people, sd),
                        **_simulated(rule, people, relative, row, folder),
                    }
                )
    return pd.DataFrame(rows)


def _simulated(rule: Rule, people: int, relative: FloatArray, row: pd.Series, folder: Folder) -> dict[str, float]:
    """Settle each simulated ACO under the contract itself."""
    names = ("simulated", "simulated_low", "simulated_high", "simulated_payment", "simulated_payment_error")
    if len(relative) < 2:
        return {"acos": len(relative), **dict.fromkeys(names, math.nan)}
    benchmark = float(row["Per_Capita_Exp_TOTAL_PY"])
    settled = contract_for(rule.track, rule.minimum, folder).settle_many(
        person_time=people,
        assigned=people,
        benchmark_per_person_year=benchmark,
        counted=benchmark * people * relative,
        quality_score=0.8,
        quality_standard="met",
        own_revenue=benchmark * people,
        mitigated_share=0.0,
    )
    share = settled["settlement"].to_numpy() / (benchmark * people)
    paid = int((share > 0).sum())
    low, high = wilson(paid, len(share))
    told = (paid / len(share), low, high) if paid >= ENOUGH_BEYOND else (math.nan,) * 3
    error = Z95 * float(share.std(ddof=1)) / math.sqrt(len(share))
    return {"acos": len(relative), **dict(zip(names, (*told, float(share.mean()), error), strict=True))}
