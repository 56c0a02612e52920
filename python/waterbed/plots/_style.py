"""One look for every figure: quiet ink, two colours that colour-blind readers tell apart, no boxes."""

from __future__ import annotations

import io
import math
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from waterbed._atomic import replacing_file

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# Okabe & Ito (2008): told apart under all common forms of colour blindness.
DOWN = "#0072b2"
UP = "#d55e00"
QUIET = "#8c8c8c"
SERIES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#b8a000"]
INK = "#1b1b1f"
SOFT = "#5c5c66"
LINE = "#d4d4da"

WIDTH = 9.2
#: How far below its dot the parameter range is drawn, in rows.
PARAMETERS_BELOW = 0.24
PARAMETERS: dict[RcKeyType, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.facecolor": "none",  # so that a page may be light or dark
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.labelsize": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": SOFT,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 9,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "waterbed",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw inside this block; the caller's own settings are as before after it."""
    with mpl.rc_context(PARAMETERS):
        yield


def own_scales(panels: int) -> str:
    """Sentence for the note of a figure whose panels, if there are several, are not drawn to one scale."""
    return " Each panel has its own scale." if panels > 1 else ""


def new_figure(height: float, title: str, note: str, width: float = WIDTH) -> Figure:
    """Give a figure with a heading above and a note below; constrained layout keeps text apart."""
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.suptitle(title, x=0.012, ha="left", fontsize=12, fontweight="bold")
    figure.supxlabel(textwrap.fill(note, int(width * 15)), x=0.012, ha="left", fontsize=8, color=SOFT)
    return figure


def panel_title(axes: Axes, text: str, panels: int) -> None:
    """Head a panel; a long title takes two lines."""
    axes.set_title(textwrap.fill(text, max(16, 84 // (panels + 1))))


def zero_line(axes: Axes) -> None:
    """Give a vertical line at no change, a light grid, and enough ticks to read values off a narrow panel."""
    axes.axvline(0, color=SOFT, linewidth=0.9)
    axes.grid(axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(4, min_n_ticks=3))


def spreads(
    axes: Axes,
    y: float,
    mean: float,
    error: tuple[float, float],
    spread: tuple[float, float],
    colour: str,
    parameters: tuple[float, float] = (math.nan, math.nan),
) -> None:
    """Give a dot with its 95 % simulation error (thick), range of replications (thin) and parameter range (below)."""
    if not math.isnan(parameters[0]):
        parameter_range(axes, y, parameters)
    axes.plot(spread, (y, y), color=colour, linewidth=1.1, alpha=0.75, solid_capstyle="butt", zorder=2)
    axes.plot(error, (y, y), color=colour, linewidth=4.2, alpha=0.9, solid_capstyle="butt", zorder=3)
    axes.plot([mean], [y], "o", color=colour, markersize=5.5, markeredgecolor="white", markeredgewidth=0.8, zorder=4)


def parameter_range(axes: Axes, y: float, ends: tuple[float, float]) -> None:
    """Give the parameter range, dotted, just below the row."""
    below = (y + PARAMETERS_BELOW,) * 2
    axes.plot(ends, below, color=INK, linewidth=1.1, linestyle=":", marker="|", markersize=5, zorder=3)


def direction(low: float, high: float) -> str:
    """Colour of a change: only an interval that excludes zero has one."""
    if high < 0:
        return DOWN
    return UP if low > 0 else QUIET


def png(figure: Figure) -> bytes:
    """Give the figure at 150 dots per inch."""
    stream = io.BytesIO()
    with styled():
        figure.savefig(stream, format="png", dpi=150)
    return stream.getvalue()


def svg(figure: Figure) -> str:
    """Give the figure as SVG, the same bytes every time."""
    stream = io.StringIO()
    with styled():
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return number_clips(stream.getvalue())


def number_clips(drawn: str) -> str:
    """Name clip paths by their order: their names are made of the layout's last bits, which differ from run to run."""
    names = re.findall(r'<clipPath id="([^"]*)"', drawn)
    order = {name: f"clip_{i}" for i, name in enumerate(names, start=1)}
    return re.sub(r'(<clipPath id="|url\(#)([^")]*)', lambda found: found[1] + order.get(found[2], found[2]), drawn)


def write_figure(figure: Figure, file: Path) -> None:
    """Write a figure, whole or not at all, as SVG or, if the name ends in .png, as PNG."""
    with replacing_file(file) as stream:
        stream.write(png(figure) if file.suffix == ".png" else svg(figure).encode())


def inline_svg(drawn: str, label: str, prefix: str) -> str:
    """SVG for a page: ink follows the page's text colour, so it reads on light and on dark."""
    text = drawn[drawn.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\sxmlns:xlink="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r'<g id="patch_1">.*?</g>', "", text, count=1, flags=re.DOTALL)
    text = text.replace(INK, "currentColor").replace(SOFT, "var(--soft)").replace(LINE, "var(--line)")
    text = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{prefix}-", text)
    text = re.sub(r'(<svg [^>]*?)width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg [^>]*?)height="[^"]*"', r"\1", text, count=1)
    return text.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
