#include "care_programme.hpp"
#include "cash.hpp"
#include "cost.hpp"
#include "health_alone.hpp"
#include "insurer.hpp"
#include "programme.hpp"
#include "waterbed/health/quality_of_life.hpp"
#include "waterbed/ledger/ledger.hpp"
#include "year_end.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

// Positions in the list of tables; the order of docs/results.md.
enum TableId : std::size_t {
  t_visits,
  t_list_spending,
  t_payments,
  t_cash_spending,
  t_provider_result,
  t_settlement,
  t_attribution,
  t_settlement_causes,
  t_hours,
  t_admitted,
  t_wait_days,
  t_waiting,
  t_needs,
  t_unserved_value,
  t_population,
  t_deaths,
  t_prevalence,
  t_onsets,
  t_stratum_persons,
  t_stratum_spending,
  t_qalys,
  t_health_costs,
  t_moves,
  t_payments_dated,
  t_reserves,
  t_insurer_result,  // with insurance only
};

std::vector<std::string> year_labels(const Model& model) {
  std::vector<std::string> labels;
  for (int y = 0; y < model.time.years; ++y) {
    labels.push_back(std::to_string(model.time.start_year + y));
  }
  return labels;
}

template <class Items>
std::vector<std::string> names(const Items& items) {
  std::vector<std::string> labels;
  for (const auto& item : items) {
    labels.push_back(item.name);
  }
  return labels;
}

std::vector<std::string> all_payers(const Model& model) {
  std::vector<std::string> labels = model.payers;
  labels.emplace_back("household");
  return labels;
}

/// Contracts that settle, over all arms, by name.
std::vector<std::string> settling_contracts(const Model& model) {
  std::vector<std::string> labels;
  for (const ArmModel& arm : model.arms) {
    for (const ContractModel& contract : arm.contracts) {
      if (contract.settles && std::find(labels.begin(), labels.end(), contract.contract.name) == labels.end()) {
        labels.push_back(contract.contract.name);
      }
    }
  }
  return labels;
}

}  // namespace

std::vector<TableInfo> table_infos(const Model& model) {
  const Dimension year{"year", year_labels(model)};
  Dimension reward_year = year;
  if (model.reward_at_start) {
    reward_year.labels.emplace_back("end");
  }
  const std::vector<std::string> insurers(model.payers.begin(), model.payers.begin() + model.insurers);
  const Dimension payer{"payer", insurers.empty() ? std::vector<std::string>{"everybody"} : insurers};
  const Dimension setting{"setting", names(model.network.settings)};
  Dimension urgency{"urgency", {"urgent", "elective"}};
  if (model.semi_urgent) {
    urgency.labels.emplace_back("semi_urgent");
  }
  const Dimension stratum{"stratum", names(model.strata)};
  const Dimension stage{"stage", model.stage_labels};
  const Dimension sex{"sex", {"women", "men"}};
  Dimension ages{"age_group", {}};
  for (int g = 0; g < k_age_groups; ++g) {
    ages.labels.push_back(g + 1 == k_age_groups ? "100+" : std::to_string(g * 10) + "-" + std::to_string(g * 10 + 9));
  }
  std::vector<TableInfo> infos{
      {"visits", "units", "units delivered, by the patient's insurer", {year, setting, payer}},
      {"list_spending", "micro_eur", "units at the frozen price list", {year, setting, payer}},
      {"payments", "micro_eur", "ledger entries: contract,term,from,to,sector", {year, {"entry", model.entry_labels}}},
      {"cash_spending",
       "micro_eur",
       "what left each payer, net of what came back",
       {year, {"sector", model.sectors}, {"payer", all_payers(model)}}},
      {"provider_result",
       "micro_eur",
       "revenue, cost and result of each provider",
       {year,
        {"provider", names(model.providers)},
        {"item", {"revenue", "variable_cost", "step_cost", "fixed_cost", "result"}}}},
      {"settlement",
       "micro_eur",
       "contracts that settle against a reference",
       {year, {"contract", settling_contracts(model)}, {"item", {"benchmark", "counted", "paid"}}}},
      {"attribution",
       "persons",
       "people of contracts that settle against a reference; person_cycles: cycles they lived",
       {year,
        {"contract", settling_contracts(model)},
        {"item", {"people", "newly_assigned", "died", "moved_away", "turned_away", "person_cycles"}}}},
      {"settlement_causes",
       "micro_eur",
       "what would be settled with one cause after another taken away; benchmark and counted of the last step",
       {year,
        {"contract", settling_contracts(model)},
        {"item", {"paid", "registered", "true_risk", "uncut", "full_quality", "benchmark", "counted"}}}},
      {"hours", "milli_hours", "staff hours", {year, setting}},
      {"admitted", "visits", "first admissions at settings with limited capacity", {year, setting, urgency}},
      {"wait_days", "days", "days waited by those admitted", {year, setting, urgency}},
      {"waiting", "persons", "on the waiting list at the end of the year", {year, setting}},
      {"needs",
       "needs",
       "what became of needs; open: at the end of the year",
       {year,
        {"need", model.need_names},
        {"fate", {"arisen", "no_care", "resolved", "unresolved", "gave_up", "died", "left", "open"}}}},
      {"unserved_value", "micro_eur", "list price of what people wait for at the end of the year", {year, setting}},
      {"population", "person_cycles", "cycles lived", {year, sex, ages}},
      {"deaths", "persons", "deaths", {year, sex, ages}},
      {"prevalence", "person_cycles", "cycles lived in each stage", {year, stage}},
      {"onsets", "persons", "entries into each stage", {year, stage}},
      {"stratum_persons", "person_cycles", "cycles lived", {year, stratum}},
      {"stratum_spending", "micro_eur", "list spending of the stratum's people", {year, stratum}},
      {"qalys", "micro_qaly", "quality-adjusted life years, not discounted", {reward_year, stratum}},
      {"health_costs", "micro_eur", "cost of stages, not discounted", {reward_year, stratum}},
      {"moves", "moves", "moves along the network: from,to", {year, {"edge", model.network.edge_labels}}},
  };
  for (TableInfo& info : cash_infos(model)) {
    infos.push_back(std::move(info));
  }
  for (TableInfo& info : insurer_infos(model)) {
    infos.push_back(std::move(info));
  }
  for (TableInfo& info : health_gain_infos(model)) {
    infos.push_back(std::move(info));
  }
  if (model.counts_queues) {
    infos.push_back({"queue",
                     "requests",
                     "what became of those who asked for admission",
                     {year,
                      setting,
                      {"item", {"asked", "admitted", "gave_up", "turned_urgent", "went_elsewhere", "died", "left"}}}});
  }
  for (TableInfo& info : programme_infos(model)) {
    infos.push_back(std::move(info));
  }
  for (TableInfo& info : care_infos(model)) {
    infos.push_back(std::move(info));
  }
  return infos;
}

TableValues empty_tables(const std::vector<TableInfo>& infos) {
  TableValues tables;
  tables.reserve(infos.size());
  for (const TableInfo& info : infos) {
    tables.emplace_back(info.cells(), 0);
  }
  return tables;
}

void write_year(const Model& model, const ArmState& state, const std::vector<Counted>& counted,
                const std::vector<Settled>& settled, const std::vector<HealthOutcomes>& health, TableValues& tables) {
  const auto year = at(model.time.year_of(state.cycle));
  const NetworkModel& network = model.network;
  const std::size_t settings = network.settings.size();
  const std::size_t insurers = at(std::max(1, model.insurers));
  const std::size_t rows = network.rows.size();
  const YearCounts& counts = state.year;
  std::vector<double> provider_list(model.providers.size(), 0.0);

  const auto add_units = [&](std::size_t setting, std::size_t payer, std::int64_t units, std::int64_t list) {
    tables[t_visits][(year * settings + setting) * insurers + payer] += units;
    tables[t_list_spending][(year * settings + setting) * insurers + payer] += list;
    tables[t_hours][year * settings + setting] += units * network.settings[setting].staff_milli_hours;
    provider_list[at(network.settings[setting].provider)] += static_cast<double>(list) / 1e6;
  };
  for (std::size_t p = 0; p < insurers; ++p) {
    for (std::size_t r = 0; r < rows; ++r) {
      if (network.rows[r].setting >= 0) {
        add_units(at(network.rows[r].setting), p, counts.units[p * rows + r], counts.list_value[p * rows + r]);
      }
    }
    for (std::size_t a = 0; a < network.attached.size(); ++a) {
      const std::int64_t units = counts.attached[p * network.attached.size() + a];
      add_units(at(network.attached[a].setting), p, units, units * network.attached[a].list_price);
    }
  }

  Ledger ledger;
  for (std::size_t slot = 0; slot < counts.usage.size(); ++slot) {
    ledger.add(ledger.slot(state.arm->entries[slot]), Money{counts.usage[slot]});
  }
  const std::size_t entries = model.entry_labels.size();
  const std::size_t payers = model.payers.size() + 1;
  for (std::size_t slot = 0; slot < counts.usage.size(); ++slot) {
    const EntryKey& key = state.arm->entries[slot];
    const std::int64_t amount = round_to_cents(Money{counts.usage[slot]}).micro;
    tables[t_payments][year * entries + at(state.arm->entry_of_slot[slot])] += amount;
    const auto cash = [&](PartyId party, std::int64_t paid) {
      if (party.index() < payers && key.term != TermKind::premium) {
        tables[t_cash_spending][(year * model.sectors.size() + key.sector.index()) * payers + party.index()] += paid;
      }
    };
    cash(key.from, amount);
    cash(key.to, -amount);
  }
  const std::vector<Money> balances = ledger.balances(static_cast<Index>(payers + model.providers.size()));
  for (std::size_t p = 0; p < model.providers.size(); ++p) {
    const std::int64_t revenue = balances[model.provider_party(static_cast<int>(p)).index()].micro;
    constexpr std::size_t k_items = 5;
    constexpr std::size_t k_step_cost = 2;
    const std::size_t first = (year * model.providers.size() + p) * k_items;
    const std::int64_t steps_before =
        year == 0 ? base_steps(model.costs[p])
                  : tables[t_provider_result][first - model.providers.size() * k_items + k_step_cost];
    YearCost cost = year_cost(model.costs[p], provider_list[p], steps_before);
    cost.fixed += state.arm->deciders[p].programme_cost.micro;
    const CareCost care = care_cost(model, state, p);
    cost.variable += care.per_person;
    cost.fixed += care.fixed;
    const std::array<std::int64_t, k_items> items{revenue, cost.variable, cost.steps, cost.fixed,
                                                  revenue - cost.variable - cost.steps - cost.fixed};
    std::copy(items.begin(), items.end(), tables[t_provider_result].begin() + static_cast<std::ptrdiff_t>(first));
  }
  const std::vector<std::string> contracts = settling_contracts(model);
  for (std::size_t c = 0; c < settled.size(); ++c) {
    if (state.arm->contracts[c].settles) {
      const auto label = std::find(contracts.begin(), contracts.end(), state.arm->contracts[c].contract.name);
      const std::size_t cell = year * contracts.size() + at(label - contracts.begin());
      const std::array<std::int64_t, 3> money{settled[c].benchmark, settled[c].counted, settled[c].paid};
      std::copy(money.begin(), money.end(), tables[t_settlement].begin() + static_cast<std::ptrdiff_t>(cell * 3));
      const Counted& of = counted[c];
      const std::array<std::int64_t, 6> people{of.people,     of.newly_assigned, of.died,
                                               of.moved_away, of.turned_away,    of.cycles};
      std::copy(people.begin(), people.end(), tables[t_attribution].begin() + static_cast<std::ptrdiff_t>(cell * 6));
      const SettledByCause& by = settled[c].by_cause;
      const std::array<std::int64_t, 7> causes{by.paid.micro,   by.registered.micro,   by.true_risk.micro,
                                               by.uncut.micro,  by.full_quality.micro, by.benchmark.micro,
                                               by.counted.micro};
      std::copy(causes.begin(), causes.end(),
                tables[t_settlement_causes].begin() + static_cast<std::ptrdiff_t>(cell * causes.size()));
    }
  }

  const auto copy_year = [&](TableId table, const std::vector<std::int64_t>& values) {
    std::copy(values.begin(), values.end(), tables[table].begin() + static_cast<std::ptrdiff_t>(year * values.size()));
  };
  copy_year(t_admitted, counts.admitted);
  copy_year(t_wait_days, counts.wait_days);
  copy_year(t_population, counts.population);
  copy_year(t_deaths, counts.deaths);
  copy_year(t_prevalence, counts.prevalence);
  copy_year(t_onsets, counts.onsets);
  copy_year(t_stratum_persons, counts.stratum_persons);
  copy_year(t_stratum_spending, counts.stratum_spending);
  copy_year(t_qalys, counts.stratum_qalys);
  copy_year(t_health_costs, counts.stratum_costs);

  for (std::size_t s = 0; s < settings; ++s) {
    tables[t_waiting][year * settings + s] = static_cast<std::int64_t>(state.waiting[s].size());
    for (const Token& token : state.waiting[s]) {
      tables[t_unserved_value][year * settings + s] += network.rows[at(token.row)].list_price;
    }
  }
  std::vector<std::int64_t> fates = counts.fates;
  const auto count_open = [&](const Token& token) {
    fates[at(token.need()) * k_fates + static_cast<std::size_t>(Fate::open)] += 1;
  };
  for (const std::vector<Token>& list : state.waiting) {
    std::for_each(list.begin(), list.end(), count_open);
  }
  state.calendar.for_each(count_open);
  copy_year(t_needs, fates);
  for (std::size_t o = 0; o < counts.moves.size(); ++o) {
    tables[t_moves][year * network.edge_labels.size() + at(network.edge_of_option[o])] += counts.moves[o];
  }
  write_cash(model, state, settled, tables[t_payments_dated], tables[t_reserves]);
  if (model.insurance.present) {
    write_insurers(model, state, tables[t_insurer_result]);
  }
  if (std::any_of(health.begin(), health.end(), [](const HealthOutcomes& of) { return !of.person.empty(); })) {
    const std::size_t first = t_insurer_result + (model.insurance.present ? 1 : 0);
    write_health_gain(model, state, year, health, std::span(tables).subspan(first, 2));
  }
  if (model.counts_queues) {
    copy_year(
        static_cast<TableId>(t_insurer_result + (model.insurance.present ? 1 : 0) + health_gain_infos(model).size()),
        counts.queue);
  }
  std::vector<std::int64_t>* last = tables.data() + tables.size();
  if (!model.care_programmes.empty()) {
    last -= k_care_tables;
    write_care(model, state, year, last, tables[t_hours].data() + year * settings);
  }
  if (model.programmes) {
    write_programmes(model, state, year, last - k_programme_tables);
  }
}

std::vector<YearResult> results_of_year(const Model& model, const ArmState& state, const TableValues& tables) {
  std::vector<YearResult> results;
  for (std::size_t p = 0; p < model.providers.size(); ++p) {
    const std::size_t first = (at(model.time.year_of(state.cycle)) * model.providers.size() + p) * 5;
    results.push_back({.revenue = tables[t_provider_result][first], .result = tables[t_provider_result][first + 4]});
  }
  return results;
}

void write_end(const Model& model, TableValues& tables) { close_reserves(model, tables[t_reserves]); }

void write_end_rewards(const Model& model, ArmState& state, TableValues& tables) {
  if (is_health_alone(model, state)) {
    // As people are after the last cycle, at their age in it.
    state.cycle -= 1;
    refresh_people(model, state);
    state.cycle += 1;
  }
  state.year.clear();
  std::fill(state.year_qalys.begin(), state.year_qalys.end(), 0);
  std::fill(state.year_costs.begin(), state.year_costs.end(), 0);
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (state.presence[person] == Presence::here) {
      state.year_qalys[person] = state.utility[person];
      if (!state.year_costs.empty()) {
        state.year_costs[person] = state.cost[person];
      }
    }
  }
  close_year_of_people(model, state);
  const auto first = static_cast<std::ptrdiff_t>(at(model.time.years) * model.strata.size());
  std::copy(state.year.stratum_qalys.begin(), state.year.stratum_qalys.end(), tables[t_qalys].begin() + first);
  std::copy(state.year.stratum_costs.begin(), state.year.stratum_costs.end(), tables[t_health_costs].begin() + first);
}

}  // namespace waterbed::engine
