"""What a calibration leaves behind: tables, figures, the fitted scenario; and what is shown on a terminal."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from waterbed import _core
from waterbed._atomic import replacing_file, replacing_folder
from waterbed._text import number
from waterbed.calibrate._write import named_files
from waterbed.plots._style import png, svg
from waterbed.plots.calibration import before_and_after, curves, final_values, residuals

if TYPE_CHECKING:
    from waterbed.calibrate import Calibration


def write_calibration(done: Calibration, folder: Path) -> None:
    """Write the fitted scenario with every file that it names, the tables and the figures; whole or not at all.

    Raises
    ------
    ValueError
        If the folder holds something else than results.
    OSError
        If it cannot be written.
    """
    with replacing_folder(folder) as new:
        for path, file in named_files(done.scenario).items():
            _put(new / path, file.read_bytes())
        for path, text in done.changed.items():
            _put(new / path, text.encode())
        tables = {
            "calibration": done.targets,
            "parameters": done.told.parameters,
            "directions_not_told": done.told.directions,
            "pairs_not_told_apart": done.told.pairs,
        }
        for name, table in tables.items():
            table.to_csv(new / f"{name}.csv", index=False, float_format="%.6g")
            pq.write_table(pa.Table.from_pandas(table, preserve_index=False), new / f"{name}.parquet")
        (new / "figures").mkdir()
        for name, figure in figures(done).items():
            (new / "figures" / f"{name}.svg").write_text(svg(figure), encoding="utf-8")
            (new / "figures" / f"{name}.png").write_bytes(png(figure))
        manifest = {
            "waterbed": _core.__version__,
            "scenario": done.scenario.name,
            "scenario_digest": done.scenario.digest,
            "targets": len(done.targets),
            "parameters": len(done.parameters),
            "within_before": int(done.targets["within_before"].sum()),
            "within": int(done.targets["within"].sum()),
            "changed": sorted(done.changed),
        }
        (new / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def write_in_place(done: Calibration) -> list[Path]:
    """Put the fitted numbers into the scenario's own files; if one cannot be written, none is."""
    folder = done.scenario._base_folder
    files = [folder / path for path in done.changed]
    with contextlib.ExitStack() as stack:
        for file, text in zip(files, done.changed.values(), strict=True):
            stack.enter_context(replacing_file(file)).write(text.encode())
    return files


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def figures(done: Calibration) -> dict[str, Any]:
    """Every figure by name."""
    drawn: dict[str, Any] = {"residuals": residuals(done.targets), "before_and_after": before_and_after(done.targets)}
    money = done.targets[done.targets["measure"] == "list_spending_per_person"]
    for of in dict.fromkeys(money["of"]):
        figure = curves(money[money["of"] == of], str(of))
        if figure is not None:
            drawn[f"spending_{of.replace('+', '_')}"[:60]] = figure
    return drawn


def summary(targets: pd.DataFrame) -> pd.DataFrame:
    """One row for each measure and what it is of: how many are within before and after, typical and worst distance."""
    final = final_values(targets)
    frame = targets.assign(
        far_before=(targets["before"] / targets["value"] - 1).abs(), far=(final / targets["value"] - 1).abs()
    )
    frame = frame[frame["weight"] > 0]
    rows = []
    for (measure, of), group in frame.groupby(["measure", "of"], sort=False):
        rows.append(
            {
                "measure": measure,
                "of": of,
                "targets": len(group),
                "within_before": int(group["within_before"].sum()),
                "within": int(group["within"].sum()),
                "typical_before": group["far_before"].median(),
                "typical": group["far"].median(),
                "worst_before": group["far_before"].max(),
                "worst": group["far"].max(),
            }
        )
    return pd.DataFrame(rows)


def show_calibration(done: Calibration, console: Console) -> None:
    """Print fit, targets that are not met, and what the targets do not tell."""
    console.print(f"[bold]{done.file.title or done.scenario.title or done.scenario.name}[/bold]")
    simulated = "simulated" in done.targets
    what = "simulated" if simulated else "expected"
    console.print(
        f"{len(done.targets)} targets, {len(done.parameters)} parameters; within the allowance "
        f"{done.targets['within_before'].sum()} before, {done.targets['within'].sum()} after ({what})."
    )
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("measure", "of", "targets", "within before", "within", "typical before", "typical", "worst before"):
        table.add_column(column, justify="left" if column in ("measure", "of") else "right")
    table.add_column("worst", justify="right")
    for _, row in summary(done.targets).iterrows():
        percents = [f"{100 * row[name]:.1f} %" for name in ("typical_before", "typical", "worst_before", "worst")]
        table.add_row(
            row["measure"], row["of"].replace("+", " + "), str(row["targets"]), str(row["within_before"]),
            str(row["within"]), *percents,
        )  # fmt: skip
    console.print(table)
    _show_missed(done, console)
    _show_parameters(done, console)
    times = ", ".join(f"{name} {value:.0f} s" for name, value in done.seconds.items() if value >= 0.5)
    console.print(f"\n{done.fit.evaluations} evaluations; {times}.", highlight=False)


def _show_missed(done: Calibration, console: Console, most: int = 15) -> None:
    missed = done.targets[~done.targets["within"]].copy()
    if missed.empty:
        return
    missed["model"] = final_values(missed)
    missed["over"] = (missed["model"] - missed["value"]).abs() / missed["allowed"]
    missed = missed.sort_values("over", ascending=False)
    console.print(f"\n[bold]Outside the allowance[/bold], {min(most, len(missed))} of {len(missed)}:")
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("target", "figure", "before", "after", "allowed", "weight"):
        table.add_column(column, justify="left" if column == "target" else "right")
    for _, row in missed.head(most).iterrows():
        table.add_row(
            row["name"].replace("+", " + "), number(row["value"]), number(row["before"]), number(row["model"]),
            f"± {number(row['allowed'])}", f"{row['weight']:g}",
        )  # fmt: skip
    console.print(table)


def _show_parameters(done: Calibration, console: Console, most: int = 8) -> None:
    moved = done.parameters.reindex(done.parameters["prior_sds_moved"].abs().sort_values(ascending=False).index)
    console.print("\n[bold]Furthest from where they stood[/bold]:")
    for _, row in moved.head(most).iterrows():
        console.print(
            f"  {row['parameter']}: times {row['factor']:.3g} ({row['prior_sds_moved']:+.1f} prior sd); answers to "
            f"{row['answers_to'].replace('+', ' + ') or 'no target'}",
            highlight=False,
        )
    blind = done.parameters[done.parameters["posterior_over_prior_sd"] > 0.95]
    console.print(
        f"\nThe targets say less than the prior about {done.told.untold} of {len(done.parameters)} directions; "
        f"{len(blind)} parameters keep over 95 % of their prior's spread."
    )
    for _, row in done.told.pairs.head(most).iterrows():
        console.print(
            f"  not told apart: {row['parameter']} and {row['other']} (correlation {row['correlation']:+.2f})",
            highlight=False,
        )
