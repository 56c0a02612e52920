#include "health/check.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <set>
#include <sstream>

namespace waterbed {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();
// Stages are bits of a word in HealthModel::Ratio.
constexpr std::size_t k_most_stages = 64;
constexpr std::size_t k_most_conditions = 255;

std::string text(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

std::vector<std::string> names_of(const std::vector<Stage>& stages) {
  std::vector<std::string> names;
  std::transform(stages.begin(), stages.end(), std::back_inserter(names), [](const Stage& one) { return one.name; });
  return names;
}

struct Checker {
  const HealthInputs& inputs;
  std::vector<FieldProblem>& problems;

  void complain(const std::string& field, const std::string& rule, const std::string& got,
                std::vector<std::string> known = {}) {
    problems.push_back({field, rule, got, std::move(known)});
  }

  void within(const std::string& field, double value, double low, double high, const std::string& rule) {
    if (!(value >= low && value <= high && std::isfinite(value))) {
      complain(field, rule, text(value));
    }
  }
  void share(const std::string& field, double value) { within(field, value, 0.0, 1.0, "must be in [0, 1]"); }
  void not_negative(const std::string& field, double value) {
    within(field, value, 0.0, k_infinity, "must not be negative");
  }
  void positive(const std::string& field, double value) {
    within(field, value, std::numeric_limits<double>::min(), k_infinity, "must be above 0");
  }

  void table(const std::string& field, const AgeSexTable& values, double low, double high, const std::string& rule) {
    int next = 0;
    for (const AgeBand& band : values.bands) {
      if (band.low != next || band.high < band.low) {
        complain(field, "must have ages that touch, from 0 to 120 years", std::to_string(band.low));
        return;
      }
      next = band.high + 1;
    }
    if (next != k_ages) {
      complain(field, "must have ages that touch, from 0 to 120 years", "to " + std::to_string(next - 1));
      return;
    }
    for (const auto& by_band : values.values) {
      if (by_band.size() != values.bands.size()) {
        complain(field, "must have a value for each age band and sex", std::to_string(by_band.size()));
        return;
      }
      for (const double value : by_band) {
        if (!(value >= low && value <= high && std::isfinite(value))) {
          complain(field, rule, text(value));
          return;
        }
      }
    }
  }

  std::vector<std::string> condition_names() const {
    std::vector<std::string> names;
    for (const Condition& one : inputs.conditions) {
      names.push_back(one.name);
    }
    return names;
  }

  void stages(const Condition& condition, const std::string& path) {
    if (condition.stages.size() < 2 || condition.stages.size() > k_most_stages) {
      complain(path + ".stages", "must be 2 to 64, the first without the condition",
               std::to_string(condition.stages.size()));
    }
    std::set<std::string> seen;
    double sum = 0.0;
    for (std::size_t s = 0; s < condition.stages.size(); ++s) {
      const Stage& one = condition.stages[s];
      const std::string at = path + ".stages." + one.name;
      if (one.name == k_dead || one.name.empty()) {
        complain(at, "must have a name that is not \"dead\"", one.name);
      }
      if (!seen.insert(one.name).second) {
        complain(at, "must be named once", one.name);
      }
      share(at + ".initial_share", one.initial_share);
      if (s == 0 && one.initial_share != 0.0) {
        complain(at + ".initial_share", "must be 0 for the first stage, which is without the condition",
                 text(one.initial_share));
      }
      sum += s == 0 ? 0.0 : one.initial_share;
      not_negative(at + ".mortality_ratio", one.mortality_ratio);
      within(at + ".disutility", one.disutility, -1.0, 2.0, "must be in [-1, 2]");
      if (one.utility >= 0.0) {
        share(at + ".utility", one.utility);
        if (one.disutility != 0.0) {
          complain(at + ".disutility", "must not stand beside an absolute utility", text(one.disutility));
        }
      }
      not_negative(at + ".cost_per_cycle", one.cost_per_cycle);
      for (std::size_t i = 0; i < one.needs.size(); ++i) {
        const std::string need = at + ".needs[" + std::to_string(i) + "]";
        if (std::find(inputs.needs.begin(), inputs.needs.end(), one.needs[i].need) == inputs.needs.end()) {
          complain(need + ".need", "must be the name of a need", one.needs[i].need,
                   {inputs.needs.begin(), inputs.needs.end()});
        }
        not_negative(need + ".per_year", one.needs[i].per_year);
        share(need + ".on_entry", one.needs[i].on_entry);
        share(need + ".follows_record", one.needs[i].follows_record);
      }
    }
    if (!condition.prevalence.bands.empty() && std::abs(sum - 1.0) > 1e-9) {
      complain(path + ".stages", "must have initial shares that sum to 1 over the stages but the first", text(sum));
    }
  }

  void ratios(const Condition& condition, const Transition& one, const std::string& path) {
    for (std::size_t i = 0; i < one.ratios.size(); ++i) {
      const ConditionRatio& ratio = one.ratios[i];
      const std::string at = path + ".ratios[" + std::to_string(i) + "]";
      const int other = find_condition(inputs, ratio.condition);
      if (other < 0) {
        complain(at + ".condition", "must be the name of a condition", ratio.condition, condition_names());
      } else if (ratio.condition == condition.name) {
        complain(at + ".condition", "must be another condition", ratio.condition);
      } else {
        for (const std::string& stage : ratio.stages) {
          const Condition& named = inputs.conditions[static_cast<std::size_t>(other)];
          if (find_stage(named, stage) < 0) {
            complain(at + ".stages", "must be the name of a stage of " + named.name, stage, names_of(named.stages));
          }
        }
      }
      not_negative(at + ".ratio", ratio.ratio);
    }
  }

  void transitions(const Condition& condition, const std::string& path) {
    std::set<std::pair<std::string, std::string>> seen;
    std::vector<double> probability(condition.stages.size(), 0.0);
    int derived = 0;
    for (std::size_t i = 0; i < condition.transitions.size(); ++i) {
      const Transition& one = condition.transitions[i];
      const std::string at = path + ".transitions[" + std::to_string(i) + "]";
      const int from = find_stage(condition, one.from);
      if (from < 0) {
        complain(at + ".from", "must be the name of a stage", one.from, names_of(condition.stages));
      }
      if (one.to != k_dead && find_stage(condition, one.to) < 0) {
        auto known = names_of(condition.stages);
        known.emplace_back(k_dead);
        complain(at + ".to", "must be the name of a stage, or dead", one.to, known);
      } else if (one.to == one.from) {
        complain(at + ".to", "must be another stage than the one it leaves", one.to);
      }
      if (!seen.emplace(one.from, one.to).second) {
        complain(at, "must be the only transition between its stages", one.from + " to " + one.to);
      }
      const bool by_probability = one.probability_per_cycle >= 0.0;
      const int given =
          (one.per_year.bands.empty() ? 0 : 1) + (one.keeps_prevalence ? 1 : 0) + (by_probability ? 1 : 0);
      if (given != 1) {
        complain(at, "must give one of per_year, keeps_prevalence and probability_per_cycle", std::to_string(given));
      }
      if (!one.per_year.bands.empty()) {
        table(at + ".per_year", one.per_year, 0.0, k_infinity, "must not be negative (per year)");
      }
      positive(at + ".deprivation_gradient", one.deprivation_gradient);
      if (by_probability) {
        share(at + ".probability_per_cycle", one.probability_per_cycle);
        if (from >= 0) {
          probability[static_cast<std::size_t>(from)] += one.probability_per_cycle;
        }
        if (!one.ratios.empty() || one.deprivation_gradient != 1.0) {
          complain(at, "must not bend a probability that is used as written", "a ratio or gradient");
        }
      }
      if (one.given_survival &&
          (one.per_year.bands.empty() || one.to == k_dead || !one.ratios.empty() || one.deprivation_gradient != 1.0)) {
        complain(at + ".given_survival", "must be of a plain hazard per_year to another stage", "true");
      }
      if (one.keeps_prevalence) {
        ++derived;
        if (from > 0 || one.to == k_dead) {
          complain(at + ".keeps_prevalence", "must leave the first stage for another one", one.from + " to " + one.to);
        }
        if (condition.prevalence.bands.empty()) {
          complain(at + ".keeps_prevalence", "must have a prevalence to keep", "none");
        }
        if (one.deprivation_gradient != 1.0) {
          complain(at + ".deprivation_gradient", "must be 1 where the prevalence and its gradient are kept",
                   text(one.deprivation_gradient));
        }
      }
      ratios(condition, one, at);
    }
    if (derived > 1) {
      complain(path + ".transitions", "must keep the prevalence by one transition", std::to_string(derived));
    }
    for (std::size_t s = 0; s < probability.size(); ++s) {
      if (probability[s] > 1.0 + 1e-12) {
        complain(path + ".stages." + condition.stages[s].name, "must be left with a probability of at most 1 per cycle",
                 text(probability[s]));
      }
    }
  }

  void vulnerability() {
    if (inputs.vulnerability.size() > std::size_t{k_most_classes}) {
      complain("population.vulnerability", "must hold at most 16 shares", std::to_string(inputs.vulnerability.size()));
    }
    double sum = 0.0;
    for (std::size_t k = 0; k < inputs.vulnerability.size(); ++k) {
      within("population.vulnerability[" + std::to_string(k) + "]", inputs.vulnerability[k],
             std::numeric_limits<double>::min(), 1.0, "must be above 0, at most 1");
      sum += inputs.vulnerability[k];
    }
    if (!inputs.vulnerability.empty() && std::abs(sum - 1.0) > 1e-9) {
      complain("population.vulnerability", "must sum to 1", text(sum));
    }
  }

  void condition(const Condition& one) {
    const std::string path = "conditions." + one.name;
    stages(one, path);
    if (!one.prevalence.bands.empty()) {
      table(path + ".prevalence", one.prevalence, 0.0, 1.0, "must be a share in [0, 1]");
    }
    positive(path + ".deprivation_gradient", one.deprivation_gradient);
    positive(path + ".vulnerability_gradient", one.vulnerability_gradient);
    share(path + ".recorded_share", one.recorded_share);
    share(path + ".recorded_per_contact", one.recorded_per_contact);
    transitions(one, path);
  }

  void care(const CareEffect& one) {
    const std::string path = "care_effects." + one.name;
    if (std::find(inputs.needs.begin(), inputs.needs.end(), one.need) == inputs.needs.end()) {
      complain(path + ".need", "must be the name of a need", one.need, {inputs.needs.begin(), inputs.needs.end()});
    }
    const int at = find_condition(inputs, one.condition);
    if (at < 0) {
      complain(path + ".condition", "must be the name of a condition", one.condition, condition_names());
    } else {
      const Condition& on = inputs.conditions[static_cast<std::size_t>(at)];
      const bool from_known = find_stage(on, one.from_stage) >= 0;
      const bool to_known = one.to_stage == k_dead || find_stage(on, one.to_stage) >= 0;
      if (!from_known) {
        complain(path + ".from_stage", "must be the name of a stage of " + on.name, one.from_stage,
                 names_of(on.stages));
      }
      if (!to_known) {
        complain(path + ".to_stage", "must be the name of a stage of " + on.name + ", or dead", one.to_stage,
                 names_of(on.stages));
      }
      const auto found = std::find_if(on.transitions.begin(), on.transitions.end(), [&](const Transition& way) {
        return way.from == one.from_stage && way.to == one.to_stage;
      });
      if (from_known && to_known && one.to_stage != k_dead && found == on.transitions.end()) {
        complain(path, "must act on a transition of " + on.name, one.from_stage + " to " + one.to_stage);
      }
      if (found != on.transitions.end() && found->probability_per_cycle >= 0.0) {
        complain(path, "must not bend a probability that is used as written", one.from_stage + " to " + one.to_stage);
      }
    }
    not_negative(path + ".hazard_ratio", one.hazard_ratio);
    share(path + ".usual_share", one.usual_share);
    if (one.hazard_ratio == 0.0 && one.usual_share == 1.0) {
      complain(path + ".usual_share", "must be below 1 where the hazard ratio is 0", text(one.usual_share));
    }
    within(path + ".delay_cycles", one.delay_cycles, 0, k_last_window_cycle, "must be in [0, 32767] cycles");
    within(path + ".lasts_cycles", one.lasts_cycles, 1, k_last_window_cycle, "must be in [1, 32767] cycles");
  }
};

}  // namespace

int find_condition(const HealthInputs& inputs, const std::string& name) {
  const auto at = std::find_if(inputs.conditions.begin(), inputs.conditions.end(),
                               [&](const Condition& one) { return one.name == name; });
  return at == inputs.conditions.end() ? -1 : static_cast<int>(at - inputs.conditions.begin());
}

int find_stage(const Condition& condition, const std::string& name) {
  const auto at = std::find_if(condition.stages.begin(), condition.stages.end(),
                               [&](const Stage& one) { return one.name == name; });
  return at == condition.stages.end() ? -1 : static_cast<int>(at - condition.stages.begin());
}

void check_health(const HealthInputs& inputs, std::vector<FieldProblem>& problems) {
  Checker checker{inputs, problems};
  checker.vulnerability();
  if (inputs.cycles_per_year < 1) {
    checker.complain("time.cycle", "must be at least one a year", std::to_string(inputs.cycles_per_year));
  }
  if (inputs.conditions.size() > k_most_conditions) {
    checker.complain("conditions", "must be at most 255", std::to_string(inputs.conditions.size()));
  }
  std::set<std::string> seen;
  for (const Condition& one : inputs.conditions) {
    if (!seen.insert(one.name).second) {
      checker.complain("conditions." + one.name, "must be named once", one.name);
    }
    checker.condition(one);
  }
  for (const CareEffect& one : inputs.care_effects) {
    checker.care(one);
  }
  if (inputs.mortality != nullptr && !inputs.mortality->bands.empty()) {
    checker.table("mortality", *inputs.mortality, 0.0, k_infinity, "must not be negative (deaths per person-year)");
  }
  if (inputs.utility_norm != nullptr && !inputs.utility_norm->bands.empty()) {
    checker.table("utility_norm", *inputs.utility_norm, -1.0, 1.0, "must be in [-1, 1]");
  }
}

}  // namespace waterbed
