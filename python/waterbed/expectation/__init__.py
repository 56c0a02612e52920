"""What is expected of each person in the next period, frozen between contracts, and what came of it.

>>> import numpy as np, pandas as pd, waterbed as wb
>>> people = pd.DataFrame({"person": np.arange(4), "age": [30, 50, 70, 90], "spending": [1.0, 2.0, 4.0, 5.0]})
>>> fitted = wb.expectation.fit(people, outcome="spending", features=["age"], folds=0)
>>> fitted.model.coefficients["coefficient"].round(3).to_dict()
{'intercept': -1.2, 'age': 0.07}
"""

from waterbed.expectation._assess import Assessment, Luck
from waterbed.expectation._features import (
    Feature,
    bands,
    design,
    interaction,
    levels,
    linear,
    log1p,
    spline,
)
from waterbed.expectation._fit import Fit, fit, fold
from waterbed.expectation._gain import HealthGain, health_gain, noise_payment
from waterbed.expectation._model import Model, load, parse
from waterbed.expectation._remaining import RemainingLife, recorded_conditions, remaining_life
from waterbed.expectation._risk import (
    capitation_classes,
    capitation_income,
    risk_classes,
    risk_ratios,
    risk_scores,
)

__all__ = [
    "Assessment",
    "Feature",
    "Fit",
    "HealthGain",
    "Luck",
    "Model",
    "RemainingLife",
    "bands",
    "capitation_classes",
    "capitation_income",
    "design",
    "fit",
    "fold",
    "health_gain",
    "interaction",
    "levels",
    "linear",
    "load",
    "log1p",
    "noise_payment",
    "parse",
    "recorded_conditions",
    "remaining_life",
    "risk_classes",
    "risk_ratios",
    "risk_scores",
    "spline",
]
