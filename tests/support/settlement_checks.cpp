#include "contracts/support.hpp"
#include "support/marginal_checks.hpp"
#include "support/quadrature.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/contracts/ratchet.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <string>
#include <utility>
#include <vector>

namespace waterbed::testing {
namespace {

/// 10,000 people at a benchmark of 10,000 EUR: 100 million.
Facts year_of_100_million() {
  Facts facts = year(10'000, euro(10'000), Money{});
  facts.counted = {};
  facts.low_revenue = true;
  facts.stays = true;
  return facts;
}

/// One settling contract, and where its settlement bends or jumps: shares of the benchmark, and euro beside it.
struct Case {
  std::string term;
  std::string what;
  Contract contract;
  std::vector<double> bends;
  std::vector<double> means;
  Facts facts = year_of_100_million();
  double kept = 1.0;  // B after discount and withhold, of the benchmark before
  std::vector<double> bends_in_euro = {};

  [[nodiscard]] std::vector<double> breaks(double benchmark) const {
    std::vector<double> all;
    for (const double share : bends) {
      all.push_back(share * kept * benchmark);
    }
    for (const double euro : bends_in_euro) {
      all.push_back(kept * benchmark + euro);
    }
    return all;
  }
};

Payment settlement_of(const Contract& contract, const Facts& facts) {
  return [contract, facts](double counted) {
    Facts now = facts;
    now.counted.total = Money::from_euro(counted);
    return settle(contract, now, Detail::amounts).settlement.to_euro();
  };
}

Layers both(const std::vector<std::pair<Rate, Rate>>& bands, Rate beyond) {
  Layers layers;
  for (const auto& [edge, share] : bands) {
    layers.up.push_back({edge, Share::of(share)});
  }
  layers.up.push_back({std::nullopt, Share::of(beyond)});
  layers.down = layers.up;
  return layers;
}

Limit euro_limits() {
  Limit limit;
  limit.up = {LimitPart{LimitBase::amount, {}, euro(1'500'000)}};
  limit.down = {LimitPart{LimitBase::reference, {permille(10), permille(20)}, {}}};
  return limit;
}

std::vector<Case> cases() {
  const Layers half{{{std::nullopt, Share::of(percent(50))}}, {}};
  const Layers uneven = one_layer(Share::of(percent(50)), Share::of(percent(30)));
  std::vector<Case> all;
  all.push_back({"gate",
                 "first dollar at 2 %",
                 named({given(), Gate{percent(2)}, half}),
                 {0.98, 1.0},
                 {95e6, 97.5e6, 98e6, 98.5e6, 101e6}});
  Gate excess{percent(2), percent(3)};
  excess.mode = GateMode::excess;
  all.push_back({"gate",
                 "excess over 2 % and 3 %",
                 named({given(), excess, uneven}),
                 {0.98, 1.0, 1.03},
                 {96e6, 98e6, 100e6, 103e6, 105e6}});
  all.push_back({"gate",
                 "by size, half the share below (MSSP level A)",
                 mssp_basic_a(),
                 {0.75, 0.97, 1.0},
                 {90e6, 96e6, 97e6, 99e6}});
  all.push_back(
      {"layers",
       "corridors (ACO REACH Professional)",
       named({given(),
              both({{percent(5), percent(50)}, {percent(10), percent(35)}, {percent(15), percent(15)}}, percent(5))}),
       {0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15},
       {85e6, 90e6, 95e6, 100e6, 105e6, 112e6}});
  all.push_back({"layers",
                 "loss share by quality (MSSP ENHANCED)",
                 mssp_enhanced(),
                 {0.99, 1.0, 1.01},
                 {97e6, 99e6, 101e6, 104e6}});
  all.back().facts.quality_score = percent(60);
  // 8 % of a revenue of 30 million is less than 4 % of B: reached at a loss of 8 million.
  all.push_back({"limit",
                 "8 % of revenue and 4 % of B (MSSP level E)",
                 mssp_basic_e(),
                 {0.8, 0.98, 1.0, 1.02},
                 {80e6, 90e6, 98e6, 102e6, 106e6, 108e6}});
  all.back().bends_in_euro = {8e6};
  all.push_back({"limit",
                 "in euro, and by year",
                 named({given(), both({}, percent(50)), euro_limits()}),
                 {1.0, 1.04},
                 {95e6, 97e6, 100e6, 103e6, 104.5e6}});
  all.back().bends_in_euro = {-3e6};
  all.back().facts.performance_year = 2;
  Adjust adjust = sequestered(percent(2));
  adjust.sequester_losses = true;
  adjust.mitigates_losses = true;
  adjust.price_index = permille(1030);
  all.push_back({"adjust",
                 "sequestration, disaster relief, price index",
                 named({given(), both({}, percent(50)), adjust}),
                 {1.0},
                 {95e6, 100e6, 103e6}});
  all.back().facts.mitigated_share = percent(25);
  // 3.5 % off, and of the rest 5 % held back, of which 80 % is earned.
  Discount discount;
  discount.rate = permille(35);
  Reference discounted = given();
  discounted.steps.emplace_back(discount);
  const Withhold withhold{{WithholdPart{WithholdBase::reference, percent(5), EarnedBy::quality}}};
  all.push_back(
      {"withhold",
       "and discount on B, corridors (ACO REACH Global)",
       named({discounted, withhold, both({{percent(10), percent(100)}, {percent(35), percent(50)}}, percent(25))}),
       {0.65, 0.9, 1.0, 1.1, 1.35},
       {84e6, 86e6, 95e6, 105e6}});
  all.back().facts.quality_score = percent(80);
  all.back().kept = 0.965 * 0.99;
  return all;
}

void add_slopes(std::vector<MarginalCheck>& checks) {
  for (const Case& test : cases()) {
    const SettlementCurve curve = settlement_curve(test.contract, test.facts);
    for (const double mean : test.means) {
      for (const double sd : {5e5, 2e6}) {
        checks.push_back({test.term, test.what, expected_slope(curve, {mean, sd}, SlopeCap::none),
                          slope_by_quadrature(settlement_of(test.contract, test.facts), {mean, sd}, test.breaks(1e8)),
                          1.0});
      }
    }
  }
}

/// Where a limit of revenue binds own income raises what is owed.
void add_revenue(std::vector<MarginalCheck>& checks) {
  const Contract contract = mssp_basic_e();
  const SettlementCurve curve = settlement_curve(contract, year_of_100_million());
  for (const Forecast& counted : {Forecast{106e6, 2e6}, Forecast{108e6, 2e6}, Forecast{112e6, 1e6}}) {
    const auto expected = [&](double more) {
      Facts facts = year_of_100_million();
      facts.own_revenue = Money::from_euro(30e6 + more);
      const double reached = 1e8 + 0.08 * (30e6 + more) / 0.3;
      return mean_by_quadrature(settlement_of(contract, facts), counted, {80e6, 98e6, 1e8, 102e6, reached});
    };
    checks.push_back({"limit", "one more euro of own revenue", expected_revenue_slope(curve, counted),
                      five_point(expected, 5e4), 0.08});
  }
}

/// One more euro of benchmark, and one more person, whose benchmark and spending come along.
void add_benchmark(std::vector<MarginalCheck>& checks) {
  for (const Case& test : cases()) {
    const SettlementCurve curve = settlement_curve(test.contract, test.facts);
    for (const double mean : {test.means[0], test.means[1], test.means.back()}) {
      const Forecast counted{mean, 1.5e6};
      const auto expected = [&](double benchmark, double more) {
        Facts facts = test.facts;
        facts.benchmark_per_person_year = Money::from_euro(benchmark / 1e4);
        return mean_by_quadrature(settlement_of(test.contract, facts), {counted.mean + more, counted.sd},
                                  test.breaks(benchmark));
      };
      checks.push_back({"reference", "one more euro of benchmark: " + test.what,
                        test.kept * expected_benchmark_slope(curve, counted),
                        five_point([&](double t) { return expected(1e8 + t, 0.0); }, 2e4), 1.0});
      // 10,000 of benchmark and 9,000 of spending.
      checks.push_back({"scope", "one more person attributed: " + test.what,
                        attribution_marginal(curve, counted, test.kept * 10'000, 9'000),
                        five_point([&](double t) { return expected(1e8 + 1e4 * t, 9e3 * t); }, 2.0), 10'000});
    }
  }
}

void add_split(std::vector<MarginalCheck>& checks) {
  Split weights;
  weights.parts = {{"gp", percent(70)}, {"hospital", percent(30)}};
  Split waterfall;
  waterfall.waterfall = {{"investor", euro(1'000'000)}, {"provider", std::nullopt}};
  for (const auto& [what, split, party] : {std::tuple{"weights", weights, std::string("gp")},
                                           std::tuple{"waterfall, senior", waterfall, std::string("investor")},
                                           std::tuple{"waterfall, junior", waterfall, std::string("provider")}}) {
    const Contract contract =
        named({given(), Gate{percent(1)}, one_layer(Share::of(percent(50)), Share::of(percent(30))), split});
    const Facts facts = year_of_100_million();
    const Payment part = [&, party = party](double counted) {
      Facts now = facts;
      now.counted.total = Money::from_euro(counted);
      for (const PartyAmount& amount : settle(contract, now, Detail::amounts).split) {
        if (amount.party == party) {
          return amount.amount.to_euro();
        }
      }
      return 0.0;
    };
    for (const Forecast& counted :
         {Forecast{97e6, 1e6}, Forecast{98e6, 5e5}, Forecast{99e6, 1e6}, Forecast{103e6, 2e6}}) {
      checks.push_back({"split", what, settlement_marginal(contract, facts, counted, party, SlopeCap::none),
                        slope_by_quadrature(part, counted, {98e6, 99e6, 1e8}), 1.0});
    }
  }
}

/// An agreement of five years whose benchmark is the mean of three years before it, moved 35 % towards the region.
void add_ratchet(std::vector<MarginalCheck>& checks) {
  Regional regional;
  regional.weight_below = percent(35);
  regional.weight_above = percent(35);
  const Contract contract =
      named({Reference{{History{}, regional}}, Gate{percent(2)}, Layers{{{std::nullopt, Share::of(percent(50))}}, {}}});
  Facts facts = year_of_100_million();
  facts.benchmark_per_person_year.reset();
  facts.regional_per_person_year = euro(10'600);
  facts.national_per_person_year = euro(11'000);
  for (int i = 0; i < 3; ++i) {
    BaseYear base;
    base.person_time = {10'000, 1};
    base.counted.total = euro(100'000'000);
    facts.base_years.push_back(base);
  }
  const double B = 102.1e6;
  const double discount = 0.97;
  const auto counted = [](int year) { return Forecast{99.5e6 + 2e5 * year, 1e6}; };
  const auto five_years = [&](double spent) {
    Facts now = facts;
    now.base_years[2].counted.total = Money::from_euro(1e8 + spent);
    const double benchmark = B + 0.65 * spent / 3.0;
    double sum = 0.0;
    double worth = 1.0;
    for (int year = 1; year <= 5; ++year) {
      worth *= discount;
      now.performance_year = year;
      sum += worth * mean_by_quadrature(settlement_of(contract, now), counted(year), {0.98 * benchmark, benchmark});
    }
    return sum;
  };
  std::vector<RatchetYear> years;
  for (int year = 1; year <= 5; ++year) {
    facts.performance_year = year;
    years.push_back(
        {static_cast<double>(year), expected_benchmark_slope(settlement_curve(contract, facts), counted(year))});
  }
  const double numerical = five_point(five_years, 1e5);
  checks.push_back({"reference", "ratchet: by weight, trend and region",
                    ratchet_return(1.0 / 3.0, 1.0, 0.35, discount, years), numerical, 1.0});
  checks.push_back({"reference", "ratchet: by the contract's own steps",
                    ratchet_return(benchmark_slope(contract, facts, 2), 1.0, 0.0, discount, years), numerical, 1.0});
}

}  // namespace

std::vector<MarginalCheck> settlement_checks() {
  std::vector<MarginalCheck> checks;
  add_slopes(checks);
  add_revenue(checks);
  add_benchmark(checks);
  add_split(checks);
  add_ratchet(checks);
  return checks;
}

}  // namespace waterbed::testing
