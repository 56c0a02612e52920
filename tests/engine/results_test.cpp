#include "waterbed/engine/results.hpp"

#include "waterbed/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using ::testing::HasSubstr;

/// Two tables and two arms, every cell different.
Results tiny(std::int64_t first = 0, std::int64_t replications = 3) {
  Results results;
  results.scenario = "tiny";
  results.seed = 7;
  results.first_replication = first;
  results.replications = replications;
  results.arms = {"usual", "squeezed"};
  results.baseline = "usual";
  results.tables = {{"visits", "visits", "units", {{"year", {"2023", "2024"}}, {"setting", {"gp", "caf\u00e9"}}}},
                    {"deaths", "persons", "deaths", {{"year", {"2023", "2024"}}}}};
  results.values.resize(2);
  for (std::size_t table = 0; table < 2; ++table) {
    const auto cells = static_cast<std::int64_t>(results.tables[table].cells());
    for (std::int64_t replication = first; replication < first + replications; ++replication) {
      for (std::int64_t arm = 0; arm < 2; ++arm) {
        for (std::int64_t cell = 0; cell < cells; ++cell) {
          const std::int64_t size =
              1'000'000'007 * (static_cast<std::int64_t>(table) + 1) + 101 * replication + 13 * arm + cell;
          results.values[table].push_back(cell % 2 == 0 ? size : -size);
        }
      }
    }
  }
  return results;
}

std::string fault_of(std::vector<Results> blocks) {
  try {
    (void)merge(std::move(blocks));
  } catch (const InvalidArgument& fault) {
    return fault.what();
  }
  return "";
}

TEST(Results, CellsAreFoundByTableArmAndReplication) {
  Results results = tiny();
  const Index visits = results.table_index("visits");
  const auto cells = std::as_const(results).cells(visits, results.arm_index("squeezed"), 2);
  ASSERT_EQ(cells.size(), 4U);
  EXPECT_EQ(cells[0], 1'000'000'007 + 202 + 13);
  EXPECT_EQ(cells[3], -(1'000'000'007 + 202 + 13 + 3));
  results.cells(results.table_index("deaths"), 0, 1)[1] = 5;
  EXPECT_EQ(results.values[1][5], 5);
  EXPECT_THROW((void)results.table_index("visit"), InvalidArgument);
  EXPECT_THROW((void)results.arm_index("usual "), InvalidArgument);
  EXPECT_EQ(TableInfo{}.cells(), 1U);
}

TEST(Results, MergedBlocksAreWhatOneRunGives) {
  const Results whole = tiny(0, 7);
  const Results merged = merge({tiny(5, 2), tiny(0, 1), tiny(1, 4), tiny(3, 0)});
  EXPECT_EQ(merged.values, whole.values);
  EXPECT_EQ(merged.replications, 7);
  EXPECT_EQ(merged.first_replication, 0);
  EXPECT_EQ(results_digest(merged), results_digest(whole));
  EXPECT_EQ(merge({tiny(4, 2)}).values, tiny(4, 2).values);
  EXPECT_EQ(merge({tiny(4, 0), tiny(2, 0)}).replications, 0);
}

TEST(Results, RefusesMissingAndDoubleReplications) {
  EXPECT_EQ(fault_of({tiny(0, 2), tiny(5, 1)}), "blocks: must leave no replication out, got 2 to 4");
  EXPECT_EQ(fault_of({tiny(0, 4), tiny(3, 3)}), "blocks: must not hold a replication twice, got 3 to 3");
  EXPECT_EQ(fault_of({tiny(0, 9), tiny(3, 2)}), "blocks: must not hold a replication twice, got 3 to 4");
  EXPECT_THAT(fault_of({}), HasSubstr("at least one block"));
}

TEST(Results, RefusesBlocksOfOtherRuns) {
  const auto changed = [](auto change) {
    Results other = tiny(3, 1);
    change(other);
    return fault_of({tiny(0, 3), other});
  };
  EXPECT_EQ(changed([](Results&) {}), "");
  EXPECT_EQ(changed([](Results& other) { other.seed = 8; }), "blocks.seed: must be of one seed, 7, got 8");
  EXPECT_THAT(changed([](Results& other) { other.scenario = "big"; }), HasSubstr("blocks.scenario"));
  EXPECT_THAT(changed([](Results& other) { other.baseline = "squeezed"; }), HasSubstr("blocks.baseline"));
  EXPECT_THAT(changed([](Results& other) { std::swap(other.arms[0], other.arms[1]); }), HasSubstr("blocks.arms"));
  EXPECT_THAT(changed([](Results& other) { other.tables[1].dims[0].labels[1] = "2025"; }),
              HasSubstr("blocks.tables: must hold the same tables, got deaths"));
  EXPECT_THAT(changed([](Results& other) { other.values[0].pop_back(); }), HasSubstr("blocks.values"));
}

TEST(ResultsDigest, IsTheKnownHashOfTheDocumentedBytes) {
  // Source: hashlib of Python over the same bytes, written down independently.
  EXPECT_EQ(results_digest(tiny()), "5c84f5d7e0704c3f72dc795cf8077cd2bf10d296c40ba2d1340f9f2da1a41075");
  EXPECT_EQ(results_digest(tiny(), "squeezed"), "1a6032cba2984c241dc9713004ea421afd73c87e8e05b7dfabf7a9c708f3c4e3");
}

TEST(ResultsDigest, OfAnArmIsThatOfARunOfTheArmAlone) {
  const Results both = tiny();
  Results alone = both;
  alone.arms = {"squeezed"};
  for (std::size_t table = 0; table < both.tables.size(); ++table) {
    alone.values[table].clear();
    for (Index replication = 0; replication < both.replications; ++replication) {
      const auto cells = both.cells(static_cast<Index>(table), 1, replication);
      alone.values[table].insert(alone.values[table].end(), cells.begin(), cells.end());
    }
  }
  EXPECT_EQ(results_digest(alone), results_digest(both, "squeezed"));
  EXPECT_EQ(results_digest(alone), results_digest(alone, "squeezed"));
}

TEST(ResultsDigest, ChangesWithEveryValueAndLabelButNotWithUnitsOrWords) {
  const std::string before = results_digest(tiny());
  Results other = tiny();
  other.values[1].back() += 1;
  EXPECT_NE(results_digest(other), before);
  other = tiny();
  other.tables[0].dims[1].labels = {"gpc", "af\u00e9"};
  EXPECT_NE(results_digest(other), before);
  other = tiny();
  other.tables[0].description = "reworded";
  other.first_replication = 12;
  EXPECT_EQ(results_digest(other), before);
  EXPECT_THROW((void)results_digest(other, "nobody"), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
