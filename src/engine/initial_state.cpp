// An arm before its first cycle: everything has its size, nobody is here.

#include "care_programme.hpp"
#include "chosen_option.hpp"
#include "health_alone.hpp"
#include "insurer.hpp"
#include "needs.hpp"
#include "own_price.hpp"
#include "programme.hpp"
#include "state.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>
#include <limits>
#include <memory>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

BlockCounts empty_block(const Model& model) {
  BlockCounts block;
  block.marked.resize(at(k_drawn_together) + k_marked_room);
  block.alike.resize(at(k_drawn_together));
  block.fates.assign(model.network.needs.size() * k_fates, 0);
  block.deaths.assign(k_age_cells, 0);
  block.onsets.assign(model.stage_labels.size(), 0);
  block.people_by_age.assign(k_age_cells, 0);
  block.people_by_stage.assign(model.stage_labels.size(), 0);
  block.people_by_class.assign(at(model.insurers) * model.people.practice_group_names.size(), 0);
  block.screening.assign(model.case_findings.size() * k_screening_items, 0);
  block.care_persons.assign(model.care_programmes.size() * k_care_items, 0);
  block.care_cycles.assign(care_cells(model), 0);
  for (auto* table : {&block.stratum_persons, &block.stratum_spending, &block.stratum_qalys, &block.stratum_costs}) {
    table->assign(model.strata.size(), 0);
  }
  return block;
}

ArmState initial_state(const Context& context, const ArmModel& arm) {
  const Model& model = context.model;
  const std::size_t persons = at(model.people.size());
  const std::size_t needs = model.network.needs.size();
  const std::size_t rows = model.network.rows.size();
  const std::size_t options = model.network.options.size();
  const std::size_t settings = model.network.settings.size();
  const std::size_t insurers = at(std::max(1, model.insurers));
  const std::size_t cells = needs == 0 ? 0 : at(model.rates.cells());
  ArmState state;
  state.arm = &arm;
  state.seed = context.seed;
  state.replication = context.replication;
  state.presence.assign(persons, Presence::not_yet);
  state.gone_at.assign(persons, std::numeric_limits<std::int16_t>::max());
  state.stage.assign(persons * at(model.health.conditions), 0);
  state.recorded.assign(persons * at(model.health.conditions), 0);
  state.screening.assign(persons * model.case_findings.size(), Screening::none);
  state.care.assign(persons * model.health.care.size(), CareWindow{});
  for (const std::int32_t enters : model.people.enters_cycle) {
    state.refresh_at.push_back(static_cast<std::int16_t>(std::min(enters, k_last_window_cycle)));
  }
  state.event_below.assign(persons, 0);
  state.no_stage_need.assign(persons, std::numeric_limits<std::uint32_t>::max());
  state.no_base_need.assign(persons, std::numeric_limits<std::uint32_t>::max());
  state.cell.assign(persons, 0);
  state.utility.assign(persons, 0);
  state.year_qalys.assign(persons, 0);
  if (model.stage_costs) {
    state.cost.assign(persons, 0);
    state.year_costs.assign(persons, 0);
  }
  state.spend.assign(persons * model.spend.size(), 0);
  state.use.assign(persons * model.use_columns, 0);
  state.insured = no_claims(model);
  state.people_by_age.assign(k_age_cells, 0);
  state.people_by_stage.assign(model.stage_labels.size(), 0);
  state.people_by_class.assign(at(model.insurers) * model.people.practice_group_names.size(), 0);
  state.rate.assign(cells * needs, 0.0);
  state.cell_rate.assign(cells, 0.0);
  state.need_below.assign(cells * needs, k_always);
  state.need_guide.assign(cells * k_guide, 0);
  state.no_need_of.assign(cells * context.draws.practice_effect.size(), std::numeric_limits<std::uint32_t>::max());
  state.shock.assign(needs, 1.0);
  state.year_shock.assign(needs, 1.0);
  state.own_prices = no_own_prices(model);
  for (const NeedModel& need : model.network.needs) {
    state.access.push_back(need.access_elasticity == 0.0 ? 1.0 : 1.0 / k_access_room);
  }
  state.calendar = Calendar<Token>(at(model.time.cycles()));
  state.waiting.assign(settings, {});
  state.used.assign(settings, std::vector<std::int32_t>(at(model.time.cycles()), 0));
  state.pool_used.assign(model.network.pools.size(), std::vector<std::int64_t>(at(model.time.cycles()), 0));
  state.row_moved.assign(insurers * rows, 0);
  state.shift.assign(insurers * options, 0.0);
  state.wait.assign(settings, 0.0);
  state.closed.assign(model.providers.size(), 0.0);
  state.sent_back.assign(model.providers.size(), 0.0);
  state.sent_elsewhere.assign(model.providers.size(), 0.0);
  state.held_back.assign(model.providers.size(), 0.0);
  state.slots.assign(settings, 0);
  state.slot_part.assign(settings, 0.5);
  state.payer_closed.assign(model.providers.size() * insurers, 0);
  for (std::size_t s = 0; s < settings; ++s) {
    state.wait[s] = model.network.settings[s].reference_wait_days;
  }
  state.surely_kept_below.assign(insurers * options, surely_kept_below(1.0, 1.0));
  state.steps = std::make_shared<const StepTables>(step_tables(model));
  state.units_since.assign(insurers * rows, 0);
  state.attached_since.assign(insurers * model.network.attached.size(), 0);
  state.moves_since.assign(options, 0);
  state.probability.reserve(insurers * options);
  for (std::size_t i = 0; i < insurers; ++i) {
    for (const OptionModel& option : model.network.options) {
      state.probability.push_back(option.p0);
    }
  }
  YearCounts& year = state.year;
  year.moves.assign(options, 0);
  year.units.assign(insurers * rows, 0);
  year.list_value.assign(insurers * rows, 0);
  year.attached.assign(insurers * model.network.attached.size(), 0);
  year.admitted.assign(settings * urgency_classes(model), 0);
  year.wait_days.assign(settings * urgency_classes(model), 0);
  year.queue.assign(settings * k_queue_items, 0);
  year.fates.assign(needs * k_fates, 0);
  year.population.assign(k_age_cells, 0);
  year.deaths.assign(k_age_cells, 0);
  year.prevalence.assign(model.stage_labels.size(), 0);
  year.onsets.assign(model.stage_labels.size(), 0);
  year.stratum_persons.assign(model.strata.size(), 0);
  year.stratum_spending.assign(model.strata.size(), 0);
  year.stratum_qalys.assign(model.strata.size(), 0);
  year.stratum_costs.assign(model.strata.size(), 0);
  year.class_cycles.assign(state.people_by_class.size(), 0);
  year.usage.assign(arm.entries.size(), 0);
  year.screening.assign(model.case_findings.size() * k_screening_items, 0);
  year.alarm_qalys.assign(model.case_findings.size(), 0);
  year.care_persons.assign(model.care_programmes.size() * k_care_items, 0);
  year.care_cycles.assign(care_cells(model), 0);
  year.withheld.assign(arm.contracts.size(), 0);
  return state;
}

void YearCounts::clear() {
  for (auto* table :
       {&moves,         &units,  &list_value,   &attached,  &admitted,        &wait_days,        &fates,
        &population,    &deaths, &prevalence,   &onsets,    &stratum_persons, &stratum_spending, &stratum_qalys,
        &stratum_costs, &usage,  &class_cycles, &screening, &alarm_qalys,     &withheld,         &care_persons,
        &care_cycles,   &queue}) {
    std::fill(table->begin(), table->end(), 0);
  }
}

}  // namespace waterbed::engine
