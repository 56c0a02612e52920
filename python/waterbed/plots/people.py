"""Figures of the people: who lives in the region, who has which condition, and what their care costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from waterbed.plots import _style as style

_SEXES = {"women": style.UP, "men": style.DOWN}
_OLDEST = 95


def population_pyramid(person_years: pd.DataFrame, title: str = "Who lives in the region") -> Figure:
    """Persons by sex and five years of age, men to the left.

    Parameters
    ----------
    person_years
        What `Scenario.person_years` gives; the first year in it is drawn.
    title
        Heading of the figure.

    Raises
    ------
    ValueError
        If the frame holds nobody.
    """
    frame, year = _first_year(person_years)
    bands = _bands(frame)
    with style.styled():
        figure = style.new_figure(
            5.4, title, f"Persons alive and in the region when {year} began, by five years of age; one replication."
        )
        axes = figure.subplots()
        for sex, colour in _SEXES.items():
            persons = bands[frame["sex"] == sex].value_counts().sort_index() / 1000
            side = -1 if sex == "men" else 1
            axes.barh(persons.index, side * persons, height=4.4, color=colour, alpha=0.85)
        axes.set_yticks(range(0, _OLDEST + 1, 10))
        axes.set_ylabel("age, years")
        axes.set_xlabel("thousand persons: men left, women right")
        axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
        axes.grid(axis="x")
        axes.axvline(0, color=style.SOFT, linewidth=0.9)
    return figure


def prevalence_by_age(
    person_years: pd.DataFrame,
    source: pd.DataFrame,
    conditions: Sequence[str] | None = None,
    *,
    titles: Mapping[str, str] | None = None,
    source_name: str = "source",
) -> Figure:
    """Share of persons who have each condition, by age and sex, beside the table it comes from.

    Parameters
    ----------
    person_years
        What `Scenario.person_years` gives; the last year in it is drawn.
    source
        Published shares with the columns condition, sex, age_low, age_high and value, as in
        `scenarios/data/nl/conditions.csv`.
    conditions
        Names, in the order drawn; by default those of the source.
    titles
        Of panels, by condition; by default made of the name.
    source_name
        What the lines are, for the note.

    Raises
    ------
    ValueError
        If a condition is in neither of the two, or the frame holds nobody.
    """
    names = list(dict.fromkeys(source["condition"])) if conditions is None else list(conditions)
    for name in names:
        if f"stage_{name}" not in person_years.columns or name not in set(source["condition"]):
            raise ValueError(f"conditions: must be in the person-years and in the source, got {name!r}")
    frame, year = _first_year(person_years[person_years["year"] == person_years["year"].max()])
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    with style.styled():
        figure = style.new_figure(
            1.3 + 1.75 * rows,
            "Conditions by age and sex, model beside source",
            f"Share who truly have the condition when {year} began, by five years of age; dots: model, bars: "
            f"middle 95 % of chance, one replication; lines: {source_name}." + style.own_scales(len(names)),
        )
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in panels[len(names) :]:
            axes.set_visible(False)
        for axes, name in zip(panels, names, strict=False):
            _prevalence_panel(axes, frame, source[source["condition"] == name], name)
            style.panel_title(axes, (titles or {}).get(name, name.replace("_", " ").capitalize()), columns)
        for axes in panels[max(0, len(names) - columns) : len(names)]:
            axes.set_xlabel("age, years")
        handles = [Line2D([], [], color=colour, marker="o", markersize=4, label=sex) for sex, colour in _SEXES.items()]
        figure.legend(handles=handles, loc="outside upper right", ncols=2)
    return figure


def spending_by_age(
    person_years: pd.DataFrame,
    targets: pd.DataFrame,
    sectors: Sequence[str] = ("hospital", "community", "pharmacy"),
    *,
    cycles_per_year: int = 12,
    source_name: str = "targets",
) -> Figure:
    """List spending per person-year by age and sex, beside the targets that a region is calibrated on.

    Parameters
    ----------
    person_years
        What `Scenario.person_years` gives; the last year in it is drawn.
    targets
        A targets file as a table, with the columns measure, of, sex, age_low, age_high and value; rows of
        ``list_spending_per_person`` of one sector are used (docs/model/calibration_method.md).
    sectors
        Names, a panel each.
    cycles_per_year
        Of the scenario: its cycles are what a year lived is counted in.
    source_name
        What the lines are, for the note.

    Raises
    ------
    ValueError
        If a sector is in neither of the two, or the frame holds nobody.
    """
    by_age = targets[(targets["measure"] == "list_spending_per_person") & targets["sex"].isin(list(_SEXES))]
    for name in sectors:
        if f"spending_{name}_eur" not in person_years.columns or name not in set(by_age["of"]):
            raise ValueError(f"sectors: must be in the person-years and in the targets by age and sex, got {name!r}")
    frame, year = _first_year(person_years[person_years["year"] == person_years["year"].max()])
    with style.styled():
        figure = style.new_figure(
            4.0,
            "Spending by age and sex, model beside target",
            f"EUR a person-year at list prices in {year}, everybody who was here when it began; dots: model, one "
            f"replication, bars: middle 95 % of the chance of its persons; lines: {source_name}."
            + style.own_scales(len(sectors)),
        )
        panels = figure.subplots(1, len(sectors), squeeze=False)[0]
        for axes, name in zip(panels, sectors, strict=True):
            _spending_panel(axes, frame, by_age[by_age["of"] == name], name, cycles_per_year)
            style.panel_title(axes, name.capitalize(), len(sectors))
            axes.set_xlabel("age, years")
        panels[0].set_ylabel("EUR a person-year")
        handles = [Line2D([], [], color=colour, marker="o", markersize=4, label=sex) for sex, colour in _SEXES.items()]
        figure.legend(handles=handles, loc="outside upper right", ncols=2)
    return figure


def _spending_panel(axes: Axes, frame: pd.DataFrame, targets: pd.DataFrame, sector: str, cycles_per_year: int) -> None:
    for sex, colour in _SEXES.items():
        own = targets[targets["sex"] == sex].sort_values("age_low")
        middle = ((own["age_low"] + np.minimum(own["age_high"], 99) + 1) / 2).to_numpy(dtype=float)
        axes.plot(middle, own["value"], color=colour, linewidth=1.2)
        here = frame[frame["sex"] == sex]
        band = pd.Series(np.searchsorted(own["age_high"], here["age"]), index=here.index)
        years = (here["cycles"] / cycles_per_year).groupby(band).sum()
        money = here[f"spending_{sector}_eur"].groupby(band).agg(["sum", "std", "size"])
        mean = (money["sum"] / years).to_numpy(dtype=float)
        error = (1.96 * money["std"] * np.sqrt(money["size"]) / years).to_numpy(dtype=float)
        axes.errorbar(
            middle[money.index], mean, yerr=error, fmt="o", markersize=3, color=colour, elinewidth=0.8, alpha=0.9
        )
    axes.set_xlim(0, 100)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")


def _first_year(person_years: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    if person_years.empty:
        raise ValueError("person_years: must hold somebody")
    year = int(person_years["year"].iloc[0])
    return person_years[person_years["year"] == year], year


def _bands(frame: pd.DataFrame) -> pd.Series:
    """Middle of each person's five years of age."""
    return (frame["age"] // 5 * 5).clip(upper=_OLDEST) + 2.5


def _prevalence_panel(axes: Axes, frame: pd.DataFrame, source: pd.DataFrame, name: str) -> None:
    ill = frame[f"stage_{name}"] != "none"
    bands = _bands(frame)
    for sex, colour in _SEXES.items():
        table = source[source["sex"] == sex]
        middle = (table["age_low"] + np.minimum(table["age_high"], 99) + 1) / 2
        axes.plot(middle, 100 * table["value"], color=colour, linewidth=1.2)
        here = frame["sex"] == sex
        by_age = ill[here].groupby(bands[here]).agg(["mean", "size"])
        share = by_age["mean"].to_numpy(dtype=float)
        error = 1.96 * _standard_error(share, by_age["size"].to_numpy(dtype=float))
        axes.errorbar(
            by_age.index, 100 * share, yerr=100 * error, fmt="o", markersize=3, color=colour, elinewidth=0.8, alpha=0.9
        )
    axes.set_xlim(0, 100)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("%")
    axes.grid(axis="y")


def _standard_error(share: npt.NDArray[np.float64], persons: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.sqrt(share * (1 - share) / persons)
