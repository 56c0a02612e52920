#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "waterbed/core/age_table.hpp"

namespace waterbed {

struct MunicipalitySpec {
  std::string name;
  std::string title;
  std::array<double, 5> deprivation{0.2, 0.2, 0.2, 0.2, 0.2};  ///< shares of quintiles 1 (least) to 5; sum 1
};

/// Persons of one age band and sex in one municipality at the start. Within a band ages are spread evenly.
struct PopulationCell {
  std::string municipality;
  AgeBand ages;
  Sex sex = Sex::women;
  std::int64_t persons = 0;
};

/// A GP group's share of the people of a municipality; the group runs practices of about `list_size`.
struct GpGroupShare {
  std::string provider;
  std::string municipality;
  double share = 0.0;
};

/// An open population: births, arrivals and departures are listed at synthesis with their month, so person ids are the
/// same in every arm and replication.
struct PopulationFlows {
  double births_per_1000 = 0.0;        ///< per inhabitant-year, constant number
  double arrivals_per_year = 0.0;      ///< share of the population
  double departures_per_year = 0.0;    ///< share of the population; ages as `mover_ages`
  AgeSexTable mover_propensity;        ///< relative chance to move by age and sex; empty: all equal
};

struct PopulationSpec {
  std::uint64_t seed = 1;              ///< of the synthesis; not of the run
  std::vector<MunicipalitySpec> municipalities;
  std::vector<PopulationCell> cells;
  std::vector<GpGroupShare> gp_groups;
  double list_size = 2350.0;           ///< persons per practice
  PopulationFlows flows;
};

}  // namespace waterbed
