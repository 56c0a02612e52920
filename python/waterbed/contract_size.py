"""The chance of a loss under a contract, by how many people it covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
import yaml

from waterbed import _core
from waterbed._checkpoints import Checkpoints
from waterbed._overrides import Override
from waterbed._progress import ProgressCallback
from waterbed.results import Results
from waterbed.scenario import Scenario
from waterbed.sweeps import sweep


def loss_by_size(
    scenario: Scenario,
    sizes: Sequence[float],
    *,
    replications: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    arms: Iterable[str] | None = None,
    client: Any = None,
    checkpoints: str | PathLike[str] | Checkpoints | None = None,
    progress: bool | ProgressCallback = True,
) -> pd.DataFrame:
    """Run the region with fewer or more people, and count how often its contracts end in a loss.

    Every cell of the population is multiplied, and rounded; rates, prices, shares and contracts stay, and capacity that
    follows from expected use grows along. So luck averages out over more people, while shocks that all people share
    (years, practices) do not. Contracts that settle against a reference are counted: their benchmarks grow with their
    people. Amounts of other contracts that are written in euro would not.

    Parameters
    ----------
    scenario
        With a population of cells, not of own people.
    sizes
        Times the people of the scenario, above 0.
    replications, seed, threads, arms, client, checkpoints, progress
        As for `sweep`.

    Returns
    -------
    pandas.DataFrame
        One row an arm, contract (label of the table ``settlement``) that settles in it, and size: columns arm,
        contract, size, people (attributed, mean over years and replications), replications, chance_of_loss (of the
        holder owing over all years), low, high (its 95 % simulation error, Wilson), chance_of_payment (of the holder
        getting something).

    Raises
    ------
    ValueError
        If the people are own people, a size is out of range, or no contract settles against a reference.

    See Also
    --------
    waterbed.acos.luck_by_size : the same for Medicare ACOs, by formula.
    """
    cells = yaml.safe_load(_core.write_scenario(scenario._core))["population"].get("cells")
    if not cells:
        raise ValueError("population: must be made of cells; own people cannot be multiplied")
    for size in sizes:
        if not 0 < size <= 1000:
            raise ValueError(f"sizes: must be above 0 and at most 1000, got {size}")
    points: list[dict[str, Override]] = [{"population.cells": _times(cells, size)} for size in sizes]
    found = sweep(
        scenario,
        points,
        replications=replications,
        seed=seed,
        threads=threads,
        arms=arms,
        client=client,
        checkpoints=checkpoints,
        progress=progress,
    )
    rows = [row for size, results in zip(sizes, found.results, strict=True) for row in _rows(results, size)]
    if not rows:
        raise ValueError("arms: no contract in them settles against a reference")
    return pd.DataFrame(rows).sort_values(["arm", "contract", "size"], kind="stable", ignore_index=True)


def _times(cells: list[dict[str, Any]], size: float) -> list[dict[str, Any]]:
    return [cell | {"persons": round(cell["persons"] * size)} for cell in cells]


def _rows(results: Results, size: float) -> list[dict[str, object]]:
    """Count what the contracts that settle in each arm paid over all years."""
    paid = results.total("settlement", by=["contract"], where={"item": "paid"})
    people = results.total("attribution", by=["contract"], where={"item": "people"})
    rows: list[dict[str, object]] = []
    for arm in results.outline.arms:
        if arm.name not in results.arms:
            continue
        position = results.arms.index(arm.name)
        for (contract,) in paid.labels:
            if contract.partition("/")[0] not in arm.contracts:
                continue
            amounts = paid.of(contract)[:, position]
            losses = int(np.count_nonzero(amounts < 0))
            low, high = _core.wilson(losses, results.replications)
            row = {"arm": arm.name, "contract": contract, "size": size}
            row |= {"people": float(people.of(contract)[:, position].mean()) / results.outline.years}
            row |= {"replications": results.replications, "chance_of_loss": losses / results.replications}
            rows.append(row | {"low": low, "high": high, "chance_of_payment": float((amounts > 0).mean())})
    return rows
