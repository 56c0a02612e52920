#include "registered.hpp"

#include "attribution.hpp"
#include "counted.hpp"
#include "waterbed/contracts/truncate.hpp"

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

bool could_belong(const Model& model, const ContractModel& contract, std::size_t person, const PersonView& view) {
  const bool here = contract.attribution.rule == AttributionRule::geography
                        ? contract.place[model.people.municipality[person]] != 0
                        : registered_with(model, contract, person);
  return here && (contract.scope_who < 0 || matches(contract.who[at(contract.scope_who)], view));
}

/// Cuts everybody and adds up.
void add_up(const Contract& contract, const std::vector<Money>& persons, Registered& sums) {
  const Truncate* truncate = find_term<Truncate>(contract);
  const Reinsure* reinsure = find_term<Reinsure>(contract);
  const CutLevels cut = truncate != nullptr ? cut_levels(*truncate, persons) : CutLevels{};
  sums.cut_at = cut.high;
  for (Money amount : persons) {
    sums.uncut += amount.micro;
    amount = cut_to(amount, cut);
    sums.cut += amount.micro;
    sums.borne += reinsure != nullptr ? reinsured(*reinsure, amount).micro : 0;
  }
}

}  // namespace

std::vector<Registered> count_registered(const Model& model, const ArmState& state, const ArmModel& arm) {
  std::vector<Registered> all(arm.contracts.size());
  std::vector<std::vector<Money>> persons(arm.contracts.size());
  for (std::size_t person = 0; !arm.lanes.empty() && person < state.presence.size(); ++person) {
    const std::size_t payer = model.people.payer[person];
    if (payer >= arm.claims_of_payer.size() || arm.claims_of_payer[payer].empty() ||
        !seen_this_year(model, state, person)) {
      continue;
    }
    const PersonView seen = person_now(model, state, person);
    for (const int c : arm.claims_of_payer[payer]) {
      const ContractModel& contract = arm.contracts[at(c)];
      if (!could_belong(model, contract, person, seen)) {
        continue;
      }
      Registered& sums = all[at(c)];
      const std::int64_t lived = cycles_lived(model, state, person, state.cycle + 1);
      sums.cycles += lived;
      persons[at(c)].push_back(Money{state.spend[person * model.spend.size() + at(contract.spend_accumulator)]});
      if (contract.has_risk()) {
        const PersonRisk risk = risk_of(state, contract, person, seen);
        sums.risk += static_cast<double>(lived) * risk.recorded;
        sums.true_risk += static_cast<double>(lived) * risk.truly;
      }
    }
  }
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (arm.contracts[c].settles) {
      add_up(arm.contracts[c].contract, persons[c], all[c]);
    }
  }
  return all;
}

}  // namespace waterbed::engine
