"""Change single values in the text of a scenario, leaving every other character where it is.

The rest of the file keeps its lines and columns, so that a fault is still reported where the author wrote it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

import yaml

Override = None | bool | int | float | str | Sequence["Override"] | Mapping[str, "Override"]


def apply_overrides(text: str, overrides: Mapping[str, Override]) -> str:
    """Return the text with each dotted path set to its value.

    Parameters
    ----------
    text
        A scenario in YAML.
    overrides
        Dotted path to new value. A part of a path that is a number is a position in a list, counted from 0; a missing
        key is added.

    Raises
    ------
    ValueError
        If a path leads nowhere, or a value cannot be written in YAML.
    """
    for path, value in overrides.items():
        text = _override(text, path, value)
    return text


def replace_numbers(text: str, values: Mapping[str, Override]) -> str:
    """Return the text with many values set at once; as `apply_overrides`, but read once.

    Raises
    ------
    ValueError
        As `apply_overrides`.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(f"the scenario's text is not YAML: {error}") from error
    if root is None:
        raise ValueError("the scenario is empty")
    places: list[tuple[int, int, str]] = []
    missing: dict[str, Override] = {}
    for path, value in values.items():
        node, rest = _walk(root, path.split("."), path)
        if rest or isinstance(node, yaml.CollectionNode):
            missing[path] = value
        else:
            places.append((node.start_mark.index, node.end_mark.index, flow(value, path)))
    for start, end, written in sorted(places, reverse=True):
        text = text[:start] + written + text[end:]
    return apply_overrides(text, missing)


def has_key(text: str, key: str) -> bool:
    """Tell whether the map at the top of a text has the key; a text that is not a map has none."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    return isinstance(root, yaml.MappingNode) and any(k.value == key for k, _ in root.value)


def lines(values: Mapping[str, Override], path: str) -> str:
    """Write a map as YAML, one key a line and the terms of a contract one a line: so that a fault has a place."""
    text = ""
    for key, value in values.items():
        if key == "terms" and isinstance(value, Mapping) and value:
            text += "terms:\n" + "".join(
                f"  {json.dumps(str(k))}: {flow(v, f'{path}.terms.{k}')}\n" for k, v in value.items()
            )
        else:
            text += f"{json.dumps(str(key))}: {flow(value, f'{path}.{key}')}\n"
    return text or "{}\n"


def _override(text: str, path: str, value: Override) -> str:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(f"the scenario's text is not YAML: {error}") from error
    if root is None:
        raise ValueError(f"{path}: the scenario is empty")
    node, rest = _walk(root, path.split("."), path)
    written = flow(value if not rest else _nest(rest, value), path)
    if not rest:
        return _replace(text, node, written)
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(f"{path}: {'.'.join(path.split('.')[: -len(rest)])} has no keys")
    key, inner = rest[0], flow(_nest(rest[1:], value), path)
    return _insert(text, node, f"{json.dumps(key)}: {inner}")


def _walk(node: yaml.Node, parts: list[str], path: str) -> tuple[yaml.Node, list[str]]:
    """Follow the parts as far as they exist; a key may itself hold dots, the longest that fits is taken."""
    while parts:
        if isinstance(node, yaml.MappingNode):
            entries = {key.value: child for key, child in node.value if isinstance(key, yaml.ScalarNode)}
            length = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in entries), 0)
            if length == 0:
                return node, parts
            key = ".".join(parts[:length])
            child = entries[key]
            # An alias stands for a node that was written earlier.
            written = next(k for k, _ in node.value if k.value == key).start_mark.index
            parts = parts[length:]
        elif isinstance(node, yaml.SequenceNode):
            if not (parts[0].isdecimal() and int(parts[0]) < len(node.value)):
                raise ValueError(f"{path}: {parts[0]!r} must be a position below {len(node.value)}")
            child = node.value[int(parts[0])]
            written = node.start_mark.index
            if any(earlier is child for earlier in node.value[: int(parts[0])]):
                written = child.end_mark.index
            parts = parts[1:]
        else:
            return node, parts
        if child.start_mark.index < written:
            raise ValueError(f"{path}: goes through an alias; change what it stands for")
        node = child
    return node, parts


def _nest(parts: Sequence[str], value: Override) -> Override:
    for part in reversed(parts):
        value = {part: value}
    return value


def _replace(text: str, node: yaml.Node, written: str) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    if not block:
        gap = " " if text[start - 1 : start] == ":" else ""
        return text[:start] + gap + written + text[end:]
    # A block ends where the next token stands: keep the comments and the indentation before that token.
    kept = text[start:end]
    end = start + len(kept.rstrip())
    return text[:start] + written + text[end:]


def _insert(text: str, node: yaml.MappingNode, entry: str) -> str:
    start = node.start_mark.index
    if node.flow_style:
        return text[: start + 1] + entry + (", " if node.value else "") + text[start + 1 :]
    return text[:start] + entry + "\n" + " " * node.start_mark.column + text[start:]


def flow(value: Override, path: str) -> str:
    """Write a value as one line of YAML: JSON, with numbers in plain decimals."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{json.dumps(str(k))}: {flow(v, f'{path}.{k}')}" for k, v in value.items())
        return "{" + inside + "}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(flow(v, f"{path}[{i}]") for i, v in enumerate(value)) + "]"
    if hasattr(value, "item"):  # a NumPy scalar
        value = value.item()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{path}: must be finite, got {value}")
        return format(Decimal(repr(value)), "f")
    raise ValueError(f"{path}: a {type(value).__name__} cannot be written in a scenario")
