"""Verdicts on published reforms: the rules by hand, and that no verdict drifts in silence."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from waterbed.validation import (
    Measure,
    Published,
    Table,
    at_defaults,
    system_studies,
    verdict_of,
)
from waterbed.validation._page import COLUMNS, amount, row_of
from waterbed.validation._predict import _effect, _with_error


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


def test_effects_by_hand() -> None:
    # of and per of the arm, of and per of the comparison
    sums = np.array([90.0, 10.0, 120.0, 12.0])
    table = Table("visits")
    results = {
        effect: float(_effect(Measure(table, table, effect), sums))
        for effect in ("relative", "absolute", "per", "level", "ratio")
    }
    assert results == pytest.approx(
        {"relative": -0.1, "absolute": -2.5, "per": 15.0, "level": 9.0, "ratio": 0.9}, rel=1e-12
    )


def test_the_jackknife_of_a_mean_is_its_t_interval() -> None:
    values = np.array([3.0, 5.0, 8.0, 4.0])
    sums = np.stack([values, np.ones(4), np.ones(4), np.ones(4)], axis=1)
    found = _with_error((Measure(Table("visits"), None, "level"), sums))
    # mean 5, standard deviation sqrt(14/3), t(3 degrees, 0.975) = 3.1824463
    half = 3.182446305284263 * math.sqrt(14 / 3 / 4)
    assert (found.mean, found.error_low, found.error_high) == pytest.approx((5.0, 5 - half, 5 + half), rel=1e-9)


def test_shares_are_written_as_per_cent() -> None:
    assert [amount(v, "share") for v in (-0.0777, 0.0, 0.00001, math.nan)] == ["−7.8 %", "0.0 %", "0.0 %", "-"]


def test_a_faulty_study_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "system_studies.yaml").write_text(
        "first: {measure: {of: {table: visits}, effect: level}, published: {text: x, sign: 1}, colour: red}\n"
        "second: {published: {text: x}, measure: {of: {table: visits}, effect: level}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="colour") as told:
        system_studies(tmp_path)
    assert "first: " in str(told.value)
    assert "second: published: value or sign must be there" in str(told.value)


def test_verdicts_are_those_on_record(root: Path) -> None:
    folder = root / "scenarios" / "evidence"
    with (root / "tests" / "data" / "validation.csv").open(encoding="utf-8") as stream:
        record = {row["name"]: row for row in csv.DictReader(stream)}
    studies = system_studies(folder)
    assert {s.name for s in studies} <= set(record)
    # The shipped regions take minutes; tools/validate runs them.
    quick = [s for s in studies if not s.scenario.startswith("..")]
    predicted = at_defaults(quick, folder)
    words = COLUMNS[5:]
    drifted = []
    for study in quick:
        verdict = row_of(study, predicted[study.name]).verdict
        now = [getattr(verdict, word) for word in words]
        then = [record[study.name][word] for word in words]
        if now != then:
            drifted.append(f"{study.name}: was {then}, is {now}, predicted {predicted[study.name].mean:.4g}")
    assert not drifted, "run tools/validate and look at what changed:\n" + "\n".join(drifted)


def test_the_page_shows_what_is_on_record(root: Path) -> None:
    text = (root / "docs" / "validation.md").read_text(encoding="utf-8")
    with (root / "tests" / "data" / "validation.csv").open(encoding="utf-8") as stream:
        record = {row["name"]: row for row in csv.DictReader(stream)}
    for study in system_studies(root / "scenarios" / "evidence"):
        [line, *_] = [line for line in text.splitlines() if line.startswith(f"| **{study.target}** {study.title} (")]
        cells = line.split(" | ")
        assert cells[2] == amount(float(record[study.name]["predicted"]), study.unit)
        assert cells[-1].strip(" |*") == record[study.name]["overall"]
