"""What a command ends with."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from waterbed._core import ScenarioError

DONE, OUR_FAULT, BAD_INPUT, STOPPED = 0, 1, 2, 3


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn what goes wrong into a message on standard error and an exit code."""
    try:
        yield
    except ScenarioError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
            if problem.within_value:  # where in a formula: shown by a caret
                print(problem.excerpt(), file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from error
    except (ValueError, OSError) as error:
        if isinstance(error, ValueError) and _is_ours(error):
            _our_fault()
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from error
    except KeyboardInterrupt as error:
        print(error if str(error) else "stopped; nothing was written", file=sys.stderr)
        raise typer.Exit(STOPPED) from error
    except typer.Exit:
        raise
    except Exception:  # the last resort: a message that asks for a report, and the code that says so
        _our_fault()


@contextmanager
def told_of_option(option: str) -> Iterator[None]:
    """Name the option that gave the file, if it cannot be written."""
    try:
        yield
    except OSError as error:
        raise type(error)(f"{option}: {error}") from error


@contextmanager
def told_of_value(option: str) -> Iterator[None]:
    """Name the option whose value is wrong."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{option}: {error}") from error


def _is_ours(error: BaseException) -> bool:
    """Tell a value error from deep inside another library, which is a bug, from bad input."""
    frames = traceback.extract_tb(error.__traceback__)
    package = Path(__file__).resolve().parent.parent
    return bool(frames) and not Path(frames[-1].filename).resolve().is_relative_to(package)


def _our_fault() -> None:
    traceback.print_exc()
    print("This is our fault, not yours: please report it with the lines above.", file=sys.stderr)
    raise typer.Exit(OUR_FAULT)
