#include "waterbed/population/stratification.hpp"

#include "waterbed/core/math.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace waterbed {
namespace {

/// In as few digits as give it back.
std::string text(double value) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

bool is_everybody(const Who& who) { return who.kind == Who::Kind::all && who.children.empty(); }

/// Where a part stands in the file.
std::string term_path(const std::string& path, std::size_t i) {
  return path + ".score.terms[" + std::to_string(i) + "]";
}
std::string rule_path(const std::string& path, const StratumRule& rule) { return path + ".strata." + rule.name; }

class Validator {
 public:
  Validator(const Stratification& stratification, const std::string& path, std::vector<FieldProblem>& problems)
      : stratification_(stratification), path_(path), problems_(problems) {}

  void score() {
    const RiskScore& score = stratification_.score;
    finite(score.intercept, path_ + ".score.intercept");
    for (std::size_t i = 0; i < score.terms.size(); ++i) {
      finite(score.terms[i].points, term_path(path_, i) + ".points");
      on_record(score.terms[i].who, term_path(path_, i) + ".who");
    }
  }

  void rules() {
    const auto& strata = stratification_.strata;
    if (strata.size() < 2) {
      complain(path_ + ".strata", "must hold at least two strata", std::to_string(strata.size()));
    }
    for (std::size_t i = 0; i < strata.size(); ++i) {
      const StratumRule& rule = strata[i];
      const std::string at = rule_path(path_, rule);
      const bool cuts = !std::isnan(rule.score_from);
      if (cuts) {
        cut_off(rule.score_from, at + ".score_from");
      }
      on_record(rule.who, at + ".who");
      const bool takes_all = is_everybody(rule.who) && !cuts;
      const bool last = i + 1 == strata.size();
      if (takes_all && !last) {
        complain(at, "takes everybody, so that no stratum after it is ever reached", rule.name);
      } else if (!takes_all && last) {
        complain(at, "must take everybody who is left: leave out who and score_from", rule.name);
      }
    }
  }

 private:
  void complain(const std::string& path, const std::string& rule, const std::string& got) {
    problems_.push_back({path, rule, got, {}});
  }

  void finite(double value, const std::string& path) {
    if (!std::isfinite(value)) {
      complain(path, "must be a finite number (points)", text(value));
    }
  }

  void on_record(const Who& who, const std::string& path) {
    if (looks_at_true_stage(who)) {
      complain(path, "a stratification sees what is on record alone: use condition", "true_condition");
    }
  }

  void cut_off(double from, const std::string& path) {
    const RiskScore& score = stratification_.score;
    if (score.intercept == 0.0 && score.terms.empty()) {
      complain(path, "needs a score to cut", text(from));
    } else if (score.link == RiskLink::logit && (from <= 0.0 || from >= 1.0)) {
      complain(path, "must be a chance between 0 and 1 where the score is one", text(from));
    }
  }

  const Stratification& stratification_;
  const std::string& path_;
  std::vector<FieldProblem>& problems_;
};

}  // namespace

bool looks_at_true_stage(const Who& who) {
  return who.kind == Who::Kind::true_condition ||
         std::any_of(who.children.begin(), who.children.end(), looks_at_true_stage);
}

void validate_stratification(const Stratification& stratification, const std::string& path,
                             std::vector<FieldProblem>& problems) {
  Validator validator(stratification, path, problems);
  validator.score();
  validator.rules();
}

CompiledStratification compile_stratification(const Stratification& stratification, const WhoNames& names,
                                              const std::string& path, std::vector<FieldProblem>& problems) {
  validate_stratification(stratification, path, problems);
  CompiledStratification out;
  out.name = stratification.name;
  out.link = stratification.score.link;
  out.intercept = stratification.score.intercept;
  const auto& terms = stratification.score.terms;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const bool per_year = !std::isnan(terms[i].per_year_above);
    out.terms.push_back({compile_who(terms[i].who, names, term_path(path, i) + ".who", problems), terms[i].points,
                         per_year ? terms[i].per_year_above : 0.0, per_year});
  }
  for (const StratumRule& rule : stratification.strata) {
    out.stratum_names.push_back(rule.name);
    out.rules.push_back({compile_who(rule.who, names, rule_path(path, rule) + ".who", problems),
                         std::isnan(rule.score_from) ? -std::numeric_limits<double>::infinity() : rule.score_from});
  }
  return out;
}

double risk_score(const CompiledStratification& stratification, const PersonView& person) {
  double sum = stratification.intercept;
  for (const CompiledStratification::Term& term : stratification.terms) {
    if (matches(term.who, person)) {
      sum += term.per_year ? term.points * std::max(0.0, person.age - term.per_year_above) : term.points;
    }
  }
  // The exact exponential: who is reached may not depend on the machine.
  return stratification.link == RiskLink::logit ? 1.0 / (1.0 + exact::exp(-sum)) : sum;
}

int stratum_of(const CompiledStratification& stratification, const PersonView& person, double score) {
  const auto& rules = stratification.rules;
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const CompiledStratification::Rule& rule) {
    return score >= rule.score_from && matches(rule.who, person);
  });
  return static_cast<int>(std::min<std::ptrdiff_t>(found - rules.begin(), std::ssize(rules) - 1));
}

}  // namespace waterbed
