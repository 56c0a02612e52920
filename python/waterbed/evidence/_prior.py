"""What is believed of parameters of behaviour before the studies are looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from waterbed.evidence._reader import Faults, Fields, fields_of, read

Vector = npt.NDArray[np.float64]
Scale = Literal["log", "logit"]
#: Standard deviations from the median to the ends of the middle 90 %, and of the middle 80 %.
MIDDLE_90 = 1.6449
MIDDLE_80 = 1.2816


@dataclass(frozen=True)
class Prior:
    """A belief that is normal on a scale: the logarithm of a positive number, or the logit of a share.

    ``sd`` is on the scale; ``sign`` -1 is for numbers that are never positive, whose belief is that of their size.
    ``default`` is what scenarios ship. ``ships`` names where, besides its own path, a shipped scenario writes the
    number: file to dotted paths, separated by blanks. ``only``: the places where it acts; empty: all.
    """

    path: str
    title: str
    median: float
    sd: float
    default: float
    source: str
    quality: str
    scale: Scale = "log"
    sign: int = 1
    ships: tuple[tuple[str, str], ...] = ()
    only: tuple[str, ...] = ()

    def acts_in(self, place: str) -> bool:
        """Whether the parameter acts in a scenario; elsewhere it stays as the scenario has it."""
        return not self.only or place in self.only

    def value(self, z: float) -> float:
        """Parameter at so many prior standard deviations from the median on its scale."""
        return float(self.values(np.array(z)))

    def values(self, z: Vector) -> Vector:
        """As `value`, for many."""
        if self.scale == "log":
            return self.sign * self.median * np.exp(self.sd * z)
        return 1.0 / (1.0 + np.exp(-(math.log(self.median / (1.0 - self.median)) + self.sd * z)))

    def z(self, value: float) -> float:
        """Prior standard deviations from the median: the inverse of `value`."""
        if self.scale == "log":
            return math.log(self.sign * value / self.median) / self.sd
        return (math.log(value / (1.0 - value)) - math.log(self.median / (1.0 - self.median))) / self.sd

    def distribution(self, z: float, sd: float) -> dict[str, Any] | None:
        """Give what a scenario may write for a belief of mean `z` and standard deviation `sd`; None: it cannot."""
        if self.sign < 0:
            return None
        if self.scale == "log":
            return {"log_normal": {"median": _rounded(self.value(z)), "sd_log": _rounded(self.sd * sd)}}
        low, high = (_rounded(self.value(z + side * MIDDLE_80 * sd)) for side in (-1, 1))
        return {"elicited": {"low": low, "high": high}}


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def read_priors(file: str | PathLike[str] = "scenarios/evidence/priors.yaml") -> list[Prior]:
    """Read what is believed before the studies.

    Parameters
    ----------
    file
        A map, path of a parameter to title, median, sd_log (or sd_logit, of a share), default, source, quality and,
        where it is so, sign (-1), ships and only (names, separated by blanks).

    Raises
    ------
    ValueError
        If the file is not what it must be; every fault is told with its line.
    """
    path = Path(file)
    faults: Faults = []
    priors = [_prior(name, fields_of(path, name, node, faults)) for name, node in read(path, faults)]
    if faults:
        raise ValueError("\n".join(faults))
    return priors


def _prior(name: str, fields: Fields) -> Prior:
    scale: Scale = "logit" if "sd_logit" in fields.keys else "log"
    median, sd, default = (fields.number(key, None) for key in ("median", f"sd_{scale}", "default"))
    sign = fields.number("sign", 1.0)
    if sign not in (1.0, -1.0):
        fields.fault("sign", f"must be 1 or -1, got {sign:g}")
    for key, value in (("median", median), (f"sd_{scale}", sd)):
        if value is None or value <= 0:
            fields.fault(key, "must be there and be above 0")
    if scale == "logit" and median is not None and median >= 1:
        fields.fault("median", f"must be below 1 for a share, got {median:g}")
    if default is None or default * (sign or 1.0) < 0:
        fields.fault("default", "must be there, at least 0 (at most 0 with sign -1)")
    ships = fields.mapping("ships")
    for at, where in ships.items():
        if not isinstance(where, str):
            fields.fault("ships", f"must be a map of file to dotted path, got {where!r} at {at}")
    prior = Prior(
        path=name,
        title=fields.text("title"),
        median=median or 1.0,
        sd=sd or 1.0,
        default=default or 0.0,
        source=fields.text("source"),
        quality=fields.word("quality", ("A", "B", "C")),
        scale=scale,
        sign=int(sign or 1),
        ships=tuple((str(at), cast(str, where)) for at, where in ships.items()),
        only=tuple(fields.text("only", "").split()),
    )
    fields.nothing_else()
    return prior
