"""Payment over spending, turnover or another quantity, with every place where the rule changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from waterbed._payoff import Payoff
from waterbed.plots import _style as style

PLACES = 801
DASHES = (0, (4, 2))
ROW = 0.23  # inches of one row of mark labels
AXES = {
    "counted": ("counted spending", "settlement"),
    "turnover": ("fees and bundles at the contract's prices", "paid in the year"),
    "delivered": ("list value of what is delivered", "paid in the year"),
    "person_years": ("person-years registered", "paid in the year"),
    "outcome": ("units of outcome gained over what was expected", "paid for outcome"),
    "quality": ("quality score", "paid for quality"),
}
MONEY = ("counted", "turnover", "delivered")


def payoff_chart(
    payoffs: Sequence[Payoff], spend: tuple[float, float] | None = None, forecast_sd: float | None = None
) -> Figure:
    """Payment above, marginal payment below; labels of the marks over both, one block of rows a contract."""
    _check(payoffs)
    if forecast_sd is not None and not (math.isfinite(forecast_sd) and forecast_sd >= 0):
        raise ValueError(f"forecast_sd: must be zero or more, got {forecast_sd}")
    names = _names(payoffs)
    low, high = _stretch(payoffs, spend)
    several = len(payoffs) > 1
    first = payoffs[0]
    x = np.linspace(low, high, PLACES)
    errors = [payoff.forecast_sd if forecast_sd is None else forecast_sd for payoff in payoffs]
    colours = style.SERIES[: len(payoffs)] if several else [style.DOWN]
    labels = _blocks(payoffs, (low, high), colours if several else [style.SOFT])
    rows = sum(len(rows) for rows, _ in labels)
    with style.styled():
        title = "Payoff: " + " against ".join(names)
        figure = style.new_figure(5.6 + ROW * rows, title, _note(errors))
        ratios = [max(ROW * rows, 0.01), 2.9, 1.7]
        strip, paid, marginal = figure.subplots(3, 1, sharex=True, height_ratios=ratios)
        for payoff, sd, colour in zip(payoffs, errors, colours, strict=True):
            _curve(paid, payoff, (low, high), colour)
            _slopes(marginal, payoff, (low, high), colour)
            if sd != 0:
                shade = colour if several else style.UP
                paid.plot(x, payoff.expected_value(x, sd), color=shade, linewidth=1.6, linestyle=DASHES)
                marginal.plot(x, payoff.expected_slope(x, sd), color=shade, linewidth=1.6, linestyle=DASHES)
        _marks(strip, [paid, marginal], labels)
        for axes in (paid, marginal):
            axes.grid(axis="y")
            axes.margins(x=0)
        _finish(paid, marginal, first, len({p.benchmark for p in payoffs}) > 1)
        paid.legend(handles=_legend(names, colours, any(errors)), loc="best")
    return figure


def _names(payoffs: Sequence[Payoff]) -> list[str]:
    """Names of contracts; those that are the same are numbered in their order, passing over what others are called."""
    names = [payoff.name for payoff in payoffs]
    shown: list[str] = []
    for name in names:
        if names.count(name) == 1:
            shown.append(name)
        else:
            numbered = (f"{name} ({number})" for number in count(1))
            shown.append(next(each for each in numbered if each not in names and each not in shown))
    return shown


def _legend(names: Sequence[str], colours: Sequence[str], expected: bool) -> list[Line2D]:
    one = len(names) == 1
    labels = ["known at year end"] if one else names
    handles = [Line2D([], [], color=c, linewidth=2.2, label=label) for label, c in zip(labels, colours, strict=True)]
    if expected:
        shade = style.UP if one else style.SOFT
        handles.append(Line2D([], [], color=shade, linewidth=1.6, linestyle=DASHES, label="expected"))
    return handles


def _check(payoffs: Sequence[Payoff]) -> None:
    if not payoffs:
        raise ValueError("contracts: must hold at least one")
    if len(payoffs) > len(style.SERIES):
        raise ValueError(f"contracts: at most {len(style.SERIES)} can be told apart, got {len(payoffs)}")
    for name in ("currency", "axis"):
        found = {str(getattr(payoff, name)): payoff.name for payoff in payoffs}
        if len(found) > 1:
            shown = ", ".join(f"{value} ({contract})" for value, contract in found.items())
            raise ValueError(f"contracts: must have the same {name}, got {shown}")


def _stretch(payoffs: Sequence[Payoff], spend: tuple[float, float] | None) -> tuple[float, float]:
    low, high = spend or (min(p.range[0] for p in payoffs), max(p.range[1] for p in payoffs))
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"spend: must go from a smaller to a larger amount, got {low} to {high}")
    return low, high


def _curve(axes: Axes, payoff: Payoff, stretch: tuple[float, float], colour: str) -> None:
    """Straight pieces; a jump between two of them is dotted."""
    pieces = payoff.pieces(*stretch)
    for _, piece in pieces.iterrows():
        ends = ([piece["lower"], piece["upper"]], [piece["value_lower"], piece["value_upper"]])
        axes.plot(*ends, color=colour, linewidth=2.2, solid_capstyle="butt", zorder=3)
    for before, after in zip(pieces.index[:-1], pieces.index[1:], strict=True):
        ends_at, starts_at = pieces["value_upper"][before], pieces["value_lower"][after]
        place = pieces["upper"][before]
        axes.plot([place, place], [ends_at, starts_at], color=colour, linewidth=1.2, linestyle=":", zorder=3)


def _slopes(axes: Axes, payoff: Payoff, stretch: tuple[float, float], colour: str) -> None:
    pieces = payoff.pieces(*stretch)
    edges = [*pieces["lower"], pieces["upper"].iloc[-1]]
    axes.stairs(pieces["slope"], edges, color=colour, linewidth=2.2, baseline=None, zorder=3)


def mark_label(kind: str, level: float, benchmark: float) -> str:
    """Say a mark in a few words."""
    if kind in ("gate", "corridor"):
        return f"{kind} {_percent(level)}"
    if kind == "tier":
        return f"{_percent(level)} off"
    if kind == "band":
        return f"band {100 * (level - 1):+.4g} %"
    if kind == "rung":
        return f"score {level:g}"
    if kind == "cap":
        share = f" ({100 * abs(level) / benchmark:.3g} %)" if benchmark > 0 else ""
        return f"most {'paid' if level >= 0 else 'owed'} {money(abs(level))}{share}"
    return f"{kind} {money(level)}"


def money(amount: float) -> str:
    """Three or more digits of an amount, with m for million and k for thousand."""
    size = abs(amount)
    if size >= 999_950:
        return f"{_digits(amount / 1e6)}m"
    return f"{_digits(amount / 1e3)}k" if size >= 10_000 else f"{amount:,.0f}"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


Rows = list[list[tuple[float, str]]]


def _blocks(payoffs: Sequence[Payoff], stretch: tuple[float, float], colours: Sequence[str]) -> list[tuple[Rows, str]]:
    """Rows of labels and their colour, a block a contract; what all contracts share comes first, once."""
    found = [
        [
            (float(mark["at"]), mark_label(mark["kind"], mark["level"], payoff.benchmark))
            for _, mark in payoff.marks.iterrows()
            if stretch[0] <= mark["at"] <= stretch[1]
        ]
        for payoff in payoffs
    ]
    if len(payoffs) == 1:
        return [(_rows(found[0], stretch), colours[0])]
    common = [label for label in found[0] if all(label in labels for labels in found)]
    blocks = [(_rows(common, stretch), style.SOFT)]
    for labels, colour in zip(found, colours, strict=True):
        blocks.append((_rows([label for label in labels if label not in common], stretch), colour))
    return blocks


def _rows(labels: Sequence[tuple[float, str]], stretch: tuple[float, float]) -> Rows:
    """Labels in rows in which none touches another."""
    character = (stretch[1] - stretch[0]) / (style.WIDTH * 12.0)
    rows: Rows = []
    ends: list[float] = []
    for at, text in labels:
        half = (len(text) + 2) / 2 * character
        row = next((i for i, end in enumerate(ends) if at - half >= end), len(rows))
        if row == len(rows):
            rows.append([])
            ends.append(-math.inf)
        rows[row].append((at, text))
        ends[row] = at + half
    return rows


def _marks(strip: Axes, panels: list[Axes], labels: list[tuple[Rows, str]]) -> None:
    strip.set_axis_off()
    total = max(1, sum(len(rows) for rows, _ in labels))
    strip.set_ylim(total, 0)
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}  # so that no line runs through a label
    row = 0
    for rows, colour in labels:
        for line in rows:
            for at, text in line:
                strip.plot([at, at], [row + 0.5, total], color=style.LINE, linewidth=0.9, clip_on=False, zorder=1)
                strip.text(
                    at, row + 0.5, text, ha="center", va="center", fontsize=8, color=colour, bbox=behind, zorder=2
                )
                for axes in panels:
                    axes.axvline(at, color=style.LINE, linewidth=0.9, zorder=0)
            row += 1


def _finish(paid: Axes, marginal: Axes, payoff: Payoff, benchmarks_differ: bool) -> None:
    over, what = AXES[payoff.axis]
    signed = FuncFormatter(lambda value, _: money(value).replace("-", "−"))
    paid.set_ylabel(f"{what}, {payoff.currency}")
    paid.yaxis.set_major_formatter(signed)
    for axes in (paid, marginal) if payoff.axis == "counted" else (marginal,):
        axes.axhline(0, color=style.SOFT, linewidth=0.9, zorder=1)
    marginal.set_ylabel(f"{payoff.currency} per extra {payoff.currency if payoff.axis in MONEY else 'unit'}")
    if payoff.axis not in MONEY:
        marginal.yaxis.set_major_formatter(signed)
    unit = f", {payoff.currency}" if payoff.axis in MONEY else ""
    marginal.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    if payoff.benchmark > 0 and not benchmarks_differ:
        low, high = marginal.get_xlim()
        share = 100 / payoff.benchmark
        shares = MaxNLocator(8, steps=[1, 2, 5, 10]).tick_values(low * share, high * share)
        shown = [percent for percent in shares if low <= percent / share <= high]
        ticks = [percent / share for percent in shown]
        marginal.set_xticks(ticks, [f"{money(x)}\n{percent:g} %" for x, percent in zip(ticks, shown, strict=True)])
        unit += " and share of the benchmark"
    elif payoff.axis in (*MONEY, "person_years"):
        marginal.xaxis.set_major_formatter(signed)
    marginal.set_xlabel(over + unit)


def _note(errors: Sequence[float]) -> str:
    text = "Positive: from payer to holder. Above what is paid, below what one more unit changes in it. Dotted: a jump."
    if not any(errors):
        return text
    shown = " to ".join(money(error) if error >= 1 else f"{error:.2g}" for error in sorted({min(errors), max(errors)}))
    return f"{text} Dashed: expected under a normal forecast with a standard deviation of {shown}."
