// How quality moves the money.

#include "text.hpp"
#include "validate.hpp"

#include <array>
#include <string>

namespace waterbed::internal {
namespace {

std::string_view target_name(QualityTarget target) {
  static constexpr std::array<std::string_view, 8> names = {"layers_up", "layers_down", "layers_both", "settlement",
                                                            "discount",  "withhold",    "base",        "amount"};
  return names[static_cast<std::size_t>(target)];
}

/// True if the target takes the value itself, not a factor by standard.
bool takes_value(const Quality& quality) {
  return quality.target == QualityTarget::settlement || quality.target == QualityTarget::base;
}

bool any_score(const Quality& quality) {
  return quality.met.score || quality.alternative.score || quality.failed.score;
}

void check_factors(ContractChecker& c, const Quality& quality) {
  const std::array<std::pair<const char*, QualityFactor>, 3> factors = {
      {{"quality.met", quality.met}, {"quality.alternative", quality.alternative}, {"quality.failed", quality.failed}}};
  for (const auto& [field, factor] : factors) {
    if (!factor.score) {
      c.share(field, factor.constant);
    }
  }
  if (!takes_value(quality)) {
    return;
  }
  // The value itself moves the money, whatever the standard: a constant would be dropped in silence.
  for (const auto& [field, factor] : factors) {
    const bool silent = any_score(quality) ? factor.score : factor == QualityFactor{};
    c.require(silent, field,
              "has no effect: target " + std::string(target_name(quality.target)) +
                  " takes the value; must be the score or be left out",
              rate_text(factor.constant));
  }
}

void check_value(ContractChecker& c, const Quality& quality) {
  c.ladder("quality.ladder", quality.ladder);
  const bool ladder = !quality.ladder.empty();
  c.require(!ladder || !quality.formula, "quality.formula", "must be either a ladder or a formula", "both");
  if (quality.formula) {
    c.formula("quality.formula", *quality.formula);
  }
  c.require((!ladder && !quality.formula) || takes_value(quality) || any_score(quality),
            ladder ? "quality.ladder" : "quality.formula",
            "has no effect: met, alternative or failed must be the score", "constants");
}

void check_measures(ContractChecker& c, const Quality& quality) {
  std::vector<std::string> names;
  for (const QualityMeasure& measure : quality.measures) {
    const std::string field = "quality.measures." + measure.name;
    names.push_back(measure.name);
    c.require(measure.name != "q" && measure.name != "year" && measure.name != "assigned", field,
              "must not be called as what formulas already know", measure.name);
    c.require(measure.low != measure.high, field + ".high", "must differ from low: between them points are earned",
              rate_text(measure.high));
    c.positive(field + ".points", measure.points);
    c.require(!measure.prevalence_weighted || (quality.amount && quality.amount->per_point),
              field + ".prevalence_weighted", "is for an amount per point", "true");
  }
  c.unique("quality.measures", names);
}

void check_swing(ContractChecker& c, const Quality& quality) {
  c.share("quality.swing_up", quality.swing_up);
  c.share("quality.swing_down", quality.swing_down);
  const bool swings = quality.swing_up.nano != 0 || quality.swing_down.nano != 0;
  const bool on_settlement = quality.target == QualityTarget::settlement;
  c.require(on_settlement || !swings, "quality.swing_up", "is for target settlement",
            std::string(target_name(quality.target)));
  c.require(!on_settlement || swings, "quality.target", "settlement needs swing_up or swing_down", "neither");
}

void check_base_range(ContractChecker& c, const Quality& quality) {
  const bool ranges = quality.low.nano != 0 || quality.high.nano != 0;
  const bool on_base = quality.target == QualityTarget::base;
  c.require(on_base || !ranges, "quality.low", "is for target base", std::string(target_name(quality.target)));
  c.require(!on_base || ranges, "quality.target", "base needs low or high", "neither");
  c.require(quality.low.nano >= -Rate::k_one && quality.low.nano <= Rate::k_one, "quality.low", "must be in [-1, 1]",
            rate_text(quality.low));
  c.require(quality.high >= quality.low && quality.high.nano <= Rate::k_one, "quality.high", "must be in [low, 1]",
            rate_text(quality.high));
}

void check_amount(ContractChecker& c, const Quality& quality) {
  const bool on_amount = quality.target == QualityTarget::amount;
  c.require(on_amount == quality.amount.has_value(), "quality.amount",
            on_amount ? "must be given for target amount" : "is for target amount",
            on_amount ? "nothing" : std::string(target_name(quality.target)));
  if (!quality.amount) {
    return;
  }
  const QualityAmount& amount = *quality.amount;
  const int forms = (amount.of_reference ? 1 : 0) + (amount.per_person ? 1 : 0) + (amount.per_point ? 1 : 0);
  c.require(forms == 1, "quality.amount", "must have one of of_reference, per_person and per_point",
            forms == 0 ? "none" : std::to_string(forms));
  c.share("quality.amount.of_reference", amount.of_reference);
  if (amount.per_person) {
    c.not_negative("quality.amount.per_person", *amount.per_person);
  } else {
    c.require(amount.period == Period::year, "quality.amount.period", "is for an amount per person",
              amount.period == Period::month ? "month" : "quarter");
  }
  if (amount.per_point) {
    c.not_negative("quality.amount.per_point", *amount.per_point);
    c.not_empty("quality.measures", quality.measures.size(), "the measures that give points");
    c.require(!any_score(quality), "quality.met",
              "must be a constant for an amount per point: points count quality once", "score");
  }
}

}  // namespace

void check(ContractChecker& c, const Quality& quality) {
  check_factors(c, quality);
  check_value(c, quality);
  check_measures(c, quality);
  check_swing(c, quality);
  check_base_range(c, quality);
  check_amount(c, quality);
}

}  // namespace waterbed::internal
