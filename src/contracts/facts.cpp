#include "waterbed/contracts/facts.hpp"

#include "overlay.hpp"

#include <algorithm>

namespace waterbed {
namespace {

std::string message_of(const std::vector<FactProblem>& problems) {
  std::string text = "facts do not settle the contract:";
  for (const FactProblem& problem : problems) {
    text += "\n  " + problem.fact + ": " + problem.rule;
  }
  return text;
}

using Problems = std::vector<FactProblem>;

void check_time(const PersonTime& time, const std::string& name, Problems& problems) {
  if (time.cycles < 0 || time.per_year <= 0) {
    problems.push_back({name, "must be zero or more person-cycles, with at least one cycle a year"});
  }
}

void check_counted(const CountedSpend& counted, const Truncate* truncate, const std::string& name, Problems& problems) {
  const bool detailed = !counted.persons.empty() || !counted.groups.empty();
  if (!counted.total && !detailed) {
    problems.push_back({name, "is missing: reference and layers settle on counted spending"});
  } else if (truncate && !detailed && counted.truncated_at != truncate->amount) {
    problems.push_back({name, "must be given per person, or as a total cut at the contract's level, for truncate"});
  } else if (!truncate && counted.truncated_at) {
    problems.push_back({name, "must not be cut: the contract does not truncate"});
  }
  for (const SpendGroup& group : counted.groups) {
    if (group.people < 0) {
      problems.push_back({name, "people in a group must be zero or more"});
    }
  }
}

bool uses_score(const std::vector<Layer>& layers) {
  return std::any_of(layers.begin(), layers.end(), [](const Layer& layer) { return layer.share.formula.has_value(); });
}

bool uses_standard(const std::vector<Layer>& layers) {
  return std::any_of(layers.begin(), layers.end(),
                     [](const Layer& layer) { return layer.share.if_failed.has_value(); });
}

void check_quality(const Contract& contract, const Facts& facts, Problems& problems) {
  const Layers& layers = *find_term<Layers>(contract);
  const Quality* quality = find_term<Quality>(contract);
  bool standard = uses_standard(layers.up) || uses_standard(layers.down);
  bool score = uses_score(layers.up) || uses_score(layers.down);
  if (quality && quality->target == QualityTarget::settlement) {
    score = true;
  } else if (quality) {
    const bool differ = !(quality->met == quality->alternative) || !(quality->met == quality->failed);
    standard = standard || differ;
    const QualityStandard reached = facts.quality_standard.value_or(QualityStandard::met);
    score = score || (reached == QualityStandard::met && quality->met.score) ||
            (reached == QualityStandard::alternative && quality->alternative.score) ||
            (reached == QualityStandard::failed && quality->failed.score);
  }
  if (standard && !facts.quality_standard) {
    problems.push_back({"quality_standard", "is missing: shares depend on the standard reached"});
  }
  if (score && !facts.quality_score) {
    problems.push_back({"quality_score", "is missing: shares depend on the score"});
  }
  if (facts.quality_score && (facts.quality_score->nano < 0 || facts.quality_score->nano > Rate::k_one)) {
    problems.push_back({"quality_score", "must be in [0, 1]"});
  }
}

bool of_revenue(const std::vector<LimitPart>& parts) {
  return std::any_of(parts.begin(), parts.end(), [](const LimitPart& p) { return p.base == LimitBase::revenue; });
}

void check_reference(const Contract& contract, const Facts& facts, Problems& problems) {
  for (const ReferenceStep& step : find_term<Reference>(contract)->steps) {
    if (std::holds_alternative<Given>(step) && !facts.benchmark_per_person_year) {
      problems.push_back({"benchmark_per_person_year", "is missing: the reference is given"});
    } else if (const auto* history = std::get_if<History>(&step)) {
      if (facts.performance_year < 1) {
        problems.push_back({"performance_year", "must be 1 or more"});
      }
      if (facts.base_years.size() < static_cast<std::size_t>(history->years)) {
        problems.push_back({"base_years", "must hold " + std::to_string(history->years) +
                                              " years for the history, got " +
                                              std::to_string(facts.base_years.size())});
        continue;
      }
      for (std::size_t i = facts.base_years.size() - static_cast<std::size_t>(history->years);
           i < facts.base_years.size(); ++i) {
        const std::string name = "base_years[" + std::to_string(i) + "]";
        check_time(facts.base_years[i].person_time, name + ".person_time", problems);
        check_counted(facts.base_years[i].counted, find_term<Truncate>(contract), name + ".counted", problems);
      }
    }
  }
}

}  // namespace

namespace internal {

void check_overlay_facts(const Contract& contract, const Facts& facts, bool with_counted, Problems& problems) {
  if (!find_term<Reference>(contract) || !find_term<Layers>(contract)) {
    return;
  }
  if (!facts.person_time) {
    problems.push_back({"person_time", "is missing: the benchmark is per person-year"});
  } else {
    check_time(*facts.person_time, "person_time", problems);
  }
  check_reference(contract, facts, problems);
  if (with_counted) {
    check_counted(facts.counted, find_term<Truncate>(contract), "counted", problems);
  }
  const Scope* scope = find_term<Scope>(contract);
  const Gate* gate = find_term<Gate>(contract);
  const bool table =
      gate && (std::holds_alternative<SizeTable>(gate->up) || std::holds_alternative<SizeTable>(gate->down));
  if (((scope && scope->min_people > 0) || table) && !facts.assigned) {
    problems.push_back({"assigned", "is missing: minimum size or size table"});
  }
  if (facts.assigned && *facts.assigned < 0) {
    problems.push_back({"assigned", "must be zero or more"});
  }
  if (gate && gate->below_if == BelowIf::low_revenue && !facts.low_revenue) {
    problems.push_back({"low_revenue", "is missing: the gate pays below it to low-revenue holders"});
  }
  check_quality(contract, facts, problems);
  const Limit* limit = find_term<Limit>(contract);
  if (limit && (of_revenue(limit->up) || of_revenue(limit->down)) && !facts.own_revenue) {
    problems.push_back({"own_revenue", "is missing: the limit is a share of it"});
  }
}

void check_base_facts(const Contract& contract, const Facts& facts, Problems& problems) {
  if (const Fee* fee = find_term<Fee>(contract)) {
    if (!facts.fee_income && facts.units.empty()) {
      problems.push_back({"units", "are missing: the fee needs units by service, or fee_income"});
    }
    if (!facts.fee_income) {
      for (const ServiceUnits& line : facts.units) {
        const ServicePrice* price = find_price(fee->prices, {line.service, {}, {}});
        if (!price || !price->price) {
          problems.push_back({"units." + line.service, price ? "is paid at list price: give fee_income instead"
                                                             : "is not in the price list of the fee"});
        } else if (line.units < 0) {
          problems.push_back({"units." + line.service, "must be zero or more"});
        }
      }
    }
    if (fee->patient_share && !facts.patient_paid) {
      problems.push_back({"patient_paid", "is missing: the fee has a patient share"});
    }
  }
  if (const Capitation* capitation = find_term<Capitation>(contract); capitation && !facts.capitation_income) {
    if (facts.membership.empty()) {
      problems.push_back({"membership", "is missing: the capitation needs time by class"});
    }
    for (const ClassTime& line : facts.membership) {
      check_time(line.time, "membership." + line.name, problems);
      if (capitation_class(*capitation, line.name) < 0) {
        problems.push_back({"membership." + line.name, "is not a class of the capitation"});
      }
    }
  }
  if (const Bundle* bundle = find_term<Bundle>(contract); bundle && !facts.bundle_income) {
    if (bundle->pricing == BundlePricing::by_contents) {
      problems.push_back({"bundle_income", "is missing: the bundle is priced by contents"});
    } else if (!facts.bundles) {
      problems.push_back({"bundles", "is missing: the bundle needs the number of triggers, or bundle_income"});
    } else if (*facts.bundles < 0) {
      problems.push_back({"bundles", "must be zero or more"});
    }
  }
  if (const Ceiling* ceiling = find_term<Ceiling>(contract);
      ceiling && ceiling->of_expected_turnover && !facts.expected_turnover) {
    problems.push_back({"expected_turnover", "is missing: the ceiling is a share of it"});
  }
}

}  // namespace internal

FactsError::FactsError(std::vector<FactProblem> problems)
    : std::invalid_argument(message_of(problems)), problems_(std::move(problems)) {}

std::vector<FactProblem> check_facts(const Contract& contract, const Facts& facts) {
  std::vector<FactProblem> problems;
  internal::check_base_facts(contract, facts, problems);
  internal::check_overlay_facts(contract, facts, true, problems);
  return problems;
}

}  // namespace waterbed
