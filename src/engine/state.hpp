#pragma once

#include "baseline_path.hpp"
#include "calendar.hpp"
#include "step_tables.hpp"
#include "waterbed/engine/decompose.hpp"
#include "waterbed/engine/model.hpp"
#include "waterbed/engine/work_counts.hpp"
#include "waterbed/ledger/ledger.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/draw_many.hpp"
#include "waterbed/random/stream.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace waterbed::engine {

class Recorder;

enum class Presence : std::uint8_t { not_yet, here, dead, left };

/// What became of a need; the order of the `needs` table.
enum class Fate : std::uint8_t { arisen, no_care, resolved, unresolved, gave_up, died, left, open };
inline constexpr std::size_t k_fates = 8;

/// An episode under way: one person, one need, at one row.
///
/// `key` names its draws: need << 24 | occurrence << 18 | step, with `origin`, the cycle in which the need arose, so
/// that an episode meets the same chances however long it waits.
struct Token {
  std::uint32_t person = 0;
  std::int32_t day = 0;  ///< of the request or of arrival, from the start of the run
  std::int32_t row = 0;
  std::uint32_t key = 0;
  std::int32_t origin = 0;  ///< page << 16 | cycle, see Occurrence
  bool admitted = false;
  std::uint8_t insurer = 0;            ///< insurer_of() the person
  std::int32_t product_provider = -1;  ///< whose product is open
  std::int32_t product_day = -1;
  std::int64_t charged_list = 0;  ///< dearest content so far, micro-euro, at list price
  std::int64_t charged_paid = 0;  ///< ... at the arm's price

  [[nodiscard]] int need() const { return static_cast<int>(key >> 24); }
};

/// Occurrence numbers: where a need of one person and cycle came from. Six bits of a key hold a page of them; what a
/// long cycle brings beyond is on further pages, which stand with the cycle.
inline constexpr std::uint32_t k_base_occurrences = 32;       // 0..31: base needs
inline constexpr std::uint32_t k_condition_occurrences = 24;  // 32..55: needs of stages
inline constexpr std::uint32_t k_entry_occurrences = 8;       // 56..63: needs triggered by entering a stage

struct Occurrence {
  std::uint32_t number = 0;  ///< 0..63
  std::uint32_t page = 0;    ///< 0..255: a draw's cycle has 24 bits, of which the cycle takes 16
};
constexpr Occurrence base_occurrence(std::uint32_t i) { return {i % k_base_occurrences, i / k_base_occurrences}; }
/// Pages of needs that a stage on record brings start here; those of true stages end before.
inline constexpr std::uint32_t k_pages_by_record = 128;
/// ... and those of needs that a programme adds here.
inline constexpr std::uint32_t k_pages_added = 192;
constexpr Occurrence condition_occurrence(std::uint32_t i) {
  return {k_base_occurrences + i % k_condition_occurrences, i / k_condition_occurrences};
}

constexpr std::uint32_t token_key(int need, Occurrence occurrence) {
  return static_cast<std::uint32_t>(need) << 24 | occurrence.number << 18;
}
constexpr std::int32_t token_origin(int cycle, Occurrence occurrence) {
  return static_cast<std::int32_t>((occurrence.page & 0xFFU) << 16) | cycle;
}

/// Everything counted over one year, in integers; cleared after the year is written.
struct YearCounts {
  std::vector<std::int64_t> moves;             ///< [option]
  std::vector<std::int64_t> units;             ///< [insurer][row]
  std::vector<std::int64_t> list_value;        ///< [insurer][row] micro-euro
  std::vector<std::int64_t> attached;          ///< [insurer][attached] units
  std::vector<std::int64_t> admitted;          ///< [setting][urgency]
  std::vector<std::int64_t> wait_days;         ///< [setting][urgency]
  std::vector<std::int64_t> fates;             ///< [need][fate], without open
  std::vector<std::int64_t> population;        ///< [sex][age group] person-cycles
  std::vector<std::int64_t> deaths;            ///< [sex][age group]
  std::vector<std::int64_t> prevalence;        ///< [stage label] person-cycles
  std::vector<std::int64_t> onsets;            ///< [stage label]
  std::vector<std::int64_t> stratum_persons;   ///< [stratum] person-cycles
  std::vector<std::int64_t> stratum_spending;  ///< [stratum] micro-euro
  std::vector<std::int64_t> stratum_qalys;     ///< [stratum] micro-QALY
  std::vector<std::int64_t> stratum_costs;     ///< [stratum] micro-euro, cost of stages
  std::vector<std::int64_t> usage;             ///< [slot] micro-euro
  std::vector<std::int64_t> class_cycles;      ///< [insurer][group] person-cycles
  std::vector<std::int64_t> screening;         ///< [case-finding][item], see ScreeningItem
  std::vector<std::int64_t> alarm_qalys;       ///< [case-finding] micro-QALY that false alarms cost
  std::vector<std::int64_t> care_persons;      ///< [programme of care][item], see CareItem
  std::vector<std::int64_t> care_cycles;       ///< [programme of care][insurer][provider] person-cycles enrolled
  std::vector<std::int64_t> withheld;          ///< [contract] micro-euro of production held back by the supply decision
  std::vector<std::int64_t> queue;             ///< [setting][item], see QueueItem

  void clear();
};

/// Needs that answer to waits are drawn at this multiple of their rate and accepted one in so many at the reference
/// wait, so that the draws do not depend on the arm; demand can rise by at most this factor.
inline constexpr double k_access_room = 1.25;

inline constexpr int k_age_groups = 11;  // 0-9, 10-19, ..., 100+
inline constexpr std::size_t k_age_cells = std::size_t{k_sexes} * k_age_groups;

/// Where a person stands with a case-finding programme.
enum class Screening : std::uint8_t {
  none,
  alarmed,    ///< the test was positive: the need of the second test begins in the next cycle
  worked_up,  ///< on the way to the second test; not invited meanwhile
  detected,   ///< put on record with the condition, and no GP contact has come that would have done so
};

/// Where a person stands with a programme of care.
enum class CareStatus : std::uint8_t {
  not_asked,
  refused,
  enrolled,
  left,         ///< no longer eligible: may be asked again
  dropped_out,  ///< for good
};
struct CareEnrolment {
  CareStatus status = CareStatus::not_asked;
  std::int16_t since = 0;  ///< cycle of the last enrolment
  std::int16_t until = 0;  ///< cycle in which it ended
  double strength = 0.0;   ///< of the effect in this cycle, 0..1
};

/// Who asks for admission at a limited setting, and in what order they come in.
struct Request {
  std::uint64_t order = 0;  ///< semi-urgent before others, then by the day of asking, then by lot
  std::uint32_t person = 0;
  std::uint32_t key = 0;
  std::uint32_t token = 0;  ///< position among those who ask
  friend constexpr auto operator<=>(const Request&, const Request&) = default;
};

/// Words drawn ahead for the next steps of an episode: positions in ArmState::draws.
struct DrawnAhead {
  std::uint32_t key = 0;       ///< of the first step
  std::uint32_t steps = 0;     ///< Purpose::walk_step of so many keys
  std::uint32_t first = 0;     ///< position of the first
  std::uint32_t services = 0;  ///< Purpose::attached_service of the last of these keys is there, behind the steps
};

/// What becomes of those who ask for admission at a limited setting; the order of the `queue` table.
enum class QueueItem : std::uint8_t { asked, admitted, gave_up, turned_urgent, went_elsewhere, died, left };
inline constexpr std::size_t k_queue_items = 7;

/// How a need was drawn: at a rate, with room for demand that rises; by an event, which has none; or as one that a
/// programme adds to a rate.
enum class DrawnBy : std::uint8_t { rate, event, programme };

/// A need that was drawn, the same in every arm. Whether it is accepted is up to each.
struct OfferedNeed {
  Token token;
  std::uint32_t word = 0;  ///< accepted if it is low enough
  DrawnBy by = DrawnBy::rate;
};

/// Needs one after the other in BlockCounts::offered.
struct OfferedRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// A person to whom a cycle brings needs: how many, and what else there is to look at.
struct Needy {
  std::uint32_t person = 0;
  std::uint32_t base = 0;   ///< needs that anybody can have
  std::uint32_t stage = 0;  ///< needs of stages
  double stage_mean = 0.0;  ///< number of these expected
  HealthEvent event;        ///< of this cycle: a new stage may bring needs at once
  OfferedRange offered;     ///< the needs: found here, or in the arm from which they are taken over
  bool taken_over = false;
};

/// What a cycle did with a person who was looked at, for arms that take it over.
struct Outcome {
  static constexpr std::int32_t k_no_needs = -1;
  HealthEvent event;
  bool changed = false;             ///< the person came, went or changed, or what is cached of the person was retaken
  std::int32_t needy = k_no_needs;  ///< position in BlockCounts::needy
  std::int32_t utility = 0;         ///< lived in this cycle
  std::int64_t cost = 0;
};

/// Work space of refresh_choices(), of one row.
struct ChoiceSpace {
  std::vector<double> utility, wait, benefit;    ///< [option]
  std::vector<double> nest_utility, nest_share;  ///< [nest]
  std::vector<std::int32_t> nest;                ///< [option]
  std::vector<int> places;                       ///< [nest]

  void make_room(std::size_t most) {
    for (auto* column : {&utility, &wait, &benefit, &nest_utility, &nest_share}) {
      column->resize(most);
    }
    nest.resize(most);
    places.resize(most);
  }
};

/// What a contract pays by the period at the end of a cycle.
struct PeriodDue {
  const Capitation* capitation = nullptr;
  std::int64_t capitation_periods = 0;
  std::int64_t enrolment_price = 0;  ///< micro-euro
};

/// What one block of persons counts in a cycle; folded in order of blocks, kept for its memory.
struct BlockCounts {
  // Of the persons drawn together, in their order.
  std::vector<std::uint32_t> marked;  ///< positions of those to look at, as many as `looked_at`
  std::vector<std::int32_t> alike;    ///< of each of these: position in `outcomes` of the arm that leads, or -1
  std::vector<Outcome> outcomes;      ///< of each of these, in the arm that leads
  std::vector<Needy> needy;
  std::vector<OfferedNeed> offered;  ///< to `needy`, in the arm that leads
  DrawBatch draws;                   ///< of their needs: those of each one after the other, of anybody first
  std::size_t looked_at = 0;
  bool leads = false;  ///< other arms may take over what happens
  // Of the cycle.
  std::int64_t person_looks = 0;  ///< persons looked at
  std::int64_t taken_over = 0;    ///< ... of whom another arm had worked out what happens
  std::vector<Token> begun;
  std::vector<BaselinePath::Event> events;  ///< noted in the baseline arm of a decomposition
  std::vector<std::int64_t> fates, deaths, onsets, people_by_age, people_by_stage, people_by_class;
  std::vector<std::int64_t> stratum_persons, stratum_spending, stratum_qalys, stratum_costs, screening;
  std::vector<std::int64_t> care_persons;  ///< [programme][item], see CareItem
  std::vector<std::int64_t> care_cycles;   ///< [programme][insurer][provider] person-cycles enrolled
};

/// Counted spending and time of people whom a contract does not look at, by the contract's rules.
struct Outside {
  std::int64_t payer_counted = 0;  ///< micro-euro of all people of the contract's payer, its own included
  std::int64_t payer_uncut = 0;    ///< ... before the cut
  std::int64_t payer_cycles = 0;   ///< person-cycles
  std::int64_t own_counted = 0;    ///< of the contract's own people, part of payer_counted: before reinsurance too
  std::int64_t all_counted = 0;    ///< of all insured
  std::int64_t all_uncut = 0;
  std::int64_t all_cycles = 0;
};

/// All who are registered with a contract's holder in a year, whoever of them belongs to it, by the contract's rules.
struct Registered {
  std::int64_t cut = 0;         ///< micro-euro after the cut
  std::int64_t borne = 0;       ///< of it, what a reinsurer bears
  std::int64_t uncut = 0;       ///< micro-euro before the cut
  std::int64_t cycles = 0;      ///< person-cycles
  std::optional<Money> cut_at;  ///< where each person was cut
  double risk = 0.0;            ///< see Counted
  double true_risk = 0.0;
};

/// Which contract of an arm has each person, as positions among its contracts; empty if none of them settles.
struct PeopleOfContracts {
  static constexpr std::int16_t k_nobody = -1;      ///< no contract has the person
  static constexpr std::int16_t k_not_judged = -2;  ///< was not here when the year began
  std::vector<std::int16_t> fixed;                  ///< [person][lane] for this year, of what is fixed before it
  std::vector<std::int16_t> before;  ///< [person][lane] in the year before, of those who were here at its end
};

/// What makes insured people's classes in the risk equalisation, and what the year's classes came to.
struct InsuredPeople {
  std::vector<std::uint8_t> used;          ///< [person][group by use] units this year, 255 at most
  std::vector<std::uint8_t> years_high;    ///< [person][group by spending] years in the top up to the last one
  std::vector<std::uint32_t> groups;       ///< [person] groups of this year, a bit each, by use first
  std::vector<std::int64_t> bills;         ///< [person] micro-euro this year without a contract, if there are policies
  std::vector<std::int64_t> counting;      ///< [person] of these, what counts for the deductible
  std::vector<std::int64_t> counted;       ///< [insurer] micro-euro at list prices, of the year that was settled last
  std::vector<std::int64_t> normative;     ///< [insurer] micro-euro of that year
  std::vector<std::int64_t> adult_cycles;  ///< [insurer] person-cycles of that year
};

/// What people pay themselves of one more euro of care, as they expect it; empty where demand does not answer.
struct OwnPrices {
  std::vector<std::int64_t> spent;     ///< [person][of Model::own_payment_spend] micro-euro last year
  std::vector<std::uint8_t> class_of;  ///< [person] of last year's spending
  std::vector<std::uint8_t> before;    ///< [person] of spending in the year before
  std::vector<float> now;              ///< [person] share of the price under the arm's contracts, 0..1
  std::vector<float> reference;        ///< [person] ... under the reference contracts
};

/// People as they were when the year began, for contracts that pay by what was expected of them then.
struct YearStart {
  static constexpr std::int16_t k_never = -1;
  std::vector<std::int16_t> from;      ///< [person] cycle of the year's beginning, or in which they come; k_never
  std::vector<std::uint8_t> recorded;  ///< [person][condition] then
  std::vector<std::uint8_t> stage;     ///< [person][condition] then
  /// [expectation][person] expected over the mean of the model, of people who are here some time in the year: on what
  /// is recorded when it begins or when they come. Empty where no contract goes by it.
  std::vector<std::vector<double>> score;
  std::vector<std::vector<double>> true_score;  ///< the same on true stages
};

/// People of one class of a contract in a year, see selection.hpp.
struct ClassCost {
  double cycles = 0.0;  ///< person-cycles
  double spent = 0.0;   ///< what counts of their spending, EUR
  double risk = 0.0;    ///< person-cycles times relative cost as the contract sees it
};

/// A year of facts that settlements look back on.
struct PastYear {
  std::vector<std::int64_t> counted;    ///< [contract that settles] truncated and reinsured micro-euro
  std::vector<std::int64_t> cycles;     ///< [contract that settles] person-cycles
  std::vector<double> person_variance;  ///< [contract that settles] of truncated spending, EUR^2 a person-year
  std::vector<double> risk;             ///< [contract] on recorded stages, see Counted
  std::vector<double> true_risk;        ///< [contract]
  std::vector<std::vector<std::int64_t>> group_cycles;   ///< [contract][practice group] part of `cycles`
  std::vector<std::int64_t> class_cycles;                ///< [insurer][practice group] person-cycles registered
  std::vector<std::vector<std::int64_t>> group_use;      ///< [contract][practice group] see Counted
  std::vector<std::vector<std::int64_t>> group_own_use;  ///< [contract][practice group]
  std::vector<std::vector<Money>> persons;       ///< [contract settled on each person's spending] before any cut
  std::vector<Outside> outside;                  ///< [contract that compares]
  std::vector<Registered> registered;            ///< [contract that settles] of whole years
  std::vector<std::vector<ClassCost>> by_class;  ///< [contract][class] empty without selection
  std::vector<std::int64_t> saving;  ///< [contract] benchmark less counted, micro-euro a person-year; 0: none settled
};

/// Draws that belong to a replication, not to an arm.
struct ReplicationDraws {
  std::vector<double> practice_effect;  ///< [practice] multiplies need rates
};

/// One arm of one replication in flight.
struct ArmState {
  const ArmModel* arm = nullptr;
  const PayTable* pay = nullptr;  ///< of this year
  Recorder* recorder = nullptr;   ///< sees what is delivered; nobody in ordinary runs
  // Decomposition: the path that the baseline arm notes, or the one that an arm with something held follows.
  BaselinePath* noted = nullptr;
  const BaselinePath* path = nullptr;
  MechanismSet held = 0;
  [[nodiscard]] bool holds(Mechanism one) const { return (held >> static_cast<unsigned>(one) & 1U) != 0; }

  int cycle = 0;
  std::uint64_t seed = 0;  // with the replication: names the draws that year end makes
  std::uint32_t replication = 0;

  // Persons, by position in People.
  std::vector<Presence> presence;
  std::vector<std::int16_t> gone_at;     ///< cycle in which the person died or left, of those who did
  std::vector<std::uint8_t> stage;       ///< [person][condition]
  std::vector<std::uint8_t> recorded;    ///< [person][condition]
  std::vector<Screening> screening;      ///< [person][case-finding]
  std::vector<CareWindow> care;          ///< [person][care effect]
  std::vector<CareEnrolment> enrolment;  ///< [person][programme of care of the arm]
  /// Cycle in which the person is to be looked at whatever is drawn: comes, leaves, has a birthday, an effect of care
  /// begins or ends. Who is gone is looked at no more.
  std::vector<std::int16_t> refresh_at;
  std::vector<std::uint32_t> event_below;    ///< a word below it is a health event
  std::vector<std::uint32_t> no_stage_need;  ///< a word at or below it brings no need of a stage
  std::vector<std::uint32_t> no_base_need;   ///< a word at or below it brings no need of anybody
  std::vector<std::uint16_t> cell;           ///< of need rates; without needs, of health at age 0
  std::vector<std::int32_t> utility;         ///< micro-QALY per cycle
  std::vector<std::int32_t> year_qalys;      ///< micro-QALY of this year, of those who are gone too
  std::vector<std::int64_t> cost;            ///< micro-euro per cycle, models with costs of stages only
  std::vector<std::int64_t> year_costs;      ///< micro-euro, the same
  std::vector<std::int64_t> spend;           ///< [person][accumulator] micro-euro this year
  std::vector<std::int64_t> use;             ///< [person][counter of use] this year
  PeopleOfContracts people;
  InsuredPeople insured;
  YearStart start;
  OwnPrices own_prices;

  // Running counts of people here.
  std::vector<std::int64_t> people_by_age;    ///< [sex][age group]
  std::vector<std::int64_t> people_by_stage;  ///< [stage label]
  std::vector<std::int64_t> people_by_class;  ///< [insurer][group]

  // Need rates of the year.
  std::vector<double> rate;               ///< [cell][need] per cycle, with shock and growth
  std::vector<double> cell_rate;          ///< [cell]
  std::vector<std::uint64_t> need_below;  ///< [cell][need] cumulative thresholds
  std::vector<std::uint8_t> need_guide;   ///< [cell][word's highest bits] first need to look at in need_below
  std::vector<std::uint32_t> no_need_of;  ///< [cell][practice] a word at or below it brings no need of anybody
  std::vector<double> shock;              ///< [need] growth and shock of the year, and the season of the cycle
  std::vector<double> year_shock;         ///< [need] growth and shock of the year
  std::vector<double> access;             ///< [need] acceptance, 0..1

  // Walks.
  std::shared_ptr<const StepTables> steps;
  std::vector<std::uint8_t> units_alone;     ///< [insurer][row] what a visit posts follows from the number of units
  std::vector<std::uint8_t> attached_alone;  ///< [insurer][attached] the same of a service
  // Since book_units() was called last: four bytes each, so that a core keeps them close.
  std::vector<std::uint32_t> units_since;     ///< [insurer][row] of rows with units_alone
  std::vector<std::uint32_t> attached_since;  ///< [insurer][attached] of services with attached_alone
  std::vector<std::uint32_t> moves_since;     ///< [option]

  // Episodes.
  Calendar<Token> calendar;                          ///< tokens that go on in a later cycle
  std::vector<std::vector<Token>> waiting;           ///< [setting]
  std::vector<std::vector<std::int32_t>> used;       ///< [setting][cycle] units of capacity taken
  std::vector<std::vector<std::int64_t>> pool_used;  ///< [staff pool][cycle] milli-hours taken

  // Choices.
  std::vector<std::uint32_t> surely_kept_below;      ///< [insurer][option] see surely_kept_below()
  std::vector<double> probability;                   ///< [insurer][option]
  std::vector<std::uint8_t> row_moved;               ///< [insurer][row] probabilities differ from observed practice
  std::vector<double> shift;                         ///< [insurer][option] utility of incentives, adapted
  std::vector<double> shift_at_solve;                ///< ... when chains were last solved
  std::vector<double> fundamental;                   ///< chains' (I - P)^-1, at Incentives' offsets
  std::vector<double> wait;                          ///< [setting] days
  std::vector<std::vector<double>> waits_before;     ///< [cycle, oldest first][setting] kept for who sees them late
  std::vector<std::vector<double>> demand_by_cycle;  ///< [cycles gone of this year][contract] EUR; the same
  std::vector<double> closed;                        ///< [provider] share of elective slots closed, may be below 0
  std::vector<double> sent_back;                     ///< [provider]
  std::vector<double> sent_elsewhere;                ///< [provider]
  std::vector<std::int64_t> slots;                   ///< [setting] elective slots of this cycle
  std::vector<double> slot_part;           ///< [setting] part of an elective slot left over from earlier cycles
  std::vector<double> held_back;           ///< [provider] part of the year's elective work held back so far
  std::vector<double> selection;           ///< [insurer][decider][class] factor on the odds of treating; empty: none
  std::vector<double> signing;             ///< [insurer][holder][class] share asked to sign up; empty: all
  std::vector<double> coding;              ///< [insurer][decider] log-odds of putting on record; empty: 0
  std::vector<double> attached;            ///< [insurer][attached] log of the factor on how many; empty: 0
  std::vector<double> stay;                ///< [insurer][row] log of the factor on the mean stay; empty: 0
  std::vector<std::uint8_t> payer_closed;  ///< [provider][insurer] no new electives

  std::vector<BlockCounts> blocks;  ///< work space of person_cycle()
  std::int64_t person_looks = 0;    ///< persons looked at so far in person_cycle()
  std::int64_t taken_over = 0;      ///< ... of whom another arm had worked out what happens
  std::vector<Token> begun;         ///< episodes that begin in this cycle
  std::vector<Token> due;           ///< work space: episodes that go on in this cycle
  DrawBatch draws;                  ///< work space: words of episodes
  std::vector<Token> asking;        ///< work space of admit_all()
  std::vector<Token> onward;
  std::vector<Request> requests;
  std::vector<DrawnAhead> ahead;
  ChoiceSpace choosing;                ///< work space of refresh_choices()
  std::vector<PeriodDue> periods_due;  ///< [contract] work space of accrue_periods()
  std::vector<double> programme_odds;  ///< [option of a row] work space of programme_choice()
  // [option of a row] work space of moved_option()
  std::vector<double> selection_factors;
  std::vector<double> selected;
  std::vector<PastYear> past;  ///< base and performance years, oldest first
  YearCounts year;
};

// work_counts.cpp
/// Counts draws that were named, by their purposes.
void count_names(WorkCounts& work, const DrawBatch& named);

/// What a replication's functions need to know; cheap to pass.
struct Context {
  const Model& model;
  std::uint64_t seed = 0;
  std::uint32_t replication = 0;
  int threads = 1;
  int block_size = 8192;
  const ReplicationDraws& draws;
  int days_per_cycle = model.time.days_per_cycle();
  WorkCounts* work = nullptr;  ///< counts what is done, if somebody asks: in a run with one thread

  [[nodiscard]] DrawName name(std::uint32_t person, int cycle, Purpose purpose, std::uint32_t k) const {
    return {replication, person, static_cast<std::uint32_t>(cycle), purpose, k};
  }
  [[nodiscard]] Words words(std::uint32_t person, int cycle, Purpose purpose, std::uint32_t k) const {
    if (work != nullptr) {
      work->add(purpose, 1);
    }
    return draw(seed, name(person, cycle, purpose, k));
  }
  /// Makes all draws that were named.
  void make(DrawBatch& named) const {
    if (work != nullptr) {
      count_names(*work, named);
    }
    named.draw(seed);
  }
  /// Notes that so many persons are passed, with a block of words for each.
  void note_passed(std::size_t persons) const {
    if (work != nullptr) {
      work->persons += static_cast<std::int64_t>(persons);
      work->add(Purpose::person_cycle, static_cast<std::int64_t>(persons));
    }
  }
  /// Of persons one after the other, with k 0: the same words, several at a time.
  void words_of_many(std::uint32_t first_person, Purpose purpose, int cycle, std::span<Words> out) const {
    draw_many(seed, {replication, first_person, static_cast<std::uint32_t>(cycle), purpose, 0}, out);
  }
};

/// Age group of the `population` and `deaths` tables.
constexpr int age_group(int age) { return age >= 100 ? k_age_groups - 1 : age / 10; }

// initial_state.cpp
ArmState initial_state(const Context& context, const ArmModel& arm);
/// Room for what a block of persons counts.
BlockCounts empty_block(const Model& model);

// need_rates.cpp
/// Growth and shocks of the year that begins at state.cycle, if one does, and the season; refreshes cached rates.
/// @param done  another arm of the replication that has done so in this cycle, or null: rates are the same in all arms
void refresh_rates(const Context& context, ArmState& state, const ArmState* done = nullptr);

// person_cycle.cpp
/// Entries, exits, birthdays, health and needs of all persons in each of these arms of a replication, which stand in
/// the same cycle; leaves the episodes that begin in ArmState::begun. The same as of each arm alone.
void person_cycle(const Context& context, std::span<ArmState* const> arms);
inline void person_cycle(const Context& context, ArmState& state) {
  ArmState* const one = &state;
  person_cycle(context, {&one, 1});
}
/// Books the year of everybody who is here into the strata.
void close_year_of_people(const Model& model, ArmState& state);

// one_person.cpp
/// Retakes all that is cached of a person: who comes, whose stage changed, whose programmes of care do.
void refresh_person(const Model& model, ArmState& state, std::size_t person);
/// The same of everybody who is here: what an arm does for health begins.
void refresh_people(const Model& model, ArmState& state);
/// Health under what the arm does.
inline const HealthModel& health_in(const Model& model, const ArmState& state) {
  return state.arm->health ? *state.arm->health : model.health;
}

// programme.cpp
/// A need has ended: whoever was on the way to a second test by it is so no longer.
void end_work_up(ArmState& state, const Token& token);

// walk.cpp
/// Counts a GP visit of somebody who waits; it does not move the episode.
void visit_gp_while_waiting(const Context& context, ArmState& state, const Token& token);
/// Counts a visit to the emergency department of somebody who waits; it does not move the episode.
/// @param word  picks one of several
void visit_emergency_while_waiting(const Context& context, ArmState& state, const Token& token, std::uint32_t word);
/// Where a chain's people go who cannot wait: a row of it. The chain has such rows.
std::int32_t emergency_row(const NetworkModel& network, const ChainModel& chain, std::uint32_t word);
/// Names the draws that an episode will surely want if it goes on now; they are not made yet.
[[nodiscard]] DrawnAhead draw_ahead(const Context& context, ArmState& state, const Token& token);
/// Moves an episode on until it ends, waits or goes on in a later cycle.
void walk(const Context& context, ArmState& state, Token token, const DrawnAhead& ahead = {});
/// The same of many.
void walk_all(const Context& context, ArmState& state, std::span<const Token> tokens);

// unserved.cpp
/// Sends an episode that ended unserved back, or ends it.
void end_unserved(const Context& context, ArmState& state, Token token, Fate fate);

/// Classes of the tables of admissions: urgent, elective, and semi-urgent where there are such.
inline std::size_t urgency_classes(const Model& model) { return model.semi_urgent ? 3 : 2; }
inline bool takes_capacity(const SettingModel& setting) { return setting.limited || setting.pool >= 0; }

// capacity.cpp
/// Whether an elective episode is admitted before others.
bool is_semi_urgent(const Context& context, const Token& token);
void count_admission(const Context& context, ArmState& state, const Token& token, std::int32_t setting,
                     std::int64_t wait_days);
/// Takes up capacity: one visit, or the days of a stay in the cycles it spans.
void occupy(const Model& model, ArmState& state, const RowModel& row, std::int32_t day, std::int32_t stay);
void admit_all(const Context& context, ArmState& state);
void update_waits(const Model& model, ArmState& state);

// deliver.cpp
/// Takes from the contracts of a year what a visit posts; call it whenever ArmState::pay changes.
void note_pay(const Model& model, ArmState& state);
/// Brings units and moves into the counts of the year; these and the ledger lack them until then.
void book_units(const Model& model, ArmState& state);

// year_end.cpp
/// Accrues capitation and enrolment payments of the period that ends with this cycle.
void accrue_periods(const Model& model, ArmState& state);

// room.cpp
/// Gives lists of episodes a quarter more room than they have ever needed, so that the months to come need none.
void make_room(ArmState& state);

// incentive.cpp
/// Takes stock of the contracts and adapts the utility of every option, and the supply decision.
void refresh_incentives(const Context& context, ArmState& state);

// supply.cpp
/// Adds what the supply decision held back in this cycle to the demand that ceilings are judged by.
void note_withheld(const Model& model, ArmState& state);

// choices.cpp
/// The practice that an arm's routes make, from now on.
void begin_routes(const Model& model, ArmState& state);
/// Chances of every option under the present utilities and waits.
void refresh_choices(const Model& model, ArmState& state);

}  // namespace waterbed::engine
