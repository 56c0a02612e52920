"""Workload W2 in SimPy: a process for each episode, a resource for each setting."""

from __future__ import annotations

import argparse
import json
import random
import time
from importlib.metadata import version

import network as w2
import numpy as np
import simpy


def episode(env: simpy.Environment, net: w2.Network, places: list, ways: list, at: int, seen: list) -> object:
    """One need until it ends."""
    while at >= 0:
        asked = env.now
        with places[at].request() as served:
            yield served
            yield env.timeout(random.expovariate(1.0 / net.stay[at]))
        seen.append((at, asked, env.now))
        word, on = random.random(), -1
        for to, below in ways[at]:
            if word < below:
                on = to
                break
        at = on


def stream(env: simpy.Environment, net: w2.Network, places: list, ways: list, at: int, seen: list) -> object:
    """Needs that begin at a setting."""
    while True:
        yield env.timeout(random.expovariate(net.arrivals[at]))
        env.process(episode(env, net, places, ways, at, seen))


def run(net: w2.Network, days: float, seed: int) -> list:
    """Every visit: setting, asked, left."""
    random.seed(seed)
    env = simpy.Environment()
    places = [simpy.Resource(env, servers) for servers in net.servers]
    ways = [list(enumerate(np.cumsum(row))) for row in net.routes]
    seen: list = []
    for at, rate in enumerate(net.arrivals):
        if rate > 0:
            env.process(stream(env, net, places, ways, at, seen))
    env.run(until=days)
    return seen


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=float, default=1000.0)
    days = parser.parse_args().days
    net = w2.read()
    checked = np.array(run(net, days, 1))
    w2.check(net, checked[:, 0].astype(int), checked[:, 1], checked[:, 2], days)
    begun = time.process_time()
    visits = len(run(net, days, 2))
    print(json.dumps({"per_second": visits / (time.process_time() - begun), "version": version("simpy")}))
