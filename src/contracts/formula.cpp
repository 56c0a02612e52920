#include "waterbed/contracts/formula.hpp"

#include "formula_value.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed {
namespace {

using Kind = FormulaStep::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Recursive descent over
///   sum := product (("+" | "-") product)*;  product := factor (("*" | "/") factor)*;
///   factor := "-" factor | number | name | ("min" | "max" | "clip") "(" sum ("," sum)* ")" | "(" sum ")"
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { result_.text = std::string(text); }

  Formula parse() {
    sum();
    if (peek() != '\0') {
      throw FormulaError("expected an operator or the end", at_);
    }
    return std::move(result_);
  }

 private:
  static constexpr std::size_t k_most_steps = 200;
  static constexpr int k_deepest = 50;
  static constexpr int k_most_digits = 15;

  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) {
      ++at_;
    }
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) {
      return false;
    }
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) {
      throw FormulaError(std::string("expected '") + c + "'", at_);
    }
  }
  void emit(FormulaStep step) {
    if (result_.steps.size() == k_most_steps) {
      throw FormulaError("expected a formula of at most " + std::to_string(k_most_steps) + " steps", at_);
    }
    result_.steps.push_back(step);
  }

  void sum() {
    product();
    for (char c = peek(); c == '+' || c == '-'; c = peek()) {
      ++at_;
      product();
      emit({.kind = c == '+' ? Kind::add : Kind::subtract});
    }
  }
  void product() {
    factor();
    for (char c = peek(); c == '*' || c == '/'; c = peek()) {
      ++at_;
      factor();
      emit({.kind = c == '*' ? Kind::multiply : Kind::divide});
    }
  }
  void factor() {
    if (++depth_ > k_deepest) {
      throw FormulaError("expected a formula nested at most " + std::to_string(k_deepest) + " deep", at_);
    }
    const char c = peek();
    if (take('-')) {
      factor();
      emit({.kind = Kind::negate});
    } else if (take('(')) {
      sum();
      expect(')');
    } else if (is_digit(c) || c == '.') {
      number();
    } else if (is_letter(c)) {
      name();
    } else {
      throw FormulaError("expected a number, a name or '('", at_);
    }
    --depth_;
  }
  void number() {
    const std::size_t start = at_;
    FormulaStep step{.kind = Kind::constant};
    int digits = 0;
    bool fraction = false;
    for (; at_ < text_.size() && (is_digit(text_[at_]) || (text_[at_] == '.' && !fraction)); ++at_) {
      if (text_[at_] == '.') {
        fraction = true;
        continue;
      }
      if (++digits > k_most_digits) {
        throw FormulaError("expected a number of at most " + std::to_string(k_most_digits) + " digits", start);
      }
      step.constant.numerator = step.constant.numerator * 10 + (text_[at_] - '0');
      step.constant.denominator *= fraction ? 10 : 1;
    }
    if (digits == 0 || text_[at_ - 1] == '.') {
      throw FormulaError("expected digits", at_);
    }
    emit(step);
  }
  void name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) {
      ++at_;
    }
    const std::string word(text_.substr(start, at_ - start));
    if (peek() == '(') {
      call(word, start);
      return;
    }
    const auto found = std::find(result_.inputs.begin(), result_.inputs.end(), word);
    const auto position = found - result_.inputs.begin();
    if (found == result_.inputs.end()) {
      result_.inputs.push_back(word);
    }
    emit({.kind = Kind::input, .input = static_cast<std::int32_t>(position)});
  }
  void call(const std::string& word, std::size_t start) {
    if (word != "min" && word != "max" && word != "clip") {
      throw FormulaError("expected min, max or clip", start);
    }
    expect('(');
    std::int32_t operands = 0;
    do {
      sum();
      ++operands;
    } while (take(','));
    expect(')');
    if (word == "clip" && operands != 3) {
      throw FormulaError("expected clip(value, low, high)", start);
    }
    emit({.kind = word == "min" ? Kind::minimum : word == "max" ? Kind::maximum : Kind::clip, .operands = operands});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Formula result_;
};

}  // namespace

Formula parse_formula(std::string_view text) { return Parser(text).parse(); }

double value_of(const Formula& formula, std::span<const double> inputs) {
  return internal::evaluate<double>(
      formula, [&](std::size_t i) { return inputs[i]; }, [](ExactShare constant) { return constant.to_double(); });
}

}  // namespace waterbed
