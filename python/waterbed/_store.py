"""Results on disk: one .npz of integers and a JSON header."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import IO, Any

import numpy as np

from waterbed import _core
from waterbed._atomic import replacing_file
from waterbed._outline import Outline
from waterbed._parameters import ParameterSets
from waterbed.results import Results

FORMAT = 1


def core_header(core: _core.Results) -> dict[str, Any]:
    """Everything that `core` holds but the values, as JSON."""
    return {
        "scenario": core.scenario,
        "seed": core.seed,
        "first_replication": core.first_replication,
        "replications": core.replications,
        "arms": core.arms,
        "baseline": core.baseline,
        "tables": [
            {
                "name": t.name,
                "unit": t.unit,
                "description": t.description,
                "dims": [{"name": d.name, "labels": d.labels} for d in t.dims],
            }
            for t in core.tables
        ],
    }


def write_arrays(stream: IO[bytes], header: dict[str, Any], core: _core.Results) -> None:
    """Write a header and the values of every table, the same bytes for the same results."""
    text = np.frombuffer(json.dumps(header, sort_keys=True).encode(), dtype=np.uint8)
    arrays = {info.name: core.values(info.name) for info in core.tables}
    np.savez_compressed(stream, allow_pickle=False, header=text, **arrays)


def core_of(header: dict[str, Any], stored: Mapping[str, Any]) -> _core.Results:
    """Inverse of `core_header` and `write_arrays`."""
    tables = [
        _core.TableInfo(
            t["name"], t["unit"], t["description"], [_core.Dimension(d["name"], d["labels"]) for d in t["dims"]]
        )
        for t in header["tables"]
    ]
    return _core.Results(
        scenario=header["scenario"],
        seed=header["seed"],
        first_replication=header["first_replication"],
        arms=header["arms"],
        baseline=header["baseline"],
        replications=header["replications"],
        tables=tables,
        values=[stored[t["name"]] for t in header["tables"]],
    )


def save_results(results: Results, path: str | PathLike[str]) -> None:
    """Write the file whole or not at all."""
    header = core_header(results._core) | {
        "format": FORMAT,
        "outline": results.outline.to_json(),
        "parameters": None if results.parameters is None else results.parameters.to_json(),
    }
    with replacing_file(Path(path)) as stream:
        write_arrays(stream, header, results._core)


def load_results(path: str | PathLike[str]) -> Results:
    """Read results that `Results.save` wrote.

    Parameters
    ----------
    path
        The file, or the folder of a finished run.

    Raises
    ------
    ValueError
        If the file is not one of ours.
    FileNotFoundError
        If there is no such file.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "results.npz"
    if not file.exists():
        raise FileNotFoundError(f"{os.fspath(file)}: no stored results here")
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            header = json.loads(stored["header"].tobytes())
            if header["format"] != FORMAT:
                raise ValueError(f"{os.fspath(file)}: format must be {FORMAT}, got {header['format']}")
            core = core_of(header, stored)
    except (KeyError, TypeError, EOFError, zipfile.BadZipFile, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{os.fspath(file)}: not stored results of this program ({error})") from error
    sets = header.get("parameters")
    return Results(core, Outline.from_json(header["outline"]), None if sets is None else ParameterSets.from_json(sets))
