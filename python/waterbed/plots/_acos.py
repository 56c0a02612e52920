"""Figures of the Medicare ACOs: published against computed, one ACO under every track, luck by size."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from waterbed.plots._style import DOWN, INK, QUIET, SERIES, SOFT, new_figure, spreads, styled, zero_line

MILLION = 1e6


def _people(value: float, _: object = None) -> str:
    return f"{value:,.0f}".replace(",", " ")


def settled_chart(table: pd.DataFrame) -> Figure:
    """Paid as published against computed, by track.

    Parameters
    ----------
    table
        From `waterbed.acos.settle_all`.
    """
    with styled():
        figure = new_figure(
            4.2,
            f"{len(table)} ACOs of 2022: paid as published and as computed",
            "Log scales; the ACOs that were paid nothing are not drawn. Left: on the line both agree. Right: what is "
            "missed; an amount counts as met within 200 USD or 0.01 %. What is published: CMS, results of 2022 "
            "(A).",
        )
        left, right = figure.subplots(1, 2)
        paid = table[table["paid_published"] > 0]
        for colour, track in zip(SERIES, ("EN", "E", "D", "C", "B", "A"), strict=False):
            rows = paid[paid["track"] == track]
            published = rows["paid_published"] / MILLION
            style = {"markersize": 4.5, "markeredgecolor": "white", "markeredgewidth": 0.4, "color": colour}
            left.plot(published, rows["paid"] / MILLION, "o", label=f"{track}, {len(rows)}", **style)
            right.plot(published, rows["paid"] - rows["paid_published"], "o", **style)
        span = (paid["paid_published"].min() / MILLION * 0.8, paid["paid_published"].max() / MILLION * 1.25)
        left.plot(span, span, color=SOFT, linewidth=0.8, zorder=1)
        left.set(title="Paid, million USD", xscale="log", yscale="log", xlabel="published", ylabel="computed")
        left.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        right.axhline(0, color=SOFT, linewidth=0.9)
        right.set(title="Computed less published, USD", xscale="log", xlabel="published, million USD")
        for axes in (left, right):
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
            axes.grid(visible=True)
        left.legend(title="track, ACOs paid", loc="lower right")
    return figure


def tracks_chart(table: pd.DataFrame, title: str, replications: int) -> Figure:
    """One ACO under every track: expected payment with its simulation error and the range of years.

    Parameters
    ----------
    table
        From `waterbed.acos.Comparison.table`.
    title
        Heading.
    replications
        Years drawn.
    """
    with styled():
        figure = new_figure(
            1.6 + 0.21 * len(table),
            title,
            "Million USD a year to the ACO; to the left it owes. Dot: expected payment; thick: 95 % simulation error "
            f"over {replications} replications; thin: 5 % to 95 % of years. Orange: its own track and minimum rate. "
            "Chance only, parameters fixed.",
        )
        axes = figure.subplots()
        labels = []
        for y, (_, row) in enumerate(table.iterrows()):
            mean, error = row["payment"] / MILLION, row["error"] / MILLION
            spread = (row["low"] / MILLION, row["high"] / MILLION)
            colour = SERIES[1] if row["own"] else DOWN
            spreads(axes, y, mean, (mean - error, mean + error), spread, colour)
            labels.append(f"{row['track']}, minimum {row['minimum_rate']}")
        axes.set_yticks(range(len(labels)), labels)
        axes.invert_yaxis()
        zero_line(axes)
    return figure


def luck_chart(table: pd.DataFrame, reasoning: pd.DataFrame) -> Figure:
    """Chance of a payment, and expected payment, without true savings, by size.

    Parameters
    ----------
    table
        From `waterbed.acos.luck_by_size`.
    reasoning
        From `waterbed.acos.rule_reasoning`.
    """
    shocks = sorted(table["shock"].unique())
    with styled():
        figure = new_figure(
            4.6,
            "An ACO with no true savings: how often it is paid by luck, and how much",
            f"Solid: persons by chance; dashed: with a shock of {100 * shocks[-1]:g} % that all members share (C). "
            "Lines: normal distribution with the simulated spread per person; band: its 95 % simulation error; dots: "
            "simulated ACOs with 95 % interval, where at least 20 were paid. Diamonds: what the rule's confidence "
            "levels promise (B). Payments net of losses, after sequestration. Source: simulation on medians of the "
            "CMS results of 2022; 42 CFR 425.605.",
        )
        left, right = figure.subplots(1, 2)
        for colour, (rule, rows) in zip(SERIES, table.groupby("rule", sort=False), strict=False):
            for shock, line in rows.groupby("shock"):
                style = "-" if shock == shocks[0] else "--"
                name = str(rule) if shock == shocks[0] else None
                left.plot(line["people"], 100 * line["chance"], style, color=colour, label=name, linewidth=1.6)
                right.plot(line["people"], 100 * line["payment"], style, color=colour, linewidth=1.6)
                if shock == shocks[0]:
                    left.fill_between(
                        line["people"], 100 * line["chance_low"], 100 * line["chance_high"], color=colour, alpha=0.2
                    )
                    _dots(left, line, colour)
        left.plot(
            reasoning["people"],
            100 * (1 - reasoning["confidence"]),
            "D",
            color=INK,
            markersize=6,
            label="the rule's reasoning: 10, 5, 1 %",
            zorder=6,
        )
        left.set(title="Chance of a payment, %", xscale="log", xlabel="assigned people", ylim=(0, 76))
        right.set(title="Expected payment, % of the benchmark", xscale="log", xlabel="assigned people", ylim=(0, None))
        for axes in (left, right):
            axes.set_xticks([1_000, 5_000, 20_000, 100_000])
            axes.xaxis.set_major_formatter(FuncFormatter(_people))
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.grid(visible=True)
        left.legend(loc="upper center", ncols=2)
    return figure


def _dots(axes: Axes, line: pd.DataFrame, colour: str) -> None:
    told = line.dropna(subset=["simulated"])
    low = 100 * (told["simulated"] - told["simulated_low"])
    high = 100 * (told["simulated_high"] - told["simulated"])
    axes.errorbar(
        told["people"],
        100 * told["simulated"],
        yerr=(low, high),
        fmt="o",
        color=colour,
        ecolor=QUIET,
        markersize=4,
        linewidth=1,
        zorder=5,
    )
