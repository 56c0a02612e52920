"""What was seen, and which result of which scenario answers to it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from waterbed.evidence._reader import Faults, Fields, fields_of, read

Effect = Literal["relative", "absolute", "per", "level", "ratio", "odds_ratio"]
EFFECTS = ("relative", "absolute", "per", "level", "ratio", "odds_ratio")
USES = ("fit", "check", "outcome", "repeat")
#: Of the studies, beside their scenarios.
FILES = ("studies.yaml", "system_studies.yaml")


@dataclass(frozen=True)
class Published:
    """What a study found, in the unit of its measure.

    ``value`` is the estimate, ``low`` and ``high`` its 95 % interval as published (or as ``text`` says); None where
    only a direction was published. ``sign`` is -1, 0 (no effect found) or 1.
    """

    value: float | None
    low: float | None
    high: float | None
    sign: int
    text: str

    @property
    def sd(self) -> float | None:
        """Standard error: a 95 % interval is 2 x 1.96 of them; None without an interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / (2 * 1.96)


@dataclass(frozen=True)
class Table:
    """Sum of a result table over some axes and years; years count from 0, none: all."""

    table: str
    where: dict[str, Any] = field(default_factory=dict)
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Measure:
    """How the prediction is read off.

    ``effect`` is *relative* (change of ``of`` over the comparison), *absolute* (change in ``of`` over the comparison's
    ``per``), *per* (change in ``of`` over change in ``per``), *level* (``of`` over ``per``), *ratio* (that over the
    same of the comparison) or *odds_ratio* (the same of odds, where ``scale`` times ``of`` over ``per`` is a chance).
    ``scale`` multiplies the others. Arms are simulated with the same draws from the same start, so
    that the difference between them is one in differences: drift is in both.
    """

    of: Table
    per: Table | None
    effect: Effect
    scale: float = 1.0


@dataclass(frozen=True)
class Study:
    """One finding of one study, with the arm that mimics its payment and the arm that mimics its controls.

    ``scenario`` is a file beside the studies; ``arm`` and ``against_arm`` (empty: the baseline) are the two payments.
    ``against`` names another scenario for the comparison. Overrides are dotted paths. ``pins`` says which parameter the
    finding informs; ``why`` how the prediction comes about or misses.

    A finding counts once: predicted in a second scenario it has the use *repeat*, and ``repeats`` names the study whose
    finding it is.
    """

    name: str
    target: str
    title: str
    use: Literal["fit", "check", "outcome", "repeat"]
    design: str
    n: str
    period: str
    source: str
    quality: Literal["A", "B", "C"]
    scenario: str
    arm: str
    against_arm: str
    overrides: dict[str, Any]
    against: str | None
    against_overrides: dict[str, Any]
    measure: Measure
    unit: str
    published: Published
    replications: int
    pins: str
    why: str
    folder: Path
    repeats: str = ""


def studies(folder: str | PathLike[str] = "scenarios/evidence", file: str = "studies.yaml") -> list[Study]:
    """Read a file of studies.

    Parameters
    ----------
    folder
        Scenarios are named relative to it.
    file
        In the folder: a map, name to study.

    Raises
    ------
    ValueError
        If the file is not what it must be: an unknown, missing or wrong field, a scenario or arm that is not there, a
        published number without a source. Every fault is told with its line.
    """
    where = Path(folder)
    path = where / file
    faults: Faults = []
    found: list[Study] = []
    if not path.is_file():
        raise ValueError(f"{path}: must be a file of studies")
    for name, node in read(path, faults):
        before = len(faults)
        study = _study(name, fields_of(path, name, node, faults), where)
        if len(faults) == before:
            found.append(study)
    if faults:
        raise ValueError("\n".join(faults))
    return found


def all_studies(folder: str | PathLike[str] = "scenarios/evidence") -> list[Study]:
    """Read every file of studies; a published finding may count once.

    Raises
    ------
    ValueError
        As `studies`; if a name is there twice; if two studies have the same finding (target and published value) of
        which none repeats the other; if one repeats what is not there, or has another finding than what it repeats.
    """
    found = [study for file in FILES for study in studies(folder, file)]
    counted: dict[tuple[str, float], Study] = {}
    faults = [f"{name}: is there twice" for name, n in Counter(s.name for s in found).items() if n > 1]
    for study in (s for s in found if not s.repeats and s.published.value is not None):
        first = counted.setdefault(_finding(study), study)
        if first is not study:
            faults.append(f"{study.name}: must have the use 'repeat', as {first.name} has the same published finding")
    by_name = {s.name: s for s in found}
    for study in (s for s in found if s.repeats):
        first = by_name.get(study.repeats, study)
        if first.repeats:
            faults.append(f"{study.name}.repeats: must be a study that repeats none, got {study.repeats!r}")
        elif _finding(first) != _finding(study):
            faults.append(f"{study.name}: must have the target and the published value of {first.name}")
    if faults:
        raise ValueError("\n".join(f"{folder}: {fault}" for fault in faults))
    return found


def _finding(study: Study) -> tuple[str, float]:
    return study.target, study.published.value or 0.0


def _study(name: str, fields: Fields, folder: Path) -> Study:
    text = fields.text
    use = cast(Literal["fit", "check", "outcome", "repeat"], fields.word("use", USES))
    study = Study(
        name=name,
        target=text("target"),
        title=text("title"),
        use=use,
        design=text("design"),
        n=text("n", ""),
        period=text("period", ""),
        source=text("source"),
        quality=cast(Literal["A", "B", "C"], fields.word("quality", ("A", "B", "C"))),
        scenario=text("scenario"),
        arm=text("arm"),
        against_arm=text("against_arm", ""),
        overrides=fields.mapping("overrides"),
        against=text("against", "") or None,
        against_overrides=fields.mapping("against_overrides"),
        measure=_measure(fields.part("measure")),
        unit=text("unit"),
        published=_published(fields.part("published")),
        replications=int(fields.number("replications", 8.0) or 0),
        pins=text("pins", ""),
        why=text("why", ""),
        folder=folder,
        repeats=text("repeats", None if use == "repeat" else ""),
    )
    if study.replications < 2:
        fields.fault("replications", "must be at least 2")
    if study.use == "fit" and study.published.sd is None:
        fields.fault("published", "low and high must be there in a study that is fitted on")
    if study.repeats and study.use != "repeat":
        fields.fault("repeats", "is for a study with the use 'repeat'")
    if study.use == "fit" and not study.pins:
        fields.fault("pins", "must be there in a study that is fitted on")
    sides = [(study.scenario, "arm", study.arm), (study.against or study.scenario, "against_arm", study.against_arm)]
    for key, (file, arm_key, arm) in zip(("scenario", "against"), sides, strict=True):
        if not file:
            continue
        if not (folder / file).is_file():
            fields.fault(key, f"must be a file in {folder}, got {file!r}")
        elif arm and arm not in (arms := _arms(folder / file)):
            fields.fault(arm_key, f"must be an arm of {file} ({', '.join(arms)}), got {arm!r}")
    fields.nothing_else()
    return study


def _arms(file: Path) -> list[str]:
    """Arms of a scenario, or of the one that it extends."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if "arms" in content or "extends" not in content:
        return list(content.get("arms", {}))
    return _arms(file.parent / content["extends"])


def _measure(fields: Fields) -> Measure:
    per = fields.part("per") if "per" in fields.keys else None
    measure = Measure(
        of=_table(fields.part("of")),
        per=None if per is None else _table(per),
        effect=cast(Effect, fields.word("effect", EFFECTS)),
        scale=fields.number("scale", 1.0) or 0.0,
    )
    if measure.per is None and measure.effect in ("per", "odds_ratio"):
        fields.fault("per", f"must be there with the effect '{measure.effect}'")
    fields.nothing_else()
    return measure


def _table(fields: Fields) -> Table:
    years = fields.whole_numbers("years")
    table = Table(fields.text("table"), fields.mapping("where"), tuple(years))
    fields.nothing_else()
    return table


def _published(fields: Fields) -> Published:
    value, low, high, sign = (fields.number(key, None) for key in ("value", "low", "high", "sign"))
    if value is None and sign is None:
        fields.fault("value", "value or sign must be there")
    if (low is None) != (high is None):
        fields.fault("low", "low and high go together")
    elif low is not None and high is not None and value is not None and not low <= value <= high:
        fields.fault("value", f"must lie between low and high, got {low:g}, {value:g}, {high:g}")
    if sign is None:
        sign = 0.0 if value is None else float(value > 0) - float(value < 0)
    if sign not in (-1.0, 0.0, 1.0):
        fields.fault("sign", f"must be -1, 0 or 1, got {sign:g}")
        sign = math.copysign(1.0, sign)
    published = Published(value, low, high, int(sign), fields.text("text"))
    fields.nothing_else()
    return published
