#include "compile_expectations.hpp"

#include "waterbed/engine/start_feature.hpp"
#include "waterbed/expectation/expectation.hpp"

#include <algorithm>
#include <set>

namespace waterbed::compiling {

void compile_expectations(const Scenario& scenario, const WhoNames& names, Model& model) {
  const std::vector<StartFeature> known = start_features(names.municipalities, names.conditions);
  const auto feature = [&](const std::string& name) {
    return *std::find_if(known.begin(), known.end(), [&](const StartFeature& one) { return one.name == name; });
  };
  for (const FrozenExpectation& spec : scenario.expectations) {
    ExpectationModel& made = model.expectations.emplace_back();
    made.name = spec.name;
    made.frozen = spec.model;
    std::set<std::string> columns;
    for (const Feature& each : spec.model->features) {
      for (const FeaturePart& part : each.parts) {
        if (columns.insert(part.column).second) {
          made.features.push_back(feature(part.column));
        }
      }
    }
    if (const std::optional<RemainingLife>& life = spec.model->remaining) {
      made.of_health = true;
      made.state = feature(life->state);
      for (const std::string& label : made.state.labels) {
        const auto found = std::find(life->states.begin(), life->states.end(), label);
        made.state_of_label.push_back(static_cast<std::size_t>(found - life->states.begin()));
      }
    }
  }
}

}  // namespace waterbed::compiling
