"""The folders that commands write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from waterbed import _core
from waterbed._atomic import check_writable, may_replace, replacing_folder
from waterbed.cli._exit import told_of_option
from waterbed.plots._style import write_figure
from waterbed.results import Results


def folder_for(out: Path | None, name: str) -> Path:
    """Give the folder to write, ``out/NAME`` by default; better to know before a long run than after it."""
    folder = Path("out") / name if out is None else out
    if folder.exists() and not may_replace(folder):
        raise ValueError(f"{folder}: the folder holds something else than results; name another one with --out")
    with told_of_option("--out"):
        check_writable(folder)
    return folder


def write_tables(
    folder: Path,
    results: Results,
    about: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    figures: Mapping[str, Figure | None],
) -> None:
    """Write tables (CSV), figures (SVG) and what they were made of, all or nothing."""
    made_of = {
        "waterbed": _core.__version__,
        "scenario": results.outline.name,
        "scenario_digest": results.outline.digest,
        "seed": results.seed,
        "replications": results.replications,
        "results_digest": results.digest(),
        **about,
    }
    with told_of_option("--out"), replacing_folder(folder) as new:
        (new / "manifest.json").write_text(json.dumps(made_of, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for name, table in tables.items():
            table.to_csv(new / f"{name}.csv", index=False)
        for name, figure in figures.items():
            if figure is not None:
                write_figure(figure, new / f"{name}.svg")
