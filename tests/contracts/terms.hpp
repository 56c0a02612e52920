#pragma once

#include "contracts/support.hpp"

/// Terms that tests of several subjects need.
namespace waterbed::testing {

/// Moves its target by the score, whatever became of the standard.
inline Quality by_score(QualityTarget target) {
  Quality quality;
  quality.target = target;
  quality.met = quality.alternative = quality.failed = QualityFactor::of_score();
  return quality;
}

/// Health gain of worked example 11: 20,000 EUR a QALY, 40 % of it to the holder, losses not owed.
inline Gain qaly_gain() {
  Gain gain;
  gain.outcome = "qaly";
  gain.value = euro(20'000);
  gain.share = percent(40);
  gain.floor = Rate{};
  return gain;
}

}  // namespace waterbed::testing
