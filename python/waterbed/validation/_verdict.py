"""Words for how a prediction lies to what was published; rules fixed beforehand, none is a matter of judgement."""

from __future__ import annotations

import math
from dataclasses import dataclass

from waterbed.evidence import Published

#: A published "no effect" is met by a prediction within so much of zero, in the unit of a relative change.
FLAT = 0.02
#: Of the same order of size: apart by at most this factor.
ORDER = 3.0


@dataclass(frozen=True)
class Verdict:
    """Three answers and what they come to.

    ``sign`` is same, opposite or none; ``size`` same order, smaller, larger or not published; ``inside`` inside,
    outside or no interval; ``overall`` met, partly or missed.
    """

    sign: str
    size: str
    inside: str
    overall: str


def verdict_of(published: Published, predicted: float, flat: float = FLAT, order: float = ORDER) -> Verdict:
    """Compare the prediction at the shipped defaults with the published figure.

    Parameters
    ----------
    published
        As in the study.
    predicted
        Mean at the defaults, in the same unit.
    flat
        Half-width around zero that counts as no effect.
    order
        Factor by which figures of the same order are apart at most.

    Raises
    ------
    ValueError
        If the prediction is not a finite number.
    """
    if not math.isfinite(predicted):
        raise ValueError(f"predicted: must be a finite number, got {predicted}")
    inside = "no interval"
    if published.low is not None and published.high is not None:
        inside = "inside" if published.low <= predicted <= published.high else "outside"
    if published.sign == 0:
        met = abs(predicted) <= flat
        return Verdict("none" if met else "moved", "flat" if met else "not flat", inside, "met" if met else "missed")
    if abs(predicted) <= 1e-12:
        return Verdict("none", "no response", inside, "missed")
    same = (predicted > 0) == (published.sign > 0)
    if published.value is None:
        return Verdict("same" if same else "opposite", "not published", inside, "met" if same else "missed")
    ratio = abs(predicted / published.value)
    size = "same order" if 1 / order <= ratio <= order else ("smaller" if ratio < 1 else "larger")
    if not same:
        return Verdict("opposite", size, inside, "missed")
    met = size == "same order" and inside != "outside"
    return Verdict("same", size, inside, "met" if met else "partly")
