"""Workload W2 in Ciw."""

from __future__ import annotations

import argparse
import json
import time
from importlib.metadata import version

import ciw
import network as w2
import numpy as np


def run(net: w2.Network, days: float, seed: int) -> list:
    """Every visit, as Ciw records it."""
    ciw.seed(seed)
    made = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate) if rate > 0 else None for rate in net.arrivals],
        service_distributions=[ciw.dists.Exponential(1.0 / stay) for stay in net.stay],
        routing=net.routes.tolist(),
        number_of_servers=list(net.servers),
    )
    simulation = ciw.Simulation(made)
    simulation.simulate_until_max_time(days)
    return simulation.get_all_records()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=float, default=400.0)
    days = parser.parse_args().days
    net = w2.read()
    checked = np.array([(r.node - 1, r.arrival_date, r.exit_date) for r in run(net, days, 1)])
    w2.check(net, checked[:, 0].astype(int), checked[:, 1], checked[:, 2], days)
    begun = time.process_time()
    visits = len(run(net, days, 2))
    print(json.dumps({"per_second": visits / (time.process_time() - begun), "version": version("ciw")}))
