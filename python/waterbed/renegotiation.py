"""The scenario in which next year's ceilings move by a share of the margin that was missed."""

from __future__ import annotations

from typing import Literal

import yaml

from waterbed import _core
from waterbed._overrides import Override
from waterbed.scenario import Scenario


def with_renegotiation(
    scenario: Scenario, share: float = 0.5, of: Literal["ceilings", "prices", "all"] = "ceilings"
) -> Scenario:
    """Give a copy in which contracts are renegotiated every year, in all arms.

    At the end of each performance year the ceiling of a contract, or its prices if it has none, is multiplied by
    ``1 + share x (expected margin - realised margin)``, margins as part of its holder's revenue: half of the gap is
    0.5. It goes both ways.

    Parameters
    ----------
    scenario
        What to change.
    share
        In [0, 1]; 0: what is agreed stays.
    of
        Contracts with a ceiling, those that pay by the unit without one, or both.

    Raises
    ------
    ValueError
        If no contract is of that kind.
    ScenarioError
        If the share is out of range, or a contract has a ceiling that may not fall below a floor.

    Examples
    --------
    >>> import waterbed as wb
    >>> moved = wb.with_renegotiation(wb.load("scenarios/two_clinics.yaml"))
    >>> "renegotiate: 0.5" in moved.text
    True
    """
    # What contracts inherit and what other files hold is written out.
    written = _core.write_scenario(scenario._core)
    overrides: dict[str, Override] = {}
    for name, contract in (yaml.safe_load(written).get("contracts") or {}).items():
        terms = contract["terms"]
        kind = "ceilings" if "ceiling" in terms else "prices" if {"fee", "bundle"} & set(terms) else ""
        if kind and of in (kind, "all"):
            overrides[f"contracts.{name}.agreement.renegotiate"] = share
    if not overrides:
        raise ValueError(f"of: the scenario has no contract with {'prices' if of == 'all' else of}")
    return _with_text(scenario, written).with_(**overrides)


def _with_text(scenario: Scenario, text: str) -> Scenario:
    return Scenario(scenario._core, text, scenario._base_folder, scenario._files)
