#include "waterbed/scenario/compile.hpp"

#include "compile_arms.hpp"
#include "compile_ceilings.hpp"
#include "compile_counters.hpp"
#include "compile_expectations.hpp"
#include "compile_insurance.hpp"
#include "compile_network.hpp"
#include "compile_programmes.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/core/problem.hpp"
#include "waterbed/engine/derive.hpp"
#include "waterbed/health/stage_record.hpp"
#include "waterbed/population/composition.hpp"
#include "waterbed/scenario/check.hpp"
#include "waterbed/scenario/diagnostic.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace waterbed {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

TimeGrid time_grid(const TimeSpec& spec) {
  return {.cycles_per_year = cycles_per_year(spec.cycle),
          .start_year = spec.start_year,
          .warm_up_years = spec.warm_up_years,
          .base_years = spec.base_years,
          .years = spec.years};
}

void add_people(const Scenario& scenario, Model& model) {
  std::vector<PayerShare> insurers;
  for (const PayerSpec& payer : scenario.payers) {
    if (payer.insurer) {
      insurers.push_back({payer.name, payer.market_share});
      model.payers.push_back(payer.name);
      model.market_share.push_back(payer.market_share);
    }
  }
  model.insurers = static_cast<int>(insurers.size());
  for (const PayerSpec& payer : scenario.payers) {
    if (!payer.insurer) {
      model.payers.push_back(payer.name);
    }
  }
  if (scenario.insurance) {
    model.payers.emplace_back(k_equalisation_fund);
  }
  model.people = synthesise(scenario.population, insurers, model.time.cycles_per_year, model.time.cycles());
}

/// Rates of a scenario are those observed, with usual care: the share of people in the stage whose last such care still
/// has effect, if it comes at the stage's rate. Care for a need that no stage brings is taken to reach nobody.
double usual_share(const Scenario& scenario, const CareEffectSpec& spec, int cycles_per_year) {
  if (spec.while_waiting) {
    return 0.0;  // nobody knows here how many wait by practice: hazards are those without
  }
  const int c = compiling::position(scenario.conditions, spec.condition);
  double per_year = 0.0;
  for (const Stage& stage : scenario.conditions[at(c)].stages) {
    for (const StageNeed& need : stage.needs) {
      per_year += stage.name == spec.from_stage && need.need == spec.need ? need.per_year : 0.0;
    }
  }
  return -exact::expm1(-per_year * spec.lasts_cycles / cycles_per_year) * spec.adherence;
}

void add_health(const Scenario& scenario, Model& model, std::vector<Problem>& problems) {
  std::vector<CareEffect> effects;
  for (const CareEffectSpec& spec : scenario.care_effects) {
    effects.push_back({spec.name, spec.need, spec.kind, spec.condition, spec.from_stage, spec.to_stage,
                       spec.hazard_ratio, spec.delay_cycles, spec.lasts_cycles,
                       usual_share(scenario, spec, model.time.cycles_per_year)});
    model.usual_care.push_back(effects.back().usual_share);
    model.adheres_below.push_back(threshold(spec.adherence));
    if (spec.while_waiting) {
      model.wait_effects.push_back({.need = compiling::position(scenario.needs, spec.need),
                                    .kind = spec.kind.empty() ? -1 : compiling::position(scenario.kinds, spec.kind),
                                    .effect = static_cast<std::int32_t>(model.usual_care.size()) - 1});
    }
  }
  Composition composition = composition_of(model.people, model.time.cycles_per_year);
  const std::vector<double>& reference = scenario.population.deprivation_reference;
  if (!reference.empty()) {
    std::copy(reference.begin(), reference.end(), composition.quintile_share.begin());
  }
  std::vector<FieldProblem> found;
  model.health = build_health({.conditions = scenario.conditions,
                               .care_effects = effects,
                               .needs = model.need_names,
                               .mortality = scenario.mortality.bands.empty() ? nullptr : &scenario.mortality,
                               .utility_norm = scenario.utility_norm.bands.empty() ? nullptr : &scenario.utility_norm,
                               .composition = composition,
                               .vulnerability = scenario.population.vulnerability,
                               .cycles_per_year = model.time.cycles_per_year},
                              found);
  for (const FieldProblem& problem : found) {
    problems.push_back({.field = problem.field, .rule = problem.rule, .got = problem.got});
  }
  if (!found.empty()) {
    return;
  }
  draw_initial_stages(model.health, model.people, scenario.population.seed);
  take_given_stages(model.health, scenario.population.given, model.people, scenario.population.seed);
  for (const Condition& condition : scenario.conditions) {
    model.first_stage_label.push_back(static_cast<int>(model.stage_labels.size()));
    for (const Stage& stage : condition.stages) {
      model.stage_labels.push_back(condition.name + "." + stage.name);
      model.stage_costs = model.stage_costs || stage.cost_per_cycle != 0.0;
    }
  }
}

/// Routes: the (GP group, municipality) pairs that people belong to.
std::vector<compiling::Route> add_routes(const Scenario& scenario, Model& model, std::vector<Problem>& problems) {
  std::map<std::pair<int, int>, std::uint8_t> known;
  std::vector<compiling::Route> routes;
  for (std::size_t i = 0; i < at(model.people.size()); ++i) {
    const std::pair key{int{model.people.practice_group[i]}, int{model.people.municipality[i]}};
    const auto [it, fresh] = known.emplace(key, static_cast<std::uint8_t>(routes.size()));
    if (fresh) {
      const auto& groups = model.people.practice_group_names;
      const std::string group = at(key.first) < groups.size() ? groups[at(key.first)] : std::string();
      routes.push_back({.group_provider = compiling::position(scenario.providers, group),
                        .group = group.empty() ? -1 : key.first,
                        .municipality = model.people.municipality_names[at(key.second)]});
    }
    model.route_of.push_back(it->second);
  }
  constexpr std::size_t k_most_routes = 256;  // a byte holds a person's route
  if (routes.size() > k_most_routes) {
    problems.push_back({.field = "population.gp_groups",
                        .rule = "must make at most 256 pairs of GP group and municipality",
                        .got = std::to_string(routes.size())});
  }
  return routes;
}

/// Rates of the classes of vulnerability over their mean, for the people of an age band at the start.
std::vector<double> class_rates(const Model& model, double gradient, const std::vector<int>& low, int band, Sex sex,
                                int quintile, const Composition& composition) {
  const HealthModel& health = model.health;
  std::vector<double> factors = class_factors(gradient, health.classes);
  const int end = band + 1 < static_cast<int>(low.size()) ? low[at(band + 1)] : k_max_age + 1;
  double mean = 0.0;
  double persons = 0.0;
  for (int age = low[at(band)]; age < end; ++age) {
    // A person more than there are, so that a band without people has a mean too.
    const double weight = composition.persons[static_cast<std::size_t>(sex)][at(age)] + 1.0;
    persons += weight;
    for (int k = 0; k < health.classes; ++k) {
      mean += weight * factors[at(k)] * health.class_share[health_cell(sex, quintile, age, k, health.classes)];
    }
  }
  for (double& factor : factors) {
    factor *= persons / mean;
  }
  return factors;
}

void add_rates(const Scenario& scenario, Model& model) {
  const Composition composition = composition_of(model.people, model.time.cycles_per_year);
  std::set<int> lows{0};
  for (const NeedSpec& need : scenario.needs) {
    for (const AgeBand& band : need.per_person_year.bands) {
      lows.insert(band.low);
    }
  }
  NeedRates& rates = model.rates;
  const std::vector<int> low(lows.begin(), lows.end());
  rates.bands = static_cast<int>(low.size());
  rates.classes = model.health.classes;
  rates.needs = static_cast<int>(scenario.needs.size());
  for (int age = 0; age <= k_max_age; ++age) {
    const auto band = std::upper_bound(low.begin(), low.end(), age) - low.begin() - 1;
    rates.band_of_age.push_back(static_cast<std::uint8_t>(band));
  }
  rates.per_year.assign(at(rates.cells()) * scenario.needs.size(), 0.0);
  for (std::size_t n = 0; n < scenario.needs.size(); ++n) {
    const NeedSpec& need = scenario.needs[n];
    model.need_growth.push_back(need.growth_per_year);
    if (need.per_person_year.bands.empty()) {
      continue;
    }
    for (int band = 0; band < rates.bands; ++band) {
      for (int sex = 0; sex < k_sexes; ++sex) {
        for (int quintile = 1; quintile <= 5; ++quintile) {
          // Log-linear over quintiles, 1 in the middle one.
          const double ratio = exact::exp(exact::log(need.deprivation_gradient) * (quintile - 3) / 4.0);
          const double rate = need.per_person_year.at(low[at(band)], static_cast<Sex>(sex)) * ratio;
          const std::vector<double> factors = rates.classes == 1
                                                  ? std::vector<double>{1.0}
                                                  : class_rates(model, need.vulnerability_gradient, low, band,
                                                                static_cast<Sex>(sex), quintile, composition);
          for (int k = 0; k < rates.classes; ++k) {
            const int cell = rates.cell(low[at(band)], static_cast<Sex>(sex), quintile, k);
            rates.per_year[at(cell) * scenario.needs.size() + n] = rate * factors[at(k)];
          }
        }
      }
    }
  }
}

void add_providers(const Scenario& scenario, Model& model) {
  for (const ProviderSpec& spec : scenario.providers) {
    model.providers.push_back(
        {.name = spec.name,
         .title = spec.title.empty() ? spec.name : spec.title,
         .type = spec.type,
         .out_of_region = spec.out_of_region,
         .pass_through = spec.pass_through,
         .half_life_months = spec.half_life_months,
         .lag_cycles = static_cast<int>(std::lround(spec.information_lag_months * model.time.cycles_per_year / 12.0))});
    model.costs.push_back({.margin = spec.cost.margin,
                           .variable_share = spec.cost.variable_share,
                           .step_share = spec.cost.step_share,
                           .step_size = spec.cost.step_size,
                           .step_release_half_life_months = spec.cost.step_release_half_life_months});
  }
}

/// Factors of the cycles of a year: means over the months that a cycle spans, by length.
void add_seasons(const Scenario& scenario, Model& model) {
  const auto seasonal = [](const NeedSpec& need) { return !need.seasonality.empty(); };
  if (std::none_of(scenario.needs.begin(), scenario.needs.end(), seasonal)) {
    return;
  }
  const int cycles = model.time.cycles_per_year;
  constexpr int k_months = 12;
  for (const NeedSpec& need : scenario.needs) {
    for (int c = 0; c < cycles; ++c) {
      // In units of 1 / (cycles x months) of a year, so that overlaps are whole numbers.
      double sum = 0.0;
      for (int m = 0; m < k_months; ++m) {
        const int overlap = std::min((c + 1) * k_months, (m + 1) * cycles) - std::max(c * k_months, m * cycles);
        sum += need.seasonality.empty() ? 0.0 : std::max(0, overlap) * need.seasonality[at(m)];
      }
      model.season.push_back(need.seasonality.empty() ? 1.0 : sum / k_months);
    }
  }
}

void add_funders(const Scenario& scenario, Model& model) {
  for (SettingModel& setting : model.network.settings) {
    const std::string& funder = scenario.kinds[at(setting.kind_id)].funder;
    if (funder != "insurer") {
      const auto found = std::find(model.payers.begin(), model.payers.end(), funder);
      setting.funder = static_cast<int>(found - model.payers.begin());
    }
  }
}

BehaviourModel behaviour_of(const BehaviourSpec& spec, int cycles_per_year) {
  BehaviourModel model;
  model.incentives = spec.incentives;
  model.capacity = spec.capacity;
  model.theta = {spec.theta_own_volume, spec.theta_treat_or_refer, spec.theta_care_borne,
                 spec.theta_elective_specialist, 0.0};
  model.omega_refer = spec.omega_refer;
  model.omega_where = spec.omega_where;
  model.omega_admit = spec.omega_admit;
  model.nest_scale = spec.nest_scale;
  model.pooling = spec.pooling;
  model.half_life_months = spec.half_life_months;
  model.refresh_cycles = std::max(1, spec.refresh_months * cycles_per_year / 12);
  model.forecast_cv = spec.forecast_cv;
  model.goes_on = spec.goes_on;
  model.defers = spec.defers;
  model.sends_back = spec.sends_back;
  model.sends_elsewhere = spec.sends_elsewhere;
  model.psi = spec.psi;
  model.gp_visits_while_waiting = spec.gp_visits_while_waiting;
  model.gives_up_per_year = spec.gives_up_per_year;
  model.goes_elsewhere_per_year = spec.goes_elsewhere_per_year;
  model.emergency_visits_while_waiting = spec.emergency_visits_while_waiting;
  model.emergency_per_lost_gp_contact = spec.emergency_per_lost_gp_contact;
  model.omega_enter = spec.omega_enter < 0.0 ? spec.omega_refer : spec.omega_enter;
  if (spec.own_payment_elasticity != 0.0) {
    // Arc elasticity e: (q1 - q0) / (q1 + q0) = e (p1 - p0) / (p1 + p0), with p0 = 0.
    model.own_payment_room = (1.0 - spec.own_payment_elasticity) / (1.0 + spec.own_payment_elasticity);
    model.own_payment_slope = -exact::log(model.own_payment_room);
  }
  model.backlog_recovery_months = spec.backlog_recovery_months;
  model.exponent_limit = spec.exponent_limit;
  model.income_effort = spec.income_effort;
  model.selection_per_1000 = spec.selection_per_1000;
  model.theta_stay = spec.theta_stay;
  model.theta_attached = spec.theta_attached;
  model.theta_coding = spec.theta_coding;
  model.altruism = spec.altruism;
  return model;
}

void add_strata(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems) {
  std::vector<FieldProblem> found;
  const auto add = [&](const std::string& name, const std::string& title, const Who& who) {
    model.strata.push_back(
        {name, title.empty() ? name : title, compile_who(who, names, "strata." + name + ".who", found)});
  };
  add("everybody", "Everybody", Who{});
  for (const StratumSpec& stratum : scenario.strata) {
    add(stratum.name, stratum.title, stratum.who);
  }
  for (const Stratification& stratification : scenario.stratifications) {
    model.stratifications.push_back(
        compile_stratification(stratification, names, "stratifications." + stratification.name, found));
  }
  for (const FieldProblem& problem : found) {
    problems.push_back({.field = problem.field, .rule = problem.rule, .got = problem.got});
  }
}

void fail_if(const Scenario& scenario, std::vector<Problem> problems) {
  if (problems.empty()) {
    return;
  }
  for (Problem& problem : problems) {
    problem.path = scenario.path.empty() ? std::string(k_in_memory) : scenario.path;
  }
  throw ScenarioError(std::move(problems));
}

}  // namespace

Model compile(const Scenario& scenario) {
  fail_if(scenario, check(scenario));
  std::vector<Problem> problems;
  Model model;
  model.name = scenario.name;
  model.default_seed = scenario.run.seed;
  model.default_replications = scenario.run.replications;
  model.time = time_grid(scenario.time);
  model.reward_at_start = scenario.discounting.reward_at_start;
  model.discount_costs = scenario.discounting.costs;
  model.discount_qalys = scenario.discounting.qalys;
  for (const SectorSpec& sector : scenario.sectors) {
    model.sectors.push_back(sector.name);
  }
  for (const NeedSpec& need : scenario.needs) {
    model.need_names.push_back(need.name);
  }
  add_people(scenario, model);
  add_health(scenario, model, problems);
  fail_if(scenario, problems);
  add_rates(scenario, model);
  add_providers(scenario, model);
  const std::vector<compiling::Route> routes = add_routes(scenario, model, problems);
  fail_if(scenario, problems);
  model.network = compiling::compile_network(scenario, routes);
  add_seasons(scenario, model);
  for (const NeedSpec& need : scenario.needs) {
    model.semi_urgent = model.semi_urgent || need.semi_urgent > 0.0;
    model.counts_queues = model.counts_queues || need.semi_urgent > 0.0 || need.deteriorates_per_year > 0.0;
  }
  model.counts_queues = model.counts_queues || scenario.behaviour.goes_elsewhere_per_year > 0.0;
  add_funders(scenario, model);
  model.variation = {.year_need_group_cv = scenario.variation.year_need_group_cv,
                     .practice_cv = scenario.variation.practice_cv,
                     .need_groups = 0};
  for (const NeedModel& need : model.network.needs) {
    model.variation.need_groups = std::max(model.variation.need_groups, need.group + 1);
  }
  model.behaviour = behaviour_of(scenario.behaviour, model.time.cycles_per_year);

  std::vector<ConditionNames> conditions;
  for (const Condition& condition : scenario.conditions) {
    conditions.push_back({condition.name, {}});
    for (const Stage& stage : condition.stages) {
      conditions.back().stages.push_back(stage.name);
    }
  }
  const WhoNames names = who_names(model.people, conditions);
  compiling::compile_expectations(scenario, names, model);
  add_strata(scenario, names, model, problems);
  compiling::count_all(model);
  compiling::compile_insurance(scenario, model);
  compiling::compile_arms(scenario, names, model, problems);
  if (model.behaviour.own_payment_slope != 0.0) {
    std::set<int> accumulators;
    for (const ArmModel& arm : model.arms) {
      for (const DeductibleModel& deductible : arm.deductibles) {
        accumulators.insert(deductible.spend_accumulator);
      }
    }
    model.own_payment_spend.assign(accumulators.begin(), accumulators.end());
  }
  compiling::compile_programmes(scenario, names, model, problems);
  compiling::label_entries(model);
  fail_if(scenario, problems);
  model.baseline = compiling::position(scenario.arms, scenario.baseline);
  model.reference = compiling::position(scenario.arms, scenario.reference);
  if (model.arms.empty()) {
    throw ScenarioError({Problem{.field = "arms", .rule = "must hold at least one arm", .got = "none"}});
  }
  model.baseline = std::max(0, model.baseline);
  model.reference = std::max(0, model.reference);
  derive(model);
  compiling::check_ceilings(model, problems);
  fail_if(scenario, problems);
  return model;
}

}  // namespace waterbed
