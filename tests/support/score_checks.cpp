#include "contracts/terms.hpp"
#include "support/marginal_checks.hpp"
#include "support/quadrature.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/contracts/score_marginal.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace waterbed::testing {
namespace {

/// 100 million of benchmark for 10,000 people and this much spent.
Facts spent(double counted) {
  Facts facts = year(10'000, euro(10'000), Money{});
  facts.counted.total = Money::from_euro(counted);
  facts.quality_standard = QualityStandard::alternative;
  facts.stays = true;
  facts.list_ratio = permille(1100);
  return facts;
}

Payment paid_by_score(const Contract& contract, const Facts& facts) {
  return [contract, facts](double q) {
    Facts now = facts;
    now.quality_score = Rate::from_double(std::clamp(q, 0.0, 1.0));
    return settle(contract, now, Detail::amounts).total().to_euro();
  };
}

struct Case {
  std::string term;
  std::string what;
  Contract contract;
  Facts facts;
  double counted = 0.0;
  std::vector<double> breaks;  // beside 0 and 1
  double scale = 1e6;          // EUR per unit of score
};

Quality laddered(QualityTarget target) {
  Quality quality = by_score(target);
  quality.ladder = {
      {percent(25), false, percent(20)}, {percent(50), false, percent(50)}, {percent(75), true, percent(100)}};
  return quality;
}

Contract with_quality(Quality quality, std::vector<Term> more = {}) {
  std::vector<Term> terms = {given(), one_layer(Share::of(percent(50)), Share::of(percent(50))), std::move(quality)};
  terms.insert(terms.end(), more.begin(), more.end());
  return named(terms);
}

/// What only counts money paid anyway: a fixed lump sum of 2 million, and fees of 3 million.
std::vector<Term> paid_anyway() {
  Fee fee;
  fee.prices = {{"visit", euro(40)}};
  Lump lump;
  lump.amount = euro(2'000'000);
  return {fee, lump};
}

void add_shares(std::vector<Case>& all) {
  all.push_back(
      {"quality", "share times score", with_quality(by_score(QualityTarget::layers_up)), spent(96e6), 96e6, {}});
  all.push_back({"quality",
                 "rungs on the share",
                 with_quality(laddered(QualityTarget::layers_both)),
                 spent(96e6),
                 96e6,
                 {0.25, 0.5, 0.75}});
  all.push_back({"quality", "loss share (MSSP ENHANCED)", mssp_enhanced(), spent(106e6), 106e6, {1.0 / 3.0, 0.8}});
  Layers ladder =
      one_layer(Share{{}, parse_formula("0.2 + 0.6*q"), {}}, Share{{}, parse_formula("max(0.1, 0.8 - q)"), {}});
  all.push_back({"quality", "share by formula, saving (AQC)", named({given(), ladder}), spent(97e6), 97e6, {}});
  all.push_back({"quality", "share by formula, loss", named({given(), ladder}), spent(103e6), 103e6, {0.7}});
  Quality swing;
  swing.target = QualityTarget::settlement;
  swing.swing_up = percent(10);
  swing.swing_down = percent(15);
  all.push_back({"quality", "swing of the settlement, saving (TEAM)", with_quality(swing), spent(95e6), 95e6, {}});
  all.push_back({"quality", "swing of the settlement, loss (TEAM)", with_quality(swing), spent(104e6), 104e6, {}});
}

void add_benchmark_targets(std::vector<Case>& all) {
  Discount discount;
  discount.ladder = {{Rate{}, false, percent(3)}, {percent(40), false, percent(2)}, {percent(70), false, permille(15)}};
  Reference discounted = given();
  discounted.steps.emplace_back(discount);
  const Layers half = one_layer(Share::of(percent(50)), Share::of(percent(50)));
  all.push_back({"quality", "rungs on the discount (CJR)", named({discounted, half}), spent(94e6), 94e6, {0.4, 0.7}});
  const Withhold withhold{{WithholdPart{WithholdBase::reference, percent(5), EarnedBy::quality}}};
  all.push_back(
      {"withhold", "of the benchmark, one more point", named({given(), half, withhold}), spent(94e6), 94e6, {}});
  all.push_back({"withhold",
                 "of the benchmark, by rungs",
                 with_quality(laddered(QualityTarget::withhold), {withhold}),
                 spent(94e6),
                 94e6,
                 {0.25, 0.5, 0.75}});
}

void add_amounts(std::vector<Case>& all) {
  Facts facts = spent(0.0);
  facts.fee_income = euro(3'000'000);
  std::vector<Term> terms = paid_anyway();
  Quality base = by_score(QualityTarget::base);
  base.low = percent(-10);
  base.high = percent(50);
  terms.emplace_back(base);
  all.push_back({"quality", "of base payments, -10 % to +50 % (Primary Care First)", named(terms), facts, 0.0, {}});
  terms = paid_anyway();
  terms.emplace_back(Withhold{{WithholdPart{WithholdBase::base, percent(8), EarnedBy::quality}}});
  all.push_back({"withhold", "of base payments, one more point", named(terms), facts, 0.0, {}});
  terms = paid_anyway();
  Quality amount = laddered(QualityTarget::amount);
  amount.amount = QualityAmount{{}, cents(400), {}, Period::month, true};
  terms.emplace_back(amount);
  all.push_back(
      {"quality", "amount per person, by rungs, prepaid (CPC+)", named(terms), facts, 0.0, {0.25, 0.5, 0.75}, 1e5});
  amount = by_score(QualityTarget::amount);
  amount.amount = QualityAmount{percent(10), {}, {}, Period::year, false};
  all.push_back({"quality", "amount of 10 % of the benchmark (AQC)", with_quality(amount), spent(97e6), 97e6, {}});
}

/// Counted spending and score both uncertain: the settlement averaged over spending first.
Payment over_counted(const Contract& contract, const Facts& facts, const Forecast& counted,
                     const std::vector<double>& breaks, void (*set)(Facts&, double)) {
  return [=](double x) {
    Facts now = facts;
    set(now, x);
    return mean_by_quadrature(
        [&](double s) {
          now.counted.total = Money::from_euro(s);
          return settle(contract, now, Detail::amounts).settlement.to_euro();
        },
        counted, breaks);
  };
}

void set_score(Facts& facts, double q) { facts.quality_score = Rate::from_double(std::clamp(q, 0.0, 1.0)); }
void set_risk(Facts& facts, double ratio) { facts.risk_ratio = Rate::from_double(ratio); }

void add_joint(std::vector<MarginalCheck>& checks) {
  const Contract contract = mssp_enhanced();
  const Forecast counted{101e6, 1e6};
  const Forecast score{0.75, 0.05};
  const Facts facts = spent(0.0);
  checks.push_back({"quality", "score and spending both uncertain, at the gate (MSSP ENHANCED)",
                    quality_slope(contract, facts, counted, score),
                    slope_by_quadrature(over_counted(contract, facts, counted, {99e6, 1e8, 101e6}, set_score), score,
                                        {1.0 / 3.0, 0.8, 1.0}),
                    1e6});
}

void add_risk(std::vector<MarginalCheck>& checks) {
  Risk risk;
  risk.cap_up = percent(3);
  const Contract linear =
      named({Reference{{Given{}, risk}}, one_layer(Share::of(percent(50)), Share::of(percent(50)))});
  const Facts facts = spent(97e6);
  for (const Forecast& ratio : {Forecast{1.01, 0.005}, Forecast{1.03, 0.01}, Forecast{1.04, 0.02}}) {
    const Payment paid = [&](double at) {
      Facts now = facts;
      set_risk(now, at);
      return settle(linear, now, Detail::amounts).settlement.to_euro();
    };
    checks.push_back({"reference", "risk score, capped at +3 %", risk_slope(linear, facts, {97e6, 0.0}, ratio),
                      slope_by_quadrature(paid, ratio, {1.03}), 1e7});
  }
  // At the cap most of the time, and with a gate, so that it matters how B moves it.
  const Contract gated =
      named({Reference{{Given{}, risk}}, Gate{percent(2)}, Layers{{{std::nullopt, Share::of(percent(50))}}, {}}});
  const Forecast counted{99e6, 1e6};
  const Forecast ratio{1.02, 0.01};
  const Payment mean = [&](double at) {
    const double B = 1e8 * std::min(at, 1.03);
    return over_counted(gated, facts, counted, {0.98 * B, B}, set_risk)(at);
  };
  checks.push_back({"reference", "risk score and spending both uncertain, with a gate",
                    risk_slope(gated, facts, counted, ratio), slope_by_quadrature(mean, ratio, {1.03}), 1e7});
}

void add_measure(std::vector<MarginalCheck>& checks) {
  // 201.16 a point and a prevalence of 1.2 times the average (QOF).
  Quality qof = by_score(QualityTarget::amount);
  qof.met = QualityFactor::of(Rate{Rate::k_one});
  qof.measures = {{"blood pressure", percent(40), percent(80), Rate{100 * Rate::k_one}, true}};
  qof.amount = QualityAmount{{}, {}, cents(20'116), Period::year, false};
  const Contract contract = named({qof});
  Facts facts = spent(0.0);
  facts.quality_standard = QualityStandard::met;
  facts.quality_score.reset();
  const Payment paid = [&](double achieved) {
    Facts now = facts;
    now.measures = {{"blood pressure", Rate::from_double(achieved), permille(1200)}};
    return settle(contract, now, Detail::amounts).total().to_euro();
  };
  for (const Forecast& achieved : {Forecast{0.5, 0.05}, Forecast{0.78, 0.04}}) {
    checks.push_back({"quality", "points of a measure between its thresholds (QOF)",
                      201.16 * 1.1 * 1.2 * measure_slope(qof.measures[0], achieved),
                      slope_by_quadrature(paid, achieved, {0.4, 0.8}), 1e3});
  }
}

void add_gain(std::vector<MarginalCheck>& checks) {
  Gain gain = qaly_gain();
  gain.cap = Rate{12 * Rate::k_one};
  gain.credibility_k = 250;
  constexpr std::int64_t people = 1000;
  const auto paid_by = [](const Gain& term, std::int64_t group) {
    return [term, group](double sum) {
      Facts facts;
      facts.comparison_gain = permille(2);
      facts.outcomes = {{group, percent(70), Rate::from_double(0.7 + sum / static_cast<double>(group))}};
      return settle(named({term}), facts, Detail::amounts).total().to_euro();
    };
  };
  for (const Forecast& outcome : {Forecast{3, 4}, Forecast{10, 5}, Forecast{16, 3}}) {
    checks.push_back({"gain", "group floor, cap and credibility",
                      expected_slope(gain_curve(gain, people, 0.002), outcome),
                      slope_by_quadrature(paid_by(gain, people), outcome, {2, 17}), 8'000});
  }
  gain.cap.reset();
  gain.most = euro(60'000);
  // Reached at 7.5 units after credibility: 9.375 above the comparison.
  checks.push_back({"gain", "most in euro", expected_slope(gain_curve(gain, people, 0.002), {10, 3}),
                    slope_by_quadrature(paid_by(gain, people), {10, 3}, {2, 11.375}), 8'000});
  gain.most.reset();
  gain.at = GainLevel::person;
  // One person of one: with 250 to be credible, luck of a person hardly counts.
  gain.credibility_k = 0;
  checks.push_back({"gain", "floor per person", expected_slope(gain_curve(gain, 1, 0.002), {0.02, 0.1}),
                    slope_by_quadrature(paid_by(gain, 1), {0.02, 0.1}, {0.002}), 8'000});
}

}  // namespace

std::vector<MarginalCheck> score_checks() {
  std::vector<Case> all;
  add_shares(all);
  add_benchmark_targets(all);
  add_amounts(all);
  std::vector<MarginalCheck> checks;
  for (const Case& test : all) {
    std::vector<double> breaks = test.breaks;
    breaks.insert(breaks.end(), {0.0, 1.0});
    for (const Forecast& score : {Forecast{0.3, 0.05}, Forecast{0.72, 0.04}, Forecast{0.95, 0.06}}) {
      checks.push_back({test.term, test.what, quality_slope(test.contract, test.facts, {test.counted, 0.0}, score),
                        slope_by_quadrature(paid_by_score(test.contract, test.facts), score, breaks), test.scale});
    }
  }
  add_joint(checks);
  add_risk(checks);
  add_measure(checks);
  add_gain(checks);
  return checks;
}

}  // namespace waterbed::testing
