"""A region's people, their care and the money that follows it, under payment contracts.

>>> import waterbed as wb
>>> scenario = wb.load("scenarios/two_clinics.yaml")
>>> scenario.arms
['usual', 'squeezed_ceiling', 'shared_savings']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from waterbed import acos, contracts, expectation, people, plots, stratification
from waterbed._checkpoints import Checkpoints
from waterbed._core import Problem, ScenarioError, Stopped, __version__
from waterbed._store import load_results
from waterbed.contract_size import loss_by_size
from waterbed.control import ControlledMean, controlled
from waterbed.decomposition import Decomposition, decompose, price_volume_mix
from waterbed.difference import Difference
from waterbed.euro import trace_euro
from waterbed.explanation import Explanation, explain
from waterbed.inequality import concentration
from waterbed.matrix import WaterbedMatrix, waterbed_matrix
from waterbed.parameter_range import ParameterRange, parameter_range
from waterbed.precision import Precision, run_to_precision
from waterbed.renegotiation import Renegotiation, renegotiated, with_renegotiation
from waterbed.results import Cells, Results
from waterbed.scenario import Scenario, load, merge, parse, schema
from waterbed.settling import settling
from waterbed.static import static
from waterbed.sweeps import Sweep, sweep
from waterbed.tails import tails

if TYPE_CHECKING:
    from types import ModuleType

    from waterbed import uncertainty

__all__ = [
    "Cells",
    "Checkpoints",
    "ControlledMean",
    "Decomposition",
    "Difference",
    "Explanation",
    "ParameterRange",
    "Precision",
    "Problem",
    "Renegotiation",
    "Results",
    "Scenario",
    "ScenarioError",
    "Stopped",
    "Sweep",
    "WaterbedMatrix",
    "__version__",
    "acos",
    "concentration",
    "contracts",
    "controlled",
    "decompose",
    "expectation",
    "explain",
    "load",
    "load_results",
    "loss_by_size",
    "merge",
    "parameter_range",
    "parse",
    "people",
    "plots",
    "price_volume_mix",
    "renegotiated",
    "run_to_precision",
    "schema",
    "settling",
    "static",
    "stratification",
    "sweep",
    "tails",
    "trace_euro",
    "uncertainty",
    "waterbed_matrix",
    "with_renegotiation",
]


def __getattr__(name: str) -> ModuleType:
    """Load the analyses of uncertainty when they are asked for: SciPy and SALib take a second."""
    if name == "uncertainty":
        return importlib.import_module("waterbed.uncertainty")
    raise AttributeError(f"module 'waterbed' has no attribute {name!r}")
