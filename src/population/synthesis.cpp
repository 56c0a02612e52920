#include "waterbed/population/synthesis.hpp"

#include "core/memory.hpp"
#include "population/apportion.hpp"
#include "population/flows.hpp"
#include "population/room.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace waterbed {
namespace {

// What a synthesis_person draw decides: its k. Released numbers stay.
enum PersonDraw : std::uint32_t { k_deprivation = 1, k_practice = 2, k_payer = 3, k_birth = 4 };

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

Words words_of(Index person, std::uint64_t seed, PersonDraw what) {
  return draw(seed, {.replication = 0,
                     .person = static_cast<std::uint32_t>(person),
                     .cycle = 0,
                     .purpose = Purpose::synthesis_person,
                     .k = what});
}

/// Persons in an order that a keyed draw fixes, whatever their attributes.
std::vector<Index> shuffled(std::span<const Index> persons, std::uint64_t seed, PersonDraw what) {
  // Keys are spread evenly, so that their highest bits nearly put them in order: about one falls into each part.
  const int bits = std::clamp(static_cast<int>(std::bit_width(persons.size())), 1, 24);
  const auto part_of = [bits](std::uint64_t key) { return static_cast<std::size_t>(key >> (64 - bits)); };
  std::vector<std::uint64_t> keys;
  keys.reserve(persons.size());
  std::vector<std::uint32_t> ends((std::size_t{1} << bits) + 1, 0);
  for (const Index person : persons) {
    keys.push_back(first_pair(words_of(person, seed, what)));
    ends[part_of(keys.back()) + 1] += 1;
  }
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<std::pair<std::uint64_t, Index>> keyed(persons.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keyed[ends[part_of(keys[i])]++] = {keys[i], persons[i]};
  }
  std::vector<Index> order(keyed.size());
  auto first = keyed.begin();
  for (std::size_t part = 0; part + 1 < ends.size(); ++part) {
    const auto end = keyed.begin() + ends[part];
    std::sort(first, end);
    first = end;
  }
  std::transform(keyed.begin(), keyed.end(), order.begin(), [](const auto& pair) { return pair.second; });
  return order;
}

/// Gives persons an option each, numbers by `shares`, who by a keyed draw.
template <class Assign>
void assign_by_share(std::span<const Index> persons, std::span<const double> shares, std::uint64_t seed,
                     PersonDraw what, Assign assign) {
  const std::vector<Index> order = shuffled(persons, seed, what);
  const std::vector<std::int64_t> counts = apportion(static_cast<Index>(persons.size()), shares);
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
  persons += static_cast<double>(spec.given.size());
  const double a_year = spec.flows.births_per_1000 / 1000.0 + spec.flows.arrivals_per_year;
  const double total = persons * (1.0 + a_year * (static_cast<double>(cycles) / cycles_per_year + 1.0));
  if (total >= static_cast<double>(std::numeric_limits<std::int32_t>::max())) {
    reject("cells", "must give fewer than 2^31 persons over the run", std::to_string(total));
  }
  require_room(persons, total, available_memory());
}

/// [municipality] the persons who live there at the start.
using Residents = std::vector<std::vector<Index>>;

void add_empty_columns(People& people) {
  const std::size_t count = people.birth_cycle.size();
  people.enters_cycle.assign(count, 0);
  people.deprivation.assign(count, 3);
  people.practice.assign(count, k_no_practice);
  people.practice_group.assign(count, k_no_practice_group);
  people.payer.assign(count, k_no_payer);
}

Residents residents_of(const People& people, std::size_t municipalities) {
  Residents residents(municipalities);
  for (std::size_t person = 0; person < people.municipality.size(); ++person) {
    residents[people.municipality[person]].push_back(static_cast<Index>(person));
  }
  return residents;
}

/// Inhabitants of cycle 0 as given, in the order in which they are.
void add_given(People& people, const PopulationSpec& spec, int cycles_per_year) {
  const GivenPeople& given = spec.given;
  people.birth_cycle = given.birth_cycle;
  for (std::size_t person = 0; person < given.age.size(); ++person) {
    const Words words = words_of(static_cast<Index>(person), spec.seed, k_birth);
    const Index since_birthday = uniform_index(words[0], cycles_per_year);
    people.birth_cycle.push_back(
        static_cast<std::int32_t>(-(Index{given.age[person]} * cycles_per_year + since_birthday)));
  }
  people.sex = given.sex;
  people.municipality = given.municipality;
  const std::size_t count = people.birth_cycle.size();
  for (const std::size_t length : {given.sex.size(), given.municipality.size()}) {
    if (length != count) {
      reject("given", "must have columns of one length, " + std::to_string(count), std::to_string(length));
    }
  }
  add_empty_columns(people);
}

/// Inhabitants of cycle 0 by municipality, sex and age.
void add_inhabitants(People& people, const PopulationSpec& spec, int cycles_per_year) {
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
  }
  add_empty_columns(people);
}

/// Numbers practices of a group that has this many people; @returns the position of the first.
std::size_t new_practices(People& people, const PopulationSpec& spec, std::size_t group, std::int64_t practices,
                          int& numbered) {
  const std::size_t first = people.practice_names.size();
  if (first + static_cast<std::size_t>(practices) >= k_no_practice) {
    reject("list_size", "must give fewer than 65,535 practices", std::to_string(spec.list_size));
  }
  for (std::int64_t n = 0; n < practices; ++n) {
    people.practice_names.push_back(people.practice_group_names[group] + "_" + std::to_string(++numbered));
    people.practice_owner.push_back(static_cast<std::uint8_t>(group));
  }
  return first;
}

std::int64_t practices_for(const PopulationSpec& spec, std::int64_t persons) {
  return std::max<std::int64_t>(1, std::llround(static_cast<double>(persons) / spec.list_size));
}

/// Groups as given; practices as well, or of about list_size people each.
void take_practices(People& people, const PopulationSpec& spec) {
  const GivenPeople& given = spec.given;
  people.practice_group = given.practice_group;
  if (!given.practice.empty()) {
    people.practice = given.practice;
    people.practice_names = given.practice_names;
    people.practice_owner = given.practice_owner;
    return;
  }
  for (std::size_t group = 0; group < people.practice_group_names.size(); ++group) {
    std::vector<Index> members;
    for (std::size_t person = 0; person < given.practice_group.size(); ++person) {
      if (given.practice_group[person] == group) {
        members.push_back(static_cast<Index>(person));
      }
    }
    if (members.empty()) {
      continue;
    }
    const std::vector<Index> order = shuffled(members, spec.seed, k_practice);
    const auto count = static_cast<std::int64_t>(members.size());
    const std::int64_t practices = practices_for(spec, count);
    int numbered = 0;
    const std::size_t first = new_practices(people, spec, group, practices, numbered);
    for (std::int64_t j = 0; j < count; ++j) {
      people.practice[static_cast<std::size_t>(order[static_cast<std::size_t>(j)])] =
          static_cast<std::uint16_t>(first + static_cast<std::size_t>(j * practices / count));
    }
  }
}

/// Practices of the GP groups in each municipality; a practice belongs to one group and lies in one municipality.
void add_practices(People& people, const PopulationSpec& spec, const Residents& residents) {
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
  if (!spec.given.practice_group.empty()) {
    take_practices(people, spec);
    return;
  }
  std::vector<int> numbered(people.practice_group_names.size(), 0);
  for (std::size_t m = 0; m < spec.municipalities.size(); ++m) {
    std::vector<double> shares(spec.gp_groups.size(), 0.0);
    for (std::size_t row = 0; row < spec.gp_groups.size(); ++row) {
      shares[row] = place[row] == m ? spec.gp_groups[row].share : 0.0;
    }
    if (residents[m].empty() || std::accumulate(shares.begin(), shares.end(), 0.0) <= 0.0) {
      continue;
    }
    const auto assign = [&](std::size_t row, std::span<const Index> persons) {
      const auto count = static_cast<std::int64_t>(persons.size());
      if (count == 0) {
        return;
      }
      const std::size_t group = group_of[row];
      const std::int64_t practices = practices_for(spec, count);
      const std::size_t first = new_practices(people, spec, group, practices, numbered[group]);
      for (std::int64_t j = 0; j < count; ++j) {
        const auto person = static_cast<std::size_t>(persons[static_cast<std::size_t>(j)]);
        people.practice_group[person] = static_cast<std::uint8_t>(group);
        people.practice[person] = static_cast<std::uint16_t>(first + static_cast<std::size_t>(j * practices / count));
      }
    };
    assign_by_share(residents[m], shares, spec.seed, k_practice, assign);
  }
}

}  // namespace

People synthesise(const PopulationSpec& spec, std::span<const PayerShare> insurers, int cycles_per_year, int cycles) {
  check_sizes(spec, insurers, cycles_per_year, cycles);
  People people;
  for (const MunicipalitySpec& one : spec.municipalities) {
    people.municipality_names.push_back(one.name);
  }
  if (spec.given.size() > 0) {
    add_given(people, spec, cycles_per_year);
  } else {
    add_inhabitants(people, spec, cycles_per_year);
  }
  const Residents residents = residents_of(people, spec.municipalities.size());

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
    if (spec.given.deprivation.empty()) {
      assign_by_share(residents[m], one.deprivation, spec.seed, k_deprivation, into(people.deprivation, 1));
    }
  }
  if (!spec.given.deprivation.empty()) {
    people.deprivation = spec.given.deprivation;
  }
  add_practices(people, spec, residents);

  std::vector<double> payer_shares;
  for (const PayerShare& one : insurers) {
    people.payer_names.push_back(one.name);
    payer_shares.push_back(one.share);
  }
  if (!spec.given.payer.empty()) {
    people.payer = spec.given.payer;
  } else if (!payer_shares.empty()) {
    std::vector<Index> everybody(people.birth_cycle.size());
    std::iota(everybody.begin(), everybody.end(), Index{0});
    assign_by_share(everybody, payer_shares, spec.seed, k_payer, into(people.payer, 0));
  }
  add_flows(people, spec, cycles_per_year, cycles);
  return people;
}

}  // namespace waterbed
