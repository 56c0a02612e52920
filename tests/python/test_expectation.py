"""Fitting what is expected of persons, frozen models, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import waterbed as wb
from waterbed import expectation as ex


def people(rows: int = 4000) -> pd.DataFrame:
    """Two years of persons with known chances; draws of a fixed seed."""
    rng = np.random.default_rng(7)
    age = rng.integers(0, 95, rows)
    ill = rng.random(rows) < 0.1 + 0.004 * age
    years = np.where(rng.random(rows) < 0.2, 0.5, 1.0)
    rate = np.exp(0.5 + 0.01 * age + 0.8 * ill)
    return pd.DataFrame(
        {
            "person": np.arange(rows) // 2,
            "age": age,
            "sex": pd.Categorical.from_codes(rng.integers(0, 2, rows), categories=["women", "men"]),
            "quintile": rng.integers(1, 6, rows),
            "recorded_copd": pd.Categorical.from_codes(ill.astype(int), categories=["none", "mild"], ordered=True),
            "practice": [f"practice {i}" for i in rng.integers(0, 12, rows)],
            "years": years,
            "visits": rng.poisson(rate * years).astype(float),
            "died": (rng.random(rows) < 1 / (1 + np.exp(4 - 0.04 * age))).astype(float),
        }
    )


FEATURES = [
    ex.spline("age", [10, 40, 65, 85]),
    "sex",
    ex.levels("quintile"),
    "recorded_copd",
    ex.interaction(ex.bands("age", [65]), "sex"),
]


def newton(x: np.ndarray, y: np.ndarray, offset: np.ndarray, logit: bool) -> np.ndarray:
    """Maximum likelihood by plain Newton steps: an independent check."""
    b = np.zeros(x.shape[1])
    b[0] = 0.0 if logit else np.log(y.sum() / np.exp(offset).sum())
    for _ in range(60):
        eta = x @ b + offset
        m = 1 / (1 + np.exp(-eta)) if logit else np.exp(eta)
        w = m * (1 - m) if logit else m
        b = b + np.linalg.solve(x.T @ (x * w[:, None]), x.T @ (y - m))
    return b


@pytest.mark.parametrize("model", ["binomial", "poisson"])
def test_coefficients_are_those_of_plain_newton_steps(model: str) -> None:
    frame = people()
    exposure = None if model == "binomial" else "years"
    outcome = "died" if model == "binomial" else "visits"
    fitted = ex.fit(frame, outcome=outcome, features=FEATURES, model=model, exposure=exposure, folds=0)
    x = ex.design(frame, FEATURES).to_numpy()
    offset = np.zeros(len(frame)) if exposure is None else np.log(frame["years"].to_numpy())
    wanted = newton(x, frame[outcome].to_numpy(), offset, model == "binomial")
    assert fitted.model is not None
    np.testing.assert_allclose(fitted.model.coefficients["coefficient"], wanted, rtol=1e-6, atol=1e-7)
    assert fitted.expected.sum() == pytest.approx(frame[outcome].sum(), rel=1e-9)


def test_robust_errors_know_that_rows_are_of_one_person() -> None:
    frame = people(2000)
    x = ex.design(frame, ["age", "sex"]).to_numpy()
    y = frame["visits"].to_numpy()
    fitted = ex.fit(frame, outcome="visits", features=["age", "sex"], folds=0)
    bread = np.linalg.inv(x.T @ x)
    residual = y - x @ (bread @ x.T @ y)
    scores = pd.DataFrame(x * residual[:, None]).groupby(frame["person"].to_numpy()).sum().to_numpy()
    wanted = np.sqrt(np.diag(bread @ scores.T @ scores @ bread))
    assert fitted.model is not None
    np.testing.assert_allclose(fitted.model.coefficients["standard_error"], wanted, rtol=1e-8)


class LeastSquares:
    """The least that scikit-learn would call a regressor."""

    def __init__(self, constant: bool = True) -> None:
        self.constant = constant

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return {"constant": self.constant}

    def fit(self, x: np.ndarray, y: np.ndarray, sample_weight: np.ndarray) -> LeastSquares:
        w = np.sqrt(sample_weight)[:, None]
        self.b = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]) * w, y * w[:, 0], rcond=None)[0]
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.b[0] + x @ self.b[1:]


@pytest.mark.parametrize("folds", [0, 4])
def test_an_estimator_gets_the_same_folds_and_weights(folds: int) -> None:
    frame = people()
    shared: dict[str, Any] = {"outcome": "visits", "features": FEATURES, "exposure": "years", "folds": folds}
    own = ex.fit(frame, **shared)
    theirs = ex.fit(frame, model=LeastSquares(), **shared)
    np.testing.assert_allclose(theirs.expected, own.expected, rtol=1e-8)
    assert theirs.model is None


def test_cross_fitted_expectations_do_not_depend_on_the_order_of_rows() -> None:
    frame = people()
    turned = frame.iloc[::-1]
    shared: dict[str, Any] = {"outcome": "visits", "features": FEATURES, "model": "poisson", "exposure": "years"}
    forward, backward = ex.fit(frame, **shared), ex.fit(turned, **shared)
    np.testing.assert_allclose(backward.expected[::-1], forward.expected, rtol=1e-9)
    both_years = ex.fold(frame["person"], 5).reshape(-1, 2)
    assert (both_years[:, 0] == both_years[:, 1]).all()


def test_given_expectations_are_taken_as_they_are() -> None:
    frame = people(100)
    fitted = ex.fit(frame, outcome="visits", exposure="years", model=np.full(100, 2.0))
    np.testing.assert_array_equal(fitted.expected, 2.0 * frame["years"])
    with pytest.raises(ValueError, match="model: must be a finite value a row, 100"):
        ex.fit(frame, outcome="visits", model=[1.0, 2.0])
    flagged = ex.fit(frame, outcome="visits", model=np.full(100, 2.0), recorded_by_holder=["recorded_copd"])
    with pytest.raises(ValueError, match="recorded_by_holder: must be left out where expectations are given"):
        flagged.summary()


def test_frozen_models_come_back_and_refuse_missing_features(tmp_path: Path) -> None:
    frame = people()
    model = ex.fit(frame, outcome="visits", features=FEATURES, model="poisson", exposure="years", folds=0,
                   unit="visits a year", source="made up", recorded_by_holder=["recorded_copd"]).model  # fmt: skip
    assert model is not None
    model.save(tmp_path / "model.yaml")
    back = ex.load(tmp_path / "model.yaml")
    assert back.digest == model.digest
    assert back.recorded_by_holder == ["recorded_copd"]
    np.testing.assert_array_equal(back.predict(frame), model.predict(frame))
    with pytest.raises(ValueError, match=r"features: must be columns of the table .*, got quintile, recorded_copd"):
        back.predict(frame.drop(columns=["quintile", "recorded_copd"]))
    with pytest.raises(ValueError, match="recorded_copd: must be known of every row, got 1 rows"):
        back.predict(frame.assign(recorded_copd=frame["recorded_copd"].where(frame.index != 3)))
    with pytest.raises(wb.ScenarioError, match=r"coefficients\[0\]: must be that of intercept, got const"):
        ex.parse(model.to_yaml().replace("name: intercept", "name: const"))


def test_cells_are_means() -> None:
    frame = people()
    fitted = ex.fit(frame, outcome="visits", features=["sex", "quintile"], model="cells", exposure="years", folds=0)
    assert fitted.model is not None
    sums = frame.groupby(["sex", "quintile"], observed=True)[["visits", "years"]].sum()
    cells = fitted.model.cells
    fine = cells[(cells["sex"] != "all") & (cells["quintile"] != "all")]
    np.testing.assert_allclose(fine["mean"], sums["visits"] / sums["years"], rtol=1e-12)
    assert len(cells) == 10 + 2 + 1


def test_what_the_holder_records_is_shown_apart() -> None:
    fitted = ex.fit(people(), outcome="visits", features=FEATURES, exposure="years",
                    recorded_by_holder=["recorded_copd"])  # fmt: skip
    summary = fitted.summary()
    assert list(summary.index) == ["all features", "without recorded by holder"]
    assert summary.loc["all features", "r2"] > summary.loc["without recorded by holder", "r2"] > 0
    assert fitted.without_recorded.model is not None
    assert fitted.without_recorded.model.recorded_by_holder == []


def test_faults_are_named() -> None:
    frame = people(50)
    with pytest.raises(ValueError, match=r"features: must be columns of the table .*, got income, wealth"):
        ex.fit(frame, outcome="visits", features=["income", "age", "wealth"])
    with pytest.raises(ValueError, match="frame: must have the columns cost, got person"):
        ex.fit(frame, outcome="cost", features=["age"])
    with pytest.raises(ValueError, match="model: must be one of gaussian, poisson"):
        ex.fit(frame, outcome="visits", features=["age"], model="normal")
    with pytest.raises(ValueError, match="none be a combination of those before it, got older"):
        ex.fit(frame.assign(older=frame["age"] + 1.0), outcome="visits", features=["age", "older"])
    with pytest.raises(ValueError, match="folds: must be 2 to 100, got 1"):
        ex.fit(frame, outcome="visits", features=["age"], folds=1)


def test_assessment_by_hand() -> None:
    frame = pd.DataFrame({"group": ["a", "a", "b", "b"]})
    told = ex.Assessment(frame, [0, 2, 4, 6], [3, 3, 3, 3])
    assert told.accuracy()["r2"] == 0.0
    ratios = told.predictive_ratios("group")
    assert ratios["ratio"].to_list() == [3.0, 0.6]
    luck = told.luck("group")
    # As in tests/expectation/credibility_test.cpp: within 2, between 7.
    assert (luck.within, luck.between) == (2.0, 7.0)
    assert luck.person == pytest.approx(2 / 9)
    assert luck.table["difference"].to_list() == [-2.0, 2.0]
    assert luck.table["realised"].to_list() == [1.0, 5.0]
    assert told.persons()["difference"].sum() == 0.0


def test_groups_without_a_difference_of_their_own_are_luck() -> None:
    frame = people()
    fitted = ex.fit(frame, outcome="visits", features=FEATURES, model="poisson", exposure="years")
    luck = fitted.assessment.luck("practice")
    assert luck.person > 0.99
    assert luck.group > 0.5
    marked = fitted.assessment
    marked.outcome = marked.outcome + np.where(frame["practice"] == "practice 3", 4.0, 0.0) * frame["years"]
    assert marked.luck("practice").group < 0.05
    assert marked.luck("practice").table["estimate"].idxmax() == "practice 3"


def test_figures_say_what_they_show() -> None:
    frame = people()
    told = ex.fit(frame, outcome="visits", features=FEATURES, model="poisson", exposure="years").assessment
    assert told.plot_calibration().get_suptitle() == "Realised against expected visits"
    ages = pd.cut(frame["age"], [0, 18, 65, 120], right=False).rename("age")
    labels = [text.get_text() for text in told.plot_ratios(ages, "recorded_copd").axes[0].get_yticklabels()]
    assert labels == ["age [0, 18)", "age [18, 65)", "age [65, 120)", "recorded_copd none", "recorded_copd mild"]
    figure = told.luck("practice").plot()
    assert "luck" in figure.get_supxlabel()
    assert len(figure.axes[0].collections[0].get_offsets()) == 12


def test_capitation_by_person_pays_the_same_in_all() -> None:
    frame = people()
    model = ex.fit(frame, outcome="visits", features=FEATURES, model="poisson", exposure="years", folds=0).model
    assert model is not None
    scores = ex.risk_scores(model, frame, exposure="years")
    assert scores @ frame["years"] == pytest.approx(frame["years"].sum())
    paid = ex.capitation_income(model, frame, by="recorded_copd", per_person_year=150.0, exposure="years")
    assert paid.sum() == pytest.approx(150 * frame["years"].sum())
    years = frame.groupby("recorded_copd", observed=True)["years"].sum()
    each = paid / years
    visits = frame.groupby("recorded_copd", observed=True)["visits"].sum() / years
    # The model has the condition among its levels, so it expects of each what came.
    assert each["mild"] / each["none"] == pytest.approx(visits["mild"] / visits["none"], rel=1e-9)
    facts = {"capitation_income": round(float(paid["mild"]), 2)}
    settled = wb.contracts.load("nl/gp_capitation").settle(**facts)
    assert float(settled.total) == pytest.approx(facts["capitation_income"], abs=0.006)


def test_risk_ratios_are_of_expectations_before_and_now() -> None:
    frame = people()
    model = ex.fit(frame, outcome="visits", features=["sex"], model="cells", exposure="years", folds=0).model
    assert model is not None
    women, men = (model.predict(frame[frame["sex"] == sex])[0] for sex in ("women", "men"))
    before = pd.DataFrame({"sex": ["women", "women", "men"], "practice": ["a", "a", "b"], "years": [1, 1, 1]})
    after = pd.DataFrame({"sex": ["women", "men", "men"], "practice": ["a", "a", "b"], "years": [1, 0.5, 1]})
    ratios = ex.risk_ratios(model, before, after, by="practice", exposure="years")
    assert ratios["a"] == pytest.approx((women + 0.5 * men) / 1.5 / women)
    assert ratios["b"] == 1.0


def test_hosmer_lemeshow_is_the_sum_over_deciles() -> None:
    told = ex.fit(people(), outcome="died", features=FEATURES, model="binomial").assessment
    table = told.calibration()
    n, e, o = table["exposure"], table["expected"], table["realised"]
    test = told.hosmer_lemeshow()
    assert test["statistic"] == pytest.approx((n * (o - e) ** 2 / (e * (1 - e))).sum())
    assert test["degrees_of_freedom"] == 10
    assert test["p"] > 0.001


def holds(who: dict[str, Any], row: Any) -> bool:
    """A filter on one row, as docs/scenario_reference.md says it."""
    [(key, value)] = who.items()
    if key == "all":
        return all(holds(each, row) for each in value)
    if key == "not":
        return not any(holds(each, row) for each in value)
    if key in ("age", "deprivation"):
        return bool(value[0] <= getattr(row, key) <= value[1])
    if key == "condition":
        if isinstance(value, str):
            return getattr(row, f"recorded_{value}") != "none"
        [(condition, stages)] = value.items()
        return getattr(row, f"recorded_{condition}") in stages
    return getattr(row, key) in value


def test_cells_become_risk_classes_of_a_simulated_contract(root: Path) -> None:
    scenario = wb.load(root / "scenarios/two_clinics.yaml")
    frame = scenario.person_years(years=[2022])
    condition = next(name for name in frame if name.startswith("recorded_"))
    by = [ex.bands("age", [18, 65]), condition, "sex"]
    model = ex.fit(frame, outcome="spending_eur", features=by, model="cells", least=300, folds=0).model
    assert model is not None
    assert len(model.cells) < 1 + 3 + 3 * 2 + 3 * 2 * 2, "some cells are too small for a mean of their own"
    classes = ex.risk_classes(model)
    wanted = model.predict(frame) / frame["spending_eur"].mean()
    some = frame.assign(wanted=wanted).iloc[::97]
    for row in some.itertuples():
        first = next(each for each in classes.values() if holds(each["who"], row))
        assert first["weight"] == pytest.approx(row.wanted, abs=1e-9)
    rates = ex.capitation_classes(model, periods_per_year=4, per_person_year=100.0)
    assert list(rates) == list(classes)
    for name, each in rates.items():
        assert each["rate"] == pytest.approx(25 * classes[name]["weight"], abs=0.0051)
    paid = scenario.with_(**{"contracts.gp_capitation.terms.capitation.classes": rates})
    paid.run(replications=1, progress=False)
    with pytest.raises(ValueError, match="must be of cells with a mean above 0, got gaussian"):
        ex.risk_classes(ex.fit(frame, outcome="spending_eur", features=["age"], folds=0).model)
    visits = ex.fit(frame, outcome="spending_eur", features=["units_gp_consult"], model="cells", folds=0).model
    assert visits is not None
    with pytest.raises(ValueError, match="units_gp_consult: must be something that a `who` filter tells"):
        ex.risk_classes(visits)
