#pragma once

#include "waterbed/contracts/formula.hpp"

#include <algorithm>
#include <vector>

namespace waterbed::internal {

/// The value of a formula in numbers of type `Number`: double, or exact fractions.
/// @param input     value of the input at a position of Formula::inputs
/// @param constant  a Number from an ExactShare
template <class Number, class Input, class Constant>
Number evaluate(const Formula& formula, Input&& input, Constant&& constant) {
  using Kind = FormulaStep::Kind;
  std::vector<Number> stack;
  const auto pop = [&] {
    Number top = std::move(stack.back());
    stack.pop_back();
    return top;
  };
  for (const FormulaStep& step : formula.steps) {
    switch (step.kind) {
      case Kind::constant:
        stack.push_back(constant(step.constant));
        break;
      case Kind::input:
        stack.push_back(input(static_cast<std::size_t>(step.input)));
        break;
      case Kind::negate:
        stack.back() = Number(-stack.back());
        break;
      case Kind::add:
      case Kind::subtract:
      case Kind::multiply:
      case Kind::divide: {
        const Number right = pop();
        Number& left = stack.back();
        left = step.kind == Kind::add        ? Number(left + right)
               : step.kind == Kind::subtract ? Number(left - right)
               : step.kind == Kind::multiply ? Number(left * right)
                                             : Number(left / right);
        break;
      }
      case Kind::minimum:
      case Kind::maximum:
        for (std::int32_t i = 1; i < step.operands; ++i) {
          const Number right = pop();
          Number& left = stack.back();
          left = step.kind == Kind::minimum ? std::min(left, right) : std::max(left, right);
        }
        break;
      case Kind::clip: {
        const Number high = pop();
        const Number low = pop();
        stack.back() = std::min(std::max(stack.back(), low), high);
        break;
      }
    }
  }
  return stack.front();
}

}  // namespace waterbed::internal
