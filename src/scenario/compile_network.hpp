#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <string>
#include <utility>
#include <vector>

namespace waterbed::compiling {

/// Name -> position in the scenario's lists; -1 if there is none.
template <class Items>
int position(const Items& items, const std::string& name) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].name == name) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

/// A (GP group, municipality) pair: people of one route meet the same choice probabilities.
struct Route {
  int group_provider = -1;
  int group = -1;  ///< practice group
  std::string municipality;
};

/// Settings, rows and options of every need and route. Effects of care are matched to rows by need and kind.
NetworkModel compile_network(const Scenario& scenario, const std::vector<Route>& routes);

}  // namespace waterbed::compiling
