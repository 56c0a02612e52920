"""Fit of behaviour to published effects: known parameters come back; the shipped posterior is that of its studies."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from waterbed.evidence import Prediction, Prior, Published, Study, fit, predict_all, read_priors, studies
from waterbed.evidence._page import posterior_text
from waterbed.plots.behaviour import prior_and_posterior


@pytest.fixture(scope="module")
def known(root: Path) -> dict[str, Study]:
    return {s.name: s for s in studies(root / "scenarios" / "evidence")}


def with_effect(study: Study, value: float, sd: float) -> Study:
    return replace(study, use="fit", published=Published(value, value - 1.96 * sd, value + 1.96 * sd, 1, "made"))


def a_prior(path: str, median: float = 0.2, sd_log: float = 0.8) -> Prior:
    return Prior(path, path, median, sd_log, 0.13, "made", "C")


def test_normal_model_has_the_closed_form(known: dict[str, Study]) -> None:
    """Predictions linear in log x: posterior mean and variance of conjugate normals; precisions add."""
    study = with_effect(known["ontario_services"], 0.9, 0.5)
    prior = a_prior("x", median=1.0, sd_log=2.0)

    def predictor(values: Mapping[str, float]) -> dict[str, Prediction]:
        return {study.name: Prediction(math.log(values["x"]), 0.0)}

    found = fit([study], [prior], predictor=predictor)
    precision = 1 / 0.5**2 + 1 / 2.0**2
    row = found.parameters().iloc[0]
    assert math.log(row["median"]) == pytest.approx(0.9 / 0.5**2 / precision, abs=1e-6)
    assert row["sd_log"] == pytest.approx(precision**-0.5, rel=1e-6)
    assert row["share"] == pytest.approx(1 / 0.5**2 / precision, rel=1e-6)
    assert found.residuals()["residual"].iloc[0] == pytest.approx((math.log(row["median"]) - 0.9) / 0.5)


def test_parameter_that_no_study_answers_to_keeps_its_prior(known: dict[str, Study]) -> None:
    study = with_effect(known["ontario_services"], 0.9, 0.1)

    def predictor(values: Mapping[str, float]) -> dict[str, Prediction]:
        return {study.name: Prediction(values["x"], 0.0)}

    found = fit([study], [a_prior("x"), a_prior("y")], predictor=predictor)
    y = found.parameters().set_index("path").loc["y"]
    assert y["median"] == pytest.approx(0.2)
    assert y["left"] == pytest.approx(1.0)
    assert y["pinned_by"] == "prior"
    shares = found.information().groupby("path")["share"].sum()
    assert np.allclose(shares, 1.0)


def test_product_alone_is_learnt_where_only_a_product_is_seen(known: dict[str, Study]) -> None:
    study = with_effect(known["ontario_services"], math.log(0.04), 0.01)

    def predictor(values: Mapping[str, float]) -> dict[str, Prediction]:
        return {study.name: Prediction(math.log(values["x"] * values["y"]), 0.0)}

    found = fit([study], [a_prior("x"), a_prior("y")], predictor=predictor, sample=400)
    assert found.correlations().loc["x", "y"] == pytest.approx(-1.0, abs=0.01)
    weight = found.sample["weight"].to_numpy()
    assert 1 / (weight @ weight) == pytest.approx(400, rel=0.01)  # the posterior is normal: no draw counts more


def test_simulated_effects_give_the_parameters_back(known: dict[str, Study]) -> None:
    """Effects simulated at known sensitivities with other draws; the fit finds them within what chance leaves."""
    truth = {"behaviour.theta_own_volume": 0.3, "behaviour.psi": 0.12}
    names = ["ontario_gp_services", "ontario_less_urgent"]
    seen = predict_all([known[n] for n in names], truth, seed=77, replications=4)
    made = [with_effect(known[n], seen[n].value, max(2 * seen[n].error, 0.002)) for n in names]
    found = fit(made, [a_prior("behaviour.theta_own_volume"), a_prior("behaviour.psi", 0.05)], replications=2)
    for row in found.parameters().to_dict("records"):
        assert abs(math.log(row["median"] / truth[row["path"]])) < 3 * row["sd_log"]
        assert row["left"] < 0.3
    assert (found.residuals()["residual"].abs() < 2).all()


def test_start_near_the_mode_skips_no_simulation_that_matters(known: dict[str, Study]) -> None:
    """A tiny step leaves every count as it was; that does not mean that the parameter does nothing."""
    study = known["fundholding_elective"]
    prior = a_prior("behaviour.theta_care_borne")
    near = np.array([math.log(0.448 / prior.median) / prior.sd_log])
    found = fit([study], [prior], start=near, replications=2)
    at_prior = predict_all([study], {prior.path: prior.median}, replications=2)[study.name].value
    assert found.residuals()["before"].iloc[0] == at_prior
    assert found.parameters()["left"].iloc[0] < 0.3


def test_discrepancy_widens_and_bad_studies_are_refused(known: dict[str, Study]) -> None:
    study = with_effect(known["ontario_services"], 1.0, 0.01)

    def predictor(values: Mapping[str, float]) -> dict[str, Prediction]:
        return {study.name: Prediction(values["x"], 0.0)}

    spreads = [
        fit([study], [a_prior("x")], predictor=predictor, discrepancy=d).parameters()["sd_log"][0] for d in (0, 0.25)
    ]
    assert spreads[1] > 5 * spreads[0]
    with pytest.raises(ValueError, match="must be a study with the use 'fit'"):
        fit([known["ontario_services"]], [a_prior("x")], predictor=predictor)
    with pytest.raises(ValueError, match="value, low and high"):
        fit([replace(study, published=Published(0.1, None, None, 1, ""))], [a_prior("x")], predictor=predictor)


def test_priors_are_read_strictly(tmp_path: Path) -> None:
    file = tmp_path / "priors.yaml"
    file.write_text("a.b: {title: x, median: 0, sd_log: wide, source: s, quality: E, colour: red}\n")
    with pytest.raises(ValueError, match=r"priors.yaml:1: a.b.median") as caught:
        read_priors(file)
    for field in (
        ".sd_log: must be a finite number",
        ".default: must be there",
        ".quality: must be one",
        ".colour: is not known",
    ):
        assert field in str(caught.value)


def test_shipped_posterior_is_that_of_its_studies(root: Path, known: dict[str, Study]) -> None:
    """Predictions at the shipped mode are those written beside it; no step along a parameter makes the fit better."""
    folder = root / "scenarios" / "evidence"
    shipped = yaml.safe_load((folder / "posterior.yaml").read_text(encoding="utf-8"))
    priors = read_priors(folder / "priors.yaml")
    fitted = {n: s for n, s in known.items() if s.use == "fit"}
    assert list(shipped["parameters"]) == [p.path for p in priors]
    assert set(shipped["predictions"]) == set(fitted)
    mode = {path: row["mode"] for path, row in shipped["parameters"].items()}
    found = predict_all(list(fitted.values()), mode)
    for name, row in shipped["predictions"].items():
        assert row["published"] == pytest.approx(fitted[name].published.value, rel=1e-5)
        assert found[name].value == pytest.approx(row["predicted"], abs=max(2 * row["error"], 1e-4)), name

    def squares(values: Mapping[str, float]) -> float:
        at = found if values is mode else predict_all(list(fitted.values()), values)
        misfit = 0.0
        for name, study in fitted.items():
            assert study.published.value is not None
            assert study.published.sd is not None
            misfit += ((at[name].value - study.published.value) / study.published.sd) ** 2
        return misfit + sum((math.log(values[p.path] / p.median) / p.sd_log) ** 2 for p in priors)

    best = squares(mode)
    for path, row in shipped["parameters"].items():
        sd = row["distribution"]["log_normal"]["sd_log"]
        for sign in (-1, 1):
            assert squares({**mode, path: mode[path] * math.exp(sign * sd)}) > best, path


def test_posterior_file_and_figure(known: dict[str, Study]) -> None:
    study = with_effect(known["ontario_services"], 0.9, 0.5)

    def predictor(values: Mapping[str, float]) -> dict[str, Prediction]:
        return {study.name: Prediction(math.log(values["x"]), 0.0)}

    found = fit([study], [a_prior("x", 1.0, 2.0)], predictor=predictor)
    content = yaml.safe_load(posterior_text(found))["parameters"]["x"]
    sd = content["distribution"]["log_normal"]["sd_log"]
    assert content["mean"] == pytest.approx(content["mode"] * math.exp(sd**2 / 2), rel=1e-4)
    assert content["prior"] == {"log_normal": {"median": 1.0, "sd_log": 2.0}}
    axes = prior_and_posterior(found).axes[0]
    line = next(line for line in axes.lines if line.get_label() == "after")
    peak = float(np.asarray(line.get_xdata())[int(np.argmax(line.get_ydata()))])
    assert peak == pytest.approx(content["mode"], rel=0.03)
