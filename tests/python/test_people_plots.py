"""Figures of the people draw what the person-years say."""

import pandas as pd
import pytest

from waterbed.plots.people import population_pyramid, prevalence_by_age, spending_by_age


def people():
    """Ten women of 42, four of them ill; twenty men of 97, five of them ill."""
    rows = [{"year": 2023, "age": 42, "sex": "women", "stage_gout": "present" if i < 4 else "none"} for i in range(10)]
    rows += [{"year": 2023, "age": 97, "sex": "men", "stage_gout": "present" if i < 5 else "none"} for i in range(20)]
    return pd.DataFrame(rows)


def source():
    rows = [("gout", sex, low, low + 4, 0.1) for sex in ("women", "men") for low in range(0, 100, 5)]
    return pd.DataFrame(rows, columns=["condition", "sex", "age_low", "age_high", "value"])


def test_a_pyramid_has_women_right_and_men_left():
    axes = population_pyramid(people()).axes[0]
    women, men = axes.containers
    assert [(bar.get_y() + 2.2, bar.get_width()) for bar in women] == [(pytest.approx(42.5), pytest.approx(0.010))]
    assert [(bar.get_y() + 2.2, bar.get_width()) for bar in men] == [(pytest.approx(97.5), pytest.approx(-0.020))]


def test_prevalence_stands_beside_the_source():
    axes = prevalence_by_age(people(), source()).axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [list(line.get_xdata()) for line in dots] == [[42.5], [97.5]]
    assert [list(line.get_ydata()) for line in dots] == [[pytest.approx(40.0)], [pytest.approx(25.0)]]
    lines = [line for line in axes.lines if len(line.get_xdata()) == 20]
    assert [set(line.get_ydata()) for line in lines] == [{10.0}, {10.0}]


def test_unknown_conditions_and_empty_frames_are_refused():
    with pytest.raises(ValueError, match="got 'flu'"):
        prevalence_by_age(people(), source(), ["flu"])
    with pytest.raises(ValueError, match="must hold somebody"):
        population_pyramid(people().iloc[:0])


def test_spending_per_year_lived_stands_beside_the_target():
    frame = people().assign(cycles=12, spending_hospital_eur=100.0)
    frame.loc[:9, "cycles"] = 6  # half a year each
    targets = pd.DataFrame(
        [
            ("list_spending_per_person", "hospital", sex, low, high, value)
            for sex in ("women", "men")
            for low, high, value in ((0, 39, 10.0), (40, 89, 20.0), (90, 120, 30.0))
        ],
        columns=["measure", "of", "sex", "age_low", "age_high", "value"],
    )
    axes = spending_by_age(frame, targets, ["hospital"]).axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [(list(d.get_xdata()), list(d.get_ydata())) for d in dots] == [([65.0], [200.0]), ([95.0], [100.0])]
    lines = [line for line in axes.lines if len(line.get_xdata()) == 3]
    assert [list(line.get_ydata()) for line in lines] == [[10.0, 20.0, 30.0]] * 2
    with pytest.raises(ValueError, match="got 'gp'"):
        spending_by_age(frame, targets, ["gp"])
