#pragma once

#include "waterbed/contracts/gain.hpp"
#include "waterbed/core/ids.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace waterbed {

/// One group (practice, GP group) under Buhlmann & Straub.
struct CredibilityGroup {
  Index rows = 0;
  double exposure = 0.0;
  double mean = 0.0;         ///< per unit of exposure
  double credibility = 0.0;  ///< Z = exposure / (exposure + within / between)
  double estimate = 0.0;     ///< Z mean + (1 - Z) collective: the group's own part
};

/// How far groups differ by themselves, and how far by chance.
///
/// A value X with exposure w has variance within / w around its group's mean, and these have variance between.
/// within = sum w (X - group mean)^2 / (rows - groups);
/// between = max(0, (sum w_g (mean_g - mean)^2 - (groups - 1) within) / (w - sum w_g^2 / w)).
/// Source: Buhlmann & Straub (1970); Buhlmann & Gisler, A Course in Credibility Theory (2005), 4.8.
struct Credibility {
  double collective = 0.0;  ///< mean of the groups, each by its Z; by exposure if between is 0
  double within = 0.0;      ///< variance of one unit of exposure around its group
  double between = 0.0;     ///< variance of the groups' own means, not below 0
  double luck_person =
      1.0;                  ///< share of the variance of one unit of exposure that is luck: within / (within + between)
  double luck_group = 1.0;  ///< the same of the groups' means: 1 - mean of Z
  std::vector<CredibilityGroup> groups;
};

/// @param value     [row] per unit of exposure, such as realised less expected per year
/// @param exposure  [row] >= 0; empty: 1 each. Rows without any are left out
/// @param group     [row] position; below 0: in none
/// @throws InvalidArgument if lengths differ, a value is not finite, or there are not two groups, one with two rows
[[nodiscard]] Credibility credibility(std::span<const double> value, std::span<const double> exposure,
                                      std::span<const std::int32_t> group, int groups);

/// One group whose rows, of exposure 1, are summed up already.
struct GroupSums {
  Index rows = 0;
  double sum = 0.0;
  double squares = 0.0;  ///< sum of squared values
};

/// The same of such groups. @throws InvalidArgument unless there are two groups, one with two rows
[[nodiscard]] Credibility credibility(std::span<const GroupSums> groups);

/// What a gain term is expected to pay while nobody gains: outcomes are as expected but for chance.
struct NoisePayment {
  double at_group = 0.0;   ///< EUR, floor and cap on the sum
  double at_person = 0.0;  ///< EUR, floor and cap on each person
};

/// Closed form for normal residuals of one spread; a floor of 0 pays price * sd * sqrt(people / (2 pi)) for a group and
/// sqrt(people) times as much by the person.
/// @param sd  of realised less expected of one person, in units of outcome
/// @throws InvalidArgument unless people >= 0 and sd >= 0
[[nodiscard]] NoisePayment payment_for_noise(const Gain& gain, std::int64_t people, double sd);

}  // namespace waterbed
