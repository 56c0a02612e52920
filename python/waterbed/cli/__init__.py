"""The command line. Exit codes: 0 done, 2 bad input, 3 stopped by the user, 1 our fault."""

from waterbed.cli._app import main

__all__ = ["main"]
