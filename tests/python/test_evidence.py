"""Studies of payment reform: what the file says, and what is predicted of it."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import waterbed as wb
from waterbed.evidence import Study, Table, all_studies, predict, predict_all, studies


@pytest.fixture(scope="module")
def known(root: Path) -> dict[str, Study]:
    return {s.name: s for s in studies(root / "scenarios" / "evidence")}


def test_every_study_has_a_source_and_a_scenario_that_loads(known: dict[str, Study]) -> None:
    for study in known.values():
        assert study.source.strip(), study.name
        assert study.published.text.strip(), study.name
        assert study.arm in wb.load(study.folder / study.scenario).arms
    fitted = {s.target for s in known.values() if s.use == "fit"}
    assert fitted == {"T2", "T4", "T5", "T9", "T11", "T13", "T14", "T16", "T20"}


def test_nothing_moves_without_incentives_and_with_them_signs_are_as_published(known: dict[str, Study]) -> None:
    payment = [s for s in known.values() if s.scenario.startswith(("copenhagen", "ontario", "fundholding"))]
    moved = predict_all(payment, replications=2)
    still = predict_all(payment, {"behaviour.incentives": False}, replications=2)
    for study in payment:
        assert still[study.name].value == 0.0, study.name
        assert moved[study.name].value * study.published.sign >= 0.0, study.name


def test_programmes_show_what_is_written_into_them(known: dict[str, Study]) -> None:
    """The odds ratio of a nurse, the shares sent on and induced come back out of the measures of T2, T4 and T5."""
    written = {
        "practice_nurse_internist": ("programmes.practice_nurse.care.effects.referrals.internist", 0.5),
        "primary_care_plus_onward": ("needs.problem.pathways.primary_care_plus.clinic_after", 0.35),
        "primary_care_plus_induced": ("programmes.primary_care_plus.routes.redirects.0.induced", 0.3),
    }
    found = predict_all([known[n] for n in written], dict(written.values()), replications=8)
    for name, (_, value) in written.items():
        # A rate of four visits a year stands for a chance: on the nurse's odds that is a hundredth.
        assert found[name].value == pytest.approx(value, abs=4 * found[name].error + 0.01), name
        assert found[name].error < 0.05


def test_more_hands_move_care_through_income_alone(known: dict[str, Study]) -> None:
    found = predict(known["density_gap"], {"behaviour.income_effort": 0}, replications=2)
    assert found.value == 0.0
    assert predict(known["density_gap"], {"behaviour.income_effort": 2}, replications=2).value > 0.1


def test_old_are_treated_less_the_more_a_loss_counts(known: dict[str, Study]) -> None:
    shares = [
        predict(known["joint_replacement_old"], {"behaviour.selection_per_1000": s}, replications=4).value
        for s in (0, -0.03, -0.1)
    ]
    assert shares[0] == 0.0
    assert 0.0 > shares[1] > shares[2]


@pytest.mark.parametrize("theta", [0.05, 0.13, 0.4])
def test_cut_of_fees_is_a_logit_in_closed_form(known: dict[str, Study], theta: float) -> None:
    """A contact asks for another with chance p; u = theta (0.13 N(p') - N(p)), N = 1 / (1 - p), solved for p'.

    Without variable cost, which would be saved with each contact. The second year: practice has settled.
    """
    p = 0.35
    answer = p
    for _ in range(200):
        u = theta * (0.13 / (1 - answer) - 1 / (1 - p))
        answer = p * math.exp(u) / (p * math.exp(u) + 1 - p)
    expected = (1 - p) / (1 - answer) - 1
    study = known["ontario_services"]
    measure = replace(study.measure, of=Table("visits", {"kind": "gp_contact"}, (1,)))
    found = predict(
        replace(study, measure=measure),
        {
            "behaviour.theta_own_volume": theta,
            "needs.acute_illness.per_person_year": 0,
            "providers.gps.cost.variable_share": 0,
        },
        replications=6,
    )
    assert found.error < 0.002
    assert found.value == pytest.approx(expected, abs=4 * found.error)


def test_same_seed_gives_the_same_prediction(known: dict[str, Study]) -> None:
    study = known["fundholding_elective"]
    assert predict(study, replications=2, seed=5) == predict(study, replications=2, seed=5)
    assert predict(study, replications=2, seed=5) != predict(study, replications=2, seed=6)


def test_range_is_over_draws_of_parameters(known: dict[str, Study]) -> None:
    found = predict(known["ontario_services"], replications=2, parameter_sets=12)
    assert found.low < found.value < found.high


def test_faults_are_told_with_line_and_field(known: dict[str, Study], root: Path, tmp_path: Path) -> None:
    text = (root / "scenarios" / "evidence" / "studies.yaml").read_text()
    entry = text[text.index("fundholding_elective:") : text.index("fundholding_emergency:")]
    bad = (
        entry.replace("  source: Dusheiko 2006, J Health Econ 25:449\n", "")
        .replace("quality: A", "quality: D")
        .replace("effect: relative", "effect: relativ, colour: red")
        .replace("scenario: fundholding.yaml", "scenario: nowhere.yaml")
        .replace("low: -0.0485", "low: 0.5")
        .replace("replications: 4", "replications: many")
    )
    (tmp_path / "studies.yaml").write_text(bad)
    with pytest.raises(ValueError, match=r"studies.yaml:\d+: fundholding_elective") as caught:
        studies(tmp_path)
    told = str(caught.value)
    for field in (".source: must be there", ".quality: must be one of A, B, C", ".measure.effect: must be one of",
                  ".measure.colour: is not known", ".scenario: must be a file", ".published.value: must lie between",
                  ".replications: must be a finite number"):  # fmt: skip
        assert field in told, field


def test_a_published_finding_counts_once(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    shutil.copytree(root / "scenarios" / "evidence", folder)
    for region in ("the_hague.yaml", "leiden_region.yaml"):
        shutil.copy(root / "scenarios" / region, tmp_path)
    file = folder / "system_studies.yaml"
    text = file.read_text(encoding="utf-8")
    own = "  use: repeat\n  repeats: joint_replacement_old\n"
    assert text.count(own) == 1
    for wrong, said in (
        ("  use: check\n", "joint_replacement_85: must have the use 'repeat', as joint_replacement_old has the same"),
        (own.replace("old", "young"), "joint_replacement_85.repeats: must be a study that repeats none, got"),
        (own.replace("replacement_old", "replacement_85"), "must be a study that repeats none"),
        (own.replace("old", "nursing"), "joint_replacement_85: must have the target and the published value of joint"),
        ("  use: repeat\n", r"system_studies.yaml:\d+: joint_replacement_85.repeats: must be there"),
        (own.replace("repeat\n", "check\n"), "joint_replacement_85.repeats: is for a study with the use 'repeat'"),
    ):
        file.write_text(text.replace(own, wrong), encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            all_studies(folder)
    file.write_text(text + text[text.index("density_fees:") : text.index("density_salary:")].replace("_fees:", "_gap:"))
    with pytest.raises(ValueError, match="density_gap: is there twice"):
        all_studies(folder)


def test_unknown_words_of_a_measure_are_refused(known: dict[str, Study]) -> None:
    study = known["fundholding_elective"]
    wrong = replace(study, measure=replace(study.measure, of=Table("visits", {"kind": "operation"})))
    with pytest.raises(ValueError, match=r"kind of visits must be one of .*elective_admission.*, got 'operation'"):
        predict(wrong, replications=2)


def test_one_replication_has_no_error(known: dict[str, Study]) -> None:
    with pytest.raises(ValueError, match="replications must be at least 2"):
        predict(known["fundholding_elective"], replications=1)
