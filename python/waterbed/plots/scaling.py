"""How cost grows with size: log-log plots with fitted exponents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from scipy import stats

from waterbed.plots import _style as style

#: Panels beside each other.
ACROSS = 4


@dataclass(frozen=True)
class Exponent:
    """``cost = factor * size ** exponent``; low and high are the ends of its 95 % interval (nan below three sizes)."""

    factor: float
    exponent: float
    low: float
    high: float


def fit_exponent(size: Sequence[float], cost: Sequence[float]) -> Exponent:
    """Fit a power by least squares of logarithms.

    Parameters
    ----------
    size, cost
        Above 0, of equal length; at least two different sizes.

    Returns
    -------
    Exponent
        With a 95 % interval by Student's t on ``len(size) - 2`` degrees of freedom.

    Raises
    ------
    ValueError
        Naming what is out of range.
    """
    x, y = np.asarray(size, dtype=float), np.asarray(cost, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"cost: must be as many as size, {x.shape}, got {y.shape}")
    for name, values in (("size", x), ("cost", y)):
        if not (values > 0).all() or not np.isfinite(values).all():
            raise ValueError(f"{name}: must be above 0 and finite, got {values.tolist()}")
    if len(set(x.tolist())) < 2:
        raise ValueError(f"size: must hold at least two different sizes, got {x.tolist()}")
    u, v = np.log(x), np.log(y)
    spread = float(((u - u.mean()) ** 2).sum())
    slope = float(((u - u.mean()) * (v - v.mean())).sum()) / spread
    rest = v - v.mean() - slope * (u - u.mean())
    half = math.nan
    if len(x) > 2:
        half = float(stats.t.ppf(0.975, len(x) - 2)) * math.sqrt(float((rest**2).sum()) / (len(x) - 2) / spread)
    return Exponent(math.exp(float(v.mean()) - slope * float(u.mean())), slope, slope - half, slope + half)


def scaling_chart(table: pd.DataFrame, title: str, note: str) -> Figure:
    """Draw cost over size, a panel for each thing that grows, with the fitted power.

    Parameters
    ----------
    table
        Columns what (of a panel), size, cost and unit (of the cost, one for each panel); several rows of a size are
        repeated measurements.
    title, note
        Above and below the figure.

    Returns
    -------
    matplotlib.figure.Figure
        Both axes of every panel are logarithmic; a cost that does not grow is a level line.

    Raises
    ------
    ValueError
        As `fit_exponent`.
    """
    parts = [(str(what), rows) for what, rows in table.groupby("what", sort=False)]
    down = math.ceil(len(parts) / ACROSS)
    with style.styled():
        figure = style.new_figure(1.3 + 2.25 * down, title, note)
        panels = figure.subplots(down, min(ACROSS, len(parts)), squeeze=False).reshape(-1)
        for axes, (what, rows) in zip(panels, parts, strict=False):
            fitted = fit_exponent(rows["size"].tolist(), rows["cost"].tolist())
            ends = np.array([rows["size"].min(), rows["size"].max()], dtype=float)
            axes.plot(ends, fitted.factor * ends**fitted.exponent, color=style.QUIET, linewidth=1.4, zorder=1)
            axes.plot(
                rows["size"], rows["cost"], "o", color=style.DOWN, markersize=5, markeredgecolor="white", zorder=2
            )
            axes.set_xscale("log")
            axes.set_yscale("log")
            low, high = rows["cost"].min(), rows["cost"].max()
            middle = math.sqrt(low * high)
            # A decade at least, so that a level line looks level.
            axes.set_ylim(min(low / 1.3, middle / 3.2), max(high * 1.3, middle * 3.2))
            sizes = sorted(set(rows["size"]))
            axes.set_xticks([sizes[0], sizes[-1]] if len(sizes) > 4 else sizes)
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_formatter(
                    FuncFormatter(lambda value, _: f"{value:,.3g}" if value < 1e4 else _short(value))
                )
                axis.set_minor_formatter(NullFormatter())
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.minorticks_off()
            axes.set_xlabel(what)
            axes.set_ylabel(str(rows["unit"].iloc[0]))
            interval = "" if math.isnan(fitted.low) else f" ({fitted.low:.2f} to {fitted.high:.2f})"
            axes.set_title(f"power {fitted.exponent:.2f}{interval}", fontsize=7.4)
            axes.grid(visible=True, which="major")
        for axes in panels[len(parts) :]:
            axes.set_visible(False)
    return figure


def _short(value: float) -> str:
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if value >= 10 * unit or (unit == 1e6 and value >= unit):
            return f"{value / unit:,.3g}{name}"
    return f"{value:,.3g}" if value < 1e3 else f"{value:,.0f}"
