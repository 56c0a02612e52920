"""Sections of the report: tables and texts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

import pandas as pd

from waterbed._decided import Decided
from waterbed._hangs import hangs_on, letters_sentence
from waterbed._outline import words
from waterbed._sentences import (
    BASES,
    basis_words,
    chance_sentence,
    drawn_sentence,
    index_sentence,
    index_words,
    parameter_words,
    row_of,
    savings_sentence,
    spreads_sentence,
)
from waterbed._text import change, digits_for, number, percent, signed
from waterbed._units import HOURS_PER_FTE, yearly
from waterbed._waterbed import BESIDE
from waterbed.difference import Difference
from waterbed.results import PARTS

Cell = tuple[str, str]  # class, HTML


def table(head: list[Cell], rows: list[tuple[str, list[Cell]]], caption: str) -> str:
    """Give a table; each row has a class and its cells, a row of one cell is a group's heading."""
    top = "".join(f'<th class="{kind}">{text}</th>' for kind, text in head)
    lines = []
    for row_class, cells in rows:
        if row_class == "group":
            lines.append(f'<tr class="group"><th colspan="{len(head)}">{cells[0][1]}</th></tr>')
            continue
        inside = "".join(f'<td class="{kind}">{text}</td>' for kind, text in cells)
        lines.append(f'<tr class="{row_class}">{inside}</tr>')
    return (
        f'<div class="scroll"><table><caption>{caption}</caption><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _changed(row: pd.Series) -> str:
    return "down" if row["high"] < 0 else "up" if row["low"] > 0 else ""


def in_short(difference: Difference, decided: Mapping[str, Decided]) -> str:
    """One card an arm: totals, index, settlements, and how good the evidence behind what moves is."""
    if not difference.arms:
        return "<p>Only one arm was run; there is nothing to compare.</p>"
    summary = difference.summary()
    cards = []
    for arm in difference.arms:
        lines = []
        for group, name in (("Spending in cash", "total"), ("Spending at list prices", "total"), ("Staff", "total")):
            row = row_of(summary, arm, group, name)
            if row is not None:
                lines.append(f"<p>{escape(str(row['label']))}: {_headline(row)}</p>")
        lines.append(
            f"<p>{escape(index_sentence(difference, arm))}</p>" if "list_spending" in difference.results.tables else ""
        )
        if told := savings_sentence(difference, arm):
            lines.append(f"<p>{escape(told)}</p>")
        letters = letters_sentence(hangs_on(difference.results.outline, decided.get(arm)))
        lines.append(f'<p class="note">{escape(letters)}</p>' if letters else "")
        title = escape(difference.results.outline.arm_title(arm))
        cards.append(f'<div class="card"><h3>{title}</h3>{"".join(lines).replace(" %", "&nbsp;%")}</div>')
    return f'<div class="cards">{"".join(cards)}</div>'


def _headline(row: pd.Series) -> str:
    """Give a change with its simulation error and parameter range; no size where the interval holds zero."""
    half = (row["high"] - row["low"]) / 2
    amount = f"{change(row['difference'], half, math.nan, math.nan)} {escape(str(row['unit']))}"
    known = parameter_words(row)
    beside = f"; {known}" if known else ""
    if row["low"] <= 0 <= row["high"]:
        return f"no change seen ({amount}{beside})"
    relative = row["difference"] / row["baseline"] if row["baseline"] else math.nan
    return f"<b>{amount}</b> ({_percent_signed(relative)}{beside})"


def _percent_signed(value: float) -> str:
    return "–" if math.isnan(value) else f"{signed(100 * value, 2)} %"


def summary(difference: Difference) -> str:
    """Every line of the comparison, arms as columns."""
    lines = difference.summary()
    arms = difference.arms
    outline = difference.results.outline
    head = [("", ""), ("n", escape(outline.arm_title(difference.baseline)))]
    head += [("n", escape(outline.arm_title(arm))) for arm in arms]
    rows: list[tuple[str, list[Cell]]] = []
    for (group, unit), block in lines.groupby(["group", "unit"], sort=False):
        rows.append(("group", [("", f"{escape(str(group))} <span>{escape(str(unit))}</span>")]))
        for name, line in block.groupby("measure", sort=False):
            cells = [("", escape(str(line.iloc[0]["label"]))), ("n", number(line.iloc[0]["baseline"]))]
            cells += [_change_cell(line[line["arm"] == arm].iloc[0]) for arm in arms]
            rows.append(("total" if name == "total" else "", cells))
    told = f"{spreads_sentence(difference)} Colour marks changes told apart from zero. "
    return table(head, rows, escape(told + drawn_sentence(difference)))


def _change_cell(row: pd.Series) -> Cell:
    half = (row["high"] - row["low"]) / 2
    digits = digits_for(row["difference"], row["range_low"], row["range_high"])
    if math.isnan(half):
        return "n", signed(row["difference"], digits)
    if half == 0 and row["difference"] == row["range_low"] == row["range_high"]:
        return "n", signed(row["difference"])
    text = f"{signed(row['difference'], digits)} ± {number(half, digits)}"
    spread = ""
    if not math.isnan(row["range_low"]):
        spread = f"<small>{signed(row['range_low'], digits)} to {signed(row['range_high'], digits)}</small>"
    if known := parameter_words(row):
        spread += f"<small>{known}</small>"
    loss = row["probability_of_loss"]
    chance = "" if math.isnan(loss) else f"<small>chance of loss {percent(loss)}</small>"
    return f"n {_changed(row)}", f"{text}{spread}{chance}"


def waterbed(difference: Difference) -> str:
    """Give the index on every basis, its parts on the headline basis, and what stands beside it."""
    found = difference.waterbed()
    if found.empty:
        return "<p>No arm names what it presses, so there is no waterbed index.</p>"
    outline = difference.results.outline
    text = [
        "<p>Of what an arm takes out of the part that it presses, the waterbed index W says how much comes back "
        "elsewhere; 0 is nothing, 1 is all of it, below zero other parts fell too. It is printed only if the press is "
        "larger than five times its simulation error.</p>"
    ]
    whole = found[found["year"] == ""]
    uncertain = has_parameter_range(difference)
    rows: list[tuple[str, list[Cell]]] = []
    for arm in dict.fromkeys(whole["arm"]):
        rows.append(("group", [("", escape(outline.arm_title(arm)))]))
        for _, row in whole[whole["arm"] == arm].iterrows():
            if row["payer"] and row["pressed"] == 0:
                continue  # a payer who pays the pressed part nothing
            cells = _index_cells(row, max(1, outline.years), uncertain)
            if difference.static is not None:
                off = index_words(*(row[f"{name}_off"] for name in ("index", "low", "high", "message")))
                cells.append(("", escape(off)))
            rows.append(("", cells))
    head = [
        ("", "Basis"),
        ("n", "Pressed part, change a year"),
        ("n", "W"),
        *_spread_heads(uncertain),
        ("n", "Gross"),
    ]
    caption = (
        "Waterbed index over all performance years. Range: middle 95 % of single replications, chance only; a dash "
        "where in some of them the pressed part grew. Gross: what rises, of parts told apart from zero."
    )
    if uncertain:
        caption += f" {_range_words(difference)}"
    if difference.static is not None:
        head.append(("", "W, every response off"))
        caption += (
            " Every response off: the same draws, and nobody answers to payment, to waits or to own payments: what "
            "contracts do on unchanged behaviour."
        )
    text.append(table(head, rows, caption))
    text.append(_parts(difference))
    text.append(_beside(difference))
    return "".join(text)


def has_parameter_range(difference: Difference) -> bool:
    """Whether parameters were drawn, in the run or beside it."""
    return bool(difference.results.parameter_sets) or difference.parameter_range is not None


def _range_words(difference: Difference) -> str:
    found = difference.parameter_range
    if found is None:
        return "Parameter range: middle 95 % of what is expected under a parameter set."
    return f"Parameter range: lowest to highest of {found.sets} drawn parameter sets and their means."


def _spread_heads(uncertain: bool) -> list[Cell]:
    named = ["95 % simulation error", "Range", *(["Parameter range"] if uncertain else [])]
    return [("n", name) for name in named]


def _spread_cells(row: pd.Series, prefix: str, digits: int, uncertain: bool, signs: bool = False) -> list[Cell]:
    """Give simulation error, range and parameter range of a ratio, in this order."""
    shown = signed if signs else number
    cells: list[Cell] = []
    for spread in ("", "range_", *(["parameter_"] if uncertain else [])):
        low, high = row[f"{prefix}{spread}low"], row[f"{prefix}{spread}high"]
        cells.append(("n", "–" if math.isnan(low) else f"{shown(low, digits)} to {shown(high, digits)}"))
    return cells


def _index_cells(row: pd.Series, years: int, uncertain: bool) -> list[Cell]:
    pressed = _yearly(row["pressed"], row["unit"], years)
    first = [("", escape(basis_words(row["basis"], row["payer"]))), ("n", pressed)]
    gross = "" if math.isnan(row["index"]) else number(row["gross"], 2)
    if math.isnan(row["index"]):
        empty = [("n", "")] * (2 if uncertain else 1)
        return [*first, ("n", "not printed"), ("", escape(row["message"])), *empty, ("n", gross)]
    spreads = _spread_cells(row, "", 2, uncertain)
    return [*first, ("n", f"<b>{number(row['index'], 2)}</b>"), *spreads, ("n", gross)]


def _yearly(value: float, unit: str, years: float, error: float = math.nan) -> str:
    """Give an amount over all years as one of a year, with the half-width of its simulation error, if known."""
    scale, name = yearly(1, value / years) if unit == "eur" else (1.0, unit)
    shown = change(value / years * scale, error / years * scale, math.nan, math.nan)
    return f"{shown} {escape(name.removesuffix(' a year'))}"


def _parts(difference: Difference) -> str:
    parts = difference.waterbed_parts()
    chosen = parts[(parts["year"] == "") & (parts["basis"] == "list_volume")]
    years = max(1, difference.results.outline.years)
    uncertain = has_parameter_range(difference)
    rows: list[tuple[str, list[Cell]]] = []
    for arm in dict.fromkeys(chosen["arm"]):
        rows.append(("group", [("", escape(difference.results.outline.arm_title(arm)))]))
        for _, row in chosen[chosen["arm"] == arm].iterrows():
            share = "–" if math.isnan(row["share"]) else signed(row["share"], 3)
            cells = [("", escape(words(row["group"]))), ("n", _yearly(row["difference"], row["unit"], years))]
            rows.append(("", [*cells, ("n", share), *_spread_cells(row, "share_", 3, uncertain, signs=True)]))
    head = [("", "Part outside the press"), ("n", "Change a year"), ("n", "Share w"), *_spread_heads(uncertain)]
    return table(head, rows, f"What the headline index consists of: {BASES['list_volume']}. The shares add up to W.")


def _beside(difference: Difference) -> str:
    found = difference.beside_the_press()
    chosen = found[found["year"] == ""]
    years = max(1, difference.results.outline.years)
    rows: list[tuple[str, list[Cell]]] = []
    for arm in dict.fromkeys(chosen["arm"]):
        rows.append(("group", [("", escape(difference.results.outline.arm_title(arm)))]))
        for _, row in chosen[chosen["arm"] == arm].iterrows():
            # What waits at the end is no flow: it is not spread over the years.
            over = 1.0 if row["item"] == "unserved" else years
            half = (row["high"] - row["low"]) / 2
            amount = _yearly(row["difference"], row["unit"], over, half)
            rows.append(("", [("", escape(BESIDE[row["item"]])), ("n", amount)]))
    head = [("", "Beside the index"), ("n", "Change a year")]
    caption = "Money that moved without care moving, and need that moved to later; ± 95 % simulation error."
    return table(head, rows, caption)


def settlements(difference: Difference) -> str:
    """Give where settlements come from: parts of each contract, a year."""
    results = difference.results
    found = results.settlement_parts()
    if found.empty:
        return ""
    years = max(1, results.outline.years)
    found["contract"] = found["contract"].str.partition("/")[0]
    found["thousand"] = found["settlement_parts_eur"] / years / 1e3
    keys = ["arm", "contract", "replication"]
    sums = found.pivot_table(index=keys, columns="part", values="thousand", aggfunc="sum")
    rows: list[tuple[str, list[Cell]]] = []
    for arm in dict.fromkeys(found["arm"]):
        rows.append(("group", [("", escape(results.outline.arm_title(arm)))]))
        for contract in dict.fromkeys(found[found["arm"] == arm]["contract"]):
            each = sums.loc[(arm, contract)]  # shape (replication, part)
            parts = [each[part] for part in PARTS]
            cells = [("n", _mean_and_range(values)) for values in [each.sum(axis=1), *parts]]
            rows.append(("", [("", escape(words(contract))), *cells]))
    head = [("", "Contract"), ("n", "Settled"), *(("n", words(part)) for part in PARTS)]
    meanings = "; ".join(f"<i>{part}</i>: {meaning}" for part, meaning in PARTS.items())
    caption = (
        f"EUR thousand a year from payer to holder, mean over replications and below it the middle 95 % of them. The "
        f"parts add up to what was settled: {meanings}. Each takes one more cause away, in this order. "
        f"{chance_sentence(difference.results)}"
    )
    return table(head, rows, caption)


def health_gain(difference: Difference) -> str:
    """Give realised against expected health by group and stratum, with the share that is luck."""
    results = difference.results
    found = results.health_gain().reset_index()
    if found.empty:
        return ""
    rows: list[tuple[str, list[Cell]]] = []
    for (arm, expectation), measured in found.groupby(["arm", "expectation"], observed=True, sort=False):
        heading = f"{results.outline.arm_title(str(arm))}: against <i>{escape(words(str(expectation)))}</i>"
        rows.append(("group", [("", heading)]))
        for (stratum, group), own in measured.groupby(["stratum", "practice_group"], observed=True, sort=False):
            by_replication = own.groupby("replication")[["people", "expected", "realised", "gain"]].mean()
            cells = [("n", number(float(by_replication[name].mean()))) for name in ("people", "expected", "realised")]
            luck = own["luck_group"].mean()
            gain = _mean_and_range(1000 * by_replication["gain"])
            cells += [("n", gain), ("n", "–" if math.isnan(luck) else percent(luck))]
            name = f"{words(str(group))}: {words(str(stratum)).lower()}"
            rows.append(("", [("", escape(name)), *cells]))
    head = [("", "GP group: stratum"), ("n", "People"), ("n", "Expected"), ("n", "Realised"),
            ("n", "Gain of 1,000 people"), ("n", "Luck")]  # fmt: skip
    caption = (
        "QALY per person of a year and what remains after it, people as they were when the year began, mean over years "
        "and replications. Gain: QALY of 1,000 people in a year, below it the middle 95 % of replications, before the "
        "comparison is taken off. Luck: the share of the differences between groups in one year that the chance of "
        "their persons explains (Buhlmann & Straub)."
    )
    return table(head, rows, caption)


def _mean_and_range(values: pd.Series) -> str:
    mean, low, high = (float(x) for x in (values.mean(), values.quantile(0.025), values.quantile(0.975)))
    digits = digits_for(mean, low, high)
    spread = "" if low == high else f"<small>{signed(low, digits)} to {signed(high, digits)}</small>"
    return f"{signed(mean, digits)}{spread}"


def targets(difference: Difference) -> str:
    """Model beside target."""
    found = difference.results.calibration()
    if found.empty:
        return ""
    rows: list[tuple[str, list[Cell]]] = []
    for _, row in found.iterrows():
        off = abs(row["ratio"] - 1) > row["tolerance"]
        ratio = (
            "–" if math.isnan(row["ratio"]) else f"{signed(100 * (row['ratio'] - 1), 1)} %{' (outside)' if off else ''}"
        )
        what = f"{words(row['measure'])}: {words(row['of'])}" if row["of"] else words(row["measure"])
        cells = [
            ("", escape(what)),
            ("n", number(row["target"])),
            ("n", number(row["model"])),
            ("n", f"{number(row['first_year'])} to {number(row['last_year'])}"),
            ("n", ratio),
            ("n", f"± {percent(row['tolerance'])}"),
            ("", f'<span class="q">{escape(row["quality"])}</span> {escape(row["source"])}'),
        ]
        rows.append(("", cells))
    head = [
        ("", "Figure"),
        ("n", "Target"),
        ("n", "Model"),
        ("n", "First to last year"),
        ("n", "Off by"),
        ("n", "Allowed"),
        ("", "Source"),
    ]
    return table(head, rows, "The baseline arm, mean of the performance years, beside published figures.")


def assumptions(difference: Difference) -> str:
    """Where the numbers come from."""
    evidence = difference.results.outline.evidence
    if not evidence:
        return "<p>The scenario names no sources.</p>"
    counts = {letter: sum(e.quality == letter for e in evidence) for letter in "ABC"}
    intro = (
        f"<p>{len(evidence)} numbers or sets of numbers: {counts['A']} measured (A), {counts['B']} sourced but "
        f"approximate (B), {counts['C']} assumed (C). What rests on C is a question to answer before a decision.</p>"
    )
    rows: list[tuple[str, list[Cell]]] = [
        (
            "",
            [
                ("", f'<span class="q">{escape(e.quality)}</span>'),
                ("", f"<code>{escape(e.field)}</code>"),
                ("", escape(e.value)),
                ("", escape(e.source)),
            ],
        )
        for e in sorted(evidence, key=lambda e: ("CBA".find(e.quality), e.field))
    ]
    head = [("", ""), ("", "What"), ("", "Value"), ("", "Source")]
    return intro + table(head, rows, "Assumed numbers first.")


def methods(difference: Difference) -> str:
    """Give what was done, and what the numbers cannot say."""
    outline = difference.results.outline
    count = difference.results.replications
    switched_off = [
        n
        for n, on in (("response to incentives", outline.incentives), ("limited capacity", outline.capacity))
        if not on
    ]
    off = f"<p>Switched off in this run: {', '.join(switched_off)}.</p>" if switched_off else ""
    points = [
        "People age, fall ill, recover and die one by one; their needs enter a network of care and walk it step by "
        "step. Capacity is limited, patients wait and may come back. Providers respond to the marginal payment of "
        "their contracts relative to those in force when practice was observed; with no change in payment they do as "
        "observed.",
        "Every arm starts from the same past and meets the same chance: each draw has a name, and the arm is not part "
        "of it. Differences are therefore paired person by person, which removes most of their noise.",
        f"<b>Simulation error</b> is how far a simulated mean may be off because there are {count} replications; more "
        "of them shrink it. <b>Range</b> is the middle 95 % of replications: what one real region would show. "
        + (
            f"<b>Parameter range</b> is what is not known. {_range_words(difference)}"
            if has_parameter_range(difference)
            else "<b>What is not known of the parameters is in neither</b>: they are fixed here."
        ),
        "<b>List prices</b> value volume at one frozen price list, so they show care moving. <b>Cash</b> is what left "
        "each payer, net of what came back; it also moves when only a price does, which is a transfer from a "
        "provider's margin. Amounts per insured are divided by the insured-years of the baseline.",
        "<b>Chance of loss</b>: of a provider, that its result is below zero; of a payer, that it pays more than in "
        "the baseline. It is given only if at least 20 replications are seen beyond, for a rarer tail is noise. "
        "<b>True saving</b>: less spent on a payer's insured at list prices than in the baseline; what is paid beyond "
        "it is luck or a benchmark that is off.",
        f"One full-time equivalent is {HOURS_PER_FTE:,} hours a year (assumed).".replace(",", " "),
        "Budgets that are not calibrated are left out of the waterbed index. Informal care is not counted.",
        "The model says what follows from its assumptions; those of quality C above have no source. It does not "
        "forecast what else will change in the region.",
    ]
    provenance = (
        f"<h3>Where this came from</h3><p>Scenario <code>{escape(outline.name)}</code>, digest "
        f"<code>{escape(outline.digest)}</code>; seed {difference.results.seed}, "
        f"{count} replications. The same scenario, seed and number of replications give the same bytes on any number "
        "of threads.</p>"
    )
    return off + "<ul>" + "".join(f"<li>{point}</li>" for point in points) + "</ul>" + provenance
