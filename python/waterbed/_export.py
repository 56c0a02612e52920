"""Person-level tables into files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from waterbed import _core
from waterbed._atomic import replacing_file
from waterbed._visits import VisitFrames

if TYPE_CHECKING:
    from waterbed._progress import ProgressCallback

What = Literal["visits", "person_years"]
SUFFIXES = (".parquet", ".csv")


def check_suffix(out: Path) -> None:
    """Refuse a file of a kind that is not written.

    Raises
    ------
    ValueError
        With the kinds that are.
    """
    if out.suffix not in SUFFIXES:
        raise ValueError(f"must end in {' or '.join(SUFFIXES)}, got {out}")


def write_frames(out: Path, parts: Callable[[Callable[[pd.DataFrame], None]], None]) -> int:
    """Write a table that comes in parts, whole or not at all; at least one part, which may be empty.

    Returns
    -------
    int
        Rows.
    """
    rows = 0
    with replacing_file(out) as stream:
        writer = _ParquetParts(stream) if out.suffix == ".parquet" else _CsvParts(stream)

        def write(frame: pd.DataFrame) -> None:
            nonlocal rows
            rows += len(frame)
            writer.write(frame)

        parts(write)
        writer.close()
    return rows


class _CsvParts:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._first = True

    def write(self, frame: pd.DataFrame) -> None:
        self._stream.write(frame.to_csv(index=False, header=self._first, lineterminator="\n").encode())
        self._first = False

    def close(self) -> None:
        pass


class _ParquetParts:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._writer: pq.ParquetWriter | None = None

    def write(self, frame: pd.DataFrame) -> None:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._stream, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def visit_frames(
    model: _core.Model,
    options: _core.RecordOptions,
    take: Callable[[pd.DataFrame], None],
    report: ProgressCallback | None,
) -> None:
    """Simulate, and hand the table of visits over part by part; one empty part if nobody was seen."""
    frames = VisitFrames(model)
    any_part = False

    def sink(part: _core.Visits) -> None:
        nonlocal any_part
        any_part = True
        take(frames.frame(part))

    _core.visits(model, options, sink, report)
    if not any_part:
        take(frames.frame(_core.Visits()))


def years_of(text: Iterable[str]) -> list[int]:
    """Calendar years of `2022` and `2023-2025`.

    Raises
    ------
    ValueError
        For what is neither.
    """
    years: list[int] = []
    for one in text:
        first, dash, last = one.partition("-")
        if not first.isdigit() or (dash and not last.isdigit()) or (dash and int(last) < int(first)):
            raise ValueError(f"must be a year or a range such as 2023-2025, got {one}")
        years += range(int(first), int(last if dash else first) + 1)
    return years
