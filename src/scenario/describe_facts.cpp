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
  list_of(v, {.name = "groups", .meaning = "persons who each spent the same"}, s.groups);
  // One amount a person: kept as groups of one, so that nothing outside the facts has to stay alive.
  std::vector<double> persons;
  v.numbers(
      {.name = "persons", .meaning = "counted of each person in the year", .unit = "EUR", .low = -9e12, .high = 9e12},
      persons);
  for (const double each : persons) {
    s.groups.push_back({1, Money::from_euro(each)});
  }
}

void describe(Visitor& v, BaseYear& s) {
  v.object({.name = "person_time", .required = true, .bare = "cycles"}, nullptr, [&] { describe(v, s.person_time); });
  object_of(v, {.name = "counted", .meaning = "spending", .required = true}, s.counted);
}

void describe(Visitor& v, ServiceUnits& s) {
  integer_of(v, {.name = "units", .low = 0, .high = 1e15, .required = true}, s.units);
}

void describe(Visitor& v, ClassTime& s) {
  v.object({.name = "time", .meaning = "registered in the class", .required = true, .bare = "cycles"}, nullptr,
           [&] { describe(v, s.time); });
}

namespace {

void optional_count(Visitor& v, Field field, std::optional<std::int64_t>& value) {
  field.optional = true;
  field.low = 0;
  field.high = 1e15;
  double number = value ? static_cast<double>(*value) : std::nan("");
  v.number(field, number);
  value = std::isnan(number) ? std::nullopt : std::optional(static_cast<std::int64_t>(number));
  if (!std::isnan(number) && std::floor(number) != number) {
    v.complain(field.name, "must be a whole number", "a fraction");
  }
}

}  // namespace

void describe(Visitor& v, Facts& s) {
  integer_of(v,
             {.name = "performance_year", .meaning = "1 is the year after the last base year", .low = 1, .high = 100},
             s.performance_year);
  bool timed = s.person_time.has_value();
  PersonTime time = s.person_time.value_or(PersonTime{});
  v.object({.name = "person_time", .meaning = "of the people attributed", .bare = "cycles"}, &timed,
           [&] { describe(v, time); });
  s.person_time = timed ? std::optional(time) : std::nullopt;
  optional_count(v, {.name = "assigned", .meaning = "people, for size tables and minimum size"}, s.assigned);
  money(v, {.name = "benchmark_per_person_year", .unit = "EUR", .low = 0}, s.benchmark_per_person_year);
  list_of(v, {.name = "base_years", .meaning = "oldest first"}, s.base_years);
  object_of(v, {.name = "counted", .meaning = "spending of the performance year"}, s.counted);
  money(v, {.name = "own_revenue", .unit = "EUR"}, s.own_revenue);
  rate(v, {.name = "quality_score", .low = 0, .high = 1}, s.quality_score);
  const Field standard{.name = "quality_standard", .meaning = "which was reached", .optional = true};
  if (v.form(standard, s.quality_standard ? Form::word : Form::absent) != Form::absent) {
    QualityStandard reached = s.quality_standard.value_or(QualityStandard::met);
    choice_of(v, standard, {{"met"}, {"alternative"}, {"failed"}}, reached);
    s.quality_standard = reached;
  }
  const Field low{.name = "low_revenue", .meaning = "the holder is a low-revenue organisation", .optional = true};
  if (v.form(low, s.low_revenue ? Form::word : Form::absent) != Form::absent) {
    bool is_low = s.low_revenue.value_or(false);
    v.flag(low, is_low);
    s.low_revenue = is_low;
  }
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
  named_of(v, {.name = "membership", .meaning = "capitation class: time", .bare = "time"}, s.membership,
           &ClassTime::name);
  money(v, {.name = "capitation_income", .meaning = "instead of membership", .unit = "EUR"}, s.capitation_income);
  money(v, {.name = "expected_turnover", .meaning = "for a ceiling that is a share of it", .unit = "EUR"},
        s.expected_turnover);
  money(v, {.name = "patient_paid", .meaning = "part of the fees that patients owed", .unit = "EUR", .low = 0},
        s.patient_paid);
}

}  // namespace waterbed::detail
