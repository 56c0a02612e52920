"""The library of contracts that is shipped with the package, by short names such as ``nl/hospital_ceiling``."""

from __future__ import annotations

import difflib
from os import PathLike, fspath
from pathlib import Path

SUFFIX = ".yaml"


def folder() -> Path:
    """Folder of the library: beside the installed package, or in the source tree that the package runs from."""
    here = Path(__file__).resolve().parent
    installed = here / "contract_library"
    return installed if installed.is_dir() else here.parent.parent / "scenarios" / "contracts"


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
