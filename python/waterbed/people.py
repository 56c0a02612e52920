"""Own people, one by one: from tables of any kind, and from Synthea.

`docs/own_people.md` has the columns. `Scenario.with_people` puts people into a scenario; a scenario file names them as
``population: {people: FILE}``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import yaml

from waterbed._synthea import from_synthea

#: Columns that start with this are for the user's own models: the simulation does not look at them.
HISTORY = "history_"

#: A glance, as reading all of a scenario takes a while.
_NAMES_A_TABLE = re.compile(r"people\W*:.*\.(csv|parquet|arrow|feather)\b")

#: Files that hold tables, by the ends of their names.
SUFFIXES = (".csv", ".parquet", ".arrow", ".feather")


def read(path: str | PathLike[str]) -> pd.DataFrame:
    """Read a table of people from CSV, Parquet or Arrow (feather).

    Parameters
    ----------
    path
        A file that ends in .csv, .parquet, .arrow or .feather.

    Returns
    -------
    pandas.DataFrame
        As it stands in the file; `Scenario.with_people` checks it.

    Raises
    ------
    ValueError
        For another ending.
    OSError
        If the file cannot be read.
    """
    file = Path(path)
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig") as stream:  # lines that start with # at the top are for sources
            sources = sum(1 for _ in itertools.takewhile(lambda line: line.startswith("#"), stream))
        return pd.read_csv(file, dtype=str, keep_default_na=False, skiprows=sources, skipinitialspace=True)
    if file.suffix == ".parquet":
        return pd.read_parquet(file)
    if file.suffix in (".arrow", ".feather"):
        frame: pd.DataFrame = feather.read_feather(file)
        return frame
    raise ValueError(f"path: must end in {', '.join(SUFFIXES)}, got {file}")


def as_frame(people: Any) -> pd.DataFrame:
    """Make a data frame of a pandas or Arrow table, a map of columns or a structured NumPy array.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if isinstance(people, pd.DataFrame):
        return people
    if isinstance(people, pa.Table | pa.RecordBatch):
        frame: pd.DataFrame = people.to_pandas()
        return frame
    if isinstance(people, Mapping):
        return pd.DataFrame(dict(people))
    if isinstance(people, np.ndarray) and people.dtype.names is not None:
        return pd.DataFrame({name: people[name] for name in people.dtype.names})
    kind = type(people).__name__
    raise ValueError(f"people: must be a data frame, an Arrow table, columns by name or a structured array, got {kind}")


def as_csv(people: Any) -> str:
    """Write the columns that the simulation looks at as text, the same for the same people however they came.

    Whole numbers are written without decimals, dates as YYYY-MM-DD, what is missing as nothing; rows keep their order.
    """
    frame = as_frame(people)
    columns = {str(name): _cells(frame[name]) for name in frame.columns if not str(name).startswith(HISTORY)}
    return pd.DataFrame(columns).to_csv(index=False, lineterminator="\n")


def _cells(column: pd.Series[Any]) -> pd.Series[Any]:
    if pd.api.types.is_datetime64_any_dtype(column):
        days: pd.Series[Any] = column.dt.strftime("%Y-%m-%d")
        return days
    if pd.api.types.is_float_dtype(column):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        known = values[~np.isnan(values)]
        if np.array_equal(known, np.trunc(known)) and np.isfinite(known).all():
            return column.astype("Int64")
    return column.astype(object) if isinstance(column.dtype, pd.CategoricalDtype) else column


def files_in_memory(text: str, folder: Path) -> dict[str, str]:
    """Texts of the tables that a scenario names and that only Python reads."""
    name = people_of(text)
    suffix = Path(name).suffix
    if suffix not in SUFFIXES or suffix == ".csv":
        return {}
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return {}  # told by the reader of the scenario, at its place
    return {name: as_csv(read(file))}


def people_of(text: str) -> str:
    """Name of the file of own people that a scenario names, or nothing."""
    try:
        root = yaml.safe_load(text) if _NAMES_A_TABLE.search(text) else None
    except yaml.YAMLError:
        return ""  # told by the reader of the scenario
    named = root.get("population") if isinstance(root, dict) else None
    people = named.get("people") if isinstance(named, dict) else None
    return people if isinstance(people, str) else ""


__all__ = ["HISTORY", "as_csv", "as_frame", "from_synthea", "read"]
