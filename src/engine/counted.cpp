#include "counted.hpp"

#include "attribution.hpp"
#include "selection.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// @param borne  part of the amount that a reinsurer bears
void add_amount(Counted& counted, std::int64_t whole, std::int64_t borne = 0) {
  const std::int64_t amount = whole - borne;
  counted.micro += amount;
  counted.unreinsured += whole;
  const double euro = static_cast<double>(amount) / 1e6;
  counted.sum_euro += euro;
  counted.sum_squares += euro * euro;
}

void add_person(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person, int until,
                Counted& counted) {
  const std::int64_t spent = state.spend[person * model.spend.size() + at(contract.spend_accumulator)];
  const std::int64_t lived = cycles_lived(model, state, person, until);
  if (contract.by_person) {
    counted.persons.push_back(Money{spent});
  } else {
    add_amount(counted, contract.truncate ? std::min(spent, contract.truncate->micro) : spent);
  }
  counted.cycles += lived;
  const PersonRisk risk =
      contract.has_risk() ? risk_of(state, contract, person, person_now(model, state, person)) : PersonRisk{};
  if (!counted.by_class.empty()) {
    ClassCost& of = counted.by_class[selection_class(model, state, person)];
    of.cycles += static_cast<double>(lived);
    of.spent += static_cast<double>(contract.truncate ? std::min(spent, contract.truncate->micro) : spent) / 1e6;
    of.risk += static_cast<double>(lived) * risk.recorded;
  }
  if (contract.has_risk()) {
    counted.risk += static_cast<double>(lived) * risk.recorded;
    counted.true_risk += static_cast<double>(lived) * risk.truly;
  }
  if (const std::size_t group = model.people.practice_group[person]; group < counted.group_cycles.size()) {
    counted.group_cycles[group] += lived;
  }
  counted.people += 1;
  counted.here += state.presence[person] == Presence::here ? 1 : 0;
  counted.died += state.presence[person] == Presence::dead ? 1 : 0;
  counted.moved_away += state.presence[person] == Presence::left ? 1 : 0;
}

/// Cuts and reinsures each person where the level depends on all of them.
void count_by_person(const Contract& contract, Counted& counted) {
  const Truncate* truncate = find_term<Truncate>(contract);
  const Reinsure* reinsure = find_term<Reinsure>(contract);
  if (truncate != nullptr) {
    counted.cut = cut_levels(*truncate, counted.persons);
  }
  for (Money amount : counted.persons) {
    amount = cut_to(amount, counted.cut);
    add_amount(counted, amount.micro, reinsure != nullptr ? reinsured(*reinsure, amount).micro : 0);
  }
}

/// Use of a contract's members by somebody whom its payer insures.
void add_use(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person, bool belongs,
             Counted& counted) {
  const std::size_t group = model.people.practice_group[person];
  if (group < counted.group_use.size() && static_cast<int>(model.people.payer[person]) == contract.payer) {
    const std::int64_t use = use_of(model, state, contract, person).of_members;
    counted.group_use[group] += use;
    counted.group_own_use[group] += belongs ? use : 0;
  }
}

double class_risk(const ContractModel& contract, const PersonView& view) {
  const Reference* reference = find_term<Reference>(contract.contract);
  for (const ReferenceStep& step : reference->steps) {
    const Risk* risk = std::get_if<Risk>(&step);
    for (std::size_t k = 0; risk != nullptr && k < risk->classes.size(); ++k) {
      if (matches(contract.who[at(contract.risk_who[k])], view)) {
        return risk->classes[k].weight.to_double();
      }
    }
  }
  return 1.0;
}

}  // namespace

PersonRisk risk_of(const ArmState& state, const ContractModel& contract, std::size_t person, const PersonView& view) {
  if (contract.risk_by >= 0) {
    return {state.start.score[at(contract.risk_by)][person], state.start.true_score[at(contract.risk_by)][person]};
  }
  PersonView truly = view;
  truly.recorded = truly.stage;
  return {class_risk(contract, view), class_risk(contract, truly)};
}

std::vector<Counted> count_people(const Model& model, const ArmState& state, const ArmModel& arm,
                                  const PeopleOfContracts& people, int until) {
  std::vector<Counted> all(arm.contracts.size());
  for (std::size_t c = 0; c < all.size(); ++c) {
    all[c].group_cycles.assign(model.people.practice_group_names.size(), 0);
    all[c].cut.high = arm.contracts[c].truncate;
    if (arm.contracts[c].use_counter >= 0) {
      all[c].group_use.assign(all[c].group_cycles.size(), 0);
      all[c].group_own_use = all[c].group_use;
    }
    const bool looks_at_classes = model.behaviour.selection_per_1000 != 0.0 || model.behaviour.theta_coding != 0.0;
    all[c].by_class.resize(looks_at_classes ? k_selection_classes : 0);
  }
  const std::size_t lanes = arm.lanes.size();
  std::vector<std::int16_t> now(lanes);
  for (std::size_t person = 0; lanes > 0 && person < state.presence.size(); ++person) {
    if (seen_this_year(model, state, person)) {
      contracts_of_person(model, state, arm, people, person, person_now(model, state, person), now);
    } else if (state.presence[person] == Presence::not_yet) {
      continue;
    } else {
      std::fill(now.begin(), now.end(), PeopleOfContracts::k_nobody);
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::int16_t before = people.before[person * lanes + lane];
      if (now[lane] >= 0) {
        Counted& counted = all[at(now[lane])];
        add_person(model, state, arm.contracts[at(now[lane])], person, until, counted);
        counted.newly_assigned += now[lane] != before ? 1 : 0;
      }
      if (before >= 0 && before != now[lane]) {
        all[at(before)].turned_away += 1;
      }
    }
    for (std::size_t c = 0; c < all.size(); ++c) {
      if (!all[c].group_use.empty()) {
        const bool belongs = now[at(arm.contracts[c].lane)] == static_cast<std::int16_t>(c);
        add_use(model, state, arm.contracts[c], person, belongs, all[c]);
      }
    }
  }
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (arm.contracts[c].by_person) {
      count_by_person(arm.contracts[c].contract, all[c]);
    }
  }
  return all;
}

}  // namespace waterbed::engine
