"""Value at risk and tail value at risk against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

import waterbed as wb
from waterbed.tails import tail_value_at_risk, value_at_risk

#: Exponential losses with mean 1: the value at risk is -ln(1 - level), and beyond it the mean is one more.
LEVEL = 0.95
AT = -math.log(1 - LEVEL)


def test_ten_losses_by_hand() -> None:
    # Twenty times 1 to 20: n (1 - level) = 20 of 400 lie beyond; the worst twenty are all 20.
    losses = np.repeat(np.arange(1.0, 21.0), 20)
    mean, error = tail_value_at_risk(losses, 0.95)
    # The quantile of type 7 is at rank 0.95 * 399 + 1 = 380.05: 19 + 0.05.
    assert value_at_risk(losses, 0.95)[0] == pytest.approx(19.05)
    assert mean == 20.0
    assert error == pytest.approx(math.sqrt((0.0 + 0.95 * (20.0 - 19.05) ** 2) / 20))
    # A share that is no whole number: of 410 losses 20.5 lie beyond.
    more = np.concatenate([losses, np.zeros(10)])
    assert tail_value_at_risk(more, 0.95)[0] == pytest.approx((20 * 20.0 + 0.5 * 19.0) / 20.5)


def test_what_too_few_losses_tell_is_left_out() -> None:
    assert math.isnan(tail_value_at_risk(np.arange(399.0), LEVEL)[0])
    assert not math.isnan(tail_value_at_risk(np.arange(400.0), LEVEL)[0])
    # The upper order statistic exists where 0.95^n <= 0.025: from 72 on.
    assert math.isnan(value_at_risk(np.arange(71.0), LEVEL)[0])
    assert not math.isnan(value_at_risk(np.arange(72.0), LEVEL)[0])
    assert math.isnan(value_at_risk(np.array([]), LEVEL)[0])


def test_both_hold_the_closed_form_of_exponential_losses_as_often_as_they_say() -> None:
    rng = np.random.default_rng(20261129)
    runs, losses = 2000, 1000
    held_at = held_mean = 0
    means = np.empty(runs)
    errors = np.empty(runs)
    for run in range(runs):
        drawn = rng.exponential(size=losses)
        _, low, high = value_at_risk(drawn, LEVEL)
        means[run], errors[run] = tail_value_at_risk(drawn, LEVEL)
        held_at += low <= AT <= high
        held_mean += abs(means[run] - (AT + 1)) <= 1.96 * errors[run]
    # Order statistics hold it with their exact chance, at least 0.95; four standard errors of the count.
    assert held_at / runs >= 0.95 - 4 * math.sqrt(0.95 * 0.05 / runs)
    # sqrt((1 + 0.95) / (1000 * 0.05)): beyond V an exponential loss has standard deviation 1, and T - V = 1.
    exact = math.sqrt((1 + LEVEL) / (losses * (1 - LEVEL)))
    assert means.std(ddof=1) == pytest.approx(exact, rel=4 / math.sqrt(2 * runs))
    assert np.sqrt((errors**2).mean()) == pytest.approx(exact, rel=0.03)  # the limit is for many losses
    # Fifty losses beyond a quantile: the mean is low by less than a tenth of its error, the interval a little short.
    assert abs(means.mean() - (AT + 1)) < 0.1 * exact
    assert 0.90 < held_mean / runs < 0.96


def test_parties_of_a_run(settled: wb.Results) -> None:
    found = wb.tails(settled, 0.5)
    row = found[(found["arm"] == "usual") & (found["kind"] == "payer") & (found["party"] == "insurer_a")].iloc[0]
    paid = settled.total("cash_spending", by=["payer"]).of("insurer_a")[:, 0] / 1e9 / settled.outline.years
    assert row["mean"] == pytest.approx(paid.mean())
    assert row["value_at_risk"] == pytest.approx(np.median(paid))
    # Of 40, the 14th and 27th smallest hold the median in 96 % of cases.
    assert (row["low"], row["high"]) == tuple(np.sort(paid)[[13, 26]])
    assert row["beyond"] == 20
    assert row["tail_value_at_risk"] == pytest.approx(np.sort(paid)[20:].mean())
    provider = found[found["kind"] == "provider"].iloc[0]
    result = settled.total("provider_result", by=["provider"], where={"item": "result"}).of(provider["party"])[:, 0]
    assert provider["mean"] == pytest.approx(-result.mean() / 1e9 / settled.outline.years)
    assert wb.tails(settled)["value_at_risk"].isna().all()  # 40 replications tell no 95 %
    with pytest.raises(ValueError, match=r"level: must be at least 0.5 and below 1, got 1"):
        wb.tails(settled, 1.0)
