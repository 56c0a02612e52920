"""The page and the table of verdicts."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scipy import stats

from waterbed.evidence import Prediction, Study
from waterbed.plots.validation import ForestRow
from waterbed.validation._verdict import FLAT, ORDER, Verdict, verdict_of

#: Columns of the machine-readable table.
COLUMNS = ["name", "target", "use", "published", "predicted", "sign", "size", "inside", "overall"]
USES = {
    "fit": "Fitted: no test",
    "repeat": "The same findings as fitted ones, in another scenario: no test",
    "check": "Checked: not used for any number",
    "outcome": "Summaries of what other systems showed",
}


@dataclass(frozen=True)
class Row:
    """One finding with its prediction; what the page, the figure and the table are made of."""

    study: Study
    prediction: Prediction

    @property
    def verdict(self) -> Verdict:
        """By the rules of `verdict_of`."""
        return self.verdict_by()

    def verdict_by(self, flat: float = FLAT, order: float = ORDER) -> Verdict:
        """As `verdict`, with other numbers for no effect and the same order; ratios are compared by logarithms."""
        said = self.study.published
        if self._is_ratio:
            said = replace(said, value=_log(said.value), low=_log(said.low), high=_log(said.high))
        return verdict_of(said, self._change(self.prediction.value), flat, order)

    @property
    def _is_ratio(self) -> bool:
        return self.study.measure.effect in ("ratio", "odds_ratio")

    def _change(self, value: float) -> float:
        return math.log(value) if self._is_ratio else value

    @property
    def ratio(self) -> float:
        """Predicted over published; nan without a published size other than 0."""
        value = self.study.published.value
        return self._change(self.prediction.value) / self._change(value) if value else math.nan

    @property
    def in_range(self) -> bool | None:
        """Whether the published size is in the parameter range; None without one of the two."""
        value = self.study.published.value
        return None if value is None or not self.drawn else self.prediction.low <= value <= self.prediction.high

    @property
    def error(self) -> tuple[float, float]:
        """95 % simulation error of the prediction."""
        half = float(stats.t.ppf(0.975, self.study.replications - 1)) * self.prediction.error
        return self.prediction.value - half, self.prediction.value + half

    @property
    def drawn(self) -> bool:
        """Whether there is a parameter range."""
        return not math.isnan(self.prediction.low)


def _log(value: float | None) -> float | None:
    return None if value is None else math.log(value)


def _digits(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def verdict_table(rows: Sequence[Row]) -> str:
    """CSV of the verdicts, one line a finding."""
    stream = io.StringIO()
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(COLUMNS)
    for row in rows:
        s, v = row.study, row.verdict
        published = "" if s.published.value is None else _digits(s.published.value)
        numbers = [published, _digits(row.prediction.value)]
        out.writerow([s.name, s.target, s.use, *numbers, v.sign, v.size, v.inside, v.overall])
    return stream.getvalue()


def forest_rows(rows: Sequence[Row]) -> list[ForestRow]:
    """Take the findings that are changes in per cent."""
    found = []
    for use, title in USES.items():
        for row in rows:
            study = row.study
            if study.use != use or study.unit != "share" or study.measure.effect != "relative":
                continue
            value, ends = study.published.value, (study.published.low, study.published.high)
            if value is None and study.published.sign == 0:
                value = 0.0
            predicted = (row.prediction.low, row.prediction.high) if row.drawn else row.error
            about = [study.source, f"n: {study.n}" if study.n else "", "direction only" if value is None else ""]
            found.append(
                ForestRow(
                    group=title,
                    label=f"{study.target}  {study.title}",
                    about="; ".join(part for part in about if part),
                    published=math.nan if value is None else 100 * value,
                    published_interval=(math.nan, math.nan)
                    if ends[0] is None or ends[1] is None
                    else (100 * ends[0], 100 * ends[1]),
                    predicted=100 * row.prediction.value,
                    predicted_interval=(100 * predicted[0], 100 * predicted[1]),
                    agrees=row.verdict.overall == "met",
                )
            )
    return found


def amount(value: float, unit: str) -> str:
    """Write an amount: shares as per cent."""
    if math.isnan(value):
        return "-"
    text = f"{100 * value:+.1f} %" if unit == "share" else f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+.2f}"
    return (text[1:] if float(text.split()[0].replace(",", "")) == 0 else text).replace("-", "−")


def _span(low: float, high: float, unit: str) -> str:
    return "-" if math.isnan(low) else f"{amount(low, unit)} to {amount(high, unit)}"


def _table(rows: Sequence[Row]) -> str:
    head = [
        "finding",
        "published",
        "predicted",
        "simulation error, 95 %",
        "parameter range, 90 %",
        "predicted / published",
        "sign",
        "size",
        "published interval",
        "verdict",
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        s, p, v = row.study, row.prediction, row.verdict
        cells = [
            f"**{s.target}** {s.title} ({s.quality})",
            s.published.text,
            amount(p.value, s.unit),
            _span(*row.error, s.unit),
            _span(p.low, p.high, s.unit),
            "-" if math.isnan(row.ratio) else f"{row.ratio:.2f}".replace("-", "−"),
            v.sign,
            v.size,
            v.inside,
            f"**{v.overall}**" if v.overall != "met" else v.overall,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _counts(checks: Sequence[Row]) -> str:
    """How many checks are met at other values of the two chosen numbers."""
    lines = ["| same order: a factor of | no effect: within | met | partly | missed |", "|---|---|---|---|---|"]
    for order in (ORDER, 2.0):
        for flat in (FLAT, 0.01):
            words = [r.verdict_by(flat, order).overall for r in checks]
            by = " | ".join(str(words.count(word)) for word in ("met", "partly", "missed"))
            lines.append(f"| {order:g} | {100 * flat:g} % | {by} |")
    return "\n".join(lines) + "\n"


def _names(rows: Sequence[Row]) -> str:
    return "; ".join(f"{r.study.target} ({r.study.title})" for r in rows) or "none"


def _reasons(rows: Sequence[Row]) -> str:
    lines = []
    for s in (row.study for row in rows if row.study.why.strip()):
        told = "; ".join(part for part in (s.source, s.design, f"n: {s.n}" if s.n else "") if part)
        lines.append(f"- **{s.target}, {s.title}** ({told}): {s.why.strip()}\n")
    return "".join(lines)


def page(rows: Sequence[Row], text: str, facts: Mapping[str, str]) -> str:
    """Fill the page's text: places in braces are tables and the given facts."""
    checks = [r for r in rows if r.study.use == "check"]
    by = {word: [r for r in checks if r.verdict.overall == word] for word in ("met", "partly", "missed")}
    flat = [r for r in rows if r.study.published.sign == 0 and r.study.use not in ("fit", "repeat")]
    of_use = {use: [r for r in rows if r.study.use == use] for use in USES}
    filled = {
        "checks": _table(checks),
        "fitted": _table(of_use["fit"]),
        "repeated": _table(of_use["repeat"]),
        "outcomes": _table(of_use["outcome"]),
        "flat": _table(flat),
        "reasons": _reasons(of_use["fit"] + of_use["repeat"] + by["met"] + of_use["outcome"]),
        "misses": _reasons(by["missed"] + by["partly"]),
        "n": str(len(checks)),
        "met": str(len(by["met"])),
        "partly": str(len(by["partly"])),
        "missed": str(len(by["missed"])),
        "within": str(sum(r.in_range is True for r in checks)),
        "valued": str(sum(r.in_range is not None for r in checks)),
        "counts": _counts(checks),
        "names_within": _names([r for r in checks if r.in_range]),
        "names_missed": _names(by["missed"]),
        "flat_n": str(len(flat)),
        "flat_met": str(sum(r.verdict.overall == "met" for r in flat)),
        **facts,
    }
    for key, value in filled.items():
        text = text.replace("{" + key + "}", value)
    return text
