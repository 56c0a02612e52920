#pragma once

#include "waterbed/health/health_model.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace waterbed {

/// Changes of one person's hazards by programmes.
class HazardFactors {
 public:
  double death = 1.0;  ///< of every cause of death that goes by a hazard

  /// @param transition  position in HealthModel::transitions
  void add(std::int32_t transition, double ratio) {
    if (count_ < k_few) {
      few_[count_++] = {transition, ratio};
    } else {
      more_.push_back({transition, ratio});
    }
  }
  /// Product of what was added for a transition.
  [[nodiscard]] double ratio_of(std::int32_t transition) const {
    double ratio = 1.0;
    for (std::size_t i = 0; i < count_; ++i) {
      ratio *= few_[i].transition == transition ? few_[i].ratio : 1.0;
    }
    for (const Factor& factor : more_) {
      ratio *= factor.transition == transition ? factor.ratio : 1.0;
    }
    return ratio;
  }
  [[nodiscard]] bool changes() const { return count_ > 0 || death != 1.0; }

 private:
  struct Factor {
    std::int32_t transition;
    double ratio;
  };
  // So that nothing is allocated for those who are in a few programmes.
  static constexpr std::size_t k_few = 8;
  std::array<Factor, k_few> few_;  // filled as far as `count_`
  std::size_t count_ = 0;
  std::vector<Factor> more_;
};

/// What a person's hazards depend on at one moment; points into the caller's columns.
struct PersonHealth {
  int age = 0;  ///< completed years, 0 to k_max_age
  Sex sex = Sex::women;
  std::uint8_t deprivation = 3;         ///< quintile 1 to 5
  std::uint8_t vulnerability = 0;       ///< class
  const std::uint8_t* stage = nullptr;  ///< true stage by condition
  const CareWindow* care = nullptr;     ///< by care effect; null: no care so far
  std::int32_t cycle = 0;
  const HazardFactors* factors = nullptr;  ///< null: no programme
};

/// The causes that compete in a cycle, summed.
struct CompetingCauses {
  double death_hazard = 0.0;       ///< per cycle
  double hazard = 0.0;             ///< per cycle, death included
  double death_probability = 0.0;  ///< as written, per cycle
  double probability = 0.0;        ///< as written, death included
  double given_survival = 0.0;     ///< chances of those whom none of the above takes
};

[[nodiscard]] CompetingCauses competing_causes(const HealthModel& model, const PersonHealth& person);

/// How many of the 2^32 words bring an event this cycle: 2^32 (P + (1 - P)(1 - exp(-H))), at most 2^32 - 1.
///
/// H is the sum of the hazards per cycle and P that of the probabilities as written; of those who are left, the chances
/// given survival take their part. Retake it when the person's age, stages, or effects of care in force change; it is
/// the same in between. Thread safe, no allocation.
[[nodiscard]] std::uint32_t event_threshold(const HealthModel& model, const PersonHealth& person);

/// The event that a word brings: none if word >= event_threshold(), else death lowest, then changes of stage by
/// condition in the order written, each on a stretch in proportion to its hazard (or as long as its probability).
///
/// Death lies lowest so that a word that kills in one arm kills in another unless the odds of death differ.
[[nodiscard]] HealthEvent resolve_event(const HealthModel& model, const PersonHealth& person, std::uint32_t word);

/// Stretches of words and the event that each brings, in the order in which resolve_event() looks at them. The last one
/// has what rounding leaves over.
[[nodiscard]] std::vector<HealthModel::Outcome> outcomes_of(const HealthModel& model, const PersonHealth& person);

/// First cycle after person.cycle in which an effect of care begins or ends; INT32_MAX if none does.
[[nodiscard]] std::int32_t next_care_change(const HealthModel& model, const PersonHealth& person);

}  // namespace waterbed
