"""Run the command line as ``python -m waterbed.cli``."""

from waterbed.cli._app import main

main()
