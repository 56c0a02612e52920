"""What the results need to know about their scenario, small enough to be stored beside them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ArmOutline:
    """One payment arrangement and what it means to press."""

    name: str
    title: str
    contracts: list[str] = field(default_factory=list)
    presses_providers: list[str] = field(default_factory=list)
    presses_kinds: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class KindOutline:
    """A kind of care: its sector, whether its unit is a day, whether it takes beds, whether insurers pay it."""

    name: str
    sector: str
    per_day: bool = False
    in_beds: bool = False
    insured: bool = True


@dataclass(frozen=True)
class ProviderOutline:
    """An organisation."""

    name: str
    title: str
    type: str = "other"
    out_of_region: bool = False


@dataclass(frozen=True)
class PayerOutline:
    """Who pays; insurers share the insured."""

    name: str
    insurer: bool = True


@dataclass(frozen=True)
class TargetOutline:
    """A figure of today's region that the baseline must reproduce."""

    name: str
    measure: str
    of: str
    value: float
    tolerance: float
    source: str
    quality: str


@dataclass(frozen=True)
class EvidenceOutline:
    """Where a number comes from: A measured, B sourced but approximate, C assumed."""

    field: str
    value: str
    source: str
    quality: str


@dataclass(frozen=True)
class BehaviourOutline:
    """A number of behaviour: its value, the letter of its evidence, and its 10 % and 90 % quantiles if it is drawn."""

    name: str
    value: float
    quality: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Outline:
    """The names, titles and sources of a scenario; nothing that a run needs."""

    name: str
    title: str
    description: str
    start_year: int
    years: int
    cycles_per_year: int
    baseline: str
    reference: str
    arms: list[ArmOutline]
    kinds: list[KindOutline]
    providers: list[ProviderOutline]
    sectors: list[str]
    payers: list[PayerOutline]
    strata: dict[str, str] = field(default_factory=dict)
    targets: list[TargetOutline] = field(default_factory=list)
    evidence: list[EvidenceOutline] = field(default_factory=list)
    incentives: bool = True
    capacity: bool = True
    digest: str = ""
    #: Label in the table of settlements -> the insurer who pays it; empty: all payers together.
    settling: dict[str, str] = field(default_factory=dict)
    #: Label in the table of settlements, text of its contract, and the performance year in which it enters (0: first).
    settling_terms: list[tuple[str, str, int]] = field(default_factory=list)
    discount_costs: float = 0.0
    discount_qalys: float = 0.0
    behaviour: list[BehaviourOutline] = field(default_factory=list)

    def arm_title(self, name: str) -> str:
        """Title of an arm, or its name."""
        return next((arm.title or arm.name for arm in self.arms if arm.name == name), name)

    def provider_title(self, name: str) -> str:
        """Title of a provider, or its name in words."""
        return next((p.title for p in self.providers if p.name == name and p.title), words(name))

    def setting(self, label: str) -> tuple[str, str, str]:
        """Give provider, kind and sector of a setting's label, which reads ``provider.kind``."""
        provider, _, kind = label.partition(".")
        sector = next((k.sector for k in self.kinds if k.name == kind), "")
        return provider, kind, sector

    def to_json(self) -> dict[str, Any]:
        """Plain lists and dictionaries."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Outline:
        """Inverse of `to_json`."""
        parts = dict(data)
        parts["arms"] = [ArmOutline(**row) for row in data["arms"]]
        parts["kinds"] = [KindOutline(**row) for row in data["kinds"]]
        parts["providers"] = [ProviderOutline(**row) for row in data["providers"]]
        parts["payers"] = [PayerOutline(**row) for row in data["payers"]]
        parts["targets"] = [TargetOutline(**row) for row in data["targets"]]
        parts["evidence"] = [EvidenceOutline(**row) for row in data["evidence"]]
        parts["behaviour"] = [BehaviourOutline(**row) for row in data.get("behaviour", [])]
        parts["settling_terms"] = [(str(row[0]), str(row[1]), int(row[2])) for row in data.get("settling_terms", [])]
        return cls(**parts)


_ABBREVIATIONS = {"gp": "GP", "ed": "ED", "icu": "ICU", "ic": "IC"}


def words(name: str) -> str:
    """Give a name as it reads in a table: ``long_term_care`` becomes "Long term care"."""
    parts = [_ABBREVIATIONS.get(part, part.upper() if len(part) == 1 else part) for part in name.split("_")]
    text = " ".join(parts)
    return text[:1].upper() + text[1:]
