"""What a comparison may have beside it, when it is asked for: parts of a change, renegotiated contracts, settling."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from waterbed._store import load_results, save_results
from waterbed.decomposition import Decomposition
from waterbed.results import Results

_DECOMPOSITION, _SETTLING = "decomposition.npz", "settling.csv"


@dataclass(frozen=True)
class Extras:
    """None: not asked for."""

    decomposition: Decomposition | None = None
    renegotiated: Results | None = None  #: the same arms, replications and seed
    share: float = 0.5  #: of the margin gap that is renegotiated
    settling: pd.DataFrame | None = None

    def save(self, folder: Path) -> None:
        """Store beside the results of a comparison."""
        if self.decomposition is not None:
            save_results(self.decomposition.results, folder / _DECOMPOSITION)
            self.decomposition.summary().to_csv(folder / "tables" / "parts.csv", index=False)
        if self.renegotiated is not None:
            save_results(self.renegotiated, folder / f"renegotiated_{self.share:g}.npz")
        if self.settling is not None:
            self.settling.to_csv(folder / "tables" / _SETTLING, index=False)


def load_extras(folder: Path) -> Extras:
    """Give what is stored beside a comparison."""
    decomposition, renegotiated, share, settling = None, None, 0.5, None
    if (folder / _DECOMPOSITION).exists():
        results = load_results(folder / _DECOMPOSITION)
        decomposition = Decomposition(results, results.arms[-1].rpartition(":")[0])
    for file in folder.glob("renegotiated_*.npz"):
        renegotiated, share = load_results(file), float(file.stem.removeprefix("renegotiated_"))
    if (folder / "tables" / _SETTLING).exists():
        settling = pd.read_csv(folder / "tables" / _SETTLING, keep_default_na=True)
        settling[["from", "to"]] = settling[["from", "to"]].fillna("")
    return Extras(decomposition, renegotiated, share, settling)
