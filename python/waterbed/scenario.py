"""A region and its arms, as written in a file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import yaml

from waterbed import _core
from waterbed._behaviour import behaviour_outline
from waterbed._blocks import Block
from waterbed._checkpoints import Checkpoints
from waterbed._outline import (
    ArmOutline,
    EvidenceOutline,
    KindOutline,
    Outline,
    PayerOutline,
    ProviderOutline,
    TargetOutline,
)
from waterbed._overrides import Override, apply_overrides, has_key
from waterbed._parameters import ParameterSets, quality_of, sets_of
from waterbed._progress import ProgressCallback, progress_display
from waterbed._recording import Recording, at_least_one
from waterbed._runs import job_of, run_parts, sets_as_parts
from waterbed.people import as_csv, files_in_memory
from waterbed.results import Results


def load(path: str | PathLike[str]) -> Scenario:
    """Read a scenario and check all of it.

    Parameters
    ----------
    path
        A YAML file. Files that it names are looked up in its folder.

    Returns
    -------
    Scenario
        Ready to run.

    Raises
    ------
    ScenarioError
        If anything is wrong; `problems` holds every fault with its position.
    """
    file = Path(path)
    folder = file.resolve().parent
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    files = files_in_memory(text, folder)
    return _scenario(_core.load_scenario(file, files), text, folder, files)


def parse(text: str, base_folder: str | PathLike[str] = ".", *, files: Mapping[str, str] | None = None) -> Scenario:
    """Read a scenario from text.

    Parameters
    ----------
    text
        YAML, as in a scenario file.
    base_folder
        Folder of the files that it names.
    files
        Texts in place of files, by the name under which the scenario names them.

    Raises
    ------
    ScenarioError
        If anything is wrong.
    """
    folder = Path(base_folder)
    in_memory = files_in_memory(text, folder) | dict(files or {})
    return _scenario(_core.parse_scenario(text, folder, in_memory), text, folder.resolve(), in_memory)


def _scenario(core: _core.Scenario, text: str, folder: Path, files: dict[str, str]) -> Scenario:
    # What another file holds is written out, so that each value can be changed and counts in the digest.
    return Scenario(core, _core.write_scenario(core) if has_key(text, "extends") else text, folder, files)


def schema(kind: Literal["scenario", "contract", "facts"] = "scenario") -> str:
    """JSON Schema of a file, for editors that complete and check while one types.

    Parameters
    ----------
    kind
        Of which file: a scenario, a contract or the facts of a year.

    Returns
    -------
    str
        JSON, draft 2020-12.
    """
    return _core.json_schema(kind)


class Scenario(Recording):
    """A region, its people, providers and payers, and the arms to compare.

    Made by `load` or `parse`; never changed in place, see `with_`.

    Examples
    --------
    >>> import waterbed as wb
    >>> scenario = wb.load("scenarios/two_clinics.yaml")
    >>> scenario.arms
    ['usual', 'squeezed_ceiling', 'shared_savings']
    >>> scenario.with_(**{"behaviour.incentives": False}).outline().incentives
    False
    """

    def __init__(
        self, core: _core.Scenario, text: str, base_folder: Path, files: Mapping[str, str] | None = None
    ) -> None:
        self._core = core
        self._text = text
        self._base_folder = base_folder
        self._files = dict(files or {})
        self._model: _core.Model | None = None

    def __repr__(self) -> str:
        return f"Scenario({self.name!r}, arms={self.arms})"

    @property
    def name(self) -> str:
        """Short name."""
        return self._core.name

    @property
    def title(self) -> str:
        """Title for people."""
        return self._core.title

    @property
    def arms(self) -> list[str]:
        """Names of the payment arrangements, in the order of the file."""
        return [arm.name for arm in self._core.arms]

    @property
    def baseline(self) -> str:
        """Arm with which the others are compared."""
        return self._core.baseline

    @property
    def text(self) -> str:
        """The YAML that the scenario was read from, with what it extends filled in and overrides applied."""
        return self._text

    @property
    def parameter_sets(self) -> int:
        """How often the file says that the uncertain numbers are drawn; 0: they stand at their means."""
        return self._core.run.parameter_sets or 0

    @property
    def persons(self) -> int:
        """Number of persons who ever live in the region during a run."""
        return self._compiled().persons

    @property
    def assumptions(self) -> pd.DataFrame:
        """Where the numbers come from.

        Returns
        -------
        pandas.DataFrame
            Columns field, value, source, quality: A measured, B sourced but approximate, C assumed.
        """
        rows = [(e.field, e.value, e.source, e.quality) for e in self._core.evidence]
        return pd.DataFrame(rows, columns=["field", "value", "source", "quality"])

    @property
    def targets(self) -> pd.DataFrame:
        """Figures of today's region that the baseline must reproduce.

        Returns
        -------
        pandas.DataFrame
            Columns name, measure, of, value, tolerance (relative), source, quality.
        """
        names = ["name", "measure", "of", "value", "tolerance", "source", "quality"]
        return pd.DataFrame([[getattr(t, n) for n in names] for t in self._core.targets], columns=names)

    @property
    def uncertain(self) -> pd.DataFrame:
        """Numbers of which the scenario says how uncertain they are.

        Returns
        -------
        pandas.DataFrame
            One row a number: columns name (dotted path), mean (what a run without parameter sets takes), low and high
            (10 % and 90 % quantiles), distribution (as written), quality (of the nearest evidence: A measured,
            B approximate, C assumed; C if nothing is said), place (file:line:col).
        """
        core = self._core
        rows = [
            {
                "name": n.path,
                "mean": n.mean,
                "low": n.quantile(0.1),
                "high": n.quantile(0.9),
                "distribution": n.written,
                "quality": quality_of(n.path, core.evidence),
                "place": f"{n.file}:{n.line}:{n.column}",
            }
            for n in core.uncertain
        ]
        return pd.DataFrame(rows, columns=["name", "mean", "low", "high", "distribution", "quality", "place"])

    @property
    def digest(self) -> str:
        """SHA-256 over the text and every file that it names, in order."""
        return _digest(self._text, self._base_folder, self._files)

    def outline(self) -> Outline:
        """Names, titles and sources, small enough to be stored beside results."""
        core = self._core
        inputs = _core.summary_inputs(self._compiled())
        return Outline(
            name=core.name,
            title=core.title,
            description=core.description,
            start_year=core.time.start_year,
            years=core.time.years,
            cycles_per_year=core.time.cycles_per_year,
            baseline=core.baseline,
            reference=core.reference,
            arms=[ArmOutline(a.name, a.title, a.contracts, a.presses_providers, a.presses_kinds) for a in core.arms],
            kinds=[KindOutline(k.name, k.sector, k.per_day, k.in_beds, k.funder == "insurer") for k in core.kinds],
            providers=[ProviderOutline(p.name, p.title, p.type, p.out_of_region) for p in core.providers],
            sectors=core.sectors,
            payers=[PayerOutline(p.name, p.insurer) for p in core.payers],
            strata={s.name: s.title for s in core.strata},
            targets=[
                TargetOutline(t.name, t.measure, t.of, t.value, t.tolerance, t.source, t.quality) for t in core.targets
            ],
            evidence=[EvidenceOutline(e.field, e.value, e.source, e.quality) for e in core.evidence],
            incentives=core.incentives,
            capacity=core.capacity,
            digest=self.digest,
            settling_terms=_core.settling_terms(self._compiled()),
            settling=dict(inputs.settling),
            discount_costs=inputs.discount_costs,
            discount_qalys=inputs.discount_qalys,
            behaviour=behaviour_outline(core),
        )

    def with_(self, **overrides: Override) -> Scenario:
        """Give a changed copy, for sweeps and for switching a mechanism off.

        Parameters
        ----------
        **overrides
            Dotted path in the file to its new value: ``{"behaviour.incentives": False}``. A part that is a number is a
            position in a list. A missing key is added, so that a default can be changed.

        Returns
        -------
        Scenario
            Read and checked anew; positions of faults are those in `text`.

        Raises
        ------
        ScenarioError
            If the changed scenario is not valid.
        ValueError
            If a path leads nowhere.
        """
        return parse(apply_overrides(self._text, overrides), self._base_folder, files=self._files)

    def with_people(self, people: Any, *, name: str = "people.csv") -> Scenario:
        """Give a copy whose inhabitants at the start are these, one by one, in place of those made of cells.

        Births, arrivals and departures go on from the scenario's flows; what is not given of the people is drawn.

        Parameters
        ----------
        people
            A pandas or Arrow table, columns by name (NumPy arrays or lists) or a structured NumPy array, with the
            columns of `docs/own_people.md`. Row i becomes person i. Columns that start with ``history_`` are not looked
            at.
        name
            What the table is called in `text` and in the messages of faults, where the header is line 1.

        Returns
        -------
        Scenario
            Read and checked anew. `digest` depends on the people, whatever kind of table they came in.

        Raises
        ------
        ScenarioError
            With every fault of the people, by line and column.
        ValueError
            If `people` is not a table.
        """
        text = apply_overrides(self._text, {"population.cells": [], "population.people": name})
        return parse(text, self._base_folder, files=self._files | {name: as_csv(people)})

    @property
    def stratifications(self) -> dict[str, list[str]]:
        """Names of the stratifications, each with its strata in order."""
        return _core.strata(self._compiled())

    def stratify(self, persons: pd.DataFrame, name: str) -> pd.DataFrame:
        """Put persons into the strata of one of the scenario's stratifications, by what is on record.

        Parameters
        ----------
        persons
            Rows of `person_years`.
        name
            Of the stratification.

        Returns
        -------
        pandas.DataFrame
            ``score`` (points, or a chance under the logit link) and ``stratum`` of every row, with its index.

        Raises
        ------
        ValueError
            If the scenario has no such stratification.

        See Also
        --------
        waterbed.stratification : what the strata and cut-offs of the score catch, and how people move.
        """
        from waterbed.stratification import stratify

        return stratify(self._compiled(), name, persons)

    def run(
        self,
        *,
        replications: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        arms: Iterable[str] | None = None,
        first_replication: int = 0,
        client: Any = None,
        checkpoints: str | PathLike[str] | Checkpoints | None = None,
        progress: bool | ProgressCallback = True,
        memory_limit: int | None = None,
    ) -> Results:
        """Simulate the arms, uncertain numbers at their means; `run_uncertain` draws them.

        The answer depends on the scenario, the seed and the replications alone: any number of threads gives the same
        bytes, and an arm gives the same bytes alone or with others. Ctrl-C stops within a second.

        Parameters
        ----------
        replications
            How many draws of the whole region over the whole horizon; by default the scenario's number.
        seed
            Of every draw; by default the scenario's.
        threads
            By default one a processor.
        arms
            Names; by default all.
        first_replication
            Number of the first one. Runs whose replications follow each other can be joined by `merge`.
        client
            A `distributed.Client`: blocks of replications run on its workers (`docs/runs.md`), `threads` each (1).
        checkpoints
            Folder in which finished blocks are kept; a run goes on from what is there.
        progress
            True shows a bar on a terminal and lines elsewhere, False nothing. A function is called with the cycles done
            and the cycles asked for.
        memory_limit
            Bytes that the run may take, beside the people of the scenario; by default what is free on the machine. With
            `client` or `checkpoints` each block goes by what is free where it runs.

        Returns
        -------
        Results
            Every table, by arm and replication.

        Raises
        ------
        ValueError
            If an arm is unknown, a number out of range, or the run does not fit into memory.
        KeyboardInterrupt
            If the user stops the run.
        """
        if client is not None or checkpoints is not None:
            job = job_of(self, seed, arms)
            count = self._core.run.replications if replications is None else at_least_one("replications", replications)
            [core] = run_parts(
                self,
                [Block(job, first_replication, count)],
                about=job.about(self.name),
                threads=0 if threads is None else at_least_one("threads", threads),
                client=client,
                checkpoints=checkpoints,
                progress=progress,
            )
            return Results(core, self.outline())
        model = self._compiled()
        options = _core.RunOptions(
            arms=list(arms or []),
            first_replication=first_replication,
            replications=0 if replications is None else at_least_one("replications", replications),
            seed=seed,
            threads=0 if threads is None else at_least_one("threads", threads),
            memory_limit=0 if memory_limit is None else at_least_one("memory_limit", memory_limit),
        )
        with progress_display(progress, self.title or self.name) as report:
            core = _core.simulate(model, options, report)
        return Results(core, self.outline())

    def run_uncertain(
        self,
        *,
        parameter_sets: int | None = None,
        replications: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        arms: Iterable[str] | None = None,
        first_set: int = 0,
        client: Any = None,
        checkpoints: str | PathLike[str] | Checkpoints | None = None,
        progress: bool | ProgressCallback = True,
    ) -> Results:
        """Simulate the arms under drawn values of the uncertain numbers.

        Each parameter set is the scenario with its uncertain numbers replaced, the same in all arms, run for some
        replications of chance of its own. So the variance of every result splits into parameters and chance.

        Parameters
        ----------
        parameter_sets
            How often the uncertain numbers are drawn, at least 2; by default the scenario's number, else 100.
        replications
            Of chance, in each set, at least 2; by default 2, or the scenario's number if that gives parameter sets.
        seed
            Of parameters and chance, drawn for purposes of their own; by default the scenario's.
        threads
            By default one a processor; any number gives the same bytes.
        arms
            Names; by default all.
        first_set
            Number of the first set; its replications are ``first_set * replications`` and on. Runs whose sets follow
            each other can be joined by `merge`.
        client, checkpoints, progress
            As for `run`.

        Returns
        -------
        Results
            Every table; replication ``n`` is of set ``n // replications``, see `Results.parameters`.

        Raises
        ------
        ValueError
            If nothing is uncertain, an arm is unknown or a number out of range.
        ScenarioError
            If a set makes a scenario that cannot be, such as chances beyond 1 in sum.
        KeyboardInterrupt
            If the user stops the run.
        """
        core = self._core
        if not core.uncertain:
            raise ValueError("nothing is uncertain: no number of the scenario is a distribution")
        written = core.run.parameter_sets
        sets = (written or 100) if parameter_sets is None else parameter_sets
        each = (core.run.replications if written else 2) if replications is None else replications
        for name, value in (("parameter_sets", sets), ("replications", each)):
            if value < 2:
                raise ValueError(f"{name}: must be at least 2, got {value}")
        if first_set < 0:
            raise ValueError(f"first_set: must be at least 0, got {first_set}")
        chosen = core.run.seed if seed is None else seed
        drawn = np.array([_core.draw_parameters(core, chosen, first_set + s) for s in range(sets)])
        first = first_set * each
        if client is not None or checkpoints is not None:
            job = job_of(self, chosen, arms)
            blocks = run_parts(
                self,
                sets_as_parts(self, job, drawn, each, first),
                about=job.about(self.name) | {"replications in each parameter set": each},
                threads=0 if threads is None else at_least_one("threads", threads),
                client=client,
                checkpoints=checkpoints,
                progress=progress,
            )
        else:
            blocks = self._run_sets(drawn, each, chosen, threads, arms, first, progress, same_chance=False)
        return Results(_core.merge(blocks), self.outline(), sets_of(core, drawn))

    def _run_sets(
        self,
        values: np.ndarray[Any, np.dtype[np.float64]],
        replications: int,
        seed: int,
        threads: int | None,
        arms: Iterable[str] | None,
        first_replication: int,
        progress: bool | ProgressCallback,
        *,
        same_chance: bool,
    ) -> list[_core.Results]:
        """Run the scenario once a row of values, with the replications of each row following on or the same in all."""
        names = list(arms or [])
        blocks = []
        with progress_display(progress, self.title or self.name) as report:
            for row in range(len(values)):
                model = _core.compile_scenario(_core.with_parameters(self._core, values[row].tolist()))
                options = _core.RunOptions(
                    arms=names,
                    first_replication=first_replication + (0 if same_chance else row * replications),
                    replications=at_least_one("replications", replications),
                    seed=seed,
                    threads=0 if threads is None else at_least_one("threads", threads),
                )
                blocks.append(_core.simulate(model, options, _part_of(report, row, len(values))))
        return blocks

    def memory_needed(self, *, replications: int | None = None, threads: int | None = None) -> int:
        """Bytes that a run of all arms takes at its peak, its people included: as many arms together as fit here."""
        options = _core.RunOptions(replications=replications or 0, threads=threads or 0)
        return _core.memory_needed(self._compiled(), options)

    def expected(self) -> pd.DataFrame:
        """Give the fast deterministic answer: expected flows under observed practice, unlimited capacity, no response.

        Returns
        -------
        pandas.DataFrame
            One row a year and setting: columns year, setting, visits (units), list_spending_eur, and first_contacts
            (elective requests).
        """
        flows = _core.expected(self._compiled())
        years = [self._core.time.start_year + y for y in range(flows.years)]
        index = pd.MultiIndex.from_product([years, flows.settings], names=["year", "setting"])
        columns: dict[str, Any] = {
            "visits": flows.visits.reshape(-1),
            "list_spending_eur": flows.list_spending.reshape(-1),
            "first_contacts": flows.first_contacts.reshape(-1),
        }
        return pd.DataFrame(columns, index=index).reset_index()

    def _compiled(self) -> _core.Model:
        if self._model is None:
            self._model = _core.compile_scenario(self._core)
        return self._model


def merge(parts: Iterable[Results]) -> Results:
    """Join runs of one scenario, seed and arms whose replications follow each other.

    Parameters
    ----------
    parts
        In any order.

    Returns
    -------
    Results
        The bytes that one run would have given.

    Raises
    ------
    ValueError
        Naming what differs, or which replications are missing or double.
    """
    blocks = list(parts)
    if not blocks:
        raise ValueError("parts: at least one run is needed")
    core = _core.merge([block._core for block in blocks])
    return Results(core, blocks[0].outline, _joined_sets(blocks))


def _joined_sets(blocks: list[Results]) -> ParameterSets | None:
    """Parameter sets of runs in the order of their replications."""
    found = [b.parameters for b in sorted(blocks, key=lambda block: block._core.first_replication)]
    known = [p for p in found if p is not None]
    if not known:
        return None
    sizes = {b.replications // b.parameters.sets for b in blocks if b.parameters is not None}
    if len(known) < len(found) or len(sizes) > 1 or any(p.names != known[0].names for p in known):
        raise ValueError("parts: must have the same uncertain numbers and as many replications a parameter set")
    return replace(known[0], drawn=np.concatenate([p.drawn for p in known]))


def _part_of(report: ProgressCallback | None, part: int, parts: int) -> ProgressCallback | None:
    """Report one of several runs of the same size as a part of all."""
    if report is None:
        return None
    return lambda done, total: report(part * total + done, parts * total)


def _digest(text: str, folder: Path, files: Mapping[str, str]) -> str:
    total = hashlib.sha256()
    seen: set[Path] = set()

    def add(content: str) -> None:
        total.update(hashlib.sha256(content.encode()).digest())
        for token in yaml.scan(content, Loader=yaml.SafeLoader):
            value = token.value if isinstance(token, yaml.ScalarToken) else ""
            if value in files:
                total.update(os.fsencode(value))
                total.update(files[value].encode())
                continue
            if not value.endswith((".csv", ".yaml", ".yml")):
                continue
            file = (folder / value).resolve()
            if file in seen or not file.is_relative_to(folder) or not file.is_file():
                continue
            seen.add(file)
            total.update(os.fsencode(value))
            add(file.read_text(encoding="utf-8")) if file.suffix != ".csv" else total.update(file.read_bytes())

    add(text)
    return total.hexdigest()
