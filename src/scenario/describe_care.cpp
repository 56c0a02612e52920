#include "scenario/describe.hpp"

#include <algorithm>

namespace waterbed::detail {

void describe(Visitor& v, CostSpec& s) {
  v.number({.name = "margin", .meaning = "expected in the base year", .unit = "share of revenue", .low = -1, .high = 1},
           s.margin);
  v.number({.name = "variable_share",
            .meaning = "follows units at once",
            .unit = "share of total cost",
            .low = 0,
            .high = 1},
           s.variable_share);
  v.number(
      {.name = "step_share", .meaning = "follows volume in steps", .unit = "share of total cost", .low = 0, .high = 1},
      s.step_share);
  v.number({.name = "step_size", .unit = "share of base-year volume", .low = 0, .high = 1, .above_low = true},
           s.step_size);
  v.number({.name = "step_release_half_life_months",
            .meaning = "until half of a step that is given up is no longer paid for; 0: at once",
            .unit = "months",
            .low = 0,
            .high = 600},
           s.step_release_half_life_months);
}

std::pair<std::string, EpisodeStep> split_place(const std::string& place) {
  for (const EpisodeStep step : {EpisodeStep::follow_up, EpisodeStep::back}) {
    const std::string ending = place_in_episode("", step);
    if (place.size() > ending.size() && place.ends_with(ending)) {
      return {place.substr(0, place.size() - ending.size()), step};
    }
  }
  return {place, EpisodeStep::first};
}

namespace {

const std::vector<Choice>& decision_types() {
  static const std::vector<Choice> types{{"own_volume", "own follow-ups and tests"},
                                         {"treat_or_refer", "per fee"},
                                         {"care_borne", "care that others deliver and the decider bears"},
                                         {"elective_specialist", "specialist's elective care"},
                                         {"urgent", "never answers to money"}};
  return types;
}

/// One way on, as written below where it starts.
struct WayOn {
  std::string to;
  double probability = 0.0;
  int delay_days = 0;
};

void describe(Visitor& v, WayOn& s) {
  v.number({.name = "probability", .meaning = "practice as observed", .low = 0, .high = 1, .required = true},
           s.probability);
  integer_of(v, {.name = "delay_days", .unit = "days", .low = 0, .high = 3650}, s.delay_days);
}

struct WaysFrom {
  std::string from;
  std::vector<WayOn> ways;
};

void describe(Visitor& v, WaysFrom& s) {
  named_of(
      v,
      {.name = "", .meaning = "where to; what is left of 1 is discharge", .of = Names::episode, .bare = "probability"},
      s.ways, &WayOn::to);
}

struct Attached {
  std::string at;
  std::map<std::string, double> kinds;
};

void describe(Visitor& v, Attached& s) {
  v.amounts({.name = "", .meaning = "chance per visit of this kind", .low = 0, .high = 1, .of = Names::kind}, s.kinds);
}

template <class T>
T& with_name(std::vector<T>& things, std::string T::*member, const std::string& name) {
  const auto found = std::find_if(things.begin(), things.end(), [&](const T& t) { return t.*member == name; });
  if (found != things.end()) {
    return *found;
  }
  things.emplace_back().*member = name;
  return things.back();
}

void describe_pathways(Visitor& v, std::vector<PathwaySpec>& pathways) {
  std::vector<WaysFrom> rows;
  for (const PathwaySpec& p : pathways) {
    WaysFrom& row = with_name(rows, &WaysFrom::from, place_in_episode(p.from_kind, p.from_step));
    row.ways.push_back(WayOn{place_in_episode(p.to_kind, p.to_step), p.probability, p.delay_days});
  }
  named_of(v,
           {.name = "pathways",
            .meaning = "ways on from a place in an episode: kind, kind.follow_up or kind.back",
            .of = Names::episode},
           rows, &WaysFrom::from);
  pathways.clear();
  for (const WaysFrom& row : rows) {
    const auto [from_kind, from_step] = split_place(row.from);
    for (const WayOn& way : row.ways) {
      const auto [to_kind, to_step] = split_place(way.to);
      pathways.push_back({from_kind, from_step, to_kind, to_step, way.probability, way.delay_days});
    }
  }
}

void describe_attached(Visitor& v, std::vector<AttachedSpec>& attached) {
  std::vector<Attached> rows;
  for (const AttachedSpec& a : attached) {
    with_name(rows, &Attached::at, a.at_kind).kinds[a.kind] = a.per_visit;
  }
  named_of(v,
           {.name = "attached", .meaning = "services that a visit emits without moving the patient", .of = Names::kind},
           rows, &Attached::at);
  attached.clear();
  for (const Attached& row : rows) {
    for (const auto& [kind, per_visit] : row.kinds) {
      attached.push_back({row.at, kind, per_visit});
    }
  }
}

}  // namespace

std::string place_in_episode(const std::string& kind, EpisodeStep step) {
  return kind + (step == EpisodeStep::first ? "" : step == EpisodeStep::follow_up ? ".follow_up" : ".back");
}

void describe(Visitor& v, KindSpec& s) {
  v.text({.name = "sector", .of = Names::sector, .required = true}, s.sector);
  v.text({.name = "funder", .meaning = "insurer, or a payer that is none", .of = Names::funder, .required = true},
         s.funder);
  choice_of(v, {.name = "first", .meaning = "decision type at a first contact"}, decision_types(), s.first);
  choice_of(v, {.name = "follow_up", .meaning = "decision type at follow-ups and returns"}, decision_types(),
            s.follow_up);
  v.number({.name = "list_price",
            .meaning = "at base-year prices, before the sector's factor",
            .unit = "EUR per unit",
            .low = 0,
            .high = 1e7},
           s.list_price);
  v.number({.name = "list_price_follow_up",
            .meaning = "per follow-up or return; 0 inside a product",
            .unit = "EUR per unit",
            .low = 0,
            .high = 1e7},
           s.list_price_follow_up);
  v.number({.name = "staff_hours", .unit = "hours per unit", .low = 0, .high = 10000}, s.staff_hours);
  v.flag({.name = "per_day", .meaning = "the unit is a day of stay, not a visit"}, s.per_day);
  choice_of(v, {.name = "capacity_unit", .meaning = "what is limited"}, {{"unlimited"}, {"visits"}, {"bed_days"}},
            s.capacity_unit);
  v.number({.name = "reference_wait_days",
            .meaning = "elective care at limited kinds",
            .unit = "days",
            .low = 0,
            .high = 3650},
           s.reference_wait_days);
  v.number({.name = "utilisation",
            .meaning = "expected use over physical capacity in the base year",
            .low = 0,
            .high = 1,
            .above_low = true},
           s.utilisation);
  integer_of(v,
             {.name = "admission_order",
              .meaning = "limited kinds admit in this order within a cycle",
              .low = 0,
              .high = 1000},
             s.admission_order);
}

void describe(Visitor& v, StaffPoolSpec& s) {
  v.number({.name = "hours_per_cycle",
            .meaning = "elective care starts only where they leave room; urgent care and follow-ups take them first",
            .unit = "hours per cycle",
            .low = 0,
            .high = 1e9,
            .required = true},
           s.hours_per_cycle);
  v.texts({.name = "kinds", .meaning = "of the provider, with staff_hours", .of = Names::kind, .required = true},
          s.kinds);
}

void describe(Visitor& v, ProviderSpec& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  word_of(v, {.name = "type", .required = true},
          {{"gp_group"}, {"hospital"}, {"treatment_centre"}, {"community"}, {"other"}}, s.type);
  v.flag({.name = "out_of_region", .meaning = "reported apart from the region"}, s.out_of_region);
  v.number({.name = "pass_through",
            .meaning = "share of the organisation's marginal income that reaches who decides",
            .low = 0,
            .high = 1},
           s.pass_through);
  v.number({.name = "engagement",
            .meaning = "how far who decides acts on what reaches it: multiplies pass_through, in all arms alike",
            .low = 0,
            .high = 1},
           s.engagement);
  v.number({.name = "decision_makers",
            .meaning = "those who decide, over their number when practice was observed",
            .low = 0,
            .high = 100,
            .above_low = true},
           s.decision_makers);
  v.number({.name = "norm_weight",
            .meaning = "part of what is decided that no money moves: multiplies pass_through by 1 - norm_weight",
            .low = 0,
            .high = 1},
           s.norm_weight);
  number_or_negative(v,
                     {.name = "half_life_months",
                      .meaning = "of adaptation of those who decide; left out: behaviour.half_life_months",
                      .unit = "months",
                      .low = 0,
                      .high = 600,
                      .above_low = true},
                     s.half_life_months);
  v.number({.name = "information_lag_months",
            .meaning = "until those who decide see waits, and what the provider has turned over in the year",
            .unit = "months",
            .low = 0,
            .high = 12},
           s.information_lag_months);
  object_of(v, {.name = "cost", .meaning = "how cost follows volume"}, s.cost);
  v.texts({.name = "kinds", .meaning = "kinds of care that it delivers, each a setting", .of = Names::kind}, s.kinds);
  v.pairs({.name = "decided_by",
           .meaning = "who decides at a kind, where not the owner",
           .of = Names::kind,
           .to = Names::provider},
          s.decided_by);
  v.amounts({.name = "physical_capacity",
             .meaning = "where not derived from expected use",
             .unit = "units per cycle",
             .low = 0,
             .high = 1e12,
             .of = Names::kind},
            s.physical_capacity);
  named_of(v, {.name = "staff_pools", .meaning = "staff that several kinds of the provider share"}, s.staff_pools,
           &StaffPoolSpec::name);
}

void describe(Visitor& v, InternalContractSpec& s) {
  v.text({.name = "owner", .meaning = "of the settings", .of = Names::provider, .required = true}, s.owner);
  v.text({.name = "decision_maker",
          .meaning = "who decides there, see decided_by; left out: the owner's own staff",
          .of = Names::provider,
          .optional = true},
         s.decision_maker);
  v.number({.name = "fee_share",
            .meaning = "of the list price of each unit decided about, whatever payers pay the owner",
            .low = 0,
            .high = 1},
           s.fee_share);
  v.number({.name = "result_share",
            .meaning = "of the owner's income less variable cost, and of its settlements",
            .low = 0,
            .high = 1},
           s.result_share);
  v.number({.name = "salary",
            .meaning = "of all of them together, as many as when practice was observed",
            .unit = "EUR a year",
            .low = 0,
            .high = 1e12},
           s.salary);
}

void describe(Visitor& v, MarketShare& s) {
  v.text({.name = "kind",
          .meaning = "or \"*\": every kind that the providers own",
          .of = Names::kind,
          .required = true,
          .star = true},
         s.kind);
  v.text(
      {.name = "municipality", .meaning = "or \"*\": any", .of = Names::municipality, .required = true, .star = true},
      s.municipality);
  v.amounts(
      {.name = "providers", .meaning = "shares, sum 1", .low = 0, .high = 1, .of = Names::provider, .required = true},
      s.providers);
}

void describe(Visitor& v, NeedSpec& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  v.text({.name = "group", .meaning = "needs of one group share their year shock; left out: its own"}, s.group);
  choice_of(v, {.name = "urgency"}, {{"urgent"}, {"elective"}}, s.urgency);
  v.table({.name = "per_person_year",
           .meaning = "base rate at deprivation quintile 3; 0: only stages or events bring it",
           .unit = "per person-year",
           .low = 0,
           .high = 1000,
           .required = true,
           .key_column = "need"},
          s.per_person_year);
  v.number({.name = "deprivation_gradient",
            .meaning = "rate of the most over the least deprived quintile",
            .low = 0,
            .high = 100,
            .above_low = true},
           s.deprivation_gradient);
  v.number({.name = "vulnerability_gradient",
            .meaning = "rate of the most over the least vulnerable class; the mean stays as written",
            .low = 0,
            .high = 1000,
            .above_low = true},
           s.vulnerability_gradient);
  v.number(
      {.name = "growth_per_year", .meaning = "stated growth of the rate", .unit = "per year", .low = -0.5, .high = 0.5},
      s.growth_per_year);
  v.amounts({.name = "enters",
             .meaning = "chance to enter at each kind of care; the rest seeks none",
             .low = 0,
             .high = 1,
             .of = Names::kind,
             .required = true},
            s.enters);
  describe_pathways(v, s.pathways);
  describe_attached(v, s.attached);
  v.amounts({.name = "stay_days",
             .meaning = "mean stay, at kinds with a stay",
             .unit = "days",
             .low = 0,
             .high = 3650,
             .of = Names::kind},
            s.stay_days);
  v.number({.name = "unresolved", .meaning = "chance that a discharge left the need open", .low = 0, .high = 1},
           s.unresolved);
  v.number(
      {.name = "access_elasticity", .meaning = "of the rate to the wait where the need enters", .low = -5, .high = 0},
      s.access_elasticity);
  v.numbers({.name = "seasonality",
             .meaning = "factor on the rate in each calendar month: 12 numbers of mean 1; left out: none",
             .low = 0,
             .high = 12,
             .optional = true},
            s.seasonality);
  v.number({.name = "semi_urgent",
            .meaning = "share of its episodes that are admitted before the others; elective needs",
            .low = 0,
            .high = 1},
           s.semi_urgent);
  v.number({.name = "deteriorates_per_year",
            .meaning = "of those waiting: goes to behaviour.emergency_kind at once; elective needs",
            .unit = "per year",
            .low = 0,
            .high = 365},
           s.deteriorates_per_year);
  v.number({.name = "wait_disutility",
            .meaning = "taken from quality of life while one waits for admission; elective needs",
            .low = 0,
            .high = 1},
           s.wait_disutility);
}

void describe(Visitor& v, VariationSpec& s) {
  v.number({.name = "year_need_group_cv",
            .meaning = "coefficient of variation of the shock per year and need group",
            .low = 0,
            .high = 1},
           s.year_need_group_cv);
  v.number({.name = "practice_cv",
            .meaning = "coefficient of variation of the persistent effect per practice",
            .low = 0,
            .high = 1},
           s.practice_cv);
}

}  // namespace waterbed::detail
