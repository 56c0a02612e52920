"""The command `waterbed stratify`: strata of a simulated year, what cut-offs catch, who moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from waterbed._atomic import replacing_folder
from waterbed.plots._style import write_figure
from waterbed.plots.stratification import stratification_yield, stratum_moves
from waterbed.scenario import Scenario
from waterbed.stratification import concordance, cutoff_table, movements, stratum_table


class Stratified:
    """One stratification of simulated years: the tables and figures of the command."""

    def __init__(self, scenario: Scenario, name: str, arm: str | None, replication: int, event: str) -> None:
        persons = scenario.person_years(arm, replication=replication)
        if event not in persons.columns or event in ("sex", "person", "year"):
            known = [c for c in persons.columns if c == "died" or c.startswith(("stays_", "units_"))]
            raise ValueError(f"--event: must be one of {', '.join(known)}, got {event}")
        assigned = scenario.stratify(persons, name)
        per_year = scenario._core.time.cycles_per_year
        last = persons["year"] == persons["year"].max()
        self.event = event
        self._made_of: dict[str, Any] = {
            "scenario_digest": scenario.digest,
            "stratification": name,
            "replication": replication,
        }
        self._made_of |= {"arm": arm or scenario.baseline, "event": event}
        self.year = int(persons["year"].max())
        self.strata = stratum_table(
            persons[last], assigned.loc[last, "stratum"], events=[event], cycles_per_year=per_year
        )
        self.moves = movements(persons, assigned["stratum"]) if persons["year"].min() < self.year else None
        self._score = assigned.loc[last, "score"].to_numpy()
        self._event = (persons.loc[last, event] > 0).to_numpy()
        self._cost = persons.loc[last, "spending_eur"].to_numpy()
        self.has_score = bool(self._score.min() < self._score.max())
        self.cutoffs = cutoff_table(self._score, self._event, self._cost) if self.has_score else None

    def show(self, console: Console) -> None:
        """Print the strata, and what cut-offs of the score catch."""
        console.print(Text(f"Strata at the start of {self.year}, and what {self.year} brought", style="bold"))
        console.print(_printed(self.strata))
        if self.cutoffs is None:
            console.print("Every person has the same score: there is no cut-off to look at.")
            return
        found = concordance(self._score, self._event)
        console.print()
        heading = (
            f"Cut-offs of the score: {self.event}; concordance {found.value:.3f} (± {1.96 * found.standard_error:.3f})"
        )
        console.print(Text(heading, style="bold"))
        kept = ["cutoff", "reached", "reached_share", "sensitivity", "specificity", "predictive_value", "cost_share"]
        console.print(_printed(self.cutoffs[kept]))
        console.print("One simulated replication; parameters fixed. Events are of the year after the score.")

    def write(self, folder: Path) -> None:
        """Write tables and figures, all or nothing."""
        with replacing_folder(folder) as new:
            (new / "manifest.json").write_text(json.dumps(self._made_of, indent=2) + "\n", encoding="utf-8")
            self.strata.to_csv(new / "strata.csv", index=False)
            if self.cutoffs is not None:
                self.cutoffs.to_csv(new / "cutoffs.csv", index=False)
                words = self.event.replace("_", " ")
                write_figure(
                    stratification_yield(self._score, self._event, self._cost, event_name=words), new / "yield.svg"
                )
            if self.moves is not None:
                self.moves.to_csv(new / "moves.csv", index=False)
                write_figure(stratum_moves(self.moves, list(self.strata["stratum"].astype(str))), new / "moves.svg")


def _printed(frame: pd.DataFrame) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in frame.columns:
        table.add_column(str(column).replace("_", " "), justify="left" if column == "stratum" else "right")
    for row in frame.itertuples(index=False):
        table.add_row(*(_cell(str(name), value) for name, value in zip(frame.columns, row, strict=True)))
    return table


def _cell(name: str, value: object) -> str:
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if name.endswith("share") or name.startswith("share") or name in ("sensitivity", "specificity", "predictive_value"):
        return f"{value:.1%}"
    return f"{value:,.2f}" if name == "cutoff" else f"{value:,.0f}"
