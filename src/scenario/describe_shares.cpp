#include "scenario/describe_terms.hpp"

namespace waterbed::detail {

void alternative(Visitor& v, Field field, std::optional<Rate>& value) {
  field.optional = true;
  if (v.form(field, value ? Form::number : Form::absent) == Form::absent) {
    value.reset();
  } else {
    rate(v, field, value);
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
    Field named = field;
    named.or_else = "a share of the benchmark, such as 0.02, a table by size or ";
    v.choice(named, {{"mssp_size_table", "minimum savings rates of the Medicare Shared Savings Program"}}, word);
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
  std::optional<Rate> constant = s.formula ? std::nullopt : std::optional(s.constant);
  alternative(v, {.name = "constant", .meaning = "or formula", .low = 0, .high = 1}, constant);
  v.formula({.name = "formula", .meaning = "its value must be in [0, 1]", .optional = true}, s.formula);
  if (constant.has_value() == s.formula.has_value()) {
    v.complain("", "must have either a constant or a formula", constant ? "both" : "neither");
  }
  s.constant = constant.value_or(Rate{});
  rate(v, {.name = "if_failed", .meaning = "share when the quality standard is failed", .low = 0, .high = 1},
       s.if_failed);
}

void describe(Visitor& v, Layer& s) {
  rate(v, {.name = "edge", .meaning = "upper edge, share of the benchmark; left out: open", .low = 0, .high = 1000},
       s.edge);
  v.object({.name = "share",
            .meaning = "of the part of the layer; a number, or moving with quality",
            .required = true,
            .bare = "constant",
            .bare_text = "formula"},
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
    Field named = field;
    named.or_else = "a number or ";
    v.choice(named, {{"score", "the quality value itself"}}, word);
    factor = QualityFactor::of_score();
  }
  if (form != Form::word) {
    Rate constant = factor.score ? Rate{Rate::k_one} : factor.constant;
    rate(v, field, constant);
    factor = QualityFactor::of(constant);
  }
}

}  // namespace

void describe(Visitor& v, Rung& s) {
  rate(v, {.name = "from", .meaning = "score from which the value holds", .low = 0, .high = 1, .required = true},
       s.from);
  v.flag({.name = "above", .meaning = "the score must be above it, not equal to it"}, s.above);
  rate(v, {.name = "value", .low = 0, .high = 1, .required = true}, s.value);
}

void describe(Visitor& v, QualityMeasure& s) {
  rate(v, {.name = "low", .meaning = "achieved: from here points are given", .low = -1e9, .high = 1e9}, s.low);
  rate(v, {.name = "high", .meaning = "achieved: here all points are given", .low = -1e9, .high = 1e9}, s.high);
  rate(v, {.name = "points", .low = 0, .above_low = true}, s.points);
  v.flag({.name = "prevalence_weighted", .meaning = "target amount: points times own over average prevalence"},
         s.prevalence_weighted);
}

void describe(Visitor& v, QualityAmount& s) {
  rate(v, {.name = "of_reference", .meaning = "share of the benchmark", .low = 0, .high = 1}, s.of_reference);
  money(v, {.name = "per_person", .meaning = "or this", .unit = "EUR per person and period", .low = 0}, s.per_person);
  money(v, {.name = "per_point", .meaning = "or this", .unit = "EUR per point reached", .low = 0}, s.per_point);
  choice_of(v, {.name = "period"}, periods(), s.period);
  v.flag({.name = "prepaid", .meaning = "paid in full during the year; what was missed is repaid at settlement"},
         s.prepaid);
}

void describe(Visitor& v, Quality& s) {
  choice_of(v, {.name = "target", .meaning = "what quality moves"},
            {{"layers_up", "shares of savings"},
             {"layers_down", "shares of losses"},
             {"layers_both"},
             {"settlement", "W, by the swings"},
             {"discount", "the discount on the benchmark"},
             {"withhold", "how much of it is earned"},
             {"base", "base payments * (1 + low + (high - low) * value)"},
             {"amount", "an amount of its own"}},
            s.target);
  describe_factor(v, {.name = "met", .meaning = "factor where the standard is met", .low = 0, .high = 1}, s.met);
  describe_factor(v,
                  {.name = "alternative", .meaning = "... where the alternative standard is met", .low = 0, .high = 1},
                  s.alternative);
  describe_factor(v, {.name = "failed", .meaning = "... where it is failed", .low = 0, .high = 1}, s.failed);
  list_of(v, {.name = "ladder", .meaning = "value by score, ascending; below the first rung 0"}, s.ladder);
  v.formula({.name = "formula", .meaning = "value by score; instead of a ladder", .optional = true}, s.formula);
  named_of(v, {.name = "measures", .meaning = "of a composite score: points reached of all points"}, s.measures,
           &QualityMeasure::name);
  rate(v,
       {.name = "swing_up",
        .meaning = "target settlement: W * (1 - swing_up * (1 - value)) if positive",
        .low = 0,
        .high = 1},
       s.swing_up);
  rate(v,
       {.name = "swing_down",
        .meaning = "target settlement: W * (1 - swing_down * value) if negative",
        .low = 0,
        .high = 1},
       s.swing_down);
  rate(v, {.name = "low", .meaning = "target base: change at value 0", .low = -1, .high = 1}, s.low);
  rate(v, {.name = "high", .meaning = "target base: change at value 1", .low = -1, .high = 1000}, s.high);
  optional_object(v, {.name = "amount", .meaning = "target amount"}, s.amount);
}

namespace {

struct LimitForm {
  std::vector<Rate> of_reference;
  std::vector<Rate> of_revenue;
  std::optional<Money> amount;
};

void describe(Visitor& v, LimitForm& s) {
  rate_or_rates(v,
                {.name = "of_reference",
                 .meaning = "share of the benchmark; a list: one for every year, the last goes on",
                 .low = 0,
                 .high = 1},
                s.of_reference);
  rate_or_rates(
      v, {.name = "of_revenue", .meaning = "share of own revenue, alike; of all given the least", .low = 0, .high = 1},
      s.of_revenue);
  money(v, {.name = "amount", .unit = "EUR", .low = 0}, s.amount);
}

void describe_limit(Visitor& v, const Field& field, std::vector<LimitPart>& parts) {
  std::optional<LimitForm> form;
  for (const LimitPart& part : parts) {
    form = form.value_or(LimitForm{});
    if (part.base == LimitBase::amount) {
      form->amount = part.amount;
    } else {
      (part.base == LimitBase::reference ? form->of_reference : form->of_revenue) = part.shares;
    }
  }
  optional_object(v, field, form);
  parts.clear();
  if (form && !form->of_reference.empty()) {
    parts.push_back({LimitBase::reference, form->of_reference, {}});
  }
  if (form && !form->of_revenue.empty()) {
    parts.push_back({LimitBase::revenue, form->of_revenue, {}});
  }
  if (form && form->amount) {
    parts.push_back({LimitBase::amount, {}, *form->amount});
  }
  if (form && parts.empty()) {
    v.complain(field.name, "must have of_reference, of_revenue or amount", "none");
  }
}

}  // namespace

void describe(Visitor& v, Limit& s) {
  describe_limit(v, {.name = "up", .meaning = "the most that is paid"}, s.up);
  describe_limit(v, {.name = "down", .meaning = "the most that is owed"}, s.down);
}

}  // namespace waterbed::detail
