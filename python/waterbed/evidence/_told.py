"""What a fit says: parameters, findings, what tells them and what nothing tells, what happens without a place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from waterbed.evidence._fit import Fit, fit, null_of
from waterbed.evidence._prior import MIDDLE_90, Vector
from waterbed.evidence._study import Study
from waterbed.evidence._surface import REACH, Surface

#: Draws of places that were not studied.
DRAWS = 20_000
#: A direction of which more than this share of the prior's standard deviation is left is hardly told.
HARDLY_TOLD = 0.75


def parameters(found: Fit) -> pd.DataFrame:
    """One row a parameter.

    Returns
    -------
    pandas.DataFrame
        Columns path, title, default, prior_low, prior_median, prior_high; low, median, high of what places have in
        common; new_low, new_high of a place that was not studied (all middle 90 %); new_sd (of that place, on the scale
        of the prior: what scenarios ship); left (posterior over prior standard deviation of what is common); pinned_by
        (the voice with the largest share of the information, "prior" or a scenario) and share.
    """
    left, new = np.sqrt(np.diag(found.covariance)), found.new_place_sd
    shares = information(found)
    rows = []
    for k, prior in enumerate(found.priors):
        z = float(found.mean[k])
        told = shares[shares["path"] == prior.path].sort_values("share", ascending=False).iloc[0]
        ends = {
            "prior": (0.0, 1.0),
            "": (z, float(left[k])),
            "new": (z, float(new[k])),
        }
        row: dict[str, object] = {"path": prior.path, "title": prior.title, "default": prior.default}
        for name, (middle, sd) in ends.items():
            start = f"{name}_" if name else ""
            row |= {
                f"{start}low": prior.value(middle - MIDDLE_90 * sd),
                f"{start}median": prior.value(middle),
                f"{start}high": prior.value(middle + MIDDLE_90 * sd),
            }
        row |= {"new_sd": prior.sd * float(new[k]), "left": float(left[k])}
        rows.append(row | {"pinned_by": told["voice"], "share": told["share"]})
    return pd.DataFrame(rows)


def sensitivities(found: Fit) -> pd.DataFrame:
    """Change of every finding per prior standard deviation of every parameter, in standard errors with the model's.

    Index: names of the findings; columns: paths. At what places have in common.
    """
    tables = []
    for place in found.places:
        table = pd.DataFrame(0.0, index=[s.name for s in place.studies], columns=[p.path for p in found.priors])
        if place.answers_to:
            z, step = found.mean[list(place.answers_to)], 0.05
            steps = step * np.eye(len(place.answers_to))
            slopes = (place.at(z + steps) - place.at(z - steps)) / (2 * step)
            errors = np.array([_spread(found, place, i) for i in range(len(place.studies))])
            table.iloc[:, list(place.answers_to)] = (slopes / errors).T
        tables.append(table)
    return pd.concat(tables)


def _spread(found: Fit, place: Surface, i: int) -> float:
    from waterbed.evidence._fit import spread

    at_prior = float(place.at(np.zeros(len(place.answers_to)))[i])
    return spread(place.studies[i], at_prior, found.model_error)


def information(found: Fit) -> pd.DataFrame:
    """Share of each place in what is known of a parameter, the prior among them; the other parameters held.

    Places differ by the posterior mean of the difference. Columns path, voice ("prior" or a scenario), share; shares of
    a parameter sum to 1.
    """
    slopes = sensitivities(found)
    parts = {"prior": np.ones(len(found.priors))}
    for place in found.places:
        j = slopes.loc[[s.name for s in place.studies]].to_numpy()
        between = found.between_mean**2 * (j @ j.T) + np.eye(len(j))
        parts[place.place] = np.diag(j.T @ np.linalg.solve(between, j))
    total = np.sum(list(parts.values()), axis=0)
    return pd.DataFrame(
        [
            {"path": p.path, "voice": voice, "share": float(part[k] / total[k])}
            for k, p in enumerate(found.priors)
            for voice, part in parts.items()
        ]
    )


def directions(found: Fit) -> pd.DataFrame:
    """Principal axes of the posterior in prior standard deviations, the least told first.

    Columns left (standard deviation that is left of the prior's 1) and one a parameter (loading).
    """
    values, vectors = np.linalg.eigh(found.covariance)
    order = np.argsort(-values)
    table = pd.DataFrame(vectors[:, order].T, columns=[p.path for p in found.priors])
    table.insert(0, "left", np.sqrt(values[order]))
    return table


def correlations(found: Fit) -> pd.DataFrame:
    """Posterior correlations of what places have in common, on the scales of the priors."""
    sd = np.sqrt(np.diag(found.covariance))
    names = [p.path for p in found.priors]
    return pd.DataFrame(found.covariance / np.outer(sd, sd), index=names, columns=names)


def findings(found: Fit) -> pd.DataFrame:
    """One row a finding.

    Columns study, place, published, low, high; before (at the prior medians), common (at what places have in common),
    own (with the place's own parameters, averaged over the difference between places), spread (published standard error
    with the model's), residual (own less published, over the spread).
    """
    rows = []
    for number, place in enumerate(found.places):
        at = list(place.answers_to)
        before, common = place.at(np.zeros(len(at))), place.at(found.mean[at])
        sizes = zip(found.weight, found.modes, found.between, found.latent, strict=True)
        each = [w * place.at(mode[at] + size * latent[number]) for w, mode, size, latent in sizes]
        own = np.asarray(each, dtype=np.float64).sum(axis=0)
        for i, study in enumerate(place.studies):
            error = _spread(found, place, i)
            published = study.published.value
            assert published is not None
            rows.append(
                {
                    "study": study.name,
                    "place": place.place,
                    "published": published,
                    "low": study.published.low,
                    "high": study.published.high,
                    "before": float(before[i]),
                    "common": float(common[i]),
                    "own": float(own[i]),
                    "spread": error,
                    "residual": float((own[i] - published) / error),
                }
            )
    return pd.DataFrame(rows)


def of_new_place(found: Fit, place: Surface, *, model_error: bool = True) -> pd.DataFrame:
    """Middle 90 % of what a study there would publish, from places that were fitted on: one row a finding.

    Columns study, published, low, median, high, inside (whether the published figure lies there). The draws hold the
    published error and what the model misses.
    """
    drawn = place.at(found.draws(DRAWS)[:, list(place.answers_to)])
    noise = np.random.default_rng(7).standard_normal(drawn.shape)
    rows = []
    for i, study in enumerate(place.studies):
        published, sd = study.published.value, study.published.sd
        seen = drawn[:, i]
        if model_error and sd is not None:
            size = np.maximum(abs((published or 0.0) - null_of(study)), np.abs(seen - null_of(study)))
            seen = seen + noise[:, i] * np.hypot(sd, found.model_error * size)
        low, median, high = (float(np.quantile(seen, q)) for q in (0.05, 0.5, 0.95))
        rows.append(
            {
                "study": study.name,
                "published": published,
                "low": low,
                "median": median,
                "high": high,
                "inside": published is not None and low <= published <= high,
            }
        )
    return pd.DataFrame(rows)


def without_each(found: Fit, grids: Sequence[Surface]) -> pd.DataFrame:
    """Leave one place out, fit on the others, predict it: columns of `of_new_place`, with place and between."""
    tables = []
    for place in found.places:
        others = [s for s in found.studies if s not in place.studies]
        less = fit(others, found.priors, grids=[g for g in grids if g.place != place.place],
                   model_error=found.model_error)  # fmt: skip
        table = of_new_place(less, place)
        table.insert(0, "place", place.place)
        table["between"] = less.between_mean
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def alone(found: Fit, grids: Sequence[Surface]) -> pd.DataFrame:
    """Value of the parameter that a finding pins which that finding alone asks for, the others at what is common.

    Every finding with ``pins`` and a published interval, fitted on or not. Columns study, path, use, value, low, high
    (where the prediction crosses the published figure and its interval; nan: out of reach on that side).
    """
    by_path = {p.path: k for k, p in enumerate(found.priors)}
    z = np.linspace(-REACH, REACH, 3001)
    rows = []
    for grid in grids:
        for i, study in enumerate(grid.studies):
            k = by_path.get(study.pins)
            if k is None or k not in grid.answers_to or study.published.low is None:
                continue
            at = np.tile(found.mean[list(grid.answers_to)], (len(z), 1))
            at[:, grid.answers_to.index(k)] = z
            predicted = grid.at(at)[:, i]
            published = study.published
            middle, *ends = (_crossing(z, predicted, v) for v in (published.value, published.low, published.high))
            at_start = abs(predicted[0] - (published.value or 0.0)) < abs(predicted[-1] - (published.value or 0.0))
            centre = middle if middle is not None else (-math.inf if at_start else math.inf)
            below = [e for e in ends if e is not None and e < centre]
            above = [e for e in ends if e is not None and e > centre]
            of = found.priors[k].value
            rows.append(
                {
                    "study": study.name,
                    "path": study.pins,
                    "use": study.use,
                    "value": math.nan if middle is None else of(middle),
                    "low": of(min(below)) if below else math.nan,
                    "high": of(max(above)) if above else math.nan,
                }
            )
    return pd.DataFrame(rows)


def _crossing(z: Vector, predicted: Vector, wanted: float | None) -> float | None:
    """Where the prediction first crosses a figure; None: nowhere."""
    if wanted is None:
        return None
    above = predicted > wanted
    changes = np.flatnonzero(above[1:] != above[:-1])
    return None if len(changes) == 0 else float(z[changes[0]])


def importance(found: Fit, count: int = 40_000) -> Mapping[str, pd.DataFrame | float]:
    """Check Laplace's approximation at the likeliest difference between places by weighted draws.

    ``table``: mean and sd of every parameter, by the approximation and by draws from a multivariate t (5 degrees of
    freedom) weighted by the posterior; ``worth``: independent draws that they are worth.
    """
    from waterbed.evidence._fit import _Place, _Posterior

    t = int(np.argmax(found.weight))
    posterior = _Posterior([_Place(p, found.model_error) for p in found.places], len(found.priors))
    x = np.concatenate([found.modes[t], *found.latent[t]])
    size = float(found.between[t])
    jacobian = posterior.jacobian(x, size)
    factor = np.linalg.cholesky(np.linalg.inv(jacobian.T @ jacobian))
    generator = np.random.default_rng(20261129)
    e = generator.standard_normal((count, len(x)))
    chi = generator.chisquare(5, count) / 5
    drawn = x + (e / np.sqrt(chi)[:, None]) @ factor.T
    r = posterior.residuals(drawn, size)
    d = len(x)
    quadratic = np.sum(e**2, axis=1) / chi
    logs = -0.5 * np.sum(r**2, axis=1) + 0.5 * (5 + d) * np.log1p(quadratic / 5)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    k = len(found.priors)
    mean = weight @ drawn[:, :k]
    sd = np.sqrt(weight @ (drawn[:, :k] - mean) ** 2)
    table = pd.DataFrame(
        {
            "path": [p.path for p in found.priors],
            "mean": found.modes[t],
            "sd": np.sqrt(np.diag(found.covariances[t])),
            "drawn_mean": mean,
            "drawn_sd": sd,
        }
    )
    return {"table": table, "worth": float(1.0 / (weight @ weight))}


def study_named(grids: Sequence[Surface], name: str) -> Study:
    """Give the finding of a name."""
    return next(s for g in grids for s in g.studies if s.name == name)
