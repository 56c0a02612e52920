#include "recorder.hpp"
#include "state.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

struct Request {
  Token token;
  std::uint32_t order = 0;
};

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

/// What happens to those who wait: death, departure, a GP visit, giving up. True if the token stays.
bool stays_waiting(const Context& context, ArmState& state, const Token& token) {
  const Model& model = context.model;
  const Presence presence = state.presence[token.person];
  if (presence != Presence::here) {
    end_need(state, token, presence == Presence::dead ? Fate::died : Fate::left);
    return false;
  }
  if (token.day / model.time.days_per_cycle() == state.cycle) {
    return true;  // asked in this cycle
  }
  const BehaviourModel& behaviour = model.behaviour;
  const auto waited = static_cast<std::uint32_t>(state.cycle - token.day / model.time.days_per_cycle());
  const Words words =
      context.words(token.person, token.origin, Purpose::wait_event, token.key ^ (waited << 8 & 0x3FF00U));
  const double per_cycle = 1.0 / model.time.cycles_per_year;
  if (bernoulli(words[0], -exact::expm1(-behaviour.gives_up_per_year * per_cycle))) {
    end_need(state, token, Fate::gave_up);
    return false;
  }
  // The whole visits that a cycle holds, and the rest by chance.
  const double visits = behaviour.gp_visits_while_waiting * per_cycle;
  const double whole = std::floor(visits);
  const int count = static_cast<int>(whole) + (bernoulli(words[1], visits - whole) ? 1 : 0);
  for (int visit = 0; visit < count; ++visit) {
    visit_gp_while_waiting(context, state, token);
  }
  return true;
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

void admit_setting(const Context& context, ArmState& state, int setting_id) {
  const Model& model = context.model;
  const SettingModel& setting = model.network.settings[at(setting_id)];
  std::vector<Token>& list = state.waiting[at(setting_id)];
  std::vector<Request> requests;
  requests.reserve(list.size());
  for (const Token& token : list) {
    if (stays_waiting(context, state, token)) {
      const Words words = context.words(token.person, token.origin, Purpose::admission_order, token.key);
      requests.push_back({token, words[0]});
    }
  }
  list.clear();
  std::sort(requests.begin(), requests.end(), [](const Request& a, const Request& b) {
    return std::tie(a.token.day, a.order, a.token.person, a.token.key) <
           std::tie(b.token.day, b.order, b.token.person, b.token.key);
  });

  const int days = model.time.days_per_cycle();
  const double physical = model.physical_capacity_in(*state.arm)[at(setting_id)];
  std::vector<std::int32_t>& used = state.used[at(setting_id)];
  const auto asked = static_cast<double>(std::count_if(requests.begin(), requests.end(), [&](const Request& request) {
    return request.token.day / days == state.cycle;
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
  for (Request& request : requests) {
    Token& token = request.token;
    const std::size_t insurer = model.people.payer[token.person];
    const bool closed = insurer < at(model.insurers) &&
                        (*opening.payer_closed)[at(setting.provider) * at(model.insurers) + insurer] != 0;
    const bool fits = opening.ends_at_backlog || static_cast<double>(used[at(state.cycle)]) + 1.0 <= physical + 1e-9;
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
    state.year.admitted[at(setting_id) * 2 + 1] += 1;
    state.year.wait_days[at(setting_id) * 2 + 1] += day - token.day;
    token.day = day;
    token.admitted = true;
    walk(context, state, token);
  }
}

}  // namespace

void occupy(const Model& model, ArmState& state, const RowModel& row, std::int32_t day, std::int32_t stay) {
  const SettingModel& setting = model.network.settings[at(row.setting)];
  std::vector<std::int32_t>& used = state.used[at(row.setting)];
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
