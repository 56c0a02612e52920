#include "waterbed/analysis/cutoff_yield.hpp"

#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace waterbed {
namespace {

/// Ten persons; the three with the event have the scores 9, 7 and 2.
const std::vector<double> k_score{9, 8, 7, 7, 5, 4, 3, 2, 1, 0};
const std::vector<std::uint8_t> k_event{1, 0, 1, 0, 0, 0, 0, 1, 0, 0};
const std::vector<std::int64_t> k_cost{40, 5, 20, 5, 5, 5, 5, 10, 5, 0};

RankedPersons ten() { return {k_score, k_event, k_cost}; }

TEST(CutoffYields, CountWhoIsReachedAndWhatIsCaught) {
  const std::array<double, 3> cutoffs{7.0, 10.0, -1.0};
  const auto rows = cutoff_yields(ten(), cutoffs, {.uptake = 0.5, .risk_ratio = 0.6});
  ASSERT_EQ(rows.size(), 3u);
  // Scores of 7 and more: 4 persons, 2 of 3 events, 2 of 7 without, 70 of 100 micro-euro.
  EXPECT_EQ(rows[0].reached, 4);
  EXPECT_EQ(rows[0].caught, 2);
  EXPECT_DOUBLE_EQ(rows[0].sensitivity.share, 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(rows[0].specificity.share, 5.0 / 7.0);
  EXPECT_DOUBLE_EQ(rows[0].predictive_value.share, 0.5);
  EXPECT_DOUBLE_EQ(rows[0].cost_share, 0.7);
  // 2 events, half take part, 40 % of these are prevented: 0.4 events for 4 persons.
  EXPECT_DOUBLE_EQ(rows[0].number_needed_to_reach, 10.0);
  EXPECT_EQ(rows[1].reached, 0);
  EXPECT_TRUE(std::isnan(rows[1].predictive_value.share));
  EXPECT_EQ(rows[1].sensitivity.share, 0.0);
  EXPECT_EQ(rows[1].specificity.share, 1.0);
  EXPECT_EQ(rows[1].number_needed_to_reach, std::numeric_limits<double>::infinity());
  EXPECT_EQ(rows[2].reached, 10);
  EXPECT_EQ(rows[2].sensitivity.share, 1.0);
  EXPECT_EQ(rows[2].specificity.share, 0.0);
  EXPECT_DOUBLE_EQ(rows[2].cost_share, 1.0);
}

TEST(CutoffYields, NameWhatIsWrong) {
  const std::array<double, 1> cutoffs{1.0};
  const auto name_of = [&](const RankedPersons& persons, const ProgrammeEffect& programme = {}) {
    try {
      (void)cutoff_yields(persons, cutoffs, programme);
    } catch (const InvalidArgument& error) {
      return error.name();
    }
    return std::string("nothing");
  };
  const std::vector<double> score{1, std::nan("")};
  const std::vector<std::uint8_t> event{0, 2};
  const std::vector<std::int64_t> cost{0, -1};
  const std::vector<double> good_score{1, 2};
  const std::vector<std::uint8_t> good_event{0, 1};
  EXPECT_EQ(name_of({score, good_event, {}}), "score[1]");
  EXPECT_EQ(name_of({good_score, event, {}}), "event[1]");
  EXPECT_EQ(name_of({good_score, good_event, cost}), "cost[1]");
  EXPECT_EQ(name_of({k_score, good_event, {}}), "event");
  EXPECT_EQ(name_of({good_score, good_event, k_cost}), "cost");
  EXPECT_EQ(name_of(ten(), {.uptake = 0.0}), "programme.uptake");
  EXPECT_EQ(name_of(ten(), {.risk_ratio = 1.0}), "programme.risk_ratio");
}

TEST(Concordance, IsThePublishedAreaOfTheTomographyRatings) {
  // Hanley & McNeil, Radiology 143 (1982) 29-36, table I: ratings 1 to 5 of 58 normal and 51 abnormal patients.
  // They give an area of 0.893 by the trapezoidal rule.
  const std::array<int, 5> normal{33, 6, 6, 11, 2};
  const std::array<int, 5> abnormal{3, 2, 2, 11, 33};
  std::vector<double> score;
  std::vector<std::uint8_t> event;
  for (std::size_t rating = 0; rating < 5; ++rating) {
    for (int i = 0; i < normal[rating] + abnormal[rating]; ++i) {
      score.push_back(static_cast<double>(rating + 1));
      event.push_back(i < normal[rating] ? 0 : 1);
    }
  }
  const ConcordanceStatistic found = concordance({score, event, {}});
  EXPECT_NEAR(found.value, 0.893, 5e-4);
  EXPECT_NEAR(found.standard_error, 0.032, 2.5e-3);  // theirs, by another formula
}

TEST(Concordance, IsTheShareOfPairsInOrder) {
  // All 21 pairs of one with and one without the event, a tie as half.
  double pairs = 0.0;
  std::vector<double> of_event(10, 0.0);
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t j = 0; j < 10; ++j) {
      if (k_event[i] == 1 && k_event[j] == 0) {
        const double won = k_score[i] > k_score[j] ? 1.0 : (k_score[i] == k_score[j] ? 0.5 : 0.0);
        pairs += won;
        of_event[i] += won / 7.0;
        of_event[j] += won / 3.0;
      }
    }
  }
  const double value = pairs / 21.0;
  double with = 0.0;
  double without = 0.0;
  for (std::size_t i = 0; i < 10; ++i) {
    (k_event[i] == 1 ? with : without) += (of_event[i] - value) * (of_event[i] - value);
  }
  const ConcordanceStatistic found = concordance(ten());
  EXPECT_DOUBLE_EQ(found.value, value);
  EXPECT_NEAR(found.standard_error, std::sqrt(with / 2.0 / 3.0 + without / 6.0 / 7.0), 1e-15);
}

TEST(Concordance, TellsNothingWhereAllAreAlike) {
  const std::vector<std::uint8_t> nobody(10, 0);
  EXPECT_TRUE(std::isnan(concordance({k_score, nobody, {}}).value));
  const std::vector<double> same(10, 3.0);
  EXPECT_DOUBLE_EQ(concordance({same, k_event, {}}).value, 0.5);
}

}  // namespace
}  // namespace waterbed
