#pragma once

#include "waterbed/contracts/service.hpp"
#include "waterbed/core/money.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waterbed {

/// Part of the turnover of a year that is paid at a discount; each euro has the discount of the tier it falls in.
struct VolumeTier {
  std::optional<Money> up_to{};  ///< turnover at list price where the tier ends; none: open
  Rate discount{};               ///< 0..1
};

/// What insured people pay themselves: the first euros of a year.
struct PatientShare {
  Money first{};                    ///< per person and year, EUR
  int from_age = 18;                ///< completed years
  std::vector<std::string> exempt;  ///< services that do not count
};

/// A price per unit of service.
struct Fee {
  std::vector<ServicePrice> prices;
  std::vector<VolumeTier> tiers;  ///< ascending, the last one open; empty: no discount
  std::optional<PatientShare> patient_share{};
};

/// What is paid for a year's turnover at list price after tier discounts, in cents. Turnover <= 0 is paid as it is.
Money tier_payment(const Fee& fee, Money turnover);

/// The discount on the next euro of turnover, 0..1.
Rate tier_discount_at(const Fee& fee, Money turnover);

/// What the patient owes of one price, given what counted and was owed earlier in the year; 0..price.
Money patient_pays(const PatientShare& share, int age, const ServiceNames& unit, Money owed_so_far, Money price);

}  // namespace waterbed
