"""Plain sentences made from made-up numbers: verb by interval, names of what is not seen to move."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

import waterbed as wb
from made import made_results
from waterbed._decided import Decided
from waterbed._hangs import hangs_on, hangs_sentence, letters_sentence
from waterbed._outline import BehaviourOutline, Outline
from waterbed._sentences import index_sentence
from waterbed._story import group_sentences, press_sentences, story
from waterbed._text import number
from waterbed._told import decision_sentences, moves, shown_digits
from waterbed.report import page


@pytest.mark.parametrize(
    ("numbers", "parameters", "told"),
    [
        (
            (-1.2, -1.5, -0.9),
            (-2.0, -0.4),
            "falls by 1.20 EUR (95 % simulation error −1.50 to −0.90; parameter range −2.00 to −0.40)",
        ),
        (
            (-1.2, -1.5, -0.9),
            (-2.0, 0.4),
            "falls by 1.20 EUR (95 % simulation error −1.50 to −0.90; parameter range −2.00 to +0.40), with numbers at "
            "their means; over their range the direction is open",
        ),
        (
            (0.5, -0.1, 1.1),
            (0.2, 0.9),
            "no change seen (+0.50 EUR, 95 % simulation error −0.10 to +1.10; parameter range +0.20 to +0.90)",
        ),
        ((0.0, 0.0, 0.0), (math.nan, math.nan), "does not change"),
        # Two decimals would read as an interval from zero.
        (
            (0.0005, 0.0002, 0.0008),
            (math.nan, math.nan),
            "rises by 0.0005 EUR (95 % simulation error +0.0002 to +0.0008)",
        ),
    ],
)
def test_both_intervals_decide_what_is_said(
    numbers: tuple[float, float, float], parameters: tuple[float, float], told: str
) -> None:
    assert moves(*numbers, "EUR", parameters) == told


def test_digits_grow_until_no_end_of_a_told_interval_reads_as_zero() -> None:
    assert shown_digits(100.0, 99.0, 101.0) == 0
    assert shown_digits(3.0, 0.004, 6.0) == 3
    assert shown_digits(3.0, -0.004, 6.0) == 2


def test_what_was_pressed_and_where_it_went(made: wb.Results) -> None:
    difference = made.compare()
    told = press_sentences(difference, "squeezed_ceiling")
    index = next(i for i in difference.waterbed_reports()["squeezed_ceiling"].indices if i.basis == "list_volume")
    pressed = number(-index.pressed.mean / 1e12 / 5)
    assert told[0].startswith("The arm presses Hospital A and Hospital B: care there, at list prices, falls by ")
    assert f"falls by {pressed} EUR million a year" in told[0]
    parts = difference.waterbed_parts().query("arm == 'squeezed_ceiling' and basis == 'list_volume' and year == ''")
    parts = parts[parts["payer"] == ""]
    seen = [p for _, p in parts.iterrows() if p["low"] > 0 or p["high"] < 0]
    elsewhere = [sentence for sentence in told if sentence.startswith("Elsewhere, ")]
    assert len(elsewhere) == len(seen) > 0
    assert all(("rises" in s) != ("falls" in s) for s in elsewhere)
    unseen = len(parts) - len(seen)
    assert [s for s in told if s.startswith("No change seen in care elsewhere: ")] == told[1 + len(seen) :]
    assert told[-1].count(";") == unseen - 1


def test_of_what_is_not_seen_neither_direction_nor_size_is_said(made: wb.Results) -> None:
    difference = made.compare()
    for arm in difference.arms:
        lines = difference.summary().query("arm == @arm and group == 'Results of the parties'")
        told = group_sentences(difference, arm, "Results of the parties")
        unseen = lines[(lines["low"] <= 0) & (lines["high"] >= 0)]
        seen = [sentence for sentence in told if "rises by" in sentence or "falls by" in sentence]
        assert len(seen) == len(lines) - len(unseen)
        for label in unseen["label"]:
            name = label.removesuffix(" (less paid)")
            assert not any(sentence.startswith((f"Result of {name}:", f"What {name} pays:")) for sentence in seen)
        payer = lines[lines["label"] == "Insurer A (less paid)"].iloc[0]
        if not payer["low"] <= 0 <= payer["high"]:
            verb = "falls" if payer["difference"] > 0 else "rises"
            assert any(sentence.startswith(f"What Insurer A pays: {verb} by") for sentence in told)


def test_one_replication_says_that_it_has_no_error() -> None:
    difference = made_results(replications=1).compare()
    told = story(difference, "squeezed_ceiling")
    assert not any(" rises " in s or " falls " in s for s in told)
    assert any("in one replication and so without a simulation error" in s for s in told)


def test_an_index_whose_interval_holds_zero_comes_back_nowhere(
    made: wb.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    difference = made.compare()
    table = difference.waterbed()
    told = index_sentence(difference, "squeezed_ceiling")
    assert "comes back elsewhere" in told
    for column, value in (("low", -0.1), ("high", 0.3)):
        table[column] = value
    monkeypatch.setattr(wb.Difference, "waterbed", lambda self: table)
    assert "nothing is seen to come back elsewhere" in index_sentence(difference, "squeezed_ceiling")


KEYS = {"decider": "hospital_a", "type": "elective_specialist", "from": "gp", "to": "hospital_a.ward"}


def decided(
    euro: tuple[float, float, float], chance: tuple[float, float, float], net: tuple[float, float, float]
) -> Decided:
    row = KEYS | {"from": "hospital_a.day_treatment", "per_year": 10.0, "pass_through": 0.5, "observed": 0.4}
    row |= dict(zip(("chance", "chance_low", "chance_high"), chance, strict=True)) | {"shift": -0.1}
    row |= dict(zip(("euro", "euro_low", "euro_high"), euro, strict=True))
    clause = {k: row[k] for k in KEYS} | {"contract": "gp_capitation", "term": "ceiling"}
    clause |= dict(zip(("euro", "euro_low", "euro_high"), net, strict=True))
    clause |= dict(zip(("net", "net_low", "net_high"), net, strict=True))
    nothing = pd.DataFrame({"provider": [], "share": [], "low": [], "high": []})
    return Decided("squeezed_ceiling", 2027, 4, pd.DataFrame([row]), pd.DataFrame([clause]), nothing)


def test_a_decision_is_told_by_its_intervals(made: wb.Results) -> None:
    clear = decided((-20.0, -25.0, -15.0), (0.3, 0.28, 0.32), (-20.0, -25.0, -15.0))
    [told] = decision_sentences(made.outline, clear)
    assert told == (
        "Hospital A (elective specialist), day treatment to ward: one more patient that way is worth EUR 20.0 less "
        "(95 % simulation error −25.0 to −15.0) than under the reference contracts: EUR −20.0 (−25.0 to −15.0) by the "
        "ceiling or tiers of GP capitation; 50.0 % of it reaches who decides. Of such patients 40.0 % went that way as "
        "observed, 30.0 % do now (28.0 % to 32.0 %)."
    )
    open_ = decided((-20.0, -45.0, 5.0), (0.39, 0.37, 0.41), (-20.0, -45.0, 5.0))
    [told] = decision_sentences(made.outline, open_)
    assert "no change seen in what one more patient that way is worth" in told
    assert "less" not in told
    assert "by the ceiling" not in told
    assert told.endswith("Of such patients 40.0 % went that way as observed; no change is seen in that.")
    mixed = decided((-20.0, -25.0, -15.0), (0.3, 0.28, 0.32), (-20.0, -45.0, 5.0))
    assert "by the ceiling" not in decision_sentences(made.outline, mixed)[0]


def outline_with(made: wb.Results, **letters: str) -> Outline:
    names = {
        "theta_own_volume": 0.13,
        "theta_elective_specialist": 0.1,
        "goes_on": 0.35,
        "psi": 0.04,
        "theta_stay": 0.0,
    }
    rows = [BehaviourOutline(name, value, letters.get(name, "C"), 0.01, 0.5) for name, value in names.items()]
    return replace(made.outline, behaviour=rows)


def test_letters_of_the_numbers_that_moved_something_stand_beside_the_result(made: wb.Results) -> None:
    outline = outline_with(made, psi="A", goes_on="B")
    everything = hangs_on(outline)
    assert [row.name for row in everything] == ["theta_own_volume", "theta_elective_specialist", "goes_on", "psi"]
    assert hangs_sentence(everything) == (
        "What moves hangs on assumed numbers (C): theta_own_volume 0.13, theta_elective_specialist 0.1; sourced but "
        "approximate numbers (B): goes_on 0.35; measured numbers (A): psi 0.04."
    )
    assert letters_sentence(everything) == (
        "Numbers of behaviour behind it: 2 assumed (C), 1 sourced but approximate (B), 1 measured (A)."
    )
    moved = hangs_on(outline, decided((-20.0, -25.0, -15.0), (0.3, 0.28, 0.32), (-20.0, -25.0, -15.0)))
    assert [row.name for row in moved] == ["theta_elective_specialist", "psi"]  # nothing held back, no own volume
    still = hangs_on(replace(outline, incentives=False))
    assert [row.name for row in still] == ["psi"]
    results = wb.Results(made._core, outline)
    text = page(results.compare(), {})
    assert "Numbers of behaviour behind it: 2 assumed (C)" in text
    assert "<code>behaviour.theta_elective_specialist</code>" in text
    assert "0.01 to 0.5" in text
