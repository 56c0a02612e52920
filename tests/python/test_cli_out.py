"""Files and folders that a command is asked to write where it cannot, or where folders are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

import waterbed as wb
from commands import waterbed
from waterbed import _atomic
from waterbed.cli._app import app

ACO = ["aco", "A1001", "--track", "A", "--replications", "2"]
PAYOFF = ["payoff", "us/mssp_basic_e_2022"]


@pytest.mark.parametrize(
    ("command", "option", "target"),
    [
        (["compare", "{small}", "--replications", "1"], "--out", "mine/x"),
        (["run", "{small}", "--replications", "1"], "--out", "mine/x"),
        (PAYOFF, "--out", "mine/x.svg"),
        (ACO, "--figure", "mine/x.svg"),
        (ACO, "--scenario", "mine/sub/x.yaml"),
    ],
)
def test_a_file_in_the_way_is_told_before_anything_is_done(
    command: list[str], option: str, target: str, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("mine")
    small = root / "scenarios" / "two_clinics.yaml"
    done = waterbed(*[part.format(small=small) for part in command], option, target, cwd=tmp_path)
    told = f"{option}: {target} cannot be written: {tmp_path / 'mine'} is not a folder\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("mine", "mine")]


def test_both_targets_of_an_aco_are_checked_before_either_is_written(tmp_path: Path) -> None:
    (tmp_path / "x.svg").mkdir()
    done = waterbed(*ACO, "--scenario", "x.yaml", "--figure", "x.svg", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--figure: x.svg cannot be written: it is a folder\n"
    assert [path.name for path in tmp_path.iterdir()] == ["x.svg"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    done = waterbed(*ACO, "--scenario", "a/b/x.yaml", "--figure", "c/d/x.svg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert wb.load(tmp_path / "a" / "b" / "x.yaml").arms == ["usual"]
    assert (tmp_path / "c" / "d" / "x.svg").read_text().startswith("<?xml")


def test_a_folder_without_permission_is_told_by_the_name_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and may(path, mode))
    file = tmp_path / "locked" / "x.svg"
    done = CliRunner().invoke(app, [*PAYOFF, "--out", str(file)])
    assert (done.exit_code, done.stderr) == (2, f"--out: {file} cannot be written: permission denied\n")


def test_a_write_that_fails_later_tells_the_same_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**place: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied", f"{place['dir']}/{place['prefix']}b6bah273")

    monkeypatch.setattr(_atomic.tempfile, "mkstemp", refused)
    monkeypatch.setattr(_atomic.tempfile, "mkdtemp", refused)
    for writing in (_atomic.replacing_file, _atomic.replacing_folder):
        with pytest.raises(PermissionError) as caught, writing(tmp_path / "o"):
            pass
        assert str(caught.value) == f"{tmp_path / 'o'} cannot be written: permission denied"


def test_what_takes_the_place_meanwhile_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    target = tmp_path / "o.svg"
    with pytest.raises(IsADirectoryError) as caught, _atomic.replacing_file(target):
        target.mkdir()
    assert str(caught.value) == f"{target} cannot be written: is a directory"
    assert list(tmp_path.iterdir()) == [target]
