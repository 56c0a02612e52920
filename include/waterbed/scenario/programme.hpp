#pragma once

#include "waterbed/population/stratum.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace waterbed {

/// A second test of those in whom the first was positive. It too is a visit.
struct ConfirmationSpec {
  std::string need;          ///< demand that a positive test brings in the next cycle; nothing else brings it
  std::string kind;          ///< the first visit at this kind of care is the second test
  double sensitivity = 1.0;  ///< chance that somebody with the condition is confirmed: the true stage goes on record
  double specificity = 1.0;  ///< chance that somebody without it is cleared; else the mildest stage goes on record
};

/// What a positive test does to somebody without the condition: worry and discomfort until it is cleared up.
struct FalseAlarmSpec {
  double disutility = 0.0;  ///< taken from quality of life
  double days = 0.0;        ///< for so long
};

/// Looking for people who have a condition that is not on record. A test is a visit, so it is paid, staffed and counted
/// as one.
struct CaseFindingSpec {
  std::string condition;
  Who who;                   ///< who is invited, on recorded stages; those on record with the condition never are
  double per_year = 0.0;     ///< chance a year of being invited and coming
  std::string need;          ///< demand that an invitation brings; nothing else brings it
  std::string kind;          ///< the first visit at this kind of care is the test
  double sensitivity = 1.0;  ///< chance that the test is positive in somebody with the condition
  double specificity = 1.0;  ///< chance that it is negative in somebody without it
  std::optional<ConfirmationSpec> confirmation{};  ///< left out: what the test says goes on record
  std::optional<FalseAlarmSpec> false_alarm{};     ///< left out: a false alarm costs no quality of life
};

/// Effort to have more serious stages on record. What is true does not change.
struct CodingSpec {
  std::string condition;
  std::string from;          ///< recorded stage
  std::string to;            ///< stage that goes on record instead
  double per_contact = 0.0;  ///< chance at a GP contact of somebody on record in `from`
};

struct HazardRatioSpec {
  std::string from;
  std::string to;  ///< a stage, or "dead": every cause of death
  double ratio = 1.0;
};

/// Treatment of everybody in some stages of a condition (textbook models: no uptake, no delay; nobody is paid for it).
struct TreatmentSpec {
  std::string condition;
  std::vector<std::string> stages;        ///< in which it is given
  double cost_per_cycle = 0.0;            ///< EUR, beside the stage's own
  std::map<std::string, double> utility;  ///< by stage: quality of life in the place of the stage's
  std::vector<HazardRatioSpec> hazard_ratios;
};

/// What an arm changes about those who decide at some providers: a programme that wins them over, or more of them.
struct EngagementSpec {
  std::vector<std::string> providers;
  double engagement = -1.0;       ///< in the place of the provider's own, 0..1; negative: left as it is
  double decision_makers = -1.0;  ///< in the place of the provider's own number; negative: left as it is
  double cost_per_year = 0.0;     ///< EUR at each of the providers
  std::string paid_by{};          ///< payer; empty: the providers bear it
};

/// What an arm does beside paying. One of the kinds below is given.
struct ProgrammeSpec {
  std::string name;
  std::string title;
  std::optional<CaseFindingSpec> case_finding{};
  std::optional<CodingSpec> coding{};
  std::optional<TreatmentSpec> treatment{};
  std::optional<EngagementSpec> engagement{};
};

}  // namespace waterbed
