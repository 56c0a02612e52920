#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/population/given_people.hpp"
#include "waterbed/population/people.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace waterbed {

struct MunicipalitySpec {
  std::string name;
  std::string title;
  std::array<double, 5> deprivation{0.2, 0.2, 0.2, 0.2, 0.2};  ///< shares of quintiles 1 (least) to 5; sum 1
};

/// Persons of one age band and sex in one municipality at the start. Within a band ages are spread evenly, so end the
/// oldest band where people do (90 to 99 rather than 90 to 120).
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

/// An open population: births, arrivals and departures are listed at synthesis with their cycle, so person ids are the
/// same in every arm and replication.
struct PopulationFlows {
  double births_per_1000 = 0.0;      ///< per 1,000 inhabitants of the start and year: a constant number of births
  double arrivals_per_year = 0.0;    ///< share of the population at the start: a constant number of arrivals
  double departures_per_year = 0.0;  ///< mean yearly hazard of moving away, over the population at the start
  AgeSexTable mover_propensity;      ///< relative chance to move by age and sex; empty: all equal
};

struct PopulationSpec {
  std::uint64_t seed = 1;  ///< of the synthesis; not of the run
  std::vector<MunicipalitySpec> municipalities;
  std::vector<PopulationCell> cells;
  std::string people;  ///< file of the people at the start, one by one, in place of cells; see docs/own_people.md
  GivenPeople given;   ///< what stands in it
  std::vector<GpGroupShare> gp_groups;
  double list_size = 2350.0;  ///< persons per practice
  /// Shares of the newborn by class of vulnerability, from robust to vulnerable; sum 1. Empty: one class.
  std::vector<double> vulnerability;
  /// Shares of the quintiles where tables of prevalence and mortality were observed; sum 1. Empty: the region itself.
  std::vector<double> deprivation_reference;
  PopulationFlows flows;
};

/// An insurer and its share of the insured.
struct PayerShare {
  std::string name;
  double share = 0.0;
};

/// The people of a region, from margins: those there at the start, then everybody who is born or arrives later.
///
/// People who are given one by one are taken as they are, and what is not given of them is drawn.
///
/// Counts of the cells are met exactly; quintiles, GP groups and insurers by largest remainder; who gets which is a
/// keyed draw. A child has the place, quintile, practice and insurer of a woman of 15 to 49; an arrival those of an
/// inhabitant drawn by mover propensity. A longer horizon only appends persons, and the order of the cells in `spec`
/// does not matter. Stages are left empty: draw_initial_stages() of the health module fills them.
/// @param insurers         shares are divided by their sum; empty: nobody is insured
/// @param cycles_per_year  12 or 1
/// @param cycles           simulated cycles; later births and arrivals are not made
/// @throws InvalidArgument naming the field at the first fault
[[nodiscard]] People synthesise(const PopulationSpec& spec, std::span<const PayerShare> insurers, int cycles_per_year,
                                int cycles);

}  // namespace waterbed
