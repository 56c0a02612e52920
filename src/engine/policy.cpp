#include "policy.hpp"

#include "person.hpp"
#include "waterbed/core/money.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// What a draw for a person's insurance decides.
enum Choice : std::uint32_t { policy, deductible, first_supplement };

std::uint32_t word_for(const ArmState& state, std::size_t person, std::uint32_t choice) {
  return draw(state.seed,
              {state.replication, static_cast<std::uint32_t>(person), 0, Purpose::insurance_policy, choice})[0];
}

std::int64_t spent_on(const Model& model, const ArmState& state, std::size_t person, int accumulator) {
  return state.spend[person * model.spend.size() + at(accumulator)];
}

void pay_back(const Model& model, ArmState& state) {
  for (std::size_t person = 0; person < state.insured.bills.size(); ++person) {
    if (const std::int64_t bills = state.insured.bills[person]; bills != 0) {
      const InsurerSlots& slots = state.arm->insurers[model.people.payer[person]];
      state.year.usage[at(slots.reimbursement)] += paid_back(model, state, person, bills);
    }
  }
}

void pay_supplements(const Model& model, ArmState& state) {
  for (std::size_t k = 0; k < model.insurance.supplements.size(); ++k) {
    const SupplementModel& supplement = model.insurance.supplements[k];
    for (std::size_t person = 0; person < state.presence.size(); ++person) {
      const std::int64_t spent = spent_on(model, state, person, supplement.spend_accumulator);
      if (spent > 0 && model.people.payer[person] < model.insurers && has_supplement(model, state, person, k)) {
        const InsurerSlots& slots = state.arm->insurers[model.people.payer[person]];
        state.year.usage[at(slots.supplements[k])] += supplement_pays(supplement, spent);
      }
    }
  }
}

}  // namespace

std::int64_t paid_back(const Model& model, const ArmState& state, std::size_t person, std::int64_t bills) {
  const std::vector<std::uint64_t>& policies = model.insurance.policies;
  if (policies.empty()) {
    return 0;
  }
  return (Money{bills} * model.insurance.reimbursed[at(categorical(word_for(state, person, policy), policies))]).micro;
}

DeductibleOption deductible_of(const Model& model, const ArmState& state, std::size_t person) {
  const std::vector<DeductibleOption>& options = model.insurance.deductible_options;
  return options.empty() ? DeductibleOption{} : options[deductible_choice(model, state, person)];
}

std::size_t deductible_choice(const Model& model, const ArmState& state, std::size_t person) {
  const InsuranceModel& insurance = model.insurance;
  if (insurance.deductible_options.empty()) {
    return 0;
  }
  const bool in_group = state.insured.groups[person] != 0;
  const std::vector<std::uint64_t>& chooses = insurance.chooses_deductible[in_group ? 1 : 0];
  return at(categorical(word_for(state, person, deductible), chooses));
}

std::int64_t own_payment(const Model& model, const ArmState& state, const DeductibleModel& deductible,
                         std::size_t person) {
  std::int64_t spent = spent_on(model, state, person, deductible.spend_accumulator);
  if (!state.insured.counting.empty()) {
    spent += paid_back(model, state, person, state.insured.counting[person]);
  }
  const Money chosen{deductible_of(model, state, person).amount};
  PatientShare share = deductible.share;
  share.first += chosen;
  if (share.most) {
    *share.most += chosen;
  }
  return patient_owes(share, Money{spent}).micro;
}

bool has_supplement(const Model& model, const ArmState& state, std::size_t person, std::size_t supplement) {
  return word_for(state, person, first_supplement + static_cast<std::uint32_t>(supplement)) <
         model.insurance.supplements[supplement].takers;
}

std::int64_t supplement_pays(const SupplementModel& supplement, std::int64_t spent) {
  return std::min((Money{spent} * supplement.reimbursed).micro, supplement.up_to);
}

void settle_own_payments(const Model& model, ArmState& state) {
  for (const DeductibleModel& deductible : state.arm->deductibles) {
    std::int64_t owed = 0;
    for (std::size_t person = 0; person < state.presence.size(); ++person) {
      if (state.presence[person] != Presence::not_yet && model.people.payer[person] == deductible.payer &&
          age_now(model, state, person) >= deductible.share.from_age) {
        owed += own_payment(model, state, deductible, person);
      }
    }
    state.year.usage[at(deductible.slot)] += owed;
  }
  pay_back(model, state);
  pay_supplements(model, state);
}

}  // namespace waterbed::engine
