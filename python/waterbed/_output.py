"""The folder that a run leaves: tables, figures, report, manifest; whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from waterbed import _core
from waterbed._atomic import replacing_folder
from waterbed._extras import Extras, write_table
from waterbed._moved import moved_flows
from waterbed._store import save_results
from waterbed._units import readable
from waterbed.difference import Difference
from waterbed.plots._style import png, svg
from waterbed.report import page
from waterbed.results import Results
from waterbed.tails import tails

#: File of a run's folder that holds the same run with every response off.
STATIC = "static.npz"


def manifest_of(results: Results, static: Results | None = None) -> dict[str, Any]:
    """Give what was run and how to know it again; without times, so that the same run gives the same file."""
    known: dict[str, Any] = {
        "waterbed": _core.__version__,
        "scenario": results.outline.name,
        "scenario_digest": results.outline.digest,
        "seed": results.seed,
        "replications": results.replications,
        "first_replication": results._core.first_replication,
        "arms": results.arms,
        "baseline": results.baseline,
        "results_digest": results.digest(),
        "results_digest_by_arm": {arm: results.digest(arm) for arm in results.arms},
        "tables": results.tables,
    }
    if results.parameters is not None:
        known["parameter_sets"] = results.parameters.sets
    if static is not None:
        known["static"] = {
            "scenario_digest": static.outline.digest,
            "results_digest": static.digest(),
            "waterbed": _on_beside_off(results.compare(static=static)),
        }
    return known


def _on_beside_off(difference: Difference) -> list[dict[str, Any]]:
    """Waterbed index over all years, responses on beside off."""
    found = difference.waterbed()
    rows: list[dict[str, Any]] = []
    if found.empty:
        return rows
    for _, row in found[found["year"] == ""].iterrows():
        sides = {
            side: {
                name: None if isinstance(row[name + end], float) and np.isnan(row[name + end]) else row[name + end]
                for name in ("index", "low", "high", "message")
            }
            for side, end in (("incentives_on", ""), ("incentives_off", "_off"))
        }
        rows.append({"arm": row["arm"], "basis": row["basis"], "payer": row["payer"], **sides})
    return rows


def write_run(
    results: Results,
    folder: Path,
    *,
    compared: bool,
    static: Results | None = None,
    extras: Extras | None = None,
) -> None:
    """Write a run's folder: stored results, tables and manifest; figures and report too if it is a comparison.

    `static` is the same run with every response off, stored beside it as `extras` are.
    """
    with replacing_folder(folder) as new:
        save_results(results, new / "results.npz")
        if static is not None:
            save_results(static, new / STATIC)
        tables = new / "tables"
        tables.mkdir()
        for name in results.tables:
            frame = results.to_pandas(name)
            pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), tables / f"{name}.parquet")
            _means(results, name).to_csv(tables / f"{name}.csv", index=False)
        if results.parameters is not None:
            results.parameters.to_frame().to_csv(tables / "parameters.csv", index_label="set")
        if compared:
            extras = Extras() if extras is None else extras
            extras.save(new)
            difference = results.compare(static=static, parameter_range=extras.parameter_range)
            write_comparison(difference, new, extras)
        text = json.dumps(manifest_of(results, static), indent=2, ensure_ascii=False)
        (new / "manifest.json").write_text(text + "\n", encoding="utf-8")


def write_comparison(difference: Difference, folder: Path, extras: Extras) -> None:
    """Add the comparison's tables, its figures and the report to a folder."""
    if difference.arms:
        tables = {
            "comparison": difference.summary(),
            "waterbed": difference.waterbed(),
            "waterbed_parts": difference.waterbed_parts(),
            "beside_the_press": difference.beside_the_press(),
            "savings": difference.savings(),
            "tails": tails(difference.results),
            "moved": pd.concat([moved_flows(difference, arm).assign(arm=arm) for arm in difference.arms]),
        }
        for name, table in tables.items():
            if not table.empty:
                write_table(table, folder / "tables", name)
    drawn: dict[str, str] = {}
    figures = difference.plot.all()
    if extras.decomposition is not None:
        figures["parts"] = extras.decomposition.plot()
    if figures:
        (folder / "figures").mkdir()
    for name, figure in figures.items():
        drawn[name] = svg(figure)
        (folder / "figures" / f"{name}.svg").write_text(drawn[name], encoding="utf-8")
        (folder / "figures" / f"{name}.png").write_bytes(png(figure))
    (folder / "report.html").write_text(page(difference, drawn, extras), encoding="utf-8")


def _means(results: Results, table: str) -> pd.DataFrame:
    """Mean and standard error over replications, one row an arm and cell: what fits in a spreadsheet."""
    unit, scale = readable(results.unit(table))
    dims = [dim.name for dim in results._info(table).dims]
    cells = results.total(table, by=dims)
    values = cells.amounts / scale
    count = results.replications
    mean = values.mean(axis=0)
    error = values.std(axis=0, ddof=1) / np.sqrt(count) if count > 1 else np.full(mean.shape, np.nan)
    frames = []
    for position, arm in enumerate(results.arms):
        columns: dict[str, object] = {"arm": arm}
        columns |= {axis: [label[i] for label in cells.labels] for i, axis in enumerate(cells.axes)}
        columns |= {f"mean_{unit}": mean[position], f"standard_error_{unit}": error[position]}
        frames.append(pd.DataFrame(columns, index=pd.RangeIndex(len(cells.labels))))
    return pd.concat(frames, ignore_index=True)
