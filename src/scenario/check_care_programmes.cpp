#include "scenario/check_policy_programmes.hpp"

#include <algorithm>

namespace waterbed::detail {
namespace {

bool owns(const ProviderSpec& provider, const std::string& kind) {
  return std::find(provider.kinds.begin(), provider.kinds.end(), kind) != provider.kinds.end();
}

void check_deliverers(Checker& c, const Scenario& s, const CareProgrammeSpec& spec, const std::string& path) {
  std::vector<std::string> deliverers = spec.providers;
  if (!spec.delivered_by.empty()) {
    deliverers = {spec.delivered_by};
  } else if (spec.providers.empty()) {
    deliverers = c.names(Names::gp_group);
    if (deliverers.empty()) {
      c.conclude("population.gp_groups", path + ".delivered_by", "must be given: nobody is registered with a GP group");
    }
  }
  for (const std::string& name : deliverers) {
    const ProviderSpec* provider = find_named(s.providers, name);
    if (provider == nullptr) {
      continue;
    }
    if (!spec.kind.empty() && find_named(s.kinds, spec.kind) != nullptr && !owns(*provider, spec.kind)) {
      c.add(path + ".kind", "must be a kind that " + name + " delivers", spec.kind,
            nearest_name(spec.kind, provider->kinds));
      return;
    }
    if (provider->kinds.empty()) {
      c.add(path + ".delivered_by", "must deliver some kind of care", name);
      return;
    }
  }
}

void check_payer(Checker& c, const Scenario& s, const CareCostSpec& spec, const std::string& path) {
  std::vector<std::string> payers{"insurer", "provider"};
  bool insured = false;
  for (const PayerSpec& payer : s.payers) {
    payers.push_back(payer.name);
    insured = insured || payer.insurer;
  }
  if (c.known(path + ".payer", spec.payer, payers, "payer, insurer or provider") && spec.payer == "insurer" &&
      !insured && (spec.per_person_year > 0.0 || spec.per_year > 0.0)) {
    c.conclude("payers", path + ".payer", "must be provider or the name of a payer: nobody is insured", spec.payer);
  }
}

void check_price(Checker& c, const CareCostSpec& spec, const std::string& path) {
  if (spec.price_per_person_year >= 0.0 && spec.payer == "provider") {
    c.conclude(path + ".payer", path + ".price_per_person_year", "must be left out: who delivers it is paid by nobody",
               number_text(spec.price_per_person_year));
  }
}

void check_hazard(Checker& c, const Scenario& s, const CareHazardSpec& one, const std::string& path) {
  if (one.condition.empty()) {
    if (one.to != k_dead) {
      c.add(path + ".to", "must be dead unless a condition is given", one.to);
    } else if (!one.from.empty()) {
      c.add(path + ".from", "needs a condition", one.from);
    }
    return;
  }
  const Condition* condition = find_named(s.conditions, one.condition);
  if (condition == nullptr) {
    return;
  }
  std::vector<std::string> stages;
  for (const Stage& stage : condition->stages) {
    stages.push_back(stage.name);
  }
  std::vector<std::string> to = stages;
  to.emplace_back(k_dead);
  const bool from_known = c.known(path + ".from", one.from, stages, "stage of " + condition->name);
  const bool to_known = c.known(path + ".to", one.to, to, "stage of " + condition->name + ", or dead");
  if (!from_known || !to_known || one.to == k_dead) {
    return;
  }
  const bool there = std::any_of(
      condition->transitions.begin(), condition->transitions.end(),
      [&](const Transition& t) { return t.from == one.from && t.to == one.to && t.probability_per_cycle < 0.0; });
  if (!there) {
    c.conclude("conditions." + condition->name, path,
               "must be of a transition of " + condition->name + " that goes by a hazard", one.from + " to " + one.to);
  }
}

/// Whether a GP can send somebody to the kind, by practice.
bool is_referred(const Scenario& s, const std::string& kind) {
  return std::any_of(s.needs.begin(), s.needs.end(), [&](const NeedSpec& need) {
    return std::any_of(need.pathways.begin(), need.pathways.end(), [&](const PathwaySpec& way) {
      return way.to_kind == kind && way.probability > 0.0 &&
             std::find(s.gp_kinds.begin(), s.gp_kinds.end(), way.from_kind) != s.gp_kinds.end();
    });
  });
}

/// Whether somebody else than a GP sends elective patients there, by practice.
bool is_treatment(const Scenario& s, const std::string& kind) {
  return std::any_of(s.needs.begin(), s.needs.end(), [&](const NeedSpec& need) {
    return need.urgency == Urgency::elective &&
           std::any_of(need.pathways.begin(), need.pathways.end(), [&](const PathwaySpec& way) {
             return way.to_kind == kind && way.to_step == EpisodeStep::first && way.probability > 0.0 &&
                    std::find(s.gp_kinds.begin(), s.gp_kinds.end(), way.from_kind) == s.gp_kinds.end();
           });
  });
}

void check_preferences(Checker& c, const CareProgrammeSpec& spec, const std::string& path) {
  double sum = 0.0;
  for (const PreferenceSpec& preference : spec.preferences) {
    sum += preference.share;
  }
  if (spec.preferences.empty()) {
    return;
  }
  if (!is_one(sum)) {
    c.conclude(path, path, "shares must sum to 1", sum_text(sum));
  }
  if (spec.effects.treatments.empty()) {
    c.conclude(path, path, "needs effects.treatments, which they weigh");
  }
}

}  // namespace

void check_care_programme(Checker& c, const Scenario& s, const CareProgrammeSpec& spec, const std::string& path) {
  if (looks_at_true_stage(spec.who)) {
    c.add(path + ".who", "those who enrol see what is on record alone: use condition", "true_condition");
  }
  check_deliverers(c, s, spec, path);
  check_payer(c, s, spec.costs, path + ".costs");
  check_price(c, spec.costs, path + ".costs");
  for (const auto& [kind, ratio] : spec.effects.referrals) {
    if (find_named(s.kinds, kind) != nullptr && !is_referred(s, kind)) {
      c.conclude("needs", path + ".effects.referrals." + kind,
                 "must be a kind to which some need leads from one of gp_kinds", kind);
    }
  }
  for (const auto& [kind, ratio] : spec.effects.treatments) {
    if (find_named(s.kinds, kind) != nullptr && !is_treatment(s, kind)) {
      c.conclude("needs", path + ".effects.treatments." + kind,
                 "must be a kind to which some elective need leads as a first contact, from none of gp_kinds", kind);
    }
  }
  check_preferences(c, spec, path + ".preferences");
  for (std::size_t i = 0; i < spec.effects.hazard_ratios.size(); ++i) {
    check_hazard(c, s, spec.effects.hazard_ratios[i], joined_path(path + ".effects.hazard_ratios", i));
  }
}

}  // namespace waterbed::detail
