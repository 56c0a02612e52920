"""Measure how cost grows, one thing at a time; print a table, and with --write keep numbers and figure for the page.

Needs build/benchmarks/one_run (benchmarks/run builds it). Costs are processor time: the machine may be shared.
"""

from __future__ import annotations

import argparse
import copy
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from waterbed.plots import _style
from waterbed.plots.scaling import fit_exponent, scaling_chart

ROOT = Path(__file__).resolve().parents[1]
LEUVEN = ROOT / "scenarios" / "leuven.yaml"
NUMBERS = ROOT / "docs" / "data" / "performance_scaling.csv"
FIGURE = ROOT / "docs" / "images" / "performance_scaling.png"
Scenario = dict[str, Any]


def one_run(scenario: Path, **options: float) -> dict[str, Any]:
    """What a run took."""
    asked = [f"{name}={value:g}" for name, value in options.items()]
    done = subprocess.run(
        [ROOT / "build" / "benchmarks" / "one_run", scenario, *asked],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def needs(flow: Scenario, many: int) -> None:
    """As many needs as before in all, of so many kinds."""
    [(name, need)] = flow["needs"].items()
    need["per_person_year"] /= many
    flow["needs"] = {f"{name}_{n}": copy.deepcopy(need) for n in range(many)}


def settings(flow: Scenario, many: int) -> None:
    """So many hospitals in the place of one: each has its three settings."""
    hospital = flow["providers"].pop("hospital")
    names = [f"hospital_{n}" for n in range(many)]
    flow["providers"] |= {name: copy.deepcopy(hospital) for name in names}
    flow["market_shares"] = [{"kind": "*", "municipality": "*", "providers": dict.fromkeys(names, 1 / many)}]
    flow["contracts"]["hospital_fee"]["holders"] = names


def contracts(flow: Scenario, many: int) -> None:
    """So many insurers, each with a contract of its own that settles on the spending of its people."""
    names = [f"insurer_{n}" for n in range(many)]
    flow["payers"] = {name: {"market_share": 1 / many} for name in names}
    for name in names:
        flow["contracts"][f"savings_{name}"] = {
            "payers": [name],
            "holders": ["gps"],
            "source": "benchmark",
            "terms": {
                "scope": {"price": "list"},
                "reference": {"steps": [{"history": {"years": 1, "weights": [1]}}]},
                "layers": {"up": [{"share": 0.5}]},
            },
        }
    flow["arms"]["usual"]["contracts"] += [f"savings_{name}" for name in names]
    flow["time"] |= {"base_years": 1, "years": 4}


def strata(flow: Scenario, many: int) -> None:
    """So many groups of persons in the reports."""
    flow["strata"] = {f"group_{n}": {"who": {"deprivation": 1 + n % 5}} for n in range(many)}


def of_flow(change: Callable[[Scenario, int], None], many: int, folder: Path) -> dict[str, Any]:
    """Run a changed flow.yaml."""
    flow: Scenario = yaml.safe_load((ROOT / "benchmarks" / "flow.yaml").read_text(encoding="utf-8"))
    change(flow, many)
    file = folder / "flow.yaml"
    file.write_text(yaml.safe_dump(flow, sort_keys=False), encoding="utf-8")
    return one_run(file, persons=0.3)


def measured(folder: Path, moment: bool) -> Iterator[tuple[str, float, float, str]]:
    """Rows of the table: what, size, cost, unit."""
    small = 0.02 if moment else 1.0
    for factor in (0.1, 0.3, 1, 3, 10):
        run = one_run(LEUVEN, persons=factor * small, years=1, burn_in=0)
        yield "persons", run["persons"], 1e9 * run["cpu_seconds"] / run["person_months"], "ns a person-month"
        yield "persons, memory", run["persons"], run["mebibytes"], "MiB at the peak"
    for years in (1, 2, 4, 8, 16):
        run = one_run(LEUVEN, persons=0.3 * small, years=years, burn_in=0)
        yield "years", years, 1e9 * run["cpu_seconds"] / run["person_months"], "ns a person-month"
    for replications in (1, 2, 4, 8):
        run = one_run(LEUVEN, persons=0.1 * small, years=2, burn_in=0, replications=replications)
        yield "replications", replications, run["cpu_seconds"], "s"
    for arms in (1, 2, 3, 5):
        run = one_run(LEUVEN, persons=0.3 * small, years=5, burn_in=0, arms=arms)
        yield "arms", arms, run["cpu_seconds"], "s"
    for name, change in (
        ("needs", needs),
        ("settings", settings),
        ("contracts that settle", contracts),
        ("strata", strata),
    ):
        for many in (1, 2, 4) if moment else (1, 2, 4, 8, 16, 32):
            run = of_flow(change, many, folder)
            size = 1 + 3 * many if name == "settings" else many
            yield name, size, 1e9 * run["cpu_seconds"] / run["person_months"], "ns a person-month"
    for threads in (1, 2):
        run = one_run(LEUVEN, persons=0.3 * small, years=2, burn_in=0, threads=threads, replications=4)
        yield "threads, clock", threads, run["seconds"], "s by the clock"


def main() -> None:
    """Print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="keep the numbers and draw the figure of docs/performance.md"
    )
    parser.add_argument("--moment", action="store_true", help="small sizes, only to see that it works")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = pd.DataFrame(list(measured(Path(folder), asked.moment)), columns=["what", "size", "cost", "unit"])
    print("| grows | from | to | cost | from | to | power (95 %) |\n|---|---:|---:|---|---:|---:|---:|")
    for what, rows in table.groupby("what", sort=False):
        fitted = fit_exponent(rows["size"].tolist(), rows["cost"].tolist())
        ends = rows["size"].iloc[[0, -1]].tolist(), rows["cost"].iloc[[0, -1]].tolist()
        interval = f" ({fitted.low:.2f} to {fitted.high:.2f})" if len(rows) > 2 else ""
        print(
            f"| {what} | {ends[0][0]:,.0f} | {ends[0][1]:,.0f} | {rows['unit'].iloc[0]} | {ends[1][0]:,.3g} "
            f"| {ends[1][1]:,.3g} | {fitted.exponent:.2f}{interval} |"
        )
    if asked.write:
        NUMBERS.parent.mkdir(exist_ok=True)
        table.to_csv(NUMBERS, index=False, float_format="%.6g")
        note = (
            "Processor time of one thread (threads: time by the clock), scenarios/leuven.yaml; needs, settings, "
            "contracts and strata: benchmarks/flow.yaml. Line: fitted power with its 95 % interval. "
            "docs/performance.md says more."
        )
        _style.write_figure(scaling_chart(table, "How cost grows", note), FIGURE)


if __name__ == "__main__":
    main()
