#include "waterbed/expectation/credibility.hpp"

#include "problems.hpp"
#include "waterbed/contracts/term_curves.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace waterbed {
namespace {

using internal::require;
using internal::value_or_one;

void check(std::span<const double> value, std::span<const double> exposure, std::span<const std::int32_t> group,
           int groups) {
  internal::require_finite(value, "value");
  if (!exposure.empty()) {
    internal::require_length(exposure, value.size(), "exposure");
    internal::require_finite(exposure, "exposure", false);
  }
  require(group.size() == value.size(), "group", "must have a value a row, " + std::to_string(value.size()),
          std::to_string(group.size()));
  for (const std::int32_t of : group) {
    require(of < groups, "group", "must be below " + std::to_string(groups), std::to_string(of));
  }
}

/// Calls body(group, value, exposure) for the rows that count.
template <class Body>
void for_rows(std::span<const double> value, std::span<const double> exposure, std::span<const std::int32_t> group,
              const Body& body) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const double w = value_or_one(exposure, i);
    if (group[i] >= 0 && w > 0.0) {
      body(static_cast<std::size_t>(group[i]), value[i], w);
    }
  }
}

/// Groups that anybody is in, and what they have together.
struct Whole {
  Index groups = 0;
  Index rows = 0;
  double exposure = 0.0;
  double squares = 0.0;  ///< of exposures of groups
  double mean = 0.0;
};

Whole whole_of(const std::vector<CredibilityGroup>& groups) {
  Whole all;
  for (const CredibilityGroup& group : groups) {
    all.groups += group.rows > 0 ? 1 : 0;
    all.rows += group.rows;
    all.exposure += group.exposure;
    all.squares += group.exposure * group.exposure;
    all.mean += group.exposure * group.mean;
  }
  require(all.groups >= 2 && all.rows > all.groups, "group", "must hold two groups, one of them with two rows",
          std::to_string(all.groups) + " groups with " + std::to_string(all.rows) + " rows");
  all.mean /= all.exposure;
  return all;
}

void give_estimates(Credibility& found, const Whole& all) {
  double weighted = 0.0;
  double weights = 0.0;
  for (CredibilityGroup& group : found.groups) {
    const double own = group.exposure * found.between;
    group.credibility = own > 0.0 ? own / (own + found.within) : 0.0;
    weighted += group.credibility * group.mean;
    weights += group.credibility;
  }
  found.collective = weights > 0.0 ? weighted / weights : all.mean;
  for (CredibilityGroup& group : found.groups) {
    group.estimate = group.credibility * group.mean + (1.0 - group.credibility) * found.collective;
  }
  const double variance = found.within + found.between;
  found.luck_person = variance > 0.0 ? found.within / variance : 1.0;
  found.luck_group = 1.0 - weights / static_cast<double>(all.groups);
}

/// @param inside  squared distances from the mean of their group, by exposure
void give_variances(Credibility& found, const Whole& all, double inside) {
  found.within = inside / static_cast<double>(all.rows - all.groups);
  double outside = 0.0;
  for (const CredibilityGroup& one : found.groups) {
    outside += one.exposure * (one.mean - all.mean) * (one.mean - all.mean);
  }
  const double chance = static_cast<double>(all.groups - 1) * found.within;
  found.between = std::max(0.0, (outside - chance) / (all.exposure - all.squares / all.exposure));
  give_estimates(found, all);
}

}  // namespace

Credibility credibility(std::span<const GroupSums> groups) {
  Credibility found;
  double inside = 0.0;
  for (const GroupSums& group : groups) {
    const auto rows = static_cast<double>(group.rows);
    const double mean = group.rows > 0 ? group.sum / rows : 0.0;
    found.groups.push_back({.rows = group.rows, .exposure = rows, .mean = mean});
    inside += std::max(0.0, group.squares - rows * mean * mean);
  }
  give_variances(found, whole_of(found.groups), inside);
  return found;
}

Credibility credibility(std::span<const double> value, std::span<const double> exposure,
                        std::span<const std::int32_t> group, int groups) {
  check(value, exposure, group, groups);
  Credibility found;
  found.groups.resize(static_cast<std::size_t>(std::max(0, groups)));
  for_rows(value, exposure, group, [&](std::size_t g, double x, double w) {
    ++found.groups[g].rows;
    found.groups[g].exposure += w;
    found.groups[g].mean += w * x;
  });
  for (CredibilityGroup& one : found.groups) {
    one.mean = one.exposure > 0.0 ? one.mean / one.exposure : 0.0;
  }
  const Whole all = whole_of(found.groups);
  double inside = 0.0;
  for_rows(value, exposure, group, [&](std::size_t g, double x, double w) {
    const double far = x - found.groups[g].mean;
    inside += w * far * far;
  });
  give_variances(found, all, inside);
  return found;
}

NoisePayment payment_for_noise(const Gain& gain, std::int64_t people, double sd) {
  require(people >= 0, "people", "must be 0 or more", std::to_string(people));
  require(sd >= 0.0 && std::isfinite(sd), "sd", "must be 0 or more", std::to_string(sd));
  const double n = static_cast<double>(people);
  Gain at_group = gain;
  at_group.at = GainLevel::group;
  Gain at_person = gain;
  at_person.at = GainLevel::person;
  NoisePayment pay;
  pay.at_group = expected_value(gain_curve(at_group, people), {.mean = 0.0, .sd = sd * std::sqrt(n)});
  pay.at_person = n * expected_value(gain_curve(at_person, people), {.mean = 0.0, .sd = sd});
  // The limit in money is on the whole payment: what persons bring is all but certain.
  if (gain.most) {
    pay.at_person = std::min(pay.at_person, gain.most->to_euro());
  }
  return pay;
}

}  // namespace waterbed
