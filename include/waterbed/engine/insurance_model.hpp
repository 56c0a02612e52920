#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/core/money.hpp"

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

/// What part of the adults pay themselves beyond the compulsory deductible. Micro-euro a year.
struct DeductibleOption {
  std::int64_t amount = 0;
  std::int64_t rebate = 0;
};

/// Cover for care that insurers need not fund. Micro-euro a person and year.
struct SupplementModel {
  int spend_accumulator = -1;
  Rate reimbursed{};
  std::int64_t up_to = 0;
  std::uint64_t takers = 0;  ///< words (of 2^32) that have it
  std::int64_t premium = 0;
  int funder = -1;  ///< payer that the services are paid by
  int sector = -1;
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

  std::vector<std::uint8_t> without_contract;                      ///< [insurer][provider] may have none
  std::vector<Rate> reimbursed;                                    ///< [policy] of bills without a contract
  std::vector<std::uint64_t> policies;                             ///< [policy] words that choose up to it
  std::vector<DeductibleOption> deductible_options;                ///< empty: nobody pays more than is compulsory
  std::array<std::vector<std::uint64_t>, 2> chooses_deductible{};  ///< [in some group][option] words
  std::vector<SupplementModel> supplements;

  [[nodiscard]] std::size_t age_classes() const { return classes.size() - use_groups.size() - spending_groups.size(); }
};

/// Ledger entries of an arm through which one insurer is paid.
struct InsurerSlots {
  std::int32_t premium = -1;                      ///< household to insurer
  std::int32_t equalisation = -1;                 ///< fund to insurer
  std::int32_t reimbursement = -1;                ///< insurer to household, of bills without a contract
  std::vector<std::int32_t> supplement_premiums;  ///< [supplement] household to insurer
  std::vector<std::int32_t> supplements;          ///< [supplement] insurer to who pays the services
};

}  // namespace waterbed
