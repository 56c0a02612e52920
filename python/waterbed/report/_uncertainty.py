"""Section of the report on uncertain parameters."""

from __future__ import annotations

from html import escape

from waterbed._text import number, percent, signed
from waterbed.difference import Difference
from waterbed.report._sections import Cell, table

_OUTCOMES = ("Spending in cash/total", "Spending at list prices/total")


def uncertainty(difference: Difference) -> str:
    """Give what was drawn, where the variance of spending comes from, and what knowing it is worth; else empty."""
    sets = difference.results.parameters
    if sets is None or not difference.arms:
        return ""
    return _variance(difference) + _decision(difference) + _numbers(difference)


def _variance(difference: Difference) -> str:
    from waterbed.uncertainty import variance_shares

    rows: list[tuple[str, list[Cell]]] = []
    missing = ""
    for outcome in _OUTCOMES:
        for arm in difference.arms:
            try:
                found = variance_shares(difference.results, outcome, arm).set_index("part")["share"]
            except ValueError as error:
                missing = f"<p>Variance is not split by quality of evidence: {escape(str(error))}.</p>"
                continue
            label = f"{difference.results.outline.arm_title(arm)}: {outcome.partition('/')[0].lower()}"
            rows.append(("", [("", escape(label)), *(("n", percent(float(share))) for share in found)]))
    if not rows:
        return missing
    parts = ("chance", "parameters", "of which A", "of which B", "of which C")
    caption = (
        "Share of the variance of one simulated region's change in total spending. A: measured, B: approximate, "
        "C: assumed; main effects of the numbers of a letter together."
    )
    return table([("", ""), *(("n", part) for part in parts)], rows, escape(caption)) + missing


def _decision(difference: Difference, threshold: float = 50_000.0) -> str:
    if "qalys" not in difference.results.tables:
        return ""
    decision = difference.decision()
    curve = decision.acceptability([threshold]).set_index("arm")
    rows: list[tuple[str, list[Cell]]] = []
    for _, row in decision.ratios().iterrows():
        ratio = row["verdict"] if row["ratio"] != row["ratio"] else f"{number(row['ratio'])} EUR: {row['verdict']}"
        cells = [("", escape(difference.results.outline.arm_title(row["arm"])))]
        cells += [("n", signed(row["cost"] / 1e3)), ("n", signed(row["qalys"], 1)), ("", escape(ratio))]
        rows.append(("", [*cells, ("n", percent(float(curve.loc[row["arm"], "probability"])))]))
    worth = decision.evpi([threshold]).iloc[0]
    known = decision.evppi(threshold).head(5)
    told = ", ".join(f"{name} {number(value / 1e3)}" for name, value in zip(known["name"], known["evppi"], strict=True))
    caption = (
        f"Whole region and horizon, all payers, discounted as the scenario says; best at {number(threshold)} EUR per "
        f"QALY. Knowing all parameters would be worth EUR {number(worth['evpi'] / 1e3)} ± "
        f"{number(1.96 * worth['standard_error'] / 1e3)} thousand; one alone, EUR thousand: {told}."
    )
    head = [("", ""), ("n", "cost, EUR thousand"), ("n", "QALYs"), ("", "EUR per QALY"), ("n", "probability of best")]
    return table(head, rows, escape(caption))


def _numbers(difference: Difference) -> str:
    sets = difference.results.parameters
    assert sets is not None
    rows: list[tuple[str, list[Cell]]] = []
    for i in sorted(range(len(sets.names)), key=lambda i: (sets.qualities[i], sets.names[i])):
        cells = [("", escape(sets.names[i])), ("", escape(sets.written[i])), ("n", number(sets.means[i], 3))]
        rows.append(("", [*cells, ("", sets.qualities[i])]))
    head = [("", "number"), ("", "distribution"), ("n", "mean"), ("", "quality")]
    return table(head, rows, escape(f"Uncertain numbers, drawn {sets.sets} times."))
