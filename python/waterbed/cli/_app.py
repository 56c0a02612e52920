"""The commands."""

from __future__ import annotations

import math
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from waterbed import acos, contracts
from waterbed._atomic import check_writable_file, replacing_file
from waterbed._core import Problem, ScenarioError, __version__
from waterbed._export import check_suffix, years_of
from waterbed._extras import load_extras
from waterbed._output import STATIC, write_run
from waterbed._problems import scenario_error
from waterbed._store import load_results
from waterbed.cli._aco import show_aco
from waterbed.cli._calibrate import calibrate_command
from waterbed.cli._cluster import Dask, client_at
from waterbed.cli._compare import compare_command
from waterbed.cli._decompose import decompose_command
from waterbed.cli._exit import exit_codes, told_of_option, told_of_value
from waterbed.cli._explain import explain_command
from waterbed.cli._folder import folder_for
from waterbed.cli._matrix import matrix_command
from waterbed.cli._options import Out, ParameterSets, Replications, ScenarioFile, Seed, Threads, run_scenario
from waterbed.cli._precision import Wanted
from waterbed.cli._screen import console
from waterbed.cli._settlement import as_csv, as_json, show_settlement
from waterbed.cli._stopped import RecomputeDamaged, Restart, Resume, stop_on_sigterm, unfinished
from waterbed.cli._stratify import Stratified
from waterbed.plots._style import write_figure
from waterbed.scenario import load, schema

FIGURES = (".svg", ".png")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="If we pay for care differently here, what moves, where to, who gains and who loses?",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"waterbed {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it and exit.")
    ] = False,
) -> None:
    del version


def _check_figure(option: str, file: Path) -> None:
    """Tell what is wrong with the name of a figure before it is drawn."""
    if file.suffix not in FIGURES:
        raise ValueError(f"{option}: must end in {' or '.join(FIGURES)}, got {file}")
    with told_of_option(option):
        check_writable_file(file)


app.command(name="compare")(compare_command)


@app.command()
def run(
    scenario: ScenarioFile,
    arm: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Arm to run; may be repeated. Default all.")
    ] = None,
    replications: Replications = None,
    parameter_sets: ParameterSets = None,
    seed: Seed = None,
    threads: Threads = None,
    out: Out = None,
    resume: Resume = False,
    restart: Restart = False,
    recompute_damaged: RecomputeDamaged = False,
    dask: Dask = None,
    precision: Wanted = None,
) -> None:
    """Run arms and keep the results, without a comparison."""
    with exit_codes():
        loaded = load(scenario)
        folder = folder_for(out, loaded.name)
        with (
            unfinished(folder, resume=resume, restart=restart, recompute_damaged=recompute_damaged) as part,
            client_at(dask) as client,
        ):
            options: dict[str, Any] = {"seed": seed, "threads": threads, "client": client, "arms": arm}
            results = run_scenario(loaded, parameter_sets, replications, precision, checkpoints=part("run"), **options)
            with told_of_option("--out"):
                write_run(results, folder, compared=False)
        _tell(f"Results: {folder}")


@app.command()
def report(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run.")]) -> None:
    """Make the report, figures and tables again from stored results."""
    with exit_codes():
        results = load_results(folder)
        static = load_results(folder / STATIC) if (folder / STATIC).exists() else None
        write_run(results, folder, compared=True, static=static, extras=load_extras(folder, results))
        _tell(f"Report: {folder / 'report.html'}")


@app.command()
def check(scenario: ScenarioFile) -> None:
    """Print every fault as path:line:col, or what will be simulated."""
    with exit_codes():
        loaded = load(scenario)
        outline = loaded.outline()
        last = outline.start_year + outline.years - 1
        print(f"{scenario}: no faults")
        print(f"{loaded.title or loaded.name}, {outline.start_year} to {last}")
        size = f"{len(outline.providers)} providers, {len(outline.kinds)} kinds of care"
        print(f"{loaded.persons:,} persons over the run, {size}")
        for arm in outline.arms:
            note = ", the baseline" if arm.name == loaded.baseline else ""
            print(f"arm {arm.name}{note}: {arm.title}; contracts: {', '.join(arm.contracts) or 'none'}")
        counts = {letter: sum(e.quality == letter for e in outline.evidence) for letter in "ABC"}
        print(f"evidence: {counts['A']} measured (A), {counts['B']} approximate (B), {counts['C']} assumed (C)")
        uncertain = loaded.uncertain
        if not uncertain.empty:
            print(f"uncertain numbers: {len(uncertain)} (mean, 10 % to 90 %, quality)")
        for _, row in uncertain.iterrows():
            print(f"  {row['name']}: {row['mean']:g}, {row['low']:.3g} to {row['high']:.3g}, {row['quality']}")
        print(f"memory for a run: about {loaded.memory_needed() / 2**20:,.0f} MiB")


class Table(StrEnum):
    """Tables of single persons."""

    visits = "visits"
    person_years = "person_years"


@app.command()
def export(
    scenario: ScenarioFile,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write: .parquet or .csv.")],
    what: Annotated[Table, typer.Option(help="Every visit, or every person and year.")] = Table.visits,
    arm: Annotated[str | None, typer.Option(metavar="NAME", help="Default the baseline.")] = None,
    replication: Annotated[int, typer.Option(min=0, help="Which one.")] = 0,
    years: Annotated[
        list[str] | None,
        typer.Option(
            metavar="YEARS", help="A year or a range, 2023-2025; may be repeated. Default the performance years."
        ),
    ] = None,
    newcomers: Annotated[
        bool, typer.Option("--newcomers", help="With person_years: also who was born or moved in during a year.")
    ] = False,
    seed: Seed = None,
    threads: Threads = None,
) -> None:
    """Write one replication person by person: visits like claims, or person-years."""
    with exit_codes():
        with told_of_value("--out"):
            check_suffix(out)
        with told_of_option("--out"):
            check_writable_file(out)
        with told_of_value("--years"):
            chosen = years_of(years or [])
        if newcomers and what is Table.visits:
            raise ValueError("--newcomers: goes with --what person_years")
        loaded = load(scenario)
        with told_of_option("--out"):
            rows = loaded.export(
                out,
                what.value,
                arm=arm,
                years=chosen,
                replication=replication,
                seed=seed,
                newcomers=newcomers,
                threads=threads,
                progress=True,
            )
        _tell(f"{rows:,} rows of {what.value}: {out}")


app.command(name="calibrate")(calibrate_command)
app.command(name="decompose")(decompose_command)
app.command(name="explain")(explain_command)
app.command(name="matrix")(matrix_command)


class FileKind(StrEnum):
    """What a file that people write may hold."""

    scenario = "scenario"
    contract = "contract"
    facts = "facts"


@app.command(name="schema")
def print_schema(
    of: Annotated[FileKind, typer.Option("--of", help="Kind of file.")] = FileKind.scenario,
) -> None:
    """Print the JSON Schema of a scenario, contract or facts file: its fields, for editors."""
    with exit_codes():
        print(schema(of.value))


CONTRACT_HELP = "Contract file (YAML), or a name of the library such as nl/hospital_ceiling."


@app.command()
def settle(
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help=CONTRACT_HELP)],
    facts: Annotated[Path, typer.Argument(metavar="FACTS", help="Facts of one year (YAML).")],
    csv: Annotated[bool, typer.Option("--csv", help="Print the steps as CSV.")] = False,
    as_object: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Settle one contract on given facts, step by step, without a simulation."""
    with exit_codes():
        if csv and as_object:
            raise ValueError("--csv and --json: choose one")
        loaded = contracts.load(contract)
        settled = loaded.settle(facts)
        if csv or as_object:
            print(as_csv(settled) if csv else as_json(loaded, settled))
        else:
            show_settlement(loaded, settled, console())


@app.command()
def payoff(
    files: Annotated[list[str], typer.Argument(metavar="CONTRACT", help=f"To draw together: {CONTRACT_HELP}")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Figure to write: .svg or .png.")],
    facts: Annotated[Path | None, typer.Option(metavar="FACTS", help="Facts of one year (YAML).")] = None,
    forecast_sd: Annotated[
        float | None, typer.Option(metavar="SD", help="Of the forecast for the expected curves; 0 leaves them out.")
    ] = None,
) -> None:
    """Draw what contracts pay over spending or turnover, with gates, corridors and caps."""
    with exit_codes():
        _check_figure("--out", out)
        if forecast_sd is not None and not (math.isfinite(forecast_sd) and forecast_sd >= 0):
            raise ValueError(f"--forecast-sd: must be zero or more, got {forecast_sd:g}")
        loaded = _load_all(files)
        figure = contracts.plot.payoff(loaded, facts, forecast_sd=forecast_sd)
        with told_of_option("--out"):
            write_figure(figure, out)
        _tell(f"Figure: {out}")


def _load_all(files: list[str]) -> list[contracts.Contract]:
    """Load every file; the faults of all are told together."""
    loaded: list[contracts.Contract] = []
    problems: list[Problem] = []
    for file in files:
        try:
            loaded.append(contracts.load(file))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise scenario_error(problems)
    return loaded


@app.command()
def aco(
    aco_id: Annotated[str, typer.Argument(metavar="ACO_ID", help="A Medicare ACO of 2022, for example A1001.")],
    track: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A, B, C, D, E or EN; may be repeated. Default all.")
    ] = None,
    replications: Annotated[int, typer.Option(min=2, help="Years drawn.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every draw.")] = 1,
    threads: Threads = None,
    figure: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a figure, .svg or .png.")] = None,
    scenario: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the ACO as a scenario, YAML.")] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder with data/us and contracts/us; default what is shipped.")
    ] = None,
) -> None:
    """Show one published Medicare ACO under every track: payment, chance of loss, best minimum rate."""
    with exit_codes():
        if figure is not None:
            _check_figure("--figure", figure)
        if scenario is not None:
            with told_of_option("--scenario"):
                check_writable_file(scenario)
        found = acos.compare(
            aco_id,
            tracks=tuple(track or acos.TRACKS),
            replications=replications,
            seed=seed,
            threads=threads,
            folder=folder,
        )
        if scenario is not None:
            with told_of_option("--scenario"), replacing_file(scenario) as stream:
                stream.write(acos.scenario(aco_id, folder).text.encode())
        show_aco(found, console())
        if figure is not None:
            drawn = found.figure()
            with told_of_option("--figure"):
                write_figure(drawn, figure)
            _tell(f"\nFigure: {figure}")


@app.command()
def stratify(
    scenario: ScenarioFile,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Stratification; may be left out if there is one.")
    ] = None,
    arm: Annotated[str | None, typer.Option(metavar="NAME", help="Arm; default the baseline.")] = None,
    replication: Annotated[int, typer.Option(min=0, help="Which draw of the region.")] = 0,
    event: Annotated[
        str, typer.Option(metavar="COLUMN", help="Event of a year: died, stays_KIND, units_KIND.")
    ] = "died",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for tables and figures.")] = None,
) -> None:
    """Put the people of a simulated year into strata: whom cut-offs reach, what they catch, who moves."""
    with exit_codes():
        loaded = load(scenario)
        known = list(loaded.stratifications)
        chosen = known[0] if name is None and len(known) == 1 else name
        if chosen not in known:
            raise ValueError(f"--name: must be one of {', '.join(known) or 'none'}, got {chosen or 'nothing'}")
        if out is not None:
            folder_for(out, loaded.name)
        found = Stratified(loaded, chosen, arm, replication, event)
        found.show(console())
        if out is not None:
            with told_of_option("--out"):
                found.write(out)
            _tell(f"\nTables and figures: {out}")


def _tell(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    """Entry point of the command ``waterbed``."""
    stop_on_sigterm()
    try:
        app(prog_name="waterbed")
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        sys.exit(3)


__all__ = ["app", "main"]
