#include "scenario/checker.hpp"

#include <algorithm>

namespace waterbed::detail {
namespace {

bool owns(const ProviderSpec& provider, const std::string& kind) {
  return std::find(provider.kinds.begin(), provider.kinds.end(), kind) != provider.kinds.end();
}

void check_pools(Checker& c, const Scenario& s, const ProviderSpec& provider, const std::string& path) {
  std::set<std::string> seen;
  for (const StaffPoolSpec& pool : provider.staff_pools) {
    for (std::size_t i = 0; i < pool.kinds.size(); ++i) {
      const std::string at = joined_path(path + ".staff_pools." + pool.name + ".kinds", i);
      const KindSpec* kind = find_named(s.kinds, pool.kinds[i]);
      if (kind == nullptr) {
        continue;
      }
      if (!owns(provider, pool.kinds[i])) {
        c.add(at, "must be a kind that the provider delivers", pool.kinds[i],
              nearest_name(pool.kinds[i], provider.kinds));
      } else if (!seen.insert(pool.kinds[i]).second) {
        c.add(at, "must be in one staff pool of the provider only", pool.kinds[i]);
      } else if (kind->staff_hours <= 0.0) {
        c.add(at, "must have staff_hours above 0", pool.kinds[i]);
      }
    }
  }
}

void check_providers(Checker& c, const Scenario& s) {
  for (const ProviderSpec& provider : s.providers) {
    const std::string path = "providers." + provider.name;
    check_pools(c, s, provider, path);
    const double moving = provider.cost.variable_share + provider.cost.step_share;
    if (moving > 1.0 + 1e-9) {
      c.conclude(path + ".cost", path + ".cost",
                 "variable_share and step_share must not exceed 1 together (share of total cost)", sum_text(moving));
    }
    for (const auto& [kind, who] : provider.decided_by) {
      if (find_named(s.kinds, kind) != nullptr && !owns(provider, kind)) {
        c.add(path + ".decided_by." + kind, "must be a kind that the provider delivers", kind,
              nearest_name(kind, provider.kinds));
      }
    }
    for (const auto& [kind, capacity] : provider.physical_capacity) {
      if (find_named(s.kinds, kind) != nullptr && !owns(provider, kind)) {
        c.add(path + ".physical_capacity." + kind, "must be a kind that the provider delivers", kind,
              nearest_name(kind, provider.kinds));
      }
    }
  }
}

void check_market_shares(Checker& c, const Scenario& s) {
  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t i = 0; i < s.market_shares.size(); ++i) {
    const MarketShare& row = s.market_shares[i];
    const std::string path = joined_path("market_shares", i);
    if (!seen.insert({row.kind, row.municipality}).second) {
      c.add(path, "must be given once for a kind and a municipality", row.kind + " in " + row.municipality);
    }
    if (std::find(s.gp_kinds.begin(), s.gp_kinds.end(), row.kind) != s.gp_kinds.end()) {
      c.add(path + ".kind", "is served by the person's own GP group: gp_kinds have no market shares", row.kind);
    }
    double sum = 0.0;
    for (const auto& [name, share] : row.providers) {
      sum += share;
      const ProviderSpec* provider = find_named(s.providers, name);
      if (provider == nullptr || (row.kind != "*" && find_named(s.kinds, row.kind) == nullptr)) {
        continue;
      }
      if (row.kind == "*" ? provider->kinds.empty() : !owns(*provider, row.kind)) {
        c.add(path + ".providers." + name,
              row.kind == "*" ? "must deliver some kind of care" : "must deliver " + row.kind, name);
      }
    }
    if (!row.providers.empty() && !is_one(sum)) {
      c.conclude(path + ".providers", path + ".providers", "shares must sum to 1", sum_text(sum));
    }
  }
}

}  // namespace

void check_care(Checker& c, const Scenario& s) {
  for (const KindSpec& kind : s.kinds) {
    const std::string path = "kinds." + kind.name;
    if (kind.reference_wait_days > 0.0 && kind.capacity_unit == CapacityUnit::unlimited) {
      c.conclude(path, path + ".reference_wait_days",
                 "needs a capacity_unit: nobody waits for what is unlimited (days)",
                 number_text(kind.reference_wait_days));
    }
  }
  check_providers(c, s);
  check_market_shares(c, s);

  const auto reached = reached_kinds(s);
  for (const KindSpec& kind : s.kinds) {
    const bool used =
        std::any_of(reached.begin(), reached.end(), [&](const auto& kinds) { return kinds.contains(kind.name); });
    const bool offered =
        std::any_of(s.providers.begin(), s.providers.end(), [&](const ProviderSpec& p) { return owns(p, kind.name); });
    if (used && !offered) {
      c.conclude("providers", "kinds." + kind.name, "must be delivered by a provider: needs lead to it", kind.name);
    }
    if (!used && !c.touched("behaviour.comes_back_at")) {
      c.conclude("needs", "kinds." + kind.name, "must be reached by a need: no way leads to it", kind.name);
    }
  }

  const BehaviourSpec& b = s.behaviour;
  const double excess = b.goes_on + b.defers + b.sends_back + b.sends_elsewhere;
  if (!is_one(excess)) {
    c.conclude("behaviour", "behaviour", "goes_on, defers, sends_back and sends_elsewhere must sum to 1",
               sum_text(excess));
  }
  if (b.emergency_kind.empty()) {
    for (const auto& [name, value] : {std::pair{"emergency_visits_while_waiting", b.emergency_visits_while_waiting},
                                      std::pair{"emergency_per_lost_gp_contact", b.emergency_per_lost_gp_contact}}) {
      if (value > 0.0) {
        c.conclude("behaviour.emergency_kind", joined_path("behaviour", name), "needs an emergency_kind",
                   number_text(value));
      }
    }
  }
  if (b.altruism > 0.0 &&
      std::none_of(s.needs.begin(), s.needs.end(), [](const NeedSpec& need) { return need.wait_disutility > 0.0; })) {
    c.conclude("needs", "behaviour.altruism",
               "needs a need with wait_disutility: no option is worth more to a patient in one arm than in another",
               number_text(b.altruism));
  }
  double back = 0.0;
  for (const auto& [kind, share] : b.comes_back_at) {
    back += share;
  }
  if (!b.comes_back_at.empty() && !is_one(back)) {
    c.conclude("behaviour.comes_back_at", "behaviour.comes_back_at", "shares must sum to 1", sum_text(back));
  }
}

}  // namespace waterbed::detail
