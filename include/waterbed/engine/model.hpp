#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/core/ids.hpp"
#include "waterbed/core/money.hpp"
#include "waterbed/engine/expectation_model.hpp"
#include "waterbed/engine/insurance_model.hpp"
#include "waterbed/engine/network_model.hpp"
#include "waterbed/engine/programme_model.hpp"
#include "waterbed/health/hazard.hpp"
#include "waterbed/ledger/entry.hpp"
#include "waterbed/population/people.hpp"
#include "waterbed/population/stratification.hpp"
#include "waterbed/population/stratum.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace waterbed {

/// Cycles and days of a run. Every cycle has the same whole number of days: a year of months, of quarters or of years
/// has 360 (30/360 convention), a year of weeks 52 times 7, 364.
struct TimeGrid {
  static constexpr int k_weeks = 52;

  int cycles_per_year = 12;
  int start_year = 2023;
  int warm_up_years = 1;
  int base_years = 3;
  int years = 5;

  [[nodiscard]] int days_per_cycle() const { return cycles_per_year == k_weeks ? 7 : 360 / cycles_per_year; }
  [[nodiscard]] int days_per_year() const { return days_per_cycle() * cycles_per_year; }
  [[nodiscard]] int burn_in_cycles() const { return (warm_up_years + base_years) * cycles_per_year; }
  [[nodiscard]] int cycles() const { return burn_in_cycles() + years * cycles_per_year; }
  [[nodiscard]] int burn_in_years() const { return warm_up_years + base_years; }
  /// Performance year of a cycle, 0 the first; negative during burn-in.
  [[nodiscard]] int year_of(int cycle) const { return cycle / cycles_per_year - warm_up_years - base_years; }
};

/// Rates of needs that anybody can have, by cell (age band, sex, deprivation quintile, class of vulnerability).
struct NeedRates {
  std::vector<std::uint8_t> band_of_age;  ///< [age] -> band
  int bands = 0;
  int classes = 1;
  int needs = 0;
  std::vector<double> per_year;  ///< [cell][need], base year

  [[nodiscard]] int cells() const { return bands * k_sexes * 5 * classes; }
  [[nodiscard]] int cell(int age, Sex sex, int quintile, int vulnerability) const {
    const int band = band_of_age[static_cast<std::size_t>(age < k_max_age ? age : k_max_age)];
    return ((band * k_sexes + static_cast<int>(sex)) * 5 + quintile - 1) * classes + vulnerability;
  }
};

/// How providers and patients respond; see docs/model/behaviour.md. Log-odds per 100 % of list value, or per month.
struct BehaviourModel {
  bool incentives = true;
  bool capacity = true;
  std::array<double, k_decision_types> theta{};
  double omega_refer = 0.0;
  double omega_where = 0.0;
  double omega_admit = 0.0;
  double nest_scale = 1.0;
  double pooling = 1.0;
  double half_life_months = 12.0;
  int refresh_cycles = 3;
  double forecast_cv = 0.02;
  double goes_on = 1.0;
  double defers = 0.0;
  double sends_back = 0.0;
  double sends_elsewhere = 0.0;
  double psi = 0.0;
  double gp_visits_while_waiting = 0.0;
  double gives_up_per_year = 0.0;
  double goes_elsewhere_per_year = 0.0;
  double emergency_visits_while_waiting = 0.0;
  double emergency_per_lost_gp_contact = 0.0;
  double omega_enter = 0.0;
  double own_payment_slope = 0.0;  ///< log of demand at full price over demand for free; 0: no response
  double own_payment_room = 1.0;   ///< demand for free over demand at full price
  double backlog_recovery_months = 6.0;
  double exponent_limit = 1.5;
  double income_effort = 0.0;
  double selection_per_1000 = 0.0;
  double theta_stay = 0.0;
  double theta_attached = 0.0;
  double theta_coding = 0.0;
  double altruism = 0.0;
};

/// An effect on health of waiting for a need, while it lasts.
struct WaitEffectModel {
  int need = -1;
  int kind = -1;            ///< SettingModel::kind_id; -1: whatever one waits for
  std::int32_t effect = 0;  ///< position among the effects of care
};

struct VariationModel {
  double year_need_group_cv = 0.0;
  double practice_cv = 0.0;
  int need_groups = 0;
};

/// Cost of an organisation: shares as stated, EUR as derived from expected revenue of the first performance year.
struct ProviderCost {
  double margin = 0.0;
  double variable_share = 0.0;
  double step_share = 0.0;
  double step_size = 0.05;                     ///< share of base-year volume that one step carries
  double step_release_half_life_months = 0.0;  ///< 0: steps given up cost nothing at once
  double fixed = 0.0;                          ///< EUR a year
  double step_total = 0.0;                     ///< EUR a year at base-year volume
  double base_list_value = 0.0;                ///< expected list value of the base year, EUR
  double variable_per_list = 0.0;              ///< EUR per EUR of list value
};

/// Spending of each person in a year that some contract counts, one 8-byte counter per person each.
struct SpendAccumulator {
  std::string label;
  std::vector<std::uint8_t> counts_row{};       ///< [row]
  std::vector<std::uint8_t> counts_attached{};  ///< [attached]
  PriceBasis price = PriceBasis::list;
  std::vector<std::int64_t> standard_row{};       ///< [row] micro-euro per unit, price basis standard only
  std::vector<std::int64_t> standard_attached{};  ///< [attached]
};

/// What each person used of each provider in a year, for attribution by plurality: 8 bytes per person and provider.
struct UseCounter {
  bool charges = false;                ///< list value in micro-euro, else visits
  std::vector<std::uint8_t> row;       ///< [row] counts
  std::vector<std::uint8_t> attached;  ///< [attached] counts
  std::vector<std::int32_t> column;    ///< [provider] -> position among a person's counters; -1: delivers none of it
};

/// Ledger entries of a party to a split. -1: the payer itself, which keeps its part.
struct PartySlots {
  std::string party;
  std::int32_t settlement = -1;
  std::int32_t capitation = -1;  ///< coalitions only
};

/// How a payer follows another payer's contract with the same holder.
struct FollowModel {
  int leading = -1;        ///< position in ArmModel::contracts; -1: the contract stands on its own
  Rate paid{Rate::k_one};  ///< of prices, and of what the leading payer pays per own person, 0..1
  bool lump = false;
  bool settlement = false;
};

/// One contract between one payer and one holder, ready to run.
struct ContractModel {
  Contract contract;
  int payer = -1;
  int holder = -1;                  ///< provider
  int sector = -1;                  ///< where corrections and settlements are booked
  std::vector<int> members;         ///< the holder and, in a coalition, the other providers
  std::vector<std::uint8_t> group;  ///< [practice group] its registered people are the holder's; empty: all insured are
  Attribution attribution;          ///< by what people belong to it, if it settles
  std::vector<std::uint8_t> place;  ///< [municipality] for attribution by geography
  int use_counter = -1;             ///< for attribution by plurality
  int lane = -1;                    ///< position in ArmModel::lanes, if it settles
  int scope_who = -1;               ///< position in `who` of the attribution filter; -1: none
  std::vector<CompiledWho> who;     ///< filters that the terms use, see below
  std::vector<int> capitation_who;  ///< [class] -> position in `who`
  std::vector<int> risk_who;        ///< [risk class] -> position in `who`
  int enrolled_who = -1;            ///< of an enrolment bundle
  int spend_accumulator = -1;       ///< contracts with a reference
  std::optional<Money> truncate;    ///< a fixed amount at which each person is cut
  bool by_person = false;           ///< settled on each person's spending: cut at a level found in it, or reinsured
  std::vector<double> expected_turnover;    ///< [year] fee and bundle income at expected flows, EUR
  std::vector<double> expected_elective;    ///< [year] elective part of it
  std::vector<double> expected_capitation;  ///< [year] capitation and enrolment, EUR, see engine::Pilot
  std::int32_t correction_slot = -1;        ///< ledger entries of what year end posts
  std::int32_t settlement_slot = -1;
  std::vector<PartySlots> parties;  ///< who shares in the settlement; empty: the holder has all
  Rate quality_score{Rate::k_one};  ///< assumed
  std::int32_t capitation_slot = -1;
  std::int32_t lump_slot = -1;
  std::int32_t quality_slot = -1;        ///< what quality adds, an amount or a share of base payments
  std::int32_t withhold_slot = -1;       ///< base payments held back and not earned
  std::int32_t gain_slot = -1;           ///< of a gain that is not shared
  int gain_by = -1;                      ///< position in Model::expectations; -1: pays for no gain
  std::vector<std::uint8_t> comparison;  ///< [practice group] whose mean gain is taken off
  int capitation_by = -1;  ///< position in Model::expectations: rates go by what is expected; -1: by class only
  int risk_by = -1;        ///< ... the risk of people is what is expected; -1: their class
  std::int32_t enrolment_slot = -1;
  double turnover_noise_cv = 0.0;  ///< relative spread of a year's turnover from shocks and chance
  bool settles = false;            ///< has a reference and layers
  FollowModel follows;
  Rate fee_share{Rate::k_one};  ///< of its prices, paid per unit; the fee of `contract` is what is left: share 1
  double followed = 1.0;        ///< what holders get of all payers for a euro of this one's settlement, expected
  bool compares = false;        ///< its benchmark looks at people outside it, see engine/agreement.hpp
  int from_year = std::numeric_limits<int>::min();   ///< first performance year in force, 0 the first of the run
  int until_year = std::numeric_limits<int>::max();  ///< last one

  [[nodiscard]] bool in_force(int year) const { return year >= from_year && year <= until_year; }
  /// Whether its benchmark looks at the risk of people.
  [[nodiscard]] bool has_risk() const { return risk_by >= 0 || !risk_who.empty(); }
};

/// Who pays a unit at a row for persons of one payer, and what.
struct RowPay {
  std::int32_t contract = -1;    ///< -1: only with `zero`
  std::int32_t slot = -1;        ///< ledger entry that accrues
  std::int64_t price = 0;        ///< micro-euro per unit, or content price of a product
  std::int32_t charged_to = -1;  ///< provider that pays out of its bundle, instead of the payer
  std::int32_t only_who = -1;    ///< position in ArmModel::enrolled: units of these persons only, else `next`
  std::int32_t next = -1;        ///< position in ArmModel::more_pay
  bool is_bill = false;          ///< without a contract: the patient pays, see InsuranceModel
  bool bill_counts = false;      ///< what is paid back counts for the deductible
};

/// Who pays for what while the same contracts are in force.
struct PayTable {
  std::vector<RowPay> rows;      ///< [payer][row]
  std::vector<RowPay> attached;  ///< [payer][attached]
};

/// What insured people pay themselves of a year's care, whatever the provider.
struct DeductibleModel {
  int payer = -1;
  int spend_accumulator = -1;  ///< what counts: nothing that is exempt
  PatientShare share;          ///< `exempt` is empty
  std::int32_t slot = -1;
};

/// Years in which contracts that settle are in force together. Those that are not in force have people as if they were:
/// their benchmark looks back.
struct Lane {
  int from_year = 0;
  int until_year = 0;

  [[nodiscard]] bool in_force(int year) const { return year >= from_year && year <= until_year; }
  friend bool operator==(const Lane&, const Lane&) = default;
};

/// What an owner pays those who decide at its settings; see InternalContractSpec.
struct InternalContractModel {
  int owner = -1;
  int decider = -1;
  double fee_share = 0.0;
  double result_share = 0.0;
  double salary = 0.0;
};

/// Those who decide at one provider, under an arm.
struct DecidersModel {
  double pass_through = 1.0;    ///< with their engagement, 0..1
  double number = 1.0;          ///< over that when practice was observed
  Money programme_cost{};       ///< a year, at the provider
  std::int32_t paid_slot = -1;  ///< ledger entry by which a payer pays it; -1: the provider bears it
};

struct ArmModel {
  std::string name;
  std::string title;
  std::vector<DecidersModel> deciders;  ///< [provider]
  std::vector<InternalContractModel> internal_contracts;
  std::vector<ContractModel> contracts;
  std::vector<PayTable> pay;             ///< [era] a new one begins when a contract enters or leaves
  std::vector<std::size_t> era_of_year;  ///< [simulated year, burn-in included], at least one
  std::vector<RowPay> more_pay;
  std::vector<CompiledWho> enrolled;
  std::vector<std::vector<int>> contracts_of_class;  ///< [insurer][GP group] contracts that pay per person
  std::vector<std::vector<int>> claims_of_payer;     ///< [insurer] contracts that settle, to which people belong
  std::vector<Lane> lanes;                           ///< of the contracts that settle
  std::vector<CaseFindingModel> case_findings;
  std::vector<CodingModel> codings;
  std::vector<CareProgrammeModel> care;
  RoutesModel routes;
  std::optional<HealthModel> health;  ///< under the arm's treatments; none: as everywhere
  bool fixes_people = false;          ///< who belongs to some contract is fixed before the year
  std::vector<DeductibleModel> deductibles;
  std::vector<double> expected_bills;       ///< [provider] without a contract at expected flows, EUR in the first year
  std::vector<InsurerSlots> insurers;       ///< [insurer] empty without insurance
  std::vector<EntryKey> entries;            ///< year 0; slot -> entry
  std::vector<std::int32_t> entry_of_slot;  ///< position in Model::entries

  /// @param simulated_year  from the start of the burn-in
  [[nodiscard]] const PayTable& pay_in(int simulated_year) const {
    return pay[era_of_year[std::min(static_cast<std::size_t>(simulated_year), era_of_year.size() - 1)]];
  }
};

/// What responses are measured against: observed practice under the reference contracts at expected flows, frozen.
struct ReferenceModel {
  std::vector<double> practice;             ///< [option] chances as observed
  std::vector<std::size_t> fundamental_at;  ///< [chain] offset of its matrix
  std::vector<double> fundamental;          ///< (I - P)^-1 of observed practice, column by column
  std::vector<double> row_value;            ///< [row] list value one visit adds, EUR
  std::vector<double> row_attached_value;   ///< [row] list value of attached services of one visit, EUR
  std::vector<double> own_value;            ///< [phase][insurer][option] V* of the decision maker's own acts, EUR
  std::vector<double> borne_value;          ///< [phase][insurer][option] V* of other people's acts, EUR
  std::vector<double> own_scale;            ///< [row] S of own acts, EUR; 0: no response
  std::vector<double> borne_scale;          ///< [row] S of care borne, EUR; 0: no response
  std::vector<double> target_income;  ///< [phase][year][provider] of who decides, EUR a year; empty without effort
  std::vector<double> day_margin;  ///< [phase][insurer][row] margin of one more day of a stay, EUR; empty: no response
  std::vector<double> attached_margin;  ///< [phase][insurer][attached] of one more of it, EUR; empty: no response
  std::vector<double> decided_list;     ///< [year][owner][provider] list value of what the provider decides there, EUR
};

struct StratumModel {
  std::string name;
  std::string title;
  CompiledWho who;
};

/// A region and its arms as flat arrays: immutable, shared by all threads. Made by compile().
struct Model {
  std::string name;
  std::uint64_t default_seed = 1;
  std::int64_t default_replications = 1;
  TimeGrid time;
  bool reward_at_start = false;
  double discount_costs = 0.0;
  double discount_qalys = 0.0;

  People people;
  std::vector<std::uint8_t> route_of;  ///< [person]
  HealthModel health;
  std::vector<std::string> stage_labels;     ///< "condition.stage" in order
  std::vector<int> first_stage_label;        ///< [condition]
  std::vector<double> usual_care;            ///< [care effect] share of those concerned in whom it is in force
  std::vector<std::uint64_t> adheres_below;  ///< [care effect] words of people in whom it takes hold
  std::vector<WaitEffectModel> wait_effects;
  bool stage_costs = false;  ///< some stage has a cost of its own

  std::vector<std::string> need_names;
  NeedRates rates;
  std::vector<double> need_growth;  ///< per year
  std::vector<double> season;  ///< [need][cycle of the year] factor of its rate, mean 1; empty: no need has seasons
  bool semi_urgent = false;    ///< some need has semi-urgent episodes
  bool counts_queues = false;  ///< what becomes of those who wait is told of each setting
  VariationModel variation;

  std::vector<std::string> sectors;
  std::vector<std::string> payers;  ///< insurers first, in order of People::payer; then other budgets
  int insurers = 0;
  std::vector<double> market_share;  ///< [insurer]
  InsuranceModel insurance;
  std::vector<ProviderModel> providers;
  std::vector<ProviderCost> costs;
  NetworkModel network;

  BehaviourModel behaviour;
  std::vector<ArmModel> arms;
  int baseline = 0;
  int reference = 0;
  std::vector<ExpectationModel> expectations;
  std::vector<StratumModel> strata;
  std::vector<CompiledStratification> stratifications;
  bool programmes = false;                   ///< some are described, whatever the arms
  std::vector<std::string> case_findings;    ///< programmes that look for people
  std::vector<std::string> care_programmes;  ///< programmes in which people are enrolled
  std::vector<SpendAccumulator> spend;       ///< [0] is list spending of everything, for strata
  std::vector<int> own_payment_spend;  ///< accumulators of all arms' deductibles; only if patients respond to them
  std::vector<UseCounter> use;
  std::size_t use_columns = 0;            ///< counters of use a person has
  std::vector<std::string> entry_labels;  ///< payments table, union over arms

  ReferenceModel frozen;

  /// Expected flows, by performance year where indexed.
  std::vector<double> expected_needs;     ///< [year][need][route], per year
  std::vector<double> expected_persons;   ///< [year] at mid-year
  std::vector<double> expected_first;     ///< [year][setting] elective first contacts per year
  std::vector<double> physical_capacity;  ///< [setting] units per cycle

  /// Chances of every option in an arm, before anybody responds.
  [[nodiscard]] const std::vector<double>& practice_in(const ArmModel& arm) const {
    return arm.routes.present() ? arm.routes.practice : frozen.practice;
  }
  [[nodiscard]] const std::vector<double>& fundamental_in(const ArmModel& arm) const {
    return arm.routes.present() ? arm.routes.fundamental : frozen.fundamental;
  }
  [[nodiscard]] const std::vector<double>& expected_first_in(const ArmModel& arm) const {
    return arm.routes.present() ? arm.routes.expected_first : expected_first;
  }
  [[nodiscard]] const std::vector<double>& physical_capacity_in(const ArmModel& arm) const {
    return arm.routes.present() ? arm.routes.physical_capacity : physical_capacity;
  }
  [[nodiscard]] PartyId payer_party(int payer) const { return PartyId{payer}; }
  [[nodiscard]] PartyId household_party() const { return PartyId{static_cast<std::int32_t>(payers.size())}; }
  [[nodiscard]] PartyId provider_party(int provider) const {
    return PartyId{static_cast<std::int32_t>(payers.size()) + 1 + provider};
  }
};

}  // namespace waterbed
