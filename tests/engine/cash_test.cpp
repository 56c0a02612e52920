// Cash has dates: what is paid when, and what is owed at the end of each year.
#include "engine/cash.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

constexpr std::int64_t k_euro = Money::k_micro_per_euro;

/// One insurer, one provider and one contract, which pays fees and a settlement to the provider and to its partner.
struct OneContract {
  OneContract() {
    model.time = {.cycles_per_year = 12, .start_year = 2023, .warm_up_years = 0, .base_years = 0, .years = 2};
    model.payers = {"insurer_a"};
    model.insurers = 1;
    model.providers.resize(2);
    ArmModel& arm = model.arms.emplace_back();
    arm.contracts.resize(1);
    for (const auto& [provider, term] :
         {std::pair{0, TermKind::fee}, std::pair{0, TermKind::settlement}, std::pair{1, TermKind::settlement}}) {
      arm.entry_of_slot.push_back(static_cast<std::int32_t>(arm.entries.size()));
      arm.entries.push_back(
          {model.payer_party(0), model.provider_party(provider), ContractId{0}, term, SectorId{0}, 0});
      model.entry_labels.push_back("entry");
    }
    state.arm = &arm;
    for (const TableInfo& info : engine::cash_infos(model)) {
      tables.emplace_back(info.cells(), 0);
    }
  }

  /// Books a year with these usages and dates.
  void year(int y, std::vector<std::int64_t> usage, std::vector<DatedAmount> cash) {
    state.cycle = y * 12 + 11;
    state.year.usage = std::move(usage);
    engine::Settled settled;
    settled.cash = std::move(cash);
    engine::write_cash(model, state, {settled}, tables[0], tables[1]);
  }
  [[nodiscard]] std::int64_t dated(std::size_t y, std::size_t entry) const { return tables[0][y * 3 + entry]; }
  /// opening, incurred, paid, closing of the insurer
  [[nodiscard]] std::vector<std::int64_t> reserve(std::size_t y) const {
    const auto first = tables[1].begin() + static_cast<std::ptrdiff_t>(y * 2 * 4);
    return {first, first + 4};
  }

  Model model;
  engine::ArmState state;
  std::vector<std::vector<std::int64_t>> tables;
};

TEST(Cash, IsPaidInTheYearThatItsMonthFallsIn) {
  OneContract one;
  // 1,000 of fees through the year, a settlement of 300 + 100 in October of the next year: month 22.
  one.year(0, {1000 * k_euro, 300 * k_euro, 100 * k_euro},
           {{12, TermKind::fee, Money::from_euro(1000)}, {22, TermKind::settlement, Money::from_euro(400)}});
  EXPECT_EQ(one.dated(0, 0), 1000 * k_euro);
  EXPECT_EQ(one.dated(0, 1), 0);
  EXPECT_EQ(one.dated(1, 1), 300 * k_euro);
  EXPECT_EQ(one.dated(1, 2), 100 * k_euro);
}

TEST(Cash, MonthsTwelveAndTwentyFourCloseTheirYears) {
  OneContract one;
  one.year(0, {0, 60 * k_euro, 0},
           {{12, TermKind::settlement, Money::from_euro(10)},
            {13, TermKind::settlement, Money::from_euro(20)},
            {24, TermKind::settlement, Money::from_euro(25)},
            {25, TermKind::settlement, Money::from_euro(5)}});
  EXPECT_EQ(one.dated(0, 1), 10 * k_euro);
  EXPECT_EQ(one.dated(1, 1), 45 * k_euro);
  EXPECT_EQ(one.dated(2, 1), 5 * k_euro);
}

TEST(Cash, WhatIsPrepaidAndRepaidInFullIsStillMoved) {
  OneContract one;
  one.year(0, {0, 0, 0}, {{12, TermKind::fee, Money::from_euro(80)}, {18, TermKind::fee, Money::from_euro(-80)}});
  EXPECT_EQ(one.dated(0, 0), 80 * k_euro);
  EXPECT_EQ(one.dated(1, 0), -80 * k_euro);
}

TEST(Cash, ReservesRollForward) {
  OneContract one;
  const DatedAmount gain{22, TermKind::settlement, Money::from_euro(400)};
  const DatedAmount loss{15, TermKind::settlement, Money::from_euro(-50)};
  one.year(0, {1000 * k_euro, 300 * k_euro, 100 * k_euro}, {gain});
  one.year(1, {1200 * k_euro, -50 * k_euro, 0}, {loss});
  engine::close_reserves(one.model, one.tables[1]);
  const auto euro = [](std::vector<std::int64_t> values) {
    for (std::int64_t& value : values) {
      value *= k_euro;
    }
    return values;
  };
  EXPECT_EQ(one.reserve(0), euro({0, 1400, 1000, 400}));
  EXPECT_EQ(one.reserve(1), euro({400, 1150, 1600, -50}));  // the provider owes 50
  EXPECT_EQ(one.reserve(2), euro({-50, 0, -50, 0}));
  EXPECT_EQ(one.reserve(3), euro({0, 0, 0, 0}));
}

TEST(Cash, GoesOnForAsLongAsTheContractsSay) {
  OneContract one;
  EXPECT_EQ(engine::run_off_years(one.model), 3);
  EXPECT_EQ(engine::cash_infos(one.model)[0].dims[0].labels.back(), "2027");
  one.model.arms[0].contracts[0].contract.terms = {Adjust{.pay_month = 61}};
  EXPECT_EQ(engine::run_off_years(one.model), 5);
}

TEST(Cash, WithoutDatesIsPaidInItsYear) {
  OneContract one;
  one.year(0, {0, 7 * k_euro, 0}, {});
  EXPECT_EQ(one.dated(0, 1), 7 * k_euro);
}

}  // namespace
}  // namespace waterbed
