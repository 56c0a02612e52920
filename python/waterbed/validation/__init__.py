"""What the model predicts for payment reforms that were measured, beside what was measured; nothing is refitted.

`scenarios/evidence/system_studies.yaml` holds the studies, `tools/validate` makes `docs/validation.md` of them.
"""

from waterbed.validation._predict import Prediction, at_defaults, over_parameters
from waterbed.validation._study import Measure, Published, SystemStudy, Table, system_studies
from waterbed.validation._verdict import FLAT, Verdict, verdict_of

__all__ = [
    "FLAT",
    "Measure",
    "Prediction",
    "Published",
    "SystemStudy",
    "Table",
    "Verdict",
    "at_defaults",
    "over_parameters",
    "system_studies",
    "verdict_of",
]
