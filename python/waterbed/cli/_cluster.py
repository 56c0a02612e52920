"""A Dask cluster on which a command runs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

Dask = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="Run on the workers of this Dask scheduler: tcp://HOST:PORT, or its scheduler file."
    ),
]

SECONDS_TO_ANSWER = 10

_ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")


@contextmanager
def client_at(address: str | None) -> Iterator[Any]:
    """Give a client of the scheduler at an address, or None without one.

    Raises
    ------
    ValueError
        If Dask is not installed, or no scheduler answers.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise ValueError("--dask: Dask is not installed; pip install 'waterbed[dask]'") from error
    if not (Path(address).is_file() or _ADDRESS.fullmatch(address)):
        raise ValueError(f"--dask: must be tcp://HOST:PORT, tls://HOST:PORT or a scheduler file, got {address}")
    where = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        client = Client(**where, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except OSError as error:
        raise ValueError(f"--dask: no scheduler answers at {address}: {error}") from error
    with client:
        if not client.nthreads():
            print(f"the scheduler at {address} has no workers yet; waiting for the first", file=sys.stderr, flush=True)
        yield client
