#include "contracts/support.hpp"
#include "support/marginal_checks.hpp"
#include "support/quadrature.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/contracts/unit_effect.hpp"

#include <array>
#include <string>
#include <vector>

namespace waterbed::testing {
namespace {

constexpr double k_visit = 190.0;
constexpr double k_consult = 12.21;

Contract between(const char* name, const char* holder, std::vector<Term> terms) {
  Contract contract = named(std::move(terms));
  contract.name = name;
  contract.payer = "insurer";
  contract.holder = holder;
  return contract;
}

/// Fees of a hospital under a ceiling of which 70 % is paid above, fees of a GP, and savings that they share 60 : 40.
std::array<Contract, 3> contracts() {
  Fee visits;
  visits.prices = {{"visit", cents(19'000)}};
  Ceiling ceiling;
  ceiling.amount = euro(11'400'000);
  ceiling.share_above = percent(70);
  Fee consults;
  consults.prices = {{"consult", cents(1'221)}};
  Split split;
  split.parts = {{"gp", percent(60)}, {"hospital", percent(40)}};
  Scope scope;
  scope.price = PriceBasis::list;
  return {
      between("hospital", "hospital", {visits, ceiling}), between("gp", "gp", {consults}),
      between(
          "savings", "gp",
          {scope, given(), Gate{percent(1), percent(1)}, one_layer(Share::of(percent(50)), Share::of(percent(30))),
           Limit{{}, {limit_of(LimitBase::revenue, percent(8)), limit_of(LimitBase::reference, percent(4))}}, split})};
}

/// What the outlook says, and its expected payments by quadrature over settle().
struct Position {
  Forecast visits;
  Forecast counted;
  Facts savings;

  [[nodiscard]] std::array<Outlook, 3> outlooks() const {
    std::array<Outlook, 3> all;
    all[0].turnover = visits;
    all[1].turnover = {3e6, 0.0};
    all[2].facts = savings;
    all[2].counted = counted;
    return all;
  }

  [[nodiscard]] double hospital_fees(double more) const {
    const Contract contract = contracts()[0];
    return mean_by_quadrature(
        [&](double turnover) {
          Facts facts;
          facts.fee_income = Money::from_euro(turnover);
          return settle(contract, facts, Detail::amounts).total().to_euro();
        },
        {visits.mean + more, visits.sd}, {11.4e6});
  }

  [[nodiscard]] double shared(double more_counted, double more_revenue) const {
    const Contract contract = contracts()[2];
    Facts facts = savings;
    const double revenue = savings.own_revenue->to_euro() + more_revenue;
    facts.own_revenue = Money::from_euro(revenue);
    return mean_by_quadrature(
        [&](double spent) {
          facts.counted.total = Money::from_euro(spent);
          return settle(contract, facts, Detail::amounts).settlement.to_euro();
        },
        {counted.mean + more_counted, counted.sd}, {99e6, 1e8, 101e6, 1e8 + 0.08 * revenue / 0.3});
  }
};

}  // namespace

std::vector<MarginalCheck> contract_checks() {
  const std::array<Contract, 3> all = contracts();
  std::vector<MarginalCheck> checks;
  Facts savings = year(10'000, euro(10'000), Money{});
  savings.counted = {};
  for (const Position& position :
       {Position{{11.3e6, 2e5}, {99e6, 1e6}, savings}, Position{{11.6e6, 2e5}, {97e6, 2e6}, savings},
        Position{{11.4e6, 1e5}, {108e6, 2e6}, savings}}) {
    const std::array<Outlook, 3> outlooks = position.outlooks();
    CareUnit visit;
    visit.service.kind = "visit";
    visit.payer = "insurer";
    visit.provider = "hospital";
    visit.list_price = k_visit;
    CareUnit consult = visit;
    consult.service.kind = "consult";
    consult.provider = "gp";
    consult.list_price = k_consult;

    const std::vector<IncomeChange> by_visit = unit_effect(all, outlooks, visit, {});
    const double fees = five_point([&](double t) { return position.hospital_fees(k_visit * t); }, 20.0);
    const double settled = five_point([&](double t) { return position.shared(k_visit * t, fees * t); }, 100.0);
    const std::string what = "a hospital visit under ceiling and shared savings: ";
    checks.push_back(
        {"contract", what + "hospital", income_change(by_visit, "hospital"), fees + 0.4 * settled, k_visit});
    checks.push_back({"contract", what + "GP", income_change(by_visit, "gp"), 0.6 * settled, k_visit});
    checks.push_back({"contract", what + "insurer", income_change(by_visit, "insurer"), -fees - settled, k_visit});

    const std::vector<IncomeChange> by_consult = unit_effect(all, outlooks, consult, {});
    const double own = five_point([&](double t) { return position.shared(k_consult * t, k_consult * t); }, 1000.0);
    checks.push_back(
        {"contract", "a GP consultation: GP", income_change(by_consult, "gp"), k_consult + 0.6 * own, k_consult});
    checks.push_back(
        {"contract", "a GP consultation: hospital", income_change(by_consult, "hospital"), 0.4 * own, k_consult});
  }
  return checks;
}

}  // namespace waterbed::testing
