#include "scenario/describe_terms.hpp"

namespace waterbed::detail {
namespace {

/// The most that counts of one person or episode.
struct TruncateLevel {
  std::optional<Money> amount;
  std::optional<Rate> percentile;
  std::optional<Rate> sd_above_mean;
  std::optional<Rate> low_percentile;
};

void describe(Visitor& v, TruncateLevel& s) {
  money(v,
        {.name = "amount",
         .meaning = "the most that counts; or percentile or sd_above_mean",
         .unit = "EUR",
         .low = 0,
         .above_low = true},
        s.amount);
  rate(v, {.name = "percentile", .meaning = "0.99: the 99th of the spending that is cut", .low = 0, .high = 1},
       s.percentile);
  rate(v, {.name = "sd_above_mean", .meaning = "2: mean + 2 standard deviations of the spending that is cut", .low = 0},
       s.sd_above_mean);
  rate(v,
       {.name = "low_percentile",
        .meaning = "amounts below this percentile count as the percentile",
        .low = 0,
        .high = 1},
       s.low_percentile);
}

}  // namespace

void describe(Visitor& v, Truncate& s) {
  const TruncateLevel level{s.amount, s.percentile, s.sd_above_mean, s.low_percentile};
  const bool given = s.amount || s.percentile || s.sd_above_mean || s.low_percentile;
  using Level = std::optional<TruncateLevel>;
  Level person = given && s.unit == TruncateUnit::person ? Level(level) : std::nullopt;
  Level episode = given && s.unit == TruncateUnit::episode ? Level(level) : std::nullopt;
  optional_object(v, {.name = "person", .meaning = "of a person's spending in the year; or episode", .bare = "amount"},
                  person);
  optional_object(v, {.name = "episode", .meaning = "of an episode's spending; or person", .bare = "amount"}, episode);
  if (person.has_value() == episode.has_value()) {
    v.complain("", "must have exactly one of person, episode", person ? "both" : "neither");
  }
  const TruncateLevel read = (person ? person : episode).value_or(TruncateLevel{});
  s.unit = episode ? TruncateUnit::episode : TruncateUnit::person;
  s.amount = read.amount;
  s.percentile = read.percentile;
  s.sd_above_mean = read.sd_above_mean;
  s.low_percentile = read.low_percentile;
}

void describe(Visitor& v, Reinsure& s) {
  money(v,
        {.name = "attach",
         .meaning = "of what a person costs above it a share does not count",
         .unit = "EUR per person and year",
         .low = 0,
         .above_low = true,
         .required = true},
        s.attach);
  money(v,
        {.name = "limit",
         .meaning = "width of the layer above attach; left out: open",
         .unit = "EUR per person and year",
         .low = 0,
         .above_low = true},
        s.limit);
  rate(v, {.name = "share", .meaning = "of the layer that the reinsurer bears", .low = 0, .high = 1}, s.share);
  money(v, {.name = "premium", .meaning = "counts as spending", .unit = "EUR per person-year", .low = 0}, s.premium);
}

void describe(Visitor& v, WithholdPart& s) {
  choice_of(v, {.name = "of"},
            {{"reference", "of the benchmark after discount"}, {"base", "of the contract's base payments"}}, s.of);
  rate(v, {.name = "share", .meaning = "held back", .low = 0, .high = 1, .required = true}, s.share);
  choice_of(v, {.name = "earned_by"},
            {{"quality", "by the quality value"}, {"staying", "by staying to the end of the year"}}, s.earned_by);
}

void describe(Visitor&, Given&) {}

void describe(Visitor& v, History& s) {
  integer_of(v, {.name = "years", .meaning = "base years used", .unit = "years", .low = 1, .high = 20}, s.years);
  rates(v, {.name = "weights", .meaning = "oldest first, sum 1; left out: equal", .low = 0, .high = 1}, s.weights);
  rates(v,
        {.name = "weights_renewed",
         .meaning = "of the second and later agreements; left out: weights",
         .low = 0,
         .high = 1},
        s.weights_renewed);
}

void describe(Visitor& v, Trend& s) {
  // A factor beside an index would have nothing to act on: only what was given is written.
  const bool indexed = !s.index.empty() || !s.own_market_index.empty();
  std::optional<Rate> factor = indexed && s.factor == Rate{Rate::k_one} ? std::nullopt : std::optional(s.factor);
  alternative(v, {.name = "factor", .meaning = "fixed in advance; or index", .low = 0, .high = 1000, .above_low = true},
              factor);
  v.flag({.name = "per_year",
          .meaning = "the factor is per year, from each base year to the performance year; false: one factor"},
         s.per_year);
  v.text({.name = "index", .meaning = "known after the event: a series of the facts' indices"}, s.index);
  v.text({.name = "own_market_index", .meaning = "mixed with index by the holder's share of its market"},
         s.own_market_index);
  if (!factor && s.index.empty() && s.own_market_index.empty()) {
    v.complain("", "must have a factor or an index", "neither");
  } else if (factor && (!s.index.empty() || !s.own_market_index.empty())) {
    v.complain("factor", "is fixed in advance: must not stand beside an index", number_text(factor->to_double()));
  }
  s.factor = factor.value_or(Rate{Rate::k_one});
}

void describe(Visitor& v, UpdatePart& s) {
  rate(v,
       {.name = "weight",
        .meaning = "shares are weight over the sum of weights",
        .low = 0,
        .above_low = true,
        .required = true},
       s.weight);
}

void describe(Visitor& v, Blend& s) {
  v.text({.name = "with", .meaning = "an amount of the facts' comparators", .required = true}, s.with);
  rate(v, {.name = "weight", .meaning = "of that amount", .low = 0, .high = 1, .required = true}, s.weight);
}

void describe(Visitor& v, RiskClass& s) {
  v.who_text({.name = "who", .meaning = "on recorded stages: a filter or the name of a stratum", .required = true},
             s.who);
  rate(v, {.name = "weight", .meaning = "relative expected spending", .low = 0, .required = true}, s.weight);
}

void describe(Visitor& v, Risk& s) {
  rate(v, {.name = "cap_up", .meaning = "0.03: the ratio is at most 1.03", .low = 0}, s.cap_up);
  rate(v, {.name = "cap_down", .meaning = "0.03: the ratio is at least 0.97", .low = 0, .high = 1}, s.cap_down);
  named_of(v,
           {.name = "classes",
            .meaning = "from what a simulation makes the ratio; a person is in the first that holds, weight 1 in none"},
           s.classes, &RiskClass::name);
}

void describe(Visitor& v, Regional& s) {
  rate(v, {.name = "weight_below", .meaning = "own spending is below the region's", .low = 0, .high = 1},
       s.weight_below);
  rate(v, {.name = "weight_above", .meaning = "own spending is above it", .low = 0, .high = 1}, s.weight_above);
  rate(v, {.name = "cap_low", .meaning = "-0.015: at least -1.5 % of national spending", .low = -1, .high = 1},
       s.cap_low);
  rate(v, {.name = "cap_high", .meaning = "0.05: at most 5 % of national spending", .low = -1, .high = 1}, s.cap_high);
  v.flag({.name = "floor", .meaning = "a negative adjustment counts as zero"}, s.floor);
}

void describe(Visitor& v, PriorSavings& s) {
  rate(v, {.name = "share", .meaning = "of earlier savings given back", .low = 0, .high = 1, .required = true},
       s.share);
  rate(v, {.name = "cap", .meaning = "of national spending; left out: none", .low = 0, .high = 1}, s.cap);
  v.flag({.name = "net_of_negative_regional",
          .meaning = "in max_of: less what the regional adjustment beside it takes off, even if that has a floor"},
         s.net_of_negative_regional);
}

void describe(Visitor& v, PopulationAdjustment& s) {
  rate(v,
       {.name = "cap",
        .meaning = "of national spending, times the share of people with little income",
        .low = 0,
        .high = 1,
        .required = true},
       s.cap);
  rate(v, {.name = "from_share", .meaning = "least share of such people", .low = 0, .high = 1}, s.from_share);
}

void describe(Visitor& v, Add& s) {
  money(v, {.name = "amount", .unit = "EUR per person-year or episode", .required = true}, s.amount);
}

void describe(Visitor& v, Discount& s) {
  std::optional<Rate> fixed = s.ladder.empty() ? std::optional(s.rate) : std::nullopt;
  alternative(v, {.name = "rate", .meaning = "the payer's share off the top; or ladder", .low = 0, .high = 1}, fixed);
  list_of(v, {.name = "ladder", .meaning = "the rate by quality score, ascending"}, s.ladder);
  if (fixed.has_value() == !s.ladder.empty()) {
    v.complain("", "must have either a rate or a ladder", fixed ? "both" : "neither");
  }
  s.rate = fixed.value_or(Rate{});
}

namespace {

struct AdditionForm {
  std::optional<Addition> addition;
};

template <class Variant>
void additions(OneKey<Variant>& one) {
  one.template option<Regional>({.name = "regional", .meaning = "moves towards the region's spending"});
  one.template option<PriorSavings>({.name = "prior_savings", .meaning = "gives back part of what was saved before"});
  one.template option<PopulationAdjustment>({.name = "population", .meaning = "for holders with many poor people"});
  one.template option<Add>({.name = "add", .meaning = "a fixed amount"});
}

void describe(Visitor& v, AdditionForm& s) {
  OneKey<Addition> one(v, s.addition);
  additions(one);
  one.finish();
}

/// Largest of several additions, as a list of maps.
struct MaxOfForm {
  std::vector<AdditionForm> additions;
};

/// A step of the reference as written. MaxOf stands apart: it holds a list.
using WrittenStep = std::variant<Given, History, Trend, Update, Blend, Risk, Regional, PriorSavings,
                                 PopulationAdjustment, Add, MaxOfForm, Discount>;

struct StepForm {
  std::optional<WrittenStep> step;
};

void describe(Visitor& v, StepForm& s) {
  OneKey<WrittenStep> one(v, s.step);
  one.option<Given>({.name = "given", .meaning = "the benchmark is a fact"});
  one.option<History>({.name = "history", .meaning = "counted spending of the base years"});
  one.option<Trend>({.name = "trend", .meaning = "carries the amount of each base year on"});
  one.option<Update>(
      {.name = "update", .meaning = "mean of growth factors (the facts' updates) by weight", .bare = "weight"},
      &Update::parts, &UpdatePart::name);
  one.option<Blend>({.name = "blend", .meaning = "mixes in an amount of others"});
  one.option<Risk>({.name = "risk", .meaning = "times the risk of the people now over that of the last base year"});
  additions(one);
  one.option<MaxOfForm>({.name = "max_of", .meaning = "the largest of these is added"}, &MaxOfForm::additions);
  one.option<Discount>({.name = "discount", .meaning = "the payer's share, taken when settled"});
  one.finish();
}

struct Written {
  WrittenStep operator()(const MaxOf& max_of) const {
    MaxOfForm form;
    for (const Addition& addition : max_of.additions) {
      form.additions.push_back({addition});
    }
    return form;
  }
  template <class Step>
  WrittenStep operator()(const Step& step) const {
    return step;
  }
};

struct Read {
  ReferenceStep operator()(const MaxOfForm& form) const {
    MaxOf max_of;
    for (const AdditionForm& addition : form.additions) {
      max_of.additions.push_back(addition.addition.value_or(Add{}));
    }
    return max_of;
  }
  template <class Step>
  ReferenceStep operator()(const Step& step) const {
    return step;
  }
};

}  // namespace

void describe(Visitor& v, Reference& s) {
  std::vector<StepForm> forms;
  for (const ReferenceStep& step : s.steps) {
    forms.push_back({std::visit(Written{}, step)});
  }
  list_of(v, {.name = "steps", .meaning = "how the benchmark is built, in order", .required = true}, forms);
  s.steps.clear();
  for (const StepForm& form : forms) {
    // A step that could not be read keeps its place, so that faults of those after it stand where they belong.
    s.steps.push_back(form.step ? std::visit(Read{}, *form.step) : ReferenceStep{Given{}});
  }
}

}  // namespace waterbed::detail
