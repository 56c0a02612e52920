#pragma once

#include "waterbed/population/stratum.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace waterbed {

/// What one fact on record adds to a risk score.
struct RiskTerm {
  Who who;              ///< of whom it is true
  double points = 0.0;  ///< added for them; with `per_year_above`, for every year of age above it
  double per_year_above =
      std::numeric_limits<double>::quiet_NaN();  ///< completed years; NaN: the points are added once
};

enum class RiskLink : std::uint8_t {
  identity,  ///< the score is the sum of points
  logit      ///< the sum is the log-odds of the event: score = 1 / (1 + exp(-sum))
};

/// A risk function of what is on record of a person: intercept and points of the terms that hold.
struct RiskScore {
  RiskLink link = RiskLink::identity;
  double intercept = 0.0;
  std::vector<RiskTerm> terms;
};

/// One stratum of a stratification and who comes into it: those for whom the filter holds and whose score is at or
/// above the cut-off.
struct StratumRule {
  std::string name;
  std::string title;
  Who who;
  double score_from = std::numeric_limits<double>::quiet_NaN();  ///< NaN: whatever the score
};

/// Puts every person into one stratum by what is on record: the first rule that holds counts, so decision rules and
/// cut-offs stand in order of precedence. The last rule takes everybody who is left.
struct Stratification {
  std::string name;
  std::string title;
  RiskScore score;
  std::vector<StratumRule> strata;
};

/// A stratification ready to run.
struct CompiledStratification {
  struct Term {
    CompiledWho who;
    double points = 0.0;
    double per_year_above = 0.0;
    bool per_year = false;
  };
  struct Rule {
    CompiledWho who;
    double score_from = 0.0;  ///< minus infinity without a cut-off
  };
  std::string name;
  std::vector<std::string> stratum_names;
  RiskLink link = RiskLink::identity;
  double intercept = 0.0;
  std::vector<Term> terms;
  std::vector<Rule> rules;
};

/// Adds every fault that can be seen without names to `problems`, under `path`.
///
/// There are at least two strata, numbers are finite, no filter looks at the true stage (nobody who stratifies sees
/// it), cut-offs have a score to cut, and the last stratum alone takes everybody.
void validate_stratification(const Stratification& stratification, const std::string& path,
                             std::vector<FieldProblem>& problems);

/// Compiles a stratification. Each fault, also those of validate_stratification(), is added to `problems` under `path`;
/// then the result must not be used.
[[nodiscard]] CompiledStratification compile_stratification(const Stratification& stratification, const WhoNames& names,
                                                            const std::string& path,
                                                            std::vector<FieldProblem>& problems);

/// Score of one person: points, or a chance in (0, 1) under the logit link. Thread safe, no allocation.
[[nodiscard]] double risk_score(const CompiledStratification& stratification, const PersonView& person);

/// Position of a person's stratum, for a score that risk_score() gave. Thread safe, no allocation.
[[nodiscard]] int stratum_of(const CompiledStratification& stratification, const PersonView& person, double score);

/// Whether a filter, or a part of it, looks at the true stage.
[[nodiscard]] bool looks_at_true_stage(const Who& who);

}  // namespace waterbed
