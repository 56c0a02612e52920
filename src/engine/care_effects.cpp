#include "care_effects.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// @param later  cycles from now on after which its delay begins
void start(const Context& context, ArmState& state, std::uint32_t person, std::size_t effect, int later) {
  const Model& model = context.model;
  if (model.adheres_below[effect] < k_always &&
      context.words(person, 0, Purpose::adherence, static_cast<std::uint32_t>(effect))[0] >=
          model.adheres_below[effect]) {
    return;
  }
  CareWindow& window = state.care[person * model.health.care.size() + effect];
  const CareWindow before = window;
  note_care(window, state.cycle, model.health.care[effect].delay_cycles + later,
            model.health.care[effect].lasts_cycles);
  if (window.from != before.from || before.from == before.until) {
    // Health is drawn when the next cycle begins: until then nobody looks.
    const auto next = static_cast<std::int16_t>(state.cycle + 1);
    state.refresh_at[person] = std::min(state.refresh_at[person], std::max(window.from, next));
  }
}

}  // namespace

void start_care_effects(const Context& context, ArmState& state, const StepRow& row, std::uint32_t person) {
  for (std::int32_t e = row.first_care_effect; e < row.first_care_effect + row.care_effects; ++e) {
    start(context, state, person, at(context.model.network.care_effects[at(e)]), 0);
  }
}

bool waiting_hurts(const Model& model) {
  const std::vector<NeedModel>& needs = model.network.needs;
  return !model.wait_effects.empty() ||
         std::any_of(needs.begin(), needs.end(), [](const NeedModel& need) { return need.wait_disutility > 0.0; });
}

void lose_while_waiting(const Model& model, ArmState& state, const Token& token, std::int64_t days) {
  const double disutility = model.network.needs[at(token.need())].wait_disutility;
  if (disutility > 0.0 && days > 0) {
    state.year_qalys[token.person] -= static_cast<std::int32_t>(
        std::llround(disutility * 1e6 * static_cast<double>(days) / model.time.days_per_year()));
  }
}

void go_on_waiting(const Context& context, ArmState& state, int setting, const Token& token) {
  const Model& model = context.model;
  const int days = model.time.days_per_cycle();
  lose_while_waiting(model, state, token, std::min(days, (state.cycle + 1) * days - token.day));
  for (const WaitEffectModel& one : model.wait_effects) {
    if (one.need == token.need() && (one.kind < 0 || one.kind == model.network.settings[at(setting)].kind_id)) {
      start(context, state, token.person, at(one.effect), 1);
    }
  }
}

}  // namespace waterbed::engine
