"""Fields of a YAML map, each fault with file, line and field."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

Faults = list[str]


def read(file: Path, faults: Faults) -> Iterator[tuple[str, yaml.MappingNode]]:
    """Entries of a file that is a map of maps."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.YAMLError as fault:
        faults.append(f"{file}: must be YAML: {fault}")
        return
    if not isinstance(root, yaml.MappingNode):
        faults.append(f"{file}:1: must be a map: name to study")
        return
    seen: set[str] = set()
    for key, node in root.value:
        if key.value in seen:
            faults.append(f"{file}:{key.start_mark.line + 1}: {key.value}: is there twice")
        seen.add(key.value)
        if isinstance(node, yaml.MappingNode):
            yield str(key.value), node
        else:
            faults.append(f"{file}:{key.start_mark.line + 1}: {key.value}: must be a map")


class Fields:
    """One map; what was asked for is checked off, so that what is left over is unknown."""

    def __init__(self, place: str, node: yaml.MappingNode | None, line: int, file: Path, faults: Faults) -> None:
        self._place = place
        self._file = file
        self._line = line
        self._faults = faults
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: set[str] = set()
        for key, value in node.value if node is not None else ():
            name = str(key.value)
            if name in self._nodes:
                self._tell(key.start_mark.line + 1, name, "is there twice")
            self._nodes[name] = value
            self._lines[name] = key.start_mark.line + 1

    @property
    def keys(self) -> list[str]:
        """Names of the fields that are there."""
        return list(self._nodes)

    def _tell(self, line: int, key: str, message: str) -> None:
        self._faults.append(f"{self._file}:{line}: {self._place}.{key}: {message}")

    def fault(self, key: str, message: str) -> None:
        """Tell what is wrong with a field."""
        self._tell(self._lines.get(key, self._line), key, message)

    def _value(self, key: str) -> Any:
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_document(self._nodes[key])
        finally:
            loader.dispose()

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text; without a default it must be there and not be empty."""
        self._asked.add(key)
        if key not in self._nodes:
            if default is None:
                self.fault(key, "must be there")
            return default or ""
        value = self._value(key)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fault(key, f"must be a text, got {value!r}")
            return default or ""
        return value

    def word(self, key: str, words: Sequence[str]) -> str:
        """Give one of some words."""
        value = self.text(key)
        if value and value not in words:
            self.fault(key, f"must be one of {', '.join(words)}, got {value!r}")
        return value

    def number(self, key: str, default: float | None) -> float | None:
        """Give a finite number."""
        self._asked.add(key)
        if key not in self._nodes:
            return default
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fault(key, f"must be a finite number, got {value!r}")
            return default
        return float(value)

    def whole_numbers(self, key: str) -> list[int]:
        """Give a list of whole numbers of at least 0; empty if it is not there."""
        self._asked.add(key)
        if key not in self._nodes:
            return []
        value = self._value(key)
        if not isinstance(value, list) or any(not isinstance(v, int) or isinstance(v, bool) or v < 0 for v in value):
            self.fault(key, f"must be a list of whole numbers of at least 0, got {value!r}")
            return []
        return list(value)

    def mapping(self, key: str) -> dict[str, Any]:
        """Give a map; empty if it is not there."""
        self._asked.add(key)
        if key not in self._nodes:
            return {}
        value = self._value(key)
        if not isinstance(value, dict):
            self.fault(key, f"must be a map, got {value!r}")
            return {}
        return dict(value)

    def part(self, key: str) -> Fields:
        """Give the fields of a map inside, which must be there."""
        self._asked.add(key)
        node = self._nodes.get(key)
        if not isinstance(node, yaml.MappingNode):
            self.fault(key, "must be there" if node is None else "must be a map")
            node = None
        line = self._lines.get(key, self._line)
        return Fields(f"{self._place}.{key}", node, line, self._file, self._faults)

    def nothing_else(self) -> None:
        """Tell of every field that nobody asked for."""
        for key in self._nodes:
            if key not in self._asked:
                self.fault(key, f"is not known; known are {', '.join(sorted(self._asked))}")


def fields_of(file: Path, name: str, node: yaml.MappingNode, faults: Faults) -> Fields:
    """Fields of an entry of the file."""
    return Fields(name, node, node.start_mark.line + 1, file, faults)
