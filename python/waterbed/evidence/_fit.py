"""Parameters of behaviour from published effects, where places differ from each other and the model errs."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from waterbed.evidence._prior import Prior, Vector
from waterbed.evidence._study import Study
from waterbed.evidence._surface import Predictor, Surface, surfaces

#: What the model is expected to miss of a finding, as a share of the effect.
MODEL_ERROR = 0.25
#: Scale of the half-normal prior of how far places differ, in prior standard deviations: for a sensitivity, whose prior
#: has 0.8 on the log scale, a half-normal of 0.5 there (Röver et al., Res Synth Methods 12 (2021) 448-474).
BETWEEN_SCALE = 0.625
#: Where the difference between places is integrated over, in prior standard deviations: middles of equal steps.
BETWEEN = np.arange(0.05, 2.5, 0.1)
#: Half-width of the differences that slopes at the solution are taken by, in prior standard deviations.
STEP = 1e-3


@dataclass(frozen=True)
class Fit:
    """Posterior: a mixture of normals, one for each size of the difference between places.

    Vectors are in the order of ``priors`` and in prior standard deviations on each prior's scale. ``between`` (T) are
    the sizes, ``weight`` (T) their posterior weights; ``modes`` (T, K) and ``covariances`` (T, K, K) are of what places
    have in common; ``latent`` holds for each size the own deviations of every place, in units of the size.
    """

    priors: tuple[Prior, ...]
    places: tuple[Surface, ...]
    model_error: float
    between: Vector
    weight: Vector
    modes: Vector
    covariances: Vector
    latent: tuple[tuple[Vector, ...], ...]
    seconds: float

    @property
    def studies(self) -> tuple[Study, ...]:
        """Findings fitted on, in the order of the places."""
        return tuple(s for place in self.places for s in place.studies)

    @property
    def mean(self) -> Vector:
        """Mean of what places have in common, shape (K)."""
        return np.asarray(self.weight @ self.modes, dtype=np.float64)

    @property
    def covariance(self) -> Vector:
        """Covariance of what places have in common, shape (K, K)."""
        off = self.modes - self.mean
        each = self.covariances + np.einsum("ti,tj->tij", off, off)
        return np.asarray(np.einsum("t,tij->ij", self.weight, each), dtype=np.float64)

    @property
    def between_mean(self) -> float:
        """Posterior mean of the standard deviation between places, in prior standard deviations."""
        return float(self.weight @ self.between)

    @property
    def new_place_sd(self) -> Vector:
        """Standard deviation of the parameters of a place that was not studied, shape (K)."""
        return np.sqrt(np.diag(self.covariance) + float(self.weight @ self.between**2))

    def draws(self, count: int, seed: int = 20261129) -> Vector:
        """Parameters of places that were not studied, shape (count, K)."""
        generator = np.random.default_rng(seed)
        which = generator.choice(len(self.weight), size=count, p=self.weight)
        common, own = generator.standard_normal((2, count, len(self.priors)))
        factors = np.linalg.cholesky(self.covariances)
        drawn = self.modes[which] + np.einsum("nij,nj->ni", factors[which], common) + self.between[which, None] * own
        return np.asarray(drawn, dtype=np.float64)


def null_of(study: Study) -> float:
    """Value of the measure that means no effect."""
    return 1.0 if study.measure.effect in ("ratio", "odds_ratio") else 0.0


def spread(study: Study, at_prior: float, model_error: float) -> float:
    """Give the standard error of a finding: published, and a share of the effect that the model is expected to miss.

    The effect is the larger of the published one and that predicted at the prior medians, so that a study that found
    nothing is not taken to be exact.

    Raises
    ------
    ValueError
        If the study has no value with an interval.
    """
    sd, value = study.published.sd, study.published.value
    if sd is None or value is None or sd <= 0:
        raise ValueError(f"{study.name}: published: value, low and high must be there and differ")
    size = max(abs(value - null_of(study)), abs(at_prior - null_of(study)))
    return math.hypot(sd, model_error * size)


class _Place:
    """A surface with what was published."""

    def __init__(self, surface: Surface, model_error: float) -> None:
        self.surface = surface
        self.own = list(surface.answers_to)
        self.published = np.array([s.published.value for s in surface.studies], dtype=np.float64)
        at_prior = surface.at(np.zeros(len(self.own)))
        self.spread = np.array(
            [spread(s, float(v), model_error) for s, v in zip(surface.studies, at_prior, strict=True)]
        )

    def residuals(self, z: Vector) -> Vector:
        """Standardised residuals at own parameters (..., parameters)."""
        return np.asarray((self.surface.at(z) - self.published) / self.spread, dtype=np.float64)


class _Posterior:
    """Residuals of the joint posterior of common parameters and own deviations, given how far places differ."""

    def __init__(self, places: Sequence[_Place], parameters: int) -> None:
        self.places, self.parameters = places, parameters
        ends = parameters + np.cumsum([0, *(len(p.own) for p in places)])
        self.slices = [slice(a, b) for a, b in itertools.pairwise(map(int, ends))]
        self.size = int(ends[-1])

    def residuals(self, x: Vector, between: float) -> Vector:
        parts = [
            p.residuals(x[..., p.own] + between * x[..., s]) for p, s in zip(self.places, self.slices, strict=True)
        ]
        return np.concatenate([*parts, x], axis=-1)

    def jacobian(self, x: Vector, between: float) -> Vector:
        steps = STEP * np.eye(self.size)
        up, down = self.residuals(x + steps, between), self.residuals(x - steps, between)
        return np.asarray((up - down).T / (2 * STEP), dtype=np.float64)


def fit(
    studies: Sequence[Study],
    priors: Sequence[Prior],
    *,
    grids: Sequence[Surface] | None = None,
    model_error: float = MODEL_ERROR,
    between: float | None = None,
    predictor: Predictor | None = None,
    replications: int | None = None,
    seed: int | None = None,
    told: Callable[[str], None] | None = None,
) -> Fit:
    """Find what published effects and prior beliefs say of the parameters.

    Each place (scenario) has parameters of its own, normal around what places have in common on each prior's scale,
    with one standard deviation for all in units of the priors' (a random effect, estimated). A finding differs from the
    prediction by its published error and by a stated share of the effect. For each size of the difference between
    places the joint posterior mode is found by nonlinear least squares (SciPy, trust region) and weighed by Laplace's
    approximation of the marginal likelihood.

    Parameters
    ----------
    studies
        Those with the use *fit* are taken.
    priors
        Of the parameters.
    grids
        Surfaces that hold the findings; left out: made here.
    model_error
        Share of an effect that the model is expected to miss.
    between
        How far places differ, in prior standard deviations; left out: estimated.
    predictor, replications, seed, told
        As `surfaces`, if they are made here.

    Returns
    -------
    Fit
        The posterior.

    Raises
    ------
    ValueError
        If there is no study to fit on, or one without an interval.
    """
    started = time.monotonic()
    fitted = [s for s in studies if s.use == "fit"]
    if not fitted or not priors:
        raise ValueError("there must be a study with the use 'fit', and a parameter")
    if grids is None:
        grids = surfaces(fitted, priors, predictor=predictor, replications=replications, seed=seed, told=told)
    kept = [g for g in (_only(grid, {s.name for s in fitted}) for grid in grids) if g.studies]
    posterior = _Posterior([_Place(g, model_error) for g in kept], len(priors))
    sizes = BETWEEN if between is None else np.array([between])
    x = np.zeros(posterior.size)
    logs, modes, covariances, latent = [], [], [], []
    for size in sizes:  # each starts where the one before came to rest
        x, log = _mode(posterior, x, float(size))
        jacobian = posterior.jacobian(x, float(size))
        covariance = np.linalg.inv(jacobian.T @ jacobian)
        logs.append(log - 0.5 * (size / BETWEEN_SCALE) ** 2)
        modes.append(x[: len(priors)])
        covariances.append(covariance[: len(priors), : len(priors)])
        latent.append(tuple(x[s] for s in posterior.slices))
    weight = np.exp(np.array(logs) - max(logs))
    return Fit(
        priors=tuple(priors),
        places=tuple(kept),
        model_error=model_error,
        between=sizes,
        weight=weight / weight.sum(),
        modes=np.array(modes),
        covariances=np.array(covariances),
        latent=tuple(latent),
        seconds=time.monotonic() - started,
    )


def _only(grid: Surface, names: set[str]) -> Surface:
    """Part of a surface for some of its findings."""
    kept = [i for i, s in enumerate(grid.studies) if s.name in names]
    return Surface(
        grid.place,
        tuple(grid.studies[i] for i in kept),
        grid.answers_to,
        grid.coefficients[..., kept],
        grid.error[kept],
        grid.gap,
        grid.evaluations,
    )


def _mode(posterior: _Posterior, start: Vector, between: float) -> tuple[Vector, float]:
    """Posterior mode and the log of Laplace's marginal likelihood, but for a constant."""
    from scipy.optimize import least_squares

    solved = least_squares(
        posterior.residuals, start, jac=posterior.jacobian, args=(between,), xtol=1e-8, ftol=1e-10, max_nfev=200
    )
    jacobian = posterior.jacobian(solved.x, between)
    return solved.x, -solved.cost - 0.5 * float(np.linalg.slogdet(jacobian.T @ jacobian)[1])
