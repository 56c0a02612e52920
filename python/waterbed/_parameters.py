"""The uncertain numbers of a scenario, and the sets of values that a run drew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from waterbed import _core

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ParameterSets:
    """Values of uncertain numbers; replications of one set follow each other.

    ``drawn`` has the shape (set, number).
    """

    names: list[str]
    written: list[str]
    means: list[float]
    qualities: list[str]
    drawn: FloatArray

    @property
    def sets(self) -> int:
        """Number of parameter sets."""
        return len(self.drawn)

    def to_frame(self) -> pd.DataFrame:
        """One row a set, one column a number."""
        return pd.DataFrame(self.drawn, columns=self.names)

    def to_json(self) -> dict[str, Any]:
        """Plain lists; floats come back bit for bit."""
        return {
            "names": self.names,
            "written": self.written,
            "means": self.means,
            "qualities": self.qualities,
            "drawn": self.drawn.tolist(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ParameterSets:
        """Inverse of `to_json`."""
        values = np.asarray(data["drawn"], dtype=np.float64)
        return cls(data["names"], data["written"], data["means"], data["qualities"], values)


def quality_of(path: str, evidence: Sequence[_core.Evidence]) -> str:
    """Letter of the evidence for a field or what it is part of, the nearest one; C, assumed, if nothing is said."""
    found, length = "C", -1
    for item in evidence:
        field = item.field
        if len(field) > length and (path == field or path.startswith((field + ".", field + "["))):
            found, length = item.quality, len(field)
    return found


def sets_of(core: _core.Scenario, values: FloatArray) -> ParameterSets:
    """Join values with what the scenario says of its uncertain numbers."""
    numbers = core.uncertain
    return ParameterSets(
        [n.path for n in numbers],
        [n.written for n in numbers],
        [n.mean for n in numbers],
        [quality_of(n.path, core.evidence) for n in numbers],
        values,
    )
