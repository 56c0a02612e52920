"""Calibration: systems solved by hand, parameters found again, what cannot be told apart, and faults of files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import waterbed as wb
from waterbed.calibrate import _shrunk, calibrate, expected_targets, read_targets
from waterbed.calibrate._confirm import simulate_targets
from waterbed.calibrate._report import figures, write_calibration, write_in_place
from waterbed.cli import _app

ROOT = Path(__file__).resolve().parent.parent.parent

REGION = """\
waterbed: 1
name: by_hand
title: Two needs and two settings
time: {cycle: month, start_year: 2023, warm_up_years: 0, base_years: 1, years: 1}
run: {replications: 1, seed: 1}
population:
  seed: 1
  cells:
    - {municipality: town, sex: women, age_low: 20, age_high: 60, persons: 3000}
    - {municipality: town, sex: men, age_low: 20, age_high: 60, persons: 3000}
  municipalities: {town: {deprivation: [0.2, 0.2, 0.2, 0.2, 0.2]}}
sectors: {gp: {}, hospital: {}}
payers: {insurer_a: {market_share: 1.0}}
kinds:
  gp_consult: {sector: gp, funder: insurer, list_price: 10, list_price_follow_up: 10}
  emergency_department: {sector: hospital, funder: insurer, list_price: 250, list_price_follow_up: 250}
providers:
  clinic: {title: Clinic, type: other, kinds: [gp_consult, emergency_department]}
needs:
  cold: {urgency: urgent, per_person_year: 1.0, enters: {gp_consult: 1.0}}
  wound:
    urgency: urgent
    per_person_year: 0.2
    enters: {gp_consult: 0.5, emergency_department: 0.5}
    pathways: {emergency_department: {gp_consult.follow_up: 0.2}}
contracts:
  fees:
    payers: all
    holders: [clinic]
    source: made up
    terms: {fee: {prices: {gp: list, hospital: list}}}
arms: {usual: {title: Usual, contracts: [fees]}}
baseline: usual
reference: usual
"""

TARGETS = """\
waterbed_targets: 1
title: By hand
age_bands: [0]
targets:
  contacts: {measure: units_per_person, of: gp_consult, value: 2.0, tolerance: 0.001, source: made, quality: C}
  visits: {measure: units_per_person, of: emergency_department, value: 0.2, tolerance: 0.001, source: made, quality: C}
parameters:
  rates: {scale: rate, by: [need], prior_sd: 2}
"""


def written(folder: Path, targets: str = TARGETS, region: str = REGION) -> tuple[Path, Path]:
    (folder / "region.yaml").write_text(region, encoding="utf-8")
    (folder / "targets.yaml").write_text(targets, encoding="utf-8")
    return folder / "region.yaml", folder / "targets.yaml"


def test_two_needs_and_two_settings_are_solved_as_by_hand(tmp_path: Path) -> None:
    done = calibrate(*written(tmp_path), simulate=False)
    # Visits 0.5 w = 0.2, so w = 0.4; contacts c + 0.5 w + 0.2 * 0.5 w = 2, so c = 2 - 0.6 w = 1.76.
    factors = dict(zip(done.parameters["parameter"], done.parameters["factor"], strict=True))
    assert factors["rates wound"] == pytest.approx(0.4 / 0.2, rel=1e-5)
    assert factors["rates cold"] == pytest.approx(1.76, rel=1e-5)
    assert done.targets["before"].tolist() == pytest.approx([1.0 + 0.6 * 0.2, 0.1], rel=1e-9)
    assert done.targets["within"].all()
    assert not done.targets["within_before"].any()
    assert done.told.untold == 0


def test_the_fitted_scenario_has_the_numbers_and_the_flows(tmp_path: Path) -> None:
    scenario, targets = written(tmp_path)
    before = scenario.read_bytes()
    done = calibrate(scenario, targets, simulate=False)
    write_calibration(done, tmp_path / "out")
    assert scenario.read_bytes() == before
    fitted = wb.load(tmp_path / "out" / "region.yaml")
    assert fitted._core.needs[0].rate(30, 0) == pytest.approx(1.76, rel=1e-5)
    assert fitted._core.needs[1].rate(30, 1) == pytest.approx(0.4, rel=1e-5)
    again = expected_targets(fitted, targets)
    assert again["expected"].tolist() == pytest.approx(done.targets["expected"].tolist(), rel=1e-5)
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"calibration.csv", "calibration.parquet", "parameters.csv", "figures", "manifest.json"} <= names
    assert set(figures(done)) >= {"residuals", "before_and_after"}


def test_in_place_changes_the_scenario_itself(tmp_path: Path) -> None:
    scenario, targets = written(tmp_path)
    write_in_place(calibrate(scenario, targets, simulate=False))
    assert expected_targets(wb.load(scenario), targets)["within"].all()


def test_routes_are_shifted_in_odds_and_stay_chances(tmp_path: Path) -> None:
    text = TARGETS.replace(
        "rates: {scale: rate, by: [need], prior_sd: 2}", "ways: {scale: way_in, by: [to], prior_sd: 5}"
    )
    text = text.replace("value: 0.2", "value: 0.15").replace("  contacts:", "  # contacts:")
    scenario, targets = written(tmp_path, text)
    done = calibrate(scenario, targets, simulate=False)
    write_in_place(done)
    wound = wb.load(scenario)._core.needs[1]
    # 0.2 needs a year, 0.15 of them at the emergency department: three quarters.
    assert wound.enters["emergency_department"] == pytest.approx(0.75, rel=1e-3)
    assert sum(wound.enters.values()) <= 1.0 + 1e-9


def test_known_parameters_are_found_again(tmp_path: Path, two_clinics: wb.Scenario) -> None:
    truth = {"skin_complaint": 1.3, "injury": 0.8}
    changed = two_clinics.with_(
        **{
            "needs.skin_complaint.per_person_year": [
                {"ages": [0, 64], "women": 0.5 * 1.3, "men": 0.4 * 1.3},
                {"ages": [65, 120], "women": 0.7 * 1.3, "men": 0.7 * 1.3},
            ],
            "needs.injury.per_person_year": [
                {"ages": [0, 64], "women": 0.12 * 0.8, "men": 0.15 * 0.8},
                {"ages": [65, 120], "women": 0.25 * 0.8, "men": 0.2 * 0.8},
            ],
            # Odds of a referral against discharge times 1.5: all chances over 0.7 + 0.2 + 0.15.
            "needs.skin_complaint.pathways.gp_consult.dermatology_clinic": 0.15 / 1.05,
            "needs.skin_complaint.pathways.gp_consult.gp_consult.follow_up.probability": 0.2 / 1.05,
        }
    )
    lines = [
        (measure, of)
        for measure, of in (
            ("units_per_person", "gp_consult"),
            ("units_per_person", "emergency_department"),
            ("units_per_person", "dermatology_clinic"),
            ("referrals_per_1000", "gp_consult"),
        )
    ]
    blank = "\n".join(
        f"  t{i}: {{measure: {m}, of: {o}, value: VALUE{i}, tolerance: 0.001, source: made up, quality: C}}"
        for i, (m, o) in enumerate(lines)
    )
    text = (
        f"waterbed_targets: 1\nage_bands: [0, 65]\ntargets:\n{blank}\nparameters:\n"
        "  rates: {scale: rate, needs: [skin_complaint, injury], by: [need], prior_sd: 1}\n"
        "  referral: {scale: pathway, from: gp_consult, to: dermatology_clinic, prior_sd: 1}\n"
    )
    file = tmp_path / "targets.yaml"
    for i in range(len(lines)):
        text = text.replace(f"VALUE{i},", "1.0,")
    file.write_text(text, encoding="utf-8")
    wanted = expected_targets(changed, file)["expected"]
    for i, value in enumerate(wanted):
        text = text.replace(
            f"t{i}: {{measure: {lines[i][0]}, of: {lines[i][1]}, value: 1.0",
            f"t{i}: {{measure: {lines[i][0]}, of: {lines[i][1]}, value: {value}",
        )
    file.write_text(text, encoding="utf-8")
    done = calibrate(two_clinics, file, simulate=False)
    factors = dict(zip(done.parameters["parameter"], done.parameters["factor"], strict=True))
    for need, factor in truth.items():
        assert factors[f"rates {need}"] == pytest.approx(factor, rel=2e-3)
    assert factors["referral"] == pytest.approx(1.5, rel=2e-3)
    assert done.targets["within"].all()


def test_parameters_that_targets_cannot_tell_apart_are_named(tmp_path: Path) -> None:
    text = TARGETS.replace("  visits:", "  # visits:")
    region = REGION.replace("per_person_year: 0.2", "per_person_year: 1.0")
    done = calibrate(*written(tmp_path, text, region), simulate=False)
    assert done.told.untold == 1
    pair = done.told.pairs.iloc[0]
    assert {pair["parameter"], pair["other"]} == {"rates cold", "rates wound"}
    assert pair["correlation"] < -0.95
    assert set(done.told.directions["parameter"]) == {"rates cold", "rates wound"}
    blind = done.told.directions["singular_value"].to_numpy()
    assert np.all(blind < 1e-6)


def test_bad_targets_give_every_fault_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    Path("targets.yaml").write_text(
        """\
waterbed_targets: 2
age_bands: [0, 65]
tables: [by_age.csv]
targets:
  contacts: {measure: contacts, of: gp_consult, value: 2, tolerance: 0.1, source: made up, quality: D}
  visits: {measure: units_per_person, of: gp_consult, value: many, ages: [5, 64], source: made, quality: C}
parameters:
  rates: {scale: rate, by: [place], smooth_sd: 0.1}
  stays: {scale: stays}
other: 1
""",
        encoding="utf-8",
    )
    Path("by_age.csv").write_text(
        "# made up\nmeasure,of,sex,age_low,age_high,place,value,tolerance,source,quality\n"
        "units_per_person,gp_consult,girls,0,64,,1.0,0.1,made up,C\n"
        "units_per_person,gp_consult,,0,64,,-1,0.1,made up,C\n"
        "units_per_person,gp_consult\n",
        encoding="utf-8",
    )
    with pytest.raises(wb.ScenarioError) as error:
        read_targets(Path("targets.yaml"))
    assert str(error.value).splitlines() == [
        "targets.yaml:10:1: other: must be one of waterbed_targets, title, age_bands, tables, targets, parameters, "
        "simulation",
        "targets.yaml:1:19: waterbed_targets: must be 1, got 2",
        "targets.yaml:5:23: targets.contacts.measure: must be one of units_per_person, visits_per_1000, "
        "list_spending_per_person, referrals_per_1000, referrals_to_per_1000, outpatient_visits_per_1000, "
        "admitted_share, got contacts",
        "targets.yaml:5:101: targets.contacts.quality: must be A, B or C, got D",
        "targets.yaml:6:3: targets.visits.tolerance: must be given",
        "targets.yaml:6:74: targets.visits.ages: must be first and last age of whole age_bands, got 5, 64",
        "targets.yaml:6:62: targets.visits.value: must be a number in [0, 1e+12], got many",
        "by_age.csv:3:29: sex: must be women or men, or left out, got girls",
        "by_age.csv:4:36: value: must be a number in [0, 1e+12], got -1",
        "by_age.csv:5:1: row: must have 10 cells, got 2",
        "targets.yaml:8:28: parameters.rates.by: must be among need, age, sex for scale rate, got place",
        "targets.yaml:8:3: parameters.rates.prior_sd: must be given: standard deviation of the shift, in log space",
        "targets.yaml:8:37: parameters.rates.smooth_sd: holds between ages: by must name age",
        "targets.yaml:9:18: parameters.stays.scale: must be one of rate, stage_rate, way_in, pathway, attached, stay, "
        "price, got stays",
    ]
    with pytest.raises(SystemExit) as ended:
        _app.app(["calibrate", "region.yaml", "targets.yaml", "--expected-only"])
    assert ended.value.code == 2
    assert "targets.yaml:1:19: waterbed_targets: must be 1, got 2" in capsys.readouterr().err
    assert not Path("out").exists()


def test_names_that_the_scenario_lacks_are_told(tmp_path: Path) -> None:
    text = TARGETS.replace("of: emergency_department", "of: emergency").replace("by: [need]", "needs: flu, by: [need]")
    scenario, targets = written(tmp_path, text)
    with pytest.raises(wb.ScenarioError, match="of must be one of the scenario's kinds of care"):
        calibrate(scenario, targets, simulate=False)
    targets.write_text(TARGETS.replace("by: [need]", "needs: flu, by: [need]"), encoding="utf-8")
    with pytest.raises(wb.ScenarioError, match=r"parameters\.rates: must choose something"):
        calibrate(scenario, targets, simulate=False)


def test_the_command_writes_the_fit_and_confirms_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, TARGETS.replace("tolerance: 0.001", "tolerance: 0.1"))
    with pytest.raises(SystemExit) as ended:
        _app.app(["calibrate", "region.yaml", "targets.yaml", "--out", "fit", "--replications", "2"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert "2 targets, 2 parameters; within the allowance 0 before, 2 after (simulated)." in shown
    assert (tmp_path / "fit" / "calibration.csv").is_file()


def test_what_noise_does_not_explain_is_kept_and_the_rest_is_shrunk_away() -> None:
    """DerSimonian-Laird by hand: two with variances of 0.01, 0.3 apart: surplus 4.5 - 1 over 200 - 100, so 0.035."""
    apart = np.array([0.15, -0.15])
    assert _shrunk(apart, np.array([0.01, 0.01])) == pytest.approx(apart * 0.035 / 0.045)
    assert _shrunk(apart, np.array([1.0, 1.0])) == pytest.approx([0.0, 0.0])  # less apart than chance gives
    assert _shrunk(apart, np.array([0.0, 0.0])) == pytest.approx(apart)


def test_standard_errors_are_those_that_seeds_give(tmp_path: Path) -> None:
    scenario, targets = written(tmp_path)
    region, file = wb.load(scenario), read_targets(targets)
    told = [simulate_targets(region.with_(**{"run.seed": seed}), file, 1, False) for seed in range(1, 61)]
    spread = np.std([x.mean for x in told], axis=0, ddof=1)
    stated = np.sqrt(np.mean([np.square(x.error) for x in told], axis=0))
    # Chi-square with 59 degrees of freedom: 99.9 % of ratios of variances lie within 0.52 and 1.73.
    assert ((np.square(spread / stated) > 0.52) & (np.square(spread / stated) < 1.73)).all(), (spread, stated)
    assert simulate_targets(region, file, 4, False).error == pytest.approx(told[0].error / 2, rel=0.05)
