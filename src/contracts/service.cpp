#include "waterbed/contracts/service.hpp"

#include <algorithm>

namespace waterbed {

bool holds(std::span<const std::string> services, const ServiceNames& unit) {
  return std::any_of(services.begin(), services.end(), [&](const std::string& name) {
    return name == "all" || (!name.empty() && (name == unit.kind || name == unit.need || name == unit.sector));
  });
}

const ServicePrice* find_price(std::span<const ServicePrice> prices, const ServiceNames& unit) {
  for (const std::string_view name : {unit.kind, unit.need, unit.sector, std::string_view("all")}) {
    if (name.empty()) {
      continue;
    }
    for (const ServicePrice& line : prices) {
      if (line.service == name) {
        return &line;
      }
    }
  }
  return nullptr;
}

}  // namespace waterbed
