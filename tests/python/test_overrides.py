from __future__ import annotations

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from waterbed._overrides import apply_overrides, flow

TEXT = """\
# A comment that stays.
name: small   # and this one
behaviour: {incentives: true, capacity: true}
contracts:
  hospital_ceiling:
    precedence: 2   # of two
    terms:
      ceiling: {amount: 100}
  other: {precedence: 1}
needs:
  skin:
    pathways:
      gp_consult: {dermatology: 0.1}
      gp_consult.follow_up: {dermatology: 0.2}
strata:
  - {name: a}
  - name: b
"""


@pytest.mark.parametrize(
    ("path", "value", "reached"),
    [
        ("behaviour.incentives", False, lambda d: d["behaviour"]["incentives"]),
        ("contracts.hospital_ceiling.precedence", 7, lambda d: d["contracts"]["hospital_ceiling"]["precedence"]),
        (
            "contracts.hospital_ceiling.terms.ceiling.amount",
            95.5,
            lambda d: d["contracts"]["hospital_ceiling"]["terms"]["ceiling"]["amount"],
        ),
        ("contracts.hospital_ceiling", {"precedence": 3}, lambda d: d["contracts"]["hospital_ceiling"]),
        ("behaviour.psi", 0.01, lambda d: d["behaviour"]["psi"]),
        ("run.seed", 5, lambda d: d["run"]["seed"]),
        (
            "needs.skin.pathways.gp_consult.follow_up.dermatology",
            0.3,
            lambda d: d["needs"]["skin"]["pathways"]["gp_consult.follow_up"]["dermatology"],
        ),
        ("strata.1.name", "c", lambda d: d["strata"][1]["name"]),
        ("strata.0", {"name": "z"}, lambda d: d["strata"][0]),
    ],
)
def test_one_value_changes_and_the_rest_stays(path: str, value: object, reached: object) -> None:
    before = yaml.safe_load(TEXT)
    changed = apply_overrides(TEXT, {path: value})
    after = yaml.safe_load(changed)
    assert reached(after) == value
    for key in before:
        if key != path.split(".")[0]:
            assert after[key] == before[key]
    assert "# A comment that stays." in changed


def test_lines_keep_their_place_unless_a_key_is_added() -> None:
    changed = apply_overrides(TEXT, {"behaviour.incentives": False, "contracts.other.precedence": 4})
    assert [a == b for a, b in zip(TEXT.splitlines(), changed.splitlines(), strict=True)].count(False) == 2


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("strata.2.name", "'2' must be a position below 2"),
        ("strata.first", "'first' must be a position below 2"),
        ("name.more", "name has no keys"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        apply_overrides(TEXT, {path: 1})


def test_an_alias_is_not_changed_behind_the_authors_back() -> None:
    text = "a: &x {v: 1}\nb: *x\n"
    with pytest.raises(ValueError, match="goes through an alias"):
        apply_overrides(text, {"b.v": 2})


def test_values_that_yaml_cannot_say_are_refused() -> None:
    with pytest.raises(ValueError, match="must be finite"):
        apply_overrides(TEXT, {"run.seed": float("nan")})
    with pytest.raises(ValueError, match="a object cannot be written"):
        apply_overrides(TEXT, {"run.seed": object()})
    assert flow(np.float64(1e-5), "x") == "0.000010"[: len("0.00001")]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_plain_decimals_and_come_back_exactly(value: float) -> None:
    text = flow(value, "x")
    assert "e" not in text.lower()
    assert float(text) == value


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff\x85"))
)
def test_any_text_comes_back(value: str) -> None:
    assert yaml.safe_load(apply_overrides(TEXT, {"name": value}))["name"] == value
