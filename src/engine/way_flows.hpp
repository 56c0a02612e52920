#pragma once

#include "waterbed/engine/expected_cells.hpp"
#include "way_chain.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace waterbed::engine {

/// Which lever shifts what; -1: none.
struct LeverIndex {
  std::vector<Lever> levers;
  std::vector<std::int32_t> of_option;
  std::vector<std::int32_t> of_attached;
  std::vector<std::int32_t> of_stay;    ///< [row]
  std::vector<std::int32_t> of_sector;  ///< price
  std::vector<std::int32_t> of_base;    ///< [need][band][sex]
  std::vector<std::int32_t> of_stage;   ///< [need]
};

LeverIndex index_levers(const Model& model, std::size_t bands);

/// The network under shifts: what chains are solved with.
struct ShiftedNetwork {
  std::vector<double> probability;  ///< [option]
  std::vector<double> per_visit;    ///< [attached]
  std::vector<double> units;        ///< [row] per visit
  std::vector<double> price;        ///< [sector] factor
};

ShiftedNetwork shifted(const Model& model, const LeverIndex& index, std::span<const double> shifts);

/// Flows of one need that arises, on one route, for people who leave at one rate.
struct WayFlows {
  std::vector<double> value;         ///< [selector]
  std::vector<std::int32_t> levers;  ///< those that the chain answers to
  std::vector<double> gradient;      ///< [selector][of `levers`]
};

/// @param exits_per_year  hazard of death and departure
WayFlows way_flows(const Model& model, std::size_t chain_id, const WayChain& chain, const LeverIndex& index,
                   const ShiftedNetwork& network, double exits_per_year, std::span<const FlowSelector> selectors,
                   bool with_gradient);

}  // namespace waterbed::engine
