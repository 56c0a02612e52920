#pragma once

#include "waterbed/contracts/formula.hpp"
#include "waterbed/contracts/period.hpp"
#include "waterbed/core/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waterbed {

/// Which quality standard a holder reached in a year.
enum class QualityStandard : std::uint8_t { met, alternative, failed };

/// What quality moves.
enum class QualityTarget : std::uint8_t {
  layers_up,    ///< shares of savings, times the factor
  layers_down,  ///< shares of losses, times the factor
  layers_both,  ///< both
  settlement,   ///< W * (1 - swing_up * (1 - v)) if positive, W * (1 - swing_down * v) if negative
  discount,     ///< the discount on the benchmark, times the factor
  withhold,     ///< how much of a withhold is earned: the factor
  base,         ///< base payments * (1 + low + (high - low) * v)
  amount        ///< an amount of its own, times the factor
};

/// A constant, or the quality value v.
struct QualityFactor {
  bool score = false;
  Rate constant{Rate::k_one};

  static constexpr QualityFactor of_score() { return QualityFactor{true, {}}; }
  static constexpr QualityFactor of(Rate constant) { return QualityFactor{false, constant}; }
  friend constexpr bool operator==(QualityFactor, QualityFactor) = default;
};

/// The value from this score on.
struct Rung {
  Rate from{};         ///< score
  bool above = false;  ///< the score must be above `from`, not equal to it
  Rate value{};
};

/// The value of the highest rung reached; below the first rung: 0.
Rate rung_at(const std::vector<Rung>& ladder, Rate score);

/// One measure of a composite score: clip((achieved - low) / (high - low), 0, 1) of its points.
struct QualityMeasure {
  std::string name;
  Rate low{};
  Rate high{Rate::k_one};
  Rate points{Rate::k_one};
  bool prevalence_weighted = false;  ///< target amount: points times own over average prevalence
};

/// The amount of target `amount`: exactly one of the three.
struct QualityAmount {
  std::optional<Rate> of_reference{};  ///< share of the benchmark
  std::optional<Money> per_person{};   ///< EUR per person and `period`
  std::optional<Money> per_point{};    ///< EUR per point reached, times Facts::list_ratio
  Period period = Period::year;
  bool prepaid = false;  ///< paid in full during the year; what was missed is repaid at settlement
};

/// How quality moves the money.
///
/// The score q is a fact, or the points reached of all points of `measures`. The value v is what `ladder` or `formula`
/// makes of q, q itself without either. The factor is v or a constant, by the standard reached; the standard is a fact
/// only if the three factors differ.
struct Quality {
  QualityTarget target = QualityTarget::layers_up;
  QualityFactor met{};
  QualityFactor alternative{};
  QualityFactor failed{};
  std::vector<Rung> ladder{};        ///< ascending
  std::optional<Formula> formula{};  ///< of q, year, assigned
  std::vector<QualityMeasure> measures{};
  Rate swing_up{};                        ///< target settlement, 0..1
  Rate swing_down{};                      ///< target settlement, 0..1
  Rate low{};                             ///< target base, -1..1
  Rate high{};                            ///< target base, >= low
  std::optional<QualityAmount> amount{};  ///< target amount
};

}  // namespace waterbed
