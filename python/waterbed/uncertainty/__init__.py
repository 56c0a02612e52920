"""What the uncertain numbers of a scenario do to its results, and what it would be worth to know them.

`docs/model/uncertainty.md` has the formulas and their sources.
"""

from waterbed.uncertainty._decision import Decision
from waterbed.uncertainty._outcome import Outcome, outcome_of
from waterbed.uncertainty._sensitivity import flip, sobol, sobol_indices, tornado
from waterbed.uncertainty._shares import spline_of, variance_shares

__all__ = [
    "Decision",
    "Outcome",
    "flip",
    "outcome_of",
    "sobol",
    "sobol_indices",
    "spline_of",
    "tornado",
    "variance_shares",
]
