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

/// Who pays what for a programme of care.
struct CareCostSpec {
  double per_person_year = 0.0;         ///< EUR a year of somebody enrolled
  double price_per_person_year = -1.0;  ///< EUR that the payer gives for it; negative: what it costs
  double per_year = 0.0;                ///< EUR a year of each provider that delivers it
  std::string payer = "insurer";  ///< the insurer of each person; the name of a payer; "provider": who delivers it
};

/// Change of a hazard in those enrolled. Without a condition: of death from every cause.
struct CareHazardSpec {
  std::string condition;
  std::string from;  ///< true stage
  std::string to;    ///< a stage, or "dead": every cause of death
  double ratio = 1.0;
};

/// What being enrolled does at full strength. Strength multiplies the logarithm of a ratio.
struct CareOutcomeSpec {
  std::map<std::string, double> needs;      ///< need -> ratio of its rate
  std::map<std::string, double> referrals;  ///< kind -> odds ratio of being referred there at a GP visit
  /// kind -> odds ratio of a first contact there by decision of anybody else, elective needs: shared decisions
  std::map<std::string, double> treatments;
  std::vector<CareHazardSpec> hazard_ratios;
  double utility = 0.0;                     ///< added to quality of life
  int delay_cycles = 0;                     ///< from enrolment until the effect begins
  double learning_half_life_months = 0.0;   ///< of what is missing to full strength, since the arm began; 0: none
  double fade_half_life_months = 0.0;       ///< of the effect, since it began; 0: does not fade
  double lingering_half_life_months = 0.0;  ///< of the effect after leaving; 0: ends at once
};

/// People who weigh treatment alike: the same ones in every arm and programme.
struct PreferenceSpec {
  std::string name;
  double share = 0.0;   ///< of all people
  double weight = 1.0;  ///< multiplies the logarithm of the ratios of `treatments`; 0: they do not answer
};

/// A programme of care in which people are enrolled.
struct CareProgrammeSpec {
  Who who;                                    ///< on recorded stages
  std::vector<std::string> providers{};       ///< GP groups whose registered people may take part; empty: all
  std::string delivered_by{};                 ///< provider; empty: each person's own GP group
  std::string kind{};                         ///< of the provider, where staff hours are booked; empty: its first one
  double uptake = 1.0;                        ///< share of those asked who take part
  double asked_per_year = 1.0;                ///< chance a year that somebody eligible is asked; 1: at once
  double drop_out_per_year = 0.0;             ///< chance a year of those enrolled to leave for good
  std::vector<PreferenceSpec> preferences{};  ///< shares sum to 1; empty: all answer alike
  CareCostSpec costs{};
  double staff_hours = 0.0;  ///< per person-year enrolled
  CareOutcomeSpec effects{};
};

/// Sends a share of those who by practice go to one place of an episode to another one. Places are written as in
/// pathways: kind, kind.follow_up, kind.back.
struct RedirectSpec {
  std::string need;
  std::string at;            ///< place where it is decided; empty: where the need enters
  std::string from;          ///< place to which practice leads
  std::string to;            ///< place to which they go instead
  double share = -1.0;       ///< of those who go to `from`; negative: by odds_ratio
  double odds_ratio = -1.0;  ///< of going to `from` rather than anywhere else; negative: by share
  double induced = 0.0;      ///< share of visits that the redirect brings to `to` and that would not have been made
  std::vector<std::string> providers{};  ///< GP groups whose registered people are redirected; empty: all
};

/// Physical capacity of a setting in an arm; one of the two numbers is given.
struct CapacityChangeSpec {
  std::string provider;
  std::string kind;
  double factor = -1.0;     ///< of what it is elsewhere; negative: by per_cycle
  double per_cycle = -1.0;  ///< units a cycle; negative: by factor
};

/// Routes that an arm opens or changes.
struct RoutesSpec {
  std::vector<RedirectSpec> redirects;
  std::vector<CapacityChangeSpec> capacity;
};

/// What an arm does beside paying. One of the kinds below is given.
struct ProgrammeSpec {
  std::string name;
  std::string title;
  std::optional<CaseFindingSpec> case_finding{};
  std::optional<CodingSpec> coding{};
  std::optional<TreatmentSpec> treatment{};
  std::optional<EngagementSpec> engagement{};
  std::optional<CareProgrammeSpec> care{};
  std::optional<RoutesSpec> routes{};
};

}  // namespace waterbed
