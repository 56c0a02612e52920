#pragma once

#include "support/region.hpp"
#include "waterbed/scenario/compile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

/// One clinic with Poisson arrivals and slots that do not answer to anything, and what the recursion says of it.
namespace waterbed::support {

inline std::vector<double> poisson_chances(double mean, std::size_t most) {
  std::vector<double> chances(most);
  for (std::size_t a = 0; a < most; ++a) {
    const auto n = static_cast<double>(a);
    chances[a] = std::exp(n * std::log(mean) - mean - std::lgamma(n + 1.0));
  }
  return chances;
}

/// Ten people in a region with one clinic and nothing else; needs are to be added. Nobody gives up or comes back.
inline Scenario clinic_region(double slots) {
  Scenario scenario = empty_region(10);
  KindSpec kind;
  kind.name = "clinic";
  kind.sector = "hospital";
  kind.funder = "insurer";
  kind.first = DecisionType::elective_specialist;
  kind.follow_up = DecisionType::elective_specialist;
  kind.list_price = 100.0;
  kind.capacity_unit = CapacityUnit::visits;
  scenario.kinds = {kind};
  ProviderSpec hospital;
  hospital.name = "hospital";
  hospital.type = "hospital";
  hospital.kinds = {"clinic"};
  hospital.physical_capacity = {{"clinic", slots}};
  scenario.providers = {hospital};
  scenario.behaviour.gives_up_per_year = 0.0;
  scenario.behaviour.gp_visits_while_waiting = 0.0;
  return scenario;
}

/// Goes straight to a kind of care, once.
inline NeedSpec one_visit(const std::string& name, double per_person_year, const std::string& kind = "clinic") {
  NeedSpec need;
  need.name = name;
  need.per_person_year = constant_rate(per_person_year, per_person_year);
  need.enters = {{kind, 1.0}};
  return need;
}

/// With all slots open, always.
inline Model compile_clinic(Scenario scenario) {
  pay_all_at_list(scenario);
  Model model = compile(scenario);
  for (SettingModel& setting : model.network.settings) {
    setting.plans_backlog = false;
  }
  return model;
}

}  // namespace waterbed::support
