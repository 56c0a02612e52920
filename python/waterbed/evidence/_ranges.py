"""Ranges of behaviour: for a scenario that gives none of its own, and as scenario files carry them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from waterbed._overrides import Override, apply_overrides
from waterbed.evidence._prior import Prior
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


def with_ranges(text: str, file: str, priors: Sequence[Prior], posterior: Mapping[str, Any]) -> str:
    """Give a scenario's text with the range of a new place beside the point of every number that was fitted.

    Parameters
    ----------
    text, file
        Of the scenario; the file relative to the folder of scenarios, as ``ships`` of a prior names it.
    priors
        Of the fit.
    posterior
        ``parameters`` of posterior.yaml: path to ``distribution``.

    Returns
    -------
    str
        A number that the text writes as a distribution, or that ``ships`` names, is a point with its distribution; one
        that it writes as a plain number is held at it and stays, and so does one whose distribution has no family.
    """
    content = yaml.safe_load(text)
    values: dict[str, Override] = {}
    for prior in priors:
        distribution = posterior[prior.path]["distribution"]
        if isinstance(distribution, dict):
            paths = [p for at, where in prior.ships if at == file for p in where.split()]
            if isinstance(_at(content, prior.path), dict):
                paths.append(prior.path)
            values |= {path: {"point": prior.default, **distribution} for path in paths}
    # As an author would write it, without quotes around keys.
    return re.sub(
        r'\{"point": [^{}]*\{[^{}]*\}\}', lambda found: found[0].replace('"', ""), apply_overrides(text, values)
    )


def _at(content: Any, path: str) -> Any:
    """Find what stands at a dotted path; None: nothing."""
    for name in path.split("."):
        if isinstance(content, list):
            content = content[int(name)] if name.isdigit() and int(name) < len(content) else None
        else:
            content = content.get(name) if isinstance(content, dict) else None
    return content
