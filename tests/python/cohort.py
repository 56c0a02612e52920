"""The Sick-Sicker model followed exactly, as a matrix: what the simulation must average to.

Source: Alarid-Escudero et al., An introductory tutorial on cohort state-transition models in R using a
cost-effectiveness analysis example, Medical Decision Making 43 (2023) 3-20.
"""

from __future__ import annotations

import numpy as np

from waterbed._parameters import FloatArray

CYCLES = 75
ARMS = ["standard", "a", "b", "ab"]
STAGES = "conditions.disease.stages"
RATES = "conditions.disease.transitions"
#: Paths in the scenario, with the values of the published base case.
BASE_CASE = {
    "mortality": 0.002,
    f"{STAGES}.healthy.utility": 1.0,
    f"{STAGES}.healthy.cost_per_cycle": 2000.0,
    f"{STAGES}.sick.utility": 0.75,
    f"{STAGES}.sick.cost_per_cycle": 4000.0,
    f"{STAGES}.sick.mortality_ratio": 3.0,
    f"{STAGES}.sicker.utility": 0.5,
    f"{STAGES}.sicker.cost_per_cycle": 15000.0,
    f"{STAGES}.sicker.mortality_ratio": 10.0,
    f"{RATES}[0].per_year": 0.15,
    f"{RATES}[1].per_year": 0.5,
    f"{RATES}[2].per_year": 0.105,
    "programmes.treatment_a.treatment.cost_per_cycle": 12000.0,
    "programmes.treatment_a.treatment.utility.sick": 0.95,
    "programmes.treatment_b.treatment.cost_per_cycle": 13000.0,
    "programmes.treatment_b.treatment.hazard_ratios[0].ratio": 0.6,
}


def within_cycle() -> FloatArray:
    """Weights of cycles 0 to 75 as the published code has them: a third at both ends, two and four thirds between."""
    weights = np.where(np.arange(CYCLES + 1) % 2 == 1, 2 / 3, 4 / 3)
    weights[[0, -1]] = 1 / 3
    return weights


def follow(values: FloatArray, names: list[str]) -> tuple[FloatArray, FloatArray]:
    """Discounted cost and QALYs of a person, both of shape (set, arm), for values of shape (set, name)."""
    p = {name: values[:, names.index(name)] for name in BASE_CASE}
    stage = [{key: p.get(f"{STAGES}.{name}.{key}") for key in ("utility", "cost_per_cycle", "mortality_ratio")}
             for name in ("healthy", "sick", "sicker")]  # fmt: skip
    alive = [np.exp(-p["mortality"] * (1.0 if s["mortality_ratio"] is None else s["mortality_ratio"])) for s in stage]
    discount = 1.03 ** -np.arange(CYCLES + 1.0) * within_cycle()
    costs, qalys = np.zeros((2, len(values), len(ARMS)))
    for k, arm in enumerate(ARMS):
        ratio = p["programmes.treatment_b.treatment.hazard_ratios[0].ratio"] if "b" in arm else 1.0
        falls, heals, worsens = (
            1 - np.exp(-p[f"{RATES}[{i}].per_year"] * (ratio if i == 2 else 1.0)) for i in range(3)
        )
        here = [np.ones(len(values)), np.zeros(len(values)), np.zeros(len(values))]
        time = np.zeros((3, len(values)))
        for t in range(CYCLES + 1):
            time += discount[t] * np.array(here)
            healthy, sick, sicker = (share * a for share, a in zip(here, alive, strict=True))
            here = [
                healthy * (1 - falls) + sick * heals,
                healthy * falls + sick * (1 - heals - worsens),
                sick * worsens + sicker,
            ]
        extra = sum(p[f"programmes.treatment_{x}.treatment.cost_per_cycle"] for x in arm if arm != "standard")
        own = [s["cost_per_cycle"] for s in stage]
        better = p["programmes.treatment_a.treatment.utility.sick"] if arm in ("a", "ab") else stage[1]["utility"]
        costs[:, k] = time[0] * own[0] + time[1] * (own[1] + extra) + time[2] * (own[2] + extra)
        qalys[:, k] = time[0] * stage[0]["utility"] + time[1] * better + time[2] * stage[2]["utility"]
    return costs, qalys
