#include "attribution.hpp"

#include "selection.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// How strong a claim is: precedence first; a holder named by the person goes before one found by use.
using Strength = std::pair<int, bool>;

struct Claim {
  std::int16_t contract = PeopleOfContracts::k_nobody;
  Strength strength{};

  void consider(std::size_t other, Strength others) {
    if (contract == PeopleOfContracts::k_nobody || others > strength) {
      contract = static_cast<std::int16_t>(other);
      strength = others;
    }
  }
};

int year_start(const Model& model, int cycle) { return cycle - cycle % model.time.cycles_per_year; }

/// Known of everybody at any time, so that people who come during the year are taken up at once.
bool is_open(const ContractModel& contract) {
  return contract.attribution.rule == AttributionRule::registration ||
         contract.attribution.rule == AttributionRule::geography;
}

bool signs_up(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person) {
  const Words words = draw(state.seed, {state.replication, static_cast<std::uint32_t>(person), 0, Purpose::sign_up,
                                        static_cast<std::uint32_t>(contract.holder)});
  return bernoulli(words[0], contract.attribution.uptake * share_asked(model, state, contract, person));
}

/// More use of the members together than of any other provider.
bool has_plurality(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person) {
  const Use use = use_of(model, state, contract, person);
  return use.of_members > use.of_other;
}

/// Whether the rule of a contract gives it a person on what is known now; true: the person named the holder.
std::optional<bool> named_by_rule(const Model& model, const ArmState& state, const ContractModel& contract,
                                  std::size_t person, const PersonView& view) {
  const auto found = [](bool holds) { return holds ? std::optional(false) : std::nullopt; };
  if (contract.scope_who >= 0 && !matches(contract.who[at(contract.scope_who)], view)) {
    return std::nullopt;
  }
  switch (contract.attribution.rule) {
    case AttributionRule::registration:
      return found(registered_with(model, contract, person));
    case AttributionRule::plurality_visits:
    case AttributionRule::plurality_charges:
      return found(has_plurality(model, state, contract, person));
    case AttributionRule::geography:
      return found(contract.place[model.people.municipality[person]] != 0);
    case AttributionRule::enrolment:
      return found(registered_with(model, contract, person) && signs_up(model, state, contract, person));
    case AttributionRule::choice:
      if (registered_with(model, contract, person) && signs_up(model, state, contract, person)) {
        return true;
      }
      return found(has_plurality(model, state, contract, person));
  }
  return std::nullopt;
}

/// The strongest of the claims of contracts of which `looks` holds.
template <class Looks>
Claim best_claim(const Model& model, const ArmState& state, const ArmModel& arm, std::size_t lane, std::size_t person,
                 const PersonView& view, const Looks& looks) {
  Claim best;
  const std::size_t payer = model.people.payer[person];
  if (payer < arm.claims_of_payer.size()) {
    for (const int c : arm.claims_of_payer[payer]) {
      if (at(arm.contracts[at(c)].lane) == lane && looks(arm.contracts[at(c)])) {
        const ContractModel& contract = arm.contracts[at(c)];
        if (const std::optional<bool> named = named_by_rule(model, state, contract, person, view)) {
          best.consider(at(c), {contract.attribution.precedence, *named});
        }
      }
    }
  }
  return best;
}

bool is_prospective(const ContractModel& contract) {
  return contract.attribution.timing == AttributionTiming::prospective;
}

/// How strong the claim of a contract is that was fixed before the year. Who was named then is named now.
Strength strength_of_fixed(const Model& model, const ArmState& state, const ContractModel& contract,
                           std::size_t person) {
  const bool named = contract.attribution.rule == AttributionRule::choice && registered_with(model, contract, person) &&
                     signs_up(model, state, contract, person);
  return {contract.attribution.precedence, named};
}

}  // namespace

PeopleOfContracts no_people(const Model& model, const ArmModel& arm) {
  PeopleOfContracts people;
  const std::size_t cells = at(model.people.size()) * arm.lanes.size();
  people.before.assign(cells, PeopleOfContracts::k_nobody);
  if (arm.fixes_people) {
    people.fixed.assign(cells, PeopleOfContracts::k_not_judged);
  }
  return people;
}

Use use_of(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person) {
  const std::vector<std::int32_t>& column = model.use[at(contract.use_counter)].column;
  const std::int64_t* const used = state.use.data() + person * model.use_columns;
  Use use;
  for (std::size_t p = 0; p < column.size(); ++p) {
    if (column[p] < 0) {
      continue;
    }
    const bool member =
        std::find(contract.members.begin(), contract.members.end(), static_cast<int>(p)) != contract.members.end();
    if (member) {
      use.of_members += used[at(column[p])];
    } else {
      use.of_other = std::max(use.of_other, used[at(column[p])]);
    }
  }
  return use;
}

bool registered_with(const Model& model, const ContractModel& contract, std::size_t person) {
  const std::size_t group = model.people.practice_group[person];
  return contract.group.empty() || (group < contract.group.size() && contract.group[group] != 0);
}

bool has_by_rule(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person,
                 const PersonView& view) {
  return named_by_rule(model, state, contract, person, view).has_value();
}

int cycles_lived(const Model& model, const ArmState& state, std::size_t person, int until) {
  const int from = std::max(year_start(model, state.cycle), static_cast<int>(model.people.enters_cycle[person]));
  return std::max(0, std::min(until, static_cast<int>(state.gone_at[person])) - from);
}

bool seen_this_year(const Model& model, const ArmState& state, std::size_t person) {
  return state.presence[person] == Presence::here ||
         (state.presence[person] != Presence::not_yet && state.gone_at[person] >= year_start(model, state.cycle));
}

void contracts_of_person(const Model& model, const ArmState& state, const ArmModel& arm,
                         const PeopleOfContracts& people, std::size_t person, const PersonView& view,
                         std::span<std::int16_t> by_lane) {
  const int year = model.time.year_of(state.cycle);
  Claim winner;
  for (std::size_t lane = 0; lane < by_lane.size(); ++lane) {
    const std::int16_t fixed =
        people.fixed.empty() ? PeopleOfContracts::k_not_judged : people.fixed[person * by_lane.size() + lane];
    const bool judged = fixed != PeopleOfContracts::k_not_judged;
    Claim best = best_claim(model, state, arm, lane, person, view, [&](const ContractModel& contract) {
      return !is_prospective(contract) || (!judged && is_open(contract));
    });
    if (fixed >= 0) {
      best.consider(at(fixed), strength_of_fixed(model, state, arm.contracts[at(fixed)], person));
    }
    by_lane[lane] = best.contract;
    if (best.contract >= 0 && arm.lanes[lane].in_force(year)) {
      winner.consider(at(best.contract), best.strength);
    }
  }
  for (std::size_t lane = 0; lane < by_lane.size(); ++lane) {
    if (arm.lanes[lane].in_force(year) && by_lane[lane] != winner.contract) {
      by_lane[lane] = PeopleOfContracts::k_nobody;
    }
  }
}

void close_people_of_year(const Model& model, const ArmState& state, const ArmModel& arm, PeopleOfContracts& people) {
  const std::size_t lanes = arm.lanes.size();
  for (std::size_t person = 0; lanes > 0 && person < state.presence.size(); ++person) {
    const bool here = state.presence[person] == Presence::here;
    const PersonView view = here ? person_now(model, state, person) : PersonView{};
    const std::span<std::int16_t> before(people.before.data() + person * lanes, lanes);
    if (here) {
      contracts_of_person(model, state, arm, people, person, view, before);
    } else {
      std::fill(before.begin(), before.end(), PeopleOfContracts::k_nobody);
    }
    for (std::size_t lane = 0; !people.fixed.empty() && lane < lanes; ++lane) {
      people.fixed[person * lanes + lane] =
          here ? best_claim(model, state, arm, lane, person, view, is_prospective).contract
               : PeopleOfContracts::k_not_judged;
    }
  }
}

}  // namespace waterbed::engine
