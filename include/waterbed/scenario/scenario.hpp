#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/core/age_table.hpp"
#include "waterbed/health/condition.hpp"
#include "waterbed/population/stratification.hpp"
#include "waterbed/population/stratum.hpp"
#include "waterbed/population/synthesis.hpp"
#include "waterbed/scenario/insurance.hpp"
#include "waterbed/scenario/programme.hpp"
#include "waterbed/scenario/uncertain_number.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What a person wrote: names and numbers, no positions in tables, nothing derived. Vectors keep the order of the file.
/// `check()` (scenario/check.hpp) finds every fault; `compile()` (scenario/compile.hpp) makes the Model that runs.
namespace waterbed {

struct Expectation;

/// Where a number comes from: A measured and seen in the source, B sourced but approximate, C assumed.
struct Evidence {
  std::string field;   ///< dotted path of what it supports, e.g. "needs.skin_complaint"
  std::string value;   ///< as written, for the table of assumptions
  std::string source;  ///< short citation, or "assumed"
  char quality = 'C';
};

enum class CycleLength : std::uint8_t { week, month, quarter, year };

constexpr int cycles_per_year(CycleLength length) {
  constexpr int k_cycles[] = {52, 12, 4, 1};
  return k_cycles[static_cast<std::size_t>(length)];
}

struct TimeSpec {
  CycleLength cycle = CycleLength::month;
  int start_year = 2023;  ///< calendar year of the first performance year
  int warm_up_years = 1;  ///< simulated, not counted
  int base_years = 3;     ///< simulated under the reference contracts; facts for benchmarks
  int years = 5;          ///< performance years, every arm
};

struct RunSpec {
  int replications = 20;  ///< in each parameter set, if there are any
  std::uint64_t seed = 1;
  std::optional<std::int64_t> parameter_sets;  ///< none: uncertain numbers at their means
};

/// Yearly discount rates, compounded from the start of the performance years.
struct Discounting {
  double costs = 0.0;
  double qalys = 0.0;
  bool reward_at_start = false;  ///< rewards at t = 0 and after each cycle (textbook cohort models)
};

struct SectorSpec {
  std::string name;  ///< gp, hospital, community, pharmacy, mental, long_term_care, social_care, household
  double product_price_factor =
      1.0;  ///< closes spending of the sector to its target; multiplies every list price in it
};

/// Who pays for care: insurers share the insured; other budgets pay for kinds that name them.
struct PayerSpec {
  std::string name;
  bool insurer = true;
  double market_share = 0.0;  ///< of the insured, insurers only; sums to 1
};

enum class CapacityUnit : std::uint8_t { unlimited, visits, bed_days };

/// Decision types of design 3.3, each with its own sensitivity.
enum class DecisionType : std::uint8_t { own_volume, treat_or_refer, care_borne, elective_specialist, urgent };

/// A kind of care. Every owner of it runs one setting.
struct KindSpec {
  std::string name;  ///< "gp_consult", "dermatology_clinic", "ward", ...
  std::string sector;
  std::string funder;                             ///< "insurer", or the name of another payer
  DecisionType first = DecisionType::urgent;      ///< decision type at a first contact
  DecisionType follow_up = DecisionType::urgent;  ///< decision type at follow-ups and returns
  double list_price = 0.0;            ///< EUR per unit (visit or day) at base-year prices, before the sector's factor
  double list_price_follow_up = 0.0;  ///< EUR per follow-up or return; hospital products: 0 inside the product's window
  double staff_hours = 0.0;           ///< hours per unit
  bool per_day = false;               ///< unit is a day of stay, else a visit
  CapacityUnit capacity_unit = CapacityUnit::unlimited;
  double reference_wait_days = 0.0;  ///< elective, limited kinds only
  double utilisation = 0.95;         ///< expected use over physical capacity in the base year
  int admission_order = 0;           ///< limited kinds admit in this order within a cycle
};

/// Cost of an organisation: at the base year fixed + step + variable = expected revenue * (1 - margin).
struct CostSpec {
  double margin = 0.02;                        ///< expected, base year
  double variable_share = 0.3;                 ///< of total cost, follows units at once
  double step_share = 0.2;                     ///< of total cost, follows volume in steps
  double step_size = 0.05;                     ///< of base-year volume
  double step_release_half_life_months = 0.0;  ///< until half of a step given up is no longer paid; 0: at once
};

/// Staff that several settings of a provider share.
struct StaffPoolSpec {
  std::string name;
  double hours_per_cycle = 0.0;
  std::vector<std::string> kinds;  ///< of the provider, each with staff hours per unit
};

struct ProviderSpec {
  std::string name;
  std::string title;  ///< for tables and figures
  std::string type;   ///< gp_group, hospital, treatment_centre, community, other
  bool out_of_region = false;
  double pass_through = 1.0;       ///< share of the organisation's marginal income that reaches who decides
  double engagement = 1.0;         ///< multiplies pass_through: how far who decides acts on it; one value in all arms
  double decision_makers = 1.0;    ///< over the number of them when practice was observed
  double norm_weight = 0.0;        ///< part of what is decided here that no money moves, 0..1
  double half_life_months = -1.0;  ///< of adaptation of those who decide; negative: as everywhere
  double information_lag_months = 0.0;  ///< until they see waits and where their contracts' year stands
  CostSpec cost;
  std::vector<std::string> kinds;                   ///< settings it owns
  std::map<std::string, std::string> decided_by;    ///< kind -> provider, where not the owner
  std::map<std::string, double> physical_capacity;  ///< kind -> units per cycle, where not derived
  std::vector<StaffPoolSpec> staff_pools;
};

/// What the owner of settings pays those who decide there. It moves no money in the books: these payments are part of
/// the owner's cost. Without one, who decides feels the owner's margin.
struct InternalContractSpec {
  std::string name;
  std::string owner;
  std::string decision_maker;  ///< provider that decides at the owner's settings; empty: the owner's own staff
  double fee_share = 0.0;      ///< of the list price of each unit, paid whatever payers pay the owner
  double result_share = 0.0;   ///< of the owner's income less variable cost, settlements included
  double salary = 0.0;         ///< EUR a year of all of them together, when practice was observed
};

/// Where persons go for a kind of care that several providers offer: shares by municipality ("*" any), sum 1.
struct MarketShare {
  std::string kind;          ///< kind, or "*" for every kind the providers own
  std::string municipality;  ///< or "*"
  std::map<std::string, double> providers;
};

enum class EpisodeStep : std::uint8_t { first = 0, follow_up = 1, back = 2 };

/// One way on from a place in an episode. What is left of 1 is discharge.
struct PathwaySpec {
  std::string from_kind;
  EpisodeStep from_step = EpisodeStep::first;
  std::string to_kind;  ///< or empty: discharge that may not have solved it (`unresolved` below)
  EpisodeStep to_step = EpisodeStep::first;
  double probability = 0.0;  ///< practice as observed
  int delay_days = 0;
};

/// A service emitted by a visit that does not move the patient (drugs, tests).
struct AttachedSpec {
  std::string at_kind;
  std::string kind;
  double per_visit = 0.0;  ///< probability
};

enum class Urgency : std::uint8_t { urgent = 0, elective = 1 };

struct NeedSpec {
  std::string name;
  std::string title;
  std::string group;  ///< shares its year shock
  Urgency urgency = Urgency::elective;
  AgeSexTable per_person_year;           ///< base rate at quintile 3; all zero when only stages or events bring it
  double deprivation_gradient = 1.0;     ///< rate of the most over the least deprived quintile, log-linear between
  double vulnerability_gradient = 1.0;   ///< rate of the most over the least vulnerable class, log-linear between
  double growth_per_year = 0.0;          ///< stated growth of the rate
  std::map<std::string, double> enters;  ///< kind -> probability, sum <= 1; the rest seeks no care
  std::vector<PathwaySpec> pathways;
  std::vector<AttachedSpec> attached;
  std::map<std::string, double> stay_days;  ///< kind -> mean days, kinds with per_day or bed_days
  double unresolved = 0.0;             ///< chance that a discharge left the need open; it comes back with chance psi
  double access_elasticity = 0.0;      ///< of the rate to the wait where it enters, <= 0
  std::vector<double> seasonality;     ///< factor on the rate by calendar month, mean 1; empty: none
  double semi_urgent = 0.0;            ///< share of its episodes that are admitted before the others, elective needs
  double deteriorates_per_year = 0.0;  ///< of those who wait: goes to the emergency kind at once
  double wait_disutility = 0.0;        ///< taken from quality of life while one waits, elective needs
};

/// A kind of care of one need lowers hazards for a while, or waiting for it raises them; care withheld costs health.
struct CareEffectSpec {
  std::string name;
  std::string need;  ///< a visit for this need ...
  std::string kind;  ///< ... at this kind (empty: any) starts the effect
  std::string condition;
  std::string from_stage;     ///< transition whose hazard it changes
  std::string to_stage;       ///< a stage, or "dead"
  double hazard_ratio = 1.0;  ///< against no such care
  int delay_cycles = 0;
  int lasts_cycles = 12;
  double adherence = 1.0;      ///< share of people in whom it takes hold, the same for ever
  bool while_waiting = false;  ///< not a visit starts it, but every cycle spent waiting for one
};

/// How providers and patients respond. Sources in docs/model/behaviour.md; zero switches a response off.
struct BehaviourSpec {
  bool incentives = true;
  bool capacity = true;            ///< false: waits are held at reference
  double theta_own_volume = 0.13;  ///< log-odds per 100 % of the GP fee
  double theta_treat_or_refer = 0.57;
  double theta_care_borne = 0.23;
  double theta_elective_specialist = 0.10;
  double omega_refer = 0.1;        ///< log-odds per month of extra wait: whether to refer
  double omega_where = 0.2;        ///< ... where to
  double omega_admit = 0.05;       ///< ... whether to admit
  double nest_scale = 0.5;         ///< dissimilarity of the where-nest, (0, 1]
  double pooling = 1.0;            ///< 1: decision makers feel the payer-mix average
  double half_life_months = 12.0;  ///< of adaptation
  int refresh_months = 3;
  double forecast_cv = 0.02;
  double goes_on = 0.35;  ///< past a ceiling: shares of the excess, sum 1
  double defers = 0.40;
  double sends_back = 0.20;
  double sends_elsewhere = 0.05;
  double psi = 0.04;                            ///< chance that unserved need comes back
  std::map<std::string, double> comes_back_at;  ///< kind -> share, sum 1
  double gp_visits_while_waiting = 1.5;         ///< per person-year on a waiting list
  double gives_up_per_year = 0.0;               ///< of those waiting
  double goes_elsewhere_per_year = 0.0;         ///< of those waiting, to the same kind of care outside the region
  std::string emergency_kind;                   ///< where those go who cannot wait; empty: nowhere
  double emergency_visits_while_waiting = 0.0;  ///< per person-year on a waiting list
  double emergency_per_lost_gp_contact = 0.0;   ///< visits per GP contact of observed practice that did not happen
  double omega_enter = -1.0;             ///< log-odds per month of extra wait: where a need enters; <0: omega_refer
  double own_payment_elasticity = 0.0;   ///< arc elasticity between free care and care at full price, <= 0
  double backlog_recovery_months = 6.0;  ///< how fast a provider plans a backlog back to its reference
  double exponent_limit = 1.5;
  double income_effort = 0.0;       ///< gamma: marginal income counts (target income / expected income)^gamma
  double selection_per_1000 = 0.0;  ///< log-odds per EUR 1,000 of loss expected on a person, <= 0
  double anticipation = 0.0;        ///< activity raised before a contract that looks back on it, share of it
  double theta_stay = 0.0;          ///< log of mean stay per 100 % of the price of a day
  double theta_attached = 0.0;      ///< log of services a visit emits per 100 % of their price
  double theta_enrolment = 0.0;     ///< log of how fast people are asked per 100 % of what a programme costs
  double theta_coding = 0.0;        ///< log-odds of putting on record what is found per 100 % of mean spending
  double altruism = 0.0;            ///< log-odds per QALY that an option is worth more to the patient
};

/// Chance beyond independent persons: design 3.1.
struct VariationSpec {
  double year_need_group_cv = 0.02;
  double practice_cv = 0.05;
};

struct PressSpec {
  std::vector<std::string> providers;
  std::vector<std::string> kinds;  ///< optional narrowing: settings of these kinds at these providers
};

struct ArmSpec {
  std::string name;
  std::string title;
  std::vector<std::string> contracts;           ///< names of ContractSpec, after inheritance
  std::vector<std::string> programmes;          ///< names of ProgrammeSpec, after inheritance
  PressSpec presses;                            ///< empty for the baseline
  std::vector<std::string> internal_contracts;  ///< names of InternalContractSpec, after inheritance
};

/// An insurer that follows the contract of another one: pays by some of its terms, less a discount.
struct FollowSpec {
  std::string payer;
  std::vector<std::string> terms;  ///< of fee, bundle, capitation, lump, settlement
  Rate discount{};                 ///< off prices, and off the lump sum and settlement per own person; 0..1
};

/// What is expected of each person, frozen before the contracts that pay by it.
struct FrozenExpectation {
  std::string name;
  std::string digest;                        ///< expectation_digest() that was agreed; empty: any
  std::shared_ptr<const Expectation> model;  ///< null only until it is read
};

/// By which expectations a contract pays, as names of FrozenExpectation; empty: by none.
struct ContractExpectations {
  std::string gain;                     ///< health against which the gain term is measured
  std::vector<std::string> comparison;  ///< GP groups whose mean gain per person is taken off
  std::string capitation;               ///< cost by which the rates of capitation go up and down
  std::string risk;                     ///< cost by which the benchmark is adjusted, in place of classes
};

/// One contract as written; it stands for one contract per (payer, holder).
struct ContractSpec {
  Contract terms;  ///< name, terms, precedence; payer and holder filled per expansion
  std::vector<std::string> payers;
  std::vector<std::string> holders;
  /// Providers that hold one contract together, the holder among them: it pays for their people, they share its split.
  std::vector<std::string> coalition;
  std::vector<FollowSpec> follows;    ///< insurers that follow the one payer
  std::optional<Rate> quality_score;  ///< reached by every holder: assumed, not simulated; none: 1
  std::optional<ContractExpectations> expectations;
  std::optional<int> from;   ///< calendar year in which it enters into force; none: always was
  std::optional<int> until;  ///< last calendar year in force; none: for good
};

struct StratumSpec {
  std::string name;
  std::string title;
  Who who;
};

/// A figure of today's region that the baseline must reproduce.
struct TargetSpec {
  std::string name;
  std::string measure;  ///< spending_per_insured, visits_per_1000, ... with `of` a sector or kind
  std::string of;
  double value = 0.0;
  double tolerance = 0.10;  ///< relative
  std::string source;
  char quality = 'B';
};

struct Scenario {
  std::string name;
  std::string title;
  std::string description;
  std::string path;              ///< file it came from; empty when built in memory
  std::string currency = "EUR";  ///< ISO 4217 of every amount; contracts must be in it
  TimeSpec time;
  RunSpec run;
  Discounting discounting;
  PopulationSpec population;
  AgeSexTable mortality;     ///< deaths per person-year; empty: death only through conditions
  AgeSexTable utility_norm;  ///< quality of life without conditions; empty: 1
  std::vector<Condition> conditions;
  std::vector<CareEffectSpec> care_effects;
  std::vector<SectorSpec> sectors;
  std::vector<PayerSpec> payers;
  std::optional<InsuranceSpec> insurance;  ///< none: insurers are looked at as payers only
  std::vector<KindSpec> kinds;
  std::vector<ProviderSpec> providers;
  std::vector<InternalContractSpec> internal_contracts;
  std::vector<MarketShare> market_shares;
  std::vector<std::string> gp_kinds;  ///< kinds served by the group of the person's own practice
  std::vector<NeedSpec> needs;
  VariationSpec variation;
  BehaviourSpec behaviour;
  std::vector<FrozenExpectation> expectations;
  std::vector<ContractSpec> contracts;
  std::vector<ProgrammeSpec> programmes;
  std::vector<ArmSpec> arms;
  std::string baseline;   ///< arm the others are compared with
  std::string reference;  ///< arm whose contracts were in force when practice was observed
  std::vector<StratumSpec> strata;
  std::vector<Stratification> stratifications;
  std::vector<TargetSpec> targets;
  std::vector<Evidence> evidence;
  Uncertainty uncertainty;  ///< every number is the mean of what is uncertain about it
};

}  // namespace waterbed
