from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import waterbed as wb
from commands import waterbed
from waterbed import scenario as scenario_module
from waterbed.cli._app import app

COMMAND = [sys.executable, "-m", "waterbed"]


@pytest.fixture
def small(root: Path) -> Path:
    return root / "scenarios" / "two_clinics.yaml"


def test_compare_prints_a_table_and_leaves_the_folder(small: Path, tmp_path: Path, short_run: wb.Results) -> None:
    done = waterbed("compare", small, "--replications", "3", "--seed", "1", "--out", "out/small", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in (
        "Ceiling 5 % lower",
        "Spending at list prices, EUR per insured per year",
        "Spending in cash",
        "Visits",
        "Staff, full-time equivalents",
        "Waits, days",
        "QALYs",
        "Results of the parties",
        "simulation error",
        "range: middle 95 % of replications",
        "Chance, parameters at their means; beside it 5 drawn parameter sets",
        "aterbed index",
        "Report: out/small/report.html",
    ):
        assert words in done.stdout
    manifest = json.loads((tmp_path / "out" / "small" / "manifest.json").read_text())
    assert manifest["results_digest"] == short_run.digest()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_static_puts_incentives_off_beside_on_everywhere(small: Path, tmp_path: Path, short_run: wb.Results) -> None:
    options = ("--replications", "3", "--seed", "1", "--static", "--out", "s")
    done = waterbed("compare", small, *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "every response off" in done.stdout
    assert "With every response off: not printed: the pressed part did not change" in " ".join(done.stdout.split())
    folder = tmp_path / "s"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["results_digest"] == short_run.digest()
    headline = manifest["static"]["waterbed"][0]
    assert (headline["arm"], headline["basis"]) == ("squeezed_ceiling", "list_volume")
    assert headline["incentives_off"]["message"] == "the pressed part did not change"
    assert headline["incentives_on"]["index"] is not None or headline["incentives_on"]["message"]
    report = (folder / "report.html").read_text()
    assert "W, every response off" in report
    before = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    again = waterbed("report", "s", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_the_same_command_gives_the_same_files(small: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        done = waterbed("compare", small, "--replications", "2", "--out", name, "--threads", "1", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path / "b") for p in (tmp_path / "b").rglob("*") if p.is_file())
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_run_keeps_one_arm_and_report_is_made_later(small: Path, tmp_path: Path) -> None:
    options = ("--replications", "2", "--arm", "usual", "--arm", "squeezed_ceiling", "--out", "r")
    done = waterbed("run", small, *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "r" / "report.html").exists()
    before = json.loads((tmp_path / "r" / "manifest.json").read_text())
    assert before["arms"] == ["usual", "squeezed_ceiling"]
    again = waterbed("report", "r", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "r" / "report.html").exists()
    assert json.loads((tmp_path / "r" / "manifest.json").read_text()) == before


def test_check_says_what_will_be_simulated(small: Path, tmp_path: Path) -> None:
    done = waterbed("check", small, cwd=tmp_path)
    assert done.returncode == 0
    assert "no faults" in done.stdout
    assert "arm usual, the baseline" in done.stdout
    assert "memory for a run" in done.stdout


def test_schema_is_json(tmp_path: Path) -> None:
    done = waterbed("schema", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["type"] == "object"


def test_an_aco_is_shown_from_any_folder(tmp_path: Path) -> None:
    done = waterbed("aco", "A1001", "--track", "A", "--replications", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Medicare ACO A1001, 2022" in done.stdout
    assert "paid 45.87 million USD" in " ".join(done.stdout.split())


@pytest.mark.parametrize("command", ["compare", "run", "check"])
def test_bad_input_prints_every_fault_and_writes_nothing(command: str, small: Path, tmp_path: Path) -> None:
    text = (
        small.read_text()
        .replace("baseline: usual", "baseline: usul")
        .replace("waterbed: 1\n", "waterbed: 1\ncolour: red\n")
    )
    (tmp_path / "bad.yaml").write_text(text)
    done = waterbed(command, "bad.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    with pytest.raises(wb.ScenarioError) as caught:
        wb.load(tmp_path / "bad.yaml")
    expected = [str(p).replace(f"{tmp_path}/", "") for p in caught.value.problems]
    assert done.stderr.splitlines() == expected
    assert [p.name for p in tmp_path.iterdir()] == ["bad.yaml"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "none.yaml"], "none.yaml"),
        (["run", "{small}", "--arm", "usul", "--replications", "1"], "usul"),
        (["compare", "{small}", "--replications", "0"], "replications"),
        (["compare", "{small}", "--out", "taken"], "holds something else than results"),
        (["report", "taken"], "no stored results here"),
        (["settle", "none.yaml", "none.yaml"], "none.yaml"),
        (["comprae", "{small}"], "comprae"),
    ],
)
def test_what_the_user_got_wrong_ends_with_two(arguments: list[str], message: str, small: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine")
    done = waterbed(*[a.format(small=small) for a in arguments], cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert [str(p.relative_to(tmp_path)) for p in sorted(tmp_path.rglob("*"))] == ["taken", "taken/mine.txt"]


def test_our_fault_ends_with_one_and_asks_for_a_report(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: wb.Scenario, **options: object) -> None:
        raise RuntimeError("a wire came loose")

    monkeypatch.setattr(scenario_module.Scenario, "run", broken)
    done = CliRunner().invoke(app, ["compare", str(small), "--out", os.devnull + "x"])
    assert done.exit_code == 1
    assert "a wire came loose" in done.stderr
    assert "our fault" in done.stderr


def test_version_and_help(tmp_path: Path) -> None:
    assert waterbed("--version", cwd=tmp_path).stdout == f"waterbed {wb.__version__}\n"
    shown = waterbed("--help", cwd=tmp_path).stdout
    for command in ("compare", "run", "report", "check", "schema", "settle"):
        assert command in shown


def test_without_a_terminal_progress_is_plain_lines(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("waterbed._progress.SECONDS_BETWEEN_LINES", 0.0)
    wb.load(small).run(replications=1)
    lines = capsys.readouterr().err.splitlines()
    assert lines
    assert all("% of" in line and "\x1b" not in line for line in lines)


def test_compare_with_parameter_sets_shows_three_spreads(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    times = {"cycle": "month", "start_year": 2023, "warm_up_years": 0, "base_years": 2, "years": 1}
    file.write_text(wb.load(root / "scenarios" / "two_clinics.yaml").with_(time=times).text, encoding="utf-8")
    done = waterbed("compare", file, "--parameter-sets", "3", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3 parameter sets with 2 replications of chance each" in done.stdout
    assert "parameters " in done.stdout
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["parameter_sets"] == 3
    assert len((tmp_path / "out" / "tables" / "parameters.csv").read_text(encoding="utf-8").splitlines()) == 4
    many = root / "scenarios" / "multi_year.yaml"
    fixed = waterbed("run", many, "--parameter-sets", "3", "--out", "none", cwd=tmp_path)
    assert fixed.returncode == 2
    assert "no number of the scenario is a distribution" in fixed.stderr
    sets = ("--parameter-sets", "3", "--replications", "1")
    one = waterbed("run", file, *sets, "--out", "none", cwd=tmp_path)
    assert one.returncode == 2
    assert "must be at least 2 in each parameter set" in one.stderr
