"""Studies of hospital and system payment: what was seen, and which result of which scenario answers to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import yaml


@dataclass(frozen=True)
class Published:
    """What a study found, in the unit of its measure.

    ``value`` is the estimate, ``low`` and ``high`` its interval as published; all None where only a direction was
    published. ``sign`` is -1, 0 (no effect found) or 1.
    """

    value: float | None
    low: float | None
    high: float | None
    sign: int
    text: str


@dataclass(frozen=True)
class Table:
    """Sum of a result table over some axes and years; years count from 0, none: all."""

    table: str
    where: dict[str, Any] = field(default_factory=dict)
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Measure:
    """How the prediction is read off.

    ``effect`` is *relative* (change over the comparison), *absolute* (change in ``of`` over the comparison's ``per``),
    *per* (change in ``of`` over change in ``per``), *level* (``of`` over ``per``) or *ratio* (that over
    the same of the comparison). ``scale`` multiplies it.
    """

    of: Table
    per: Table | None
    effect: Literal["relative", "absolute", "per", "level", "ratio"]
    scale: float = 1.0


@dataclass(frozen=True)
class SystemStudy:
    """One finding of one study, with the arm that mimics its payment and the arm that mimics its controls."""

    name: str
    target: str
    title: str
    group: Literal["fit", "check", "outcome"]
    design: str
    n: str
    source: str
    quality: Literal["A", "B", "C"]
    scenario: str
    arm: str
    overrides: dict[str, Any]
    against: str | None
    against_overrides: dict[str, Any]
    measure: Measure
    unit: str
    published: Published
    replications: int
    why: str


def system_studies(folder: str | PathLike[str]) -> list[SystemStudy]:
    """Read the studies in a folder's ``system_studies.yaml``.

    Parameters
    ----------
    folder
        ``scenarios/evidence``; scenarios are named relative to it.

    Raises
    ------
    ValueError
        If an entry has an unknown or a missing key, or a scenario is not there; every fault is told.
    """
    file = Path(folder) / "system_studies.yaml"
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    faults: list[str] = []
    found: list[SystemStudy] = []
    for name, entry in entries.items():
        try:
            study = _study(name, dict(entry))
            if not (Path(folder) / study.scenario).is_file():
                raise ValueError(f"scenario {study.scenario} is not in {folder}")
            found.append(study)
        except (KeyError, TypeError, ValueError) as fault:
            faults.append(f"{file}: {name}: {fault.args[0] if fault.args else fault}")
    if faults:
        raise ValueError("\n".join(faults))
    return found


def _study(name: str, entry: dict[str, Any]) -> SystemStudy:
    measure = dict(entry.pop("measure"))
    published = dict(entry.pop("published"))
    value, low, high = (published.pop(key, None) for key in ("value", "low", "high"))
    sign = published.pop("sign", None)
    if sign is None:
        if value is None:
            raise ValueError("published: value or sign must be there")
        sign = (value > 0) - (value < 0)
    against = entry.pop("against", None)
    return SystemStudy(
        name=name,
        measure=Measure(
            of=_table(measure.pop("of")),
            per=_table(measure.pop("per")) if "per" in measure else None,
            **measure,
        ),
        published=Published(value=value, low=low, high=high, sign=sign, **published),
        overrides=entry.pop("overrides", {}),
        against=against,
        against_overrides=entry.pop("against_overrides", {}),
        replications=entry.pop("replications", 8),
        **entry,
    )


def _table(entry: dict[str, Any]) -> Table:
    return Table(entry["table"], dict(entry.get("where", {})), tuple(entry.get("years", ())))
