#include "compile_admission.hpp"

#include <algorithm>
#include <cstddef>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// [from * settings + to] whether somebody may go from the one to ask for admission at the other.
std::vector<bool> sends_on(const NetworkModel& network) {
  std::vector<bool> sends(network.settings.size() * network.settings.size(), false);
  for (const RowModel& row : network.rows) {
    for (std::int32_t o = row.first_option; row.setting >= 0 && o < row.first_option + row.options; ++o) {
      const std::int32_t to = network.options[at(o)].to;
      if (to >= 0 && network.rows[at(to)].waits) {
        sends[at(row.setting) * network.settings.size() + at(network.rows[at(to)].setting)] = true;
      }
    }
  }
  return sends;
}

}  // namespace

std::vector<std::int32_t> admission_order(const NetworkModel& network) {
  const std::size_t settings = network.settings.size();
  std::vector<std::int32_t> open;
  for (std::size_t s = 0; s < settings; ++s) {
    if (network.settings[s].limited) {
      open.push_back(static_cast<std::int32_t>(s));
    }
  }
  const auto given = [&](std::int32_t setting) { return network.settings[at(setting)].admission_order; };
  std::stable_sort(open.begin(), open.end(), [&](std::int32_t a, std::int32_t b) { return given(a) < given(b); });
  const std::vector<bool> sends = sends_on(network);
  std::vector<std::int32_t> order;
  while (!open.empty()) {
    const auto tie_ends =
        std::find_if(open.begin(), open.end(), [&](auto one) { return given(one) != given(open[0]); });
    const auto waits_for_none = [&](std::int32_t one) {
      return std::none_of(open.begin(), tie_ends, [&](std::int32_t other) {
        return other != one && sends[at(other) * settings + at(one)] && !sends[at(one) * settings + at(other)];
      });
    };
    auto next = std::find_if(open.begin(), tie_ends, waits_for_none);
    next = next == tie_ends ? open.begin() : next;  // a circle of three or more
    order.push_back(*next);
    open.erase(next);
  }
  return order;
}

}  // namespace waterbed::compiling
