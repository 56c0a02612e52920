#include "scenario/check_policy_programmes.hpp"
#include "scenario/describe.hpp"

#include <algorithm>
#include <set>

namespace waterbed::detail {
namespace {

/// Chance by practice to go from one place of a need's episode to another one.
double practice(const NeedSpec& need, const std::string& at, const std::string& to) {
  if (at.empty()) {
    const auto found = need.enters.find(to);
    return found == need.enters.end() ? 0.0 : found->second;
  }
  double sum = 0.0;
  for (const PathwaySpec& way : need.pathways) {
    const bool fits = place_in_episode(way.from_kind, way.from_step) == at && !way.to_kind.empty() &&
                      place_in_episode(way.to_kind, way.to_step) == to;
    sum += fits ? way.probability : 0.0;
  }
  return sum;
}

void check_redirect(Checker& c, const Scenario& s, const RedirectSpec& spec, const std::string& path) {
  if ((spec.share >= 0.0) == (spec.odds_ratio >= 0.0)) {
    c.conclude(path, path, "must give one of share, odds_ratio", spec.share >= 0.0 ? "both" : "none");
  }
  if (!spec.to.empty() && spec.to == spec.from) {
    c.add(path + ".to", "must be another place than from", spec.to);
  }
  const NeedSpec* need = find_named(s.needs, spec.need);
  const std::vector<std::string>& places = c.names(Names::episode);
  if (need == nullptr || std::find(places.begin(), places.end(), spec.from) == places.end()) {
    return;
  }
  const std::string where = spec.at.empty() ? "where the need enters" : "at " + spec.at;
  if (practice(*need, spec.at, spec.from) <= 0.0) {
    c.conclude("needs." + need->name, path + ".from", "must be a place to which practice leads " + where, spec.from);
  }
  if (spec.at.empty() && split_place(spec.to).second != EpisodeStep::first) {
    c.add(path + ".to", "must be a kind: a need enters at a first contact", spec.to);
  }
}

void check_capacity(Checker& c, const Scenario& s, const CapacityChangeSpec& spec, const std::string& path) {
  if ((spec.factor >= 0.0) == (spec.per_cycle >= 0.0)) {
    c.conclude(path, path, "must give one of factor, per_cycle", spec.factor >= 0.0 ? "both" : "none");
  }
  const ProviderSpec* provider = find_named(s.providers, spec.provider);
  const KindSpec* kind = find_named(s.kinds, spec.kind);
  if (provider == nullptr || kind == nullptr) {
    return;
  }
  if (std::find(provider->kinds.begin(), provider->kinds.end(), spec.kind) == provider->kinds.end()) {
    c.add(path + ".kind", "must be a kind that " + provider->name + " delivers", spec.kind,
          nearest_name(spec.kind, provider->kinds));
  } else if (kind->capacity_unit == CapacityUnit::unlimited || provider->out_of_region) {
    c.conclude("kinds." + kind->name, path + ".kind", "must be a kind with limited capacity in the region", spec.kind);
  }
}

}  // namespace

void check_routes(Checker& c, const Scenario& s, const RoutesSpec& spec, const std::string& path) {
  if (spec.redirects.empty() && spec.capacity.empty()) {
    c.conclude(path, path, "must hold redirects or capacity", "none");
  }
  for (std::size_t i = 0; i < spec.redirects.size(); ++i) {
    check_redirect(c, s, spec.redirects[i], joined_path(path + ".redirects", i));
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t i = 0; i < spec.capacity.size(); ++i) {
    const CapacityChangeSpec& one = spec.capacity[i];
    const std::string at = joined_path(path + ".capacity", i);
    check_capacity(c, s, one, at);
    if (!seen.insert({one.provider, one.kind}).second) {
      c.add(at, "must be given once for a provider and a kind", one.provider + "." + one.kind);
    }
  }
}

}  // namespace waterbed::detail
