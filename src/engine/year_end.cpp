#include "year_end.hpp"

#include "agreement.hpp"
#include "attribution.hpp"
#include "care_programme.hpp"
#include "causes.hpp"
#include "counted.hpp"
#include "follow.hpp"
#include "policy.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Contracts of an arm that pay for this person by the period; empty if none does.
const std::vector<int>& contracts_for(const Model& model, const ArmModel& arm, std::size_t person) {
  static const std::vector<int> k_none;
  const std::size_t groups = std::max<std::size_t>(1, model.people.practice_group_names.size());
  const std::size_t group = model.people.practice_group[person];
  const std::size_t payer = model.people.payer[person];
  return payer < at(model.insurers) && group < groups ? arm.contracts_of_class[payer * groups + group] : k_none;
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

YearFacts facts_of(const Model& model, const ArmState& state, std::size_t contract_id, const Counted& counted,
                   const PastYear& now) {
  const ContractModel& contract = state.arm->contracts[contract_id];
  const int per_year = model.time.cycles_per_year;
  YearFacts result;
  Facts& facts = result.facts;
  const int year = std::max(0, model.time.year_of(state.cycle));
  facts.fee_income = usage_of(state, contract_id, TermKind::fee);
  facts.bundle_income = usage_of(state, contract_id, TermKind::bundle);
  facts.capitation_income = usage_of(state, contract_id, TermKind::capitation);
  facts.patient_paid = Money{};
  facts.expected_turnover = Money::from_euro(contract.expected_turnover[at(year)]);
  // Quality is not simulated: every holder meets its standard, with the score that is assumed, and nobody leaves a
  // contract before its end (docs/model/settlement.md).
  facts.quality_score = contract.quality_score;
  facts.quality_standard = QualityStandard::met;
  facts.stays = true;
  if (contract.settles) {
    facts.person_time = PersonTime{counted.cycles, per_year};
    facts.assigned = counted.people;
    if (contract.by_person) {
      result.persons = counted.persons;
      facts.counted.persons = result.persons;
    } else {
      facts.counted.total = Money{counted.micro};
      facts.counted.truncated_at = contract.truncate;
    }
    add_agreement_facts(model, state, contract_id, now, facts);
    result.counted_euro = static_cast<double>(counted.micro) / 1e6;
  }
  return result;
}

}  // namespace

std::vector<YearFacts> year_facts(const Model& model, const ArmState& state, int until) {
  const std::vector<Counted> counted = count_people(model, state, *state.arm, state.people, until);
  return year_facts(model, state, counted, past_year(model, state, *state.arm, counted));
}

std::vector<YearFacts> year_facts(const Model& model, const ArmState& state, const std::vector<Counted>& counted,
                                  const PastYear& now) {
  const int year = std::max(0, model.time.year_of(state.cycle));
  std::vector<YearFacts> all(counted.size());
  for (std::size_t c = 0; c < counted.size(); ++c) {
    if (state.arm->contracts[c].in_force(year)) {
      all[c] = facts_of(model, state, c, counted[c], now);
    }
  }
  return all;
}

PastYear past_year(const Model& model, const ArmState& state, const ArmModel& arm, const std::vector<Counted>& all) {
  PastYear past;
  past.outside = count_outside(model, state, arm, all);
  past.saving.assign(all.size(), 0);
  past.class_cycles = state.year.class_cycles;
  for (const Counted& counted : all) {
    past.counted.push_back(counted.micro);
    past.cycles.push_back(counted.cycles);
    past.persons.push_back(counted.persons);
    past.by_class.push_back(counted.by_class);
    past.risk.push_back(counted.risk);
    past.true_risk.push_back(counted.true_risk);
    past.group_cycles.push_back(counted.group_cycles);
    past.group_use.push_back(counted.group_use);
    past.group_own_use.push_back(counted.group_own_use);
    const double people = static_cast<double>(std::max<std::int64_t>(1, counted.here));
    const double mean = counted.sum_euro / people;
    past.person_variance.push_back(std::max(0.0, counted.sum_squares / people - mean * mean));
  }
  return past;
}

void accrue_periods(const Model& model, ArmState& state) {
  const int per_year = model.time.cycles_per_year;
  // Periods that end within this cycle: none, one, or all of the year at once.
  const int in_year = state.cycle % per_year;
  const auto periods_due = [&](Period period) -> std::int64_t {
    const int periods = periods_per_year(period);
    return (in_year + 1) * periods / per_year - in_year * periods / per_year;
  };
  const std::vector<ContractModel>& contracts = state.arm->contracts;
  std::vector<PeriodDue>& due = state.periods_due;
  due.assign(contracts.size(), {});
  bool any = false;
  for (std::size_t c = 0; c < contracts.size(); ++c) {
    if (!contracts[c].in_force(model.time.year_of(state.cycle))) {
      continue;
    }
    if (contracts[c].capitation_slot >= 0) {
      due[c].capitation = find_term<Capitation>(contracts[c].contract);
      due[c].capitation_periods = periods_due(due[c].capitation->period);
    }
    if (contracts[c].enrolment_slot >= 0) {
      const Bundle* bundle = find_term<Bundle>(contracts[c].contract);
      due[c].enrolment_price = bundle->price.micro * periods_due(bundle->period);
    }
    any = any || due[c].capitation_periods > 0 || due[c].enrolment_price > 0;
  }
  for (std::size_t person = 0; any && person < state.presence.size(); ++person) {
    if (state.presence[person] != Presence::here) {
      continue;
    }
    const std::vector<int>& looking = contracts_for(model, *state.arm, person);
    if (looking.empty()) {
      continue;
    }
    const PersonView seen = person_now(model, state, person);
    for (const int c : looking) {
      const ContractModel& contract = contracts[at(c)];
      const PeriodDue& now = due[at(c)];
      for (std::size_t k = 0; now.capitation_periods > 0 && k < now.capitation->classes.size(); ++k) {
        if (matches(contract.who[at(contract.capitation_who[k])], seen)) {
          const std::int64_t rate = now.capitation->classes[k].rate.micro;
          state.year.usage[at(contract.capitation_slot)] +=
              now.capitation_periods *
              (contract.capitation_by < 0
                   ? rate
                   : std::llround(static_cast<double>(rate) * state.start.score[at(contract.capitation_by)][person]));
          break;  // one class a person: the first that holds
        }
      }
      if (now.enrolment_price > 0 && matches(contract.who[at(contract.enrolled_who)], seen)) {
        state.year.usage[at(contract.enrolment_slot)] += now.enrolment_price;
      }
    }
  }
}

void post_settlement(const ContractModel& contract, const Settlement& result, ArmState& state) {
  if (contract.parties.empty()) {
    state.year.usage[at(contract.settlement_slot)] += result.settlement.micro;
    return;
  }
  for (const PartyAmount& part : result.split) {
    const auto party = std::find_if(contract.parties.begin(), contract.parties.end(),
                                    [&](const PartySlots& slots) { return slots.party == part.party; });
    if (party->settlement >= 0) {
      state.year.usage[at(party->settlement)] += part.amount.micro;
    }
  }
}

namespace {

/// What a coalition was paid for its people accrues with the holder; the members share it as they share the settlement.
void share_capitation(const ContractModel& contract, ArmState& state) {
  const Split* split = find_term<Split>(contract.contract);
  if (split == nullptr || contract.members.size() < 2 || contract.capitation_slot < 0) {
    return;
  }
  std::int64_t& accrued = state.year.usage[at(contract.capitation_slot)];
  const std::vector<PartyAmount> parts = divide(*split, round_to_cents(Money{accrued}));
  accrued = 0;
  for (const PartyAmount& part : parts) {
    const auto party = std::find_if(contract.parties.begin(), contract.parties.end(),
                                    [&](const PartySlots& slots) { return slots.party == part.party; });
    state.year.usage[at(party->capitation)] += part.amount.micro;
  }
}

/// Causes are looked for in the settlement alone.
Contract without_gain(Contract contract) {
  std::erase_if(contract.terms, [](const Term& term) { return std::holds_alternative<Gain>(term); });
  return contract;
}

}  // namespace

std::vector<Settled> settle_year(const Model& model, ArmState& state, const std::vector<Counted>& counted,
                                 const PastYear& now, const std::vector<HealthOutcomes>& health) {
  settle_own_payments(model, state);
  for (const DecidersModel& deciders : state.arm->deciders) {
    if (deciders.paid_slot >= 0) {
      state.year.usage[at(deciders.paid_slot)] += deciders.programme_cost.micro;
    }
  }
  accrue_care(model, state);
  std::vector<Settled> settled(state.arm->contracts.size());
  std::vector<Settlement> results(settled.size());
  std::vector<YearFacts> facts = year_facts(model, state, counted, now);
  for (std::size_t c = 0; c < settled.size(); ++c) {
    const ContractModel& contract = state.arm->contracts[c];
    if (!contract.in_force(model.time.year_of(state.cycle))) {
      continue;
    }
    const std::optional<FactsByCause> causes =
        contract.settles ? std::optional(facts_by_cause(model, state, c, now, facts[c].facts)) : std::nullopt;
    if (contract.gain_by >= 0) {
      add_gain_facts(model, state, contract, health[at(contract.gain_by)], facts[c].facts);
    }
    results[c] = settle(contract.contract, facts[c].facts, Detail::amounts);
    const Settlement& result = results[c];
    settled[c].cash = result.cash;
    const bool shared = !contract.parties.empty();
    // Who shares in a settlement shares in what comes with it: the pool of Settlement::split.
    const auto post = [&](std::int32_t slot, TermKind term) {
      if (slot >= 0 && !shared) {
        state.year.usage[at(slot)] += result.of(term).micro;
      }
    };
    post(contract.lump_slot, TermKind::lump);
    post(contract.quality_slot, TermKind::quality);
    post(contract.gain_slot, TermKind::gain);
    if (contract.withhold_slot >= 0) {
      state.year.usage[at(contract.withhold_slot)] += result.of(TermKind::withhold).micro;
    }
    if (contract.correction_slot >= 0) {
      const Money tiers = result.of(TermKind::fee) - round_to_cents(usage_of(state, c, TermKind::fee));
      state.year.usage[at(contract.correction_slot)] += (result.of(TermKind::ceiling) + tiers).micro;
    }
    if (contract.settlement_slot >= 0 || shared) {
      post_settlement(contract, result, state);
      share_capitation(contract, state);
    }
    if (contract.settlement_slot >= 0) {
      settled[c].benchmark = result.benchmark.micro;
      settled[c].counted = result.counted.micro;
      settled[c].paid = result.settlement.micro;
    }
    if (contract.settles) {
      settled[c].by_cause = settle_by_cause(without_gain(contract.contract), result.settlement, *causes);
    }
  }
  settle_followers(model, state, results, settled);
  return settled;
}

}  // namespace waterbed::engine
