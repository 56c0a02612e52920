#include "scenario/describe.hpp"

#include <algorithm>

namespace waterbed::detail {

void word_of(Visitor& v, const Field& field, const std::vector<Choice>& choices, std::string& value) {
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& c) { return value == c.text; });
  auto position = static_cast<std::size_t>(found - choices.begin());
  v.choice(field, choices, position);
  if (position < choices.size()) {
    value = choices[position].text;
  }
}

void describe(Visitor& v, TimeSpec& s) {
  choice_of(v, {.name = "cycle", .meaning = "length of a step of time"},
            {{"week", "52 a year of 364 days"}, {"month", "of 30 days"}, {"quarter", "of 90 days"}, {"year"}}, s.cycle);
  integer_of(
      v, {.name = "start_year", .meaning = "calendar year of the first performance year", .low = 1900, .high = 2200},
      s.start_year);
  integer_of(v, {.name = "warm_up_years", .meaning = "simulated, not counted", .unit = "years", .low = 0, .high = 50},
             s.warm_up_years);
  integer_of(v,
             {.name = "base_years",
              .meaning = "simulated under the reference contracts; facts for benchmarks",
              .unit = "years",
              .low = 0,
              .high = 20},
             s.base_years);
  integer_of(v, {.name = "years", .meaning = "performance years of every arm", .unit = "years", .low = 1, .high = 200},
             s.years);
}

void describe(Visitor& v, RunSpec& s) {
  optional_count(v,
                 {.name = "parameter_sets",
                  .meaning = "how often the uncertain numbers are drawn; left out: they stand at their means",
                  .low = 2,
                  .high = 1'000'000},
                 s.parameter_sets);
  const Field replications{.name = "replications",
                           .meaning =
                               "Monte Carlo draws of the whole region; with parameter_sets in each of them, at "
                               "least 2, and 2 if left out",
                           .low = 1,
                           .high = 1'000'000};
  if (v.form(replications, Form::number) == Form::absent && s.parameter_sets) {
    s.replications = 2;
  }
  integer_of(v, replications, s.replications);
  integer_of(v, {.name = "seed", .meaning = "of the run", .low = 0, .high = 9e18}, s.seed);
}

void describe(Visitor& v, Discounting& s) {
  v.number({.name = "costs", .meaning = "yearly discount rate of costs", .unit = "per year", .low = 0, .high = 1},
           s.costs);
  v.number({.name = "qalys", .meaning = "yearly discount rate of QALYs", .unit = "per year", .low = 0, .high = 1},
           s.qalys);
  v.flag({.name = "reward_at_start", .meaning = "rewards at t = 0 and after each cycle (textbook cohort models)"},
         s.reward_at_start);
}

void describe(Visitor& v, MunicipalitySpec& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  std::vector<double> shares(s.deprivation.begin(), s.deprivation.end());
  v.numbers(
      {.name = "deprivation", .meaning = "shares of quintiles 1 (least deprived) to 5; sum 1", .low = 0, .high = 1},
      shares);
  if (shares.size() == s.deprivation.size()) {
    std::copy(shares.begin(), shares.end(), s.deprivation.begin());
  } else {
    v.complain("deprivation", "must hold 5 shares, of quintiles 1 to 5", std::to_string(shares.size()));
  }
}

void describe(Visitor& v, PopulationCell& s) {
  v.text({.name = "municipality", .of = Names::municipality, .required = true}, s.municipality);
  choice_of(v, {.name = "sex", .required = true}, {{"women"}, {"men"}}, s.sex);
  integer_of(v,
             {.name = "age_low",
              .meaning = "first age of the band",
              .unit = "years",
              .low = 0,
              .high = k_max_age,
              .required = true},
             s.ages.low);
  integer_of(v,
             {.name = "age_high",
              .meaning = "last age of the band, included",
              .unit = "years",
              .low = 0,
              .high = k_max_age,
              .required = true},
             s.ages.high);
  integer_of(v, {.name = "persons", .meaning = "persons at the start", .low = 0, .high = 1e12, .required = true},
             s.persons);
}

void describe(Visitor& v, GpGroupShare& s) {
  v.text({.name = "provider", .of = Names::provider, .required = true}, s.provider);
  v.text({.name = "municipality", .of = Names::municipality, .required = true}, s.municipality);
  v.number({.name = "share", .meaning = "of the people of the municipality", .low = 0, .high = 1, .required = true},
           s.share);
}

void describe(Visitor& v, PopulationFlows& s) {
  v.number({.name = "births_per_1000",
            .meaning = "a constant number",
            .unit = "births per 1,000 inhabitants and year",
            .low = 0,
            .high = 200},
           s.births_per_1000);
  v.number({.name = "arrivals_per_year", .unit = "share of the population per year", .low = 0, .high = 1},
           s.arrivals_per_year);
  v.number({.name = "departures_per_year", .unit = "share of the population per year", .low = 0, .high = 1},
           s.departures_per_year);
  v.table({.name = "mover_propensity",
           .meaning = "relative chance to move; left out: equal for all",
           .low = 0,
           .optional = true},
          s.mover_propensity);
}

void describe(Visitor& v, PopulationSpec& s) {
  integer_of(v, {.name = "seed", .meaning = "of the making of persons; not of the run", .low = 0, .high = 9e18},
             s.seed);
  named_of(v, {.name = "municipalities", .meaning = "places in the region", .required = true}, s.municipalities,
           &MunicipalitySpec::name);
  list_of(
      v, {.name = "cells", .meaning = "persons at the start by municipality, sex and age band; or people", .csv = true},
      s.cells);
  v.text({.name = "people",
          .meaning = "file of the persons at the start, one by one, in place of cells: docs/own_people.md"},
         s.people);
  list_of(v, {.name = "gp_groups", .meaning = "each GP group's share of the people of a municipality"}, s.gp_groups);
  v.number({.name = "list_size", .meaning = "people of one practice", .unit = "persons", .low = 1, .high = 1e6},
           s.list_size);
  v.numbers({.name = "deprivation_reference",
             .meaning = "shares of quintiles 1 to 5 where prevalence and mortality were observed; left out: the region",
             .low = 0,
             .high = 1},
            s.deprivation_reference);
  v.numbers({.name = "vulnerability",
             .meaning = "shares of the newborn by class, from robust to vulnerable; sum 1; left out: one class",
             .low = 0,
             .high = 1},
            s.vulnerability);
  object_of(v, {.name = "flows", .meaning = "births, arrivals and departures"}, s.flows);
}

void describe(Visitor& v, SectorSpec& s) {
  v.number({.name = "product_price_factor",
            .meaning = "closes spending of the sector to its target; multiplies every list price in it",
            .low = 0,
            .high = 1000,
            .above_low = true},
           s.product_price_factor);
}

void describe(Visitor& v, PayerSpec& s) {
  v.flag({.name = "insurer", .meaning = "shares the insured; false: a budget of its own"}, s.insurer);
  v.number({.name = "market_share", .meaning = "of the insured; insurers' shares sum to 1", .low = 0, .high = 1},
           s.market_share);
}

void describe(Visitor& v, StratumSpec& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  v.who({.name = "who", .meaning = "the persons meant", .required = true}, s.who);
}

void describe(Visitor& v, RiskTerm& s) {
  v.who({.name = "who", .meaning = "of whom it is true, on recorded stages; left out: everybody"}, s.who);
  v.number({.name = "points", .meaning = "added to the score", .required = true}, s.points);
  v.number({.name = "per_year_above",
            .meaning = "the points count for every year of age above this one; left out: once",
            .unit = "years",
            .low = 0,
            .high = k_max_age,
            .optional = true},
           s.per_year_above);
}

void describe(Visitor& v, RiskScore& s) {
  choice_of(v, {.name = "link"},
            {{"identity", "the score is the sum of points"},
             {"logit", "the sum is the log-odds of the event, the score its chance"}},
            s.link);
  v.number({.name = "intercept", .meaning = "points of everybody"}, s.intercept);
  list_of(v, {.name = "terms", .meaning = "what adds points"}, s.terms);
}

void describe(Visitor& v, StratumRule& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  v.who({.name = "who", .meaning = "who comes into it, on recorded stages; left out: everybody"}, s.who);
  v.number({.name = "score_from",
            .meaning = "cut-off: only with at least this score; left out: whatever the score",
            .optional = true},
           s.score_from);
}

void describe(Visitor& v, Stratification& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  object_of(v, {.name = "score", .meaning = "risk function of what is on record"}, s.score);
  named_of(v, {.name = "strata", .meaning = "in order: the first that holds takes the person, the last all others"},
           s.strata, &StratumRule::name);
}

void describe(Visitor& v, TargetSpec& s) {
  v.text({.name = "measure", .meaning = "spending_per_insured, visits_per_1000, ...", .required = true}, s.measure);
  v.text({.name = "of", .meaning = "a sector, kind of care or need; left out: all"}, s.of);
  v.number({.name = "value", .meaning = "today's figure, in the unit of the measure", .required = true}, s.value);
  v.number({.name = "tolerance", .unit = "share of the value", .low = 0, .high = 10}, s.tolerance);
  v.text({.name = "source"}, s.source);
  quality_letter(v, s.quality);
}

void describe(Visitor& v, Evidence& s) {
  v.text({.name = "field", .meaning = "dotted path of what it supports", .required = true}, s.field);
  v.text({.name = "value", .meaning = "as it stands in the source", .required = true}, s.value);
  v.text({.name = "source", .meaning = "short citation, or \"assumed\"", .required = true}, s.source);
  quality_letter(v, s.quality);
}

}  // namespace waterbed::detail
