"""Fit of behaviour to published effects: closed forms, known parameters come back, the shipped posterior is current."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import waterbed as wb
from waterbed.evidence import (
    Prediction,
    Prior,
    Published,
    Study,
    all_studies,
    fit,
    predict_all,
    predict_at,
    read_priors,
    surfaces,
)
from waterbed.evidence import _told as told
from waterbed.evidence._page import page, posterior_text
from waterbed.evidence._ranges import with_ranges
from waterbed.plots.behaviour import fit_forest


@pytest.fixture(scope="module")
def known(root: Path) -> dict[str, Study]:
    return {s.name: s for s in all_studies(root / "scenarios" / "evidence")}


def made(like: Study, name: str, value: float, sd: float, place: str = "a.yaml", pins: str = "x") -> Study:
    published = Published(value, value - 1.96 * sd, value + 1.96 * sd, 1, "made")
    return replace(like, name=name, use="fit", scenario=place, published=published, pins=pins)


def a_prior(path: str, median: float = 0.2, sd: float = 0.8, **more: Any) -> Prior:
    return Prior(path, path, median, sd, 0.13, "made", "C", **more)


def of_logs(slopes: Mapping[str, Mapping[str, float]]) -> Any:
    """Predictor linear in the logarithms of the parameters: finding to slope by parameter."""

    def predictor(values: Mapping[str, float]) -> dict[str, Prediction]:
        return {
            name: Prediction(sum(s * math.log(values[p]) for p, s in by.items()), 0.0) for name, by in slopes.items()
        }

    return predictor


def test_one_place_is_conjugate_normals(known: dict[str, Study]) -> None:
    """Linear in log x, no difference between places, no error of the model: precisions add."""
    study = made(known["ontario_services"], "one", 0.9, 0.5)
    prior = a_prior("x", median=1.0, sd=2.0)
    found = fit([study], [prior], predictor=of_logs({"one": {"x": 1.0}}), between=0.0, model_error=0.0)
    precision = 1 / 0.5**2 + 1 / 2.0**2
    row = told.parameters(found).iloc[0]
    assert math.log(row["median"]) == pytest.approx(0.9 / 0.5**2 / precision, abs=1e-6)
    assert row["new_sd"] == pytest.approx(precision**-0.5, rel=1e-6)
    assert row["share"] == pytest.approx(1 / 0.5**2 / precision, rel=1e-4)
    assert told.findings(found)["residual"].iloc[0] == pytest.approx((math.log(row["median"]) - 0.9) / 0.5)


def test_places_that_differ_are_a_random_effects_meta_analysis(known: dict[str, Study]) -> None:
    """Normal-normal hierarchical model: given tau, weights 1 / (s^2 + tau^2); tau's own posterior by quadrature."""
    like, sd, prior_sd = known["ontario_services"], np.array([0.1, 0.3, 0.2]), 2.0
    y = np.array([0.2, 1.1, -0.6])
    group = [made(like, f"s{i}", float(v), float(s), f"{i}.yaml") for i, (v, s) in enumerate(zip(y, sd, strict=True))]
    predictor = of_logs({s.name: {"x": 1.0} for s in group})
    prior = a_prior("x", median=1.0, sd=prior_sd)
    given = fit(group, [prior], predictor=predictor, between=0.4, model_error=0.0)
    weights = 1 / (sd**2 + (0.4 * prior_sd) ** 2)
    precision = weights.sum() + prior_sd**-2
    assert given.mean[0] * prior_sd == pytest.approx(float(weights @ y) / precision, abs=1e-5)
    assert given.covariance[0, 0] * prior_sd**2 == pytest.approx(1 / precision, rel=1e-5)
    assert given.new_place_sd[0] ** 2 * prior_sd**2 == pytest.approx(1 / precision + (0.4 * prior_sd) ** 2, rel=1e-5)

    found = fit(group, [prior], predictor=predictor, model_error=0.0)
    logs = []
    for tau in found.between:
        covariance = np.diag(sd**2 + (tau * prior_sd) ** 2) + prior_sd**2
        logs.append(
            -0.5 * float(y @ np.linalg.solve(covariance, y))
            - 0.5 * float(np.linalg.slogdet(covariance)[1])
            - 0.5 * (tau / 0.625) ** 2
        )
    expected = np.exp(np.array(logs) - max(logs))
    assert found.weight == pytest.approx(expected / expected.sum(), abs=1e-4)


def test_error_of_the_model_widens(known: dict[str, Study]) -> None:
    study = made(known["ontario_services"], "one", 1.0, 0.01)
    sds = [
        fit([study], [a_prior("x", 1.0)], predictor=of_logs({"one": {"x": 1.0}}), between=0.0, model_error=e)
        for e in (0.0, 0.25)
    ]
    exact, wide = (float(np.sqrt(f.covariance[0, 0])) * 0.8 for f in sds)
    assert exact == pytest.approx(0.01, rel=1e-3)
    assert wide == pytest.approx((1 / (0.01**2 + 0.25**2) + 1 / 0.8**2) ** -0.5, rel=1e-3)


def test_parameter_that_no_place_answers_to_keeps_its_prior(known: dict[str, Study]) -> None:
    study = made(known["ontario_services"], "one", -1.0, 0.1)
    found = fit([study], [a_prior("x"), a_prior("y")], predictor=of_logs({"one": {"x": 1.0}}))
    y = told.parameters(found).set_index("path").loc["y"]
    assert y["median"] == pytest.approx(0.2)
    assert y["left"] == pytest.approx(1.0)
    assert y["pinned_by"] == "prior"
    assert np.allclose(told.information(found).groupby("path")["share"].sum(), 1.0)


def test_product_alone_is_told_where_only_a_product_is_seen(known: dict[str, Study]) -> None:
    study = made(known["ontario_services"], "one", math.log(0.04), 0.01)
    found = fit([study], [a_prior("x"), a_prior("y")], predictor=of_logs({"one": {"x": 1.0, "y": 1.0}}), between=0.0,
                model_error=0.0)  # fmt: skip
    assert told.correlations(found).loc["x", "y"] == pytest.approx(-1.0, abs=0.01)
    least = told.directions(found).iloc[0]
    assert least["left"] == pytest.approx(1.0)  # the quotient: only the prior speaks
    assert least["x"] == pytest.approx(-least["y"])
    checked = told.importance(found, 4000)
    assert isinstance(checked["worth"], float)
    assert checked["worth"] > 1500  # the posterior is normal: only the t's tails cost draws


def curved(values: Mapping[str, float]) -> dict[str, Prediction]:
    """Effects of the shape that payment has here: a saturating answer, places with other contrasts."""
    x, y = values["x"], values["y"]
    effects = {
        "a1": math.exp(1.2 * x) - 1, "a2": -1 + math.exp(-0.8 * x),
        "b1": math.tanh(0.9 * x), "c1": 0.5 * y / (1 + 0.3 * y), "c2": math.exp(-0.5 * y) - 1,
        "d1": -math.tanh(0.6 * y),
    }  # fmt: skip
    return {name: Prediction(value, 0.0) for name, value in effects.items()}


def test_known_parameters_lie_in_nine_of_ten_intervals(known: dict[str, Study]) -> None:
    """Worlds drawn from the prior, with places that differ and a model that errs: middle 90 % hold the truth."""
    like, priors = known["ontario_services"], [a_prior("x", sd=0.6), a_prior("y", sd=0.6)]
    generator = np.random.default_rng(3)
    names = ["a1", "a2", "b1", "c1", "c2", "d1"]
    error, between, worlds = 0.02, 0.5, 60
    blank = [made(like, n, 0.1, error, f"{n[0]}.yaml") for n in names]
    grids = surfaces(blank, priors, predictor=curved)
    inside = {"common": 0, "new": 0}
    for _ in range(worlds):
        common = generator.standard_normal(2)
        seen = []
        for place in "abcd":
            z = common + between * generator.standard_normal(2)
            effects = curved({p.path: p.value(float(v)) for p, v in zip(priors, z, strict=True)})
            for n in (n for n in names if n[0] == place):
                sd = math.hypot(error, 0.1 * abs(effects[n].value))
                seen.append(made(like, n, effects[n].value + sd * generator.standard_normal(), error, f"{place}.yaml"))
        found = fit(seen, priors, grids=[_with(g, seen) for g in grids], model_error=0.1)
        left, new = np.sqrt(np.diag(found.covariance)), found.new_place_sd
        fresh = common + between * generator.standard_normal(2)
        inside["common"] += int(np.sum(np.abs(found.mean - common) < 1.645 * left))
        inside["new"] += int(np.sum(np.abs(found.mean - fresh) < 1.645 * new))
    # 120 intervals of each sort: the standard error of a share of 0.9 is 0.027.
    for sort, count in inside.items():
        assert 0.82 <= count / (2 * worlds) <= 0.98, (sort, count)


def _with(grid: Any, seen: Sequence[Study]) -> Any:
    by_name = {s.name: s for s in seen}
    return replace(grid, studies=tuple(by_name[s.name] for s in grid.studies))


def test_simulated_effects_give_the_parameters_back(known: dict[str, Study]) -> None:
    """Effects simulated at known sensitivities with other draws; the fit finds them within what chance leaves."""
    truth = {"behaviour.theta_own_volume": 0.3, "behaviour.psi": 0.12}
    names = ["ontario_gp_services", "ontario_less_urgent"]
    seen = predict_all([known[n] for n in names], truth, seed=77, replications=4)
    group = [
        replace(made(known[n], n, seen[n].value, max(2 * seen[n].error, 0.002)), scenario=known[n].scenario)
        for n in names
    ]
    priors = [a_prior("behaviour.theta_own_volume"), a_prior("behaviour.psi", 0.05, scale="logit")]
    grids = surfaces(group, priors, replications=2)
    assert [g.answers_to for g in grids] == [(0, 1)]
    assert grids[0].gap < 1.0
    found = fit(group, priors, grids=grids, between=0.0, model_error=0.0)
    for prior, row in zip(priors, told.parameters(found).to_dict("records"), strict=True):
        assert abs(prior.z(row["median"]) - prior.z(truth[prior.path])) < 3 * row["left"]
        assert row["left"] < 0.3
    assert (told.findings(found)["residual"].abs() < 2).all()
    own = told.alone(found, [replace(g, studies=tuple(replace(s, pins=priors[0].path) for s in g.studies))
                             for g in grids])  # fmt: skip
    assert own["value"].iloc[0] == pytest.approx(0.3, rel=0.1)


def test_place_left_out_is_predicted_by_the_others(known: dict[str, Study]) -> None:
    like, priors = known["ontario_services"], [a_prior("x")]
    group = [made(like, f"s{i}", v, 0.1, f"{i}.yaml") for i, v in enumerate((-1.0, -1.1, 0.4))]
    predictor = of_logs({s.name: {"x": 1.0} for s in group})
    grids = surfaces(group, priors, predictor=predictor)
    found = fit(group, priors, grids=grids)
    table = told.without_each(found, grids).set_index("study")
    less = fit(group[:2], priors, predictor=predictor)
    expected = math.log(0.2) + 0.8 * less.mean[0]
    place = next(g for g in grids if g.place == "2.yaml")
    middle = told.of_new_place(less, place, model_error=False)["median"].iloc[0]
    assert middle == pytest.approx(expected, abs=0.03)
    assert table.loc["s2", "low"] < middle < table.loc["s2", "high"]
    assert not table.loc["s2", "inside"]
    assert table.loc["s0", "inside"]
    assert table.loc["s2", "between"] < table.loc["s0", "between"]  # the two that are left agree


def test_bad_studies_are_refused(known: dict[str, Study]) -> None:
    predictor = of_logs({"ontario_services": {"x": 1.0}})
    with pytest.raises(ValueError, match="must be a study with the use 'fit'"):
        fit([known["ontario_services"]], [a_prior("x")], predictor=predictor)
    bare = replace(known["ontario_services"], use="fit", published=Published(0.1, None, None, 1, ""))
    with pytest.raises(ValueError, match="value, low and high"):
        fit([bare], [a_prior("x")], predictor=predictor)
    many = [a_prior(f"p{i}") for i in range(4)]
    study = made(known["ontario_services"], "one", 1.0, 0.1)
    with pytest.raises(ValueError, match="must answer to fewer parameters: a grid would have"):
        surfaces([study], many, predictor=of_logs({"one": {p.path: 1.0 for p in many}}))


def test_priors_are_read_strictly(tmp_path: Path) -> None:
    file = tmp_path / "priors.yaml"
    file.write_text(
        "a.b: {title: x, median: 0, sd_log: wide, source: s, quality: E, colour: red}\n"
        "c: {title: x, median: 1.2, sd_logit: 1, default: -1, sign: 2, ships: {a: 3}, source: s, quality: C}\n"
    )
    with pytest.raises(ValueError, match=r"priors.yaml:1: a.b.median") as caught:
        read_priors(file)
    for field in (
        ".sd_log: must be a finite number", ".default: must be there", ".quality: must be one", ".colour: is not known",
        "c.median: must be below 1", "c.default: must be there", "c.sign: must be 1 or -1", "c.ships: must be a map",
    ):  # fmt: skip
        assert field in str(caught.value), field


@pytest.mark.parametrize(
    "prior", [a_prior("behaviour.theta_own_volume"), a_prior("behaviour.psi", 0.05, scale="logit")]
)
def test_what_scenarios_write_is_the_belief(prior: Prior, root: Path) -> None:
    """The 10 % and 90 % quantiles of the written distribution are those of the belief; the scenario has the point."""
    z, sd = 0.4, 0.7
    written = {"point": 0.04, **(prior.distribution(z, sd) or {})}
    scenario = wb.load(root / "scenarios" / "two_clinics.yaml").with_(**{prior.path: written})
    row = scenario.uncertain.set_index("name").loc[prior.path]
    assert row["mean"] == 0.04
    assert row["low"] == pytest.approx(prior.value(z - 1.2816 * sd), rel=0.02)
    assert row["high"] == pytest.approx(prior.value(z + 1.2816 * sd), rel=0.02)


def shipped(root: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((root / "scenarios" / "evidence" / "posterior.yaml").read_text("utf-8"))
    return content


def test_shipped_posterior_is_that_of_its_studies(root: Path, known: dict[str, Study]) -> None:
    """The posterior is of the priors and studies that stand beside it, and its predictions are the engine's."""
    content = shipped(root)
    priors = read_priors(root / "scenarios" / "evidence" / "priors.yaml")
    fitted = {n: s for n, s in known.items() if s.use == "fit"}
    assert list(content["parameters"]) == [p.path for p in priors]
    assert set(content["predictions"]) == set(fitted)
    z = [p.z(content["parameters"][p.path]["median"]) for p in priors]
    found = predict_at(list(fitted.values()), priors, z)
    for name, row in content["predictions"].items():
        assert row["published"] == pytest.approx(fitted[name].published.value, rel=1e-5)
        assert found[name].value == pytest.approx(row["predicted"], abs=max(2 * row["error"], 1e-4)), name


def test_shipped_ranges_are_the_posterior(root: Path) -> None:
    """Scenarios, shipped ones and those that mimic studies, stand as the tool writes them of posterior.yaml."""
    folder, posterior = root / "scenarios", shipped(root)["parameters"]
    priors = read_priors(folder / "evidence" / "priors.yaml")
    carrying = set()
    for file in sorted([*folder.glob("*.yaml"), *(folder / "evidence").glob("*.yaml")]):
        text, name = file.read_text(encoding="utf-8"), str(file.relative_to(folder))
        assert with_ranges(text, name, priors, posterior) == text, name
        if "{point: " in text:
            carrying.add(name)
    assert {"leiden_region.yaml", "two_clinics.yaml", "evidence/gp_base.yaml", "evidence/hospital_base.yaml"} < carrying
    for prior in priors:
        assert posterior[prior.path]["shipped_default"] == prior.default
        assert {at for at, _ in prior.ships} <= carrying


def test_validation_draws_what_a_shipped_region_draws(root: Path) -> None:
    """Same numbers, same points, same quantiles in both, read through the engine."""
    drawn = {}
    for file in ("two_clinics", "evidence/hospital_lump_sum", "evidence/ontario_2012"):
        rows = wb.load(root / "scenarios" / f"{file}.yaml").uncertain.set_index("name")
        names = [n for n in shipped(root)["parameters"] if n in rows.index]
        drawn[file] = {n: tuple(rows.loc[n, ["mean", "low", "high"]]) for n in names}
    region, hospitals, gps = drawn.values()
    assert len(region) == 5
    assert hospitals == region
    assert len(gps) == 3  # nothing there answers to the other two
    assert gps.items() <= region.items()


def test_ranges_stand_beside_points_and_leave_what_is_held() -> None:
    posterior = {
        "behaviour.a": {"distribution": {"log_normal": {"median": 0.3, "sd_log": 0.7}}},
        "behaviour.b": {"distribution": "none: no family is negative"},
        "programmes.p.routes.redirects.0.induced": {"distribution": {"elicited": {"low": 0.1, "high": 0.4}}},
    }
    where = "programmes.q.routes.redirects.1.induced"
    priors = [replace(a_prior(path), ships=(("x.yaml", where),) if path.startswith("p") else ()) for path in posterior]
    text = (
        "behaviour: {a: {log_normal: {mean: 0.13, sd_log: 0.8}}, b: {uniform: {low: -1, high: 0}}}\n"
        "programmes:\n  q:\n    routes:\n      redirects: [{induced: 0.1}, {induced: 0.2}]  # said\n"
    )
    expected = (
        "behaviour: {a: {point: 0.13, log_normal: {median: 0.3, sd_log: 0.7}}, b: {uniform: {low: -1, high: 0}}}\n"
        "programmes:\n  q:\n    routes:\n      redirects: [{induced: 0.1}, "
        "{induced: {point: 0.13, elicited: {low: 0.1, high: 0.4}}}]  # said\n"
    )
    assert with_ranges(text, "x.yaml", priors, posterior) == expected
    assert with_ranges(expected, "x.yaml", priors, posterior) == expected
    held = "behaviour: {a: 0}\n"
    assert with_ranges(held, "y.yaml", priors, posterior) == held


def test_posterior_file_page_and_figure(known: dict[str, Study]) -> None:
    like = known["ontario_services"]
    group = [made(like, name, 0.9, 0.5, f"{name}.yaml") for name in ("one", "two")]
    prior = a_prior("x", 1.0, 2.0)
    grids = surfaces(group, [prior], predictor=of_logs({"one": {"x": 1.0}, "two": {"x": 1.0}}))
    found = fit(group, [prior], grids=grids)
    content = yaml.safe_load(posterior_text(found, {s.name: Prediction(0.8, 0.01) for s in group}))
    row = content["parameters"]["x"]
    assert row["distribution"]["log_normal"]["median"] == pytest.approx(row["median"], rel=0.01)
    assert row["common"][0] > row["new_place"][0]
    assert content["predictions"]["one"] == {"published": 0.9, "predicted": 0.8, "error": 0.01}
    text = page("{parameters} {alone} {without} {unknown}", found, grids, {}, [], {}, {})
    assert f"**{row['median']:.2g}**" in text
    assert "{unknown}" in text
    axes = fit_forest(found, grids).axes[0]
    assert [t.get_text() for t in axes.get_yticklabels()][-2:] == ["after: common to places", "after: a new place"]
    bar, _, shipped_at = axes.lines[-3:]
    assert [float(v) for v in bar.get_xdata()] == pytest.approx(row["new_place"], rel=1e-3)
    assert shipped_at.get_linestyle() == "--"
