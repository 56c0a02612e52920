// Whether frozen models look at what a simulation records, and whether contracts pay by models that fit them.

#include "scenario/checker.hpp"
#include "scenario/expectation_rules.hpp"
#include "waterbed/engine/start_feature.hpp"
#include "waterbed/expectation/expectation.hpp"
#include "waterbed/scenario/expectation_file.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::detail {
namespace {

constexpr std::string_view k_true_stage = "stage_";

/// In the order of FeatureForm.
constexpr std::string_view k_forms[] = {"linear", "log1p", "bands", "levels", "spline"};

std::vector<StartFeature> features_of(const Scenario& s) {
  std::vector<std::string> municipalities;
  for (const auto& municipality : s.population.municipalities) {
    municipalities.push_back(municipality.name);
  }
  std::vector<ConditionNames> conditions;
  for (const Condition& condition : s.conditions) {
    conditions.push_back({condition.name, {}});
    for (const Stage& stage : condition.stages) {
      conditions.back().stages.push_back(stage.name);
    }
  }
  return start_features(municipalities, conditions);
}

/// What the model must know in words so that nobody stops a run: quintiles are numbers.
std::vector<std::string> words_of(const StartFeature& feature) {
  return feature.kind == StartKind::deprivation ? std::vector<std::string>{"1", "2", "3", "4", "5"} : feature.labels;
}

std::string without(const std::vector<std::string>& wanted, const std::vector<std::string>& known) {
  std::string missing;
  for (const std::string& each : wanted) {
    if (std::find(known.begin(), known.end(), each) == known.end()) {
      missing += (missing.empty() ? "" : ", ") + each;
    }
  }
  return missing;
}

class ModelChecker {
 public:
  ModelChecker(Checker& c, const Scenario& s, const FrozenExpectation& frozen)
      : c_(c), path_("expectations." + frozen.name), model_(*frozen.model), features_(features_of(s)) {
    if (!model_.remaining) {
      features_.pop_back();
    }
    for (const StartFeature& feature : features_) {
      names_.push_back(feature.name);
    }
  }

  void check(const std::string& digest) {
    check_expectation(model_, !c_.touched(path_),
                      [&](const std::string& at, const std::string& rule, const std::string& got) {
                        c_.add(joined_path(path_, at), rule, got);
                      });
    for (std::size_t i = 0; i < model_.features.size(); ++i) {
      for (std::size_t k = 0; k < model_.features[i].parts.size(); ++k) {
        check_part(model_.features[i].parts[k], joined_path(joined_path(path_ + ".features", i) + ".parts", k));
      }
    }
    if (model_.remaining) {
      check_state(*model_.remaining);
    }
    if (!digest.empty() && !c_.touched(path_) && digest != expectation_digest(model_)) {
      c_.add(path_ + ".digest", "must be that of the model, " + expectation_digest(model_), digest);
    }
  }

 private:
  const StartFeature* known(const std::string& column, const std::string& path) {
    const auto found = std::find_if(features_.begin(), features_.end(),
                                    [&](const StartFeature& feature) { return feature.name == column; });
    if (found != features_.end()) {
      return &*found;
    }
    std::string all;
    for (const std::string& name : names_) {
      all += (all.empty() ? "" : ", ") + name;
    }
    const bool is_true = column.starts_with(k_true_stage);
    const std::string recorded = "recorded_" + column.substr(std::min(column.size(), k_true_stage.size()));
    c_.add(path,
           is_true ? "must be on record: who pays does not see the true stage"
                   : "must be what a simulation records when a year begins: " + all,
           column, is_true ? recorded : nearest_name(column, names_));
    return nullptr;
  }

  void check_part(const FeaturePart& part, const std::string& path) {
    const StartFeature* feature = known(part.column, path + ".column");
    if (feature == nullptr) {
      return;
    }
    if (!feature->labels.empty() && part.form != FeatureForm::levels) {
      c_.add(path + ".form", "must be levels: " + part.column + " holds words",
             std::string(k_forms[static_cast<std::size_t>(part.form)]));
    } else if (part.form == FeatureForm::levels) {
      const std::string missing = without(words_of(*feature), part.levels);
      if (!missing.empty()) {
        c_.add(path + ".levels", "must hold every " + part.column + " that people may have", "none of " + missing);
      }
    }
  }

  void check_state(const RemainingLife& life) {
    const StartFeature* feature = known(life.state, path_ + ".remaining.state");
    if (feature == nullptr) {
      return;
    }
    const std::string missing = without(feature->labels, life.states);
    if (feature->labels.empty()) {
      c_.add(path_ + ".remaining.state", "must be words, such as recorded_conditions", life.state);
    } else if (!missing.empty()) {
      c_.add(path_ + ".remaining.states", "must hold every " + life.state + " that people may have",
             "none of " + missing);
    }
    if (life.window != 1) {
      c_.add(path_ + ".remaining.window", "must be 1: a simulation settles by the year (years)",
             std::to_string(life.window));
    }
  }

  Checker& c_;
  std::string path_;
  const Expectation& model_;
  std::vector<StartFeature> features_;
  std::vector<std::string> names_;
};

/// What one contract asks of the models by which it pays.
class UseChecker {
 public:
  UseChecker(Checker& c, const Scenario& s, const ContractSpec& spec)
      : c_(c),
        s_(s),
        spec_(spec),
        path_("contracts." + spec.terms.name),
        by_(spec.expectations.value_or(ContractExpectations{})) {}

  void check() {
    const Gain* gain = find_term<Gain>(spec_.terms);
    if (gain != nullptr) {
      check_gain(*gain);
    } else {
      needs_term(by_.gain, "gain", "the term gain");
      needs_term(by_.comparison.empty() ? "" : by_.comparison.front(), "comparison", "the term gain");
    }
    if (find_term<Capitation>(spec_.terms) == nullptr) {
      needs_term(by_.capitation, "capitation", "the term capitation");
    } else if (const Expectation* model = model_of(by_.capitation)) {
      check_cost(*model, by_.capitation, "capitation");
    }
    if (!has_risk_step()) {
      needs_term(by_.risk, "risk", "a risk step in the reference");
    } else if (const Expectation* model = model_of(by_.risk)) {
      check_cost(*model, by_.risk, "risk");
    }
  }

 private:
  [[nodiscard]] std::string key(const char* name) const { return path_ + ".expectations." + name; }

  void needs_term(const std::string& given, const char* name, const char* term) {
    if (!given.empty() && !c_.touched(key(name))) {
      c_.add(key(name), std::string("must be left out: the contract does not have ") + term, given);
    }
  }

  [[nodiscard]] bool has_risk_step() const {
    const Reference* reference = find_term<Reference>(spec_.terms);
    return reference != nullptr &&
           std::any_of(reference->steps.begin(), reference->steps.end(),
                       [](const ReferenceStep& step) { return std::holds_alternative<Risk>(step); });
  }

  /// Null where none is named, or where all is said of it already.
  [[nodiscard]] const Expectation* model_of(const std::string& name) const {
    const FrozenExpectation* frozen = find_named(s_.expectations, name);
    return frozen == nullptr || c_.touched("expectations." + name) ? nullptr : frozen->model.get();
  }

  void check_gain(const Gain& gain) {
    if (gain.outcome != "qaly") {
      c_.add(path_ + ".terms.gain.outcome", "must be qaly, the outcome that a simulation measures", gain.outcome);
    }
    if (by_.gain.empty()) {
      c_.add(path_ + ".terms.gain", "needs expectations.gain, the model against which it is measured", "none");
    }
    if (const Expectation* model = model_of(by_.gain)) {
      if (!model->remaining) {
        c_.add(key("gain"), "must be of health, with the QALYs that remain after the year", by_.gain);
      } else if (model->unit != "QALY") {
        c_.add(key("gain"), "must be in QALY", model->unit.empty() ? "no unit" : model->unit);
      }
    }
    if (by_.comparison.empty()) {
      c_.add(path_ + ".terms.gain", "needs expectations.comparison, GP groups whose mean gain is taken off", "none");
    }
    check_people();
  }

  void check_people() {
    const std::vector<std::string>& groups = c_.names(Names::gp_group);
    for (std::size_t i = 0; i < by_.comparison.size(); ++i) {
      const std::vector<std::string> parties = spec_.coalition.empty() ? spec_.holders : spec_.coalition;
      if (std::find(parties.begin(), parties.end(), by_.comparison[i]) != parties.end()) {
        c_.add(joined_path(key("comparison"), i), "must not hold the contract itself", by_.comparison[i]);
      }
    }
    const Scope* scope = find_term<Scope>(spec_.terms);
    const AttributionRule rule = scope != nullptr ? scope->attribution.rule : AttributionRule::registration;
    if (rule != AttributionRule::registration && rule != AttributionRule::enrolment) {
      c_.add(path_ + ".terms.scope.attribution.rule",
             "must be registration or enrolment: of a gain everybody counts who was there when the year began",
             std::string(rule_name(rule)));
    }
    for (const std::string& holder : spec_.holders) {
      const std::vector<std::string> alone{holder};
      const std::vector<std::string>& parties = spec_.coalition.empty() ? alone : spec_.coalition;
      if (std::none_of(parties.begin(), parties.end(), [&](const std::string& party) {
            return std::find(groups.begin(), groups.end(), party) != groups.end();
          })) {
        c_.conclude(path_ + ".holders", path_ + ".holders",
                    "must have people on its lists, for a gain: a GP group, or a coalition with one", holder);
      }
    }
  }

  void check_cost(const Expectation& model, const std::string& name, const char* use) {
    if (!model.unit.starts_with(s_.currency)) {
      c_.add(key(use), "must be a cost in " + s_.currency, model.unit.empty() ? name + ", of no unit" : model.unit);
    } else if (!(model.mean > 0.0)) {
      c_.add(key(use), "must have a mean above 0, by which it is divided",
             std::isnan(model.mean) ? "none" : number_text(model.mean));
    }
  }

  Checker& c_;
  const Scenario& s_;
  const ContractSpec& spec_;
  std::string path_;
  ContractExpectations by_;
};

}  // namespace

void check_expectations(Checker& c, const Scenario& s) {
  for (const FrozenExpectation& frozen : s.expectations) {
    if (frozen.model != nullptr) {
      ModelChecker(c, s, frozen).check(frozen.digest);
    }
  }
  for (const ContractSpec& spec : s.contracts) {
    UseChecker(c, s, spec).check();
  }
}

}  // namespace waterbed::detail
