"""Results made of parts of other results."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from waterbed import _core
from waterbed._parameters import ParameterSets
from waterbed.results import IntArray, Results


def rebuilt(
    core: _core.Results,
    values: list[IntArray],
    *,
    baseline: str | None = None,
    arms: list[str] | None = None,
    first_replication: int | None = None,
) -> _core.Results:
    """Give results with other values in the tables of `core`, of shape (replication, arm, dims)."""
    return _core.Results(
        scenario=core.scenario,
        seed=core.seed,
        first_replication=core.first_replication if first_replication is None else first_replication,
        arms=core.arms if arms is None else arms,
        baseline=core.baseline if baseline is None else baseline,
        replications=len(values[0]),
        tables=core.tables,
        values=values,
    )


def part_of(results: Results, replications: slice, arms: Sequence[str] | None = None) -> Results:
    """Give some replications, which follow each other, and some arms, of a run with fixed parameters."""
    core = results._core
    chosen = core.arms if arms is None else list(arms)
    columns = [core.arms.index(arm) for arm in chosen]
    values = [np.ascontiguousarray(core.values(t.name)[replications][:, columns]) for t in core.tables]
    first = core.first_replication + (replications.start or 0)
    return Results(rebuilt(core, values, arms=chosen, first_replication=first), results.outline)


def side_by_side(results: Results, blocks: list[_core.Results], sets: ParameterSets) -> Results:
    """Join runs of parameter sets that share their replications; those of each set follow each other."""
    values = [np.concatenate([block.values(table.name) for block in blocks]) for table in blocks[0].tables]
    return Results(rebuilt(blocks[0], values), results.outline, sets)
