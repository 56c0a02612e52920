#pragma once

#include "waterbed/core/money.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// What names one unit of care: its kind, the sector of the kind, and the need it is for. Empty: unknown.
struct ServiceNames {
  std::string_view kind;
  std::string_view sector;
  std::string_view need;
};

/// Price of one unit of a service. The service is the name of a kind, a need or a sector, or "all".
struct ServicePrice {
  std::string service;
  std::optional<Money> price{};  ///< none: the list price of whatever kind is delivered
};

/// True if one of the names, or "all", is in the list. An empty list holds nothing.
bool holds(std::span<const std::string> services, const ServiceNames& unit);

/// The price line for a unit: its kind comes before its need, then its sector, then "all". Null if not listed.
const ServicePrice* find_price(std::span<const ServicePrice> prices, const ServiceNames& unit);

}  // namespace waterbed
