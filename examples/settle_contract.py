"""Settle Dutch shared savings: one year, then many spendings and quality scores at once, then the payoff."""

from pathlib import Path

import numpy as np

import waterbed as wb

contract = wb.contracts.load(
    "nl/gp_shared_savings",
    **{
        "terms.reference": {"steps": [{"given": {}}]},
        "terms.quality": {"target": "layers_up", "met": "score", "alternative": "score", "failed": "score"},
    },
)
year = {"person_time": 10_000, "benchmark_per_person_year": 1930}

# 9,900 people at 1,650 and 100 at 39,000, each cut at 22,500: 715,000 saved, half of it times the quality score.
groups = [{"people": 9900, "each": 1650}, {"people": 100, "each": 39_000}]
settled = contract.settle(counted={"groups": groups}, quality_score=0.8, **year)
print(settled.lines.to_string(index=False))
print("paid:", settled.total, settled.currency)

spend, quality = np.meshgrid(np.linspace(17e6, 20e6, 1001), [0.2, 0.4, 0.6, 0.8, 1.0])
cut = {"counted.total": spend.ravel(), "counted.truncated_at": 22_500}
cases = contract.settle_many(quality_score=quality.ravel(), **cut, **year)
print(cases.groupby(quality.ravel())["settlement"].describe()[["mean", "min", "max"]].round(2))

Path("out").mkdir(exist_ok=True)
contract.plot.payoff(quality_score=0.8, **year).savefig("out/payoff.png")
