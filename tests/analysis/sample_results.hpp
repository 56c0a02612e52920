#pragma once

#include "waterbed/analysis/waterbed_index.hpp"
#include "waterbed/engine/results.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace waterbed::sample {

/// A cell to be filled.
struct Cell {
  std::string table;
  std::string arm;
  std::int64_t replication = 0;
  std::vector<std::string> labels;  ///< one an axis
};
using Fill = std::function<std::int64_t(const Cell&)>;

inline Results filled(std::vector<TableInfo> tables, std::int64_t replications, const Fill& fill) {
  Results results;
  results.scenario = "sample";
  results.arms = {"usual", "squeezed"};
  results.baseline = "usual";
  results.tables = std::move(tables);
  results.replications = replications;
  for (const TableInfo& table : results.tables) {
    std::vector<std::int64_t> values;
    for (std::int64_t replication = 0; replication < replications; ++replication) {
      for (const std::string& arm : results.arms) {
        for (std::size_t cell = 0; cell < table.cells(); ++cell) {
          Cell place{table.name, arm, replication, {}};
          std::size_t rest = cell;
          for (std::size_t axis = table.dims.size(); axis-- > 0;) {
            place.labels.insert(place.labels.begin(), table.dims[axis].labels[rest % table.dims[axis].labels.size()]);
            rest /= table.dims[axis].labels.size();
          }
          values.push_back(fill(place));
        }
      }
    }
    results.values.push_back(std::move(values));
  }
  return results;
}

/// A whole number from -size to size that a cell, but not its arm, decides: noise that pairs away.
inline std::int64_t shared_noise(const Cell& cell, std::int64_t size) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, the same with every library
  const auto mix = [&hash](const std::string& text) {
    for (const char letter : text + ";") {
      hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
    }
  };
  mix(cell.table);
  mix(std::to_string(cell.replication));
  for (const std::string& label : cell.labels) {
    mix(label);
  }
  hash ^= hash >> 32U;
  return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(2 * size + 1)) - size;
}

inline const std::vector<std::string> k_years = {"2023", "2024"};
inline const std::vector<std::string> k_settings = {"gp.consult",  "alpha.clinic", "beta.clinic",
                                                    "away.clinic", "nurses.home",  "town.help"};

/// Two hospitals, of which alpha is pressed, one away; social care is not calibrated.
inline Press press() {
  return {.settings = {{.name = "gp.consult", .provider = "gp", .sector = "gp"},
                       {.name = "alpha.clinic", .provider = "alpha", .sector = "hospital", .pressed = true},
                       {.name = "beta.clinic", .provider = "beta", .sector = "hospital"},
                       {.name = "away.clinic", .provider = "away", .sector = "hospital", .out_of_region = true},
                       {.name = "nurses.home", .provider = "nurses", .sector = "community"},
                       {.name = "town.help", .provider = "town", .sector = "social_care", .left_out = true}},
          .payers = {"i1", "i2", "household"}};
}

}  // namespace waterbed::sample
