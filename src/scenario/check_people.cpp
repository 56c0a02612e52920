#include "scenario/checker.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace waterbed::detail {
namespace {

std::string age_text(const AgeBand& band) {
  return "ages " + std::to_string(band.low) + " to " + std::to_string(band.high);
}

/// Everybody who ever lives in the region takes up memory while the run is made and goes on.
void check_memory(Checker& c, const Scenario& s, std::int64_t persons) {
  const double years = s.time.warm_up_years + s.time.base_years + s.time.years;
  const PopulationFlows& flows = s.population.flows;
  const double ever =
      static_cast<double>(persons) * (1.0 + years * (flows.births_per_1000 / 1000.0 + flows.arrivals_per_year));
  constexpr double k_bytes_per_person = 256.0;  // columns, state of the arms in flight, episodes
  const double needed = ever * k_bytes_per_person;
  const double there = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  if (needed > there) {
    const auto gib = [](double bytes) { return std::to_string(std::llround(bytes / 0x1p30)) + " GiB"; };
    c.conclude("population.cells", "population.cells", "must fit in memory, which has " + gib(there),
               std::to_string(persons) + " persons, who need about " + gib(needed));
  }
}

void check_cells(Checker& c, const Scenario& s) {
  const PopulationSpec& p = s.population;
  std::int64_t persons = p.given.size();
  if (p.cells.empty() == (p.people.empty() && p.given.size() == 0)) {
    c.add("population", "must have one of cells and people", p.cells.empty() ? "none" : "both");
  }
  // Cells already seen of one municipality and sex, to find overlaps without comparing all with all.
  std::map<std::pair<std::string, Sex>, std::vector<const PopulationCell*>> seen;
  for (std::size_t i = 0; i < p.cells.size(); ++i) {
    const PopulationCell& cell = p.cells[i];
    const std::string path = joined_path("population.cells", i);
    persons += std::clamp<std::int64_t>(cell.persons, 0, 1'000'000'000'000);
    if (cell.ages.low > cell.ages.high) {
      c.add(path + ".age_low", "must be at most age_high (years)", std::to_string(cell.ages.low));
      continue;
    }
    auto& others = seen[{cell.municipality, cell.sex}];
    for (const PopulationCell* other : others) {
      if (cell.ages.low <= other->ages.high && other->ages.low <= cell.ages.high) {
        c.add(path, "must not overlap another cell of " + cell.municipality + " and sex", age_text(cell.ages));
        break;
      }
    }
    others.push_back(&cell);
  }
  if (!p.cells.empty() && persons == 0) {
    c.conclude("population.cells", "population.cells", "must hold at least one person", "0");
  }
  check_memory(c, s, persons);
}

void check_reference(Checker& c, const Scenario& s) {
  const std::vector<double>& shares = s.population.deprivation_reference;
  if (shares.empty()) {
    return;
  }
  const std::string path = "population.deprivation_reference";
  if (shares.size() != 5) {
    c.add(path, "must hold 5 shares, of quintiles 1 to 5", std::to_string(shares.size()));
    return;
  }
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!is_one(sum)) {
    c.conclude(path, path, "shares must sum to 1", sum_text(sum));
  }
}

void check_vulnerability(Checker& c, const Scenario& s) {
  const std::vector<double>& shares = s.population.vulnerability;
  const std::string path = "population.vulnerability";
  if (shares.size() > std::size_t{k_most_classes}) {
    c.add(path, "must hold at most 16 shares", std::to_string(shares.size()));
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i];
    if (shares[i] == 0.0) {
      c.add(joined_path(path, i), "must be above 0", "0");
    }
  }
  if (!shares.empty() && !is_one(sum)) {
    c.conclude(path, path, "shares must sum to 1", sum_text(sum));
  }
  const auto one_class = [&](const std::string& field, double gradient) {
    if (shares.size() < 2 && gradient != 1.0) {
      c.conclude(path, field, "needs two classes or more in population.vulnerability", number_text(gradient));
    }
  };
  for (const Condition& condition : s.conditions) {
    one_class("conditions." + condition.name + ".vulnerability_gradient", condition.vulnerability_gradient);
  }
  for (const NeedSpec& need : s.needs) {
    one_class("needs." + need.name + ".vulnerability_gradient", need.vulnerability_gradient);
  }
}

void check_groups(Checker& c, const Scenario& s) {
  const PopulationSpec& p = s.population;
  if (p.gp_groups.empty()) {
    if (!s.gp_kinds.empty()) {
      c.add("population.gp_groups", "must be given: gp_kinds are served by the person's own GP group");
    }
    return;
  }
  for (const MunicipalitySpec& place : p.municipalities) {
    double sum = 0.0;
    for (const GpGroupShare& share : p.gp_groups) {
      sum += share.municipality == place.name ? share.share : 0.0;
    }
    if (!is_one(sum)) {
      c.conclude("population.gp_groups", "population.gp_groups", "shares of " + place.name + " must sum to 1",
                 sum_text(sum));
    }
  }
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::string> checked;
  for (std::size_t i = 0; i < p.gp_groups.size(); ++i) {
    const GpGroupShare& share = p.gp_groups[i];
    const std::string path = joined_path("population.gp_groups", i);
    if (!seen.insert({share.provider, share.municipality}).second) {
      c.add(path, "must be given once for a provider and a municipality", share.provider);
    }
    const ProviderSpec* provider = find_named(s.providers, share.provider);
    if (provider == nullptr || !checked.insert(share.provider).second) {
      continue;
    }
    for (const std::string& kind : s.gp_kinds) {
      if (std::find(provider->kinds.begin(), provider->kinds.end(), kind) == provider->kinds.end()) {
        c.conclude("gp_kinds", "providers." + provider->name + ".kinds",
                   "a GP group must deliver every kind in gp_kinds", "no " + kind);
      }
    }
  }
}

void check_payers(Checker& c, const Scenario& s) {
  double sum = 0.0;
  bool insurers = false;
  for (const PayerSpec& payer : s.payers) {
    if (payer.insurer) {
      insurers = true;
      sum += payer.market_share;
    } else if (payer.market_share != 0.0) {
      c.add("payers." + payer.name + ".market_share", "is for insurers only", number_text(payer.market_share));
    }
    if (payer.name == "insurer" || payer.name == "all" || payer.name == "household") {
      c.add("payers." + payer.name, "a payer must not be called insurer, all or household", payer.name);
    }
  }
  if (insurers && !is_one(sum)) {
    c.conclude("payers", "payers", "market shares of the insurers must sum to 1", sum_text(sum));
  }
  for (const KindSpec& kind : s.kinds) {
    if (kind.funder == "insurer" && !insurers) {
      c.conclude("payers", "kinds." + kind.name + ".funder", "needs an insurer among the payers", "insurer");
    }
  }
}

}  // namespace

void check_people(Checker& c, const Scenario& s) {
  for (const MunicipalitySpec& place : s.population.municipalities) {
    double sum = 0.0;
    for (const double share : place.deprivation) {
      sum += share;
    }
    if (!is_one(sum)) {
      const std::string path = "population.municipalities." + place.name + ".deprivation";
      c.conclude(path, path, "shares must sum to 1", sum_text(sum));
    }
  }
  check_reference(c, s);
  check_vulnerability(c, s);
  check_cells(c, s);
  check_groups(c, s);
  check_payers(c, s);
}

}  // namespace waterbed::detail
