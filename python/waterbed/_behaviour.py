"""Behaviour of a scenario as numbers: value, range, letter of the evidence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from waterbed import _core
from waterbed._outline import BehaviourOutline
from waterbed._parameters import quality_of

if TYPE_CHECKING:
    from waterbed.scenario import Scenario


def _written(core: _core.Scenario, section: str) -> dict[str, Any]:
    """One section of a scenario with everything filled in; the rest, which may be long, is not parsed."""
    found = re.search(rf"^{section}:.*\n(?:[ #].*\n|\n)*", _core.write_scenario(core), re.MULTILINE)
    return (yaml.safe_load(found[0])[section] or {}) if found else {}


def behaviour_of(scenario: Scenario) -> dict[str, Any]:
    """Give every key of `behaviour:` that has a value, a distribution as it is written."""
    return _written(scenario._core, "behaviour")


def needs_of(scenario: Scenario, key: str) -> list[str]:
    """Give the needs in which a key is not zero."""
    return [name for name, need in _written(scenario._core, "needs").items() if need.get(key, 0) != 0]


def behaviour_outline(core: _core.Scenario) -> list[BehaviourOutline]:
    """Give the numbers of `behaviour:`, in order: those that are not drawn have no range."""
    drawn = {number.path: number for number in core.uncertain}
    rows = []
    for name, value in _written(core, "behaviour").items():
        path = f"behaviour.{name}"
        number = drawn.get(path)
        if number is None and (isinstance(value, bool) or not isinstance(value, int | float)):
            continue
        mean, ends = (float(value), (None, None)) if number is None else (number.mean, _ends(number))
        rows.append(BehaviourOutline(name, mean, quality_of(path, core.evidence), *ends))
    return rows


def _ends(number: _core.UncertainNumber) -> tuple[float, float]:
    return number.quantile(0.1), number.quantile(0.9)
