"""The Lorenz curve of spending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from waterbed.inequality import PUBLISHED, Partial, gini, lorenz_curve, spending_and_weight, top_share
from waterbed.plots import _style as style


def lorenz(
    person_years: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    year: int | None = None,
    spending: str | Sequence[str] = "spending_eur",
    partial: Partial = "as_is",
) -> Figure:
    """Draw what share of spending falls to what share of persons, with published points beside it.

    Parameters
    ----------
    person_years
        As `Scenario.person_years` gives; several by name, such as arms, are drawn together.
    year
        Calendar year; by default the last one of each.
    spending, partial
        As for `waterbed.inequality.concentration`.

    Returns
    -------
    matplotlib.figure.Figure
        The whole curve, and the dearest tenth of persons enlarged.

    Raises
    ------
    ValueError
        If a table has no persons in that year, or as `concentration`.
    """
    tables = {"simulated": person_years} if isinstance(person_years, pd.DataFrame) else dict(person_years)
    with style.styled():
        note = (
            "Persons in order of spending, those who cost least first; one replication at list prices. Every person "
            "counts as one, with what was spent in the year. "
            if partial == "as_is"
            else "Persons in order of yearly spending, weighed by the part of the year that they lived; one "
            "replication at list prices. "
        )
        figure = style.new_figure(4.6, "Concentration of spending", f"{note}Published: {PUBLISHED[0].label}.")
        whole, tail = figure.subplots(1, 2)
        for i, (name, table) in enumerate(tables.items()):
            shown = int(table["year"].max()) if year is None else year
            of_year = table[table["year"] == shown]
            if of_year.empty:
                raise ValueError(f"year: must be among the years of {name}, got {shown}")
            values, weight = spending_and_weight(of_year, spending, partial)
            persons, money = lorenz_curve(values, weight)
            tops = ", ".join(f"top {p.top:.0%}: {top_share(values, p.top, weight):.0%}" for p in PUBLISHED)
            label = f"{name}, {shown}\nGini {gini(values, weight):.2f}, {tops}"
            for axes in (whole, tail):
                axes.plot(persons, money, color=style.SERIES[i % len(style.SERIES)], linewidth=2, label=label)
        for axes in (whole, tail):
            axes.plot([0, 1], [0, 1], color=style.QUIET, linewidth=0.9, linestyle="--", label="all equal")
            axes.plot(
                [1 - point.top for point in PUBLISHED],
                [1 - point.share for point in PUBLISHED],
                "o",
                color=style.INK,
                markersize=5.5,
                markeredgecolor="white",
                label="published",
            )
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.grid()
            axes.set_xlabel("share of persons")
        whole.set_xlim(0, 1)
        whole.set_ylim(0, 1)
        tail.set_xlim(0.9, 1)
        tail.set_ylim(0, 1)
        whole.set_ylabel("share of spending")
        style.panel_title(whole, "All persons", 2)
        style.panel_title(tail, "The dearest tenth", 2)
        for point in PUBLISHED:
            tail.annotate(
                f"top {point.top:.0%}: {point.share:.0%}",
                (1 - point.top, 1 - point.share),
                xytext=(2, -14),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=style.SOFT,
            )
        whole.legend(loc="upper left")
    return figure


__all__ = ["lorenz"]
