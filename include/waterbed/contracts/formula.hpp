#pragma once

#include "waterbed/contracts/exact_share.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// A formula does not parse: what was expected, and where.
class FormulaError : public std::invalid_argument {
 public:
  FormulaError(const std::string& what, std::size_t position) : std::invalid_argument(what), position_(position) {}
  /// Position in the text, from 0: where a caret belongs.
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  std::size_t position_;
};

/// One step of a formula in postfix order.
struct FormulaStep {
  enum class Kind : std::uint8_t { constant, input, negate, add, subtract, multiply, divide, minimum, maximum, clip };
  Kind kind = Kind::constant;
  ExactShare constant{};      ///< Kind::constant
  std::int32_t input = 0;     ///< Kind::input: position in Formula::inputs
  std::int32_t operands = 0;  ///< minimum, maximum: how many values they take
};

/// Arithmetic on named numbers, as in "clip(1 - 0.75*q, 0.40, 0.75)": + - * / ( ), min, max, clip(x, low, high).
///
/// Nothing else can be written, so nothing else can run. Decimals are kept exact: a settlement rounds once.
struct Formula {
  std::string text;
  std::vector<std::string> inputs;  ///< names used, each once, in order of appearance
  std::vector<FormulaStep> steps;   ///< postfix
};

/// @throws FormulaError at the first fault: syntax, a number of more than 15 digits, more than 200 steps
Formula parse_formula(std::string_view text);

/// The value for these inputs, in the order of Formula::inputs. Not exact: for forecasts and checks of range.
/// Division by zero gives an infinity or NaN, which callers refuse.
double value_of(const Formula& formula, std::span<const double> inputs);

}  // namespace waterbed
