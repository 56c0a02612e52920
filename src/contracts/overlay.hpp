#pragma once

#include "exact.hpp"
#include "trace.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waterbed::internal {

struct ResolvedLayer {
  std::optional<Exact> edge;  ///< share of the benchmark
  Exact share;                ///< after quality
};

/// One direction of a settlement with every fact but S filled in.
struct Direction {
  Exact gate;  ///< share of the benchmark
  std::vector<ResolvedLayer> layers;
  Exact below = 0;              ///< of the share, paid under the gate
  Exact scale = 1;              ///< of quality on the settlement
  std::optional<Exact> limit;   ///< micro-euro
  Exact limit_of_revenue = 0;   ///< share of revenue, where that part is the least
  bool limit_is_fixed = false;  ///< the least part is an amount: neither benchmark nor revenue move it
  Exact keep = 1;               ///< after the adjustments: W times this is paid
};

struct Overlay {
  bool shares = false;  ///< false: no layers, too few people or no benchmark
  std::string why_not;
  Exact benchmark = 0;  ///< after discount and withhold; layers, gate and limit are shares of it
  GateMode mode = GateMode::first_dollar;
  Direction up;
  Direction down;
};

/// @pre the contract has a reference and check_overlay_facts finds nothing
Overlay resolve_overlay(const Contract& contract, const Facts& facts, const Trace& trace);
inline Overlay resolve_overlay(const Contract& contract, const Facts& facts) {
  return resolve_overlay(contract, facts, Trace(nullptr));
}

/// How much of a withheld part is earned, 0..1.
Exact earned_share(const WithholdPart& part, const Contract& contract, const Facts& facts);

/// Facts that the overlay needs, with counted spending or without.
void check_overlay_facts(const Contract& contract, const Facts& facts, bool with_counted,
                         std::vector<FactProblem>& problems);

}  // namespace waterbed::internal
