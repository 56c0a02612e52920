"""The layer check finds what it is there to find."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "check_layers.py"), str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def plant(root: Path, path: str, include: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#pragma once\n#include {include}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "include", "fault"),
    [
        ("src/core/a.cpp", '"waterbed/engine/model.hpp"', "core must not include waterbed/engine/model.hpp"),
        ("include/waterbed/contracts/a.hpp", '"waterbed/random/draw.hpp"', "contracts must not include"),
        ("src/behaviour/a.cpp", '"waterbed/contracts/settle.hpp"', "behaviour must not include"),
        ("src/analysis/a.cpp", '"waterbed/engine/simulate.hpp"', "analysis must not include"),
        ("src/population/a.cpp", '"health/private.hpp"', "population must not include health/private.hpp"),
        ("include/waterbed/core/a.hpp", '"core/parallel.hpp"', "public header includes the private core/parallel.hpp"),
        ("src/core/a.hpp", "<oneapi/tbb/parallel_for.h>", "is for src/core/parallel.hpp only"),
        ("src/engine/a.cpp", "<tbb/parallel_for.h>", "is for src/core/parallel.hpp only"),
        ("src/engine/a.cpp", "<boost/graph/adjacency_list.hpp>", "is for src/network/ only"),
        ("src/contracts/a.cpp", "<yaml-cpp/yaml.h>", "is for src/scenario/ only"),
        ("src/scenario/a.cpp", "<pybind11/pybind11.h>", "is for python/src/ only"),
        ("include/waterbed/network/a.hpp", "<boost/graph/graph_traits.hpp>", "is for src/network/ only"),
        ("include/waterbed/core/a.hpp", "<sleef.h>", "is for src/ only"),
        ("include/waterbed/core/a.hpp", "<unistd.h>", "only the standard library, Eigen and waterbed/"),
        ("src/engine/a.cpp", '"waterbed/waterbed.hpp"', "the umbrella header is for users"),
        ("src/engine/a.cpp", '"../core/parallel.hpp"', "name headers from include/ or src/"),
        ("src/helpers/a.cpp", "<vector>", "unknown module helpers"),
    ],
)
def test_names_the_file_and_the_rule(tmp_path: Path, path: str, include: str, fault: str) -> None:
    plant(tmp_path, path, include)
    result = check(tmp_path)
    assert result.returncode == 1
    assert result.stdout.startswith(f"{path}:")
    assert fault in result.stdout
    assert "layers: 1 faults" in result.stdout


@pytest.mark.parametrize(
    ("path", "include"),
    [
        ("src/core/parallel.hpp", "<oneapi/tbb/parallel_for.h>"),
        ("src/network/a.cpp", "<boost/graph/adjacency_list.hpp>"),
        ("src/behaviour/a.cpp", '"waterbed/contracts/marginal.hpp"'),
        ("src/analysis/a.cpp", '"waterbed/engine/results.hpp"'),
        ("src/engine/a.cpp", '"core/parallel.hpp"'),
        ("src/scenario/a.cpp", '"waterbed/engine/model.hpp"'),
        ("include/waterbed/network/a.hpp", "<Eigen/Core>"),
        ("include/waterbed/waterbed.hpp", '"waterbed/scenario/load.hpp"'),
        ("examples/a.cpp", "<waterbed/waterbed.hpp>"),
    ],
)
def test_lets_through_what_is_allowed(tmp_path: Path, path: str, include: str) -> None:
    plant(tmp_path, path, include)
    result = check(tmp_path)
    assert (result.returncode, result.stdout) == (0, "layers: 0 faults\n")


def test_the_repository_itself_is_clean() -> None:
    assert check(ROOT).stdout == "layers: 0 faults\n"
