#include "waterbed/engine/start_feature.hpp"

#include <algorithm>

namespace waterbed {

std::vector<StartFeature> start_features(const std::vector<std::string>& municipalities,
                                         std::span<const ConditionNames> conditions) {
  std::vector<StartFeature> features{{"age", StartKind::age, 0, {}},
                                     {"sex", StartKind::sex, 0, {"women", "men"}},
                                     {"deprivation", StartKind::deprivation, 0, {}},
                                     {"municipality", StartKind::municipality, 0, municipalities}};
  StartFeature number{"recorded_conditions", StartKind::recorded_conditions, 0, {}};
  for (std::size_t i = 0; i <= std::min(conditions.size(), k_most_recorded); ++i) {
    number.labels.push_back(std::to_string(i) + (i == k_most_recorded ? "+" : ""));
  }
  for (std::size_t c = 0; c < conditions.size(); ++c) {
    features.push_back({"recorded_" + conditions[c].name, StartKind::recorded, c, conditions[c].stages});
  }
  features.push_back(std::move(number));
  features.push_back({"remaining", StartKind::remaining, 0, {}});
  return features;
}

std::size_t start_value(const StartFeature& feature, const PersonView& person, std::size_t conditions) {
  const auto recorded = [&](std::size_t c) { return person.recorded[c * static_cast<std::size_t>(person.stride)]; };
  switch (feature.kind) {
    case StartKind::age:
      return static_cast<std::size_t>(person.age);
    case StartKind::sex:
      return static_cast<std::size_t>(person.sex);
    case StartKind::deprivation:
      return person.deprivation;
    case StartKind::municipality:
      return person.municipality;
    case StartKind::recorded:
      return recorded(feature.condition);
    case StartKind::recorded_conditions: {
      std::size_t number = 0;
      for (std::size_t c = 0; c < conditions; ++c) {
        number += recorded(c) > 0 ? 1U : 0U;
      }
      return std::min(number, k_most_recorded);
    }
    case StartKind::remaining:
      break;
  }
  return 0;
}

}  // namespace waterbed
