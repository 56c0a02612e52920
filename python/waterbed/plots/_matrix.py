"""The waterbed matrix as a heat map."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from waterbed._sentences import BASES as BASIS_WORDS
from waterbed._sentences import chance_sentence
from waterbed._text import signed
from waterbed.plots import _style as style

if TYPE_CHECKING:
    from waterbed.matrix import Basis, WaterbedMatrix


def matrix_chart(found: WaterbedMatrix, basis: Basis) -> Figure:
    """One panel a side of the press; a row what is pressed, a column what moves."""
    from waterbed.matrix import OTHERS

    table = found.table(basis)
    pressed = list(found.levers)
    moved = table.groupby("part", sort=False)["difference"].transform(lambda d: (d != 0).any())
    parts = [p for p in dict.fromkeys(table[moved]["part"]) if p != OTHERS] + [OTHERS]
    off = table[table["part"] != table["pressed"]]["ratio"].abs()
    limit = max(0.1, min(1.0, float(np.nanmax(off)) if off.notna().any() else 0.1))
    norm = Normalize(-1, 1)
    colours = LinearSegmentedColormap.from_list("moves", [style.UP, "#f4f4f6", style.DOWN])
    titles = [textwrap.fill("All others" if p == OTHERS else found.title(p), 13) for p in parts]
    panel = 2.2 + 0.92 * len(parts)
    across = panel <= 7.5
    with style.styled():
        figure = style.new_figure(
            2.6 + (1 if across else 2) * (0.75 + 0.62 * len(pressed)),
            f"Waterbed matrix, {BASIS_WORDS[basis]}",
            f"Each cell: change of the column for a change of 1 of the row, when the row's contract amounts are "
            f"{100 * found.change:.3g} % lower or higher; 95 % simulation error below. Orange: the column rises when "
            "the row falls (a waterbed). Blue: both move together. Grey: not told apart from zero. "
            f"– : the press itself is not resolved. {chance_sentence(found.results)}",
            width=(2 if across else 1) * panel,
        )
        panels = figure.subplots(*((1, 2) if across else (2, 1)), sharey=across, squeeze=False).ravel()
        for axes, change in zip(panels, (-found.change, found.change), strict=True):
            for row, name in enumerate(pressed):
                block = table[(table["pressed"] == name) & (table["change"] == change)].set_index("part")
                for column, part in enumerate(parts):
                    cell = block.loc[part]
                    told = cell["ratio_low"] > 0 or cell["ratio_high"] < 0
                    own = part == name
                    # Small ones are to be seen beside large ones: the root of the size, no less than a quarter.
                    size = max(0.25, min(1.0, math.sqrt(abs(cell["ratio"]) / limit))) if told else 0.0
                    face = "#e4e4e9" if own or not told else colours(norm(math.copysign(size, cell["ratio"])))
                    axes.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, color=face, linewidth=0))
                    shade = "white" if size > 0.7 and not own else style.INK if told or own else style.QUIET
                    text = "–" if math.isnan(cell["ratio"]) else "1" if own else signed(cell["ratio"], 3)
                    axes.text(column, row - 0.12, text, ha="center", va="center", fontsize=9, color=shade)
                    if not own and not math.isnan(cell["ratio_low"]):
                        ends = f"{signed(cell['ratio_low'], 3)} to {signed(cell['ratio_high'], 3)}"
                        axes.text(column, row + 0.24, ends, ha="center", va="center", fontsize=5.8, color=shade)
            axes.set_xlim(-0.55, len(parts) - 0.45)
            axes.set_ylim(len(pressed) - 0.45, -0.55)
            axes.set_xticks(range(len(parts)), titles, fontsize=8)
            axes.set_yticks(
                range(len(pressed)), [f"{textwrap.fill(found.title(n), 18)}\n({found.levers[n]})" for n in pressed]
            )
            axes.spines["bottom"].set_visible(False)
            axes.set_title(f"{100 * abs(change):.3g} % {'less' if change < 0 else 'more'}")
    return figure
