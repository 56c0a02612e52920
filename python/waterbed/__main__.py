"""Run the command line as ``python -m waterbed``."""

from waterbed.cli import main

main()
