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
def told_of(target: Path) -> Iterator[None]:
    """Tell errors inside this block as those of the target: what is written on the way to it has other names."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise type(error)(f"{target} cannot be written: {reason[:1].lower()}{reason[1:]}") from error


def check_writable(target: Path) -> None:
    """Find out before long work whether a file or folder can be written; folders above it may be missing.

    Raises
    ------
    OSError
        If it cannot; the message names the target.
    """
    above = next(folder for folder in target.absolute().parents if os.access(folder, os.F_OK))
    if not above.is_dir():
        raise NotADirectoryError(f"{target} cannot be written: {above} is not a folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(f"{target} cannot be written: permission denied")


def check_writable_file(target: Path) -> None:
    """Find out before long work whether a file can be written, as `check_writable` does."""
    check_writable(target)
    if target.is_dir():
        raise IsADirectoryError(f"{target} cannot be written: it is a folder")


@contextmanager
def replacing_file(target: Path) -> Iterator[BinaryIO]:
    """Give a stream; when the block ends without an error its bytes become `target`, otherwise nothing is left.

    Raises
    ------
    OSError
        If it cannot be written; the message names the target.
    """
    check_writable_file(target)
    with told_of(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield cast(BinaryIO, stream)
            with told_of(target):
                stream.flush()
                os.fsync(stream.fileno())
        with told_of(target):
            _ordinary_mode(temporary, 0o666)
            temporary.replace(target)
            _sync(target.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_whole(target: Path, data: bytes) -> None:
    """Write a file whole or not at all: write, sync, rename.

    Raises
    ------
    OSError
        If it cannot be written; the message names the target.
    """
    with replacing_file(target) as stream, told_of(target):
        stream.write(data)
        stream.flush()


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder; when the block ends without an error it becomes `target`, otherwise nothing is left.

    A folder that is there already is replaced only if it is empty or holds an earlier run (a manifest.json).

    Raises
    ------
    ValueError
        If the folder holds something else.
    OSError
        If it cannot be written; the message names the target.
    """
    if target.exists() and not may_replace(target):
        raise ValueError(f"{target}: the folder holds something else than results; name another one")
    check_writable(target)
    with told_of(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield temporary
        with told_of(target):
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
