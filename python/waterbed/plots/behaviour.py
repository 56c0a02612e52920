"""Figure of a fit of behaviour: what was believed before the studies and after."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from waterbed.plots._style import DOWN, INK, QUIET, new_figure, styled

if TYPE_CHECKING:
    from waterbed.evidence import Fit


def prior_and_posterior(fit: Fit) -> Figure:
    """Draw the density of each parameter before and after, on a logarithmic axis; the shipped default as a line."""
    names = ", ".join(dict.fromkeys(s.target for s in fit.studies))
    note = (
        f"Densities of the logarithm, each to its own height. Fitted on {names}; sources, intervals and what pins each "
        "parameter: docs/behaviour_fit.md. Posterior: Laplace's approximation at the mode."
    )
    with styled():
        figure = new_figure(1.5 + 1.15 * len(fit.priors), "Sensitivities before and after the studies", note)
        panels = figure.subplots(len(fit.priors), 1, squeeze=False)[:, 0]
        for k, (axes, prior) in enumerate(zip(panels, fit.priors, strict=True)):
            sd = math.sqrt(fit.covariance[k, k])
            z = np.linspace(-4, 4, 801)
            x = prior.median * np.exp(prior.sd_log * z)
            after = np.exp(-0.5 * ((z - fit.mode[k]) / sd) ** 2)
            axes.fill_between(x, np.exp(-0.5 * z**2), color=QUIET, alpha=0.35, linewidth=0, label="before")
            axes.plot(x, after, color=DOWN, linewidth=1.4, label="after")
            if prior.default > 0:
                axes.axvline(prior.default, color=INK, linewidth=1.0, linestyle="--", label="shipped default")
            axes.set_xscale("log")
            axes.set_yticks([])
            axes.set_ylim(0, 1.15)
            ticks = [t for t in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5) if x[0] <= t <= x[-1]]
            axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
            axes.minorticks_off()
            axes.set_title(f"{prior.title} ({prior.path})", loc="left")
        panels[0].legend(loc="upper left", ncols=3)
        panels[-1].set_xlabel("log-odds per 100 % of the fee (sensitivities); chance (psi)")
    return figure
