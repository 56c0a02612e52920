"""The page of a fit and the file of its posterior."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import yaml

from waterbed.evidence._fit import Fit
from waterbed.evidence._predict import Prediction
from waterbed.evidence._study import Study

#: A parameter of whose prior spread more than this is left was told next to nothing.
LITTLE_LEARNT = 0.9
HEAD = """\
# Behaviour after the studies: written by tools/fit_behaviour, see docs/behaviour_fit.md. No scenario reads this by
# itself. distribution: what a scenario may write in the place of the number, for runs with parameter sets; its median
# is the mode.
"""


def posterior_text(fit: Fit) -> str:
    """YAML of the posterior, with the predictions at the mode for whoever checks it."""
    parameters = {}
    for row in _rows(fit.parameters()):
        sd = float(row.sd_log)
        parameters[row.path] = {
            "mode": _rounded(row.median),
            "mean": _rounded(row.median * math.exp(sd**2 / 2)),
            "distribution": {"log_normal": {"median": _rounded(row.median), "sd_log": _rounded(sd)}},
            "prior": {"log_normal": {"median": _rounded(row.prior_median), "sd_log": _rounded(row.sd_log / row.left)}},
            "shipped_default": _rounded(row.default),
            "pinned_by": row.pinned_by,
            "information_share": _rounded(row.share),
        }
    predictions = {
        row.study: {
            "published": _rounded(row.published),
            "predicted": _rounded(row.after),
            "error": _rounded(row.error),
        }
        for row in _rows(fit.residuals())
    }
    content = {"parameters": parameters, "predictions": predictions}
    return HEAD + yaml.safe_dump(content, sort_keys=False, width=120)


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples())


def _rounded(value: float) -> float:
    return float(f"{float(value):.6g}")


def page(text: str, fits: Mapping[str, Fit], checks: Sequence[Study], predicted: Mapping[str, Prediction]) -> str:
    """Fill the page's text: places in braces are tables and facts of the fits, the first of which is the fit."""
    fit = next(iter(fits.values()))
    filled = {
        "parameters": _parameters(fit),
        "residuals": _residuals(fit),
        "information": _information(fit),
        "checks": _checks(checks, predicted),
        "variants": _variants(fits),
        "sample": _sample(fit),
        "correlations": _correlations(fit),
        "studies": str(len(fit.studies)),
        "seconds": f"{fit.seconds:,.0f}",
        "evaluations": str(fit.evaluations),
        "before": f"{sum(r**2 for r in _before(fit)):,.0f}",
        "after": f"{float((fit.residuals()['residual'] ** 2).sum()):,.1f}",
    }
    for key, value in filled.items():
        text = text.replace("{" + key + "}", value)
    return text


def _before(fit: Fit) -> list[float]:
    table = fit.residuals()
    scale = (table["after"] - table["published"]) / table["residual"]
    return [float(v) for v in np.asarray((table["before"] - table["published"]) / scale, dtype=np.float64)]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _percent(value: float) -> str:
    return "0.0 %" if abs(value) < 5e-4 else f"{100 * value:+.1f} %".replace("-", "−")


def _parameters(fit: Fit) -> str:
    rows = []
    for row in _rows(fit.parameters()):
        told = f"{row.pinned_by} ({100 * row.share:.0f} %)"
        if row.left > LITTLE_LEARNT:
            told = f"next to nothing: {100 * row.left:.0f} % of the prior's spread is left"
        span = "inside" if row.low <= row.default <= row.high else "outside"
        prior = f"{row.prior_median:.3g} ({row.prior_low:.2g} to {row.prior_high:.2g})"
        rows.append(
            [
                f"`{row.path}`",
                prior,
                f"**{row.median:.3g}** ({row.low:.2g} to {row.high:.2g})",
                f"{row.sd_log:.2f}",
                f"{row.default:g}",
                span,
                told,
            ]
        )
    head = ["parameter", "before, 90 %", "after: mode, 90 %", "sd of log", "shipped", "shipped lies", "pinned by"]
    return _table(head, rows)


def _residuals(fit: Fit) -> str:
    rows = [
        [
            f"**{r.target}** {r.title}",
            _percent(r.published),
            f"{_percent(r.low)} to {_percent(r.high)}",
            _percent(r.before),
            f"{_percent(r.after)} ± {196 * r.error:.1f}",
            f"{r.residual:+.1f}".replace("-", "−"),
        ]
        for r in _rows(fit.residuals())
    ]
    return _table(
        ["finding", "published", "interval", "before", "after ± chance", "residual, in standard errors"], rows
    )


def _information(fit: Fit) -> str:
    shares = fit.information()
    names = ["prior", *(s.name for s in fit.studies)]
    by = {(r.path, r.study): r.share for r in _rows(shares)}
    head = ["parameter", *names]
    rows = [[f"`{p.path}`", *(f"{100 * by[p.path, n]:.0f} %" for n in names)] for p in fit.priors]
    return _table(head, rows)


def _checks(checks: Sequence[Study], predicted: Mapping[str, Prediction]) -> str:
    rows = [
        [
            f"**{s.target}** {s.title}",
            s.published.text,
            f"{_percent(predicted[s.name].value)} ± {196 * predicted[s.name].error:.1f}",
            " ".join(s.why.split()),
        ]
        for s in checks
    ]
    return _table(["finding", "published", "predicted at the mode", "why"], rows)


def _variants(fits: Mapping[str, Fit]) -> str:
    paths = [p.path for p in next(iter(fits.values())).priors]
    rows = [
        [title, *(f"{r.median:.3g} ({r.low:.2g} to {r.high:.2g})" for r in _rows(f.parameters()))]
        for title, f in fits.items()
    ]
    return _table(["", *(f"`{p}`" for p in paths)], rows)


def _correlations(fit: Fit) -> str:
    table = fit.correlations()
    names = list(table.index)
    values = np.asarray(table, dtype=np.float64)
    pairs = [(float(values[i, j]), names[j], names[i]) for i in range(len(names)) for j in range(i)]
    pairs.sort(key=lambda pair: -abs(pair[0]))
    told = [f"`{a}` and `{b}` {r:+.2f}".replace("-", "−") for r, a, b in pairs if abs(r) >= 0.1]
    return "; ".join(told) + "." if told else "none above 0.1."


def _sample(fit: Fit) -> str:
    if fit.sample.empty:
        return "Not checked in this run."
    weight = fit.sample["weight"].to_numpy()
    rows = []
    for k, prior in enumerate(fit.priors):
        z = fit.sample[prior.path].to_numpy()
        mean = float(weight @ z)
        sd = math.sqrt(float(weight @ (z - mean) ** 2))
        laplace = math.sqrt(fit.covariance[k, k])
        rows.append(
            [
                f"`{prior.path}`",
                f"{prior.value(float(fit.mode[k])):.3g}",
                f"{prior.value(mean):.3g}",
                f"{prior.sd_log * laplace:.2f}",
                f"{prior.sd_log * sd:.2f}",
            ]
        )
    head = ["parameter", "mode", "median, weighted draws", "sd of log, Laplace", "sd of log, weighted draws"]
    effective = 1.0 / float(weight @ weight)
    return f"{len(weight)} draws, worth {effective:.0f} independent ones.\n\n" + _table(head, rows)
