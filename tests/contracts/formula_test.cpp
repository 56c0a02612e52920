#include "waterbed/contracts/formula.hpp"

#include "contracts/exact.hpp"
#include "contracts/formula_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using internal::Exact;
using ::testing::ElementsAre;

double value(const std::string& text, const std::vector<double>& inputs = {}) {
  return value_of(parse_formula(text), inputs);
}

Exact exact_value(const Formula& formula, const std::vector<Exact>& inputs = {}) {
  return internal::evaluate<Exact>(
      formula, [&](std::size_t i) { return inputs[i]; },
      [](ExactShare constant) { return internal::fraction(constant); });
}

/// "position: what was expected", or "parses".
std::string fault(const std::string& text) {
  try {
    (void)parse_formula(text);
  } catch (const FormulaError& error) {
    return std::to_string(error.position()) + ": " + error.what();
  }
  return "parses";
}

TEST(Formula, BindsProductsBeforeSumsFromLeftToRight) {
  EXPECT_EQ(value("2 + 3*4"), 14.0);
  EXPECT_EQ(value("(2 + 3)*4"), 20.0);
  EXPECT_EQ(value("10 - 4 - 3"), 3.0);
  EXPECT_EQ(value("16 / 4 / 2"), 2.0);
  EXPECT_EQ(value("2*-3"), -6.0);
  EXPECT_EQ(value("-2 + 5"), 3.0);
  EXPECT_EQ(value("--2"), 2.0);
  EXPECT_EQ(value(" 1\t+ 1 "), 2.0);
}

TEST(Formula, TakesTheLeastTheMostAndWhatLiesBetween) {
  EXPECT_EQ(value("min(3, 1, 2)"), 1.0);
  EXPECT_EQ(value("max(3, 1, 2, 5)"), 5.0);
  EXPECT_EQ(value("min(4)"), 4.0);
  EXPECT_EQ(value("clip(0.3, 0.4, 0.75)"), 0.4);
  EXPECT_EQ(value("clip(0.5, 0.4, 0.75)"), 0.5);
  EXPECT_EQ(value("clip(0.9, 0.4, 0.75)"), 0.75);
}

// 42 CFR 425.610: one less 75 % of the quality score, held in 40 .. 75 %.
TEST(Formula, NamesEachInputOnceInOrderOfAppearance) {
  const Formula formula = parse_formula("clip(1 - 0.75*q, 0.40, 0.75) + 0*year + 0*q");
  EXPECT_THAT(formula.inputs, ElementsAre("q", "year"));
  EXPECT_EQ(formula.text, "clip(1 - 0.75*q, 0.40, 0.75) + 0*year + 0*q");
  EXPECT_EQ(value_of(formula, std::vector<double>{0.5, 3.0}), 0.625);
  // min, max and clip are functions only before a parenthesis.
  EXPECT_THAT(parse_formula("min + clip").inputs, ElementsAre("min", "clip"));
}

TEST(Formula, KeepsDecimalsExact) {
  EXPECT_EQ(exact_value(parse_formula("0.1 + 0.2")), Exact(3, 10));
  EXPECT_EQ(exact_value(parse_formula("1/3")), Exact(1, 3));
  EXPECT_EQ(exact_value(parse_formula("0.00000000000001")), Exact(1, 100'000'000'000'000));
  EXPECT_EQ(exact_value(parse_formula("999999999999999")), Exact(999'999'999'999'999));
}

TEST(Formula, DivisionByZeroIsNoNumberThatPasses) {
  EXPECT_TRUE(std::isinf(value("1/0")));
  EXPECT_TRUE(std::isnan(value("0/0")));
}

TEST(Formula, TellsEveryFaultAtItsPlace) {
  EXPECT_EQ(fault(""), "0: expected a number, a name or '('");
  EXPECT_EQ(fault("   "), "3: expected a number, a name or '('");
  EXPECT_EQ(fault("1 +"), "3: expected a number, a name or '('");
  EXPECT_EQ(fault("1 * * 2"), "4: expected a number, a name or '('");
  EXPECT_EQ(fault("+1"), "0: expected a number, a name or '('");
  EXPECT_EQ(fault("0.5 q"), "4: expected an operator or the end");
  EXPECT_EQ(fault("1)"), "1: expected an operator or the end");
  EXPECT_EQ(fault("q ^ 2"), "2: expected an operator or the end");
  EXPECT_EQ(fault("(1 + 2"), "6: expected ')'");
  EXPECT_EQ(fault("clip(q, 0.4 0.7)"), "12: expected ')'");
  EXPECT_EQ(fault("clip(q, 0.4)"), "0: expected clip(value, low, high)");
  EXPECT_EQ(fault("1 + clip(q)"), "4: expected clip(value, low, high)");
  EXPECT_EQ(fault("min()"), "4: expected a number, a name or '('");
  EXPECT_EQ(fault("min(1,)"), "6: expected a number, a name or '('");
  EXPECT_EQ(fault("0.5 + exp(q)"), "6: expected min, max or clip");
  EXPECT_EQ(fault("1."), "2: expected digits");
  EXPECT_EQ(fault("."), "1: expected digits");
  EXPECT_EQ(fault("1.2.3"), "3: expected an operator or the end");
  EXPECT_EQ(fault("1e3"), "1: expected an operator or the end");
  EXPECT_EQ(fault("q; rm"), "1: expected an operator or the end");
  EXPECT_EQ(fault("q[0]"), "1: expected an operator or the end");
}

TEST(Formula, RefusesWhatGrowsWithoutEnd) {
  EXPECT_EQ(fault("1234567890123456"), "0: expected a number of at most 15 digits");
  EXPECT_EQ(fault("2 + 0.000000000000001"), "4: expected a number of at most 15 digits");
  EXPECT_EQ(fault(std::string(50, '(') + "1" + std::string(50, ')')), "50: expected a formula nested at most 50 deep");
  EXPECT_EQ(fault(std::string(49, '(') + "1" + std::string(49, ')')), "parses");
  EXPECT_EQ(fault(std::string(60, '-') + "1"), "50: expected a formula nested at most 50 deep");
  // 100 numbers and 99 sums are 199 steps.
  std::string sum = "1";
  for (int i = 1; i < 100; ++i) {
    sum += "+1";
  }
  EXPECT_EQ(fault(sum), "parses");
  EXPECT_EQ(value(sum), 100.0);
  EXPECT_EQ(fault(sum + "+1"), "201: expected a formula of at most 200 steps");
}

/// A random formula, with its value worked out while it is printed, and how far arithmetic in double may be off.
struct Printed {
  std::string text;
  Exact value;
  double error = 0.0;

  [[nodiscard]] double size() const { return std::abs(value.convert_to<double>()) + error; }
};

constexpr int k_inputs = 3;
/// Twice the unit roundoff of a double, so that the bound itself may round.
constexpr double k_roundoff = 2.3e-16;

Printed leaf(std::string text, const Exact& value) {
  Printed printed{std::move(text), value};
  printed.error = k_roundoff * printed.size();  // a decimal need not be a double
  return printed;
}

/// `error` is what the operands bring in; the operation itself rounds once.
Printed node(std::string text, const Exact& value, double error) {
  Printed printed{std::move(text), value, error};
  printed.error += k_roundoff * printed.size();
  return printed;
}

Printed any_formula(int depth, const std::vector<Exact>& inputs) {
  const int kind = depth == 0 ? *rc::gen::inRange(0, 2) : *rc::gen::inRange(0, 9);
  if (kind == 0) {
    const int cents = *rc::gen::inRange(0, 1000);
    const std::string decimals = std::to_string(100 + cents % 100).substr(1);
    return leaf(std::to_string(cents / 100) + "." + decimals, Exact(cents, 100));
  }
  if (kind == 1) {
    const int input = *rc::gen::inRange(0, k_inputs);
    return leaf("x" + std::to_string(input), inputs[static_cast<std::size_t>(input)]);
  }
  const Printed a = any_formula(depth - 1, inputs);
  const Printed b = any_formula(depth - 1, inputs);
  const double both = a.error + b.error;
  switch (kind) {
    case 2:
      return node("(" + a.text + " + " + b.text + ")", a.value + b.value, both);
    case 3:
      return node("(" + a.text + "-" + b.text + ")", a.value - b.value, both);
    case 4:
      return node("(" + a.text + ") * (" + b.text + ")", a.value * b.value, a.size() * b.error + b.size() * a.error);
    case 5:
      return node("-(" + a.text + ")", -a.value, a.error);
    case 6:
      return node("min(" + a.text + ", " + b.text + ")", std::min(a.value, b.value), both);
    case 7:
      return node("max(" + a.text + "," + b.text + ")", std::max(a.value, b.value), both);
    default:
      return node("(" + a.text + ") / 2.5", a.value / Exact(5, 2), a.error);
  }
}

RC_GTEST_PROP(Formula, ParsesWhatIsPrintedToTheSameValueInBothNumbers, ()) {
  std::vector<Exact> inputs;
  std::vector<double> doubles;
  for (int i = 0; i < k_inputs; ++i) {
    const int permille = *rc::gen::inRange(0, 1001);
    inputs.emplace_back(permille, 1000);
    doubles.push_back(permille / 1000.0);
  }
  const Printed printed = any_formula(*rc::gen::inRange(0, 5), inputs);
  const Formula formula = parse_formula(printed.text);
  std::vector<Exact> used;
  std::vector<double> used_doubles;
  for (const std::string& name : formula.inputs) {
    const auto position = static_cast<std::size_t>(name.back() - '0');
    used.push_back(inputs[position]);
    used_doubles.push_back(doubles[position]);
  }
  RC_ASSERT(exact_value(formula, used) == printed.value);
  const double difference = value_of(formula, used_doubles) - printed.value.convert_to<double>();
  RC_ASSERT(std::abs(difference) <= printed.error);
}

}  // namespace
}  // namespace waterbed
