"""What a comparison has beside it: renegotiated contracts, decisions with their terms, parts of a change, settling."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from waterbed._decided import Decided
from waterbed._rebuilt import part_of
from waterbed._store import load_results, save_results
from waterbed.decomposition import Decomposition
from waterbed.parameter_range import ParameterRange
from waterbed.renegotiation import Renegotiation
from waterbed.results import Results

_DECOMPOSITION, _SETS, _AGREED, _MOVED = (
    f"{name}.npz" for name in ("decomposition", "parameter_range", "agreed", "renegotiated")
)
_RULE = "renegotiation"
_DECIDED = ("decisions", "marginals", "held_back")


@dataclass(frozen=True)
class Extras:
    """None, or empty: not asked for, or not possible."""

    decomposition: Decomposition | None = None
    renegotiation: Renegotiation | None = None
    settling: pd.DataFrame | None = None
    parameter_range: ParameterRange | None = None
    decided: dict[str, Decided] = field(default_factory=dict)  #: by arm

    def save(self, folder: Path) -> None:
        """Store beside the results of a comparison."""
        tables = folder / "tables"
        if self.decomposition is not None:
            save_results(self.decomposition.results, folder / _DECOMPOSITION)
            write_table(self.decomposition.summary(), tables, "parts")
        if (moved := self.renegotiation) is not None:
            save_results(moved.agreed, folder / _AGREED)
            save_results(moved.moved, folder / _MOVED)
            write_table(moved.table().assign(share=moved.share, of=moved.of), tables, _RULE)
        if self.settling is not None:
            write_table(self.settling, tables, "settling")
        if self.parameter_range is not None:
            save_results(self.parameter_range.drawn, folder / _SETS)
        for name in _DECIDED if self.decided else ():
            about = [
                d.tables()[name].assign(arm=d.arm, year=d.year, followed=d.followed) for d in self.decided.values()
            ]
            write_table(pd.concat(about, ignore_index=True), tables, name)


def load_extras(folder: Path, results: Results) -> Extras:
    """Give what is stored beside a comparison."""
    decomposition, renegotiation, ranged = None, None, None
    if (folder / _DECOMPOSITION).exists():
        runs = load_results(folder / _DECOMPOSITION)
        decomposition = Decomposition(runs, runs.arms[-1].rpartition(":")[0])
    if (folder / _MOVED).exists():
        rule = _read(folder, _RULE).iloc[0]
        agreed, moved = load_results(folder / _AGREED), load_results(folder / _MOVED)
        renegotiation = Renegotiation(agreed, moved, float(rule["share"]), str(rule["of"]))
    if (folder / _SETS).exists():
        ranged = ParameterRange(part_of(results, slice(0, 1)), load_results(folder / _SETS))
    settling = _read(folder, "settling") if (folder / "tables" / "settling.parquet").exists() else None
    return Extras(decomposition, renegotiation, settling, ranged, _load_decided(folder))


def _load_decided(folder: Path) -> dict[str, Decided]:
    if not (folder / "tables" / "decisions.parquet").exists():
        return {}
    tables = {name: _read(folder, name) for name in _DECIDED}
    found = {}
    for arm, block in tables["decisions"].groupby("arm", sort=False):
        year, followed = (int(block[name].iloc[0]) for name in ("year", "followed"))
        decisions, marginals, held_back = (
            table[table["arm"] == arm].drop(columns=["arm", "year", "followed"]).reset_index(drop=True)
            for table in tables.values()
        )
        found[str(arm)] = Decided(str(arm), year, followed, decisions, marginals, held_back)
    return found


def write_table(table: pd.DataFrame, folder: Path, name: str) -> None:
    """Write a table as Parquet, to be read again bit by bit, and as CSV, for people."""
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / f"{name}.parquet")
    table.to_csv(folder / f"{name}.csv", index=False)


def _read(folder: Path, name: str) -> pd.DataFrame:
    found: pd.DataFrame = pq.read_table(folder / "tables" / f"{name}.parquet").to_pandas()
    return found
