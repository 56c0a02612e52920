"""One replication of one arm, person by person."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import pandas as pd

from waterbed import _core
from waterbed._export import What, check_suffix, visit_frames, write_frames
from waterbed._persons import person_years_frame
from waterbed._progress import ProgressCallback, progress_display
from waterbed._visits import VISIT_ROW_BYTES, check_memory, together, trace_frame


class Recording(ABC):
    """What a `Scenario` records of single persons."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Short name."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Title, for people."""

    @abstractmethod
    def _compiled(self) -> _core.Model: ...

    def person_years(
        self,
        arm: str | None = None,
        years: Iterable[int] | None = None,
        *,
        replication: int = 0,
        seed: int | None = None,
        newcomers: bool = False,
        threads: int | None = None,
        progress: bool | ProgressCallback = False,
    ) -> pd.DataFrame:
        """Simulate one replication of one arm and look at every person, year by year.

        Draws are those of `run`: the persons are those behind its tables, and an arm's persons are those of the other
        arms under other contracts.

        Parameters
        ----------
        arm
            By default the baseline.
        years
            Calendar years; by default the performance years. Years before `start_year` (base years, and before them
            the warm-up, in which nobody has a history yet) have the reference contracts, whatever the arm. The run
            ends with the last year asked for.
        replication
            Which one.
        seed
            Of every draw; by default the scenario's.
        newcomers
            Also those who were born or moved in during the year: with them the columns add up to the tables of `run`.
        threads
            By default one a processor; the answer does not depend on it.
        progress
            As for `run`.

        Returns
        -------
        pandas.DataFrame
            One row for each person and year, of those who were here when the year began, by year and person:

            person
                Number, the same in every arm, year and replication.
            year
                Calendar year.
            entered
                Cycle of the year in which a newcomer entered, 0 for the others. The columns up to `recorded_` hold
                when the year began; for newcomers when they entered.
            age, sex, deprivation
                Completed years; women or men; quintile, 1 the least deprived.
            municipality, practice, practice_group, insurer
                Names; missing in a region without.
            stage_CONDITION, recorded_CONDITION
                True stage, and the stage that is recorded and that contracts see; ordered from "none".
            cycles
                Cycles of the year that the person lived here, the one of a death included.
            died, moved_away
                During the year.
            qalys
                Quality-adjusted life years of the year.
            spending_SECTOR_eur, spending_eur
                List spending of the year by sector and in all, euro at the frozen price list.
            units_KIND
                What the person used of each kind of setting, services attached to visits among it: visits, or days for
                kinds that count in days.
            stays_KIND
                Stays begun, of the kinds that count in days.

        Raises
        ------
        ValueError
            If the arm is unknown, a year is not simulated or a number is out of range.
        KeyboardInterrupt
            If the user stops the run.
        """
        options = _record_options(arm, years, replication, seed, threads)
        with progress_display(progress, self.title or self.name) as report:
            core = _core.person_years(self._compiled(), options, newcomers, report)
        return person_years_frame(core)

    def visits(
        self,
        arm: str | None = None,
        years: Iterable[int] | None = None,
        *,
        replication: int = 0,
        seed: int | None = None,
        memory_limit: int | None = None,
        threads: int | None = None,
        progress: bool | ProgressCallback = False,
    ) -> pd.DataFrame:
        """Simulate one replication of one arm and keep every visit, like claims.

        Parameters
        ----------
        arm, years, replication, seed, threads, progress
            As for `person_years`.
        memory_limit
            Bytes that the table may take while it is made; by default half of what the machine has.

        Returns
        -------
        pandas.DataFrame
            One row for each service, in the order of cycles:

            visit
                Number; a service attached to a visit has the number of its visit.
            person, year, cycle, day
                Who and when: cycle and day of the year from 0, in years of 360 days, 364 by weeks.
            setting, provider, kind, sector
                Where.
            attached
                Emitted by a visit (drugs, tests); did not move the patient.
            need, step
                What for: first, follow_up, or return of a need that was not met.
            units
                One, or the days of a stay.
            list_price_eur
                At the frozen price list, all units; inside a product what the contact adds to it.
            paid_eur
                Under the contracts in force; 0 where they pay by the person, by the period or not at all.
            paid_by, paid_to, contract, term
                Ledger entry: the payer is an insurer, another budget, a provider out of its bundle (term cost), or the
                household where nobody has a contract.

        Raises
        ------
        MemoryError
            If the table is expected to be larger than `memory_limit`; `export` writes it without holding it.
        ValueError
            If the arm is unknown, a year is not simulated or a number is out of range.
        """
        options = _record_options(arm, years, replication, seed, threads)
        rows = _core.expected_visit_rows(self._compiled(), options)
        check_memory(rows, VISIT_ROW_BYTES, memory_limit, "ask for fewer years, or write a file with export")
        frames: list[pd.DataFrame] = []
        with progress_display(progress, self.title or self.name) as report:
            visit_frames(self._compiled(), options, frames.append, report)
        return together(frames)

    def export(
        self,
        path: str | PathLike[str],
        what: What = "visits",
        *,
        arm: str | None = None,
        years: Iterable[int] | None = None,
        replication: int = 0,
        seed: int | None = None,
        newcomers: bool = False,
        threads: int | None = None,
        progress: bool | ProgressCallback = False,
    ) -> int:
        """Write `visits` or `person_years` to a file, whole or not at all.

        Visits are written as they are simulated, so the file may be larger than the memory. These are tables of single
        persons: where the people are real, keep the file as you keep the people (`docs/own_people.md`).

        Parameters
        ----------
        path
            A file that ends in .parquet or .csv.
        what
            Which table.
        arm, years, replication, seed, newcomers, threads, progress
            As for `person_years`.

        Returns
        -------
        int
            Rows written.

        Raises
        ------
        ValueError
            If the file has another ending, or as `person_years`.
        OSError
            If the file cannot be written.
        """
        out = Path(path)
        check_suffix(out)
        if what == "person_years":
            frame = self.person_years(
                arm,
                years,
                replication=replication,
                seed=seed,
                newcomers=newcomers,
                threads=threads,
                progress=progress,
            )
            return write_frames(out, lambda take: take(frame))
        options = _record_options(arm, years, replication, seed, threads)
        with progress_display(progress, self.title or self.name) as report:
            return write_frames(out, lambda take: visit_frames(self._compiled(), options, take, report))

    def trace(
        self,
        person: int,
        arm: str | None = None,
        years: Iterable[int] | None = None,
        *,
        replication: int = 0,
        seed: int | None = None,
        threads: int | None = None,
    ) -> pd.DataFrame:
        """Tell in order what happened to one person, and who paid whom for it.

        Parameters
        ----------
        person
            Number, as in `person_years` and `visits`.
        arm, years, replication, seed, threads
            As for `person_years`.

        Returns
        -------
        pandas.DataFrame
            Columns year, cycle, day; event (entered, need, visit, attached, need_ended, stage, recorded, died,
            moved_away); what (the need and its step or end, the condition and its stage); of visits setting, units,
            list_price_eur, paid_eur, paid_by, paid_to, contract, term. Changes of stages and deaths stand at the end of
            their cycle.

        Raises
        ------
        ValueError
            If there is no such person, or as `person_years`.
        """
        options = _record_options(arm, years, replication, seed, threads)
        return trace_frame(_core.trace(self._compiled(), person, options), self._compiled())


def _record_options(
    arm: str | None, years: Iterable[int] | None, replication: int, seed: int | None, threads: int | None
) -> _core.RecordOptions:
    return _core.RecordOptions(
        arm=arm or "",
        years=list(years or []),
        replication=replication,
        seed=seed,
        threads=0 if threads is None else at_least_one("threads", threads),
    )


def at_least_one(name: str, value: int) -> int:
    """Give a number that must be 1 or more."""
    if value < 1:
        raise ValueError(f"{name}: must be at least 1, got {value}")
    return value
