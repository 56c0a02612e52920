"""Figures of a stratification: what cut-offs catch, and how people move."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from waterbed.plots import _style as style
from waterbed.stratification import DIED, LEFT, NEW, concordance, cutoff_table


def stratification_yield(
    score: npt.ArrayLike, event: npt.ArrayLike, cost: npt.ArrayLike | None = None, *, event_name: str = "event"
) -> Figure:
    """Draw what is caught against the share of people reached, and the predictive value.

    Parameters
    ----------
    score, event, cost
        As in `waterbed.stratification.cutoff_table`.
    event_name
        The event in words, e.g. "admission within a year".
    """
    scores = np.asarray(score, dtype=np.float64)
    shares = np.concatenate([np.linspace(0.002, 0.1, 50), np.linspace(0.12, 1.0, 45)])
    ranked = np.sort(scores)[::-1]
    places = np.maximum(1, np.rint(shares * len(ranked)).astype(int)) - 1
    table = cutoff_table(scores, event, cost, cutoffs=[float(c) for c in np.unique(ranked[places])[::-1]])
    found = concordance(scores, event)
    with style.styled():
        figure = style.new_figure(
            4.2,
            f"Who is caught: {event_name}",
            f"{int(table['persons'].iloc[0]):,} persons, {int(table['events'].iloc[0]):,} with the event in the year "
            f"after the score. Concordance statistic {found.value:.3f} (± {1.96 * found.standard_error:.3f}, 95 %). "
            "Bands: Wilson's 95 % interval, the chance of one year's persons. Parameters fixed.",
        )
        left, right = figure.subplots(1, 2)
        reached = table["reached_share"]
        left.plot([0, 1], [0, 1], color=style.LINE, linewidth=1.0)
        left.plot(reached, table["sensitivity"], color=style.DOWN, label="of events (sensitivity)")
        left.fill_between(
            reached, table["sensitivity_low"], table["sensitivity_high"], color=style.DOWN, alpha=0.2, lw=0
        )
        if cost is not None:
            left.plot(reached, table["cost_share"], color=style.UP, linestyle="--", label="of cost")
        left.set_title("Share caught by the share reached")
        left.set_ylabel("caught")
        left.legend(loc="lower right")
        right.plot(reached, table["predictive_value"], color=style.DOWN)
        right.fill_between(
            reached, table["predictive_value_low"], table["predictive_value_high"], color=style.DOWN, alpha=0.2, lw=0
        )
        rate = float(table["events"].iloc[0] / table["persons"].iloc[0])
        right.axhline(rate, color=style.SOFT, linewidth=0.9)
        right.annotate(f"everybody: {rate:.1%}", (1, rate), ha="right", va="bottom", fontsize=8, color=style.SOFT)
        right.set_title("Share of those reached who have the event")
        right.set_ylabel("positive predictive value")
        right.set_ylim(bottom=0)
        for axes in (left, right):
            axes.set_xlabel("people reached, highest scores first")
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.set_xlim(0, 1)
            axes.grid()
    return figure


def stratum_moves(moves: pd.DataFrame, strata: list[str]) -> Figure:
    """Draw where the people of each stratum are a year later, mean over the years.

    Parameters
    ----------
    moves
        From `waterbed.stratification.movements`.
    strata
        Names in order.
    """
    years = moves["year"].nunique()
    total = moves.pivot_table("persons", "from", "to", aggfunc="sum", fill_value=0) / years
    rows = [name for name in [*strata, NEW] if name in total.index]
    columns = [*strata, DIED, LEFT]
    shares = total.reindex(index=rows, columns=columns, fill_value=0)
    shares = shares.div(shares.sum(axis=1), axis=0)
    with style.styled():
        figure = style.new_figure(
            1.8 + 0.55 * len(rows),
            "Where people are a year later",
            f"Each row adds up to 100 %: persons of a stratum at the start of a year, mean of {years} "
            f"year{'s' if years > 1 else ''} of one replication. On what is on record, so people move when they are "
            "found as well as when they fall ill. Parameters fixed.",
        )
        axes = figure.subplots()
        axes.imshow(shares.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for y, row in enumerate(shares.to_numpy(np.float64)):
            for x, value in enumerate(row):
                ink = "white" if value > 0.5 else style.INK
                axes.text(x, y, f"{value:.1%}", ha="center", va="center", fontsize=8.5, color=ink)
        counts = total.reindex(index=rows).sum(axis=1)
        axes.set_yticks(range(len(rows)), [f"{name.replace('_', ' ')} ({counts[name]:,.0f})" for name in rows])
        axes.set_xticks(range(len(columns)), [name.replace("_", " ") for name in columns])
        axes.xaxis.tick_top()
        axes.spines[:].set_visible(False)
    return figure
