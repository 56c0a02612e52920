"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ordinary_mode(path: Path, mode: int) -> None:
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(mode & ~mask)


@contextmanager
def replacing_file(target: Path) -> Iterator[BinaryIO]:
    """Give a stream; when the block ends without an error its bytes become `target`, otherwise nothing is left."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield cast(BinaryIO, stream)
            stream.flush()
            os.fsync(stream.fileno())
        _ordinary_mode(temporary, 0o666)
        temporary.replace(target)
        _sync(target.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder; when the block ends without an error it becomes `target`, otherwise nothing is left.

    A folder that is there already is replaced only if it is empty or holds an earlier run (a manifest.json).
    """
    if target.exists() and not may_replace(target):
        raise ValueError(f"{target}: the folder holds something else than results; name another one")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield temporary
        for path in sorted(temporary.rglob("*"), reverse=True):
            _sync(path)
        _ordinary_mode(temporary, 0o777)
        _swap(temporary, target)
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def may_replace(target: Path) -> bool:
    """Whether a folder is empty or an earlier result."""
    return target.is_dir() and ((target / "manifest.json").is_file() or not any(target.iterdir()))


def _swap(new: Path, target: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    target.replace(old / "was")
    try:
        new.rename(target)
    except BaseException:
        (old / "was").rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
