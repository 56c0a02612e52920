"""A region's people, their care and the money that follows it, under payment contracts.

>>> import waterbed as wb
>>> scenario = wb.load("scenarios/two_clinics.yaml")
>>> scenario.arms
['usual', 'squeezed_ceiling', 'shared_savings']
"""

from waterbed import acos, contracts, expectation, stratification
from waterbed._core import Problem, ScenarioError, Stopped, __version__
from waterbed._store import load_results
from waterbed.difference import Difference
from waterbed.results import Cells, Results
from waterbed.scenario import Scenario, load, merge, parse, schema

__all__ = [
    "Cells",
    "Difference",
    "Problem",
    "Results",
    "Scenario",
    "ScenarioError",
    "Stopped",
    "__version__",
    "acos",
    "contracts",
    "expectation",
    "load",
    "load_results",
    "merge",
    "parse",
    "schema",
    "stratification",
]
