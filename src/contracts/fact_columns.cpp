#include "fact_columns.hpp"

#include "waterbed/contracts/settle_many.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace waterbed {
namespace {

std::int64_t whole(double value, double low, double high) {
  if (!(value >= low && value <= high) || std::floor(value) != value) {
    throw std::invalid_argument("must be a whole number of " + std::to_string(static_cast<std::int64_t>(low)) +
                                " or more");
  }
  return static_cast<std::int64_t>(value);
}

constexpr double k_most = 1e15;  // beyond, a double no longer holds every whole number

template <std::optional<Money> Facts::*Member>
void set_money(Facts& facts, double value) {
  facts.*Member = Money::from_euro(value);
}

template <std::optional<Money> CountedSpend::*Member>
void set_counted(Facts& facts, double value) {
  facts.counted.*Member = Money::from_euro(value);
}

/// A total replaces what the shared facts say person by person.
void set_counted_total(Facts& facts, double value) {
  facts.counted.total = Money::from_euro(value);
  facts.counted.persons = {};
  facts.counted.groups.clear();
}

template <std::optional<Rate> Facts::*Member>
void set_rate(Facts& facts, double value) {
  facts.*Member = Rate::from_double(value);
}

template <std::optional<std::int64_t> Facts::*Member>
void set_count(Facts& facts, double value) {
  facts.*Member = whole(value, 0.0, k_most);
}

template <int Facts::*Member>
void set_number(Facts& facts, double value) {
  facts.*Member = static_cast<int>(whole(value, 1.0, 100.0));
}

template <std::optional<bool> Facts::*Member>
void set_flag(Facts& facts, double value) {
  if (value != 0.0 && value != 1.0) {
    throw std::invalid_argument("must be 1 for yes or 0 for no");
  }
  facts.*Member = value == 1.0;
}

void set_standard(Facts& facts, double value) {
  if (value != 0.0 && value != 1.0 && value != 2.0) {
    throw std::invalid_argument("must be 0 (met), 1 (alternative) or 2 (failed)");
  }
  facts.quality_standard = static_cast<QualityStandard>(static_cast<int>(value));
}

void set_person_time(Facts& facts, double value) {
  constexpr std::int64_t k_parts = 1'000'000;
  if (!(value >= 0.0 && value <= 1e12)) {
    throw std::invalid_argument("must be zero or more person-years, 1e12 at most");
  }
  facts.person_time = std::floor(value) == value
                          ? PersonTime{static_cast<std::int64_t>(value), 1}
                          : PersonTime{std::llround(value * static_cast<double>(k_parts)), k_parts};
}

void set_comparison_gain(Facts& facts, double value) { facts.comparison_gain = Rate::from_double(value); }

struct Column {
  std::string_view name;
  internal::SetFact set;
};

constexpr std::array k_columns = {
    Column{"performance_year", &set_number<&Facts::performance_year>},
    Column{"person_time", &set_person_time},
    Column{"assigned", &set_count<&Facts::assigned>},
    Column{"benchmark_per_person_year", &set_money<&Facts::benchmark_per_person_year>},
    Column{"agreement_number", &set_number<&Facts::agreement_number>},
    Column{"episodes", &set_count<&Facts::episodes>},
    Column{"benchmark_per_episode", &set_money<&Facts::benchmark_per_episode>},
    Column{"counted", &set_counted_total},
    Column{"counted.total", &set_counted_total},
    Column{"counted.truncated_at", &set_counted<&CountedSpend::truncated_at>},
    Column{"counted.reinsured", &set_counted<&CountedSpend::reinsured>},
    Column{"own_revenue", &set_money<&Facts::own_revenue>},
    Column{"quality_score", &set_rate<&Facts::quality_score>},
    Column{"quality_standard", &set_standard},
    Column{"low_revenue", &set_flag<&Facts::low_revenue>},
    Column{"market_share", &set_rate<&Facts::market_share>},
    Column{"risk_ratio", &set_rate<&Facts::risk_ratio>},
    Column{"regional_per_person_year", &set_money<&Facts::regional_per_person_year>},
    Column{"national_per_person_year", &set_money<&Facts::national_per_person_year>},
    Column{"prior_savings_per_person_year", &set_money<&Facts::prior_savings_per_person_year>},
    Column{"poor_share", &set_rate<&Facts::poor_share>},
    Column{"list_ratio", &set_rate<&Facts::list_ratio>},
    Column{"stays", &set_flag<&Facts::stays>},
    Column{"comparison_gain", &set_comparison_gain},
    Column{"advance", &set_money<&Facts::advance>},
    Column{"mitigated_share", &set_rate<&Facts::mitigated_share>},
    Column{"fee_income", &set_money<&Facts::fee_income>},
    Column{"bundles", &set_count<&Facts::bundles>},
    Column{"bundle_income", &set_money<&Facts::bundle_income>},
    Column{"outlier_excess", &set_money<&Facts::outlier_excess>},
    Column{"delivered_value", &set_money<&Facts::delivered_value>},
    Column{"capitation_income", &set_money<&Facts::capitation_income>},
    Column{"expected_turnover", &set_money<&Facts::expected_turnover>},
    Column{"patient_paid", &set_money<&Facts::patient_paid>},
};

}  // namespace

std::vector<std::string_view> fact_columns() {
  std::vector<std::string_view> names;
  for (const Column& column : k_columns) {
    names.push_back(column.name);
  }
  return names;
}

internal::SetFact internal::find_fact_column(std::string_view name) {
  const auto* const found =
      std::find_if(k_columns.begin(), k_columns.end(), [&](const Column& column) { return column.name == name; });
  return found == k_columns.end() ? nullptr : found->set;
}

}  // namespace waterbed
