#pragma once

#include "waterbed/core/age_table.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// The party that pays the risk equalisation: a payer beside those of the scenario.
inline constexpr std::string_view k_equalisation_fund = "equalisation_fund";

/// People who are in a group of the equalisation by what they used last year.
struct UseGroup {
  int above = 0;  ///< more units than this
};

/// People who are in a group by having been in the top of spending for some years.
struct SpendingGroup {
  double top_share = 0.0;
  int years = 1;
};

/// How insurers are paid. Amounts in micro-euro per person and year.
///
/// Classes of the equalisation are, in order, those of age and sex, the groups by use and the groups by spending; a
/// person is in one of the first and in any of the others.
struct InsuranceModel {
  bool present = false;
  int adult_from_age = 18;
  std::int64_t premium = 0;
  std::int64_t standard_premium = 0;
  std::int64_t expected_deductible = 0;

  std::vector<std::string> classes;
  std::vector<std::int64_t> class_amount;                              ///< [class] closing factor included
  std::array<std::array<int, k_max_age + 1>, k_sexes> class_of_age{};  ///< [sex][age]
  std::vector<UseGroup> use_groups;
  std::vector<SpendingGroup> spending_groups;
  std::vector<std::uint32_t> row_groups;       ///< [row] bit a group by use
  std::vector<std::uint32_t> attached_groups;  ///< [attached]
  int spend_accumulator = -1;                  ///< care that insurers fund

  [[nodiscard]] std::size_t age_classes() const { return classes.size() - use_groups.size() - spending_groups.size(); }
};

/// Ledger entries of an arm through which one insurer is paid.
struct InsurerSlots {
  std::int32_t premium = -1;       ///< household to insurer
  std::int32_t equalisation = -1;  ///< fund to insurer
};

}  // namespace waterbed
