#pragma once

#include "state.hpp"

/// Demand that answers to what people pay themselves: docs/model/behaviour.md.
namespace waterbed::engine {

/// Demand for free over demand at full price: 1 for needs that do not answer, which are urgent ones and all of them
/// where the elasticity is 0.
[[nodiscard]] inline double own_price_room(const Model& model, int need) {
  return model.network.needs[static_cast<std::size_t>(need)].urgent ? 1.0 : model.behaviour.own_payment_room;
}

/// Demand of a person for the care that a need asks for first, under the arm's own payments over that under those of
/// the reference contracts: at most own_price_room().
double own_price_answer(const Context& context, const ArmState& state, const Token& token);

OwnPrices no_own_prices(const Model& model);

/// What everybody expects to pay of one more euro in the year that begins: the mean own share at which those of the
/// payer, the choice of deductible and the class of spending ended the last year. Nobody looks ahead.
void refresh_own_prices(const Model& model, ArmState& state);

/// Keeps the year's spending for the year that follows.
void note_own_spending(const Model& model, ArmState& state);

}  // namespace waterbed::engine
