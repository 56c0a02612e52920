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

from waterbed.evidence._fit import Fit, Prior, fit, read_priors
from waterbed.evidence._predict import Prediction, predict, predict_all
from waterbed.evidence._study import Measure, Published, Study, Table, studies

__all__ = [
    "Fit",
    "Measure",
    "Prediction",
    "Prior",
    "Published",
    "Study",
    "Table",
    "fit",
    "predict",
    "predict_all",
    "read_priors",
    "studies",
]
