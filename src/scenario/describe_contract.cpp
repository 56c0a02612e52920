#include "scenario/describe.hpp"

#include <algorithm>

namespace waterbed::detail {

void describe(Visitor& v, ServicePrice& s) {
  money(v,
        {.name = "price",
         .meaning = "list: the list price of the kind",
         .unit = "EUR per unit",
         .low = 0,
         .required = true,
         .word = "list"},
        s.price);
}

namespace {

const std::vector<Choice>& periods() {
  static const std::vector<Choice> choices{{"month"}, {"quarter"}, {"year"}};
  return choices;
}

void services(Visitor& v, const char* meaning, std::vector<std::string>& values) {
  v.texts({.name = "services", .meaning = meaning, .of = Names::service}, values);
}

}  // namespace

void describe(Visitor& v, Scope& s) {
  v.who_text({.name = "who", .meaning = "persons attributed: a filter or the name of a stratum; left out: all"}, s.who);
  services(v, "counted; left out: all", s.services);
  choice_of(v, {.name = "price", .meaning = "at which care counts"}, {{"paid"}, {"list"}}, s.price);
  integer_of(v, {.name = "min_people", .meaning = "with fewer assigned nothing is shared", .low = 0, .high = 1e12},
             s.min_people);
}

void describe(Visitor& v, VolumeTier& s) {
  money(v,
        {.name = "up_to",
         .meaning = "turnover at list price where the tier ends; left out: open",
         .unit = "EUR per year",
         .low = 0},
        s.up_to);
  rate(v, {.name = "discount", .meaning = "on each euro of the tier", .low = 0, .high = 1, .required = true},
       s.discount);
}

void describe(Visitor& v, PatientShare& s) {
  money(v,
        {.name = "first",
         .meaning = "the first euros of a year",
         .unit = "EUR per person and year",
         .low = 0,
         .required = true},
        s.first);
  integer_of(v, {.name = "from_age", .unit = "completed years", .low = 0, .high = k_max_age}, s.from_age);
  v.texts({.name = "exempt", .meaning = "services that do not count", .of = Names::service}, s.exempt);
}

void describe(Visitor& v, Fee& s) {
  named_of(v, {.name = "prices", .meaning = "service: price", .of = Names::service, .required = true, .bare = "price"},
           s.prices, &ServicePrice::service);
  list_of(v, {.name = "tiers", .meaning = "discounts by turnover, ascending, the last one open"}, s.tiers);
  optional_object(v, {.name = "patient_share", .meaning = "what insured people pay themselves"}, s.patient_share);
}

void describe(Visitor& v, CapitationClass& s) {
  v.who_text({.name = "who", .meaning = "on recorded stages: a filter or the name of a stratum", .required = true},
             s.who);
  money(v, {.name = "rate", .unit = "EUR per person and period", .low = 0, .required = true}, s.rate);
}

void describe(Visitor& v, Capitation& s) {
  choice_of(v, {.name = "period", .meaning = "how often the rate is paid"}, periods(), s.period);
  named_of(v, {.name = "classes", .meaning = "groups of people with one rate", .required = true}, s.classes,
           &CapitationClass::name);
  services(v, "paid by it, at no further price; left out: it comes on top of other terms", s.services);
}

void describe(Visitor& v, Bundle& s) {
  choice_of(v, {.name = "trigger", .required = true},
            {{"first_contact", "a contact with no open bundle opens one"}, {"enrolled", "paid each period"}},
            s.trigger);
  v.texts({.name = "opened_by",
           .meaning = "first_contact: services that open it; left out: any inside",
           .of = Names::service},
          s.opened_by);
  integer_of(v,
             {.name = "window_days",
              .meaning = "first_contact: how long it stays open, the opening day included",
              .unit = "days",
              .low = 0,
              .high = 3650},
             s.window_days);
  v.who_text({.name = "who", .meaning = "enrolled: a filter or the name of a stratum, on recorded stages"}, s.who);
  choice_of(v, {.name = "period", .meaning = "enrolled: how often it is paid"}, periods(), s.period);
  v.texts({.name = "services", .meaning = "inside", .of = Names::service, .required = true}, s.services);
  choice_of(v, {.name = "pricing"},
            {{"fixed", "price per trigger"}, {"by_contents", "the dearest service inside sets the price"}}, s.pricing);
  money(v, {.name = "price", .meaning = "fixed", .unit = "EUR per trigger or per person and period", .low = 0},
        s.price);
  named_of(v, {.name = "contents", .meaning = "by_contents: service: price", .of = Names::service, .bare = "price"},
           s.contents, &ServicePrice::service);
}

void describe(Visitor& v, Lump& s) {
  money(v, {.name = "amount", .unit = "EUR per period", .low = 0, .required = true}, s.amount);
  choice_of(v, {.name = "period"}, periods(), s.period);
  services(v, "paid by it, at no further price; left out: it comes on top of other terms", s.services);
}

void describe(Visitor& v, Ceiling& s) {
  money(v, {.name = "amount", .meaning = "or of_expected_turnover", .unit = "EUR per year", .low = 0}, s.amount);
  rate(
      v,
      {.name = "of_expected_turnover", .meaning = "1.02 is expected turnover + 2 %; or amount", .low = 0, .high = 1000},
      s.of_expected_turnover);
  rate(v, {.name = "share_above", .meaning = "paid of each euro above the ceiling", .low = 0, .high = 1},
       s.share_above);
  v.flag({.name = "duty_to_deliver", .meaning = "keeps treating above the ceiling"}, s.duty_to_deliver);
  money(v, {.name = "floor", .meaning = "paid at least", .unit = "EUR per year", .low = 0}, s.floor);
}

void describe(Visitor& v, Truncate& s) {
  money(v,
        {.name = "person",
         .meaning = "the most that counts of one person",
         .unit = "EUR per person and year",
         .low = 0,
         .above_low = true,
         .required = true},
        s.amount);
}

void describe(Visitor&, Given&) {}

void describe(Visitor& v, History& s) {
  integer_of(v, {.name = "years", .meaning = "base years used", .unit = "years", .low = 1, .high = 20}, s.years);
  std::vector<double> weights;
  for (const Rate weight : s.weights) {
    weights.push_back(weight.to_double());
  }
  v.numbers({.name = "weights", .meaning = "oldest first, sum 1; left out: equal", .low = 0, .high = 1}, weights);
  s.weights.clear();
  for (const double weight : weights) {
    s.weights.push_back(Rate::from_double(weight));
  }
}

void describe(Visitor& v, Trend& s) {
  rate(v, {.name = "factor", .low = 0, .high = 1000, .above_low = true, .required = true}, s.factor);
  v.flag({.name = "per_year", .meaning = "from each base year to the performance year; false: one factor"}, s.per_year);
}

namespace {

struct StepForm {
  std::optional<Given> given;
  std::optional<History> history;
  std::optional<Trend> trend;
};

void describe(Visitor& v, StepForm& s) {
  optional_object(v, {.name = "given", .meaning = "the benchmark is a fact"}, s.given);
  optional_object(v, {.name = "history", .meaning = "counted spending of the base years"}, s.history);
  optional_object(v, {.name = "trend", .meaning = "carries the amount on"}, s.trend);
  const int steps = int{s.given.has_value()} + int{s.history.has_value()} + int{s.trend.has_value()};
  if (steps != 1) {
    v.complain("", "must be one of given, history, trend", std::to_string(steps));
  }
}

}  // namespace

void describe(Visitor& v, Reference& s) {
  std::vector<StepForm> forms;
  for (const ReferenceStep& step : s.steps) {
    StepForm& form = forms.emplace_back();
    if (const auto* given = std::get_if<Given>(&step)) {
      form.given = *given;
    } else if (const auto* history = std::get_if<History>(&step)) {
      form.history = *history;
    } else {
      form.trend = std::get<Trend>(step);
    }
  }
  list_of(v, {.name = "steps", .meaning = "how the benchmark is built, in order", .required = true}, forms);
  s.steps.clear();
  for (const StepForm& form : forms) {
    if (form.given) {
      s.steps.emplace_back(*form.given);
    } else if (form.history) {
      s.steps.emplace_back(*form.history);
    } else if (form.trend) {
      s.steps.emplace_back(*form.trend);
    }
  }
}

void describe(Visitor& v, SizeRow& s) {
  integer_of(v, {.name = "from", .unit = "people", .low = 0, .high = 1e12, .required = true}, s.from);
  // An open row is written without its end.
  double to = s.to == SizeRow::k_open ? std::nan("") : static_cast<double>(s.to);
  v.number(
      {.name = "to", .meaning = "included; left out: open", .unit = "people", .low = 0, .high = 1e12, .optional = true},
      to);
  s.to = std::isnan(to) ? SizeRow::k_open : static_cast<std::int64_t>(to);
  rate(v, {.name = "low_end", .meaning = "share of the benchmark at from", .low = 0, .high = 1, .required = true},
       s.low_end);
  rate(v, {.name = "high_end", .meaning = "share of the benchmark at to", .low = 0, .high = 1, .required = true},
       s.high_end);
}

namespace {

void describe_level(Visitor& v, const Field& field, Gate::Level& level) {
  SizeTable table = std::holds_alternative<SizeTable>(level) ? std::get<SizeTable>(level) : SizeTable{};
  Rate share = std::holds_alternative<Rate>(level) ? std::get<Rate>(level) : Rate{};
  const Form form = v.form(field, std::holds_alternative<Rate>(level) ? Form::number : Form::list);
  if (form == Form::absent) {
    return;
  }
  if (form == Form::number || form == Form::map || form == Form::any) {
    rate(v, field, share);
    level = share;
  }
  if (form == Form::word || form == Form::any) {
    std::size_t word = 0;
    v.choice(field, {{"mssp_size_table", "minimum savings rates of the Medicare Shared Savings Program"}}, word);
    level = mssp_size_table();
  }
  if (form == Form::list || form == Form::any) {
    list_of(v, field, table.rows);
    level = table;
  }
}

}  // namespace

void describe(Visitor& v, Gate& s) {
  describe_level(
      v, {.name = "up", .meaning = "least saving, share of the benchmark, or a table by size", .low = 0, .high = 1},
      s.up);
  describe_level(
      v, {.name = "down", .meaning = "least loss, share of the benchmark, or a table by size", .low = 0, .high = 1},
      s.down);
  choice_of(v, {.name = "mode"},
            {{"first_dollar", "past the gate everything counts"}, {"excess", "only what exceeds it counts"}}, s.mode);
  rate(v, {.name = "below_share", .meaning = "of the saving share, paid under the gate", .low = 0, .high = 1},
       s.below_share);
  choice_of(v, {.name = "below_if", .meaning = "to whom"}, {{"never"}, {"low_revenue"}}, s.below_if);
}

void describe(Visitor& v, Share& s) {
  rate(v, {.name = "constant", .low = 0, .high = 1}, s.constant);
  rate(v, {.name = "if_failed", .meaning = "when the quality standard is failed", .low = 0, .high = 1}, s.if_failed);
}

void describe(Visitor& v, Layer& s) {
  rate(v, {.name = "edge", .meaning = "upper edge, share of the benchmark; left out: open", .low = 0, .high = 1000},
       s.edge);
  v.object({.name = "share",
            .meaning = "of the part of the layer; a number, or moving with quality",
            .required = true,
            .bare = "constant"},
           nullptr, [&] { describe(v, s.share); });
}

void describe(Visitor& v, Layers& s) {
  list_of(v, {.name = "up", .meaning = "of savings"}, s.up);
  list_of(v, {.name = "down", .meaning = "of losses"}, s.down);
}

namespace {

void describe_factor(Visitor& v, const Field& field, QualityFactor& factor) {
  const Form form = v.form(field, factor.score ? Form::word : Form::number);
  if (form == Form::absent) {
    return;
  }
  if (form == Form::word || form == Form::any) {
    std::size_t word = 0;
    v.choice(field, {{"score", "the quality score itself"}}, word);
    factor = QualityFactor::of_score();
  }
  if (form != Form::word) {
    Rate constant = factor.score ? Rate{Rate::k_one} : factor.constant;
    rate(v, field, constant);
    factor = QualityFactor::of(constant);
  }
}

}  // namespace

void describe(Visitor& v, Quality& s) {
  choice_of(v, {.name = "target", .meaning = "what quality scales"}, {{"layers_up"}, {"layers_both"}, {"settlement"}},
            s.target);
  describe_factor(v, {.name = "met", .meaning = "factor where the standard is met", .low = 0, .high = 1}, s.met);
  describe_factor(v,
                  {.name = "alternative", .meaning = "... where the alternative standard is met", .low = 0, .high = 1},
                  s.alternative);
  describe_factor(v, {.name = "failed", .meaning = "... where it is failed", .low = 0, .high = 1}, s.failed);
  rate(v,
       {.name = "swing_up",
        .meaning = "target settlement: W * (1 - swing_up * (1 - q)) if positive",
        .low = 0,
        .high = 1},
       s.swing_up);
  rate(
      v,
      {.name = "swing_down", .meaning = "target settlement: W * (1 - swing_down * q) if negative", .low = 0, .high = 1},
      s.swing_down);
}

namespace {

struct LimitForm {
  std::optional<Rate> of_reference;
  std::optional<Rate> of_revenue;
};

void describe(Visitor& v, LimitForm& s) {
  rate(v, {.name = "of_reference", .meaning = "share of the benchmark", .low = 0, .high = 1}, s.of_reference);
  rate(v, {.name = "of_revenue", .meaning = "share of own revenue; of both the least", .low = 0, .high = 1},
       s.of_revenue);
}

void describe_limit(Visitor& v, const Field& field, std::vector<LimitPart>& parts) {
  std::optional<LimitForm> form;
  for (const LimitPart& part : parts) {
    form = form.value_or(LimitForm{});
    (part.base == LimitBase::reference ? form->of_reference : form->of_revenue) = part.shares.front();
  }
  optional_object(v, field, form);
  parts.clear();
  if (form && form->of_reference) {
    parts.push_back({LimitBase::reference, {*form->of_reference}, {}});
  }
  if (form && form->of_revenue) {
    parts.push_back({LimitBase::revenue, {*form->of_revenue}, {}});
  }
}

}  // namespace

void describe(Visitor& v, Limit& s) {
  describe_limit(v, {.name = "up", .meaning = "the most that is paid"}, s.up);
  describe_limit(v, {.name = "down", .meaning = "the most that is owed"}, s.down);
}

void describe(Visitor& v, Adjust& s) {
  rate(v, {.name = "sequestration", .meaning = "taken off what is paid", .low = 0, .high = 1}, s.sequestration);
  v.flag({.name = "sequester_losses", .meaning = "also off what is owed"}, s.sequester_losses);
}

void describe(Visitor& v, SplitPart& s) {
  rate(v, {.name = "weight", .meaning = "shares are weight over the sum of weights", .low = 0, .required = true},
       s.weight);
}

void describe(Visitor& v, Split& s) {
  named_of(v, {.name = "", .meaning = "party: weight", .of = Names::party, .bare = "weight"}, s.parts,
           &SplitPart::party);
}

namespace {

/// One term of each kind, in the order of evaluation.
struct Terms {
  std::vector<Term>& terms;
};

template <class T>
void term(Visitor& v, const char* name, const char* meaning, std::vector<Term>& terms) {
  const auto found =
      std::find_if(terms.begin(), terms.end(), [](const Term& t) { return std::holds_alternative<T>(t); });
  std::optional<T> value = found == terms.end() ? std::nullopt : std::optional(std::get<T>(*found));
  const bool had = value.has_value();
  optional_object(v, {.name = name, .meaning = meaning}, value);
  if (value && had) {
    *found = *value;
  } else if (value) {
    terms.emplace_back(*value);
  }
}

void describe(Visitor& v, Terms& s) {
  term<Scope>(v, "scope", "whom and what it is about", s.terms);
  term<Fee>(v, "fee", "a price per unit of service", s.terms);
  term<Capitation>(v, "capitation", "a rate per person and period", s.terms);
  term<Bundle>(v, "bundle", "one price for an episode or a period", s.terms);
  term<Lump>(v, "lump", "a fixed amount per period", s.terms);
  term<Ceiling>(v, "ceiling", "a yearly limit on what fees and bundles bring in", s.terms);
  term<Truncate>(v, "truncate", "of each person's spending at most so much counts", s.terms);
  term<Reference>(v, "reference", "the benchmark", s.terms);
  term<Gate>(v, "gate", "within it savings and losses are chance and not shared", s.terms);
  term<Layers>(v, "layers", "what the holder gets of a saving and bears of a loss", s.terms);
  term<Quality>(v, "quality", "how quality moves the money", s.terms);
  term<Limit>(v, "limit", "the most that is paid and owed", s.terms);
  term<Adjust>(v, "adjust", "last cut before payment", s.terms);
  term<Split>(v, "split", "who shares in the settlement", s.terms);
}

}  // namespace

void describe(Visitor& v, Agreement& s) {
  integer_of(v,
             {.name = "years",
              .meaning = "then the next agreement begins; 0: one for as long as the run lasts",
              .unit = "years",
              .low = 0,
              .high = 100},
             s.years);
  v.flag({.name = "rebase",
          .meaning = "the next agreement looks back on the years just before it; false: on those before the first"},
         s.rebase);
}

namespace {

void calendar_year(Visitor& v, Field field, std::optional<int>& value) {
  field.unit = "calendar year";
  field.low = 1900;
  field.high = 2200;
  field.optional = true;
  double number = value ? static_cast<double>(*value) : std::nan("");
  v.number(field, number);
  value = std::isnan(number) ? std::nullopt : std::optional(static_cast<int>(number));
  if (!std::isnan(number) && std::floor(number) != number) {
    v.complain(field.name, "must be a whole number", number_text(number));
  }
}

}  // namespace

void describe(Visitor& v, ContractSpec& s) {
  v.texts({.name = "payers", .meaning = "one contract each; all: every insurer", .of = Names::payer, .single = true},
          s.payers);
  v.texts({.name = "holders", .meaning = "one contract each", .of = Names::provider, .single = true}, s.holders);
  integer_of(v,
             {.name = "precedence",
              .meaning = "of several contracts that would pay one unit, the highest does",
              .low = -1000,
              .high = 1000},
             s.terms.precedence);
  calendar_year(v, {.name = "from", .meaning = "year in which it enters into force; left out: it always was"}, s.from);
  calendar_year(v, {.name = "until", .meaning = "last year in force; left out: for good"}, s.until);
  v.object({.name = "agreement", .meaning = "how long it is agreed for, and what then"}, nullptr,
           [&] { describe(v, s.terms.agreement); });
  v.text({.name = "da_vinci_code", .meaning = "of the HL7 Da Vinci value-based care guides"}, s.terms.da_vinci_code);
  v.text({.name = "hcp_lan_category", .meaning = "1, 2A .. 4N of the HCP-LAN payment model framework"},
         s.terms.hcp_lan_category);
  v.text({.name = "source", .meaning = "of the rules and numbers"}, s.terms.source);
  quality_letter(v, s.terms.quality);
  Terms terms{s.terms.terms};
  v.object({.name = "terms", .meaning = "the clauses", .required = true}, nullptr, [&] { describe(v, terms); });
}

}  // namespace waterbed::detail
