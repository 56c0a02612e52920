"""Run every benchmark and print the table of docs/performance.md; see benchmarks/run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scaling import LEUVEN, one_run

import waterbed

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "build" / "benchmarks"
PEERS = ROOT / "build" / "peers"


@dataclass(frozen=True)
class Row:
    """One line of the table. ``rate`` is work a second of processor time."""

    workload: str
    who: str
    rate: float
    unit: str
    note: str = ""


def google(program: str, moment: bool) -> dict[str, dict[str, float]]:
    """Run a program of Google Benchmark; by name of the benchmark, its counters and ``cpu_time``."""
    least = "0.01" if moment else "1"
    done = subprocess.run(
        [BUILT / program, "--benchmark_format=json", f"--benchmark_min_time={least}"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)["benchmarks"]
    failed = [one for one in found if one.get("error_occurred")]
    if failed:
        raise SystemExit(f"{program}: {failed}")
    return {one["name"]: one for one in found}


def python(script: str, *arguments: str) -> dict[str, float]:
    """Run a script that prints one line of JSON."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / script, *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PEERS)},
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def arms_together(moment: bool) -> list[Row]:
    """One arm and five, in turn; the least of each. Five are to take 2.5 times one at most."""
    sizes = {"persons": 0.02, "years": 1} if moment else {}
    runs = [[one_run(LEUVEN, arms=arms, **sizes) for arms in (1, 5)] for _ in range(1 if moment else 5)]
    one, five = (min(both, key=lambda run: run["cpu_seconds"]) for both in zip(*runs, strict=True))
    times = five["cpu_seconds"] / one["cpu_seconds"]
    unit = "person-months/s"
    return [
        Row("Leuven, years and arms", "one arm", one["person_months"] / one["cpu_seconds"], unit),
        Row(
            "",
            "five arms together",
            five["person_months"] / five["cpu_seconds"],
            unit,
            f"{times:.2f} times the time of one (goal: 2.5)",
        ),
    ]


def rows(moment: bool) -> list[Row]:
    """Measure; a workload and what stands beside it follow each other in time."""
    w1 = google("sick_sicker_bench", moment)
    call = python("python_call.py", *(["--calls", "2"] if moment else []))
    numpy = python("peers/sick_sicker_numpy.py", *(["--persons", "10000"] if moment else []))
    unit = "person-cycles/s"
    table = [
        Row("W1 Sick-Sicker", "waterbed, C++", w1["SickSicker"]["person_cycles"], unit),
        Row("", "waterbed, C++, file to answer", w1["SickSickerFromFile"]["person_cycles"], unit),
        Row(
            "",
            "waterbed, Python call",
            6e9 / call["cpu_milliseconds"],
            unit,
            f"file to answer: {call['cpu_milliseconds']:.0f} ms of processor, {call['milliseconds']:.0f} by the clock, "
            f"{call['default_milliseconds']:.0f} on every processor",
        ),
        Row("", "plain C++ loop", w1["PlainLoop"]["person_cycles"], unit),
        Row("", f"NumPy {numpy['version']} script", numpy["per_second"], unit),
    ]
    w2 = google("flow_bench", moment)
    table += [
        Row("W2 flow, capacities", "waterbed, C++", w2["Flow"]["visits"], "visits/s"),
        Row("", "plain C++ event heap", w2["PlainHeap"]["visits"], "visits/s"),
    ]
    for name, script, days in (("SimPy", "flow_simpy.py", "100"), ("Ciw", "flow_ciw.py", "60")):
        peer = python(f"peers/{script}", *(["--days", days] if moment else []))
        table.append(Row("", f"{name} {peer['version']}", peer["per_second"], "visits/s"))
    w3 = google("settlement_bench", moment)
    unit = "person-samples/s"
    table += [
        Row("W3 settlement", "waterbed, C++, who bears what", w3["SettleSamplesBearing"]["person_samples"], unit),
        Row("", "plain C++ loop, who bears what", w3["PlainLoopBearing"]["person_samples"], unit),
        Row("", "waterbed, C++, totals", w3["SettleSamples"]["person_samples"], unit),
        Row("", "plain C++ loop, totals", w3["PlainLoop"]["person_samples"], unit),
        Row("single cases", "waterbed, C++", w3["SettleMany"]["cases"], "settlements/s"),
    ]
    region = google("engine_bench", moment)["PersonMonths"]["person_months"]
    table.append(Row("Leuven, all features", "waterbed, C++", region, "person-months/s", f"{1e9 / region:.0f} ns each"))
    table += arms_together(moment)
    limit = google("limit_bench", moment)
    unit = "person-months/s"
    least = limit["Limit"]["person_months"]
    kinds = ("draws", "compares", "look_ups", "additions")
    notes = {
        who: "per person-month: " + ", ".join(f"{limit[who][kind]:.2f} {kind.replace('_', '-')}" for kind in kinds)
        for who in ("Engine", "Limit")
    }
    table += [
        Row("Leuven, 5 years alone", "waterbed, C++", limit["Engine"]["person_months"], unit, notes["Engine"]),
        Row("", "least work for its events", least, unit, notes["Limit"]),
    ]
    return table


def printed(table: list[Row]) -> str:
    """Markdown: rates, and each beside the first of its workload."""
    lines = ["| workload | who | rate | unit | over the first | |", "|---|---|---:|---|---:|---|"]
    first = 1.0
    for row in table:
        first = row.rate if row.workload else first
        unit, name = (1e9, "G") if row.rate >= 1e9 else (1e6, "M") if row.rate >= 1e6 else (1e3, "k")
        rate = f"{row.rate / unit:.3g} {name}"
        lines.append(f"| {row.workload} | {row.who} | {rate} | {row.unit} | {row.rate / first:.2g} | {row.note} |")
    return "\n".join(lines)


def machine() -> str:
    """Where and when."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    processor = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    version = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=True).stdout
    return "; ".join(
        [
            f"{processor}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} when it began",
            platform.platform(),
            version.splitlines()[0],
            f"Python {platform.python_version()}",
            f"waterbed {waterbed.__version__}",
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        ]
    )


def main() -> None:
    """Print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moment", action="store_true", help="only to see that everything works")
    moment = parser.parse_args().moment
    where = machine()
    print(printed(rows(moment)))
    print(f"\nRates by processor time, one thread. {where}.")


if __name__ == "__main__":
    main()
