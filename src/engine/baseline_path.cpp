#include "baseline_path.hpp"

#include "state.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

const auto k_by_person = [](const auto& a, const auto& b) { return a.person < b.person; };

std::uint8_t& record_of(ArmState& state, std::uint32_t person, std::size_t condition) {
  const std::size_t conditions = state.recorded.size() / state.presence.size();
  return state.recorded[person * conditions + condition];
}

}  // namespace

BaselinePath empty_path(int first_cycle, int cycles) {
  const auto count = static_cast<std::size_t>(cycles);
  BaselinePath path{.first_cycle = first_cycle, .incentives = {}, .waits = {}, .records = {}, .health = {}};
  path.incentives.resize(count);
  path.waits.resize(count);
  path.records.resize(count);
  path.health.resize(count);
  return path;
}

void note_incentives(ArmState& state) {
  if (state.noted != nullptr) {
    state.noted->incentives[state.noted->at(state.cycle)] = {.shift = state.shift,
                                                             .closed = state.closed,
                                                             .sent_back = state.sent_back,
                                                             .sent_elsewhere = state.sent_elsewhere,
                                                             .payer_closed = state.payer_closed,
                                                             .selection = state.selection,
                                                             .stay = state.stay,
                                                             .signing = state.signing,
                                                             .attached = state.attached,
                                                             .coding = state.coding};
  }
}

void follow_incentives(ArmState& state) {
  const BaselinePath::Incentives& then = state.path->incentives[state.path->at(state.cycle)];
  state.shift = then.shift;
  state.closed = then.closed;
  state.sent_back = then.sent_back;
  state.sent_elsewhere = then.sent_elsewhere;
  state.payer_closed = then.payer_closed;
  state.selection = then.selection;
  state.stay = then.stay;
  state.signing = then.signing;
  state.attached = then.attached;
  state.coding = then.coding;
}

void note_waits(ArmState& state) {
  if (state.noted == nullptr) {
    return;
  }
  BaselinePath::Waits& now = state.noted->waits[state.noted->at(state.cycle)];
  now.wait = state.wait;
  now.access = state.access;
  now.slots = state.slots;
  now.payer_closed = state.payer_closed;
  for (const std::vector<Token>& list : state.waiting) {
    now.backlog.push_back(std::ssize(list));
  }
}

void follow_waits(ArmState& state) {
  if (state.holds(Mechanism::waiting)) {
    const BaselinePath::Waits& then = state.path->waits[state.path->at(state.cycle)];
    state.wait = then.wait;
    state.access = then.access;
  }
}

void put_on_record(ArmState& state, const Token& visit, std::size_t condition, std::uint8_t stage) {
  if (state.holds(Mechanism::recording)) {
    return;
  }
  record_of(state, visit.person, condition) = stage;
  if (state.noted != nullptr) {
    state.noted->records[state.noted->at(state.cycle)].push_back(
        {visit.person, visit.key, visit.origin, static_cast<std::uint8_t>(condition), stage});
  }
}

void follow_records_of(ArmState& state, const Token& visit) {
  if (!state.holds(Mechanism::recording)) {
    return;
  }
  const std::vector<BaselinePath::Entry>& entries = state.path->records[state.path->at(state.cycle)];
  const BaselinePath::Entry wanted{.person = visit.person};
  const auto [first, last] = std::equal_range(entries.begin(), entries.end(), wanted, k_by_person);
  std::for_each(first, last, [&](const BaselinePath::Entry& entry) {
    if (entry.key == visit.key && entry.origin == visit.origin) {
      record_of(state, entry.person, entry.condition) = entry.stage;
    }
  });
}

void end_cycle_of_records(ArmState& state) {
  if (state.noted != nullptr) {
    std::vector<BaselinePath::Entry>& entries = state.noted->records[state.noted->at(state.cycle)];
    std::stable_sort(entries.begin(), entries.end(), k_by_person);
  }
  if (state.holds(Mechanism::recording)) {
    for (const BaselinePath::Entry& entry : state.path->records[state.path->at(state.cycle)]) {
      record_of(state, entry.person, entry.condition) = entry.stage;
    }
  }
}

HealthEvent held_event(const ArmState& state, std::uint32_t person) {
  const std::vector<BaselinePath::Event>& events = state.path->health[state.path->at(state.cycle)];
  const auto found = std::lower_bound(events.begin(), events.end(), BaselinePath::Event{person, {}}, k_by_person);
  return found != events.end() && found->person == person ? found->event : HealthEvent{};
}

}  // namespace waterbed::engine
