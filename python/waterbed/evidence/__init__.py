"""Studies of payment reform that were measured, and what the model predicts for each.

`scenarios/evidence/studies.yaml` holds the studies; each names a scenario that mimics its design (people, payment
before and after, comparison, follow-up) and which result answers to what was published. `tools/fit_behaviour` fits
behaviour to those with the use *fit*; the others are predicted without refitting.

Examples
--------
>>> from waterbed.evidence import predict, studies
>>> study = {s.name: s for s in studies("scenarios/evidence")}["ontario_services"]
>>> study.published.value
-0.065
>>> predict(study, {"behaviour.incentives": False}, replications=2).value
0.0
"""

from waterbed.evidence._fit import Fit, fit
from waterbed.evidence._predict import Prediction, predict, predict_all
from waterbed.evidence._prior import Prior, read_priors
from waterbed.evidence._ranges import ranges
from waterbed.evidence._study import Measure, Published, Study, Table, all_studies, studies
from waterbed.evidence._surface import Surface, predict_at, surfaces

__all__ = [
    "Fit",
    "Measure",
    "Prediction",
    "Prior",
    "Published",
    "Study",
    "Surface",
    "Table",
    "all_studies",
    "fit",
    "predict",
    "predict_all",
    "predict_at",
    "ranges",
    "read_priors",
    "studies",
    "surfaces",
]
