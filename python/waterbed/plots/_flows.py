"""Flows of patients over the network, before and after."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from waterbed._measures import SCALE, Measures
from waterbed._outline import Outline, words
from waterbed._sentences import chance_sentence
from waterbed.difference import Difference
from waterbed.plots import _style as style
from waterbed.plots._waterbed import spread_legend
from waterbed.results import Cells, IntArray

Node = tuple[int, str]  # column, title
OUTSIDE = ("entry", "discharge")
ROUTES_SHOWN = 12
COLUMNS = ["First line", "Clinics and ED", "Treatment", "Other care"]


@dataclass
class Route:
    """Moves from one group of settings to another: per 1,000 insured per year in millionths, (replication, arm)."""

    source: Node
    target: Node
    amounts: IntArray
    before: float = 0.0
    change: dict[str, float] = field(default_factory=dict)

    @property
    def relative(self) -> float:
        """Relative change of the mean, 0 if it is not told apart from zero."""
        if not (self.change["low"] > 0 or self.change["high"] < 0) or self.before == 0:
            return 0.0
        return self.change["mean"] / self.before


def nodes_of(outline: Outline, cells: Cells) -> dict[str, Node]:
    """Put every setting in a group of settings.

    GP care comes first, then clinics and emergency care of each hospital, then its treatments (what is mostly reached
    from hospitals), then the rest by sector.
    """
    hospitals = {p.name for p in outline.providers if p.type in ("hospital", "treatment_centre") or p.out_of_region}
    titles = {p: outline.provider_title(p) for p in hospitals}
    cut = {p: title.partition(" (")[0] for p, title in titles.items()}
    short = {p: cut[p] if list(cut.values()).count(cut[p]) == 1 else titles[p] for p in hospitals}
    inflow: dict[str, list[float]] = {}
    for source, target in cells.labels:
        moved = float(cells.of(source, target).mean())
        provider, kind, _ = outline.setting(target)
        source_provider, source_kind, _ = outline.setting(source)
        if provider in hospitals and source_kind != kind:
            both = inflow.setdefault(kind, [0.0, 0.0])
            both[0] += moved
            both[1] += moved if source_provider in hospitals else 0.0
    treatments = {kind for kind, (all_moves, inside) in inflow.items() if inside > 0.4 * all_moves}
    found: dict[str, Node] = {}
    for setting in dict.fromkeys(s for label in cells.labels for s in label):
        provider, kind, sector = outline.setting(setting)
        if setting in OUTSIDE:
            continue
        if provider in hospitals:
            title = short[provider]
            found[setting] = (2, title) if kind in treatments else (1, title)
        else:
            found[setting] = (0 if sector == "gp" else 3, f"{words(sector).removesuffix(' care')} care")
    return found


def routes_of(difference: Difference, arm: str) -> list[Route]:
    """Give moves between groups of settings, largest before first."""
    results = difference.results
    cells = results.total("moves", by=["from", "to"])
    nodes = nodes_of(results.outline, cells)
    summed: dict[tuple[Node, Node], IntArray] = {}
    for source, target in cells.labels:
        if source in nodes and target in nodes and nodes[source] != nodes[target]:
            key = (nodes[source], nodes[target])
            summed[key] = summed.get(key, np.int64(0)) + cells.of(source, target)
    measures = Measures(results, difference.baseline)
    base = results.arms.index(difference.baseline)
    routes = []
    for (start, end), stored in summed.items():
        route = Route(start, end, measures.per_person_year(stored, 1 / 1000))
        route.before = float(route.amounts[:, base].mean()) / SCALE
        spreads = difference.paired(route.amounts[:, :, None], arm)
        route.change = {name: float(spread[0]) / SCALE for name, spread in spreads.items()}
        routes.append(route)
    return sorted(routes, key=lambda r: (-r.before, r.source, r.target))


def flows_chart(difference: Difference, arm: str) -> Figure | None:
    """Patients who move on between groups of settings: width before, colour what the arm changes."""
    if arm not in difference.arms:
        raise ValueError(f"arm must be one of {', '.join(difference.arms)}, got {arm!r}")
    if "moves" not in difference.results.tables:
        return None
    routes = routes_of(difference, arm)
    if not routes:
        return None
    outline = difference.results.outline
    listed = sorted(routes, key=lambda r: -abs(r.change["mean"]))[:ROUTES_SHOWN]
    with style.styled():
        figure = style.new_figure(
            6.9 + 0.3 * len(listed),
            f"Who moves on to where: {outline.arm_title(arm)}",
            "Above: moves between groups of settings; width is the baseline's number, colour the relative change, grey "
            "where it is not told apart from zero. Moves back to an earlier column are listed below only. Below: the "
            "routes that change most, moves per 1,000 insured per year, in brackets "
            f"the number before. {chance_sentence(difference.results)}",
        )
        # Two figures in one: their axes must not be aligned, since the labels of the list are long.
        halves = figure.add_gridspec(2, 1, height_ratios=[5.2, 0.9 + 0.3 * len(listed)])
        above, below = figure.add_subfigure(halves[0]), figure.add_subfigure(halves[1])
        norm, colours = _scale(routes)
        network = above.subplots()
        _draw_network(network, routes, norm, colours)
        bar = above.colorbar(
            mpl.cm.ScalarMappable(norm, colours),
            ax=network,
            orientation="horizontal",
            fraction=0.03,
            aspect=60,
            pad=0.01,
        )
        bar.outline.set_visible(False)
        bar.ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:+.3g} %" if value else "0")
        _draw_listing(below.subplots(), listed)
        handles = spread_legend(parameters=bool(difference.results.parameter_sets))
        below.legend(handles=handles, loc="outside upper right", ncols=2)
    return figure


def _scale(routes: list[Route]) -> tuple[Normalize, LinearSegmentedColormap]:
    largest = max((abs(r.relative) for r in routes), default=0.0)
    limit = max(0.02, min(0.5, largest))
    colours = LinearSegmentedColormap.from_list("change", [style.DOWN, "#c9c9cf", style.UP])
    return Normalize(-limit, limit), colours


def _draw_network(axes: Axes, routes: list[Route], norm: Normalize, colours: LinearSegmentedColormap) -> None:
    forward = [r for r in routes if r.source[0] < r.target[0]]
    nodes = sorted({n for r in forward for n in (r.source, r.target)})
    columns = sorted({column for column, _ in nodes})
    out = {n: sum(r.before for r in forward if r.source == n) for n in nodes}
    into = {n: sum(r.before for r in forward if r.target == n) for n in nodes}
    height = {n: max(out[n], into[n]) for n in nodes}
    tallest = max(sum(height[n] for n in nodes if n[0] == c) for c in columns)
    gap = 0.2 * tallest
    bottom: dict[Node, float] = {}
    top = 0.0
    for column in columns:
        members = sorted((n for n in nodes if n[0] == column), key=lambda n: n[1])
        y = 0.0
        for node in members:
            bottom[node] = y - height[node]
            y -= height[node] + gap
        shift = (tallest + 2 * gap + (y + gap)) / 2 - (tallest + 2 * gap)
        for node in members:
            bottom[node] -= shift
        top = max(top, *(bottom[n] + height[n] for n in members))
    x = {column: float(i) for i, column in enumerate(columns)}
    width = 0.02
    used_out, used_in = dict.fromkeys(nodes, 0.0), dict.fromkeys(nodes, 0.0)
    for route in sorted(forward, key=lambda r: (-bottom[r.source], -bottom[r.target])):
        start = bottom[route.source] + height[route.source] - used_out[route.source]
        end = bottom[route.target] + height[route.target] - used_in[route.target]
        used_out[route.source] += route.before
        used_in[route.target] += route.before
        x0, x1 = x[route.source[0]] + width, x[route.target[0]] - width
        far = x[route.target[0]] - x[route.source[0]] > 1
        _ribbon(axes, (x0, start), (x1, end), route.before, colours(norm(route.relative)), 0.5 if far else 1.0)
    for node in nodes:
        axes.add_patch(
            Rectangle((x[node[0]] - width, bottom[node]), 2 * width, height[node], color=style.SOFT, zorder=3)
        )
        title = textwrap.fill(node[1], 20)
        place = (x[node[0]], bottom[node] + height[node])
        axes.annotate(
            title, place, (0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=8.5, zorder=5
        )
    lowest = min(bottom.values())
    for column in columns:
        head = (x[column], top + 0.17 * (top - lowest))
        axes.annotate(COLUMNS[column], head, ha="center", fontsize=9, fontweight="bold", color=style.SOFT)
    axes.set_xlim(-0.3, len(columns) - 1 + 0.3)
    axes.set_ylim(lowest - 0.03 * (top - lowest), top + 0.24 * (top - lowest))
    axes.axis("off")


def _full(node: Node) -> str:
    column, title = node
    return f"{title} {('clinics', 'treatment')[column - 1]}" if column in (1, 2) else title


def _ribbon(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], size: float, colour: object, layer: float
) -> None:
    (x0, y0), (x1, y1) = start, end
    middle = (x0 + x1) / 2
    points = [
        (x0, y0),
        (middle, y0),
        (middle, y1),
        (x1, y1),
        (x1, y1 - size),
        (middle, y1 - size),
        (middle, y0 - size),
        (x0, y0 - size),
        (x0, y0),
    ]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=colour, edgecolor="none", alpha=0.8, zorder=layer))


def _draw_listing(axes: Axes, routes: list[Route]) -> None:
    for row, route in enumerate(routes):
        c = route.change
        colour = style.direction(c["low"], c["high"])
        known = (c["parameter_low"], c["parameter_high"])
        style.spreads(axes, row, c["mean"], (c["low"], c["high"]), (c["range_low"], c["range_high"]), colour, known)
    labels = [f"{_full(r.source)} → {_full(r.target)}  ({r.before:.3g})" for r in routes]
    axes.set_yticks(range(len(routes)), labels, fontsize=8)
    axes.set_ylim(len(routes) - 0.4, -0.6)
    axes.set_xlabel("change per 1,000 insured per year")
    style.zero_line(axes)
