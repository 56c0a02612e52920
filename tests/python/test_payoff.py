from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import waterbed as wb
from commands import waterbed
from waterbed.plots import _style as style
from waterbed.plots._payoff import mark_label, money

LEVEL_E = """\
payers: all
currency: USD
terms:
  reference: {steps: [{given: {}}]}
  gate: {up: 0.02, down: 0.02}
  layers: {up: [{share: 0.5}], down: [{share: 0.3}]}
  limit: {up: {of_reference: 0.1}, down: {of_revenue: 0.08, of_reference: 0.04}}
  adjust: {sequestration: 0.02}
"""
CORRIDORS = """\
payers: all
currency: USD
terms:
  reference: {steps: [{given: {}}]}
  layers:
    up: [{edge: 0.05, share: 0.5}, {share: 0.35}]
    down: [{edge: 0.05, share: 0.5}, {share: 0.35}]
"""
FACTS = {"person_time": 8000, "benchmark_per_person_year": 10_800, "own_revenue": 30_000_000}
B = 86_400_000


@pytest.fixture
def level_e(tmp_path: Path) -> wb.contracts.Contract:
    (tmp_path / "level_e.yaml").write_text(LEVEL_E)
    return wb.contracts.load(tmp_path / "level_e.yaml")


@pytest.fixture
def corridors(tmp_path: Path) -> wb.contracts.Contract:
    (tmp_path / "corridors.yaml").write_text(CORRIDORS)
    return wb.contracts.load(tmp_path / "corridors.yaml")


@pytest.fixture
def ceiling(root: Path) -> wb.contracts.Contract:
    file = root / "scenarios" / "contracts" / "nl" / "hospital_ceiling.yaml"
    return wb.contracts.load(file, **{"terms.ceiling": {"amount": 11_400_000, "share_above": 0.7}})


def drawn(figure: Figure, panel: int) -> list[tuple[list[float], list[float]]]:
    lines = figure.axes[panel].get_lines()
    return [(np.atleast_1d(line.get_xdata()).tolist(), np.atleast_1d(line.get_ydata()).tolist()) for line in lines]


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_curve_is_what_settle_pays(level_e: wb.contracts.Contract) -> None:
    payoff = level_e.payoff(**FACTS)
    spend = np.arange(6_000_000_000, 11_000_000_000, 1_234_567) / 100
    paid = level_e.settle_many(counted=spend, **FACTS)["total"]
    assert np.abs(payoff.value(spend) - paid).max() <= 0.01  # half a cent of rounding in W and in its adjusted amount
    assert (payoff.axis, payoff.currency, payoff.benchmark) == ("counted", "USD", B)


def test_the_expected_payment_is_the_mean_of_what_settle_pays(level_e: wb.contracts.Contract) -> None:
    payoff = level_e.payoff(**FACTS)
    sd = 0.02 * B
    # Midpoint rule on 20,000 cells of 16 sd / 20,000: the jumps of 847,000 and 518,000 are off by half a cell at most,
    # of a mass under 0.4 a standard deviation. Pieces between them are straight.
    cells = (np.arange(20_000) + 0.5) / 20_000 * 16 - 8
    weights = np.exp(-(cells**2) / 2)
    weights /= weights.sum()
    for mean in (0.8 * B, 0.98 * B, B, 1.05 * B):
        paid = level_e.settle_many(counted=mean + sd * cells, **FACTS)["total"]
        expected = float(payoff.expected_value([mean], sd)[0])
        assert abs(expected - float(weights @ paid)) < (847_000 + 519_000) * 0.4 * 8 / 20_000
        step = 1e-3 * sd
        ends = payoff.expected_value([mean - step, mean + step], sd)
        # Central difference: error of the third derivative, below (jump / sd^3) * step^2.
        assert abs(float(payoff.expected_slope([mean], sd)[0]) - (ends[1] - ends[0]) / (2 * step)) < 1e-5


def test_marks_are_the_contracts_own(level_e: wb.contracts.Contract) -> None:
    marks = level_e.payoff(**FACTS).marks
    assert marks["kind"].tolist() == ["cap", "gate", "benchmark", "gate", "cap"]
    np.testing.assert_allclose(marks["at"], [B - 17_280_000, 0.98 * B, B, 1.02 * B, B + 8_000_000], rtol=1e-12)
    np.testing.assert_allclose(marks["level"], [8_467_200, 0.02, B, 0.02, -2_400_000], rtol=1e-12)


def test_the_figure_shows_every_mark_and_the_curve(level_e: wb.contracts.Contract) -> None:
    payoff = level_e.payoff(**FACTS)
    figure = level_e.plot.payoff(**FACTS)
    assert sorted(labels(figure)) == sorted(
        ["most paid 8.467m (9.8 %)", "gate 2 %", "benchmark 86.4m", "gate 2 %", "most owed 2.4m (2.78 %)"]
    )
    for panel in (1, 2):
        upright = [x[0] for x, y in drawn(figure, panel) if y == [0, 1]]
        assert set(payoff.marks["at"]) <= set(upright)
    pieces = payoff.pieces(*payoff.range)
    curve = [(x, y) for x, y in drawn(figure, 1) if len(x) == 2 and y != [0, 1]]
    for _, piece in pieces.iterrows():
        ends = ([piece["lower"], piece["upper"]], [piece["value_lower"], piece["value_upper"]])
        assert ends in curve
    x, y = next((x, y) for x, y in drawn(figure, 1) if len(x) > 100)
    np.testing.assert_array_equal(y, payoff.expected_value(x, payoff.forecast_sd))
    x, y = next((x, y) for x, y in drawn(figure, 2) if len(x) > 100)
    np.testing.assert_array_equal(y, payoff.expected_slope(x, payoff.forecast_sd))
    assert payoff.forecast_sd == 0.02 * B


def test_range_and_forecast_are_the_callers(level_e: wb.contracts.Contract) -> None:
    figure = level_e.plot.payoff(spend=(0.97 * B, 1.01 * B), forecast_sd=0, **FACTS)
    assert figure.axes[1].get_xlim() == (0.97 * B, 1.01 * B)
    assert labels(figure) == ["gate 2 %", "benchmark 86.4m"]
    assert not [x for x, _ in drawn(figure, 1) if len(x) > 100]
    assert [text.get_text() for text in figure.axes[1].get_legend().get_texts()] == ["known at year end"]


def test_turnover_is_drawn_where_nothing_is_shared(ceiling: wb.contracts.Contract) -> None:
    payoff = ceiling.payoff()
    assert payoff.axis == "turnover"
    assert payoff.marks.to_dict("records") == [{"kind": "ceiling", "at": 11_400_000, "level": 11_400_000}]
    # 4,200 products at 2,850: 11,799,000 is paid, and 1,995 for one more.
    assert round(float(payoff.value([11_970_000])[0]), 2) == 11_799_000
    assert round(float(2850 * payoff.expected_slope([11_970_000], 0)[0]), 2) == 1995
    assert labels(ceiling.plot.payoff()) == ["ceiling 11.4m"]


def test_a_range_around_zero_has_a_forecast_too(tmp_path: Path) -> None:
    terms = "gain: {outcome: qaly, value: 20000, share: 0.4, floor: 0}"
    (tmp_path / "gain.yaml").write_text(f"payers: all\nterms: {{{terms}}}\n")
    gain = wb.contracts.load(tmp_path / "gain.yaml")
    payoff = gain.payoff(outcomes=[{"people": 4, "expected": 0, "realised": 0}])
    assert (payoff.axis, payoff.range) == ("outcome", (-0.8, 0.8))
    assert payoff.forecast_sd == pytest.approx(0.016, rel=1e-12)


def test_contracts_are_compared_in_one_figure(level_e: wb.contracts.Contract, corridors: wb.contracts.Contract) -> None:
    figure = wb.contracts.plot.payoff([level_e, corridors], **FACTS)
    assert labels(figure).count("benchmark 86.4m") == 1
    assert labels(figure).count("corridor 5 %") == 2
    names = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    assert names == ["level_e", "corridors", "expected"]


def test_the_same_figure_is_the_same_bytes(level_e: wb.contracts.Contract) -> None:
    first, second = (style.svg(level_e.plot.payoff(**FACTS)) for _ in range(2))
    assert first == second
    assert "<dc:date>" not in first


def test_what_cannot_be_drawn_is_refused(
    level_e: wb.contracts.Contract, ceiling: wb.contracts.Contract, corridors: wb.contracts.Contract
) -> None:
    with pytest.raises(ValueError, match=r"same currency, got USD \(level_e\), EUR \(hospital_ceiling\)"):
        wb.contracts.plot.payoff([level_e, ceiling], **FACTS)
    with pytest.raises(ValueError, match="at least one"):
        wb.contracts.plot.payoff([])
    with pytest.raises(ValueError, match="at most 8 can be told apart, got 9"):
        wb.contracts.plot.payoff([corridors] * 9, **FACTS)
    with pytest.raises(ValueError, match="from a smaller to a larger amount, got 2 to 1"):
        level_e.plot.payoff(spend=(2, 1), **FACTS)
    with pytest.raises(ValueError, match="sd: must be zero or more, got -1"):
        level_e.payoff(**FACTS).expected_value([B], -1)
    with pytest.raises(ValueError, match=r"(?s)own_revenue.*terms\.limit.*person_time"):
        level_e.payoff()


def test_axes_that_differ_are_refused(tmp_path: Path, corridors: wb.contracts.Contract) -> None:
    (tmp_path / "lump.yaml").write_text("payers: all\ncurrency: USD\nterms: {lump: {amount: 1000}}\n")
    lump = wb.contracts.load(tmp_path / "lump.yaml")
    with pytest.raises(ValueError, match=r"same axis, got counted \(corridors\), delivered \(lump\)"):
        wb.contracts.plot.payoff([corridors, lump], **FACTS)


@pytest.mark.parametrize(
    ("kind", "level", "text"),
    [
        ("gate", 0.032999, "gate 3.3 %"),
        ("corridor", 0.25, "corridor 25 %"),
        ("tier", 0.1, "10 % off"),
        ("band", 0.95, "band -5 %"),
        ("rung", 0.75, "score 0.75"),
        ("floor", 9_000_000, "floor 9m"),
        ("cap", 4000, "most paid 4,000"),
        ("cap", -12_345, "most owed 12.35k"),
    ],
)
def test_marks_are_said_in_a_few_words(kind: str, level: float, text: str) -> None:
    assert mark_label(kind, level, 0) == text


def test_money_keeps_its_size() -> None:
    shown = [money(x) for x in (0, 385, 9999, 10_000, 999_500, 999_960, 86_400_000, 1_234_567_890, -2_400_000)]
    assert shown == ["0", "385", "9,999", "10k", "999.5k", "1m", "86.4m", "1,235m", "-2.4m"]


def payoff_command(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return waterbed("payoff", *arguments, cwd=cwd)


def test_the_command_writes_the_figure(
    level_e: wb.contracts.Contract, corridors: wb.contracts.Contract, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("".join(f"{name}: {value}\n" for name, value in FACTS.items()))
    done = payoff_command("level_e.yaml", "corridors.yaml", "--facts", facts, "--out", "a/both.svg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Figure: a/both.svg\n"
    expected = style.svg(wb.contracts.plot.payoff([level_e, corridors], facts))
    assert (tmp_path / "a" / "both.svg").read_text() == expected
    done = payoff_command("level_e.yaml", "--facts", facts, "--out", "one.png", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def test_the_command_tells_every_fault_and_writes_nothing(level_e: wb.contracts.Contract, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("payers: all\nterms: {gate: {upp: 1}}\n")
    done = payoff_command("bad.yaml", "level_e.yaml", "none.yaml", "--out", "f.svg", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "bad.yaml:2:" in done.stderr
    assert "none.yaml" in done.stderr
    done = payoff_command("level_e.yaml", "--out", "f.txt", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "--out: must end in .svg or .png, got f.txt\n")
    done = payoff_command("level_e.yaml", "--out", "f.svg", cwd=tmp_path)
    assert done.returncode == 2
    assert "own_revenue" in done.stderr
    assert not list(tmp_path.glob("f.*"))


def test_the_example_runs(root: Path, tmp_path: Path) -> None:
    (tmp_path / "scenarios").symlink_to(root / "scenarios")
    (tmp_path / "out").mkdir()
    command = [sys.executable, str(root / "examples" / "settle_contract.py")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # 9,900 people at 1,650 and 100 cut at 22,500 against 1,930: 50 % x 0.8 of 715,000.
    assert "paid: 286000.00 EUR" in done.stdout
    assert (tmp_path / "out" / "payoff.png").stat().st_size > 10_000


def test_clip_paths_are_named_by_their_order() -> None:
    drawn = (
        '<g clip-path="url(#pab1)"/><g clip-path="url(#p9)"/><use href="#m1"/><clipPath id="p9"/><clipPath id="pab1"/>'
    )
    assert style.number_clips(drawn) == (
        '<g clip-path="url(#clip_2)"/><g clip-path="url(#clip_1)"/><use href="#m1"/>'
        '<clipPath id="clip_1"/><clipPath id="clip_2"/>'
    )
