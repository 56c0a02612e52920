"""Verdicts on published reforms: the rules by hand, and that no verdict drifts in silence."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest

from commands import tool_named
from waterbed.evidence import Prediction, Published, all_studies, predict_all
from waterbed.plots.validation import LABEL, forest_plot
from waterbed.validation import Row, forest_rows, page, verdict_of
from waterbed.validation._page import COLUMNS, amount

SLOW = {"../the_hague.yaml", "shared_savings.yaml", "shared_savings_employed.yaml", "kinzigtal.yaml"}


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


def test_the_two_chosen_numbers_can_be_chosen_otherwise() -> None:
    assert verdict_of(published(-0.09), -0.04).overall == "met"
    assert verdict_of(published(-0.09), -0.04, order=2).overall == "partly"
    assert verdict_of(published(None, sign=0), 0.015).overall == "met"
    assert verdict_of(published(None, sign=0), 0.015, flat=0.01).overall == "missed"


def test_a_prediction_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="predicted: must be a finite number, got nan"):
        verdict_of(published(-0.1), math.nan)


def test_shares_are_written_as_per_cent() -> None:
    assert [amount(v, "share") for v in (-0.0777, 0.0, 0.00001, math.nan)] == ["−7.8 %", "0.0 %", "0.0 %", "-"]


def on_record(root: Path) -> dict[str, dict[str, str]]:
    with (root / "tests" / "data" / "validation.csv").open(encoding="utf-8") as stream:
        return {row["name"]: row for row in csv.DictReader(stream)}


def test_verdicts_are_those_on_record(root: Path) -> None:
    record = on_record(root)
    found = all_studies(root / "scenarios" / "evidence")
    # A study that is new has no verdict yet: tools/validate writes it. None may be lost.
    assert set(record) <= {s.name for s in found}
    # Shipped regions take minutes, several groups under settlement half a minute; tools/validate runs them.
    quick = [s for s in found if s.name in record and s.scenario not in SLOW]
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


def test_regions_are_read_off_the_page_of_the_calibration(root: Path) -> None:
    tool = tool_named(root, "validate")
    record = on_record(root)
    told = (root / "docs" / "calibration.md").read_text(encoding="utf-8")
    regions = [s for s in all_studies(root / "scenarios" / "evidence") if s.scenario.startswith("..")]
    assert len(regions) == 4
    for study in regions:
        row = Row(study, tool.of_regions(study, told))
        assert row.verdict.overall == record[study.name]["overall"], study.name


def test_what_was_kept_is_not_run_again(root: Path, tmp_path: Path) -> None:
    tool, record = tool_named(root, "validate"), on_record(root)
    done: dict[str, Any] = {}
    for study in all_studies(root / "scenarios" / "evidence"):
        if study.scenario.startswith(".."):
            continue  # read off a page
        run = done.setdefault(study.scenario, {"sets": 40, "seconds": 1.0, "predicted": {}})
        run["predicted"][study.name] = [float(record[study.name]["predicted"]), 0.001, -0.5, 0.5]
    done["hip_fracture.yaml"]["sets"] = 10
    file = tmp_path / "kept.json"
    file.write_text(json.dumps(done), encoding="utf-8")
    for _ in range(2):  # the second time with all scenarios in the file
        rows, runs = tool.rows_of(40, file)
        assert [r.prediction.value for r in rows] == pytest.approx(
            [float(r["predicted"]) for r in record.values()], rel=1e-3
        )
        assert sorted(runs) == sorted(json.loads(file.read_text(encoding="utf-8")))
    assert tool.draws_text(runs) == "40 draws (10 in `hip_fracture.yaml`)"
    assert tool.draws_text(done | {"hip_fracture.yaml": done["fundholding.yaml"]}) == "40 draws"


def test_the_page_shows_what_is_on_record(root: Path) -> None:
    text = (root / "docs" / "validation.md").read_text(encoding="utf-8")
    record = on_record(root)
    for study in (s for s in all_studies(root / "scenarios" / "evidence") if s.name in record):
        head = f"| **{study.target}** {study.title} ("
        [line, *_] = [line for line in text.splitlines() if line.startswith(head)]
        cells = line.split(" | ")
        assert cells[2] == amount(float(record[study.name]["predicted"]), study.unit), study.name
        assert cells[-1].strip(" |*") == record[study.name]["overall"], study.name


def test_the_simulation_error_is_a_t_interval(root: Path) -> None:
    [study] = [s for s in all_studies(root / "scenarios" / "evidence") if s.name == "global_budget"]
    row = Row(study, Prediction(value=-0.05, error=0.01))
    # 8 replications: 0.975 quantile of Student's t with 7 degrees of freedom, 2.364624
    assert row.error == pytest.approx((-0.05 - 0.02364624, -0.05 + 0.02364624), rel=1e-6)
    assert not row.drawn


def test_the_page_counts_at_other_rules_and_tells_ratios(root: Path) -> None:
    by_name = {s.name: s for s in all_studies(root / "scenarios" / "evidence")}
    rows = [
        Row(by_name["budget_new_to_risk"], Prediction(-0.04, 0.001, -0.11, -0.01)),  # published -0.099: a factor 2.5
        Row(by_name["commercial"], Prediction(-0.03, 0.001, -0.02, -0.01)),  # published -0.0285, outside the range
        Row(by_name["one_sided_second"], Prediction(-0.015, 0.001)),  # published: no effect
        Row(by_name["lump_sum_gp"], Prediction(-0.001, 0.001)),  # published: up, no size
    ]
    assert [r.in_range for r in rows] == [True, False, None, None]
    assert [round(r.ratio, 2) for r in rows[:2]] == [0.40, 1.05]
    assert math.isnan(rows[2].ratio)
    assert math.isnan(rows[3].ratio)
    text = page(
        rows,
        "{n} {met} {partly} {missed} {within} of {valued}\n{flat_met} of {flat_n}\n{names_missed}\n{counts}{checks}",
        {},
    )
    told, flat, missed, *table = text.splitlines()
    assert told == "4 3 0 1 1 of 2"
    assert flat == "1 of 1"
    assert missed == "T7 (Lump sum, GP contacts)"
    assert table[2:6] == [
        "| 3 | 2 % | 3 | 0 | 1 |",
        "| 3 | 1 % | 2 | 0 | 2 |",
        "| 2 | 2 % | 2 | 1 | 1 |",
        "| 2 | 1 % | 1 | 1 | 2 |",
    ]
    assert [line.split(" | ")[5] for line in table if line.startswith("| **")] == ["0.40", "1.05", "-", "-"]


def test_what_was_fitted_on_is_no_check_in_another_scenario(root: Path) -> None:
    by_name = {s.name: s for s in all_studies(root / "scenarios" / "evidence")}
    names = ("joint_replacement_old", "joint_replacement_85", "joint_replacement_readmission")
    rows = [Row(by_name[name], Prediction(-0.05, 0.001)) for name in names]
    text = page(rows, "{n} {met}\n{checks}\n{fitted}\n{repeated}", {})
    parts = [
        [row.split(" (A)")[0] for row in part.splitlines() if row.startswith("| **")] for part in text.split("\n\n")
    ]
    assert text.startswith("1 1\n")
    assert parts == [[f"| **T20** {by_name[names[i]].title}"] for i in (2, 0, 1)]
    groups = [r.group for r in forest_rows(rows)]
    assert len(set(groups)) == 3
    assert all("no test" in group for group in (groups[0], groups[1]))


def test_ratios_are_compared_by_their_logarithms(root: Path) -> None:
    [study] = [
        s for s in all_studies(root / "scenarios" / "evidence") if s.name == "practice_nurse_internist"
    ]  # 0.59 (0.31 to 1.11)
    verdict = Row(study, Prediction(0.77, 0.01)).verdict
    assert (verdict.sign, verdict.size, verdict.inside, verdict.overall) == ("same", "same order", "inside", "met")
    assert Row(study, Prediction(0.77, 0.01)).ratio == pytest.approx(math.log(0.77) / math.log(0.59))
    assert Row(study, Prediction(1.05, 0.01)).verdict.sign == "opposite"
    assert Row(study, Prediction(1.0, 0.01)).verdict.size == "no response"


def test_labels_of_the_forest_plot_leave_room(root: Path) -> None:
    [study] = [s for s in all_studies(root / "scenarios" / "evidence") if s.name == "joint_replacement_by_use"]
    [row] = forest_rows([Row(study, Prediction(-0.06, 0.01))])
    figure = forest_plot([row], "title", "note")
    figure.draw_without_rendering()
    [label] = figure.axes[0].get_yticklabels()
    assert label.get_window_extent().x0 >= 0.0
    assert max(len(line) for line in label.get_text().splitlines()) <= LABEL


def test_the_forest_plot_has_two_marks_a_row(root: Path) -> None:
    by_name = {s.name: s for s in all_studies(root / "scenarios" / "evidence")}
    rows = [
        Row(by_name["lump_sum_volume"], Prediction(-0.08, 0.001, -0.2, -0.01)),  # published -0.10 (-0.13 to -0.07)
        Row(by_name["lump_sum_gp"], Prediction(0.0, 0.001)),  # published: a direction alone
        Row(by_name["diabetes_bundle"], Prediction(300.0, 1.0)),  # in euros: not in a figure of changes in per cent
    ]
    made = forest_rows(rows)
    assert [(r.label.split()[0], r.agrees) for r in made] == [("T7", True), ("T7", False)]
    [axes] = forest_plot(made, "title", "note").axes
    drawn = [(tuple(round(float(x), 9) for x in line.get_xdata()), line.get_marker()) for line in axes.lines]
    assert ((-10.0,), "D") in drawn
    assert ((-13.0, -7.0), "None") in drawn
    assert ((-8.0,), "o") in drawn
    assert ((-20.0, -1.0), "None") in drawn
    assert sum(marker == "D" for _, marker in drawn) == 1
