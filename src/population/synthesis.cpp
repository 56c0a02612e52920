#include "waterbed/population/synthesis.hpp"

#include "population/apportion.hpp"
#include "population/flows.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/random/stream.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace waterbed {
namespace {

// What a synthesis_person draw decides: its k. Released numbers stay.
enum PersonDraw : std::uint32_t { k_deprivation = 1, k_practice = 2, k_payer = 3 };

[[noreturn]] void reject(const std::string& field, const std::string& rule, const std::string& got) {
  throw InvalidArgument("population." + field, rule, got);
}

void require_share(double share, const std::string& field) {
  if (!(share >= 0.0 && std::isfinite(share))) {
    reject(field, "must be a share, not negative", std::to_string(share));
  }
}

std::size_t municipality_of(const PopulationSpec& spec, const std::string& name, const std::string& field) {
  const auto at = std::find_if(spec.municipalities.begin(), spec.municipalities.end(),
                               [&](const MunicipalitySpec& one) { return one.name == name; });
  if (at == spec.municipalities.end()) {
    reject(field, "must be the name of a municipality", name);
  }
  return static_cast<std::size_t>(at - spec.municipalities.begin());
}

/// Persons in an order that a keyed draw fixes, whatever their attributes.
std::vector<Index> shuffled(Index first, Index last, std::uint64_t seed, PersonDraw what) {
  std::vector<std::pair<std::uint64_t, Index>> keyed;
  keyed.reserve(static_cast<std::size_t>(last - first));
  for (Index person = first; person < last; ++person) {
    const Words words = draw(seed, {.replication = 0,
                                    .person = static_cast<std::uint32_t>(person),
                                    .cycle = 0,
                                    .purpose = Purpose::synthesis_person,
                                    .k = what});
    keyed.emplace_back(first_pair(words), person);
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<Index> order(keyed.size());
  std::transform(keyed.begin(), keyed.end(), order.begin(), [](const auto& pair) { return pair.second; });
  return order;
}

/// Gives persons first to last - 1 an option each, numbers by `shares`, who by a keyed draw.
template <class Assign>
void assign_by_share(Index first, Index last, std::span<const double> shares, std::uint64_t seed, PersonDraw what,
                     Assign assign) {
  const std::vector<Index> order = shuffled(first, last, seed, what);
  const std::vector<std::int64_t> counts = apportion(last - first, shares);
  auto next = order.begin();
  for (std::size_t option = 0; option < counts.size(); ++option) {
    const auto end = next + counts[option];
    assign(option, std::span<const Index>(next, end));
    next = end;
  }
}

void check_sizes(const PopulationSpec& spec, std::span<const PayerShare> insurers, int cycles_per_year, int cycles) {
  constexpr std::size_t k_byte = 255;
  if (cycles_per_year < 1 || cycles < 1) {
    reject("cycles", "must be at least 1, and at least 1 a year", std::to_string(cycles));
  }
  if (spec.municipalities.empty() || spec.municipalities.size() > k_byte) {
    reject("municipalities", "must be 1 to 255", std::to_string(spec.municipalities.size()));
  }
  if (insurers.size() > k_byte) {
    reject("payers", "must be at most 255 insurers", std::to_string(insurers.size()));
  }
  if (!spec.gp_groups.empty() && !(spec.list_size >= 1.0 && std::isfinite(spec.list_size))) {
    reject("list_size", "must be at least 1 person", std::to_string(spec.list_size));
  }
  require_share(spec.flows.births_per_1000, "flows.births_per_1000");
  require_share(spec.flows.arrivals_per_year, "flows.arrivals_per_year");
  require_share(spec.flows.departures_per_year, "flows.departures_per_year");
  double persons = 0.0;
  for (std::size_t i = 0; i < spec.cells.size(); ++i) {
    const PopulationCell& cell = spec.cells[i];
    const std::string field = "cells[" + std::to_string(i) + "]";
    if (cell.persons < 0) {
      reject(field + ".persons", "must not be negative", std::to_string(cell.persons));
    }
    if (cell.ages.low < 0 || cell.ages.low > cell.ages.high || cell.ages.high > k_max_age) {
      reject(field + ".ages", "must be in [0, 120] years, low to high",
             std::to_string(cell.ages.low) + " to " + std::to_string(cell.ages.high));
    }
    persons += static_cast<double>(cell.persons);
  }
  const double a_year = spec.flows.births_per_1000 / 1000.0 + spec.flows.arrivals_per_year;
  const double total = persons * (1.0 + a_year * (static_cast<double>(cycles) / cycles_per_year + 1.0));
  if (total >= static_cast<double>(std::numeric_limits<std::int32_t>::max())) {
    reject("cells", "must give fewer than 2^31 persons over the run", std::to_string(total));
  }
}

/// Inhabitants of cycle 0 by municipality, sex and age. @returns first person of each municipality, and the end
std::vector<Index> add_inhabitants(People& people, const PopulationSpec& spec, int cycles_per_year) {
  std::vector<std::size_t> place(spec.cells.size());
  for (std::size_t i = 0; i < spec.cells.size(); ++i) {
    place[i] = municipality_of(spec, spec.cells[i].municipality, "cells[" + std::to_string(i) + "].municipality");
  }
  std::vector<std::size_t> order(spec.cells.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) {
    const PopulationCell& cell = spec.cells[i];
    return std::tuple(place[i], cell.sex, cell.ages.low, cell.ages.high, cell.persons);
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });

  std::vector<Index> starts(spec.municipalities.size() + 1, 0);
  for (const std::size_t i : order) {
    const PopulationCell& cell = spec.cells[i];
    const std::int64_t width = std::int64_t{cell.ages.high - cell.ages.low + 1} * cycles_per_year;
    for (std::int64_t j = 0; j < cell.persons; ++j) {
      // The middles of equal parts of the band.
      const std::int64_t age = std::int64_t{cell.ages.low} * cycles_per_year + (2 * j + 1) * width / (2 * cell.persons);
      people.birth_cycle.push_back(static_cast<std::int32_t>(-age));
      people.sex.push_back(cell.sex);
      people.municipality.push_back(static_cast<std::uint8_t>(place[i]));
    }
    starts[place[i] + 1] += cell.persons;
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  const std::size_t count = people.birth_cycle.size();
  people.enters_cycle.assign(count, 0);
  people.deprivation.assign(count, 3);
  people.practice.assign(count, k_no_practice);
  people.practice_group.assign(count, k_no_practice_group);
  people.payer.assign(count, k_no_payer);
  return starts;
}

/// Practices of the GP groups in each municipality; a practice belongs to one group and lies in one municipality.
void add_practices(People& people, const PopulationSpec& spec, std::span<const Index> starts) {
  std::vector<std::size_t> place;
  std::vector<std::size_t> group_of;
  for (std::size_t row = 0; row < spec.gp_groups.size(); ++row) {
    const GpGroupShare& one = spec.gp_groups[row];
    const std::string field = "gp_groups[" + std::to_string(row) + "]";
    place.push_back(municipality_of(spec, one.municipality, field + ".municipality"));
    require_share(one.share, field + ".share");
    auto at = std::find(people.practice_group_names.begin(), people.practice_group_names.end(), one.provider);
    if (at == people.practice_group_names.end()) {
      at = people.practice_group_names.insert(at, one.provider);
    }
    group_of.push_back(static_cast<std::size_t>(at - people.practice_group_names.begin()));
  }
  if (people.practice_group_names.size() >= k_no_practice_group) {
    reject("gp_groups", "must be at most 254 groups", std::to_string(people.practice_group_names.size()));
  }
  std::vector<int> numbered(people.practice_group_names.size(), 0);
  for (std::size_t m = 0; m < spec.municipalities.size(); ++m) {
    std::vector<double> shares(spec.gp_groups.size(), 0.0);
    for (std::size_t row = 0; row < spec.gp_groups.size(); ++row) {
      shares[row] = place[row] == m ? spec.gp_groups[row].share : 0.0;
    }
    if (starts[m] == starts[m + 1] || std::accumulate(shares.begin(), shares.end(), 0.0) <= 0.0) {
      continue;
    }
    const auto assign = [&](std::size_t row, std::span<const Index> persons) {
      const auto count = static_cast<std::int64_t>(persons.size());
      if (count == 0) {
        return;
      }
      const std::size_t group = group_of[row];
      const std::int64_t practices =
          std::max<std::int64_t>(1, std::llround(static_cast<double>(count) / spec.list_size));
      const std::size_t first = people.practice_names.size();
      if (first + static_cast<std::size_t>(practices) >= k_no_practice) {
        reject("list_size", "must give fewer than 65,535 practices", std::to_string(spec.list_size));
      }
      for (std::int64_t n = 0; n < practices; ++n) {
        people.practice_names.push_back(people.practice_group_names[group] + "_" + std::to_string(++numbered[group]));
        people.practice_owner.push_back(static_cast<std::uint8_t>(group));
      }
      for (std::int64_t j = 0; j < count; ++j) {
        const auto person = static_cast<std::size_t>(persons[static_cast<std::size_t>(j)]);
        people.practice_group[person] = static_cast<std::uint8_t>(group);
        people.practice[person] = static_cast<std::uint16_t>(first + static_cast<std::size_t>(j * practices / count));
      }
    };
    assign_by_share(starts[m], starts[m + 1], shares, spec.seed, k_practice, assign);
  }
}

}  // namespace

People synthesise(const PopulationSpec& spec, std::span<const PayerShare> insurers, int cycles_per_year, int cycles) {
  check_sizes(spec, insurers, cycles_per_year, cycles);
  People people;
  for (const MunicipalitySpec& one : spec.municipalities) {
    people.municipality_names.push_back(one.name);
  }
  const std::vector<Index> starts = add_inhabitants(people, spec, cycles_per_year);

  const auto into = [](std::vector<std::uint8_t>& column, std::size_t lowest) {
    return [&column, lowest](std::size_t option, std::span<const Index> persons) {
      for (const Index person : persons) {
        column[static_cast<std::size_t>(person)] = static_cast<std::uint8_t>(option + lowest);
      }
    };
  };
  for (std::size_t m = 0; m < spec.municipalities.size(); ++m) {
    const MunicipalitySpec& one = spec.municipalities[m];
    double sum = 0.0;
    for (const double share : one.deprivation) {
      require_share(share, "municipalities." + one.name + ".deprivation");
      sum += share;
    }
    if (!(sum > 0.0)) {
      reject("municipalities." + one.name + ".deprivation", "must not be all zero", "0");
    }
    assign_by_share(starts[m], starts[m + 1], one.deprivation, spec.seed, k_deprivation, into(people.deprivation, 1));
  }
  add_practices(people, spec, starts);

  std::vector<double> payer_shares;
  for (const PayerShare& one : insurers) {
    people.payer_names.push_back(one.name);
    payer_shares.push_back(one.share);
  }
  if (!payer_shares.empty()) {
    assign_by_share(0, starts.back(), payer_shares, spec.seed, k_payer, into(people.payer, 0));
  }
  add_flows(people, spec, cycles_per_year, cycles);
  return people;
}

}  // namespace waterbed
