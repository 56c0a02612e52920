#include "waterbed/contracts/reference.hpp"

#include <array>

namespace waterbed {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<ReferenceStep>> k_step_names = {
    "given",    "history",       "trend",      "update", "blend",  "risk",
    "regional", "prior_savings", "population", "add",    "max_of", "discount"};

}  // namespace

std::string_view step_name(const ReferenceStep& step) { return k_step_names[step.index()]; }

std::string_view addition_name(const Addition& addition) {
  return std::visit([](const auto& kind) { return step_name(kind); }, addition);
}

}  // namespace waterbed
