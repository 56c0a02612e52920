#include "scenario/visitor.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace waterbed::detail {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_most_money = 9e12;
constexpr double k_most_rate = 9e9;

// The reader keeps values out of range away; held all the same, so that no path throws.
Money as_money(double euro) { return Money::from_euro(std::isnan(euro) ? 0.0 : std::clamp(euro, -8.9e12, 8.9e12)); }
Rate as_rate(double value) { return Rate::from_double(std::isnan(value) ? 0.0 : std::clamp(value, -8.9e9, 8.9e9)); }

Field within(Field field, double most) {
  field.low = std::max(field.low, -most);
  field.high = std::min(field.high, most);
  return field;
}

}  // namespace

const char* called(Names names) {
  switch (names) {
    case Names::municipality:
      return "municipality";
    case Names::provider:
      return "provider";
    case Names::gp_group:
      return "GP group";
    case Names::payer:
      return "payer";
    case Names::funder:
      return "payer that is no insurer, or insurer";
    case Names::sector:
      return "sector";
    case Names::kind:
    case Names::episode:
      return "kind of care";
    case Names::service:
      return "kind of care, need or sector";
    case Names::need:
      return "need";
    case Names::condition:
      return "condition";
    case Names::expectation:
      return "expectation";
    case Names::contract:
      return "contract";
    case Names::internal_contract:
      return "internal contract";
    case Names::programme:
      return "programme";
    case Names::arm:
      return "arm";
    case Names::party:
      return "provider or payer";
    case Names::stratum:
      return "stratum";
    case Names::none:
      break;
  }
  return "name";
}

std::string number_text(double value) {
  std::array<char, 40> digits{};
  const bool whole = std::abs(value) < 1e15 && std::floor(value) == value;
  const auto end = whole ? std::to_chars(digits.begin(), digits.end(), static_cast<std::int64_t>(value))
                         : std::to_chars(digits.begin(), digits.end(), value);
  return {digits.data(), end.ptr};
}

std::string sum_text(double sum) {
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), sum, std::chars_format::general, 10);
  return {digits.data(), end.ptr};
}

std::string with_unit(const Field& field, const std::string& rule) {
  return *field.unit == '\0' ? rule : rule + " (" + field.unit + ")";
}

std::string range_fault(const Field& field, double value) {
  const bool too_low = field.above_low ? !(value > field.low) : !(value >= field.low);
  if (!too_low && value <= field.high) {
    return {};
  }
  // Bounds that only say what fits in memory are not shown unless they are what is broken.
  constexpr double k_technical = 9e9;
  const bool low = field.low > -k_technical;
  const bool high = field.high < k_technical;
  std::string rule;
  if (low && high) {
    rule = std::string("must be in ") + (field.above_low ? "(" : "[") + number_text(field.low) + ", " +
           number_text(field.high) + "]";
  } else if (too_low) {
    rule = std::string("must be ") + (field.above_low ? "above " : "at least ") + number_text(field.low);
  } else {
    rule = "must be at most " + number_text(field.high);
  }
  return with_unit(field, rule);
}

std::string listed(const std::vector<Choice>& choices) {
  std::string text;
  for (const Choice& choice : choices) {
    text += (text.empty() ? "" : ", ") + std::string(choice.text);
  }
  return text;
}

std::string joined_path(const std::string& path, const std::string& name) {
  return path.empty() || name.empty() ? path + name : path + "." + name;
}

std::string joined_path(const std::string& path, std::size_t position) {
  return path + "[" + std::to_string(position) + "]";
}

void money(Visitor& v, const Field& field, Money& value) {
  double euro = value.to_euro();
  const double before = euro;
  v.number(within(field, k_most_money), euro);
  if (euro != before) {
    value = as_money(euro);
  }
}

void money(Visitor& v, Field field, std::optional<Money>& value) {
  field.optional = true;
  double euro = value ? value->to_euro() : k_nan;
  v.number(within(field, k_most_money), euro);
  value = std::isnan(euro) ? std::nullopt : std::optional(as_money(euro));
}

void rate(Visitor& v, const Field& field, Rate& value) {
  double share = value.to_double();
  v.number(within(field, k_most_rate), share);
  value = as_rate(share);
}

void rate(Visitor& v, Field field, std::optional<Rate>& value) {
  field.optional = true;
  double share = value ? value->to_double() : k_nan;
  v.number(within(field, k_most_rate), share);
  value = std::isnan(share) ? std::nullopt : std::optional(as_rate(share));
}

void rates(Visitor& v, const Field& field, std::vector<Rate>& values) {
  std::vector<double> numbers;
  for (const Rate value : values) {
    numbers.push_back(value.to_double());
  }
  v.numbers(within(field, k_most_rate), numbers);
  values.clear();
  for (const double number : numbers) {
    values.push_back(as_rate(number));
  }
}

void rate_or_rates(Visitor& v, const Field& field, std::vector<Rate>& values) {
  const Form form = v.form(field, values.empty() ? Form::absent : values.size() == 1 ? Form::number : Form::list);
  if (form == Form::absent) {
    return;
  }
  if (form != Form::list) {
    Rate value = values.empty() ? Rate{} : values.front();
    rate(v, field, value);
    values = {value};
  }
  if (form == Form::list || form == Form::any) {
    rates(v, field, values);
  }
}

void optional_count(Visitor& v, Field field, std::optional<std::int64_t>& value) {
  field.optional = true;
  field.low = std::max(field.low, 0.0);
  field.high = std::min(field.high, 1e15);
  double number = value ? static_cast<double>(*value) : k_nan;
  v.number(field, number);
  value = std::isnan(number) ? std::nullopt : std::optional(static_cast<std::int64_t>(number));
  if (!std::isnan(number) && std::floor(number) != number) {
    v.complain(field.name, "must be a whole number", number_text(number));
  }
}

void quality_letter(Visitor& v, char& value) {
  std::size_t position = value == 'A' ? 0 : value == 'B' ? 1 : 2;
  v.choice({.name = "quality", .meaning = "of the number's origin"},
           {{"A", "measured, seen in the source"}, {"B", "sourced but approximate"}, {"C", "assumed"}}, position);
  value = "ABC"[position];
}

void number_or_negative(Visitor& v, Field field, double& value) {
  field.optional = true;
  double given = value < 0.0 ? k_nan : value;
  v.number(field, given);
  value = std::isnan(given) ? -1.0 : given;
}

}  // namespace waterbed::detail
