#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waterbed {

/// What to record, person by person, of one arm in one replication.
struct RecordOptions {
  std::string arm{};  ///< empty: the baseline
  /// Calendar years; empty: the performance years. Those of the burn-in have the reference contracts, whatever the arm.
  std::vector<int> years{};
  std::int64_t replication = 0;
  std::optional<std::uint64_t> seed{};  ///< none: the scenario's
  int threads = 0;                      ///< 0: one per processor; the answer does not depend on it
};

}  // namespace waterbed
