from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import waterbed as wb
from made import made_results
from waterbed._text import number
from waterbed.plots import _style
from waterbed.report._insurers import insurers

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Balanced(HTMLParser):
    """Collects ids and links, and fails on a tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if (named.get("href") or "").startswith("#"):
            self.targets.append(str(named["href"])[1:])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def report(made: wb.Results, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    made.compare().report(path)
    return path.read_text(encoding="utf-8")


def test_report_opens_without_a_network(report: str) -> None:
    # Drawings inside the page are data, whose letters may look like an address.
    text = re.sub(r'"data:image/png;base64,[^"]*"', '""', report)
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+[^\s\"'<)]*", text))
    assert addresses == {"http://www.w3.org/2000/svg"}  # the name of a format, never fetched
    assert not re.search(r"<(script|link|iframe|img|object)\b|@import|url\((?!#)", text)


def test_report_is_whole_and_its_links_lead_somewhere(report: str) -> None:
    page = Balanced()
    page.feed(report)
    assert page.open == []
    assert set(page.targets) <= set(page.ids)
    sections = [i for i in page.ids if f'<section id="{i}"' in report]
    assert sections == [
        "short",
        "words",
        "waterbed",
        "table",
        "flows",
        "moved",
        "parties",
        "bad_years",
        "waits",
        "years",
        "targets",
        "assumptions",
        "methods",
    ]


def test_report_names_both_spreads_and_what_is_fixed(report: str) -> None:
    for words in ("simulation error", "middle 95 % of replications", "Chance only, parameters fixed"):
        assert words in report


def test_report_follows_the_readers_light_or_dark(report: str) -> None:
    assert "prefers-color-scheme: dark" in report
    assert "currentColor" in report
    assert _style.INK not in report.split("</style>")[1]


def test_report_shows_assumptions_with_quality(report: str) -> None:
    assert '<span class="q">C</span>' in report
    assert "behaviour.theta_own_volume" in report
    assert "1 measured (A), 1 sourced but approximate (B), 1 assumed (C)" in report


def test_report_is_the_same_every_time(report: str, made: wb.Results, tmp_path: Path) -> None:
    made_results().compare().report(tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == report


def test_names_from_a_scenario_cannot_break_the_page(made: wb.Results, tmp_path: Path) -> None:
    from dataclasses import replace

    outline = replace(made.outline, title="<script>alert(1)</script> & co")
    wb.Results(made._core, outline).compare().report(tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_one_replication_gives_a_report_without_errors_of_means(tmp_path: Path) -> None:
    made_results(replications=1).compare().report(tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "nan" not in text.lower().replace("finance", "")


@pytest.mark.parametrize("name", ["waterbed", "flows", "parties", "waits", "spending"])
def test_figures_have_text_that_does_not_leave_the_page(made: wb.Results, name: str) -> None:
    figure = getattr(made.compare().plot, name)()
    assert _style.png(figure).startswith(b"\x89PNG")
    drawn = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert drawn.x0 > -0.02
    assert drawn.y0 > -0.02
    assert drawn.x1 < width + 0.02
    assert drawn.y1 < height + 0.02


def test_flows_of_an_unknown_arm_are_refused(made: wb.Results) -> None:
    with pytest.raises(ValueError, match="arm must be one of squeezed_ceiling, shared_savings, got 'usual'"):
        made.compare().plot.flows("usual")


def test_figures_leave_the_page_behind_them_visible(made: wb.Results) -> None:
    for name, figure in made.compare().plot.all().items():
        for axes in figure.get_axes():
            assert axes.get_facecolor()[3] == 0, name


def test_insurers_are_shown_where_the_scenario_says_how_they_are_paid(root: Path, made: wb.Results) -> None:
    assert insurers(made.compare()) == ""
    scenario = wb.load(root / "scenarios" / "multi_year.yaml")
    results = scenario.run(replications=2, arms=["usual", "agreement"], progress=False)
    html = insurers(results.compare())
    cells = results.total("insurer_result", ["payer", "item"])
    for arm in range(2):
        for payer in ("insurer_a", "insurer_b", "insurer_c"):
            for item in ("premium", "cash", "result_gross", "equalisation", "result_net"):
                yearly = float(cells.of(payer, item)[:, arm].mean()) / 1e6 / 6 / 1e6
                assert f'<td class="n">{number(yearly)}</td>' in html
    assert "Insurer C" in html
    assert "free rider" in html
