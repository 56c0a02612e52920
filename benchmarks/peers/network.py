"""The network of workload W2 and its exact answer (Jackson 1957, Erlang 1917)."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILE = Path(__file__).resolve().parents[1] / "flow_network.csv"


@dataclass(frozen=True)
class Network:
    """Settings in the order of the file; rates a day, stays in days."""

    names: list[str]
    servers: list[int]
    arrivals: np.ndarray
    stay: np.ndarray
    routes: np.ndarray  # (from, to), what is left ends the episode

    def visits(self) -> np.ndarray:
        """Visits a day of every setting: arrivals = outside + routed."""
        return np.linalg.solve(np.eye(len(self.names)) - self.routes.T, self.arrivals)

    def mean_times(self) -> np.ndarray:
        """Mean days from asking to leaving, each setting an M/M/c queue of its own (Jackson)."""
        times = []
        for visits, servers, stay in zip(self.visits(), self.servers, self.stay, strict=True):
            load = visits * stay
            terms = [load**n / math.factorial(n) for n in range(servers)]
            last = load**servers / math.factorial(servers) / (1 - load / servers)
            times.append(stay + last / (sum(terms) + last) * stay / (servers - load))
        return np.array(times)


def read(file: Path = FILE) -> Network:
    """Read the network."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    names = [row["setting"] for row in rows]
    return Network(
        names,
        [int(row["servers"]) for row in rows],
        np.array([float(row["arrivals_per_day"]) for row in rows]),
        np.array([float(row["mean_stay_days"]) for row in rows]),
        np.array([[float(row[f"to_{name}"]) for name in names] for row in rows]),
    )


def check(network: Network, setting: np.ndarray, asked: np.ndarray, left: np.ndarray, days: float) -> None:
    """Fail unless visits and times agree with the exact answer within 4 standard errors of 20 batches of time.

    The first tenth of the time is left out: the network starts empty.
    """
    batches = 20
    start = days / 10
    batch = np.floor((asked - start) / (days - start) * batches).astype(int)
    inside = (batch >= 0) & (batch < batches)
    for s, (name, rate, time) in enumerate(zip(network.names, network.visits(), network.mean_times(), strict=True)):
        mine = inside & (setting == s)
        count = np.bincount(batch[mine], minlength=batches)
        mean = np.bincount(batch[mine], weights=(left - asked)[mine], minlength=batches) / count
        for what, found, exact in (("visits a day", count / (days - start) * batches, rate), ("days", mean, time)):
            error = found.std(ddof=1) / math.sqrt(batches)
            if abs(found.mean() - exact) > 4 * error:
                raise SystemExit(f"{name}: {what} {found.mean():.5g} +- {error:.2g}, exact {exact:.5g}")
