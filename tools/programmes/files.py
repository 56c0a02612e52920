"""Contract files with their comments, facts, sums by hand and notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import takewhile
from pathlib import Path

import yaml

from programmes.sums import work_out

ROOT = Path(__file__).resolve().parent.parent.parent
CONTRACTS = ROOT / "scenarios" / "contracts"
FACTS = ROOT / "examples" / "facts"
WORKED = ROOT / "examples" / "worked"
NOTES = ROOT / "docs" / "contracts" / "notes.yaml"

COUNTRIES = {
    "us": "United States",
    "nl": "Netherlands",
    "be": "Belgium",
    "de": "Germany",
    "uk": "United Kingdom",
    "proposed": "Proposed",
}


@dataclass
class Parameter:
    """One value of a contract file and what is said beside it."""

    path: str
    value: str
    letter: str
    remark: str


@dataclass
class Example:
    """Facts settled by hand."""

    name: str
    steps: dict[str, str]
    expected: dict[str, str]
    values: dict[str, Fraction] = field(default_factory=dict)

    @property
    def facts(self) -> Path:
        """Where the facts are."""
        return FACTS / f"{self.name}.yaml"


@dataclass
class Programme:
    """A contract file with all that its page shows."""

    name: str  # "us/cjr_2017"
    head: dict[str, str]
    opening: str
    not_written: str
    parameters: list[Parameter]
    notes: dict[str, str]
    examples: list[Example]

    @property
    def file(self) -> Path:
        """The contract file."""
        return CONTRACTS / f"{self.name}.yaml"

    @property
    def letters(self) -> str:
        """How many parameters have which letter, e.g. "A 5, C 2"."""
        counts = {letter: sum(p.letter == letter for p in self.parameters) for letter in "ABC"}
        return ", ".join(f"{letter} {count}" for letter, count in counts.items() if count)


def read_plain(path: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Read YAML with every scalar as it is written."""
    read: dict[str, dict[str, dict[str, str]]] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader) or {}
    return read


def opening_of(text: str) -> tuple[str, str]:
    """Split the opening comment into what a contract is and what of it is not written."""
    opening = takewhile(lambda line: line.startswith("#"), text.splitlines())
    whole = " ".join(line.removeprefix("#").strip() for line in opening)
    before, _, after = whole.partition("Not written: ")
    return before.strip(), after.strip()


def remark_at(line: str) -> str:
    """Give the comment at the end of a line."""
    return line.split(" # ", 1)[1].strip() if " # " in line else ""


def letter_of(remark: str, unmarked: str) -> str:
    """Say how far a value can be trusted, by the remark beside it."""
    return "C" if "assumed" in remark else "B" if "recalled" in remark else unmarked


def walk(path: str, node: yaml.Node, lines: list[str], unmarked: str) -> list[Parameter]:
    """List values below a node; what is written in one line is one value."""
    line = lines[node.start_mark.line]
    flow = isinstance(node, yaml.CollectionNode) and (node.flow_style or not node.value)
    if isinstance(node, yaml.ScalarNode) or flow:
        shown = line[node.start_mark.column : node.end_mark.column]
        remark = remark_at(line)
        return [Parameter(path, shown, letter_of(remark, unmarked), remark)]
    found = []
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            found += walk(f"{path}.{key.value}" if path else key.value, value, lines, unmarked)
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            found += walk(f"{path}[{i}]", value, lines, unmarked)
    return found


def parameters_of(text: str, quality: str) -> list[Parameter]:
    """List the values of a contract file; without any remark about trust they have the letter of the whole."""
    root = yaml.compose(text)
    assert isinstance(root, yaml.MappingNode)
    keys = {key.value: value for key, value in root.value}
    unmarked = "A" if "# assumed" in text or "# recalled" in text else quality
    found = walk("agreement", keys["agreement"], text.splitlines(), unmarked) if "agreement" in keys else []
    return found + walk("", keys["terms"], text.splitlines(), unmarked)


def examples_of(name: str) -> list[Example]:
    """Find the facts of a contract that are settled by hand; the main ones first."""
    country, contract = name.split("/")
    found = []
    for key, entry in read_plain(WORKED / f"{country}.yaml").items():
        if str(entry.get("contract", key)) == contract:
            found.append(Example(f"{country}/{key}", entry["steps"], entry["expected"], work_out(entry["steps"])))
    return found


def programme(name: str) -> Programme:
    """Gather what is known about a contract file, by its name below scenarios/contracts without the ending."""
    text = (CONTRACTS / f"{name}.yaml").read_text(encoding="utf-8")
    head = {key: str(value) for key, value in yaml.load(text, yaml.BaseLoader).items() if isinstance(value, str)}
    opening, not_written = opening_of(text)
    parameters = parameters_of(text, head["quality"])
    notes = {key: str(value) for key, value in read_plain(NOTES)[name].items()}
    return Programme(name, head, opening, not_written, parameters, notes, examples_of(name))


def all_names() -> list[str]:
    """Every contract file, in the order of the index."""
    found = [f"{path.parent.name}/{path.stem}" for path in CONTRACTS.glob("*/*.yaml")]
    order = list(COUNTRIES)
    return sorted(found, key=lambda name: (order.index(name.split("/")[0]), name))
