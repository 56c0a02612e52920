#pragma once

#include "waterbed/core/progress.hpp"
#include "waterbed/engine/model.hpp"
#include "waterbed/engine/record_options.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// A person's state when a year began and what happened to the person in it, as columns; ordered by year and person.
///
/// With newcomers the columns add up to the result tables of the same arm, replication and year: spending to
/// `list_spending`, units to `visits`, deaths and QALYs to `deaths` and `qalys`, cycles to `stratum_persons` of
/// everybody (`population` does not count the cycle in which somebody dies).
struct PersonYears {
  std::vector<std::string> municipalities, practices, practice_groups, insurers, sectors;
  std::vector<std::string> conditions;
  std::vector<std::vector<std::string>> stages;  ///< [condition], 0 "none"
  std::vector<std::string> kinds;                ///< of settings
  std::vector<std::string> stay_kinds;           ///< of them those whose unit is a day
  int cycles_per_year = 12;

  std::vector<std::int32_t> person;  ///< position in People
  std::vector<std::int16_t> year;    ///< calendar year
  /// When the person entered, 0: was here when the year began. Newcomers' features are those at entry.
  std::vector<std::int16_t> entered;  ///< cycle of the year
  std::vector<std::uint8_t> age;      ///< completed years
  std::vector<std::uint8_t> sex;
  std::vector<std::uint8_t> deprivation;            ///< quintile 1 to 5
  std::vector<std::uint8_t> municipality;           ///< positions in the lists of names
  std::vector<std::uint16_t> practice;              ///< k_no_practice without GP groups
  std::vector<std::uint8_t> practice_group;         ///< k_no_practice_group
  std::vector<std::uint8_t> insurer;                ///< k_no_payer
  std::vector<std::vector<std::uint8_t>> stage;     ///< [condition] true stage
  std::vector<std::vector<std::uint8_t>> recorded;  ///< [condition] recorded stage
  std::vector<std::int16_t> cycles;                 ///< lived here, the one of a death included
  std::vector<std::uint8_t> died;                   ///< 0 or 1
  std::vector<std::uint8_t> moved_away;             ///< 0 or 1
  std::vector<std::int32_t> qalys;                  ///< micro-QALY
  std::vector<std::vector<std::int64_t>> spending;  ///< [sector] micro-euro at frozen list prices
  std::vector<std::vector<std::int32_t>> units;     ///< [kind]: visits, or days of stay
  std::vector<std::vector<std::int32_t>> stays;     ///< [stay kind]: stays begun

  [[nodiscard]] Index size() const { return static_cast<Index>(person.size()); }
};

/// Simulates one replication of one arm up to the last of the years asked for, with the draws of simulate().
/// @param newcomers  also those who were born or moved in during the year
/// @throws InvalidArgument for an unknown arm, a year that is not simulated or a number out of range; Stopped
PersonYears person_years(const Model& model, const RecordOptions& options = {}, bool newcomers = false,
                         const Progress& progress = {}, const StopToken& stop = {});

}  // namespace waterbed
