"""What a payoff is asked to draw: contracts, their names, their facts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import waterbed as wb
from commands import waterbed

ANSWERED = {"person_time": 1000, "benchmark_per_person_year": 1000}
VARIANT = {"terms": {"reference": {"steps": [{"given": {}}]}, "layers": {"up": [{"share": 0.5}]}}}


def shared(name: str, share: float = 0.5) -> wb.contracts.Contract:
    terms = {**VARIANT["terms"], "layers": {"up": [{"share": share}]}}
    return wb.contracts.from_dict({"terms": terms}, name=name)


def payoff_command(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return waterbed("payoff", *arguments, cwd=cwd)


def curves(figure: Figure) -> list[list[list[float]]]:
    return [np.asarray(line.get_xydata()).tolist() for axes in figure.axes for line in axes.get_lines()]


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for box in [axes.get_legend()] if box for text in box.get_texts()]


def test_one_contract_is_drawn_as_a_list_of_one() -> None:
    one = shared("half")
    alone, listed = (wb.contracts.plot.payoff(given, **ANSWERED) for given in (one, [one]))
    assert alone.get_suptitle() == listed.get_suptitle() == "Payoff: half"
    assert len(curves(alone)) > 2
    assert curves(alone) == curves(listed)


@pytest.mark.parametrize("given", ["nl/hospital_ceiling", ["nl/hospital_ceiling"], None, [None]])
def test_what_is_not_a_contract_is_refused(given: object) -> None:
    with pytest.raises(TypeError, match=r"^contracts: must be made by contracts.load or contracts.from_dict, got "):
        wb.contracts.plot.payoff(given)


def test_a_text_is_not_the_keys_of_a_contract() -> None:
    with pytest.raises(TypeError, match=r"^values: must be a mapping with the keys of a contract file, got str$"):
        wb.contracts.from_dict("terms: {}")


def test_contracts_of_one_name_are_numbered_in_their_order() -> None:
    figure = wb.contracts.plot.payoff([shared("half"), shared("half", 0.4), shared("third")], **ANSWERED)
    assert legend(figure)[:3] == ["half (1)", "half (2)", "third"]
    assert figure.get_suptitle() == "Payoff: half (1) against half (2) against third"
    # What another one is called already is passed over.
    figure = wb.contracts.plot.payoff([shared("half"), shared("half"), shared("half (1)")], **ANSWERED)
    assert legend(figure)[:3] == ["half (2)", "half (3)", "half (1)"]


def test_a_renamed_contract_is_the_same_contract() -> None:
    contract = wb.contracts.load("nl/gp_shared_savings", **{"terms.gate.up": 0.0})
    other = contract.renamed("no gate")
    assert (contract.name, other.name) == ("gp_shared_savings", "no gate")
    assert other.to_yaml() == contract.to_yaml()
    figure = wb.contracts.plot.payoff([shared("half"), shared("half").renamed("no gate")], **ANSWERED)
    assert legend(figure)[:2] == ["half", "no gate"]


def test_missing_facts_are_told_at_their_place_for_every_contract(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("person_time: 8000\nbenchmark_per_person_year: 10800\n")
    files = ("us/mssp_basic_e_2022", "us/mssp_enhanced_2022")
    done = payoff_command(*files, "--facts", "facts.yaml", "--out", "f.svg", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    # Level E limits losses by revenue, Enhanced shares them by the score; counted spending is on the axis.
    told = [
        ("mitigated_share", "losses are mitigated by it", "adjust", "basic_e"),
        ("own_revenue", "the limit is a share of it", "limit", "basic_e"),
        ("quality_standard", "shares depend on the standard reached", "quality", "basic_e"),
        ("mitigated_share", "losses are mitigated by it", "adjust", "enhanced"),
        ("quality_score", "money depends on the score", "quality", "enhanced"),
        ("quality_standard", "shares depend on the standard reached", "quality", "enhanced"),
    ]
    assert done.stderr.splitlines() == [
        f"facts.yaml:1:1: {fact}: is missing: {rule} (terms.{term} of mssp_{track}_2022)"
        for fact, rule, term, track in told
    ]
    assert not (tmp_path / "f.svg").exists()


def test_a_bad_value_is_told_once_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("person_time: 8000\nbenchmark_per_person_yea: 10800\n")
    files = ("us/mssp_basic_e_2022", "us/mssp_enhanced_2022")
    done = payoff_command(*files, "--facts", "facts.yaml", "--out", "f.svg", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert sum(line.startswith("facts.yaml:2:1: benchmark_per_person_yea: ") for line in done.stderr.splitlines()) == 1


@pytest.mark.parametrize("sd", ["-5", "nan", "inf"])
def test_a_forecast_error_is_told_by_its_own_name(sd: str, tmp_path: Path) -> None:
    done = payoff_command("us/mssp_basic_e_2022", "--forecast-sd", sd, "--out", "f.svg", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, f"--forecast-sd: must be zero or more, got {sd}\n")
    with pytest.raises(ValueError, match=r"^forecast_sd: must be zero or more, got "):
        shared("half").plot.payoff(forecast_sd=float(sd), **ANSWERED)


def test_income_from_capitation_does_not_tell_person_years(root: Path) -> None:
    facts = root / "examples" / "facts" / "nl" / "risk_equalisation_2021.yaml"
    contract = wb.contracts.load("nl/risk_equalisation_2021")
    with pytest.raises(wb.ScenarioError) as caught:
        contract.payoff(facts)
    assert [str(problem).split(": ", 1)[1] for problem in caught.value.problems] == [
        "membership: is missing: the payoff runs over person-years, which capitation_income does not tell "
        "(terms.capitation of risk_equalisation_2021)"
    ]
    # 17.4 million person-years at 2,770 are 48,198 million, less 23,335.8 million of premium and deductible.

    deductions = {"standard_premium": 20_108_600_000, "expected_deductible": 3_227_200_000}
    payoff = contract.payoff(membership={"everybody": 17_400_000}, deductions=deductions)
    assert payoff.axis == "person_years"
    assert payoff.value([17_400_000]).tolist() == pytest.approx([24_862_200_000], abs=0.05)
    assert payoff.range == (0, 34_800_000)
