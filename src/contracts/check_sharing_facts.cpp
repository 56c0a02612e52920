#include "check_facts.hpp"
#include "quality_value.hpp"
#include "text.hpp"

#include <algorithm>
#include <string>

namespace waterbed::internal {
namespace {

bool of_revenue(const std::vector<LimitPart>& parts) {
  return std::any_of(parts.begin(), parts.end(), [](const LimitPart& p) { return p.base == LimitBase::revenue; });
}

/// What the quality terms of a contract ask for.
struct Needs {
  bool standard = false;
  bool score = false;
  bool assigned = false;
  std::vector<std::string> measures;  ///< inputs of formulas
};

void need_formula(const Formula& formula, Needs& needs) {
  for (const std::string& input : formula.inputs) {
    needs.score = needs.score || input == "q";
    needs.assigned = needs.assigned || input == "assigned";
    if (input != "q" && input != "assigned" && input != "year") {
      needs.measures.push_back(input);
    }
  }
}

void need_value(const Quality* quality, Needs& needs) {
  if (quality != nullptr && quality->formula) {
    need_formula(*quality->formula, needs);
  } else {
    needs.score = true;
  }
}

void need_factor(const Quality& quality, const Facts& facts, Needs& needs) {
  needs.standard = needs.standard || !(quality.met == quality.alternative) || !(quality.met == quality.failed);
  if (selected_factor(quality, facts).score) {
    need_value(&quality, needs);
  }
}

void need_layers(const std::vector<Layer>& layers, Needs& needs) {
  for (const Layer& layer : layers) {
    needs.standard = needs.standard || layer.share.if_failed.has_value();
    if (layer.share.formula) {
      need_formula(*layer.share.formula, needs);
    }
  }
}

Needs needs_of(const Contract& contract, const Facts& facts) {
  Needs needs;
  if (const Layers* layers = find_term<Layers>(contract)) {
    need_layers(layers->up, needs);
    need_layers(layers->down, needs);
  }
  const Quality* quality = find_term<Quality>(contract);
  if (quality != nullptr) {
    if (quality->target == QualityTarget::settlement || quality->target == QualityTarget::base) {
      need_value(quality, needs);
    } else {
      need_factor(*quality, facts, needs);
    }
    needs.score = needs.score || (quality->amount && quality->amount->per_point);
  }
  if (const Reference* reference = find_term<Reference>(contract)) {
    for (const ReferenceStep& step : reference->steps) {
      const auto* discount = std::get_if<Discount>(&step);
      needs.score = needs.score || (discount != nullptr && !discount->ladder.empty());
    }
  }
  if (const Withhold* withhold = find_term<Withhold>(contract)) {
    for (const WithholdPart& part : withhold->parts) {
      // With target withhold the factor counts, which was looked at above.
      if (part.earned_by == EarnedBy::quality && (quality == nullptr || quality->target != QualityTarget::withhold)) {
        need_value(quality, needs);
      }
    }
  }
  return needs;
}

/// Results by measure: each declared one once, no others, in agreement with a score given beside them.
void check_measures(const Contract& contract, const Facts& facts, const Needs& needs, FactChecker& c) {
  const Quality* quality = find_term<Quality>(contract);
  const std::size_t before = c.size();
  for (const MeasureResult& result : facts.measures) {
    const std::string fact = "measures." + result.name;
    const bool declared = quality != nullptr && std::any_of(quality->measures.begin(), quality->measures.end(),
                                                            [&](const auto& m) { return m.name == result.name; });
    c.require(declared, fact, "is not a measure of the contract");
    c.require(std::count_if(facts.measures.begin(), facts.measures.end(),
                            [&](const MeasureResult& other) { return other.name == result.name; }) == 1,
              fact, "must be given once");
    c.not_negative(result.prevalence_ratio, fact + ".prevalence_ratio");
  }
  for (const std::string& name : needs.measures) {
    c.need(find_measure(facts, name) != nullptr, "measures." + name, "a formula uses it");
  }
  if (quality == nullptr || facts.measures.empty()) {
    return;
  }
  for (const QualityMeasure& measure : quality->measures) {
    c.need(find_measure(facts, measure.name) != nullptr, "measures." + measure.name,
           "all measures of the contract are needed");
  }
  if (facts.quality_score && c.size() == before && !quality->measures.empty()) {
    const Exact score = quality_score(contract, facts);
    c.require(score == fraction(*facts.quality_score), "quality_score",
              "must not differ from what the measures make, " + factor_text(score),
              factor_text(fraction(*facts.quality_score)));
  }
}

/// A formula must have a value from 0 to 1 for these very facts.
void check_formula(const Formula& formula, const std::string& field, const Contract& contract, const Facts& facts,
                   FactChecker& c) {
  const std::optional<Exact> value = formula_value(formula, contract, facts);
  if (!value) {
    c.add(field, "must have a value for these facts: " + formula.text + " divides by zero");
  } else if (*value < 0 || *value > 1) {
    c.add(field, "must be in [0, 1] for these facts: " + formula.text, factor_text(*value));
  }
}

void check_layer_formulas(const std::vector<Layer>& layers, const std::string& field, const Contract& contract,
                          const Facts& facts, FactChecker& c) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Share& share = layers[i].share;
    const bool replaced = share.if_failed && facts.quality_standard == QualityStandard::failed;
    if (share.formula && !replaced) {
      check_formula(*share.formula, field + "[" + std::to_string(i) + "].share", contract, facts, c);
    }
  }
}

}  // namespace

void check_sharing_facts(const Contract& contract, const Facts& facts, FactChecker& c) {
  const Scope* scope = find_term<Scope>(contract);
  const Gate* gate = find_term<Gate>(contract);
  const bool table =
      gate != nullptr && (std::holds_alternative<SizeTable>(gate->up) || std::holds_alternative<SizeTable>(gate->down));
  c.of(table ? "gate" : "scope");
  if ((scope != nullptr && scope->min_people > 0) || table) {
    c.need(facts.assigned.has_value(), "assigned", "minimum size or size table");
  }
  c.count(facts.assigned, "assigned");
  c.of("gate");
  if (gate != nullptr && gate->below_if == BelowIf::low_revenue) {
    c.need(facts.low_revenue.has_value(), "low_revenue", "the gate pays below it to low-revenue holders");
  }
  c.of("limit");
  const Limit* limit = find_term<Limit>(contract);
  if (limit != nullptr && (of_revenue(limit->up) || of_revenue(limit->down))) {
    c.need(facts.own_revenue.has_value(), "own_revenue", "the limit is a share of it");
  }
  c.of("reinsure");
  if (const Reinsure* reinsure = find_term<Reinsure>(contract); reinsure != nullptr) {
    c.need(facts.person_time.has_value(), "person_time", "the premium is per person-year");
  }
  c.of("adjust");
  if (const Adjust* adjust = find_term<Adjust>(contract); adjust != nullptr && adjust->mitigates_losses) {
    c.need(facts.mitigated_share.has_value(), "mitigated_share", "losses are mitigated by it");
    c.share(facts.mitigated_share, "mitigated_share");
  }
}

void check_quality_facts(const Contract& contract, const Facts& facts, FactChecker& c) {
  c.of("withhold");
  if (const Withhold* withhold = find_term<Withhold>(contract)) {
    for (const WithholdPart& part : withhold->parts) {
      if (part.earned_by == EarnedBy::staying) {
        c.need(facts.stays.has_value(), "stays", "a withhold is earned by staying");
      }
    }
  }
  const std::size_t before = c.size();
  const Needs needs = needs_of(contract, facts);
  const Quality* quality = find_term<Quality>(contract);
  c.of(quality != nullptr ? "quality" : find_term<Layers>(contract) != nullptr ? "layers" : "withhold");
  const bool measured = quality != nullptr && !quality->measures.empty();
  if (needs.standard) {
    c.need(facts.quality_standard.has_value(), "quality_standard", "shares depend on the standard reached");
  }
  if (needs.assigned) {
    c.need(facts.assigned.has_value(), "assigned", "a formula uses it");
  }
  check_measures(contract, facts, needs, c);
  if (needs.score) {
    c.need(facts.quality_score.has_value() || (measured && !facts.measures.empty()), "quality_score",
           measured ? "money depends on the score; give it or the measures" : "money depends on the score");
  }
  c.share(facts.quality_score, "quality_score");
  // Told above or by an earlier check: a formula cannot be tried without its inputs.
  if (c.size() > before || (needs.assigned && !facts.assigned)) {
    return;
  }
  if (const Layers* layers = find_term<Layers>(contract)) {
    c.of("layers");
    check_layer_formulas(layers->up, "layers.up", contract, facts, c);
    check_layer_formulas(layers->down, "layers.down", contract, facts, c);
  }
  if (quality != nullptr && quality->formula) {
    Needs of_value;
    need_formula(*quality->formula, of_value);
    const bool score_known = !of_value.score || facts.quality_score || (measured && !facts.measures.empty());
    const bool size_known = !of_value.assigned || facts.assigned;
    if (score_known && size_known && of_value.measures.size() <= facts.measures.size()) {
      check_formula(*quality->formula, "quality.formula", contract, facts, c);
    }
  }
}

void check_extra_facts(const Contract& contract, const Facts& facts, FactChecker& c) {
  c.of("quality");
  if (const Quality* quality = find_term<Quality>(contract); quality != nullptr && quality->amount) {
    if (quality->amount->per_person) {
      c.need(facts.person_time.has_value(), "person_time", "the quality amount is per person");
      if (facts.person_time) {
        c.time(*facts.person_time, "person_time");
      }
    }
    if (quality->amount->per_point) {
      c.need(facts.list_ratio.has_value(), "list_ratio", "a point is worth more to larger lists");
      c.not_negative(facts.list_ratio, "list_ratio");
    }
  }
  c.of("gain");
  if (find_term<Gain>(contract) != nullptr) {
    const bool nobody = facts.assigned == 0 || (facts.person_time && facts.person_time->cycles == 0);
    c.need(!facts.outcomes.empty() || nobody, "outcomes", "the gain is measured on them");
    for (const Outcome& outcome : facts.outcomes) {
      c.require(outcome.people >= 0, "outcomes", "people must be 0 or more", std::to_string(outcome.people));
    }
  }
  c.of("adjust");
  if (const Adjust* adjust = find_term<Adjust>(contract)) {
    for (const std::string& name : adjust->less) {
      const bool given = std::any_of(facts.deductions.begin(), facts.deductions.end(),
                                     [&](const NamedMoney& one) { return one.name == name; });
      c.need(given, "deductions." + name, "it is taken off the base payments");
    }
    if (adjust->advance_recovery.nano > 0) {
      c.need(facts.advance.has_value(), "advance", "a settlement goes against it");
      c.not_negative(facts.advance, "advance");
    }
  }
}

}  // namespace waterbed::internal
