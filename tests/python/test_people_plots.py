"""Figures of the people draw what the person-years say."""

import pandas as pd
import pytest

from waterbed.plots.people import population_pyramid, prevalence_by_age


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
