#include "waterbed/analysis/cutoff_yield.hpp"

#include "waterbed/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace waterbed {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

void check_persons(const RankedPersons& persons) {
  const std::size_t n = persons.score.size();
  if (persons.event.size() != n) {
    throw InvalidArgument("event", "must have one value a person (" + std::to_string(n) + ")",
                          std::to_string(persons.event.size()));
  }
  if (!persons.cost.empty() && persons.cost.size() != n) {
    throw InvalidArgument("cost", "must have one value a person (" + std::to_string(n) + ")",
                          std::to_string(persons.cost.size()));
  }
  for (std::size_t i = 0; i < n; ++i) {
    const std::string at = "[" + std::to_string(i) + "]";
    if (!std::isfinite(persons.score[i])) {
      throw InvalidArgument("score" + at, "must be a finite number", std::to_string(persons.score[i]));
    }
    if (persons.event[i] > 1) {
      throw InvalidArgument("event" + at, "must be 0 or 1", std::to_string(persons.event[i]));
    }
    if (!persons.cost.empty() && persons.cost[i] < 0) {
      throw InvalidArgument("cost" + at, "must not be negative (micro-euro)", std::to_string(persons.cost[i]));
    }
  }
}

void check_programme(const ProgrammeEffect& programme) {
  if (!(programme.uptake > 0.0 && programme.uptake <= 1.0)) {
    throw InvalidArgument("programme.uptake", "must be in (0, 1]", std::to_string(programme.uptake));
  }
  if (!(programme.risk_ratio >= 0.0 && programme.risk_ratio < 1.0)) {
    throw InvalidArgument("programme.risk_ratio", "must be in [0, 1)", std::to_string(programme.risk_ratio));
  }
}

PersonShare share(std::int64_t part, std::int64_t whole) {
  if (whole == 0) {
    return {k_nan, {k_nan, k_nan}};
  }
  return {static_cast<double>(part) / static_cast<double>(whole), wilson(part, whole)};
}

/// Positions of persons, highest score first.
std::vector<std::size_t> by_score(std::span<const double> score) {
  std::vector<std::size_t> order(score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return score[a] > score[b]; });
  return order;
}

/// Mean rank from 1, lowest first; ties share the mean of their ranks.
std::vector<double> mid_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order = by_score(values);
  std::reverse(order.begin(), order.end());
  std::vector<double> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && values[order[to]] == values[order[from]]) {
      ++to;
    }
    const double rank = 0.5 * static_cast<double>(from + 1 + to);
    for (std::size_t i = from; i < to; ++i) {
      ranks[order[i]] = rank;
    }
    from = to;
  }
  return ranks;
}

double variance(const std::vector<double>& values, double mean) {
  double sum = 0.0;
  for (const double value : values) {
    sum += (value - mean) * (value - mean);
  }
  return sum / (static_cast<double>(values.size()) - 1.0);
}

}  // namespace

std::vector<CutoffYield> cutoff_yields(const RankedPersons& persons, std::span<const double> cutoffs,
                                       const ProgrammeEffect& programme) {
  check_persons(persons);
  check_programme(programme);
  const std::vector<std::size_t> order = by_score(persons.score);
  // Sums over the persons with the highest scores, of every number of them.
  std::vector<std::int64_t> events(order.size() + 1, 0);
  std::vector<double> cost(order.size() + 1, 0.0);
  for (std::size_t i = 0; i < order.size(); ++i) {
    events[i + 1] = events[i] + persons.event[order[i]];
    cost[i + 1] = cost[i] + (persons.cost.empty() ? 0.0 : static_cast<double>(persons.cost[order[i]]));
  }
  std::vector<CutoffYield> rows;
  for (const double cutoff : cutoffs) {
    if (!std::isfinite(cutoff)) {
      throw InvalidArgument("cutoffs", "must be finite numbers", std::to_string(cutoff));
    }
    const auto end = std::partition_point(order.begin(), order.end(),
                                          [&](std::size_t person) { return persons.score[person] >= cutoff; });
    const std::int64_t reached = end - order.begin();
    CutoffYield row{.cutoff = cutoff, .persons = std::ssize(order), .reached = reached, .events = events.back()};
    row.caught = events[static_cast<std::size_t>(reached)];
    const std::int64_t without = row.persons - row.events;
    row.sensitivity = share(row.caught, row.events);
    row.specificity = share(without - (reached - row.caught), without);
    row.predictive_value = share(row.caught, reached);
    row.cost_share = cost.back() > 0.0 ? cost[static_cast<std::size_t>(reached)] / cost.back() : k_nan;
    const double prevented = static_cast<double>(row.caught) * programme.uptake * (1.0 - programme.risk_ratio);
    row.number_needed_to_reach =
        prevented > 0.0 ? static_cast<double>(reached) / prevented : std::numeric_limits<double>::infinity();
    rows.push_back(row);
  }
  return rows;
}

ConcordanceStatistic concordance(const RankedPersons& persons) {
  check_persons(persons);
  std::vector<double> with;
  std::vector<double> without;
  for (std::size_t i = 0; i < persons.score.size(); ++i) {
    (persons.event[i] == 1 ? with : without).push_back(persons.score[i]);
  }
  if (with.empty() || without.empty()) {
    return {k_nan, k_nan};
  }
  std::vector<double> all = with;
  all.insert(all.end(), without.begin(), without.end());
  const std::vector<double> rank = mid_ranks(all);
  const std::vector<double> rank_with = mid_ranks(with);
  const std::vector<double> rank_without = mid_ranks(without);
  const auto n_with = static_cast<double>(with.size());
  const auto n_without = static_cast<double>(without.size());
  // Placement of each person among those of the other kind.
  std::vector<double> above(with.size());
  std::vector<double> below(without.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < with.size(); ++i) {
    above[i] = (rank[i] - rank_with[i]) / n_without;
    sum += above[i];
  }
  for (std::size_t j = 0; j < without.size(); ++j) {
    below[j] = 1.0 - (rank[with.size() + j] - rank_without[j]) / n_with;
  }
  const double value = sum / n_with;
  const bool enough = with.size() > 1 && without.size() > 1;
  return {value, enough ? std::sqrt(variance(above, value) / n_with + variance(below, value) / n_without) : k_nan};
}

}  // namespace waterbed
