#include "waterbed/engine/results.hpp"

#include "core/digest.hpp"
#include "waterbed/core/error.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

namespace waterbed {
namespace {

void add_dimension(Digest& digest, std::string_view name, std::span<const std::string> labels) {
  digest.add_text(name);
  digest.add_count(labels.size());
  for (const std::string& label : labels) {
    digest.add_text(label);
  }
}

bool same(const TableInfo& a, const TableInfo& b) {
  return a.name == b.name && a.unit == b.unit && a.description == b.description &&
         std::ranges::equal(a.dims, b.dims, [](const Dimension& left, const Dimension& right) {
           return left.name == right.name && left.labels == right.labels;
         });
}

void require_same_run(const Results& first, const Results& other) {
  const auto require = [](bool holds, const char* name, const std::string& rule, const std::string& got) {
    if (!holds) {
      throw InvalidArgument(name, rule, got);
    }
  };
  require(other.scenario == first.scenario, "blocks.scenario", "must be of one scenario, " + first.scenario,
          other.scenario);
  require(other.seed == first.seed, "blocks.seed", "must be of one seed, " + std::to_string(first.seed),
          std::to_string(other.seed));
  require(other.baseline == first.baseline, "blocks.baseline", "must be of one baseline, " + first.baseline,
          other.baseline);
  require(other.arms == first.arms, "blocks.arms", "must hold the same arms in one order",
          std::to_string(other.arms.size()) + " arms");
  require(other.tables.size() == first.tables.size(), "blocks.tables", "must hold the same tables",
          std::to_string(other.tables.size()) + " tables");
  for (std::size_t table = 0; table < first.tables.size(); ++table) {
    require(same(first.tables[table], other.tables[table]), "blocks.tables", "must hold the same tables",
            other.tables[table].name);
  }
}

void require_whole(const Results& block) {
  bool whole = block.replications >= 0 && block.values.size() == block.tables.size();
  for (std::size_t table = 0; whole && table < block.tables.size(); ++table) {
    whole = block.values[table].size() ==
            block.tables[table].cells() * block.arms.size() * static_cast<std::size_t>(block.replications);
  }
  if (!whole) {
    throw InvalidArgument("blocks.values", "must fit tables, arms and replications",
                          "block from replication " + std::to_string(block.first_replication));
  }
}

std::size_t offset(const Results& results, Index table, Index arm, Index replication) {
  assert(table >= 0 && static_cast<std::size_t>(table) < results.tables.size());
  assert(arm >= 0 && static_cast<std::size_t>(arm) < results.arms.size());
  assert(replication >= 0 && replication < results.replications);
  const auto slot = static_cast<std::size_t>(replication) * results.arms.size() + static_cast<std::size_t>(arm);
  return slot * results.tables[static_cast<std::size_t>(table)].cells();
}

}  // namespace

std::size_t TableInfo::cells() const {
  std::size_t cells = 1;
  for (const Dimension& dimension : dims) {
    cells *= dimension.labels.size();
  }
  return cells;
}

Index Results::table_index(std::string_view name) const {
  const auto found = std::ranges::find(tables, name, &TableInfo::name);
  if (found == tables.end()) {
    throw InvalidArgument("table", "must be one of the result tables", std::string(name));
  }
  return found - tables.begin();
}

Index Results::arm_index(std::string_view name) const {
  const auto found = std::ranges::find(arms, name);
  if (found == arms.end()) {
    throw InvalidArgument("arm", "must be one of the arms that ran", std::string(name));
  }
  return found - arms.begin();
}

std::span<const std::int64_t> Results::cells(Index table, Index arm, Index replication) const {
  const auto position = static_cast<std::size_t>(table);
  return std::span(values[position]).subspan(offset(*this, table, arm, replication), tables[position].cells());
}

std::span<std::int64_t> Results::cells(Index table, Index arm, Index replication) {
  const auto position = static_cast<std::size_t>(table);
  return std::span(values[position]).subspan(offset(*this, table, arm, replication), tables[position].cells());
}

Results merge(std::vector<Results> blocks) {
  if (blocks.empty()) {
    throw InvalidArgument("blocks", "must hold at least one block", "none");
  }
  for (const Results& block : blocks) {
    require_whole(block);
    require_same_run(blocks.front(), block);
  }
  // A block that was stopped before its first replication adds nothing; one is kept if there is no other.
  const auto has_none = [](const Results& block) { return block.replications == 0; };
  if (std::ranges::all_of(blocks, has_none)) {
    blocks.resize(1);
    return std::move(blocks.front());
  }
  std::erase_if(blocks, has_none);
  std::ranges::stable_sort(blocks, {}, &Results::first_replication);
  Results merged = std::move(blocks.front());
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    const Results& block = blocks[i];
    const std::int64_t next = merged.first_replication + merged.replications;
    if (block.first_replication != next) {
      const bool is_double = block.first_replication < next;
      const std::int64_t from = is_double ? block.first_replication : next;
      const std::int64_t last =
          (is_double ? std::min(next, block.first_replication + block.replications) : block.first_replication) - 1;
      throw InvalidArgument("blocks", is_double ? "must not hold a replication twice" : "must leave no replication out",
                            std::to_string(from) + " to " + std::to_string(last));
    }
    for (std::size_t table = 0; table < merged.values.size(); ++table) {
      merged.values[table].insert(merged.values[table].end(), block.values[table].begin(), block.values[table].end());
    }
    merged.replications += block.replications;
  }
  return merged;
}

// Layout: the number of tables; then for each its name, the number of its axes with `arm` in front, each axis as name,
// number of labels and labels; the number of replications; the values by replication, arm and cell. Numbers are 8
// bytes, least first; texts are their length in bytes and then the bytes.
std::string results_digest(const Results& results, std::string_view arm) {
  require_whole(results);
  const bool is_one = !arm.empty();
  const Index first_arm = is_one ? results.arm_index(arm) : 0;
  const auto arms =
      std::span(results.arms).subspan(static_cast<std::size_t>(first_arm), is_one ? 1 : results.arms.size());
  Digest digest;
  digest.add_count(results.tables.size());
  for (std::size_t position = 0; position < results.tables.size(); ++position) {
    const TableInfo& table = results.tables[position];
    digest.add_text(table.name);
    digest.add_count(table.dims.size() + 1);
    add_dimension(digest, "arm", arms);
    for (const Dimension& dimension : table.dims) {
      add_dimension(digest, dimension.name, dimension.labels);
    }
    digest.add_count(static_cast<std::size_t>(results.replications));
    for (Index replication = 0; replication < results.replications; ++replication) {
      for (Index i = 0; i < static_cast<Index>(arms.size()); ++i) {
        digest.add(results.cells(static_cast<Index>(position), first_arm + i, replication));
      }
    }
  }
  return digest.hexadecimal();
}

}  // namespace waterbed
