"""The command `compare`: every arm against the baseline, and what stands beside the comparison."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from waterbed._checkpoints import Checkpoints
from waterbed._core import ScenarioError
from waterbed._decided import Decided, follow
from waterbed._extras import Extras
from waterbed._output import write_run
from waterbed.cli._cluster import Dask, client_at
from waterbed.cli._exit import exit_codes, told_of_option, told_of_value
from waterbed.cli._folder import folder_for
from waterbed.cli._options import Out, ParameterSets, Replications, ScenarioFile, Seed, Threads, check_arm, run_scenario
from waterbed.cli._precision import Wanted
from waterbed.cli._screen import console, show_comparison
from waterbed.cli._stopped import RecomputeDamaged, Restart, Resume, unfinished
from waterbed.decomposition import decompose as decompose_arm
from waterbed.parameter_range import SETS, parameter_range
from waterbed.renegotiation import REPLICATIONS, SHARE, kind_of, renegotiated, with_renegotiation
from waterbed.results import Results
from waterbed.scenario import Scenario, load
from waterbed.settling import settling as settling_of
from waterbed.static import static as static_of

#: Replications in which decisions are followed, unless asked otherwise.
FOLLOWED = 3

Part = Callable[[str], Checkpoints]


@dataclass(frozen=True)
class Beside:
    """What is run beside a comparison. None: the default where the scenario allows it, else nothing."""

    renegotiate: float | None
    parameter_range: int | None
    follow: int | None
    decompose: str | None
    settling: bool
    replications: int | None  #: of the decomposition

    def as_asked(self) -> Beside:
        """Leave out what was not asked for."""
        return dataclasses.replace(
            self,
            renegotiate=self.renegotiate or 0.0,
            parameter_range=self.parameter_range or 0,
            follow=self.follow or 0,
        )

    def check(self, scenario: Scenario) -> None:
        """Refuse what cannot be run, before anything is: as asked for, with the option's name."""
        if self.decompose is not None:
            check_arm("--decompose", scenario, self.decompose)
        if self.renegotiate:
            with told_of_value("--renegotiate"):
                with_renegotiation(scenario, self.renegotiate, kind_of(scenario))
                if not _pressing(scenario):
                    raise ValueError("no arm names what it presses")
        if self.parameter_range:
            if scenario.uncertain.empty:
                raise ValueError("--parameter-range: no number of the scenario is a distribution")
            if self.parameter_range < 2:
                raise ValueError(f"--parameter-range: must be 0 or at least 2, got {self.parameter_range}")


def compare_command(
    scenario: ScenarioFile,
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
    renegotiate: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            min=0,
            max=1,
            help="Show arms that press beside a rule by which ceilings (prices where there is none) move every year by "
            f"this share of the missed margin, in {REPLICATIONS} replications; 0 leaves it out. Default {SHARE}.",
        ),
    ] = None,
    parameter_range: Annotated[
        int | None,
        typer.Option(
            metavar="P",
            min=0,
            help="Show the range of results over P drawn sets of the uncertain numbers, one replication each; 0 leaves "
            f"it out. Default {SETS}.",
        ),
    ] = None,
    follow: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Show which term of which contract changed each decision, followed through N replications of every "
            f"arm; 0 leaves it out. Default {FOLLOWED}.",
        ),
    ] = None,
    only: Annotated[
        bool, typer.Option("--only", help="The comparison alone: these three are left out unless asked for.")
    ] = False,
    static: Annotated[
        bool,
        typer.Option("--static", help="Run with every response off too, and show the waterbed index on beside off."),
    ] = False,
    decompose: Annotated[
        str | None,
        typer.Option(metavar="ARM", help="Also show which mechanism moves what in this arm (17 runs of it each)."),
    ] = None,
    settling: Annotated[
        bool, typer.Option("--settling", help="Also show whether and how fast decisions come to rest.")
    ] = False,
) -> None:
    """Run every arm against the baseline: table on screen, report and tables in DIR.

    Beside the comparison stand, by default, what renegotiation would change, a parameter range and the terms behind the
    decisions; how many runs each took is said on screen.
    """
    with exit_codes():
        loaded = load(scenario)
        folder = folder_for(out, loaded.name)
        still = static_of(loaded) if static else None
        if static and not loaded.outline().incentives:
            raise ValueError("--static: incentives are off in the scenario already")
        beside = Beside(renegotiate, parameter_range, follow, decompose, settling, replications)
        if only:
            beside = beside.as_asked()
        beside.check(loaded)
        with (
            unfinished(folder, resume=resume, restart=restart, recompute_damaged=recompute_damaged) as part,
            client_at(dask) as client,
        ):
            options: dict[str, Any] = {"seed": seed, "threads": threads, "client": client}
            results = run_scenario(loaded, parameter_sets, replications, precision, checkpoints=part("run"), **options)
            unmoved = None
            if still is not None:
                each = results.replications // max(1, results.parameter_sets)  # the same replications
                unmoved = run_scenario(still, parameter_sets, each, None, checkpoints=part("static"), **options)
            extras, told = run_beside(loaded, results, beside, part, options)
            with told_of_option("--out"):
                write_run(results, folder, compared=True, static=unmoved, extras=extras)
        show_comparison(results.compare(static=unmoved, parameter_range=extras.parameter_range), console(), extras)
        print("".join(f"\n{line}" for line in told) + f"\n\nReport: {folder / 'report.html'}", flush=True)


def run_beside(
    scenario: Scenario, results: Results, beside: Beside, part: Part, options: dict[str, Any]
) -> tuple[Extras, list[str]]:
    """Run what stands beside a comparison.

    Gives it, and sentences that say how many runs it took, or why something is not there.
    """
    told: list[str] = []
    arms = [arm for arm in results.arms if arm != results.baseline]
    moved = None
    if beside.renegotiate != 0 and arms:
        share = SHARE if beside.renegotiate is None else beside.renegotiate
        try:
            moved = renegotiated(scenario, share, results=results, checkpoints=part("renegotiated"), **options)
        except (ValueError, ScenarioError) as error:
            if beside.renegotiate is not None:
                raise
            told.append(f"Renegotiation is not shown: {error}.")
        else:
            runs = len(moved.moved.arms)
            told.append(
                f"Renegotiation of {moved.of}: {runs} more runs of an arm in each of {moved.moved.replications} "
                "replications."
            )
    ranged = None
    if beside.parameter_range != 0 and arms and not results.parameter_sets:
        if scenario.uncertain.empty:
            told.append("A parameter range is not shown: no number of the scenario is a distribution.")
        else:
            sets = beside.parameter_range or SETS
            ranged = parameter_range(scenario, sets, results=results, checkpoints=part("range"), **options)
            told.append(f"Parameter range: {sets} sets, each one replication of {len(results.arms)} arms.")
    decided: dict[str, Decided] = {}
    count = min(FOLLOWED if beside.follow is None else beside.follow, results.replications)
    if count and arms and scenario.outline().incentives and scenario._core.needs:
        decided = {arm: _followed(scenario, results, arm, count, options["threads"]) for arm in arms}
        told.append(f"Decisions: {len(arms)} arms followed through {count} replications each.")
    if told and (beside.renegotiate, beside.parameter_range, beside.follow) == (None, None, None):
        told.append("--only leaves these out.")
    taken_apart = None
    if beside.decompose is not None:
        run = {"replications": beside.replications, "seed": results.seed, "threads": options["threads"]}
        taken_apart = decompose_arm(scenario, beside.decompose, **run)
    rest = settling_of(scenario, seed=results.seed, threads=options["threads"]) if beside.settling else None
    return Extras(taken_apart, moved, rest, ranged, decided), told


def _followed(scenario: Scenario, results: Results, arm: str, count: int, threads: int | None) -> Decided:
    first = results._core.first_replication
    return follow(
        scenario,
        arm,
        year=None,
        replications=range(first, first + count),
        seed=results.seed,
        threads=threads or 0,
        progress=True,
    )


def _pressing(scenario: Scenario) -> bool:
    return any(a.presses_providers or a.presses_kinds for a in scenario.outline().arms if a.name != scenario.baseline)
