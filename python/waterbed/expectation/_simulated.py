"""What results of a simulation tell of health gained: realised against expected, by group, and the share of luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from waterbed import _core

if TYPE_CHECKING:
    from waterbed.results import Results

#: Of one measurement: the groups of one year, by whom luck is told from skill.
MEASUREMENT = ["arm", "replication", "year", "expectation", "stratum"]


def health_gain(results: Results) -> pd.DataFrame:
    """Give realised against expected health by group and stratum, see `Results.health_gain`."""
    columns = ["people", "realised", "expected", "gain", "low", "high", "credibility", "estimate", "within",
               "luck_person", "luck_group"]  # fmt: skip
    index = [*MEASUREMENT, "practice_group"]
    if "health_gain" not in results.tables:
        empty = pd.DataFrame(columns=pd.Index([*index, *columns]))
        return empty.set_index(index)
    rows = results.to_pandas("health_gain")
    sums = rows.pivot_table(index=index, columns="item", values="health_gain_qaly", aggfunc="sum", observed=True)
    people = results.to_pandas("health_gain_people").set_index(index)["health_gain_people_persons"]
    sums["people"] = people.reindex(sums.index)
    sums = sums[sums["people"] > 0]
    frames = [_measured(each) for _, each in sums.groupby(level=MEASUREMENT, observed=True, sort=False)]
    return pd.concat(frames)[columns]


def _measured(sums: pd.DataFrame) -> pd.DataFrame:
    """Means per person of one measurement, with the chance of their persons."""
    people = sums["people"].to_numpy(np.float64)
    made = pd.DataFrame({"people": sums["people"]})
    for name in ("realised", "expected"):
        made[name] = sums[name] / people
    made["gain"] = made["realised"] - made["expected"]
    if len(sums) < 2 or people.max() < 2:
        return made.assign(**dict.fromkeys(LUCK, np.nan), low=np.nan, high=np.nan)
    off = (sums["realised"] - sums["expected"]).to_numpy(np.float64)
    squares = sums["squared_residuals"].to_numpy(np.float64)
    groups = list(zip(people.astype(int).tolist(), off.tolist(), squares.tolist(), strict=True))
    whole, rows = _core.credibility_of_sums(groups)
    of_groups: dict[str, Any] = {name: [row[name] for row in rows] for name in ("credibility", "estimate")}
    made = made.assign(**of_groups, **{name: whole[name] for name in ("within", "luck_person", "luck_group")})
    error = 1.959964 * np.sqrt(whole["within"] / people)
    return made.assign(low=made["gain"] - error, high=made["gain"] + error)


#: What one group alone cannot tell.
LUCK = ("credibility", "estimate", "within", "luck_person", "luck_group")
