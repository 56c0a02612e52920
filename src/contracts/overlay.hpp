#pragma once

#include "exact.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waterbed::internal {

/// Counted spending of a year after truncation.
Exact counted_spend(const CountedSpend& counted, const Truncate* truncate);

/// Benchmark of the performance year, before any gate.
Exact benchmark(const Contract& contract, const Facts& facts);

struct ResolvedLayer {
  std::optional<Exact> edge;  ///< share of the benchmark
  Exact share;                ///< after quality
};

/// One direction of a settlement with every fact but S filled in.
struct Direction {
  Exact gate;  ///< share of the benchmark
  std::vector<ResolvedLayer> layers;
  Exact below = 0;             ///< of the share, paid under the gate
  Exact scale = 1;             ///< of quality on the settlement
  std::optional<Exact> limit;  ///< micro-euro
  Exact limit_of_revenue = 0;  ///< share of revenue, where that part is the least
  Exact keep = 1;              ///< after sequestration
};

struct Overlay {
  bool shares = false;  ///< false: too few people or no benchmark
  std::string why_not;
  Exact benchmark = 0;
  GateMode mode = GateMode::first_dollar;
  Direction up;
  Direction down;
};

Overlay resolve_overlay(const Contract& contract, const Facts& facts);

/// Facts needed by the overlay apart from counted spending, and by the base payments.
void check_overlay_facts(const Contract& contract, const Facts& facts, bool with_counted,
                         std::vector<FactProblem>& problems);
void check_base_facts(const Contract& contract, const Facts& facts, std::vector<FactProblem>& problems);

}  // namespace waterbed::internal
