#include "contracts/support.hpp"
#include "support/marginal_checks.hpp"
#include "support/quadrature.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <string>
#include <vector>

namespace waterbed::testing {
namespace {

/// Half of every saving, without gate: of one more euro that counts the holder loses half.
Contract shared_savings(std::vector<Term> more) {
  std::vector<Term> terms = {given(), one_layer(Share::of(percent(50)), Share::of(percent(50)))};
  terms.insert(terms.end(), more.begin(), more.end());
  return named(terms);
}

/// The settlement by what one person of 10,000 spends; the others spend 1,500 each.
Payment by_person(const Contract& contract) {
  return [contract](double y) {
    Facts facts = year(10'000, euro(1'930), Money{});
    facts.counted = {};
    facts.counted.groups = {{1, Money::from_euro(y)}, {9'999, euro(1'500)}};
    return settle(contract, facts, Detail::amounts).settlement.to_euro();
  };
}

void add_person(std::vector<MarginalCheck>& checks, const std::string& term, const std::string& what,
                const Contract& contract, const PaymentCurve& counted, const std::vector<double>& breaks) {
  const Payment settlement = by_person(contract);
  for (const Forecast& spending :
       {Forecast{3'000, 6'000, ForecastShape::log_normal}, Forecast{18'000, 20'000, ForecastShape::log_normal},
        Forecast{22'500, 5'000}, Forecast{40'000, 15'000, ForecastShape::log_normal}}) {
    checks.push_back(
        {term, what, -0.5 * expected_slope(counted, spending), slope_by_quadrature(settlement, spending, breaks), 0.5});
  }
}

}  // namespace

std::vector<MarginalCheck> person_checks() {
  std::vector<MarginalCheck> checks;
  // 22,500 EUR: the cut of a Dutch pilot, about 1 % of people exceed it.
  Truncate truncate;
  truncate.amount = euro(22'500);
  Reinsure reinsure;
  reinsure.attach = euro(15'000);
  reinsure.limit = euro(25'000);
  reinsure.share = percent(80);
  reinsure.premium = euro(40);
  add_person(checks, "truncate", "per person at 22,500", shared_savings({truncate}),
             counted_curve({std::nullopt, Money::from_euro(22'500)}, nullptr), {22'500});
  add_person(checks, "reinsure", "80 % of 25,000 above 15,000", shared_savings({reinsure}),
             counted_curve({}, &reinsure), {15'000, 40'000});
  add_person(checks, "reinsure", "after truncation at 22,500", shared_savings({truncate, reinsure}),
             counted_curve({std::nullopt, Money::from_euro(22'500)}, &reinsure), {15'000, 22'500});
  return checks;
}

}  // namespace waterbed::testing
