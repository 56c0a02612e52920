"""The page and the table of verdicts."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waterbed.plots.validation import ForestRow
from waterbed.validation._predict import Prediction
from waterbed.validation._study import Published, SystemStudy
from waterbed.validation._verdict import Verdict, verdict_of

#: Columns of the machine-readable table.
COLUMNS = ["name", "target", "group", "published", "predicted", "sign", "size", "inside", "overall"]
GROUPS = {
    "fit": "Fitted: no test",
    "check": "Checked: not used for any number",
    "outcome": "Summaries of what other systems showed",
}


@dataclass(frozen=True)
class Row:
    """One finding with its prediction; what the page, the figure and the table are made of."""

    name: str
    target: str
    title: str
    group: str
    design: str
    n: str
    source: str
    quality: str
    unit: str
    published: Published
    prediction: Prediction
    why: str

    @property
    def verdict(self) -> Verdict:
        """By the rules of `verdict_of`."""
        return verdict_of(self.published, self.prediction.mean)


def row_of(study: SystemStudy, prediction: Prediction) -> Row:
    """Join a study and what is predicted of it."""
    taken = ("name", "target", "title", "group", "design", "n", "source", "quality", "unit", "published", "why")
    return Row(**{key: getattr(study, key) for key in taken}, prediction=prediction)


def verdict_table(rows: Sequence[Row]) -> str:
    """CSV of the verdicts, one line a finding."""
    stream = io.StringIO()
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(COLUMNS)
    for row in rows:
        v = row.verdict
        published = "" if row.published.value is None else f"{row.published.value:.4g}"
        numbers = [published, f"{row.prediction.mean:.4g}"]
        out.writerow([row.name, row.target, row.group, *numbers, v.sign, v.size, v.inside, v.overall])
    return stream.getvalue()


def forest_rows(rows: Sequence[Row]) -> list[ForestRow]:
    """Take the findings that are changes in per cent."""
    found = []
    for group, title in GROUPS.items():
        for row in rows:
            if row.group != group or row.unit != "share" or row.name.startswith("released"):
                continue
            value = row.published.value
            if value is None and row.published.sign == 0:
                value = 0.0
            ends = (row.published.low, row.published.high)
            found.append(
                ForestRow(
                    group=title,
                    label=f"{row.target}  {row.title}",
                    about=f"{row.source}; n: {row.n}" + ("; published: direction only" if value is None else ""),
                    published=math.nan if value is None else 100 * value,
                    published_interval=(math.nan, math.nan)
                    if ends[0] is None or ends[1] is None
                    else (100 * ends[0], 100 * ends[1]),
                    predicted=100 * row.prediction.mean,
                    predicted_interval=(100 * _least(row.prediction), 100 * _most(row.prediction)),
                    agrees=row.verdict.overall == "met",
                )
            )
    return found


def _least(p: Prediction) -> float:
    return p.error_low if math.isnan(p.low) else p.low


def _most(p: Prediction) -> float:
    return p.error_high if math.isnan(p.high) else p.high


def amount(value: float, unit: str) -> str:
    """Write an amount: shares as per cent."""
    if math.isnan(value):
        return "-"
    text = f"{100 * value:+.1f} %" if unit == "share" else f"{value:+.2f}" if unit != "ratio" else f"{value:.3f}"
    return (text[1:] if float(text.split()[0]) == 0 else text).replace("-", "−")


def _span(low: float, high: float, unit: str) -> str:
    return "-" if math.isnan(low) else f"{amount(low, unit)} to {amount(high, unit)}"


def _table(rows: Sequence[Row]) -> str:
    head = [
        "finding",
        "published",
        "predicted",
        "simulation error, 95 %",
        "parameter range, 90 %",
        "sign",
        "size",
        "published interval",
        "verdict",
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        p, v = row.prediction, row.verdict
        cells = [
            f"**{row.target}** {row.title} ({row.quality})",
            row.published.text,
            amount(p.mean, row.unit),
            _span(p.error_low, p.error_high, row.unit),
            _span(p.low, p.high, row.unit),
            v.sign,
            v.size,
            v.inside,
            f"**{v.overall}**" if v.overall != "met" else v.overall,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _reasons(rows: Sequence[Row]) -> str:
    return "".join(
        f"- **{row.target}, {row.title}** ({row.source}; {row.design}; n: {row.n}): {row.why.strip()}\n"
        for row in rows
        if row.why.strip()
    )


def page(rows: Sequence[Row], text: str, facts: Mapping[str, str]) -> str:
    """Fill the page's text: places in braces are tables and the given facts."""
    checks = [r for r in rows if r.group == "check"]
    by = {word: [r for r in checks if r.verdict.overall == word] for word in ("met", "partly", "missed")}
    flat = [r for r in rows if r.published.sign == 0 and r.group != "fit"]
    of_group = {group: [r for r in rows if r.group == group] for group in GROUPS}
    filled = {
        "checks": _table(checks),
        "fitted": _table(of_group["fit"]),
        "outcomes": _table(of_group["outcome"]),
        "flat": _table(flat),
        "reasons": _reasons(
            [r for r in rows if r.group == "fit"] + by["met"] + [r for r in rows if r.group == "outcome"]
        ),
        "misses": _reasons(by["missed"] + by["partly"]),
        "n": str(len(checks)),
        "met": str(len(by["met"])),
        "partly": str(len(by["partly"])),
        "missed": str(len(by["missed"])),
        "within": str(
            sum(
                r.published.value is not None and r.prediction.low <= r.published.value <= r.prediction.high
                for r in checks
            )
        ),
        "valued": str(sum(r.published.value is not None for r in checks)),
        **facts,
    }
    for key, value in filled.items():
        text = text.replace("{" + key + "}", value)
    return text
