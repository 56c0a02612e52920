#pragma once

#include "state.hpp"
#include "waterbed/behaviour/incentive.hpp"

#include <functional>
#include <vector>

namespace waterbed::engine {

/// Where a contract's year stands, as its decision makers see it.
struct ContractPosition {
  double income_slope = 1.0;  ///< what one more euro of fees or bundles brings in
  /// [member] what one more counted euro changes in its part of the settlement, usually <= 0
  std::vector<double> member_slopes;
  std::vector<double> group_share;  ///< [practice group] chance that somebody treated belongs, see group_shares()
};

/// What the options are worth to the organisation or to those who decide by their contract with it, EUR, before
/// pass-through; shape [insurer][option].
struct OptionValues {
  std::vector<double> own;
  std::vector<double> borne;
  std::vector<double> visit;       ///< [insurer][row] margin of one visit itself, a whole stay among them
  std::vector<double> attached{};  ///< [insurer][attached] of one more of it, own and borne; empty: no response
};

/// Positions of an arm's contracts on average when this share of the first performance year is gone, 0..1.
std::vector<ContractPosition> expected_positions(const Model& model, const ArmModel& arm, double gone);

/// Positions of the arm's contracts as the year goes.
/// @param lag_cycles  of what is known of turnover in the year; the rest is expected
std::vector<ContractPosition> positions_now(const Model& model, const ArmState& state, int year, double gone,
                                            int lag_cycles = 0);

/// (I - P)^-1 of every chain under these choices, on average over insurers; at model.frozen.fundamental_at.
/// @param probability  shape [insurer][option]
std::vector<double> solved_chains(const Model& model, const std::vector<double>& probability);

/// Where the utility of every option goes under these values, log-odds; shape [insurer][option].
/// @param phase    position in refresh_phases(): values are measured against the reference there
/// @param weights  of income, see income_weights()
std::vector<double> shift_targets(const Model& model, const ArmModel& arm, const OptionValues& values,
                                  std::size_t phase, const std::vector<double>& weights);

/// Mixes what is earned per insurer: a decision maker does not practise per insurer (pooling 1).
/// @param by_insurer  shape [insurer][length]
std::vector<double> pooled(const Model& model, const std::vector<double>& by_insurer, std::size_t length);

/// Part of the gap between shift and target that one refresh closes; shape (providers,), of who decides.
std::vector<double> adaptation(const Model& model);

/// Points of the year at which incentives are retaken, in cycles; shape (phases,).
std::vector<int> refresh_phases(const Model& model);

/// @param pays         who pays for what in the year
/// @param fundamental  of every chain, at model.frozen.fundamental_at
OptionValues option_values(const Model& model, const ArmModel& arm, const PayTable& pays,
                           const std::vector<ContractPosition>& positions, const std::vector<double>& fundamental);

/// option_values() where each decision maker sees the positions as they were when it last learnt of them.
/// @param positions  by lag in cycles
OptionValues values_as_seen(const Model& model, const ArmModel& arm, const PayTable& pays,
                            const std::function<std::vector<ContractPosition>(int lag_cycles)>& positions,
                            const std::vector<double>& fundamental);

/// Share of what changes for a provider that those who decide feel as theirs: of what it pays out of a bundle, and of
/// what it gets of a settlement.
double share_felt(const ArmModel& arm, std::int32_t provider, std::int32_t decider);

/// What an owner pays those who decide at its settings; nullptr: nothing is agreed, they feel its margin.
const InternalContractModel* internal_contract(const ArmModel& arm, std::size_t owner, std::size_t decider);

/// Income that one visit at a row brings under `pay`, EUR, before ceilings.
double row_income(const Model& model, std::size_t row, const RowPay& pay);

}  // namespace waterbed::engine
