"""Ranges of behaviour for a scenario that gives none of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from waterbed.scenario import Scenario


def _posterior() -> dict[str, Any]:
    """Read what tools/fit_behaviour wrote: in the installed package, or else in the source tree."""
    here = Path(__file__).resolve().parent
    installed = here / "posterior.yaml"
    file = installed if installed.is_file() else here.parents[2] / "scenarios" / "evidence" / "posterior.yaml"
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def ranges(scenario: Scenario) -> dict[str, Any]:
    """Give the ranges that published effects leave to a new place, for numbers of behaviour without a range.

    Parameters
    ----------
    scenario
        A number that it gives as a distribution is its own affair and left out.

    Returns
    -------
    dict
        Dotted path to a distribution with the scenario's own number as its point, to be given to `Scenario.with_`: runs
        without parameter sets stay the same, runs with them draw. Answers that are off (0) stay off.

    Examples
    --------
    >>> import waterbed as wb
    >>> scenario = wb.load("scenarios/multi_year.yaml")
    >>> found = ranges(scenario)
    >>> found["behaviour.theta_own_volume"]["point"]
    0.13
    >>> len(scenario.with_(**found).uncertain) == len(scenario.uncertain) + len(found)
    True
    """
    own = yaml.safe_load(scenario.text).get("behaviour") or {}
    found: dict[str, Any] = {}
    for path, row in _posterior()["parameters"].items():
        section, _, key = path.partition(".")
        number = own.get(key, row["shipped_default"])
        if section == "behaviour" and not isinstance(number, dict) and number > 0:
            found[path] = {"point": number, **row["distribution"]}
    return found
