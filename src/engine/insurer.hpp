#pragma once

#include "state.hpp"
#include "waterbed/engine/class_moments.hpp"
#include "waterbed/engine/results.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

/// Insurers as those who are paid: premiums, own payments, risk equalisation; docs/model/insurers.md.
namespace waterbed::engine {

/// Nobody has claimed anything yet.
InsuredPeople no_claims(const Model& model);

/// Counts units for the groups of the equalisation that are made of use. @param groups  a bit each
inline void note_claim(const Model& model, ArmState& state, std::uint32_t person, std::uint32_t groups,
                       std::int64_t units) {
  std::uint8_t* const used = state.insured.used.data() + person * model.insurance.use_groups.size();
  for (std::size_t g = 0; groups >> g != 0; ++g) {
    if ((groups >> g & 1U) != 0) {
      constexpr std::int64_t k_most = std::numeric_limits<std::uint8_t>::max();
      used[g] = static_cast<std::uint8_t>(std::min(used[g] + units, k_most));
    }
  }
}

/// Counts a bill that the patient got. @param counts  what is paid back of it counts for the deductible
inline void note_bill(ArmState& state, std::uint32_t person, std::int64_t bill, bool counts) {
  state.insured.bills[person] += bill;
  state.insured.counting[person] += counts ? bill : 0;
}

/// At the end of a year: the groups of the next year, from this year's claims, and counters at zero.
void renew_classes(const Model& model, ArmState& state);

/// Classes of the equalisation that a person is in this year, positions in InsuranceModel::classes.
std::vector<int> classes_of(const Model& model, const ArmState& state, std::size_t person);

/// Adds the year of everybody insured.
void add_moments(const Model& model, const ArmState& state, ClassMoments& moments);

/// Posts premiums and equalisation of the year.
void pay_insurers(const Model& model, ArmState& state);

/// Tables of the insurers' results; none without insurance.
std::vector<TableInfo> insurer_infos(const Model& model);

/// Writes the year's results of the insurers.
void write_insurers(const Model& model, const ArmState& state, std::vector<std::int64_t>& results);

}  // namespace waterbed::engine
