#pragma once

#include "waterbed/engine/start_feature.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace waterbed {

struct Expectation;

/// A frozen expectation of persons, with what it looks at.
struct ExpectationModel {
  std::string name;
  std::shared_ptr<const Expectation> frozen;
  std::vector<StartFeature> features;       ///< columns that it needs
  StartFeature state;                       ///< of expectations of health
  std::vector<std::size_t> state_of_label;  ///< position among the states of its remaining QALYs, by label of `state`
  bool of_health = false;                   ///< holds remaining QALYs, so that gain is measured against it
  bool scores = false;                      ///< capitation or risk of some contract goes by it
  bool true_scores = false;                 ///< risk of some contract does, which is settled on true stages too
};

}  // namespace waterbed
