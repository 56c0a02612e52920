#pragma once

#include "waterbed/engine/model.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace waterbed {

/// What is on record of persons, as columns of one length; positions as in the model's people.
struct RecordColumns {
  std::span<const std::uint8_t> age;  ///< completed years
  std::span<const std::uint8_t> sex;
  std::span<const std::uint8_t> deprivation;  ///< quintile 1 to 5
  std::span<const std::uint8_t> municipality;
  std::span<const std::uint16_t> practice;
  std::span<const std::uint8_t> practice_group;
  std::span<const std::uint8_t> insurer;
  std::vector<std::span<const std::uint8_t>> recorded;  ///< [condition] recorded stage
};

/// Score and stratum of every person, in the order given.
struct Stratified {
  std::vector<double> score;          ///< points, or a chance in (0, 1) under the logit link
  std::vector<std::uint8_t> stratum;  ///< position among the strata
};

/// Puts persons into the strata of one of the model's stratifications.
/// @throws InvalidArgument for a stratification that the model does not have, or columns that differ in length
[[nodiscard]] Stratified stratify(const Model& model, std::string_view stratification, const RecordColumns& persons);

}  // namespace waterbed
