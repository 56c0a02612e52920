#include "population/flows.hpp"

#include "waterbed/core/math.hpp"
#include "waterbed/random/categorical.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace waterbed {
namespace {

// What a synthesis_flow draw decides: its k. Released numbers stay.
enum FlowDraw : std::uint32_t { k_birth = 1, k_arrival = 2, k_departure = 3 };

// Boys per girl. Source: Statistics Netherlands, births 2000-2020 (1.05).
constexpr double k_sex_ratio = 1.05;
constexpr int k_youngest_mother = 15;
constexpr int k_oldest_mother = 49;
constexpr std::size_t k_ages = k_max_age + 1;

Words flow_words(std::uint64_t seed, Index person, FlowDraw kind) {
  return draw(seed, {.replication = 0,
                     .person = static_cast<std::uint32_t>(person),
                     .cycle = 0,
                     .purpose = Purpose::synthesis_flow,
                     .k = kind});
}

double propensity(const PopulationFlows& flows, int age, Sex sex) {
  return flows.mover_propensity.bands.empty() ? 1.0 : flows.mover_propensity.at(age, sex);
}

/// Inhabitants of cycle 0 by sex and age, to draw a model for who comes.
struct Inhabitants {
  std::array<std::vector<Index>, k_sexes * k_ages> groups;
  std::vector<Index> mothers;
  Index count = 0;
  double mean_propensity = 1.0;
  std::vector<std::uint64_t> mover_thresholds;  ///< over groups; empty: nobody moves

  Inhabitants(const People& people, const PopulationFlows& flows, int cycles_per_year) : count(people.size()) {
    std::vector<double> weights(groups.size(), 0.0);
    double sum = 0.0;
    for (Index person = 0; person < count; ++person) {
      const auto i = static_cast<std::size_t>(person);
      const int age = age_at(0, people.birth_cycle[i], cycles_per_year);
      const std::size_t group = static_cast<std::size_t>(people.sex[i]) * k_ages + static_cast<std::size_t>(age);
      groups[group].push_back(person);
      if (people.sex[i] == Sex::women && age >= k_youngest_mother && age <= k_oldest_mother) {
        mothers.push_back(person);
      }
    }
    for (std::size_t group = 0; group < groups.size(); ++group) {
      const Sex sex = group < k_ages ? Sex::women : Sex::men;
      weights[group] =
          static_cast<double>(groups[group].size()) * propensity(flows, static_cast<int>(group % k_ages), sex);
      sum += weights[group];
    }
    mean_propensity = count > 0 ? sum / static_cast<double>(count) : 0.0;
    if (sum > 0.0) {
      mover_thresholds.resize(weights.size());
      cumulative_thresholds(weights, mover_thresholds);
    }
  }
};

// Events that fall in cycle `cycle` of a constant stream, so that any span of cycles holds its share to within one.
std::int64_t events_in(double per_cycle, int cycle) {
  return std::llround(per_cycle * cycle) - std::llround(per_cycle * (cycle - 1));
}

void append_like(People& people, Index model, Sex sex, std::int32_t birth_cycle, std::int32_t enters_cycle) {
  const auto i = static_cast<std::size_t>(model);
  people.birth_cycle.push_back(birth_cycle);
  people.enters_cycle.push_back(enters_cycle);
  people.sex.push_back(sex);
  people.deprivation.push_back(people.deprivation[i]);
  people.municipality.push_back(people.municipality[i]);
  people.practice.push_back(people.practice[i]);
  people.practice_group.push_back(people.practice_group[i]);
  people.payer.push_back(people.payer[i]);
}

void add_birth(People& people, const Inhabitants& inhabitants, std::uint64_t seed, std::int32_t cycle) {
  const Words words = flow_words(seed, people.size(), k_birth);
  const Sex sex = bernoulli(words[0], k_sex_ratio / (1.0 + k_sex_ratio)) ? Sex::men : Sex::women;
  const auto mothers = static_cast<Index>(inhabitants.mothers.size());
  const Index mother = mothers > 0 ? inhabitants.mothers[static_cast<std::size_t>(uniform_index(words[1], mothers))]
                                   : uniform_index(words[1], inhabitants.count);
  append_like(people, mother, sex, cycle, cycle);
}

void add_arrival(People& people, const Inhabitants& inhabitants, std::uint64_t seed, std::int32_t cycle) {
  const Words words = flow_words(seed, people.size(), k_arrival);
  const auto group = static_cast<std::size_t>(categorical(words[0], inhabitants.mover_thresholds));
  const std::vector<Index>& candidates = inhabitants.groups[group];
  const auto chosen = static_cast<std::size_t>(uniform_index(words[1], static_cast<Index>(candidates.size())));
  const auto model = static_cast<std::size_t>(candidates[chosen]);
  append_like(people, candidates[chosen], people.sex[model], people.birth_cycle[model] + cycle, cycle);
}

// First cycle after the one in which the summed hazard passes one exponential draw.
std::int32_t departure(const People& people, const PopulationSpec& spec, double scale, int cycles_per_year, int cycles,
                       Index person) {
  const auto i = static_cast<std::size_t>(person);
  double left = exponential(first_pair(flow_words(spec.seed, person, k_departure)), 1.0);
  std::int32_t cycle = people.enters_cycle[i];
  while (cycle < cycles) {
    const int age = age_at(cycle, people.birth_cycle[i], cycles_per_year);
    const double hazard = scale * propensity(spec.flows, age, people.sex[i]) / cycles_per_year;
    // The hazard is the same up to the next birthday.
    const std::int32_t in_year = (cycle - people.birth_cycle[i]) % cycles_per_year;
    const std::int32_t span = cycles_per_year - in_year;
    if (hazard * span > left) {
      const std::int32_t leaves = cycle + static_cast<std::int32_t>(left / hazard) + 1;
      return leaves < cycles ? leaves : k_never_leaves;
    }
    left -= hazard * span;
    cycle += span;
  }
  return k_never_leaves;
}

}  // namespace

void add_flows(People& people, const PopulationSpec& spec, int cycles_per_year, int cycles) {
  const PopulationFlows& flows = spec.flows;
  const Inhabitants inhabitants(people, flows, cycles_per_year);
  const double births = flows.births_per_1000 / 1000.0 * static_cast<double>(inhabitants.count) / cycles_per_year;
  const double arrivals = inhabitants.mover_thresholds.empty()
                              ? 0.0
                              : flows.arrivals_per_year * static_cast<double>(inhabitants.count) / cycles_per_year;
  for (std::int32_t cycle = 1; cycle < cycles; ++cycle) {
    for (std::int64_t n = events_in(births, cycle); n > 0; --n) {
      add_birth(people, inhabitants, spec.seed, cycle);
    }
    for (std::int64_t n = events_in(arrivals, cycle); n > 0; --n) {
      add_arrival(people, inhabitants, spec.seed, cycle);
    }
  }
  const double scale =
      inhabitants.mean_propensity > 0.0 ? flows.departures_per_year / inhabitants.mean_propensity : 0.0;
  people.leaves_cycle.assign(people.birth_cycle.size(), k_never_leaves);
  if (scale == 0.0) {
    return;
  }
  for (Index person = 0; person < people.size(); ++person) {
    people.leaves_cycle[static_cast<std::size_t>(person)] =
        departure(people, spec, scale, cycles_per_year, cycles, person);
  }
}

}  // namespace waterbed
