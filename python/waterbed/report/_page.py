"""The page of a report."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from importlib.resources import files

from matplotlib.figure import Figure

from waterbed import _core
from waterbed._sentences import CHANCE_ONLY
from waterbed.difference import Difference
from waterbed.plots import Plots
from waterbed.plots._style import inline_svg
from waterbed.report import _sections as sections

Section = tuple[str, str, str]  # anchor, heading, body


def page(difference: Difference) -> str:
    """The whole report as one HTML text: figures and style are inside, nothing is fetched."""
    outline = difference.results.outline
    title = outline.title or outline.name
    parts = [part for part in _parts(difference) if part[2]]
    links = "".join(f'<a href="#{anchor}">{escape(heading)}</a>' for anchor, heading, _ in parts)
    body = "".join(
        f'<section id="{anchor}"><h2>{escape(heading)}</h2>{content}</section>' for anchor, heading, content in parts
    )
    style = files("waterbed.report").joinpath("_style.css").read_text(encoding="utf-8")
    last = outline.start_year + outline.years - 1
    lead = (
        f"{outline.arm_title(difference.baseline)} against {_and([outline.arm_title(a) for a in difference.arms])}, "
        f"{outline.start_year} to {last}; {difference.results.replications} paired replications, "
        f"seed {difference.results.seed}. {CHANCE_ONLY}"
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body><main>"
        f'<header><h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>'
        f"<p>{escape(outline.description)}</p><nav>{links}</nav></header>"
        f'{body}<footer><p class="note">waterbed {escape(_core.__version__)}; results {difference.results.digest()}'
        "</p></footer></main></body></html>\n"
    )


def _parts(difference: Difference) -> list[Section]:
    plots = Plots(difference)
    flows = "".join(
        _figure(lambda arm=arm: plots.flows(arm), f"Flows over the network: {arm}", f"flows-{i}")  # type: ignore[misc]
        for i, arm in enumerate(difference.arms)
    )
    compared = bool(difference.arms)
    has_money = compared and "list_spending" in difference.results.tables
    return [
        ("short", "In short", sections.in_short(difference)),
        (
            "waterbed",
            "What was pressed, and what rose",
            _figure(plots.waterbed, "Change in spending by provider and sector", "waterbed") + sections.waterbed(difference)
            if has_money
            else "",
        ),
        ("table", "The comparison", sections.summary(difference) if compared else ""),
        ("flows", "Flows before and after", flows),
        ("parties", "Each party's result", _figure(plots.parties, "Change in result by party", "parties") if has_money else ""),
        ("waits", "Waits", _figure(plots.waits, "Mean wait by kind of care and arm", "waits") if compared else ""),
        (
            "years",
            "Spending over the years",
            _figure(plots.spending, "Spending per insured by sector and year", "years") if has_money else "",
        ),
        ("targets", "Model beside target", sections.targets(difference)),
        ("assumptions", "Assumptions", sections.assumptions(difference)),
        ("methods", "Methods and limits", sections.methods(difference)),
    ]


def _figure(draw: Callable[[], Figure | None], label: str, prefix: str) -> str:
    figure = draw()
    return "" if figure is None else f"<figure>{inline_svg(figure, escape(label), prefix)}</figure>"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "no other arm"
