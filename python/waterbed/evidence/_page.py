"""The page of a fit and the file of its posterior."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import yaml

from waterbed.evidence import _told as told
from waterbed.evidence._fit import Fit
from waterbed.evidence._predict import Prediction
from waterbed.evidence._prior import Prior
from waterbed.evidence._study import Study
from waterbed.evidence._surface import Surface

HEAD = """\
# Behaviour after the studies: written by tools/fit_behaviour, see docs/behaviour_fit.md. common: middle 90 % of what
# places have in common; new_place: of a place that was not studied, whose distribution shipped scenarios write beside
# the point that stands in them. predictions: at the medians of what is common.
"""
UNITS = {"share": "share", "share of a per cent": "per cent", "odds ratio": "ratio"}


def posterior_text(fit: Fit, predicted: Mapping[str, Prediction]) -> str:
    """YAML of the posterior, with the predictions at its medians for whoever checks it."""
    content: dict[str, Any] = {
        "between_places": _rounded(fit.between_mean),
        "model_error": fit.model_error,
        "parameters": {},
        "predictions": {},
    }
    table = told.parameters(fit)
    for k, (prior, row) in enumerate(zip(fit.priors, _rows(table), strict=True)):
        written = prior.distribution(float(fit.mean[k]), float(fit.new_place_sd[k]))
        content["parameters"][prior.path] = {
            "median": _rounded(row.median),
            "common": [_rounded(row.low), _rounded(row.high)],
            "new_place": [_rounded(row.new_low), _rounded(row.new_high)],
            "distribution": written or "none: no family is negative",
            "shipped_default": _rounded(row.default),
            "left": _rounded(row.left),
            "pinned_by": row.pinned_by,
            "information_share": _rounded(row.share),
        }
    for study in fit.studies:
        prediction = predicted[study.name]
        content["predictions"][study.name] = {
            "published": _rounded(study.published.value or 0.0),
            "predicted": _rounded(prediction.value),
            "error": _rounded(prediction.error),
        }
    return HEAD + yaml.safe_dump(content, sort_keys=False, width=120, default_flow_style=None)


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples())


def _rounded(value: float) -> float:
    return float(f"{float(value):.6g}")


def page(
    text: str,
    fit: Fit,
    grids: Sequence[Surface],
    variants: Mapping[str, Fit],
    checks: Sequence[Study],
    predicted: Mapping[str, Prediction],
    facts: Mapping[str, str],
) -> str:
    """Fill the page's text: places in braces are tables and facts of the fit."""
    important = told.importance(fit)
    filled = {
        "parameters": _parameters(fit),
        "studies_table": _studies(fit),
        "findings": _findings(fit),
        "alone": _alone(fit, grids),
        "sensitivities": _sensitivities(fit),
        "information": _information(fit),
        "directions": _directions(fit),
        "correlations": _correlations(fit),
        "without": _without(fit, grids),
        "not_fitted": _not_fitted(fit, grids),
        "checks": _checks(checks, predicted),
        "variants": _variants({"as fitted": fit, **variants}),
        "importance": _importance(fit, important),
        "findings_count": str(len(fit.studies)),
        "places_count": str(len(fit.places)),
        "parameters_count": str(len(fit.priors)),
        "model_error": f"{100 * fit.model_error:.0f} %",
        "between": f"{fit.between_mean:.2f}",
        "between_range": "{:.2f} to {:.2f}".format(*_between_range(fit)),
        "between_log": f"{0.8 * fit.between_mean:.2f}",
        "between_factor": f"{math.exp(0.8 * fit.between_mean):.1f}",
        "evaluations": str(sum(g.evaluations for g in grids)),
        "off_grid": f"{max(g.gap for g in grids):.2f}",
        "grid_seconds": f"{sum(g.seconds for g in grids):,.0f}",
        "fit_seconds": f"{fit.seconds:.0f}",
        **facts,
    }
    for key, value in filled.items():
        text = text.replace("{" + key + "}", value)
    return text


def _between_range(fit: Fit) -> tuple[float, float]:
    cumulative = fit.weight.cumsum()
    ends = [float(fit.between[int((cumulative >= q).argmax())]) for q in (0.05, 0.95)]
    return ends[0], ends[1]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _minus(text: str) -> str:
    return text.replace("-", "−")


def amount(value: float, unit: str) -> str:
    """Write a number in the unit of its study."""
    if not math.isfinite(value):
        return "-"
    if unit == "share":
        return "0.0 %" if abs(value) < 5e-4 else _minus(f"{100 * value:+.1f} %")
    return _minus(f"{value:.2f}")


def short(path: str) -> str:
    """Last word of a path that tells it from the others."""
    words = path.split(".")
    return f"{words[1]}: {words[-1]}" if words[0] == "programmes" else words[-1]


def _number(value: float) -> str:
    return _minus(f"{value:.2g}")


def _parameters(fit: Fit) -> str:
    rows = []
    for prior, row in zip(fit.priors, _rows(told.parameters(fit)), strict=True):
        inside = "no" if not row.new_low <= row.default <= row.new_high else "yes"
        if row.default == 0:
            inside = "off"
        pinned = f"{row.pinned_by} ({100 * row.share:.0f} %)" if row.pinned_by != "prior" else "the prior"
        rows.append(
            [
                f"{prior.title}: `{short(prior.path)}`",
                f"{_number(row.prior_median)} ({_number(row.prior_low)} to {_number(row.prior_high)})",
                f"**{_number(row.median)}** ({_number(row.low)} to {_number(row.high)})",
                f"**{_number(row.new_low)} to {_number(row.new_high)}**",
                f"{row.default:g}",
                inside,
                f"{100 * row.left:.0f} %",
                pinned,
            ]
        )
    head = ["parameter", "before, 90 %", "common to places: median, 90 %", "a new place, 90 %", "shipped",
            "shipped lies in a new place's range", "of the prior's spread left", "largest voice"]  # fmt: skip
    return _table(head, rows)


def _studies(fit: Fit) -> str:
    rows = []
    for study in fit.studies:
        against = study.against_arm or "the baseline"
        rows.append(
            [
                f"**{study.target}** {study.title} ({study.quality})",
                f"{study.design}; {study.period}" + (f"; {study.n}" if study.n else ""),
                f"`{study.scenario}`: `{study.arm}` against {against}",
                study.published.text,
                study.source,
                f"`{short(study.pins)}`",
            ]
        )
    return _table(["finding (quality)", "design", "scenario and arms", "published", "source", "tells"], rows)


def _findings(fit: Fit) -> str:
    rows = []
    for study, row in zip(fit.studies, _rows(told.findings(fit)), strict=True):
        rows.append(
            [
                f"**{study.target}** {study.title}",
                amount(row.published, study.unit),
                f"{amount(row.low, study.unit)} to {amount(row.high, study.unit)}",
                *(amount(v, study.unit) for v in (row.before, row.common, row.own)),
                _minus(f"{row.residual:+.1f}"),
            ]
        )
    head = ["finding", "published", "interval", "before", "common", "own", "residual of own, in standard errors"]
    return _table(head, rows)


def _alone(fit: Fit, grids: Sequence[Surface]) -> str:
    by_path = {p.path: p for p in fit.priors}
    rows = []
    for row in _rows(told.alone(fit, grids).sort_values("path", kind="stable")):
        study = told.study_named(grids, row.study)
        prior: Prior = by_path[row.path]
        low, high = (_number(v) if math.isfinite(v) else "out of reach" for v in (row.low, row.high))
        value = _number(row.value) if math.isfinite(row.value) else "out of reach"
        range_ = f"{low} to {high}"
        fitted = "fitted on" if row.use == "fit" else "**not fitted on**"
        rows.append([f"`{short(prior.path)}`", f"**{study.target}** {study.title}", value, range_, fitted])
    return _table(["parameter", "finding", "asks for", "at the ends of its interval", ""], rows)


def _sensitivities(fit: Fit) -> str:
    lines: list[list[float]] = told.sensitivities(fit).to_numpy().tolist()
    rows = [
        [f"**{s.target}** `{s.name}`", *(_minus(f"{v:+.1f}") if abs(v) >= 0.05 else "" for v in line)]
        for s, line in zip(fit.studies, lines, strict=True)
    ]
    return _table(["finding", *(f"`{short(p.path)}`" for p in fit.priors)], rows)


def _information(fit: Fit) -> str:
    shares = told.information(fit)
    voices = list(dict.fromkeys(shares["voice"]))
    by = {(r.path, r.voice): r.share for r in _rows(shares)}
    rows = [
        [
            f"`{short(p.path)}`",
            *(f"{100 * by[p.path, v]:.0f} %" if by[p.path, v] >= 0.005 else "" for v in voices),
        ]
        for p in fit.priors
    ]
    return _table(["parameter", *(v.removesuffix(".yaml") for v in voices)], rows)


def _directions(fit: Fit) -> str:
    table = told.directions(fit)
    rows = []
    lines: list[list[float]] = table.to_numpy().tolist()
    for left, *loads in lines:
        named = sorted(zip(loads, table.columns[1:], strict=True), key=lambda pair: -abs(float(pair[0])))
        combination = " ".join(_minus(f"{v:+.2f}") + f" `{short(str(k))}`" for v, k in named if abs(v) >= 0.25)
        rows.append([f"{100 * left:.0f} %", combination, "hardly" if left > told.HARDLY_TOLD else "yes"])
    return _table(["of the prior's spread left", "direction, in prior standard deviations", "told by the data"], rows)


def _correlations(fit: Fit) -> str:
    table = told.correlations(fit)
    names = list(table.index)
    values = table.to_numpy()
    pairs = [(float(values[i, j]), names[j], names[i]) for i in range(len(names)) for j in range(i)]
    pairs.sort(key=lambda pair: -abs(pair[0]))
    words = [_minus(f"`{short(a)}` and `{short(b)}` {r:+.2f}") for r, a, b in pairs if abs(r) >= 0.1]
    return "; ".join(words) + "." if words else "none above 0.1."


def _of_places(rows: pd.DataFrame, grids: Sequence[Surface]) -> list[list[str]]:
    told_rows = []
    for row in _rows(rows):
        study = told.study_named(grids, row.study)
        unit = study.unit
        if row.published is None or not math.isfinite(row.published):
            inside = "direction only"
        else:
            inside = "inside" if row.inside else "**outside**"
        told_rows.append(
            [
                f"**{study.target}** {study.title}",
                amount(row.published, unit) if row.published is not None else study.published.text,
                f"{amount(row.median, unit)} ({amount(row.low, unit)} to {amount(row.high, unit)})",
                inside,
            ]
        )
    return told_rows


def _without(fit: Fit, grids: Sequence[Surface]) -> str:
    table = told.without_each(fit, grids)
    rows = _of_places(table, grids)
    places = [f"`{p}`" for p in table["place"]]
    return _table(
        ["left out", "finding", "published", "predicted by the others, middle 90 %", ""],
        [[place, *row] for place, row in zip(places, rows, strict=True)],
    )


def _not_fitted(fit: Fit, grids: Sequence[Surface]) -> str:
    fitted = {s.name for s in fit.studies}
    rows: list[list[str]] = []
    for grid in grids:
        table = told.of_new_place(fit, grid)
        rows += _of_places(table[~table["study"].isin(fitted)], grids)
    return _table(["finding, not fitted on", "published", "predicted of a new place, middle 90 %", ""], rows)


def _checks(checks: Sequence[Study], predicted: Mapping[str, Prediction]) -> str:
    rows = [
        [
            f"**{s.target}** {s.title}",
            s.published.text,
            f"{amount(predicted[s.name].value, s.unit)} ± {amount(1.96 * predicted[s.name].error, s.unit).lstrip('+')}",
            " ".join(s.why.split()),
        ]
        for s in checks
    ]
    return _table(["finding", "published", "at the medians of what is common ± chance", "why"], rows)


def _variants(fits: Mapping[str, Fit]) -> str:
    priors = next(iter(fits.values())).priors
    rows = []
    for title, fit in fits.items():
        table = {r.path: r for r in _rows(told.parameters(fit))}
        cells = [
            f"{_number(table[p.path].median)} ({_number(table[p.path].new_low)} to {_number(table[p.path].new_high)})"
            if p.path in table
            else "-"
            for p in priors
        ]
        rows.append([title, f"{fit.between_mean:.2f}", *cells])
    return _table(["", "difference between places", *(f"`{short(p.path)}`" for p in priors)], rows)


def _importance(fit: Fit, important: Mapping[str, pd.DataFrame | float]) -> str:
    table = important["table"]
    assert isinstance(table, pd.DataFrame)
    rows = [
        [
            f"`{short(prior.path)}`",
            _number(prior.value(row.mean)),
            _number(prior.value(row.drawn_mean)),
            f"{prior.sd * row.sd:.2f}",
            f"{prior.sd * row.drawn_sd:.2f}",
        ]
        for prior, row in zip(fit.priors, _rows(table), strict=True)
    ]
    head = [
        "parameter",
        "mode",
        "median, weighted draws",
        "sd on the scale, Laplace",
        "sd on the scale, weighted draws",
    ]
    return f"Worth {important['worth']:.0f} independent draws.\n\n" + _table(head, rows)
