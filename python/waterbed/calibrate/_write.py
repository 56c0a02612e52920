"""The scenario with fitted numbers in place of the old ones, as text and tables."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from waterbed import _core
from waterbed._overrides import Override, replace_numbers
from waterbed.calibrate._file import MAX_AGE
from waterbed.scenario import Scenario

Vector = npt.NDArray[np.float64]
SEXES = ("women", "men")
NOTE = "# Calibrated by `waterbed calibrate`: see docs/model/calibration_method.md."
RATE_COLUMNS = ["need", "sex", "age_low", "age_high", "value"]


def digits(value: float) -> float:
    """Six significant digits: what a table shows."""
    return float(f"{value:.6g}")


def changed_files(
    scenario: Scenario, name: str, levers: list[_core.Lever], shifts: Vector, bands: tuple[int, ...]
) -> dict[str, str]:
    """Text of the scenario, under `name`, and of each table that changes, by path below its folder.

    Raises
    ------
    ValueError
        If a number is not written in the scenario's own text, so that it cannot be replaced there.
    """
    core = scenario._core
    root = yaml.compose(scenario.text, Loader=yaml.SafeLoader)
    kinds = [kind.name for kind in core.kinds]
    values: dict[str, Override] = {}
    rates: dict[int, dict[tuple[int, int], float]] = {}
    for lever, shift in zip(levers, shifts, strict=True):
        if shift == 0.0:
            continue
        factor = math.exp(float(shift))
        if lever.kind == "base_rate":
            rates.setdefault(lever.need, {})[lever.position, lever.other] = factor
        elif lever.kind == "stage_rate":
            values |= _stage_rates(root, core.needs[lever.need].name, factor)
        elif lever.kind == "attached":
            need, at, kind = core.needs[lever.need], kinds[lever.position], kinds[lever.other]
            chance = next(p for a, k, p in need.attached if (a, k) == (at, kind))
            values[f"needs.{need.name}.attached.{at}.{kind}"] = digits(min(1.0, chance * factor))
        elif lever.kind == "stay":
            need, kind = core.needs[lever.need], kinds[lever.position]
            values[f"needs.{need.name}.stay_days.{kind}"] = digits(max(1.0, need.stay_days[kind] * factor))
        elif lever.kind == "price":
            sector = core.sectors[lever.position]
            values[f"sectors.{sector}.product_price_factor"] = digits(_price_factor(root, sector) * factor)
    values |= _chances(core, root, levers, shifts)
    files = _rate_tables(scenario, root, rates, bands, values)
    return {name: replace_numbers(scenario.text, values), **files}


def named_files(scenario: Scenario) -> dict[str, Path]:
    """Every file that a scenario names, and that those name, by path below its folder."""
    folder = scenario._base_folder
    found: dict[str, Path] = {}

    def add(text: str) -> None:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            value = token.value if isinstance(token, yaml.ScalarToken) else ""
            if not value.endswith((".csv", ".yaml", ".yml")) or value in found:
                continue
            file = (folder / value).resolve()
            if file.is_relative_to(folder) and file.is_file():
                found[value] = file
                if file.suffix != ".csv":
                    add(file.read_text(encoding="utf-8"))

    add(scenario.text)
    return found


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((child for k, child in node.value if k.value == key), None)


def _price_factor(root: yaml.Node | None, sector: str) -> float:
    node = _child(_child(_child(root, "sectors"), sector), "product_price_factor")
    return float(node.value) if isinstance(node, yaml.ScalarNode) else 1.0


def _stage_rates(root: yaml.Node | None, need: str, factor: float) -> dict[str, Override]:
    values: dict[str, Override] = {}
    for path, node in _stage_needs(root, need):
        rate = _child(node, "per_year")
        if isinstance(rate, yaml.ScalarNode):
            values[f"{path}.per_year"] = digits(float(rate.value) * factor)
        entry = _child(node, "on_entry")
        if isinstance(entry, yaml.ScalarNode):
            values[f"{path}.on_entry"] = digits(min(1.0, float(entry.value) * factor))
    return values


def entry_chance(root: yaml.Node | None, need: str) -> float:
    """Largest chance with which entering a stage brings a need; 0 if none does."""
    entries = [_child(node, "on_entry") for _, node in _stage_needs(root, need)]
    return max((float(node.value) for node in entries if isinstance(node, yaml.ScalarNode)), default=0.0)


def _stage_needs(root: yaml.Node | None, need: str) -> Iterator[tuple[str, yaml.Node]]:
    conditions = _child(root, "conditions")
    for name, condition in conditions.value if isinstance(conditions, yaml.MappingNode) else []:
        stages = _child(condition, "stages")
        for stage, content in stages.value if isinstance(stages, yaml.MappingNode) else []:
            needs = _child(content, "needs")
            for position, node in enumerate(needs.value if isinstance(needs, yaml.SequenceNode) else []):
                named = _child(node, "need")
                if named is not None and named.value == need:
                    yield f"conditions.{name.value}.stages.{stage.value}.needs.{position}", node


def _chances(
    core: _core.Scenario, root: yaml.Node | None, levers: list[_core.Lever], shifts: Vector
) -> dict[str, Override]:
    """Give new chances of pathways and ways in: log-odds shift together, so that what is left stays a chance."""
    by_place: dict[tuple[int, str], dict[int, float]] = {}
    for lever, shift in zip(levers, shifts, strict=True):
        if lever.kind == "way_in":
            by_place.setdefault((lever.need, ""), {})[lever.position] = float(shift)
        elif lever.kind == "pathway":
            source = core.needs[lever.need].pathways[lever.position].source
            by_place.setdefault((lever.need, source), {})[lever.position] = float(shift)
    values: dict[str, Override] = {}
    for (number, source), shift_of in by_place.items():
        if not any(shift_of.values()):
            continue
        need = core.needs[number]
        node = _child(_child(root, "needs"), need.name)
        if source:
            options = [(i, p.target, p.probability) for i, p in enumerate(need.pathways) if p.source == source]
            written = _child(_child(node, "pathways"), source)
            path = f"needs.{need.name}.pathways.{source}"
        else:
            options = [(i, kind, chance) for i, (kind, chance) in enumerate(need.enters.items())]
            written = _child(node, "enters")
            path = f"needs.{need.name}.enters"
        rest = max(0.0, 1.0 - sum(chance for _, _, chance in options))
        new = {i: chance * math.exp(shift_of.get(i, 0.0)) for i, _, chance in options}
        total = rest + sum(new.values())
        left = 1.0
        for i, target, _ in options:
            chance = min(digits(new[i] / total), left)
            left -= chance
            inside = ".probability" if isinstance(_child(written, target), yaml.MappingNode) else ""
            values[f"{path}.{target}{inside}"] = digits(chance)
    return values


def _rate_tables(
    scenario: Scenario,
    root: yaml.Node | None,
    rates: dict[int, dict[tuple[int, int], float]],
    bands: tuple[int, ...],
    values: dict[str, Override],
) -> dict[str, str]:
    """Tables with new rates; a need whose rates stand in the scenario's text gets a table, named in `values`."""
    core = scenario._core
    own = f"data/{core.name}/needs_calibrated.csv"
    tables: dict[str, dict[str, list[list[str]]]] = {}
    for number, factors in rates.items():
        need = core.needs[number]
        node = _child(_child(_child(root, "needs"), need.name), "per_person_year")
        named = node.value if isinstance(node, yaml.ScalarNode) and str(node.value).endswith(".csv") else ""
        if not named:
            values[f"needs.{need.name}.per_person_year"] = own
        tables.setdefault(named or own, {})[need.name] = _rate_rows(need, factors, bands)
    return {path: _table_text(scenario._base_folder / path, rows) for path, rows in tables.items()}


def _rate_rows(need: _core.NeedSpec, factors: dict[tuple[int, int], float], bands: tuple[int, ...]) -> list[list[str]]:
    rows: list[list[str]] = []
    for sex, name in enumerate(SEXES):
        low = 0
        for age in range(1, MAX_AGE + 2):
            changes = age <= MAX_AGE and any(need.rate(age, s) != need.rate(age - 1, s) for s in range(len(SEXES)))
            if age <= MAX_AGE and not changes and age not in bands:
                continue
            band = max(i for i, first in enumerate(bands) if first <= low)
            value = need.rate(low, sex) * factors.get((band, sex), 1.0)
            rows.append([need.name, name, str(low), str(age - 1), f"{value:.6g}"])
            low = age
    return rows


def _table_text(file: Path, new: dict[str, list[list[str]]]) -> str:
    """Text of a table with the rows of some needs replaced where they stand."""
    notes, rows = [], []
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                notes.append(line)
            elif line.strip():
                rows.append(next(csv.reader([line])))
    head, body = (rows[0], rows[1:]) if rows else (RATE_COLUMNS, [])
    if sorted(head) != sorted(RATE_COLUMNS):
        raise ValueError(f"{file}: a table of rates must have the columns {', '.join(RATE_COLUMNS)} to be calibrated")
    at = [RATE_COLUMNS.index(column) for column in head]
    written: list[list[str]] = []
    done: set[str] = set()
    for row in body:
        name = row[head.index("need")]
        if name not in new:
            written.append(row)
        elif name not in done:
            done.add(name)
            written += [[cells[i] for i in at] for cells in new[name]]
    for name, added in new.items():
        if name not in done:
            written += [[cells[i] for i in at] for cells in added]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(written)
    notes = [note for note in notes if note != NOTE]
    return "\n".join([*notes, NOTE]) + "\n" + stream.getvalue()
