"""Predictions of a place's findings as a smooth function of the parameters: simulated on a grid once."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev

from waterbed.evidence._predict import Prediction, predict_all
from waterbed.evidence._prior import Prior, Vector
from waterbed.evidence._study import Study

#: Predictions by name of study, given the parameters by path.
Predictor = Callable[[Mapping[str, float]], Mapping[str, Prediction]]

#: Prior standard deviations from the prior median to the ends of the grid; beyond, the end stands.
REACH = 3.2
#: Points along a parameter that, two prior standard deviations either way, moves a finding by so many standard errors.
POINTS = ((10.0, 9), (3.0, 7), (1.5, 5), (0.0, 3))
#: A grid has at most so many points.
MOST = 1000
#: A place answers to a parameter that, two prior standard deviations either way, moves a finding by so many errors.
NOTICED = 0.1


@dataclass(frozen=True)
class Surface:
    """One place: the findings that one scenario answers to.

    ``answers_to`` are positions of parameters among the priors. ``coefficients`` are of Chebyshev polynomials in z over
    REACH, one axis a parameter, the last one the findings. ``error`` is the simulation's standard error of each finding
    at the prior medians, ``gap`` the largest difference to a simulation off the grid, in published standard errors;
    ``seconds`` is how long ``evaluations`` took.
    """

    place: str
    studies: tuple[Study, ...]
    answers_to: tuple[int, ...]
    coefficients: Vector
    error: Vector
    gap: float
    evaluations: int
    seconds: float = 0.0

    def at(self, z: Vector) -> Vector:
        """Predictions at own parameters z (..., parameters that it answers to): shape (..., findings)."""
        z = np.asarray(z, dtype=np.float64)
        points = np.clip(z.reshape(-1, len(self.answers_to)) / REACH, -1.0, 1.0)
        if not self.answers_to:
            return np.broadcast_to(self.coefficients, (*z.shape[:-1], len(self.studies)))
        first = chebyshev.chebvander(points[:, 0], self.coefficients.shape[0] - 1)
        found = np.tensordot(first, self.coefficients, axes=1)
        for d in range(1, len(self.answers_to)):
            basis = chebyshev.chebvander(points[:, d], self.coefficients.shape[d] - 1)
            found = np.einsum("pi,pi...->p...", basis, found)
        return found.reshape(*z.shape[:-1], len(self.studies))


def surfaces(
    studies: Sequence[Study],
    priors: Sequence[Prior],
    *,
    replications: int | None = None,
    seed: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    predictor: Predictor | None = None,
    told: Callable[[str], None] | None = None,
) -> list[Surface]:
    """Simulate every place on a grid of the parameters that it answers to, with the same draws everywhere.

    Parameters
    ----------
    studies
        Findings; those of one scenario are of one place.
    priors
        Of the parameters.
    replications
        Of every finding; left out: half of its own number, at least 2, as all points of a grid have the same draws.
    seed
        As `predict_all`.
    overrides
        In every scenario, beside the parameters.
    predictor
        In place of the simulation, for tests.
    told
        Called with a line after every place.

    Raises
    ------
    ValueError
        If a place answers to so many parameters that its grid would have more than MOST points.
    """
    places: dict[str, list[Study]] = {}
    for study in studies:
        places.setdefault(study.scenario, []).append(study)
    found = []
    for place, group in places.items():
        count = replications or max(2, group[0].replications // 2)
        run = predictor or _simulated(group, dict(overrides or {}), count, seed)
        surface = _surface(place, group, priors, run)
        found.append(surface)
        if told:
            names = ", ".join(priors[k].path for k in surface.answers_to) or "nothing"
            told(
                f"{place}: answers to {names}; {surface.evaluations} evaluations, off the grid {surface.gap:.2f} errors"
            )
    return found


def _simulated(group: list[Study], own: dict[str, Any], replications: int | None, seed: int | None) -> Predictor:
    def run(values: Mapping[str, float]) -> Mapping[str, Prediction]:
        return predict_all(group, own | dict(values), replications=replications, seed=seed)

    return run


def _values_at(place: str, priors: Sequence[Prior], z: Mapping[int, float]) -> dict[str, float]:
    return {p.path: p.value(z.get(k, 0.0)) for k, p in enumerate(priors) if p.acts_in(place)}


def predict_at(
    studies: Sequence[Study], priors: Sequence[Prior], z: Sequence[float], *, replications: int | None = None
) -> dict[str, Prediction]:
    """Simulate findings at parameters in prior standard deviations, each where it acts."""
    found: dict[str, Prediction] = {}
    for place in dict.fromkeys(s.scenario for s in studies):
        group = [s for s in studies if s.scenario == place]
        values = _values_at(place, priors, dict(enumerate(map(float, z))))
        found |= predict_all(group, values, replications=replications)
    return found


def error_of(study: Study) -> float:
    """Give the published standard error, or what stands for it where none was published: a tenth of the effect."""
    return study.published.sd or 0.1 * abs(study.published.value or 0.1)


def _surface(place: str, group: list[Study], priors: Sequence[Prior], run: Predictor) -> Surface:
    started = time.monotonic()
    errors = np.array([error_of(s) for s in group])
    count = 0

    def at(z: Mapping[int, float]) -> tuple[Vector, Vector]:
        nonlocal count
        count += 1
        predicted = run(_values_at(place, priors, z))
        values = np.array([predicted[s.name].value for s in group])
        return values, np.array([predicted[s.name].error for s in group])

    middle, noise = at({})
    answers: list[int] = []
    points: list[int] = []
    for k in (k for k, prior in enumerate(priors) if prior.acts_in(place)):
        moved = float(np.max(np.abs(at({k: 2.0})[0] - middle) / errors))
        if moved > 0.0:  # else nothing here knows of it
            moved = max(moved, float(np.max(np.abs(at({k: -2.0})[0] - middle) / errors)))
        if moved > NOTICED:
            answers.append(k)
            points.append(next(n for least, n in POINTS if moved > least))
    if len(answers) == 1:
        points = [13]
    if math.prod(points) > MOST:
        raise ValueError(f"{place}: must answer to fewer parameters: a grid would have {math.prod(points)} points")
    nodes = [np.cos(np.pi * (np.arange(n) + 0.5) / n) for n in points]
    grid: npt.NDArray[Any] = np.empty((*points, len(group)))
    for index in itertools.product(*(range(n) for n in points)):
        z = {k: REACH * float(x[i]) for k, x, i in zip(answers, nodes, index, strict=True)}
        grid[index], _ = at(z)
    for d, (n, x) in enumerate(zip(points, nodes, strict=True)):
        front = np.moveaxis(grid, d, 0)
        fitted = np.linalg.solve(chebyshev.chebvander(x, n - 1), front.reshape(n, -1))
        grid = np.moveaxis(fitted.reshape(front.shape), 0, d)
    surface = Surface(place, tuple(group), tuple(answers), grid, noise, 0.0, count)
    generator = np.random.default_rng(20261129)
    gap = 0.0
    for _ in range(4 if answers else 0):
        off = generator.uniform(-2.0, 2.0, len(answers))
        values, _ = at(dict(zip(answers, map(float, off), strict=True)))
        gap = max(gap, float(np.max(np.abs(surface.at(off) - values) / errors)))
    return Surface(place, tuple(group), tuple(answers), grid, noise, gap, count, time.monotonic() - started)
