"""A published cost-effectiveness analysis, deterministic and probabilistic, reproduced by simulated persons."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import cohort
import waterbed as wb
from waterbed._parameters import FloatArray
from waterbed.uncertainty import Decision, tornado

#: Table 2 and 3 of the source: cost and QALYs a person; incremental cost-effectiveness ratios along the frontier.
PUBLISHED = {"standard": (151_580, 20.711), "a": (284_805, 21.499), "b": (259_100, 22.184), "ab": (378_875, 23.137)}
ICER = {"b": 72_988, "ab": 125_764}
NAMES = list(cohort.BASE_CASE)
PERSONS = 2000


def present(results: wb.Results, table: str, persons: int) -> FloatArray:
    """Discounted, with the within-cycle weights, a person; shape (replication, arm)."""
    cells = results.total(table, ["year"], {"stratum": "everybody"})
    weights = cohort.within_cycle() * 1.03 ** -np.arange(76.0)
    return sum(w * cells.of(y) for w, (y,) in zip(weights, cells.labels, strict=True)) / 1e6 / persons


@pytest.fixture(scope="module")
def uncertain() -> wb.Results:
    return wb.load("scenarios/sick_sicker_psa.yaml").run_uncertain(progress=False)


@pytest.fixture(scope="module")
def decision(uncertain: wb.Results) -> Decision:
    return Decision.of(uncertain, weights=list(cohort.within_cycle()))


def exact(uncertain: wb.Results) -> tuple[FloatArray, FloatArray]:
    assert uncertain.parameters is not None
    return cohort.follow(uncertain.parameters.drawn, uncertain.parameters.names)


def test_the_matrix_gives_the_published_table() -> None:
    costs, qalys = cohort.follow(np.array([list(cohort.BASE_CASE.values())]), NAMES)
    assert [(round(c), round(q, 3)) for c, q in zip(costs[0], qalys[0], strict=True)] == list(PUBLISHED.values())
    standard, b, ab = (0, 2, 3)
    for one, other, arm in ((standard, b, "b"), (b, ab, "ab")):
        icer = (costs[0, other] - costs[0, one]) / (qalys[0, other] - qalys[0, one])
        assert round(icer) == ICER[arm]


def test_simulated_persons_give_the_published_table() -> None:
    results = wb.load("scenarios/sick_sicker_strategies.yaml").run(progress=False)
    cost, qaly = (present(results, table, 100_000) for table in ("health_costs", "qalys"))
    for k, arm in enumerate(results.arms):
        for values, published, digits in (
            (cost[:, k], PUBLISHED[arm][0], 0.5),
            (qaly[:, k], PUBLISHED[arm][1], 0.0005),
        ):
            error = values.std(ddof=1) / np.sqrt(len(values))
            assert abs(values.mean() - published) < 4 * error + digits, arm
            assert error < 0.004 * published
    # Strategies meet the same chance, so that differences and their ratio are known much better than what they are of.
    for one, other, arm in ((0, 2, "b"), (2, 3, "ab")):
        extra, gain = cost[:, other] - cost[:, one], qaly[:, other] - qaly[:, one]
        off = (extra - ICER[arm] * gain) / gain.mean()  # linearised: its mean is how far the ratio is off
        assert abs(off.mean()) < 4 * off.std(ddof=1) / np.sqrt(len(off)) + 0.5, arm
        assert abs(extra.mean() / gain.mean() / ICER[arm] - 1) < 0.02


def test_parameter_sets_are_drawn_from_the_published_distributions(uncertain: wb.Results) -> None:
    # Means and standard deviations of the published distributions, by their formulas.
    known = {
        "mortality": (0.002, 0.002 / 20**0.5),
        f"{cohort.STAGES}.healthy.utility": (200 / 203, (200 * 3 / (203**2 * 204)) ** 0.5),
        f"{cohort.STAGES}.sicker.cost_per_cycle": (225 * 66.7, 66.7 * 15),
        f"{cohort.RATES}[2].per_year": (0.105, 0.105 / 84**0.5),
        "programmes.treatment_b.treatment.hazard_ratios[0].ratio": (0.6 * np.exp(0.0002), 0.6 * 0.02),
    }
    assert uncertain.parameters is not None
    assert set(uncertain.parameters.names) == set(cohort.BASE_CASE)
    drawn = uncertain.parameters.to_frame()
    for name, (mean, sd) in known.items():
        assert abs(drawn[name].mean() - mean) < 4 * sd / np.sqrt(len(drawn)), name
        assert drawn[name].std() == pytest.approx(sd, rel=4 / np.sqrt(2 * len(drawn))), name


def test_simulated_sets_are_the_matrix_at_the_same_values(uncertain: wb.Results) -> None:
    costs, qalys = exact(uncertain)
    for table, expected in (("health_costs", costs), ("qalys", qalys)):
        found = present(uncertain, table, PERSONS).reshape(len(expected), -1, 4).mean(axis=1)
        off = found - expected
        assert (np.abs(off.mean(axis=0)) < 4 * off.std(axis=0, ddof=1) / np.sqrt(len(off))).all(), table
        assert (off.std(axis=0) < 0.25 * expected.std(axis=0)).all(), "sets differ by their parameters, not by chance"


def test_the_frontier_is_the_published_one(uncertain: wb.Results, decision: Decision) -> None:
    # "Less than 80,000: standard of care; between 80,000 and 120,000: B; 120,000 and more: AB", on a grid of 5,000.
    curve = decision.acceptability(range(0, 205_000, 5_000))
    best = curve[curve["best"]].set_index("threshold")["arm"]
    assert set(best[best.index <= 70_000]) == {"standard"}
    assert set(best[(best.index >= 80_000) & (best.index <= 115_000)]) == {"b"}
    assert set(best[best.index >= 125_000]) == {"ab"}
    with pytest.raises(ValueError, match="weights: must be one for each of 76 years, got 2"):
        Decision.of(uncertain, weights=[1.0, 1.0])
    assert set(decision.ratios()["verdict"]) == {"costs per QALY gained"}
    a = curve[curve["arm"] == "a"]["probability"]
    assert (a < 0.01).all(), "A is dominated"


def test_curves_of_simulated_persons_are_those_of_the_matrix(uncertain: wb.Results, decision: Decision) -> None:
    costs, qalys = exact(uncertain)
    truth = Decision(costs[:, None], qalys[:, None], cohort.ARMS)
    thresholds = [60_000.0, 75_000.0, 90_000.0, 110_000.0, 120_000.0, 140_000.0]
    ours, theirs = (d.acceptability(thresholds)["probability"].to_numpy() for d in (decision, truth))
    # A set in which two arms are close may fall either way: less than a binomial error, as both see the same sets.
    assert np.abs(ours - theirs).max() < 2 * np.sqrt(0.25 / 200)
    ours, theirs = (d.evpi(thresholds)["evpi"].to_numpy() for d in (decision, truth))
    error = truth.evpi(thresholds)["standard_error"].to_numpy()
    assert (np.abs(ours / PERSONS - theirs) < 2 * error).all()


def test_many_exact_sets_give_the_values_that_the_page_tells(root: Path) -> None:
    draw = np.random.default_rng(1)  # none of our own draws or quantile functions
    sets = 100_000
    gamma, beta = (lambda s, c: draw.gamma(s, c, sets)), (lambda a, b: draw.beta(a, b, sets))
    values = {
        "mortality": gamma(20, 1e-4),
        f"{cohort.STAGES}.healthy.utility": beta(200, 3),
        f"{cohort.STAGES}.healthy.cost_per_cycle": gamma(100, 20),
        f"{cohort.STAGES}.sick.utility": beta(130, 45),
        f"{cohort.STAGES}.sick.cost_per_cycle": gamma(177.8, 22.5),
        f"{cohort.STAGES}.sick.mortality_ratio": 3 * np.exp(0.01 * draw.normal(size=sets)),
        f"{cohort.STAGES}.sicker.utility": beta(230, 230),
        f"{cohort.STAGES}.sicker.cost_per_cycle": gamma(225, 66.7),
        f"{cohort.STAGES}.sicker.mortality_ratio": 10 * np.exp(0.02 * draw.normal(size=sets)),
        f"{cohort.RATES}[0].per_year": gamma(30, 1 / 200),
        f"{cohort.RATES}[1].per_year": gamma(60, 1 / 120),
        f"{cohort.RATES}[2].per_year": gamma(84, 1 / 800),
        "programmes.treatment_a.treatment.cost_per_cycle": gamma(73.5, 163.3),
        "programmes.treatment_a.treatment.utility.sick": beta(300, 15),
        "programmes.treatment_b.treatment.cost_per_cycle": gamma(86.2, 150.8),
        "programmes.treatment_b.treatment.hazard_ratios[0].ratio": 0.6 * np.exp(0.02 * draw.normal(size=sets)),
    }
    costs, qalys = cohort.follow(np.column_stack([values[n] for n in NAMES]), NAMES)
    decision = Decision(costs[:, None], qalys[:, None], cohort.ARMS)
    page = (root / "docs" / "sick_sicker.md").read_text(encoding="utf-8")
    share = r" ([\d.]+) \|"
    rows = re.findall(rf"^\| ([\d,]+) \|{4 * share} ([\d,]+) \|$", page, re.MULTILINE)
    assert len(rows) == 5
    for threshold, *shares, worth in rows:
        at = float(threshold.replace(",", ""))
        curve = decision.acceptability([at]).set_index("arm")["probability"]
        for arm, share in zip(("a", "standard", "b", "ab"), shares, strict=True):
            # The page is rounded, and of as many sets drawn otherwise: the error of a difference of two.
            error = np.sqrt(2 * curve[arm] * (1 - curve[arm]) / sets)
            assert abs(float(share) - curve[arm]) <= 4 * error + 0.005, (at, arm)
        found = decision.evpi([at]).iloc[0]
        assert abs(float(worth.replace(",", "")) - found["evpi"]) <= 4 * np.sqrt(2) * found["standard_error"] + 0.5, at


def test_the_tornado_is_that_of_the_matrix() -> None:
    scenario = wb.load("scenarios/sick_sicker_psa.yaml").with_(
        **{"population.cells.0.persons": 2_000, "population.cells.1.persons": 2_000}
    )

    def benefit(results: wb.Results) -> FloatArray:
        return 100_000 * present(results, "qalys", 4_000) - present(results, "health_costs", 4_000)

    found = tornado(scenario, benefit, arm="b", replications=4, progress=False).set_index("name")
    means = scenario.uncertain.set_index("name")["mean"]
    for name, row in found.iterrows():
        for end in ("low", "high"):
            values = np.array([[means[n] for n in NAMES]] * 2)
            values[1, NAMES.index(str(name))] = row[end]
            costs, qalys = cohort.follow(values, NAMES)
            gain = 100_000 * (qalys[:, 2] - qalys[:, 0]) - (costs[:, 2] - costs[:, 0])
            off = (row[f"at_{end}"] - row["at_mean"]) - (gain[1] - gain[0])
            assert abs(off) < 5 * row[f"error_{end}"] + 0.5, (name, end)
    # What decides is the price of B, then how much it slows the disease: both move the result by thousands.
    assert found.index[0] == "programmes.treatment_b.treatment.cost_per_cycle"
