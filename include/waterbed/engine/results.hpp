#pragma once

#include "waterbed/core/ids.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// One named axis of a table with its labels in order.
struct Dimension {
  std::string name;
  std::vector<std::string> labels;
};

/// What is measured, in which unit, over which axes. Values are integers: micro-euro, counts, days, milli-hours,
/// micro-QALY.
struct TableInfo {
  std::string name;
  std::string unit;  ///< "micro_eur", "visits", "days", "milli_hours", "micro_qaly", "persons", ...
  std::string description;
  std::vector<Dimension> dims;  ///< after arm and replication

  [[nodiscard]] std::size_t cells() const;
};

/// Every table of a run for every arm and replication: integers only, so that blocks merge to the bytes one run gives.
///
/// values(table, arm, replication) is row-major over the table's own dims. Replications are consecutive from `first`.
struct Results {
  std::string scenario;  ///< name
  std::uint64_t seed = 0;
  std::int64_t first_replication = 0;
  std::vector<std::string> arms;
  std::string baseline;
  std::vector<TableInfo> tables;
  std::int64_t replications = 0;
  /// [table] -> (replication, arm, cells...) contiguous
  std::vector<std::vector<std::int64_t>> values;

  [[nodiscard]] Index table_index(std::string_view name) const;  ///< @throws InvalidArgument if there is none
  [[nodiscard]] Index arm_index(std::string_view name) const;    ///< @throws InvalidArgument if there is none
  [[nodiscard]] std::span<const std::int64_t> cells(Index table, Index arm, Index replication) const;
  [[nodiscard]] std::span<std::int64_t> cells(Index table, Index arm, Index replication);
};

/// Joins runs of the same scenario, seed and arms whose replications follow each other.
/// @throws InvalidArgument naming what differs or which replications are missing or double.
Results merge(std::vector<Results> blocks);

/// SHA-256, in hexadecimal, over every table's name, dimensions and little-endian values in order of replication.
///
/// Holds no time, version or block layout. With `arm` given, over that arm alone.
std::string results_digest(const Results& results, std::string_view arm = {});

}  // namespace waterbed
