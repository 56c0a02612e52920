#pragma once

#include "waterbed/contracts/period.hpp"
#include "waterbed/contracts/service.hpp"
#include "waterbed/core/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waterbed {

enum class BundleTrigger : std::uint8_t {
  first_contact,  ///< a contact with no open bundle opens one for `window_days`
  enrolled        ///< a person who meets `who` is enrolled, paid each period
};

enum class BundlePricing : std::uint8_t {
  fixed,         ///< `price` per trigger
  by_contents,   ///< the dearest service delivered inside the window sets the price of the whole
  retrospective  ///< fees are paid as usual; episodes are settled against the reference, per episode
};

/// What is paid on top of the price of an episode that costs far more than others.
struct Outlier {
  Money above{};  ///< EUR of list value inside the window, above 0
  Rate share{};   ///< paid of each euro above it, 0..1
};

/// One price for an episode or an enrolment period. Fees for the services inside are switched off, unless it is settled
/// in retrospect.
struct Bundle {
  BundleTrigger trigger = BundleTrigger::first_contact;
  std::vector<std::string> opened_by;  ///< first_contact: services that open a bundle; empty: any of `services`
  int window_days = 0;                 ///< first_contact: days it stays open, the opening day included
  int clean_period_days = 0;           ///< first_contact: days after it closes in which no other opens
  std::string who;                     ///< enrolled: `who:` filter, on recorded stages
  Period period = Period::quarter;     ///< enrolled
  std::vector<std::string> services;   ///< inside
  BundlePricing pricing = BundlePricing::fixed;
  Money price{};                       ///< fixed: EUR per trigger or per person and period
  std::vector<ServicePrice> contents;  ///< by_contents: EUR per service
  std::optional<Outlier> outlier{};    ///< fixed
  bool pays_others = false;            ///< enrolled: the holder pays other providers for what they deliver inside
};

/// An open bundle of one person: 16 bytes of state.
struct OpenBundle {
  std::int32_t opened_day = -1;  ///< day number; -1: none
  Money charged{};
};

/// True if `day` lies inside the window of an open bundle.
constexpr bool inside_window(const Bundle& bundle, const OpenBundle& open, std::int32_t day) {
  return open.opened_day >= 0 && day >= open.opened_day && day < open.opened_day + bundle.window_days;
}

/// What one contact adds to the bill of a first-contact bundle; opens a new bundle if none is open.
///
/// Fixed: the price when it opens, then nothing. By contents: the excess of this service over the dearest so far.
/// @param content_price  price of this service in `contents` (unused when fixed)
Money bundle_contact(const Bundle& bundle, OpenBundle& open, std::int32_t day, Money content_price);

}  // namespace waterbed
