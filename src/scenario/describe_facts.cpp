#include "scenario/describe.hpp"

namespace waterbed::detail {

void describe(Visitor& v, PersonTime& s) {
  integer_of(v,
             {.name = "cycles",
              .meaning = "person-cycles; a bare number is person-years",
              .low = 0,
              .high = 1e15,
              .required = true},
             s.cycles);
  integer_of(v, {.name = "per_year", .meaning = "cycles that make a year", .low = 1, .high = 366}, s.per_year);
}

void describe(Visitor& v, SpendGroup& s) {
  integer_of(v, {.name = "people", .low = 0, .high = 1e12, .required = true}, s.people);
  money(v, {.name = "each", .meaning = "spent by each in the year", .unit = "EUR", .required = true}, s.each);
}

void describe(Visitor& v, CountedSpend& s) {
  money(v, {.name = "total", .meaning = "counted in the year", .unit = "EUR"}, s.total);
  money(v, {.name = "truncated_at", .meaning = "level at which every person in total was cut", .unit = "EUR", .low = 0},
        s.truncated_at);
  money(v,
        {.name = "reinsured", .meaning = "what a reinsurer bears of total, not yet taken off", .unit = "EUR", .low = 0},
        s.reinsured);
  list_of(v, {.name = "groups", .meaning = "persons or episodes that each cost the same"}, s.groups);
  // One amount a person: kept as groups of one, so that nothing outside the facts has to stay alive.
  std::vector<double> persons;
  v.numbers({.name = "persons",
             .meaning = "counted of each person or episode in the year",
             .unit = "EUR",
             .low = -8.9e12,
             .high = 8.9e12},
            persons);
  if (!persons.empty() && !s.groups.empty()) {
    v.complain("persons", "must not be given beside groups: both are all that was counted",
               std::to_string(persons.size()) + " amounts");
  }
  for (const double each : persons) {
    s.groups.push_back({1, Money::from_euro(each)});
  }
}

namespace {

void optional_time(Visitor& v, const Field& field, std::optional<PersonTime>& time) {
  bool present = time.has_value();
  PersonTime inside = time.value_or(PersonTime{});
  v.object(field, &present, [&] { describe(v, inside); });
  time = present ? std::optional(inside) : std::nullopt;
}

}  // namespace

void describe(Visitor& v, BaseYear& s) {
  std::optional<std::int64_t> episodes = s.episodes > 0 ? std::optional(s.episodes) : std::nullopt;
  std::optional<PersonTime> time = episodes && s.person_time.cycles == 0 ? std::nullopt : std::optional(s.person_time);
  optional_time(v, {.name = "person_time", .meaning = "of the people attributed; or episodes", .bare = "cycles"}, time);
  optional_count(v, {.name = "episodes", .meaning = "where the benchmark is per episode"}, episodes);
  if (!time && !episodes) {
    v.complain("", "must have person_time or episodes", "neither");
  }
  s.person_time = time.value_or(PersonTime{});
  s.episodes = episodes.value_or(0);
  object_of(v, {.name = "counted", .meaning = "spending", .required = true}, s.counted);
  rate(v,
       {.name = "risk_ratio",
        .meaning = "risk of the last base year's people over that of this year's",
        .low = 0,
        .high = 1000,
        .above_low = true},
       s.risk_ratio);
}

void describe(Visitor& v, ServiceUnits& s) {
  integer_of(v, {.name = "units", .low = 0, .high = 1e15, .required = true}, s.units);
}

void describe(Visitor& v, ClassTime& s) {
  v.object({.name = "time", .meaning = "registered in the class", .required = true, .bare = "cycles"}, nullptr,
           [&] { describe(v, s.time); });
}

void describe(Visitor& v, IndexSeries& s) {
  rates(v,
        {.name = "factors",
         .meaning = "one a base year, oldest first: brings it to the last base year",
         .low = 0,
         .high = 1000,
         .above_low = true,
         .required = true},
        s.factors);
}

void describe(Visitor& v, NamedRate& s) {
  rate(v, {.name = "value", .low = 0, .high = 1000, .above_low = true, .required = true}, s.value);
}

void describe(Visitor& v, NamedMoney& s) { money(v, {.name = "amount", .unit = "EUR", .required = true}, s.amount); }

void describe(Visitor& v, MeasureResult& s) {
  rate(v, {.name = "achieved", .required = true}, s.achieved);
  rate(v, {.name = "prevalence_ratio", .meaning = "own prevalence over the average one", .low = 0, .high = 1000},
       s.prevalence_ratio);
}

void describe(Visitor& v, Outcome& s) {
  integer_of(v, {.name = "people", .meaning = "with the same outcome", .low = 0, .high = 1e12}, s.people);
  rate(v, {.name = "expected", .meaning = "under the frozen model", .required = true}, s.expected);
  rate(v, {.name = "realised", .required = true}, s.realised);
}

namespace {

void optional_flag(Visitor& v, Field field, std::optional<bool>& value) {
  field.optional = true;
  if (v.form(field, value ? Form::word : Form::absent) != Form::absent) {
    bool inside = value.value_or(false);
    v.flag(field, inside);
    value = inside;
  }
}

void optional_standard(Visitor& v, std::optional<QualityStandard>& value) {
  const Field field{.name = "quality_standard", .meaning = "which was reached", .optional = true};
  if (v.form(field, value ? Form::word : Form::absent) != Form::absent) {
    QualityStandard reached = value.value_or(QualityStandard::met);
    choice_of(v, field, {{"met"}, {"alternative"}, {"failed"}}, reached);
    value = reached;
  }
}

void of_the_people(Visitor& v, Facts& s) {
  optional_time(v, {.name = "person_time", .meaning = "of the people attributed", .bare = "cycles"}, s.person_time);
  optional_count(v, {.name = "assigned", .meaning = "people, for size tables and minimum size"}, s.assigned);
  optional_count(v, {.name = "episodes", .meaning = "of a bundle settled in retrospect"}, s.episodes);
}

void of_the_benchmark(Visitor& v, Facts& s) {
  money(v, {.name = "benchmark_per_person_year", .meaning = "for given", .unit = "EUR"}, s.benchmark_per_person_year);
  money(v, {.name = "benchmark_per_episode", .meaning = "for given", .unit = "EUR"}, s.benchmark_per_episode);
  list_of(v, {.name = "base_years", .meaning = "oldest first"}, s.base_years);
  named_of(
      v,
      {.name = "indices", .meaning = "name: growth of each base year, for trend", .bare = "factors", .bare_list = true},
      s.indices, &IndexSeries::name);
  rate(v, {.name = "market_share", .meaning = "the holder's share of its market, for trend", .low = 0, .high = 1},
       s.market_share);
  named_of(v, {.name = "updates", .meaning = "name: growth to the performance year, for update", .bare = "value"},
           s.updates, &NamedRate::name);
  named_of(v,
           {.name = "comparators", .meaning = "name: amount per person-year or episode, for blend", .bare = "amount"},
           s.comparators, &NamedMoney::name);
  rate(v,
       {.name = "risk_ratio",
        .meaning = "risk in the performance year over that of the last base year",
        .low = 0,
        .high = 1000},
       s.risk_ratio);
  money(v, {.name = "regional_per_person_year", .unit = "EUR"}, s.regional_per_person_year);
  money(v, {.name = "national_per_person_year", .unit = "EUR"}, s.national_per_person_year);
  money(v,
        {.name = "prior_savings_per_person_year",
         .meaning = "mean of the years before the agreement; may be negative",
         .unit = "EUR"},
        s.prior_savings_per_person_year);
  rate(v, {.name = "poor_share", .meaning = "people with little income, for population", .low = 0, .high = 1},
       s.poor_share);
}

void of_quality(Visitor& v, Facts& s) {
  rate(v, {.name = "quality_score", .low = 0, .high = 1}, s.quality_score);
  optional_standard(v, s.quality_standard);
  named_of(v, {.name = "measures", .meaning = "instead of quality_score", .bare = "achieved"}, s.measures,
           &MeasureResult::name);
  rate(v, {.name = "list_ratio", .meaning = "own list size over the average one", .low = 0, .high = 1000},
       s.list_ratio);
  optional_flag(v, {.name = "stays", .meaning = "in the contract to the end of the year"}, s.stays);
  list_of(v, {.name = "outcomes", .meaning = "for gain"}, s.outcomes);
  rate(v,
       {.name = "comparison_gain",
        .meaning = "mean gain per person in the comparison population",
        .unit = "units of outcome"},
       s.comparison_gain);
}

void of_the_settlement(Visitor& v, Facts& s) {
  object_of(v, {.name = "counted", .meaning = "spending of the performance year"}, s.counted);
  money(v, {.name = "own_revenue", .unit = "EUR"}, s.own_revenue);
  optional_flag(v, {.name = "low_revenue", .meaning = "the holder is a low-revenue organisation"}, s.low_revenue);
  money(v, {.name = "advance", .meaning = "paid in advance and not yet recovered", .unit = "EUR", .low = 0}, s.advance);
  rate(v, {.name = "mitigated_share", .meaning = "of a loss, by disaster relief", .low = 0, .high = 1},
       s.mitigated_share);
  named_of(v, {.name = "deductions", .meaning = "name: taken off the base payments", .bare = "amount"}, s.deductions,
           &NamedMoney::name);
}

void of_base_payments(Visitor& v, Facts& s) {
  named_of(v, {.name = "units", .meaning = "service: units delivered", .bare = "units"}, s.units,
           &ServiceUnits::service);
  money(v,
        {.name = "fee_income",
         .meaning = "turnover at the contract's prices, before tiers; instead of units",
         .unit = "EUR"},
        s.fee_income);
  optional_count(v, {.name = "bundles", .meaning = "triggers, or persons times periods, at the fixed price"},
                 s.bundles);
  money(v, {.name = "bundle_income", .meaning = "instead of bundles; needed when priced by contents", .unit = "EUR"},
        s.bundle_income);
  money(v,
        {.name = "outlier_excess",
         .meaning = "list value above the outlier threshold, over all episodes",
         .unit = "EUR",
         .low = 0},
        s.outlier_excess);
  money(v,
        {.name = "delivered_value", .meaning = "list value of what a lump sum pays for, for its band", .unit = "EUR"},
        s.delivered_value);
  named_of(v, {.name = "membership", .meaning = "capitation class: time", .bare = "time"}, s.membership,
           &ClassTime::name);
  money(v, {.name = "capitation_income", .meaning = "instead of membership", .unit = "EUR"}, s.capitation_income);
  money(v,
        {.name = "expected_turnover", .meaning = "for a ceiling that is a share of it, and for a band", .unit = "EUR"},
        s.expected_turnover);
  money(v, {.name = "patient_paid", .meaning = "part of the fees that patients owed", .unit = "EUR", .low = 0},
        s.patient_paid);
}

}  // namespace

void describe(Visitor& v, Facts& s) {
  currency(v, {.name = "currency", .meaning = "left out: the contract's", .optional = true}, s.currency);
  integer_of(v,
             {.name = "performance_year", .meaning = "1 is the year after the last base year", .low = 1, .high = 100},
             s.performance_year);
  integer_of(v, {.name = "agreement_number", .meaning = "2 is the first renewal", .low = 1, .high = 100},
             s.agreement_number);
  of_the_people(v, s);
  of_the_benchmark(v, s);
  of_the_settlement(v, s);
  of_quality(v, s);
  of_base_payments(v, s);
}

}  // namespace waterbed::detail
