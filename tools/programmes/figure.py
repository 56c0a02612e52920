"""Payoff curves."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import yaml
from matplotlib.figure import Figure

import waterbed as wb
from programmes.files import Programme
from waterbed.plots._style import DOWN, PARAMETERS, SOFT, UP, number_clips

FloatArray = npt.NDArray[np.float64]

SWEEP = {
    "activity": ("activity, 1 = the example", 0.0, 1.6),
    "quality": ("quality score q", 0.0, 1.0),
    "achieved": ("share achieved on every measure", 0.0, 1.0),
    "outcome": ("mean gain per person, in units of outcome", -0.05, 0.1),
    "results": ("proven results, 1 = the example", 0.0, 1.6),
}
UNITS = [(1e9, "billion"), (1e6, "million"), (1e3, "thousand")]
#: Facts that grow with what is delivered.
ACTIVITY = ["fee_income", "bundle_income", "bundles", "delivered_value", "patient_paid", "units"]


def sweep_of(one: Programme, contract: wb.contracts.Contract) -> str:
    """Say along what the payoff of a contract is drawn."""
    if "reference" in contract.terms:
        return "spending"
    if "gain" in contract.terms:
        return "results" if "split" in contract.terms else "outcome"
    if any(p.path.startswith("quality.measures") for p in one.parameters):
        return "achieved"
    return "quality" if "quality" in contract.terms and "fee" not in contract.terms else "activity"


def scaled(value: Any, factor: float) -> Any:
    """Scale a number, or every number of a map; counts stay whole."""
    if isinstance(value, dict):
        return {key: scaled(inner, factor) for key, inner in value.items()}
    return round(value * factor) if isinstance(value, int) else value * factor


def moved(facts: dict[str, Any], sweep: str, x: float) -> dict[str, Any]:
    """Give the facts of the example at another point of the sweep; only what differs."""
    if sweep == "quality":
        return {"quality_score": round(x, 6)}
    if sweep == "achieved":
        return {"measures": {k: {**v, "achieved": round(x, 6)} for k, v in facts["measures"].items()}}
    if sweep == "outcome":
        # Everybody gains as much more or less, so that the mean is x.
        outcomes = [{"people": 1, **each} for each in facts["outcomes"]]
        people = sum(each["people"] for each in outcomes)
        mean = sum(each["people"] * (each["realised"] - each["expected"]) for each in outcomes) / people
        return {"outcomes": [{**each, "realised": round(each["realised"] + x - mean, 6)} for each in outcomes]}
    if sweep == "results":
        return {"outcomes": [{**each, "people": round(each["people"] * x)} for each in facts["outcomes"]]}
    return {key: scaled(facts[key], x) for key in ACTIVITY if key in facts}


def example_at(facts: dict[str, Any], sweep: str) -> float | None:
    """Say where the example lies on the sweep; none if it differs from measure to measure."""
    if sweep == "quality":
        return float(facts["quality_score"])
    if sweep == "outcome":
        people = sum(each.get("people", 1) for each in facts["outcomes"])
        gains = (each.get("people", 1) * (each["realised"] - each["expected"]) for each in facts["outcomes"])
        return float(sum(gains) / people)
    return None if sweep == "achieved" else 1.0


def figure_caption(one: Programme, contract: wb.contracts.Contract) -> str:
    """Say what the figure shows."""
    sweep = sweep_of(one, contract)
    along = "counted spending" if sweep == "spending" else SWEEP[sweep][0].split(",")[0]
    dot = "" if sweep == "achieved" else " The dot is the worked example."
    return f"*What is paid for the year along {along}; all other facts are those of the worked example.{dot}*"


def cut_of(one: Programme, counted: dict[str, Any]) -> dict[str, float]:
    """Say at which level a total of counted spending was cut, where the contract cuts and the example is by person."""
    cuts = [p.value for p in one.parameters if p.path.startswith("truncate.")]
    if not cuts or "truncated_at" in counted:
        return {}
    fixed = cuts[0].replace(".", "", 1).isdigit()
    return {"counted.truncated_at": float(cuts[0]) if fixed else max(group["each"] for group in counted["groups"])}


def curve(
    paid: Callable[[FloatArray], FloatArray], low: float, high: float, points: int = 241
) -> tuple[FloatArray, FloatArray]:
    """Sample a payoff, closer around bends and jumps; a jump breaks the line (a NaN between its two ends)."""
    x = np.linspace(low, high, points)
    y = paid(x)
    narrow = (high - low) / 20_000
    for _ in range(12):
        chord = y[:-2] + (y[2:] - y[:-2]) * (x[1:-1] - x[:-2]) / (x[2:] - x[:-2])
        bent = np.flatnonzero(np.abs(y[1:-1] - chord) > 1e-3 * np.ptp(y)) + 1
        wide = [i for i in np.union1d(bent - 1, bent) if x[i + 1] - x[i] > narrow]
        if not wide or len(x) > 1_000:
            break
        added = np.array([(x[i] + x[i + 1]) / 2 for i in wide])
        order = np.argsort(np.concatenate([x, added]))
        x, y = np.concatenate([x, added])[order], np.concatenate([y, paid(added)])[order]
    jumps = np.flatnonzero((np.diff(x) < 2 * narrow) & (np.abs(np.diff(y)) > 0.02 * np.ptp(y))) + 1
    return np.insert(x, jumps, np.nan), np.insert(y, jumps, np.nan)


def figure(one: Programme, contract: wb.contracts.Contract) -> Figure:
    """Draw what a contract pays along what moves it, the example marked."""
    example = one.examples[0]
    sweep = sweep_of(one, contract)
    currency = one.head.get("currency", "EUR")
    settled = contract.settle(example.facts)
    facts = yaml.safe_load(example.facts.read_text(encoding="utf-8"))
    with mpl.rc_context(PARAMETERS):
        drawn = Figure(figsize=(6.4, 3.0), layout="constrained")
        axes = drawn.add_subplot()
        if sweep == "spending":
            benchmark = float(settled.benchmark)
            cut = cut_of(one, facts["counted"])
            x, paid = curve(
                lambda at: contract.settle_many(example.facts, counted=at * benchmark, **cut)["total"].to_numpy(),
                0.75,
                1.25,
            )
            here: float | None = float(settled.counted / settled.benchmark)
            axes.set_xlabel("counted spending S over benchmark B")
            axes.axvline(1, color=SOFT, linewidth=0.6)
        else:
            label, low, high = SWEEP[sweep]

            def settle(at: FloatArray) -> FloatArray:
                return np.array(
                    [float(contract.settle(example.facts, **moved(facts, sweep, point)).total) for point in at]
                )

            if sweep == "results":  # people come whole: one point each
                count = sum(each["people"] for each in facts["outcomes"])
                x = np.arange(round(high * count) + 1) / count
                paid = settle(x)
            else:
                x, paid = curve(settle, low, high)
            here = example_at(facts, sweep)
            axes.set_xlabel(label)
        axes.axhline(0, color=SOFT, linewidth=0.6)
        largest = np.nanmax(np.abs(paid))
        unit, words = next((u, w) for u, w in UNITS if largest >= u or u == 1e3)
        axes.plot(x, paid / unit, color=DOWN, linewidth=1.6)
        if here is not None and x[0] <= here <= x[-1]:
            axes.plot([here], [float(settled.total) / unit], "o", color=UP, markersize=5)
        axes.set_ylabel(f"paid, {words} {currency}")
    return drawn


def svg_text(one: Programme) -> str:
    """Give the figure with its words as text, which keeps it small; the same bytes every time."""
    stream = io.StringIO()
    drawn = figure(one, wb.contracts.load(one.file))
    with mpl.rc_context({**PARAMETERS, "svg.fonttype": "none"}):
        drawn.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return number_clips(stream.getvalue())
