#pragma once

#include "waterbed/engine/people_mix.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace waterbed {

enum class FlowKind : std::uint8_t {
  units,          ///< visits, or days where the kind of care is per day; attached services too
  list_spending,  ///< EUR at list prices, of visits and attached services
  moves           ///< patients sent on from one setting to another
};

/// A flow that one need makes: which settings count.
struct FlowSelector {
  FlowKind flow = FlowKind::units;
  std::vector<std::uint8_t> at;    ///< [setting] where it lands
  std::vector<std::uint8_t> from;  ///< [setting] where moves leave from
  bool from_entry = false;         ///< moves: counts those who enter there too
};

/// Cells to sum over; an empty list stands for all.
struct CellFilter {
  std::vector<std::uint8_t> bands;      ///< [age band]
  std::vector<std::uint8_t> sexes;      ///< [sex]
  std::vector<std::uint8_t> quintiles;  ///< [quintile - 1]
  std::vector<std::uint8_t> routes;     ///< [route]
};

/// A flow summed over cells and the performance years.
struct FlowSum {
  std::size_t selector = 0;
  CellFilter cells;
};

/// What can be shifted in a scenario. Shifts are logarithms: 0 leaves it as it stands.
enum class LeverKind : std::uint8_t {
  base_rate,   ///< factor of the rate of a need in an age band and sex
  stage_rate,  ///< factor of what stages bring of a need
  way_in,      ///< log-odds of where a need enters, against seeking no care
  pathway,     ///< log-odds of a pathway, against discharge
  attached,    ///< factor of the chance of an attached service
  stay,        ///< factor of the mean stay of a need at a kind of care
  price        ///< factor of the list prices of a sector
};

struct Lever {
  LeverKind kind = LeverKind::base_rate;
  int need = -1;  ///< all but price
  /// base_rate: age band; way_in and pathway: place in the need's list; attached: kind of care where it is emitted;
  /// stay: kind of care; price: sector
  int position = -1;
  int other = -1;  ///< base_rate: sex; attached: kind of care of the service
  friend auto operator<=>(const Lever&, const Lever&) = default;
};

struct FlowSums {
  std::vector<double> value;     ///< [sum]
  std::vector<double> gradient;  ///< [sum][lever] by shift; empty if not asked
};

/// Expected flows of cells of people under observed practice, with exact derivatives by every lever.
///
/// Episodes are absorbing chains over (row, open product): visits v solve (I - P)^T v = e, what a visit leads to y
/// solves (I - P) y = x, and a flow is v.x with derivative v_i p_o (g_o - mean g) by the log-odds of option o at row i.
/// Patients who die or move away during an episode are lost to it at the rate of their cell's class, limited settings
/// are entered after their reference wait. Demand that answers to waits, response to money and shortage are left out.
/// See docs/model/calibration_method.md. Immutable; evaluate() may be called from several threads.
class ExpectedCells {
 public:
  /// @param model  must outlive this
  /// @throws InvalidArgument if a list has the wrong length
  ExpectedCells(const Model& model, PeopleMix mix, std::vector<FlowSelector> selectors, std::vector<FlowSum> sums);
  ~ExpectedCells();
  ExpectedCells(ExpectedCells&&) noexcept;
  ExpectedCells& operator=(ExpectedCells&&) noexcept;
  ExpectedCells(const ExpectedCells&) = delete;
  ExpectedCells& operator=(const ExpectedCells&) = delete;

  [[nodiscard]] const PeopleMix& mix() const;
  [[nodiscard]] const std::vector<Lever>& levers() const;

  /// @param shifts  of every lever; shape (levers,)
  /// @throws InvalidArgument if a length is wrong or a shift is not finite
  [[nodiscard]] FlowSums evaluate(std::span<const double> shifts, bool with_gradient, int threads = 0) const;

  /// Person-years of a filter.
  [[nodiscard]] double person_years(const CellFilter& cells) const;

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

}  // namespace waterbed
