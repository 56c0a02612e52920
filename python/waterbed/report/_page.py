"""The page of a report."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files

from waterbed import _core
from waterbed._extras import Extras
from waterbed._sentences import drawn_sentence
from waterbed.difference import Difference
from waterbed.plots._style import inline_svg
from waterbed.report import _care as care
from waterbed.report import _explained as explained
from waterbed.report import _sections as sections
from waterbed.report._insurers import insurers
from waterbed.report._uncertainty import uncertainty

Section = tuple[str, str, str]  # anchor, heading, body


def page(difference: Difference, figures: Mapping[str, str], extras: Extras | None = None) -> str:
    """Give the whole report as one HTML text: figures (name to SVG) and style are inside, nothing is fetched."""
    outline = difference.results.outline
    title = outline.title or outline.name
    parts = [part for part in _parts(difference, figures, extras or Extras()) if part[2]]
    links = "".join(f'<a href="#{anchor}">{escape(heading)}</a>' for anchor, heading, _ in parts)
    body = "".join(
        f'<section id="{anchor}"><h2>{escape(heading)}</h2>{content}</section>' for anchor, heading, content in parts
    )
    style = files("waterbed.report").joinpath("_style.css").read_text(encoding="utf-8")
    last = outline.start_year + outline.years - 1
    lead = (
        f"{outline.arm_title(difference.baseline)} against {_and([outline.arm_title(a) for a in difference.arms])}, "
        f"{outline.start_year} to {last}; {difference.results.replications} paired replications, "
        f"seed {difference.results.seed}. {drawn_sentence(difference)}"
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


def _parts(difference: Difference, figures: Mapping[str, str], extras: Extras) -> list[Section]:
    def figure(name: str, label: str) -> str:
        if name not in figures:
            return ""
        return f"<figure>{inline_svg(figures[name], escape(label), name.replace('_', '-'))}</figure>"

    compared = bool(difference.arms)
    flows = "".join(figure(f"flows_{arm}", f"Flows over the network: {arm}") for arm in difference.arms)
    moved = "".join(
        f"<h3>{escape(difference.results.outline.arm_title(arm))}</h3>"
        + figure(f"moved_{arm}", f"Flows that moved most: {arm}")
        + explained.moved(difference, arm)
        for arm in difference.arms
        if "moves" in difference.results.tables
    )
    by_mechanism = figure("parts", "Change by mechanism")
    bed = figure("waterbed", "Change in spending by provider and sector")
    return [
        (
            "short",
            "In short",
            sections.in_short(difference, extras.decided) + (explained.assumed(difference) if compared else ""),
        ),
        ("words", "In plain words", explained.in_words(difference, extras) if compared else ""),
        ("behaviour", "What it hangs on", explained.behaviour(difference, extras) if compared else ""),
        ("waterbed", "The waterbed", bed + sections.waterbed(difference) if bed else ""),
        ("table", "The comparison", sections.summary(difference) if compared else ""),
        ("flows", "Flows before and after", flows),
        ("moved", "What moved most", moved),
        ("parts", "Which mechanism moves what", by_mechanism + explained.decomposition(extras)),
        ("renegotiated", "If contracts are renegotiated", explained.renegotiated(difference, extras)),
        ("settling", "Do providers come to rest", explained.settling(difference, extras)),
        ("parties", "Each party's result", figure("parties", "Change in result by party")),
        ("bad_years", "Bad years", care.bad_years(difference)),
        ("insurers", "Insurers", insurers(difference)),
        ("settlements", "Where settlements come from", sections.settlements(difference)),
        ("health_gain", "Health gained against expectation", sections.health_gain(difference)),
        ("waits", "Waits", figure("waits", "Mean wait by kind of care and arm")),
        ("queues", "How waiting ends", care.queues(difference)),
        ("programmes", "Programmes of care", care.programmes(difference)),
        ("years", "Spending over the years", figure("spending", "Spending per insured by sector and year")),
        (
            "uncertainty",
            "What is not known",
            uncertainty(difference)
            + figure("plane", "Cost-effectiveness plane")
            + figure("acceptability", "Acceptability curves and value of perfect information"),
        ),
        ("targets", "Model beside target", sections.targets(difference)),
        ("assumptions", "Assumptions", sections.assumptions(difference)),
        ("methods", "Methods and limits", sections.methods(difference)),
    ]


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "no other arm"
