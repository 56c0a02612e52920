"""One HTML file with everything that a comparison says; it opens without a network."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from waterbed._atomic import replacing_file
from waterbed.difference import Difference
from waterbed.plots._style import svg
from waterbed.report._page import page


def write_report(difference: Difference, path: str | PathLike[str]) -> None:
    """Write the file whole or not at all."""
    drawn = {name: svg(figure) for name, figure in difference.plot.all().items()}
    text = page(difference, drawn)
    with replacing_file(Path(path)) as stream:
        stream.write(text.encode("utf-8"))


__all__ = ["page", "write_report"]
