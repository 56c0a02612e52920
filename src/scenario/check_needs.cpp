#include "scenario/checker.hpp"
#include "scenario/describe.hpp"
#include "waterbed/network/care_network.hpp"

#include <algorithm>
#include <numeric>

namespace waterbed::detail {
namespace {

using Place = std::pair<std::string, EpisodeStep>;

std::string text_of(const Place& place) { return place_in_episode(place.first, place.second); }

bool has_row(const NeedSpec& need, const Place& place) {
  return std::any_of(need.pathways.begin(), need.pathways.end(),
                     [&](const PathwaySpec& p) { return p.from_kind == place.first && p.from_step == place.second; });
}

/// Where a person comes back to: kinds of comes_back_at, and the own GP while waiting.
std::vector<Place> returns(const Scenario& s) {
  std::vector<Place> places;
  for (const auto& [kind, share] : s.behaviour.comes_back_at) {
    places.emplace_back(kind, EpisodeStep::back);
  }
  for (const std::string& kind : s.gp_kinds) {
    if (!s.behaviour.comes_back_at.contains(kind)) {
      places.emplace_back(kind, EpisodeStep::back);
    }
  }
  return places;
}

/// A return without ways of its own goes on as a follow-up, or else as a first contact.
EpisodeStep row_of_return(const NeedSpec& need, const std::string& kind) {
  for (const EpisodeStep step : {EpisodeStep::back, EpisodeStep::follow_up}) {
    if (has_row(need, {kind, step})) {
      return step;
    }
  }
  return EpisodeStep::first;
}

/// Calls visit(redirect) for those of a need, in whatever programme.
template <class Visit>
void for_each_redirect(const Scenario& s, const std::string& need, const Visit& visit) {
  for (const ProgrammeSpec& programme : s.programmes) {
    if (programme.routes) {
      for (const RedirectSpec& one : programme.routes->redirects) {
        if (one.need == need) {
          visit(one);
        }
      }
    }
  }
}

CareNetwork network_of(const Scenario& s, const NeedSpec& need) {
  std::map<std::string, double> entries;
  std::vector<std::string> names;
  const auto place = [&](const std::string& name) -> double& {
    if (!entries.contains(name)) {
      names.push_back(name);
    }
    return entries[name];
  };
  CareNetwork network;
  for (const PathwaySpec& p : need.pathways) {
    const std::string from = place_in_episode(p.from_kind, p.from_step);
    place(from);
    if (p.to_kind.empty()) {
      continue;
    }
    const std::string to = place_in_episode(p.to_kind, p.to_step);
    place(to);
    network.pathways.push_back({from, to, p.probability});
  }
  for (const auto& [kind, probability] : need.enters) {
    place(kind) += probability;
  }
  for (const auto& [kind, step] : returns(s)) {
    place(place_in_episode(kind, row_of_return(need, kind))) += 1.0;
  }
  // A place that some arm opens is entered as any other one.
  for_each_redirect(s, need.name, [&](const RedirectSpec& one) { place(one.to) += 1.0; });
  if (!s.behaviour.emergency_kind.empty() && need.urgency == Urgency::elective) {
    place(s.behaviour.emergency_kind) += 1.0;
  }
  // A pathway to a return that has no row of its own follows the row it falls back on.
  for (const PathwaySpec& p : need.pathways) {
    if (p.to_step == EpisodeStep::back && !has_row(need, {p.to_kind, EpisodeStep::back})) {
      const std::string back = place_in_episode(p.to_kind, EpisodeStep::back);
      const EpisodeStep row = row_of_return(need, p.to_kind);
      const auto is_there = [&](const CarePathway& way) { return way.from == back; };
      if (std::none_of(network.pathways.begin(), network.pathways.end(), is_there)) {
        place(place_in_episode(p.to_kind, row));
        network.pathways.push_back({back, place_in_episode(p.to_kind, row), 1.0});
      }
    }
  }
  for (const std::string& name : names) {
    network.places.push_back({name, entries[name]});
  }
  return network;
}

double row_sum(const NeedSpec& need, const Place& from) {
  double sum = 0.0;
  for (const PathwaySpec& p : need.pathways) {
    sum += p.from_kind == from.first && p.from_step == from.second ? p.probability : 0.0;
  }
  return sum;
}

void check_rows(Checker& c, const NeedSpec& need, const std::string& path) {
  double enters = 0.0;
  for (const auto& [kind, probability] : need.enters) {
    enters += probability;
  }
  if (enters > 1.0 + 1e-9) {
    c.conclude(path + ".enters", path + ".enters", "probabilities must not exceed 1 together", sum_text(enters));
  }
  std::set<Place> seen;
  for (const PathwaySpec& p : need.pathways) {
    const Place from{p.from_kind, p.from_step};
    if (seen.insert(from).second && row_sum(need, from) > 1.0 + 1e-9) {
      const std::string row = path + ".pathways." + text_of(from);
      c.conclude(row, row, "probabilities must not exceed 1 together", sum_text(row_sum(need, from)));
    }
  }
}

void check_shape(Checker& c, const Scenario& s, const NeedSpec& need, const std::string& path) {
  if (c.touched(path + ".pathways") || c.touched(path + ".enters")) {
    return;
  }
  const NetworkFindings findings = examine(network_of(s, need));
  for (const EndlessCycle& endless : findings.endless) {
    std::string places;
    for (const std::string& place : endless.places) {
      places += (places.empty() ? "" : ", ") + place;
    }
    c.add(path + ".pathways." + endless.places.front(), "a walk must be able to end: no way leads out of " + places,
          endless.text());
  }
  for (const std::string& place : findings.unreachable) {
    c.add(path + ".pathways." + place, "must be entered: nothing leads here", place);
  }
}

void check_stays(Checker& c, const Scenario& s, const NeedSpec& need, const std::set<std::string>& kinds,
                 const std::string& path) {
  const auto stays = [](const KindSpec& kind) { return kind.per_day || kind.capacity_unit == CapacityUnit::bed_days; };
  for (const auto& [name, days] : need.stay_days) {
    const KindSpec* kind = find_named(s.kinds, name);
    if (kind != nullptr && !stays(*kind)) {
      c.add(path + ".stay_days." + name, "is for kinds with per_day or bed_days (days)", number_text(days));
    }
  }
  for (const std::string& name : kinds) {
    const KindSpec* kind = find_named(s.kinds, name);
    if (kind != nullptr && stays(*kind) && !need.stay_days.contains(name)) {
      c.conclude(path + ".stay_days", path + ".stay_days", "must give the mean stay at " + name + " (days)");
    }
  }
}

/// Demand answers to the wait where it enters; who goes to the GP first does not have fewer complaints for a queue
/// later.
void check_access(Checker& c, const Scenario& s, const NeedSpec& need, const std::string& path) {
  const bool waits = std::any_of(need.enters.begin(), need.enters.end(), [&](const auto& entry) {
    const KindSpec* kind = find_named(s.kinds, entry.first);
    return kind == nullptr || (kind->capacity_unit != CapacityUnit::unlimited && entry.second > 0.0);
  });
  if (need.access_elasticity != 0.0 && !waits) {
    c.add(path + ".access_elasticity", "must be 0 unless the need enters a kind with limited capacity",
          number_text(need.access_elasticity));
  }
}

/// When it comes, and what waiting does to it.
void check_times(Checker& c, const Scenario& s, const NeedSpec& need, const std::string& path) {
  const std::vector<double>& season = need.seasonality;
  constexpr std::size_t k_months = 12;
  const double sum = std::accumulate(season.begin(), season.end(), 0.0);
  if (!season.empty() && season.size() != k_months) {
    c.conclude(path + ".seasonality", path + ".seasonality", "must be 12 factors, one a month",
               std::to_string(season.size()));
  } else if (!season.empty() && !is_one(sum / k_months)) {
    c.conclude(path + ".seasonality", path + ".seasonality", "must have mean 1", sum_text(sum / k_months));
  }
  if (need.urgency == Urgency::urgent) {
    for (const auto& [name, value] :
         {std::pair{"semi_urgent", need.semi_urgent}, std::pair{"deteriorates_per_year", need.deteriorates_per_year},
          std::pair{"wait_disutility", need.wait_disutility}}) {
      if (value > 0.0) {
        c.conclude(path + ".urgency", joined_path(path, name), "must be 0: an urgent need does not wait",
                   number_text(value));
      }
    }
  } else if (need.deteriorates_per_year > 0.0 && s.behaviour.emergency_kind.empty()) {
    c.conclude("behaviour.emergency_kind", path + ".deteriorates_per_year", "needs behaviour.emergency_kind",
               number_text(need.deteriorates_per_year));
  }
}

}  // namespace

std::vector<std::set<std::string>> reached_kinds(const Scenario& s) {
  std::vector<std::set<std::string>> reached;
  for (const NeedSpec& need : s.needs) {
    std::set<Place> places;
    std::vector<Place> open = returns(s);
    if (!s.behaviour.emergency_kind.empty() && need.urgency == Urgency::elective) {
      open.emplace_back(s.behaviour.emergency_kind, EpisodeStep::first);
    }
    for (const auto& [kind, probability] : need.enters) {
      open.emplace_back(kind, EpisodeStep::first);
    }
    for_each_redirect(s, need.name, [&](const RedirectSpec& one) { open.push_back(split_place(one.to)); });
    while (!open.empty()) {
      const Place place = open.back();
      open.pop_back();
      if (!places.insert(place).second) {
        continue;
      }
      const Place row{place.first, place.second == EpisodeStep::back ? row_of_return(need, place.first) : place.second};
      for (const PathwaySpec& p : need.pathways) {
        if (p.from_kind == row.first && p.from_step == row.second && !p.to_kind.empty()) {
          open.emplace_back(p.to_kind, p.to_step);
        }
      }
    }
    std::set<std::string>& kinds = reached.emplace_back();
    for (const Place& place : places) {
      kinds.insert(place.first);
    }
    for (const AttachedSpec& a : need.attached) {
      if (kinds.contains(a.at_kind)) {
        kinds.insert(a.kind);
      }
    }
  }
  return reached;
}

void check_needs(Checker& c, const Scenario& s) {
  constexpr std::size_t k_most_needs = 256;  // a byte names the need of a draw
  if (s.needs.size() > k_most_needs) {
    c.add("needs", "must be at most 256", std::to_string(s.needs.size()));
  }
  const auto reached = reached_kinds(s);
  for (std::size_t i = 0; i < s.needs.size(); ++i) {
    const NeedSpec& need = s.needs[i];
    const std::string path = "needs." + need.name;
    check_rows(c, need, path);
    check_shape(c, s, need, path);
    check_stays(c, s, need, reached[i], path);
    check_access(c, s, need, path);
    check_times(c, s, need, path);
    for (const AttachedSpec& a : need.attached) {
      if (find_named(s.kinds, a.at_kind) != nullptr && !reached[i].contains(a.at_kind)) {
        c.conclude(path, path + ".attached." + a.at_kind, "must be a kind that the need reaches", a.at_kind);
      }
    }
  }
}

}  // namespace waterbed::detail
