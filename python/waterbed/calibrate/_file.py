"""The targets file: what a calibration aims at and what it may change. Every fault is told with its place."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import yaml

from waterbed._core import Problem
from waterbed._problems import scenario_error

#: Measures that a target may have -> what `of` names.
MEASURES = {
    "units_per_person": "kinds of care",
    "visits_per_1000": "kinds of care",
    "list_spending_per_person": "sectors",
    "referrals_per_1000": "kinds of care",
    "referrals_to_per_1000": "kinds of care",
    "outpatient_visits_per_1000": "sectors",
    "admitted_share": "kinds of care",
}
#: What a group of parameters may change -> by what it may be split into parameters of their own.
SCALES: dict[str, tuple[str, ...]] = {
    "rate": ("need", "age", "sex"),
    "stage_rate": ("need",),
    "way_in": ("need", "to"),
    "pathway": ("need", "from", "to"),
    "attached": ("need", "from", "to"),
    "stay": ("need", "kind"),
    "price": ("sector",),
}
_SELECTS = {
    "rate": ("needs",),
    "stage_rate": ("needs",),
    "way_in": ("needs", "to"),
    "pathway": ("needs", "from", "to"),
    "attached": ("needs", "from", "to"),
    "stay": ("needs", "kinds"),
    "price": ("sectors",),
}
COLUMNS = ["measure", "of", "sex", "age_low", "age_high", "place", "value", "tolerance", "source", "quality"]
OPTIONAL_COLUMNS = ["margin", "weight"]
MAX_AGE = 120


@dataclass(frozen=True)
class Target:
    """A figure that the usual arm must reproduce; empty names stand for everybody."""

    name: str
    measure: str
    of: str
    value: float
    tolerance: float
    margin: float = 0.0
    weight: float = 1.0
    sex: str = ""
    age_low: int = 0
    age_high: int = MAX_AGE
    place: str = ""
    source: str = ""
    quality: str = "C"

    @property
    def allowed(self) -> float:
        """How far the model may be from the value: the tolerance is relative, the margin in the unit."""
        return self.tolerance * abs(self.value) + self.margin


@dataclass(frozen=True)
class Group:
    """Fields of the scenario that may be scaled, and how far they are believed to be off."""

    name: str
    scale: str
    select: dict[str, tuple[str, ...]]
    by: tuple[str, ...]
    prior_sd: float
    smooth_sd: float | None
    most: float
    line: int
    column: int


@dataclass(frozen=True)
class TargetsFile:
    """What a targets file says."""

    path: Path
    title: str
    age_bands: tuple[int, ...]
    targets: tuple[Target, ...]
    groups: tuple[Group, ...]
    replications: int = 2
    corrected: bool = True


@dataclass
class _Reader:
    path: Path
    problems: list[Problem] = field(default_factory=list)

    def fault(self, node: yaml.Node | None, where: str, rule: str, got: str = "") -> None:
        mark = node.start_mark if node is not None else None
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        self.problems.append(Problem(str(self.path), line, column, where, rule, got))

    def mapping(
        self, node: yaml.Node, where: str, known: tuple[str, ...] | None
    ) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, where, "must be a map of keys", _got(node))
            return {}
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self.fault(key, f"{where}.{name}" if where else name, "is given twice")
            elif known is not None and name not in known:
                self.fault(key, f"{where}.{name}" if where else name, f"must be one of {', '.join(known)}")
            else:
                found[name] = (key, value)
        return found

    def text(self, node: yaml.Node | None, where: str, default: str = "") -> str:
        if node is None:
            return default
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, where, "must be text", _got(node))
            return default
        return str(node.value)

    def number(self, node: yaml.Node | None, where: str, low: float, high: float, default: float | None) -> float:
        if node is None:
            return math.nan if default is None else default
        try:
            value = float(node.value) if isinstance(node, yaml.ScalarNode) else math.nan
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and low <= value <= high):
            self.fault(node, where, f"must be a number in [{low:g}, {high:g}]", _got(node))
            return math.nan if default is None else default
        return value

    def names(self, node: yaml.Node | None, where: str, default: tuple[str, ...]) -> tuple[str, ...]:
        if node is None:
            return default
        if isinstance(node, yaml.ScalarNode):
            return (str(node.value),)
        if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
            return tuple(str(item.value) for item in node.value)
        self.fault(node, where, "must be a name or a list of names", _got(node))
        return default


def _got(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a map"


def read_targets(path: Path) -> TargetsFile:
    """Read a targets file and the tables that it names.

    Raises
    ------
    ScenarioError
        With every fault and its place.
    """
    reader = _Reader(path)
    text = path.read_text(encoding="utf-8")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise scenario_error([Problem(str(path), *at, "file", f"must be YAML: {error.problem}")]) from error
    if root is None:
        raise scenario_error([Problem(str(path), 1, 1, "file", "must not be empty")])
    keys = ("waterbed_targets", "title", "age_bands", "tables", "targets", "parameters", "simulation")
    top = reader.mapping(root, "", keys)
    if "waterbed_targets" not in top:
        reader.fault(root, "waterbed_targets", "must be given: version 1 of this form")
    elif reader.text(top["waterbed_targets"][1], "waterbed_targets") != "1":
        reader.fault(top["waterbed_targets"][1], "waterbed_targets", "must be 1", _got(top["waterbed_targets"][1]))
    bands = _age_bands(reader, top["age_bands"][1] if "age_bands" in top else None)
    targets: list[Target] = []
    if "targets" in top:
        for name, (key, node) in reader.mapping(top["targets"][1], "targets", None).items():
            targets += _target(reader, name, key, node, bands)
    for name in reader.names(top["tables"][1] if "tables" in top else None, "tables", ()):
        targets += _table(reader, top["tables"][1], name, bands)
    groups: list[Group] = []
    if "parameters" in top:
        for name, (key, node) in reader.mapping(top["parameters"][1], "parameters", None).items():
            groups += _group(reader, name, key, node)
    if not targets and not reader.problems:
        reader.fault(root, "targets", "must hold a target, here or in a table")
    if not groups and not reader.problems:
        reader.fault(root, "parameters", "must hold a group of parameters")
    replications, corrected = _simulation(reader, top["simulation"][1] if "simulation" in top else None)
    if reader.problems:
        raise scenario_error(reader.problems)
    title = reader.text(top["title"][1] if "title" in top else None, "title")
    return TargetsFile(path, title, bands, tuple(targets), tuple(groups), replications, corrected)


def _simulation(reader: _Reader, node: yaml.Node | None) -> tuple[int, bool]:
    if node is None:
        return 2, True
    keys = reader.mapping(node, "simulation", ("replications", "corrected"))
    given = keys.get("replications", (None, None))[1]
    replications = reader.number(given, "simulation.replications", 1, 1000, 2)
    flag = reader.text(keys["corrected"][1], "simulation.corrected") if "corrected" in keys else "true"
    if flag not in ("true", "false"):
        reader.fault(keys["corrected"][1], "simulation.corrected", "must be true or false", flag)
    return int(replications), flag != "false"


def _age_bands(reader: _Reader, node: yaml.Node | None) -> tuple[int, ...]:
    default = tuple(range(0, 100, 5))
    if node is None:
        return default
    names = reader.names(node, "age_bands", ())
    lows = [int(name) if name.isdecimal() else -1 for name in names]
    if not lows or lows[0] != 0 or any(b <= a for a, b in pairwise(lows)) or lows[-1] > MAX_AGE:
        reader.fault(
            node, "age_bands", f"must be first ages of bands that rise from 0, at most {MAX_AGE}", ", ".join(names)
        )
        return default
    return tuple(lows)


def _ages_fit(low: int, high: int, bands: tuple[int, ...]) -> bool:
    return low in bands and (high >= bands[-1] or high + 1 in bands) and low <= high <= MAX_AGE


def _target(reader: _Reader, name: str, key: yaml.Node, node: yaml.Node, bands: tuple[int, ...]) -> list[Target]:
    where = f"targets.{name}"
    known = ("measure", "of", "value", "tolerance", "margin", "weight", "sex", "ages", "place", "source", "quality")
    before = len(reader.problems)
    keys = reader.mapping(node, where, known)

    def of(name: str) -> yaml.Node | None:
        return keys[name][1] if name in keys else None

    for needed in ("measure", "of", "value", "tolerance", "source", "quality"):
        if needed not in keys:
            reader.fault(key, f"{where}.{needed}", "must be given")
    ages = reader.names(of("ages"), f"{where}.ages", ("0", str(MAX_AGE)))
    low, high = 0, MAX_AGE
    if len(ages) == 2 and all(age.isdecimal() for age in ages) and _ages_fit(int(ages[0]), int(ages[1]), bands):
        low, high = int(ages[0]), int(ages[1])
    else:
        reader.fault(of("ages"), f"{where}.ages", "must be first and last age of whole age_bands", ", ".join(ages))
    target = Target(
        name=name,
        measure=reader.text(of("measure"), f"{where}.measure"),
        of="+".join(reader.names(of("of"), f"{where}.of", ())),
        value=reader.number(of("value"), f"{where}.value", 0, 1e12, None),
        tolerance=reader.number(of("tolerance"), f"{where}.tolerance", 0, 10, None),
        margin=reader.number(of("margin"), f"{where}.margin", 0, 1e12, 0.0),
        weight=reader.number(of("weight"), f"{where}.weight", 0, 1e6, 1.0),
        sex=reader.text(of("sex"), f"{where}.sex"),
        age_low=low,
        age_high=high,
        place=reader.text(of("place"), f"{where}.place"),
        source=reader.text(of("source"), f"{where}.source"),
        quality=reader.text(of("quality"), f"{where}.quality"),
    )
    for field_name, rule in _rules(target):
        if field_name in keys:
            reader.fault(of(field_name), f"{where}.{field_name}", rule, str(getattr(target, field_name)))
    return [target] if len(reader.problems) == before else []


def _rules(target: Target) -> list[tuple[str, str]]:
    """Give what of a target is not what it must be: field and rule."""
    broken: list[tuple[str, str]] = []
    if target.measure not in MEASURES:
        broken.append(("measure", f"must be one of {', '.join(MEASURES)}"))
    if target.sex not in ("", "women", "men"):
        broken.append(("sex", "must be women or men, or left out"))
    if target.quality not in ("A", "B", "C"):
        broken.append(("quality", "must be A, B or C"))
    if math.isfinite(target.value) and math.isfinite(target.tolerance) and target.allowed <= 0:
        broken.append(("tolerance", "must leave room: tolerance times value, plus margin, must be above 0"))
    return broken


def _table(reader: _Reader, node: yaml.Node, name: str, bands: tuple[int, ...]) -> list[Target]:
    folder = reader.path.resolve().parent
    file = (folder / name).resolve()
    if not file.is_relative_to(folder):
        reader.fault(node, "tables", "must lie in the folder of the targets file", name)
        return []
    if not file.is_file():
        reader.fault(node, "tables", "must name a file that exists", name)
        return []
    shown = str(reader.path.parent / name)
    targets: list[Target] = []
    head: list[str] | None = None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line]))
        if head is None:
            head = cells
            wrong = [c for c in cells if c not in COLUMNS + OPTIONAL_COLUMNS] + [c for c in COLUMNS if c not in cells]
            if wrong:
                text = f"must be {', '.join(COLUMNS)}, and {' and '.join(OPTIONAL_COLUMNS)} if wanted"
                reader.problems.append(Problem(shown, number, 1, "columns", text, ", ".join(wrong)))
                return []
            continue
        if len(cells) != len(head):
            rule = f"must have {len(head)} cells"
            reader.problems.append(Problem(shown, number, 1, "row", rule, str(len(cells))))
            continue
        targets += _row(reader, shown, number, head, cells, line, bands)
    return targets


def _row(
    reader: _Reader, shown: str, number: int, head: list[str], cells: list[str], line: str, bands: tuple[int, ...]
) -> list[Target]:
    row = dict(zip(head, cells, strict=True))
    before = len(reader.problems)

    def fault(column: str, rule: str, got: str) -> None:
        at = len(",".join(cells[: head.index(column)])) + (2 if head.index(column) else 1)
        reader.problems.append(Problem(shown, number, min(at, len(line) + 1), column, rule, got))

    def value(column: str, default: float, high: float = 1e12) -> float:
        if not row.get(column):
            if column in COLUMNS:
                fault(column, "must be given", "")
            return default
        try:
            found = float(row[column])
        except ValueError:
            found = math.nan
        if not (math.isfinite(found) and 0 <= found <= high):
            fault(column, f"must be a number in [0, {high:g}]", row[column])
            return math.nan
        return found

    def age(column: str, default: int) -> int:
        if row[column] == "":
            return default
        if not row[column].isdecimal():
            fault(column, f"must be an age in years, at most {MAX_AGE}", row[column])
            return default
        return int(row[column])

    low, high = age("age_low", 0), age("age_high", MAX_AGE)
    if len(reader.problems) == before and not _ages_fit(low, high, bands):
        fault("age_low", "must be first and last age of whole age_bands", f"{low} to {high}")
    ages = "" if (low, high) == (0, MAX_AGE) else f" {low}-{high}" if high < MAX_AGE else f" {low}+"
    place = f" {row['place']}" if row["place"] else ""
    target = Target(
        name=f"{row['measure']} {row['of']}{' ' + row['sex'] if row['sex'] else ''}{ages}{place}",
        measure=row["measure"],
        of=row["of"],
        value=value("value", math.nan),
        tolerance=value("tolerance", math.nan, 10),
        margin=value("margin", 0.0),
        weight=value("weight", 1.0, 1e6),
        sex=row["sex"],
        age_low=low,
        age_high=high,
        place=row["place"],
        source=row["source"],
        quality=row["quality"],
    )
    for column, rule in _rules(target):
        fault(column, rule, row[column])
    return [target] if len(reader.problems) == before else []


def _group(reader: _Reader, name: str, key: yaml.Node, node: yaml.Node) -> list[Group]:
    where = f"parameters.{name}"
    before = len(reader.problems)
    selects = ("needs", "from", "to", "kinds", "sectors")
    keys = reader.mapping(node, where, ("scale", *selects, "by", "prior_sd", "smooth_sd", "most"))

    def of(name: str) -> yaml.Node | None:
        return keys[name][1] if name in keys else None

    scale = reader.text(of("scale"), f"{where}.scale")
    if scale not in SCALES:
        reader.fault(of("scale") or key, f"{where}.scale", f"must be one of {', '.join(SCALES)}", scale)
        return []
    for part in selects:
        if part in keys and part not in _SELECTS[scale]:
            rule = f"is not told apart by scale {scale}: that takes {', '.join(_SELECTS[scale])}"
            reader.fault(keys[part][0], f"{where}.{part}", rule)
    chosen = {part: reader.names(of(part), f"{where}.{part}", ("*",)) for part in _SELECTS[scale]}
    by = reader.names(of("by"), f"{where}.by", ())
    for part in by:
        if part not in SCALES[scale]:
            reader.fault(of("by"), f"{where}.by", f"must be among {', '.join(SCALES[scale])} for scale {scale}", part)
    if "prior_sd" not in keys:
        reader.fault(key, f"{where}.prior_sd", "must be given: standard deviation of the shift, in log space")
    smooth = None
    if "smooth_sd" in keys:
        smooth = reader.number(of("smooth_sd"), f"{where}.smooth_sd", 1e-6, 10, None)
        if "age" not in by:
            reader.fault(keys["smooth_sd"][0], f"{where}.smooth_sd", "holds between ages: by must name age")
    group = Group(
        name=name,
        scale=scale,
        select=chosen,
        by=by,
        prior_sd=reader.number(of("prior_sd"), f"{where}.prior_sd", 1e-6, 10, None),
        smooth_sd=smooth,
        most=reader.number(of("most"), f"{where}.most", 1.000001, 100, 5.0),
        line=key.start_mark.line + 1,
        column=key.start_mark.column + 1,
    )
    return [group] if len(reader.problems) == before else []
