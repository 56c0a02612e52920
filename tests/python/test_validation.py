"""Verdicts on published reforms: the rules by hand, and that no verdict drifts in silence."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from waterbed.evidence import Published, Study, predict_all, studies
from waterbed.validation import Row, verdict_of
from waterbed.validation._page import COLUMNS, amount

SLOW = {"../the_hague.yaml", "shared_savings.yaml", "kinzigtal.yaml"}


def published(value: float | None, low: float | None = None, high: float | None = None, sign: int = -1) -> Published:
    return Published(value, low, high, sign, "")


@pytest.mark.parametrize(
    ("found", "predicted", "words"),
    [
        (published(-0.10, -0.13, -0.07), -0.08, ("same", "same order", "inside", "met")),
        (published(-0.10, -0.13, -0.07), -0.05, ("same", "same order", "outside", "partly")),
        (published(-0.09), -0.03, ("same", "same order", "no interval", "met")),  # a factor 3 exactly
        (published(-0.09), -0.029, ("same", "smaller", "no interval", "partly")),
        (published(-0.01), -0.031, ("same", "larger", "no interval", "partly")),
        (published(-0.09), 0.05, ("opposite", "same order", "no interval", "missed")),
        (published(-0.09), 0.0, ("none", "no response", "no interval", "missed")),
        (published(None, sign=1), 0.001, ("same", "not published", "no interval", "met")),
        (published(None, sign=1), -0.001, ("opposite", "not published", "no interval", "missed")),
        (published(None, sign=0), -0.02, ("none", "flat", "no interval", "met")),
        (published(None, sign=0), 0.021, ("moved", "not flat", "no interval", "missed")),
    ],
)
def test_a_verdict_follows_its_rules(found: Published, predicted: float, words: tuple[str, str, str, str]) -> None:
    verdict = verdict_of(found, predicted)
    assert (verdict.sign, verdict.size, verdict.inside, verdict.overall) == words


def test_a_prediction_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="predicted: must be a finite number, got nan"):
        verdict_of(published(-0.1), math.nan)


def test_shares_are_written_as_per_cent() -> None:
    assert [amount(v, "share") for v in (-0.0777, 0.0, 0.00001, math.nan)] == ["−7.8 %", "0.0 %", "0.0 %", "-"]


def all_studies(root: Path) -> list[Study]:
    folder = root / "scenarios" / "evidence"
    return [s for file in ("studies.yaml", "system_studies.yaml") for s in studies(folder, file)]


def on_record(root: Path) -> dict[str, dict[str, str]]:
    with (root / "tests" / "data" / "validation.csv").open(encoding="utf-8") as stream:
        return {row["name"]: row for row in csv.DictReader(stream)}


def test_verdicts_are_those_on_record(root: Path) -> None:
    record = on_record(root)
    found = all_studies(root)
    assert [s.name for s in found] == list(record)
    # Shipped regions take minutes, several groups under settlement half a minute; tools/validate runs them.
    quick = [s for s in found if s.scenario not in SLOW]
    predicted = predict_all(quick)
    words = COLUMNS[5:]
    drifted = []
    for study in quick:
        verdict = Row(study, predicted[study.name]).verdict
        now = [getattr(verdict, word) for word in words]
        then = [record[study.name][word] for word in words]
        if now != then:
            drifted.append(f"{study.name}: was {then}, is {now}, predicted {predicted[study.name].value:.4g}")
    assert not drifted, "run tools/validate and look at what changed:\n" + "\n".join(drifted)


def test_the_page_shows_what_is_on_record(root: Path) -> None:
    text = (root / "docs" / "validation.md").read_text(encoding="utf-8")
    record = on_record(root)
    for study in all_studies(root):
        head = f"| **{study.target}** {study.title} ("
        [line, *_] = [line for line in text.splitlines() if line.startswith(head)]
        cells = line.split(" | ")
        assert cells[2] == amount(float(record[study.name]["predicted"]), study.unit), study.name
        assert cells[-1].strip(" |*") == record[study.name]["overall"], study.name
