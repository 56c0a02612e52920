"""Figures of a calibration: spending over age beside its target, residuals, before and after."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from waterbed._outline import words
from waterbed.plots._style import DOWN, INK, QUIET, SERIES, SOFT, UP, new_figure, styled


def final_values(targets: pd.DataFrame) -> pd.Series:
    """Give simulated values, expected ones where a simulation does not tell."""
    if "simulated" not in targets:
        return targets["expected"]
    return targets["simulated"].where(targets["simulated"].notna(), targets["expected"])


def _middle(group: pd.DataFrame) -> np.ndarray:
    return ((group["age_low"] + np.minimum(group["age_high"], group["age_low"] + 9) + 1) / 2).to_numpy(dtype=float)


def curves(targets: pd.DataFrame, of: str) -> Figure | None:
    """Draw spending per person by age: target with its allowance, before, after; a panel a sex. None for one age."""
    by_age = targets[(targets["age_low"] > 0) | (targets["age_high"] < 120)]
    sexes = [sex for sex in ("women", "men", "") if (by_age["sex"] == sex).sum() > 2]
    if not sexes:
        return None
    with styled():
        sectors = " and ".join([", ".join(of.split("+")[:-1]), of.split("+")[-1]]) if "+" in of else words(of)
        note = (
            "List spending per person-year, EUR of the scenario's prices. Band: what is allowed around the target. "
            f"After: {'simulated' if 'simulated' in targets else 'expected flows'}, with 95 % simulation error. "
            + "; ".join(dict.fromkeys(by_age["source"]))
        )
        figure = new_figure(4.2, f"Spending over age, {sectors[:1].lower() + sectors[1:]}", note)
        panels = figure.subplots(1, len(sexes), sharey=True, squeeze=False)[0]
        for axes, sex in zip(panels, sexes, strict=True):
            _curve(axes, by_age[by_age["sex"] == sex].sort_values("age_low"))
            axes.set_title({"women": "Women", "men": "Men", "": "All"}[sex])
            axes.set_xlabel("age")
        panels[0].set_ylim(bottom=0)  # when all is drawn: panels share it
        panels[0].set_ylabel("EUR per person-year")
        panels[0].legend(loc="upper left")
    return figure


def _curve(axes: Axes, group: pd.DataFrame) -> None:
    age = _middle(group)
    value, allowed = group["value"].to_numpy(), group["allowed"].to_numpy()
    axes.fill_between(age, value - allowed, value + allowed, color=QUIET, alpha=0.25, linewidth=0)
    axes.plot(age, value, color=INK, linewidth=1.2, label="target")
    axes.plot(age, group["before"], color=SERIES[1], linewidth=1.2, linestyle="--", label="before")
    final = final_values(group).to_numpy()
    error = group["simulation_error"].to_numpy() * 1.96 if "simulation_error" in group else np.full(len(age), np.nan)
    axes.errorbar(
        age, final, yerr=np.nan_to_num(error), color=DOWN, fmt="o", markersize=4, linewidth=1.0, label="after"
    )
    axes.grid(axis="y")


def residuals(targets: pd.DataFrame) -> Figure:
    """Draw how far each target is from its figure, in units of what is allowed; one line a measure."""
    groups = list(targets.groupby(["measure", "of"], sort=False))
    with styled():
        note = "Each dot is a target; within the two lines it is allowed. Pale: before. Small: low weight."
        figure = new_figure(1.2 + 0.3 * len(groups), "Distance from the targets", note)
        axes = figure.subplots()
        for y, (_, group) in enumerate(groups):
            size = np.where(group["weight"] >= 1, 26, 9)
            for values, colour, alpha in ((group["before"], SERIES[1], 0.35), (final_values(group), DOWN, 0.8)):
                far = np.clip((values - group["value"]) / group["allowed"], -4, 4)
                axes.scatter(far, np.full(len(group), y), s=size, color=colour, alpha=alpha, linewidths=0)
        axes.set_yticks(range(len(groups)), [_label(str(m), str(of)) for (m, of), _ in groups])
        axes.invert_yaxis()
        for x in (-1, 1):
            axes.axvline(x, color=SOFT, linewidth=0.9)
        axes.axvline(0, color=SOFT, linewidth=0.5)
        axes.set_xlim(-4.15, 4.15)
        axes.set_xlabel("model less target, over what is allowed (cut at 4)")
    return figure


def before_and_after(targets: pd.DataFrame) -> Figure:
    """Draw the targets of everybody: before and after over the figure, with what is allowed."""
    whole = targets[(targets["sex"] == "") & (targets["age_low"] == 0) & (targets["age_high"] >= 120)]
    with styled():
        note = "Model over figure. Bar: what is allowed. Hollow: before. Full: after."
        figure = new_figure(1.4 + 0.28 * max(1, len(whole)), "Targets of the whole region", note)
        axes = figure.subplots()
        for y, (_, row) in enumerate(whole.iterrows()):
            half = row["allowed"] / row["value"] if row["value"] else 0.0
            axes.plot([1 - half, 1 + half], [y, y], color=QUIET, linewidth=6, alpha=0.3, solid_capstyle="butt")
            after = float(final_values(whole.loc[[row.name]]).iloc[0]) / row["value"]
            good = abs(after - 1) <= half
            axes.plot([row["before"] / row["value"]], [y], "o", markerfacecolor="none", color=SERIES[1])
            axes.plot([after], [y], "o", color=DOWN if good else UP)
        axes.set_yticks(range(len(whole)), [_label(str(r["measure"]), str(r["of"])) for _, r in whole.iterrows()])
        axes.invert_yaxis()
        axes.axvline(1, color=SOFT, linewidth=0.9)
        axes.grid(axis="x")
    return figure


def _label(measure: str, of: str) -> str:
    parts = of.split("+")
    short = " and ".join([words(parts[0]), *parts[1:]]).replace("_", " ") if len(parts) < 3 else "All of them"
    return f"{short}: {words(measure)[:1].lower()}{words(measure)[1:]}"
