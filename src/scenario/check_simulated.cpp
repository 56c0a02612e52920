// Terms whose facts a simulation does not make: without this they would be ignored, or fail in the middle of a run.

#include "scenario/checker.hpp"

#include <algorithm>
#include <variant>

namespace waterbed::detail {
namespace {

void check_base_payments(Checker& c, const Contract& terms, const std::string& path) {
  if (const Bundle* bundle = find_term<Bundle>(terms)) {
    if (bundle->outlier) {
      c.add(path + ".bundle.outlier", "must be left out of a simulation, which does not follow what an episode costs",
            "outlier");
    }
    if (bundle->pricing == BundlePricing::retrospective) {
      c.add(path + ".bundle.pricing", "must be fixed or by_contents: a simulation does not settle by the episode",
            "retrospective");
    }
  }
  if (const Capitation* capitation = find_term<Capitation>(terms); capitation != nullptr && capitation->advance) {
    c.add(path + ".capitation.advance", "must be false: a simulation takes no advance off the fees again", "true");
  }
  if (const Lump* lump = find_term<Lump>(terms); lump != nullptr && lump->band) {
    c.add(path + ".lump.band", "must be left out of a simulation, which does not value what a lump sum pays for",
          "band");
  }
}

void check_population(Checker& c, const std::string& step) {
  c.add(step + ".population", "must be left out of a simulation, whose people have no incomes", "population");
}

void check_reference(Checker& c, const Contract& terms, const std::string& path) {
  const Reference* reference = find_term<Reference>(terms);
  for (std::size_t i = 0; reference != nullptr && i < reference->steps.size(); ++i) {
    const std::string step = joined_path(path + ".reference.steps", i);
    if (std::holds_alternative<Given>(reference->steps[i])) {
      c.add(step + ".given", "must be history: a simulation makes the benchmark from its own years", "given");
    } else if (std::holds_alternative<PopulationAdjustment>(reference->steps[i])) {
      check_population(c, step);
    } else if (const auto* largest = std::get_if<MaxOf>(&reference->steps[i])) {
      for (std::size_t k = 0; k < largest->additions.size(); ++k) {
        if (std::holds_alternative<PopulationAdjustment>(largest->additions[k])) {
          check_population(c, joined_path(step + ".max_of", k));
        }
      }
    }
  }
}

void check_quality(Checker& c, const Contract& terms, const std::string& path) {
  const Quality* quality = find_term<Quality>(terms);
  if (quality != nullptr && !quality->measures.empty()) {
    c.add(path + ".quality.measures", "must be left out of a simulation: give the score itself, quality_score",
          quality->measures.front().name);
  }
  if (quality != nullptr && quality->amount && quality->amount->per_point) {
    c.add(path + ".quality.amount.per_point",
          "must be left out of a simulation, which does not compare lists in size: give per_person", "per_point");
  }
}

void check_limit(Checker& c, const std::vector<LimitPart>& parts, const std::string& path) {
  if (std::any_of(parts.begin(), parts.end(), [](const LimitPart& part) { return part.base == LimitBase::revenue; })) {
    c.add(path + ".of_revenue",
          "must be of_reference or amount: a simulation does not sum what a holder earns under all its contracts",
          "of_revenue");
  }
}

void check_payout(Checker& c, const Contract& terms, const std::string& path) {
  if (const Gate* gate = find_term<Gate>(terms); gate != nullptr && gate->below_if == BelowIf::low_revenue) {
    c.add(path + ".gate.below_if",
          "must be never: a simulation does not tell holders of low revenue from others, so it would pay nobody",
          "low_revenue");
  }
  if (const Limit* limit = find_term<Limit>(terms)) {
    check_limit(c, limit->up, path + ".limit.up");
    check_limit(c, limit->down, path + ".limit.down");
  }
  const Adjust* adjust = find_term<Adjust>(terms);
  if (adjust == nullptr) {
    return;
  }
  if (adjust->mitigates_losses) {
    c.add(path + ".adjust.mitigates_losses", "must be false: a simulation has no disasters", "true");
  }
  if (adjust->advance_recovery.nano > 0) {
    c.add(path + ".adjust.advance_recovery", "must be left out of a simulation, which has no advances on a settlement",
          "more than 0");
  }
  if (!adjust->less.empty()) {
    c.add(path + ".adjust.less", "must be left out of a simulation, which does not know these amounts",
          adjust->less.front());
  }
}

}  // namespace

void check_simulated(Checker& c, const Scenario& s) {
  for (const ContractSpec& spec : s.contracts) {
    const std::string path = "contracts." + spec.terms.name + ".terms";
    check_base_payments(c, spec.terms, path);
    check_reference(c, spec.terms, path);
    check_quality(c, spec.terms, path);
    check_payout(c, spec.terms, path);
  }
}

}  // namespace waterbed::detail
