"""What is shipped with the package: contracts under short names such as ``nl/hospital_ceiling``; published results."""

from __future__ import annotations

import difflib
from os import PathLike, fspath
from pathlib import Path

SUFFIX = ".yaml"


def _shipped(installed: str, in_source_tree: str) -> Path:
    """Folder in the installed package, or else in the source tree that the package runs from."""
    here = Path(__file__).resolve().parent
    folder = here / installed
    return folder if folder.is_dir() else here.parent.parent / "scenarios" / in_source_tree


def folder() -> Path:
    """Folder of the library of contracts."""
    return _shipped("contract_library", "contracts")


def published_results() -> Path:
    """Folder of published results, by country, such as ``us/mssp_2022.csv``."""
    return _shipped("published_results", "data")


def names() -> list[str]:
    """Every short name, sorted: the file below the folder without its ending."""
    root = folder()
    return sorted(path.relative_to(root).with_suffix("").as_posix() for path in root.rglob(f"*{SUFFIX}"))


def find(name: str | PathLike[str]) -> Path:
    """Give the file of a contract: the path itself, or else what the library holds under the name.

    Raises
    ------
    ValueError
        If it does not end in .yaml and is neither a file nor a name of the library.
    """
    path = Path(fspath(name))
    if path.suffix == SUFFIX or path.is_file():
        return path
    short = path.as_posix()
    known = names()
    if short in known:
        return folder() / f"{short}{SUFFIX}"
    nearest = difflib.get_close_matches(short, known, 1)
    hint = f" (did you mean {nearest[0]}?)" if nearest else ""
    raise ValueError(f"{short}: must be a contract file or a name of the library{hint}")
