#include "year_end.hpp"

#include "incentive.hpp"

#include "waterbed/contracts/settlement.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

int age_now(const Model& model, const ArmState& state, std::size_t person) {
  return std::clamp((state.cycle - model.people.birth_cycle[person]) / model.time.cycles_per_year, 0, k_max_age);
}

PersonView view(const Model& model, const ArmState& state, std::size_t person) {
  const std::size_t first = person * at(model.health.conditions);
  return view_of(model.people, static_cast<Index>(person), age_now(model, state, person), state.recorded.data() + first,
                 state.stage.data() + first);
}

bool attributed(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person) {
  if (state.presence[person] == Presence::not_yet || model.people.payer[person] != contract.payer ||
      (contract.group >= 0 && model.people.practice_group[person] != contract.group)) {
    return false;
  }
  return contract.scope_who < 0 || matches(contract.who[at(contract.scope_who)], view(model, state, person));
}

/// Counted spending and time of a contract's people in the year so far.
struct Counted {
  std::int64_t micro = 0;
  std::int64_t cycles = 0;
  std::int64_t people = 0;
  double sum_euro = 0.0;
  double sum_squares = 0.0;
};

Counted count_people(const Model& model, const ArmState& state, const ContractModel& contract) {
  Counted counted;
  const std::vector<std::int64_t>& spend = state.spend[at(contract.spend_accumulator)];
  const std::int64_t level = contract.truncate ? contract.truncate->micro : INT64_MAX;
  const int year_start = state.cycle - state.cycle % model.time.cycles_per_year;
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (!attributed(model, state, contract, person)) {
      continue;
    }
    const std::int64_t amount = std::min(spend[person], level);
    counted.micro += amount;
    if (state.presence[person] == Presence::here) {
      counted.people += 1;
      if (contract.scope_who >= 0) {
        counted.cycles += state.cycle + 1 - std::max(year_start, static_cast<int>(model.people.enters_cycle[person]));
      }
    }
    const double euro = static_cast<double>(amount) / 1e6;
    counted.sum_euro += euro;
    counted.sum_squares += euro * euro;
  }
  if (contract.scope_who < 0) {
    const std::size_t groups = model.people.practice_group_names.size();
    for (std::size_t g = 0; g < groups; ++g) {
      if (contract.group < 0 || static_cast<std::size_t>(contract.group) == g) {
        counted.cycles += state.year.class_cycles[at(contract.payer) * groups + g];
      }
    }
  }
  return counted;
}

Money usage_of(const ArmState& state, std::size_t contract, TermKind term) {
  Money sum;
  for (std::size_t slot = 0; slot < state.arm->entries.size(); ++slot) {
    if (state.arm->entries[slot].contract.index() == contract && state.arm->entries[slot].term == term) {
      sum += Money{state.year.usage[slot]};
    }
  }
  return sum;
}

}  // namespace

YearFacts year_facts(const Model& model, const ArmState& state, std::size_t contract_id) {
  const ContractModel& contract = state.arm->contracts[contract_id];
  const int per_year = model.time.cycles_per_year;
  YearFacts result;
  Facts& facts = result.facts;
  const int year = std::max(0, model.time.year_of(state.cycle));
  facts.performance_year = year + 1;
  facts.fee_income = usage_of(state, contract_id, TermKind::fee);
  facts.bundle_income = usage_of(state, contract_id, TermKind::bundle);
  facts.capitation_income = usage_of(state, contract_id, TermKind::capitation);
  facts.patient_paid = Money{};
  facts.expected_turnover = Money::from_euro(contract.expected_turnover[at(year)]);
  facts.own_revenue = *facts.fee_income + *facts.bundle_income + *facts.capitation_income;
  // Quality is not simulated: every party meets its standard in full (docs/model/settlement.md).
  facts.quality_score = Rate{Rate::k_one};
  facts.quality_standard = QualityStandard::met;
  facts.low_revenue = false;
  if (contract.settles) {
    const Counted counted = count_people(model, state, contract);
    facts.person_time = PersonTime{counted.cycles, per_year};
    facts.assigned = counted.people;
    facts.counted.total = Money{counted.micro};
    facts.counted.truncated_at = contract.truncate;
    for (const PastYear& past : state.past) {
      BaseYear base;
      base.person_time = PersonTime{past.cycles[contract_id], per_year};
      base.counted.total = Money{past.counted[contract_id]};
      base.counted.truncated_at = contract.truncate;
      facts.base_years.push_back(base);
    }
    // Performance years follow the base years in `past`; a benchmark looks back on the base years only.
    facts.base_years.resize(std::min(facts.base_years.size(), at(model.time.base_years)));
    result.counted_euro = static_cast<double>(counted.micro) / 1e6;
  }
  return result;
}

PastYear past_year(const Model& model, const ArmState& state, const ArmModel& arm) {
  PastYear past;
  past.counted.assign(arm.contracts.size(), 0);
  past.cycles.assign(arm.contracts.size(), 0);
  past.person_variance.assign(arm.contracts.size(), 0.0);
  for (std::size_t c = 0; c < arm.contracts.size(); ++c) {
    if (!arm.contracts[c].settles) {
      continue;
    }
    const Counted counted = count_people(model, state, arm.contracts[c]);
    past.counted[c] = counted.micro;
    past.cycles[c] = counted.cycles;
    const double people = static_cast<double>(std::max<std::int64_t>(1, counted.people));
    const double mean = counted.sum_euro / people;
    past.person_variance[c] = std::max(0.0, counted.sum_squares / people - mean * mean);
  }
  return past;
}

void accrue_periods(const Model& model, ArmState& state) {
  const int per_year = model.time.cycles_per_year;
  for (const ContractModel& contract : state.arm->contracts) {
    const Capitation* capitation = find_term<Capitation>(contract.contract);
    const Bundle* bundle = find_term<Bundle>(contract.contract);
    const bool enrolled = bundle != nullptr && bundle->trigger == BundleTrigger::enrolled;
    const auto due = [&](Period period) {
      const int cycles = std::max(1, per_year / periods_per_year(period));
      return (state.cycle + 1) % cycles == 0;
    };
    const bool capitation_due = capitation != nullptr && due(capitation->period);
    const bool bundle_due = enrolled && due(bundle->period);
    if (!capitation_due && !bundle_due) {
      continue;
    }
    // Yearly cycles pay all periods of the year at once.
    const std::int64_t capitation_periods =
        capitation == nullptr ? 0 : std::max(1, periods_per_year(capitation->period) / per_year);
    const std::int64_t bundle_periods = !enrolled ? 0 : std::max(1, periods_per_year(bundle->period) / per_year);
    for (std::size_t person = 0; person < state.presence.size(); ++person) {
      if (state.presence[person] != Presence::here || model.people.payer[person] != contract.payer ||
          (contract.group >= 0 && model.people.practice_group[person] != contract.group)) {
        continue;
      }
      const PersonView seen = view(model, state, person);
      if (capitation_due) {
        for (std::size_t k = 0; k < capitation->classes.size(); ++k) {
          if (matches(contract.who[at(contract.capitation_who[k])], seen)) {
            state.year.usage[at(contract.capitation_slot)] += capitation->classes[k].rate.micro * capitation_periods;
            break;  // one class a person: the first that holds
          }
        }
      }
      if (bundle_due && matches(contract.who[at(contract.enrolled_who)], seen)) {
        state.year.usage[at(contract.enrolment_slot)] += bundle->price.micro * bundle_periods;
      }
    }
  }
}

std::vector<Settled> settle_year(const Model& model, ArmState& state) {
  for (const DeductibleModel& deductible : state.arm->deductibles) {
    const std::vector<std::int64_t>& spend = state.spend[at(deductible.spend_accumulator)];
    std::int64_t owed = 0;
    for (std::size_t person = 0; person < state.presence.size(); ++person) {
      if (state.presence[person] != Presence::not_yet && model.people.payer[person] == deductible.payer &&
          age_now(model, state, person) >= deductible.from_age) {
        owed += std::clamp<std::int64_t>(spend[person], 0, deductible.first);
      }
    }
    state.year.usage[at(deductible.slot)] += owed;
  }
  std::vector<Settled> settled(state.arm->contracts.size());
  for (std::size_t c = 0; c < settled.size(); ++c) {
    const ContractModel& contract = state.arm->contracts[c];
    const Settlement result = settle(contract.contract, year_facts(model, state, c).facts, Detail::amounts);
    if (contract.lump_slot >= 0) {
      state.year.usage[at(contract.lump_slot)] += result.of(TermKind::lump).micro;
    }
    if (contract.correction_slot >= 0) {
      const Money tiers = result.of(TermKind::fee) - round_to_cents(usage_of(state, c, TermKind::fee));
      state.year.usage[at(contract.correction_slot)] += (result.of(TermKind::ceiling) + tiers).micro;
    }
    if (contract.settlement_slot >= 0) {
      state.year.usage[at(contract.settlement_slot)] += result.settlement.micro;
      settled[c] = {.benchmark = result.benchmark.micro, .counted = result.counted.micro,
                    .paid = result.settlement.micro};
    }
  }
  return settled;
}

}  // namespace waterbed::engine
