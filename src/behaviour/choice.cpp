#include "waterbed/behaviour/choice.hpp"

#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace waterbed {
namespace {

bool all_zero(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return value == 0.0; });
}

}  // namespace

void choose(const ChoiceSet& set, const ChoiceRule& rule, std::span<double> chances) {
  const std::size_t options = set.base.size();
  assert(set.nest.size() == options && set.utility.size() == options && chances.size() == options);
  assert(rule.nest_scale > 0.0 && rule.nest_scale <= 1.0 && rule.exponent_limit >= 0.0);
  if (all_zero(set.utility) && all_zero(set.nest_utility)) {
    std::ranges::copy(set.base, chances.begin());
    return;
  }
  const auto held = [limit = rule.exponent_limit](double exponent) { return std::clamp(exponent, -limit, limit); };

  double base_total = 0.0;
  double total = 0.0;
  for (std::size_t nest = 0; nest < set.nest_utility.size(); ++nest) {
    const auto inside = [&](std::size_t option) { return set.nest[option] == static_cast<std::int32_t>(nest); };
    double base = 0.0;
    double weighted = 0.0;
    std::size_t open = 0;
    double last_utility = 0.0;
    for (std::size_t option = 0; option < options; ++option) {
      if (!inside(option)) {
        continue;
      }
      chances[option] = 0.0;
      if (set.base[option] > 0.0) {
        chances[option] = set.base[option] * exact::exp(held(set.utility[option] / rule.nest_scale));
        base += set.base[option];
        weighted += chances[option];
        last_utility = set.utility[option];
        ++open;
      }
    }
    if (open == 0) {
      continue;
    }
    // With one option there is no "where", and dividing by the scale only to multiply by it would hold it too early.
    const double inclusive = open == 1 ? last_utility : rule.nest_scale * exact::log(weighted / base);
    const double nest_weight = base * exact::exp(held(set.nest_utility[nest] + inclusive));
    for (std::size_t option = 0; option < options; ++option) {
      if (inside(option)) {
        chances[option] *= nest_weight / weighted;
      }
    }
    base_total += base;
    total += nest_weight;
  }
  if (total > 0.0) {
    for (double& chance : chances) {
      chance *= base_total / total;
    }
  }
}

}  // namespace waterbed
