#pragma once

#include "waterbed/contracts/service.hpp"
#include "waterbed/core/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// Part of the turnover of a year that is paid at a discount.
struct VolumeTier {
  std::optional<Money> up_to{};  ///< turnover at list price where the tier ends; none: open
  Rate discount{};               ///< 0..1
};

enum class TierMode : std::uint8_t {
  incremental,  ///< each euro has the discount of the tier that it falls in
  all_units     ///< the whole turnover has the discount of the tier that it ends in
};

/// What insured people pay themselves: the first euros of a year, then a share, up to a most.
struct PatientShare {
  Money first{};                    ///< deductible per person and year, EUR
  int from_age = 18;                ///< completed years
  std::vector<std::string> exempt;  ///< services that do not count
  Rate share{};                     ///< of what comes after the first euros, 0..1
  std::optional<Money> most{};      ///< own payments per person and year, EUR
};

/// A price per unit of service.
struct Fee {
  std::vector<ServicePrice> prices;
  std::vector<VolumeTier> tiers;  ///< ascending, the last one open; empty: no discount
  std::optional<PatientShare> patient_share{};
  TierMode tier_mode = TierMode::incremental;
  Rate share{Rate::k_one};  ///< of the price that is paid per unit, 0..1; the rest is paid another way
};

/// What is paid for a year's turnover at list price after tier discounts, in cents. Turnover <= 0 is paid as it is.
Money tier_payment(const Fee& fee, Money turnover);

/// The discount on the next euro of turnover, 0..1. All units: of the tier it falls in, without the step.
Rate tier_discount_at(const Fee& fee, Money turnover);

/// What a person owes of a year's spending that counts, EUR; 0..spending.
Money patient_owes(const PatientShare& share, Money spending);

/// What the patient owes of one price, given what counted earlier in the year; 0..price.
Money patient_pays(const PatientShare& share, int age, const ServiceNames& unit, Money counted_so_far, Money price);

}  // namespace waterbed
