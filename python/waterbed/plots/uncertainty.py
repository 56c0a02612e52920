"""Figures of uncertain parameters: what moves a result, and how sure a choice of arm is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from matplotlib.ticker import FuncFormatter

from waterbed._outline import words
from waterbed._text import number
from waterbed.plots import _style as style
from waterbed.uncertainty._decision import Decision

QUALITY = {"A": style.SERIES[2], "B": style.SERIES[1], "C": style.UP}
#: Square root of the 95 % quantile of chi-square with two degrees of freedom.
_ELLIPSE = 2.4477


def _label(name: str) -> str:
    """Last two parts of a dotted path, in words."""
    named = [" ".join(words(part).lower() for part in one.split(".")[-2:]) for one in name.split(" + ")]
    return textwrap.fill(" + ".join(named), 34)


def tornado_chart(table: pd.DataFrame, outcome: str, most: int = 15) -> Figure:
    """Draw what `uncertainty.tornado` found.

    Parameters
    ----------
    table
        As it was returned.
    outcome
        What the axis shows, with its unit.
    most
        Numbers to show, the largest swings.
    """
    shown = table.head(most)
    with style.styled():
        left = len(table) - len(shown)
        figure = style.new_figure(
            1.9 + 0.36 * len(shown),
            "What moves the result, one number at a time",
            "Each number at its 10 % (blue) and 90 % (orange) quantile, the others at their means, under the same "
            "chance; whiskers: two standard errors of the change (low above, high below). Letter: quality of the "
            "evidence (C: assumed)." + (f" {left} numbers with smaller swings are left out." if left else ""),
        )
        axes = figure.subplots()
        for row, (_, line) in enumerate(shown.iterrows()):
            for end, colour in (("low", style.DOWN), ("high", style.UP)):
                change = line[f"at_{end}"] - line["at_mean"]
                axes.barh(row, change, left=line["at_mean"], height=0.62, color=colour, alpha=0.85)
                if not np.isnan(line[f"error_{end}"]):
                    half = 2 * line[f"error_{end}"]
                    at = line[f"at_{end}"]
                    y = row + (-0.15 if end == "low" else 0.15)
                    axes.plot([at - half, at + half], [y, y], color=style.INK, linewidth=1)
        axes.axvline(float(shown["at_mean"].iloc[0]), color=style.SOFT, linewidth=0.9)
        ticks = [
            f"{_label(n)} ({q}): {number(low)} to {number(high)}"
            for n, q, low, high in zip(shown["name"], shown["quality"], shown["low"], shown["high"], strict=True)
        ]
        axes.set_yticks(range(len(shown)), ticks)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.grid(axis="x")
        axes.set_xlabel(outcome)
    return figure


def sobol_chart(table: pd.DataFrame, outcome: str, most: int = 15) -> Figure:
    """Draw what `uncertainty.sobol` found: first and total indices with their 95 % error."""
    shown = table.head(most)
    with style.styled():
        figure = style.new_figure(
            1.9 + 0.4 * len(shown),
            "Which uncertainty the variance comes from",
            f"Sobol indices of {outcome}: share of the parameters' variance that a number causes alone (dark), and "
            "with all its joint effects (light). Whiskers: 95 % bootstrap error. Numbers drawn together count as one.",
        )
        axes = figure.subplots()
        for row, (_, line) in enumerate(shown.iterrows()):
            for offset, name, alpha in ((-0.18, "first", 0.95), (0.18, "total", 0.4)):
                axes.barh(row + offset, line[name], height=0.34, color=style.DOWN, alpha=alpha)
                ends = [line[name] - line[f"{name}_error"], line[name] + line[f"{name}_error"]]
                axes.plot(ends, [row + offset] * 2, color=style.INK, linewidth=1)
        axes.set_yticks(range(len(shown)), [_label(name) for name in shown["name"]])
        axes.set_ylim(len(shown) - 0.4, -0.6)
        style.zero_line(axes)
        axes.set_xlabel("share of variance")
    return figure


def plane_chart(decision: Decision, threshold: float, titles: dict[str, str] | None = None) -> Figure:
    """Draw the cost-effectiveness plane: a dot a parameter set, the ellipse that holds 95 % of a normal, the threshold.

    Parameters
    ----------
    decision
        Costs and QALYs.
    threshold
        EUR per QALY of the line.
    titles
        Of arms, by name.
    """
    plane = decision.plane()
    titles = titles or {}
    with style.styled():
        figure = style.new_figure(
            5.2,
            "What an arm costs, and what health it brings",
            "Against the baseline, whole region and horizon, discounted as the scenario says. Each dot is one "
            "parameter set with chance taken out; ellipse: 95 % of a normal distribution; ring: mean. Below the line "
            f"an arm is worth its money at {number(threshold)} EUR per QALY.",
        )
        axes = figure.subplots()
        for k, arm in enumerate(decision.arms[1:]):
            own = plane[plane["arm"] == arm]
            colour = style.SERIES[k % len(style.SERIES)]
            x, y = own["qalys"].to_numpy(), own["cost"].to_numpy() / 1e6
            axes.plot(x, y, "o", markersize=3.4, color=colour, alpha=0.45, markeredgewidth=0)
            _add_ellipse(axes, x, y, colour)
            axes.plot(
                x.mean(), y.mean(), "o", markersize=8, markerfacecolor="none", markeredgecolor=colour,
                markeredgewidth=2, label=titles.get(arm, words(arm)),
            )  # fmt: skip
        axes.autoscale_view()
        low, high = axes.get_xlim()
        low, high = min(low, 0.0), max(high, 0.0)
        bottom, top = axes.get_ylim()
        axes.plot([low, high], [threshold * low / 1e6, threshold * high / 1e6], color=style.SOFT, linewidth=0.9)
        axes.set_xlim(low, high)
        axes.set_ylim(min(bottom, 0.0), max(top, 0.0))
        axes.axhline(0, color=style.LINE, linewidth=0.9)
        axes.axvline(0, color=style.LINE, linewidth=0.9)
        axes.set_xlabel("QALYs gained")
        axes.set_ylabel("extra cost, EUR million")
        axes.legend(loc="best")
    return figure


def _add_ellipse(axes: Axes, x: np.ndarray, y: np.ndarray, colour: str) -> None:
    size, turn = np.linalg.eigh(np.cov(x, y))
    if not (size > 0).all():
        return
    angle = float(np.degrees(np.arctan2(turn[1, 1], turn[0, 1])))
    width, height = (2 * _ELLIPSE * float(np.sqrt(s)) for s in size[::-1])
    axes.add_patch(Ellipse((x.mean(), y.mean()), width, height, angle=angle, fill=False, edgecolor=colour))


def acceptability_chart(
    decision: Decision, thresholds: Iterable[float], titles: dict[str, str] | None = None
) -> Figure:
    """Draw acceptability curves and, below them, the expected value of perfect information.

    Parameters
    ----------
    decision
        Costs and QALYs.
    thresholds
        EUR per QALY, ascending.
    titles
        Of arms, by name.
    """
    at = list(thresholds)
    curve, worth = decision.acceptability(at), decision.evpi(at)
    titles = titles or {}
    with style.styled():
        figure = style.new_figure(
            6.2,
            "How sure the choice of an arm is",
            "Above: share of parameter sets in which an arm has the largest expected net benefit; thick where it has "
            "the largest on average. Below: what knowing all parameters would be worth to the region over the horizon, "
            "with its 95 % simulation error.",
        )
        upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 2]})
        for k, arm in enumerate(decision.arms):
            own = curve[curve["arm"] == arm]
            colour = style.QUIET if k == 0 else style.SERIES[(k - 1) % len(style.SERIES)]
            upper.plot(own["threshold"], own["probability"], color=colour, label=titles.get(arm, words(arm)))
            best = own["probability"].where(own["best"])
            upper.plot(own["threshold"], best, color=colour, linewidth=3.6)
        upper.set_ylim(-0.02, 1.02)
        upper.set_ylabel("probability of being best")
        upper.grid(axis="y")
        upper.legend(loc="center right")
        value, half = worth["evpi"] / 1e6, 1.96 * worth["standard_error"] / 1e6
        lower.fill_between(worth["threshold"], value - half, value + half, color=style.DOWN, alpha=0.2, linewidth=0)
        lower.plot(worth["threshold"], value, color=style.DOWN)
        lower.set_ylim(bottom=0)
        lower.set_ylabel("EVPI, EUR million")
        lower.grid(axis="y")
        lower.set_xlabel("EUR per QALY")
        lower.xaxis.set_major_formatter(FuncFormatter(lambda v, _: number(v, 0)))
    return figure
