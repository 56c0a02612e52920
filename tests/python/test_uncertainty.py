"""Analyses of uncertain parameters against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

import waterbed as wb
from waterbed._parameters import FloatArray, ParameterSets
from waterbed.uncertainty import Decision, sobol_indices, spline_of
from waterbed.uncertainty._shares import explained_variance

SETS = 4000


def normal_pdf(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def value_of_information(mean: float, sd: float) -> float:
    """Two arms whose difference in net benefit is normal: unit normal loss, Raiffa & Schlaifer (1961)."""
    return sd * normal_pdf(mean / sd) - abs(mean) * normal_cdf(-abs(mean) / sd)


class Linear:
    """Two arms; net benefit at 1 EUR per QALY is m + 30 a + 40 b with a and b standard normal, and chance of sd 100."""

    mean = 20.0
    slopes = (30.0, 40.0)

    def __init__(self, seed: int, sets: int = SETS, replications: int = 4, chance: float = 100.0) -> None:
        draw = np.random.default_rng(seed)
        self.theta = draw.normal(size=(sets, 2))
        shape = (sets, replications)
        costs, qalys = np.zeros((2, *shape, 2))
        qalys[:, :, 1] = (self.mean + self.theta @ self.slopes)[:, None] + chance * draw.normal(size=shape)
        parameters = ParameterSets(["a", "b"], ["", ""], [0.0, 0.0], ["B", "C"], self.theta)
        self.decision = Decision(costs, qalys, ["usual", "new"], parameters)


def test_perfect_information_of_a_normal_decision_has_its_closed_form() -> None:
    found = Linear(1).decision.evpi([1.0]).iloc[0]
    exact = value_of_information(20.0, 50.0)
    assert exact == pytest.approx(50 * 0.36827 - 20 * 0.34458, abs=2e-3)  # normal tables at z = 0.4
    assert abs(found["evpi"] - exact) < 4 * found["standard_error"]
    # Chance of 100 / sqrt(4) in the means of sets would have made it a third larger.
    raw = Linear(1).decision.net_benefit(1.0, simulated=True)
    assert np.maximum(raw[:, 1], 0).mean() - raw[:, 1].mean() > exact + 10 * found["standard_error"]


def test_information_about_one_parameter_has_its_closed_form() -> None:
    runs = [Linear(seed, sets=1000, chance=50.0).decision.evppi(1.0).set_index("name")["evppi"] for seed in range(20)]
    for name, slope in zip("ab", Linear.slopes, strict=True):
        values = np.array([run[name] for run in runs])
        exact = value_of_information(20.0, slope)
        assert abs(values.mean() - exact) < 4 * values.std(ddof=1) / math.sqrt(len(values)) + 0.01 * exact


def test_information_about_a_parameter_without_effect_is_worth_next_to_nothing() -> None:
    model = Linear(3)
    noise = np.random.default_rng(4).normal(size=(SETS, 1))
    sets = ParameterSets(["a", "idle"], ["", ""], [0, 0], ["C", "C"], np.hstack([model.theta[:, :1], noise]))
    found = Decision(model.decision.costs, model.decision.qalys, ["usual", "new"], sets).evppi(1.0)
    assert found["name"].tolist() == ["a", "idle"]
    assert found["evppi"][1] < 0.05 * found["evppi"][0]


def test_acceptability_is_the_probability_of_the_normal_model() -> None:
    curve = Linear(5).decision.acceptability([1.0])
    new = curve[curve["arm"] == "new"].iloc[0]
    exact = normal_cdf(20 / 50)
    assert abs(new["probability"] - exact) < 4 * math.sqrt(exact * (1 - exact) / SETS)
    assert new["best"]
    assert curve["probability"].sum() == pytest.approx(1.0)


def test_the_ranking_flips_where_the_net_benefit_is_zero() -> None:
    runs = [Linear(seed, sets=1000, chance=20.0).decision.flips(1.0).set_index("name") for seed in range(20)]
    for name, slope in zip("ab", Linear.slopes, strict=True):
        values = np.array([run.loc[name, "flips_at"] for run in runs], dtype=np.float64)
        assert abs(values.mean() + 20 / slope) < 4 * values.std(ddof=1) / math.sqrt(len(values))
        assert {run.loc[name, "best"] for run in runs} == {"new"}
        assert {run.loc[name, "to"] for run in runs} == {"usual"}


def test_means_of_sets_are_drawn_together_to_the_covariance_of_the_parameters() -> None:
    draw = np.random.default_rng(7)
    theta = draw.normal(size=(SETS, 2)) @ np.array([[2.0, 0.0], [1.5, 1.0]])
    noise = 6.0 * draw.normal(size=(2, SETS, 3))
    costs, qalys = np.zeros((2, SETS, 3, 2))
    costs[:, :, 1] = 1000 * (theta[:, :1] + noise[0])
    qalys[:, :, 1] = theta[:, 1:] + noise[1]
    plane = Decision(costs, qalys, ["usual", "new"]).plane()
    found = np.cov(plane["cost"] / 1000, plane["qalys"])
    values = np.stack([costs, qalys], axis=2)[..., 1] / np.array([1000, 1])
    expected = np.cov(values.mean(axis=1), rowvar=False)
    within = sum(np.cov(values[s], rowvar=False) for s in range(SETS)) / SETS
    np.testing.assert_allclose(found, expected - within / 3, rtol=1e-8)


def test_ratios_name_their_quarter_of_the_plane() -> None:
    costs, qalys = np.zeros((2, 2, 1, 6))
    costs[:, :, 1:] = [100.0, -100.0, 100.0, -100.0, -100.0]
    qalys[:, :, 1:] = [2.0, 2.0, -2.0, -2.0, 0.0]
    found = Decision(costs, qalys, ["usual", "a", "b", "c", "d", "e"]).ratios()
    named = ["costs per QALY gained", "dominates", "dominated", "saves per QALY lost", "costs less"]
    assert found["verdict"].tolist() == named
    assert found["ratio"][0] == 50.0
    assert found["ratio"][3] == 50.0
    assert found["ratio"].isna().tolist() == [False, True, True, False, True]


def ishigami(x: FloatArray) -> FloatArray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_of_the_ishigami_function_are_known() -> None:
    # Ishigami & Homma (1990), a = 7, b = 0.1: closed forms in Saltelli et al., Global Sensitivity Analysis (2008), 4.
    found = sobol_indices(
        lambda u: ishigami(np.pi * (2 * u - 1)), [[0], [1], [2]], ["x1", "x2", "x3"], samples=8192, seed=1
    ).set_index("name")
    pi4 = math.pi**4
    variance = 49 / 8 + 0.1 * pi4 / 5 + 0.01 * pi4**2 / 18 + 0.5
    first = {"x1": 0.5 * (1 + 0.1 * pi4 / 5) ** 2, "x2": 49 / 8, "x3": 0.0}
    joint = 0.01 * pi4**2 * (1 / 18 - 1 / 50)
    total = {"x1": first["x1"] + joint, "x2": 49 / 8, "x3": joint}
    for name in first:
        row = found.loc[name]
        # SALib's half-widths are 95 % of a bootstrap: twice that is four standard errors.
        assert abs(row["first"] - first[name] / variance) < 2 * row["first_error"] + 1e-3
        assert abs(row["total"] - total[name] / variance) < 2 * row["total_error"] + 1e-3
    assert first["x1"] / variance == pytest.approx(0.3139, abs=1e-4)  # as published
    assert total["x3"] / variance == pytest.approx(0.2437, abs=1e-4)


def test_numbers_that_are_drawn_together_count_as_one() -> None:
    found = sobol_indices(
        lambda u: u[:, 0] + u[:, 2] + 2 * u[:, 1], [[0, 2], [1]], ["pair", "single"], samples=1024, seed=2
    ).set_index("name")
    assert found.loc["pair", "first"] == pytest.approx(1 / 3, abs=0.02)
    assert found.loc["single", "total"] == pytest.approx(2 / 3, abs=0.02)
    with pytest.raises(ValueError, match="power of two"):
        sobol_indices(lambda u: u[:, 0], [[0]], ["a"], samples=100, seed=1)


def test_a_spline_finds_what_is_expected_and_leaves_chance() -> None:
    draw = np.random.default_rng(8)
    x = draw.lognormal(size=2000)
    expected = np.log(x) ** 2
    fitted = spline_of(x, expected + draw.normal(size=2000))
    assert float(np.sqrt(np.mean((fitted - expected) ** 2))) < 0.25
    assert float((expected + draw.normal(size=2000) - fitted).var()) == pytest.approx(1.0, abs=0.15)
    np.testing.assert_array_equal(spline_of(np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 6.0])), [3.0, 3.0, 3.0])


def test_explained_variance_is_that_of_the_parameters_and_not_of_the_fit() -> None:
    draw = np.random.default_rng(9)
    x = draw.normal(size=(1000, 5))
    y = 3 * x[:, 0] + x[:, 1] ** 2 + 4 * draw.normal(size=1000)  # 9 + 2 explained, 16 not
    assert explained_variance(x, y) == pytest.approx(11.0, abs=4 * 27 * math.sqrt(2 / 1000))
    idle = [explained_variance(draw.normal(size=(100, 20)), draw.normal(size=100)) for _ in range(50)]
    assert np.mean(idle) < 0.2  # R squared alone would be 0.4
    with pytest.raises(ValueError, match="parameter_sets: must be at least 21"):
        explained_variance(x[:12], y[:12])


def test_a_decision_says_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="two arms"):
        Decision(np.zeros((2, 2, 1)), np.zeros((2, 2, 1)), ["usual"])
    with pytest.raises(ValueError, match="does not know"):
        Decision(np.zeros((2, 2, 2)), np.zeros((2, 2, 2)), ["usual", "new"]).evppi(1.0)
    with pytest.raises(ValueError, match="parameters are fixed"):
        Decision.of(wb.load("scenarios/two_clinics.yaml").run(replications=1, arms=["usual"], progress=False))
