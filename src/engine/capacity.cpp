#include "care_effects.hpp"
#include "recorder.hpp"
#include "state.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

void count(ArmState& state, int setting, QueueItem item) {
  state.year.queue[at(setting) * k_queue_items + static_cast<std::size_t>(item)] += 1;
}

/// Elective admissions that the provider opens this cycle: what was asked in it, plus or minus what brings the backlog
/// back to its reference, less the slots it closes.
double planned_units(const Model& model, const ArmState& state, int setting_id, double asked, double backlog) {
  const SettingModel& setting = model.network.settings[at(setting_id)];
  const int year = std::max(0, model.time.year_of(state.cycle));
  const double first_per_day =
      model.expected_first_in(*state.arm)[at(year) * model.network.settings.size() + at(setting_id)] /
      model.time.days_per_year();
  const double reference_backlog = first_per_day * setting.reference_wait_days;
  const double recovery_cycles = model.behaviour.backlog_recovery_months * model.time.cycles_per_year / 12.0;
  const double recovery = (backlog - reference_backlog) / std::max(1.0, recovery_cycles);
  return std::max(0.0, (asked + recovery) * (1.0 - state.closed[at(setting.provider)]));
}

/// Share of a cycle's slots that are open while the first queue forms: requests of the first reference wait stand.
double start_share(const Model& model, const ArmState& state, const SettingModel& setting) {
  const double waited = setting.reference_wait_days / model.time.days_per_cycle();
  return std::clamp(state.cycle + 1 - waited, 0.0, 1.0);
}

/// How people leave a queue before they are admitted, by hazards that compete.
struct Hazards {
  double gives_up = 0.0;
  double worsens = 0.0;
  double goes_elsewhere = 0.0;
  [[nodiscard]] double sum() const { return gives_up + worsens + goes_elsewhere; }
};

Hazards hazards_of(const Model& model, const Token& token) {
  const BehaviourModel& behaviour = model.behaviour;
  const NetworkModel& network = model.network;
  const bool emergency = network.chain(token.need(), model.route_of[token.person]).emergencies > 0;
  return {.gives_up = behaviour.gives_up_per_year,
          .worsens = emergency ? network.needs[at(token.need())].deteriorates_per_year : 0.0,
          .goes_elsewhere = network.rows[at(token.row)].elsewhere >= 0 ? behaviour.goes_elsewhere_per_year : 0.0};
}

/// Whole visits that a cycle holds, and the rest by chance.
int visits_in_cycle(double visits, std::uint32_t word) {
  const double whole = std::floor(visits);
  return static_cast<int>(whole) + (bernoulli(word, visits - whole) ? 1 : 0);
}

/// Chance that one of the hazards comes first in a cycle. Those who wait have few different ones.
class ChanceOfLeaving {
 public:
  explicit ChanceOfLeaving(const Model& model) : per_cycle_(1.0 / model.time.cycles_per_year) {
    double worsens = 0.0;
    for (const NeedModel& need : model.network.needs) {
      worsens = std::max(worsens, need.deteriorates_per_year);
    }
    const Hazards most{.gives_up = model.behaviour.gives_up_per_year,
                       .worsens = worsens,
                       .goes_elsewhere = model.behaviour.goes_elsewhere_per_year};
    constexpr double k_room = 1.001;  // for rounding
    none_from_ = threshold(std::min(1.0, k_room * of(most.sum())));
  }

  /// Whether the word brings nothing at any of the hazards: so it is with nearly all.
  [[nodiscard]] bool brings_none(std::uint32_t word) const { return word >= none_from_; }

  double of(double hazards) {
    if (hazards != hazards_) {
      hazards_ = hazards;
      chance_ = -exact::expm1(-hazards * per_cycle_);
    }
    return chance_;
  }

 private:
  double per_cycle_;
  std::uint64_t none_from_ = 0;
  double hazards_ = -1.0;
  double chance_ = 0.0;
};

bool asked_before(const Context& context, const ArmState& state, const Token& token) {
  return token.day / context.days_per_cycle != state.cycle;
}

/// One of the hazards came first.
void leave_queue(const Context& context, ArmState& state, int setting, const Token& token, const Hazards& hazards,
                 const Words& words) {
  const Model& model = context.model;
  const double which = uniform_open(words[2]) * hazards.sum();
  if (which < hazards.gives_up || hazards.sum() == hazards.gives_up) {
    count(state, setting, QueueItem::gave_up);
    end_need(state, token, Fate::gave_up);
    return;
  }
  Token& on = state.onward.emplace_back(token);
  on.key += 1;
  on.day = state.cycle * context.days_per_cycle;
  if (which < hazards.gives_up + hazards.worsens) {
    count(state, setting, QueueItem::turned_urgent);
    on.row = emergency_row(model.network, model.network.chain(token.need(), model.route_of[token.person]), words[3]);
  } else {
    count(state, setting, QueueItem::went_elsewhere);
    on.row = model.network.rows[at(token.row)].elsewhere;
  }
}

/// What happens to those who wait: death, departure, visits meanwhile, giving up. True if the token stays. Those who go
/// on at another place instead are in state.onward.
/// @param words  of Purpose::wait_event, if the token asked before this cycle
bool stays_waiting(const Context& context, ArmState& state, int setting, const Token& token, const Words* words_of,
                   ChanceOfLeaving& chance) {
  const Model& model = context.model;
  const Presence presence = state.presence[token.person];
  if (presence != Presence::here) {
    count(state, setting, presence == Presence::dead ? QueueItem::died : QueueItem::left);
    end_need(state, token, presence == Presence::dead ? Fate::died : Fate::left);
    return false;
  }
  if (words_of == nullptr) {
    return true;  // asked in this cycle
  }
  const BehaviourModel& behaviour = model.behaviour;
  const Words& words = *words_of;
  const double per_cycle = 1.0 / model.time.cycles_per_year;
  if (!chance.brings_none(words[0])) {
    const Hazards hazards = hazards_of(model, token);
    if (bernoulli(words[0], chance.of(hazards.sum()))) {
      leave_queue(context, state, setting, token, hazards, words);
      return false;
    }
  }
  const int with_gp = visits_in_cycle(behaviour.gp_visits_while_waiting * per_cycle, words[1]);
  for (int visit = 0; visit < with_gp; ++visit) {
    visit_gp_while_waiting(context, state, token);
  }
  if (behaviour.emergency_visits_while_waiting > 0.0) {
    const int urgently = visits_in_cycle(behaviour.emergency_visits_while_waiting * per_cycle, words[3]);
    for (int visit = 0; visit < urgently; ++visit) {
      visit_emergency_while_waiting(context, state, token, words[2]);
    }
  }
  return true;
}

void name_wait_event(const Context& context, ArmState& state, const Token& token) {
  const auto waited = static_cast<std::uint32_t>(state.cycle - token.day / context.days_per_cycle);
  state.draws.add(context.name(token.person, token.origin, Purpose::wait_event, token.key ^ (waited << 8 & 0x3FF00U)));
}

void name_lot(const Context& context, ArmState& state, const Token& token) {
  state.draws.add(context.name(token.person, token.origin, Purpose::admission_order, token.key));
}

/// Adds the token at this position of state.asking to the requests. @param lot  word of Purpose::admission_order
void add_request(const Context& context, ArmState& state, std::size_t position, std::uint32_t lot) {
  const Token& token = state.asking[position];
  const std::uint64_t routine = is_semi_urgent(context, token) ? 0 : std::uint64_t{1} << 63;
  state.requests.push_back({.order = routine | static_cast<std::uint64_t>(token.day) << 32 | lot,
                            .person = token.person,
                            .key = token.key,
                            .token = static_cast<std::uint32_t>(position)});
}

/// Leaves those who ask for admission in state.asking, and state.requests in the order in which they come in.
void put_requests_in_order(const Context& context, ArmState& state, int setting_id) {
  std::vector<Token>& list = state.waiting[at(setting_id)];
  // Copied, so that each list keeps the room that it needs.
  state.asking.assign(list.begin(), list.end());
  list.clear();
  state.requests.clear();
  state.onward.clear();
  state.draws.clear();
  for (const Token& token : state.asking) {
    if (asked_before(context, state, token)) {
      name_wait_event(context, state, token);
    }
    name_lot(context, state, token);
  }
  context.make(state.draws);
  ChanceOfLeaving chance(context.model);
  std::size_t next = 0;
  for (std::size_t i = 0; i < state.asking.size(); ++i) {
    const Token& token = state.asking[i];
    const Words* const event = asked_before(context, state, token) ? &state.draws[next++] : nullptr;
    const std::uint32_t lot = state.draws[next++][0];
    if (stays_waiting(context, state, setting_id, token, event, chance)) {
      add_request(context, state, i, lot);
    }
  }
  for (const Token& token : state.onward) {
    walk(context, state, token);
  }
  for (const Token& token : list) {  // who came here again
    state.asking.push_back(token);
    add_request(context, state, state.asking.size() - 1,
                context.words(token.person, token.origin, Purpose::admission_order, token.key)[0]);
  }
  list.clear();
  std::sort(state.requests.begin(), state.requests.end());
}

/// Whom a setting admits in a cycle.
struct Opening {
  std::int64_t slots = 0;        ///< over which the days of the cycle are spread
  std::int64_t admits = 0;       ///< at most
  bool ends_at_backlog = false;  ///< takes no account of physical room: as many as bring the queue to its held length
  const std::vector<std::uint8_t>* payer_closed = nullptr;
};

Opening opening_of(ArmState& state, int setting_id, std::int64_t slots, std::int64_t requests) {
  state.slots[at(setting_id)] = slots;
  if (!state.holds(Mechanism::waiting)) {
    return {.slots = slots, .admits = slots, .payer_closed = &state.payer_closed};
  }
  const BaselinePath::Waits& then = state.path->waits[state.path->at(state.cycle)];
  const std::int64_t admits = std::max<std::int64_t>(0, requests - then.backlog[at(setting_id)]);
  return {.slots = std::max(then.slots[at(setting_id)], admits),
          .admits = admits,
          .ends_at_backlog = true,
          .payer_closed = &then.payer_closed};
}

/// Whether the staff that the setting shares has time for one more unit in this cycle.
bool has_staff(const Model& model, const ArmState& state, const SettingModel& setting) {
  return setting.pool < 0 || state.pool_used[at(setting.pool)][at(state.cycle)] + setting.staff_milli_hours <=
                                 model.network.pools[at(setting.pool)].milli_hours;
}

/// Draws the next words of those who come first, most of whom are admitted.
void draw_first_ahead(const Context& context, ArmState& state, std::int64_t admits) {
  state.draws.clear();
  state.ahead.clear();
  const auto first = std::min(state.requests.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, admits)));
  for (std::size_t r = 0; r < first; ++r) {
    Token token = state.asking[state.requests[r].token];
    token.admitted = true;
    state.ahead.push_back(draw_ahead(context, state, token));
  }
  context.make(state.draws);
}

void admit_setting(const Context& context, ArmState& state, int setting_id) {
  const Model& model = context.model;
  const SettingModel& setting = model.network.settings[at(setting_id)];
  std::vector<Token>& list = state.waiting[at(setting_id)];
  put_requests_in_order(context, state, setting_id);
  const std::vector<Request>& requests = state.requests;

  const int days = context.days_per_cycle;
  const double physical = model.physical_capacity_in(*state.arm)[at(setting_id)];
  std::vector<std::int32_t>& used = state.used[at(setting_id)];
  const auto asked = static_cast<double>(std::count_if(requests.begin(), requests.end(), [&](const Request& request) {
    return !asked_before(context, state, state.asking[request.token]);
  }));
  const double planned = setting.plans_backlog ? planned_units(model, state, setting_id, asked,
                                                               static_cast<double>(requests.size()) - asked)
                                               : physical * (1.0 - state.closed[at(setting.provider)]);
  // Parts of a slot add up over the cycles: else a small backlog would never be brought back.
  const double open = planned * start_share(model, state, setting) + state.slot_part[at(setting_id)];
  const auto slots = static_cast<std::int64_t>(std::floor(open));
  state.slot_part[at(setting_id)] = open - static_cast<double>(slots);
  const Opening opening = opening_of(state, setting_id, slots, std::ssize(requests));
  const int cycle_start = state.cycle * days;
  std::int64_t admitted = 0;
  draw_first_ahead(context, state, opening.admits);
  for (std::size_t r = 0; r < requests.size(); ++r) {
    Token& token = state.asking[requests[r].token];
    const std::size_t insurer = model.people.payer[token.person];
    const bool closed = insurer < at(model.insurers) &&
                        (*opening.payer_closed)[at(setting.provider) * at(model.insurers) + insurer] != 0;
    const bool fits = opening.ends_at_backlog || (static_cast<double>(used[at(state.cycle)]) + 1.0 <= physical + 1e-9 &&
                                                  has_staff(model, state, setting));
    const bool room = admitted < opening.admits && fits;
    if (closed || !room) {
      list.push_back(token);
      continue;
    }
    // Slots are spread over the cycle; the n-th admission is on its n-th slot, or on the day of asking if later.
    const auto slot_day =
        static_cast<std::int32_t>(cycle_start + admitted * days / std::max<std::int64_t>(1, opening.slots));
    const std::int32_t day = std::max(token.day, slot_day);
    ++admitted;
    count_admission(context, state, token, setting_id, day - token.day);
    lose_while_waiting(model, state, token, day - std::max(token.day, cycle_start));
    token.day = day;
    token.admitted = true;
    walk(context, state, token, r < state.ahead.size() ? state.ahead[r] : DrawnAhead{});
  }
  for (std::size_t i = 0; i < list.size() && waiting_hurts(model); ++i) {
    go_on_waiting(context, state, setting_id, list[i]);
  }
}

}  // namespace

bool is_semi_urgent(const Context& context, const Token& token) {
  constexpr std::uint32_t k_steps = 0x3FFFFU;  // an episode is so at each of its steps
  const std::uint64_t below = context.model.network.needs[at(token.need())].semi_urgent_below;
  return below > 0 &&
         context.words(token.person, token.origin, Purpose::admission_order, token.key & ~k_steps)[1] < below;
}

void count_admission(const Context& context, ArmState& state, const Token& token, std::int32_t setting,
                     std::int64_t wait_days) {
  const std::size_t cell = at(setting) * urgency_classes(context.model) + (is_semi_urgent(context, token) ? 2 : 1);
  state.year.admitted[cell] += 1;
  state.year.wait_days[cell] += wait_days;
  count(state, setting, QueueItem::admitted);
}

void occupy(const Model& model, ArmState& state, const RowModel& row, std::int32_t day, std::int32_t stay) {
  const SettingModel& setting = model.network.settings[at(row.setting)];
  std::vector<std::int32_t>& used = state.used[at(row.setting)];
  const auto take_staff = [&](std::size_t cycle, std::int32_t units) {
    if (setting.pool >= 0) {
      state.pool_used[at(setting.pool)][cycle] += units * setting.staff_milli_hours;
    }
  };
  if (!setting.per_day || !setting.bed_days) {  // a stay by the day takes staff in the cycles that it spans
    take_staff(at(state.cycle), setting.per_day ? std::max(1, stay) : 1);
  }
  if (!setting.bed_days) {
    used[at(state.cycle)] += 1;
    return;
  }
  const int days = model.time.days_per_cycle();
  for (std::int32_t left = std::max(1, stay), from = day; left > 0;) {
    const std::int32_t here = std::min(left, (from / days + 1) * days - from);
    const std::size_t cycle = at(from / days);
    if (cycle < used.size()) {
      used[cycle] += here;
      take_staff(cycle, setting.per_day ? here : 0);
    }
    left -= here;
    from += here;
  }
}

void admit_all(const Context& context, ArmState& state) {
  for (const std::int32_t setting : context.model.network.admission_order) {
    admit_setting(context, state, setting);
  }
}

void update_waits(const Model& model, ArmState& state) {
  const int year = std::max(0, model.time.year_of(state.cycle));
  const std::vector<double>& expected_first = model.expected_first_in(*state.arm);
  for (std::size_t s = 0; s < model.network.settings.size(); ++s) {
    const SettingModel& setting = model.network.settings[s];
    if (!setting.limited || !model.behaviour.capacity) {
      state.wait[s] = setting.reference_wait_days;
      continue;
    }
    const double per_day = expected_first[at(year) * model.network.settings.size() + s] / model.time.days_per_year();
    state.wait[s] = per_day > 0.0 ? static_cast<double>(state.waiting[s].size()) / per_day : 0.0;
  }
  // Demand answers to the mean wait of the kind of care it mostly needs, relative to the reference wait.
  for (std::size_t n = 0; n < model.network.needs.size(); ++n) {
    const NeedModel& need = model.network.needs[n];
    if (need.access_elasticity == 0.0 || need.access_kind < 0) {
      state.access[n] = 1.0;
      continue;
    }
    double wait = 0.0;
    double reference = 0.0;
    for (std::size_t s = 0; s < model.network.settings.size(); ++s) {
      if (model.network.settings[s].kind_id == need.access_kind && model.network.settings[s].limited) {
        const double weight = expected_first[at(year) * model.network.settings.size() + s];
        wait += weight * state.wait[s];
        reference += weight * model.network.settings[s].reference_wait_days;
      }
    }
    const double ratio = wait > 0.0 && reference > 0.0 ? wait / reference : 1.0;
    const double answer = ratio == 1.0 ? 1.0 : exact::exp(need.access_elasticity * exact::log(ratio));
    state.access[n] = std::min(1.0, answer / k_access_room);
  }
}

}  // namespace waterbed::engine
