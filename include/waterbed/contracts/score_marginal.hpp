#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/payment_curve.hpp"

#include <optional>

/// What a better score is worth. A score is uncertain beside the counted spending, and a contract may use it at several
/// places at once, so these integrate the expected settlement over the forecast of the score: tens of milliseconds a
/// call, for set-up and reports, not for every cycle. They find bends by themselves and know the rungs. Where counted
/// spending is known and a gate is near, the score moves the benchmark across the gate at a point that is only searched
/// for: give such spending its spread.
namespace waterbed {

/// dE[payment]/dq, EUR per unit of quality score: shares, discount, withhold, settlement, base payments and amount,
/// with each rung of a ladder as the step that it is times the chance to be just there. The score is held in [0, 1].
///
/// A known score (sd 0) has the slope on the rung that it stands on; the step to the next is not seen. With measures
/// the score itself is taken as forecast; see measure_slope.
/// @param counted  spending at year end, independent of the score
/// @param facts    those that settle the contract; the score and counted spending in them are not used
/// @throws FactsError
double quality_slope(const Contract& contract, const Facts& facts, const Forecast& counted, const Forecast& score);

/// What base payments are expected to be multiplied with: what quality makes of them, less what is held back of them
/// and not earned. p * (1 - w) + w * p * E[earned] is this times p.
/// @param score  none: known, as in the facts
double expected_base_factor(const Contract& contract, const Facts& facts, const std::optional<Forecast>& score = {});

/// Expected points per unit achieved on one measure: its slope between the thresholds, nothing beyond them.
double measure_slope(const QualityMeasure& measure, const Forecast& achieved);

/// dE[settlement]/d(risk ratio), EUR per unit of Facts::risk_ratio: nothing beyond the caps.
/// @throws FactsError
double risk_slope(const Contract& contract, const Facts& facts, const Forecast& counted, const Forecast& ratio);

}  // namespace waterbed
