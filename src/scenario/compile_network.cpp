#include "compile_network.hpp"

#include "compile_admission.hpp"
#include "scenario/describe.hpp"
#include "waterbed/random/draw.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <ranges>
#include <tuple>

namespace waterbed::compiling {
namespace {

constexpr auto k_first = static_cast<std::uint8_t>(EpisodeStep::first);
constexpr auto k_follow_up = static_cast<std::uint8_t>(EpisodeStep::follow_up);
constexpr auto k_back = static_cast<std::uint8_t>(EpisodeStep::back);

/// Where a kind of care is had, with shares that sum to 1.
using Where = std::vector<std::pair<int, double>>;

struct Place {
  int setting = -1;
  std::uint8_t step = k_first;
  bool acute = false;  ///< a bed taken on an urgent decision: never waits, never answers to money
  friend auto operator<=>(const Place&, const Place&) = default;
};

class ChainBuilder {
 public:
  ChainBuilder(const Scenario& scenario, NetworkModel& network, const std::vector<int>& product_window)
      : scenario_(scenario), network_(network), product_window_(product_window) {}

  void add(const NeedSpec& need, const Route& route) {
    need_ = &need;
    route_ = &route;
    places_.clear();
    queue_.clear();
    chain_ = ChainModel{.first_row = static_cast<std::int32_t>(network_.rows.size())};
    row_of(Place{});
    const auto backs = back_places();
    const auto emergencies = emergency_places();
    for (const auto& places : {backs, emergencies}) {
      for (const auto& [place, share] : places) {
        row_of(place);
      }
    }
    while (!queue_.empty()) {
      const Place place = queue_.front();
      queue_.pop_front();
      fill(place);
    }
    chain_.rows = static_cast<std::int32_t>(network_.rows.size()) - chain_.first_row;
    std::tie(chain_.first_back, chain_.backs) = add_backs(backs);
    std::tie(chain_.first_emergency, chain_.emergencies) = add_backs(emergencies);
    network_.chain_of_row.resize(network_.rows.size(), static_cast<std::int32_t>(network_.chains.size()));
    network_.chains.push_back(chain_);
  }

 private:
  int row_of(const Place& place) {
    const auto found = places_.find(place);
    if (found != places_.end()) {
      return found->second;
    }
    const int row = static_cast<int>(network_.rows.size());
    places_.emplace(place, row);
    network_.rows.emplace_back();
    queue_.push_back(place);
    return row;
  }

  using Places = std::vector<std::pair<Place, double>>;

  /// Position of the first and their number.
  std::pair<std::int32_t, std::int32_t> add_backs(const Places& places) {
    const auto first = static_cast<std::int32_t>(network_.backs.size());
    double sum = 0.0;
    for (const auto& [place, share] : places) {
      sum += share;
      network_.backs.push_back({.row = places_.at(place), .below = threshold(std::min(1.0, sum)), .share = share});
    }
    if (!places.empty()) {
      network_.backs.back().below = k_always;
    }
    return {first, static_cast<std::int32_t>(places.size())};
  }

  /// Who cannot wait is seen at once and urgently.
  Places emergency_places() const {
    Places places;
    const std::string& kind = scenario_.behaviour.emergency_kind;
    if (!kind.empty() && need_->urgency == Urgency::elective) {
      for (const auto& [setting, part] : where(kind, -1)) {
        places.emplace_back(Place{setting, k_first, true}, part);
      }
    }
    return places;
  }

  Places back_places() const {
    Places places;
    for (const auto& [kind, share] : scenario_.behaviour.comes_back_at) {
      for (const auto& [setting, part] : where(kind, -1)) {
        places.emplace_back(Place{setting, k_back}, share * part);
      }
    }
    return places;
  }

  int setting_at(int provider, const std::string& kind) const {
    for (std::size_t s = 0; s < network_.settings.size(); ++s) {
      if (network_.settings[s].provider == provider && network_.settings[s].kind == kind) {
        return static_cast<int>(s);
      }
    }
    return -1;
  }

  /// Own GP group; else the provider one is at already; else by market share.
  Where where(const std::string& kind, int from_setting) const {
    if (std::find(scenario_.gp_kinds.begin(), scenario_.gp_kinds.end(), kind) != scenario_.gp_kinds.end()) {
      return {{setting_at(route_->group_provider, kind), 1.0}};
    }
    if (from_setting >= 0) {
      const int same = setting_at(network_.settings[static_cast<std::size_t>(from_setting)].provider, kind);
      if (same >= 0) {
        return {{same, 1.0}};
      }
    }
    return by_market_share(kind);
  }

  Where by_market_share(const std::string& kind) const {
    const MarketShare* best = nullptr;
    int best_rank = -1;
    for (const MarketShare& rule : scenario_.market_shares) {
      const bool kind_fits = rule.kind == kind || rule.kind == "*";
      const bool place_fits = rule.municipality == route_->municipality || rule.municipality == "*";
      const bool offered = std::any_of(rule.providers.begin(), rule.providers.end(), [&](const auto& share) {
        return share.second > 0.0 && setting_at(position(scenario_.providers, share.first), kind) >= 0;
      });
      const int rank = (rule.kind == kind ? 2 : 0) + (rule.municipality == route_->municipality ? 1 : 0);
      if (kind_fits && place_fits && offered && rank > best_rank) {
        best = &rule;
        best_rank = rank;
      }
    }
    Where result;
    double total = 0.0;
    if (best != nullptr) {
      for (const auto& [provider, share] : best->providers) {
        const int setting = setting_at(position(scenario_.providers, provider), kind);
        if (setting >= 0 && share > 0.0) {
          result.emplace_back(setting, share);
          total += share;
        }
      }
    } else {  // no rule: every owner alike
      for (std::size_t s = 0; s < network_.settings.size(); ++s) {
        if (network_.settings[s].kind == kind) {
          result.emplace_back(static_cast<int>(s), 1.0);
          total += 1.0;
        }
      }
    }
    for (auto& [setting, share] : result) {
      share /= total;
    }
    return result;
  }

  /// Pathways from a kind at a step: a return is treated as a follow-up, a follow-up as a first contact, unless
  /// written.
  std::vector<const PathwaySpec*> pathways(const std::string& kind, std::uint8_t step) const {
    for (int s = step; s >= 0; --s) {
      std::vector<const PathwaySpec*> found;
      for (const PathwaySpec& path : need_->pathways) {
        if (path.from_kind == kind && static_cast<int>(path.from_step) == s) {
          found.push_back(&path);
        }
      }
      // A follow-up without pathways of its own ends the episode; only a return falls back.
      if (!found.empty() || s != k_back) {
        if (found.empty() && step == k_back) {
          continue;
        }
        return found;
      }
    }
    return {};
  }

  const Place& place_of(std::int32_t row) const {
    return std::find_if(places_.begin(), places_.end(), [&](const auto& one) { return one.second == row; })->first;
  }

  /// Redirects of the need that are decided here.
  std::vector<const RedirectSpec*> redirects(const Place& place, std::uint8_t ways_of) const {
    std::vector<const RedirectSpec*> found;
    for (const ProgrammeSpec& programme : scenario_.programmes) {
      if (!programme.routes) {
        continue;
      }
      for (const RedirectSpec& one : programme.routes->redirects) {
        const int setting = place.setting;
        const std::string kind = setting < 0 ? "" : network_.settings[static_cast<std::size_t>(setting)].kind;
        const bool here = setting < 0
                              ? one.at.empty()
                              : detail::split_place(one.at) == std::pair(kind, static_cast<EpisodeStep>(ways_of));
        if (one.need == need_->name && here) {
          found.push_back(&one);
        }
      }
    }
    return found;
  }

  void fill(const Place& place) {
    const int row_id = places_.at(place);
    std::vector<OptionModel> options;
    int nests = 0;
    double sum = 0.0;
    const bool from_urgent = place.setting >= 0 && decision(place) == DecisionKind::urgent;
    std::uint8_t ways_of = place.step;
    const auto add_nest = [&](const std::string& kind, std::uint8_t step, double probability, int delay,
                              std::ptrdiff_t pathway, bool opened = false) {
      for (const auto& [setting, share] : where(kind, place.setting)) {
        if (probability * share > 0.0 || opened) {
          const bool acute = from_urgent && network_.settings[static_cast<std::size_t>(setting)].bed_days;
          options.push_back({.to = row_of(Place{setting, step, acute}),
                             .delay_days = delay,
                             .nest = nests,
                             .pathway = static_cast<std::int32_t>(pathway),
                             .p0 = probability * share,
                             .place_share = share});
        }
      }
      sum += probability;
      ++nests;
    };
    if (place.setting < 0) {
      std::ptrdiff_t way_in = 0;
      for (const auto& [kind, probability] : need_->enters) {
        add_nest(kind, k_first, probability, 0, way_in++);
      }
    } else {
      const std::string& kind = network_.settings[static_cast<std::size_t>(place.setting)].kind;
      for (const PathwaySpec* path : pathways(kind, place.step)) {
        ways_of = static_cast<std::uint8_t>(path->from_step);
        add_nest(path->to_kind, static_cast<std::uint8_t>(path->to_step), path->probability, path->delay_days,
                 path - need_->pathways.data());
      }
    }
    // Ways that some arm opens are there with chance 0, after those of practice: its draws stay what they are.
    for (const RedirectSpec* redirect : redirects(place, ways_of)) {
      const auto [kind, step] = detail::split_place(redirect->to);
      const auto leads_there = [&, kind = kind, step = static_cast<std::uint8_t>(step)](const OptionModel& option) {
        const Place& to = place_of(option.to);
        return to.step == step && network_.settings[static_cast<std::size_t>(to.setting)].kind == kind;
      };
      if (std::none_of(options.begin(), options.end(), leads_there)) {
        add_nest(kind, static_cast<std::uint8_t>(step), 0.0, 0, -1, true);
      }
    }
    options.push_back({.to = -1, .delay_days = 0, .nest = nests, .p0 = std::max(0.0, 1.0 - sum)});

    RowModel row;
    row.first_option = static_cast<std::int32_t>(network_.options.size());
    row.options = static_cast<std::int32_t>(options.size());
    double cumulative = 0.0;
    for (OptionModel& option : options) {
      cumulative += option.p0;
      option.below = threshold(std::min(1.0, cumulative));
    }
    // Rounding goes to the last option that can happen.
    for (OptionModel& option : std::views::reverse(options)) {
      option.below = k_always;
      if (option.p0 > 0.0) {
        break;
      }
    }
    network_.options.insert(network_.options.end(), options.begin(), options.end());
    row.urgent = need_->urgency == Urgency::urgent || place.acute;
    row.step = place.step;
    row.ways_of = ways_of;
    if (place.setting >= 0) {
      describe(place, row);
    }
    network_.rows[static_cast<std::size_t>(row_id)] = row;
  }

  DecisionKind decision(const Place& place) const {
    if (need_->urgency == Urgency::urgent || place.acute) {
      return DecisionKind::urgent;
    }
    const KindSpec& kind =
        scenario_.kinds[static_cast<std::size_t>(network_.settings[static_cast<std::size_t>(place.setting)].kind_id)];
    return static_cast<DecisionKind>(place.step == k_first ? kind.first : kind.follow_up);
  }

  void describe(const Place& place, RowModel& row) {
    const SettingModel& setting = network_.settings[static_cast<std::size_t>(place.setting)];
    const KindSpec& kind = scenario_.kinds[static_cast<std::size_t>(setting.kind_id)];
    const ProviderSpec& provider = scenario_.providers[static_cast<std::size_t>(setting.provider)];
    row.setting = place.setting;
    row.decision = decision(place);
    const auto decided = provider.decided_by.find(kind.name);
    row.decider =
        decided == provider.decided_by.end() ? setting.provider : position(scenario_.providers, decided->second);
    row.waits = setting.limited && !row.urgent && place.step == k_first;
    const int window = product_window_[static_cast<std::size_t>(place.setting)];
    row.product = window > 0;
    row.window_days = static_cast<std::int16_t>(window);
    const bool later = place.step == k_follow_up && !row.product;
    const double factor = scenario_.sectors[static_cast<std::size_t>(setting.sector)].product_price_factor;
    row.list_price = Money::from_euro((later ? kind.list_price_follow_up : kind.list_price) * factor).micro;
    const auto stay = need_->stay_days.find(kind.name);
    row.stay_days = stay == need_->stay_days.end() ? 0.0 : stay->second;
    if (row.waits && !provider.out_of_region) {
      for (std::size_t s = 0; s < network_.settings.size(); ++s) {
        const SettingModel& other = network_.settings[s];
        if (other.kind == kind.name && scenario_.providers[static_cast<std::size_t>(other.provider)].out_of_region) {
          row.elsewhere = row_of(Place{static_cast<int>(s), k_first});
          break;
        }
      }
    }
    row.first_attached = static_cast<std::int32_t>(network_.attached.size());
    for (const AttachedSpec& attached : need_->attached) {
      if (attached.at_kind == kind.name) {
        attach(attached);
      }
    }
    row.attached = static_cast<std::int32_t>(network_.attached.size()) - row.first_attached;
    row.first_care_effect = static_cast<std::int32_t>(network_.care_effects.size());
    for (std::size_t e = 0; e < scenario_.care_effects.size(); ++e) {
      const CareEffectSpec& effect = scenario_.care_effects[e];
      if (!effect.while_waiting && effect.need == need_->name && (effect.kind.empty() || effect.kind == kind.name)) {
        network_.care_effects.push_back(static_cast<std::int32_t>(e));
      }
    }
    row.care_effects = static_cast<std::int32_t>(network_.care_effects.size()) - row.first_care_effect;
  }

  void attach(const AttachedSpec& attached) {
    double sum = 0.0;
    for (const auto& [setting_id, share] : where(attached.kind, -1)) {
      const SettingModel& setting = network_.settings[static_cast<std::size_t>(setting_id)];
      const double factor = scenario_.sectors[static_cast<std::size_t>(setting.sector)].product_price_factor;
      const double price = scenario_.kinds[static_cast<std::size_t>(setting.kind_id)].list_price * factor;
      network_.attached.push_back({.setting = setting_id,
                                   .threshold = threshold(std::min(1.0, sum + attached.per_visit * share)),
                                   .from = threshold(std::min(1.0, sum)),
                                   .per_visit = attached.per_visit * share,
                                   .list_price = Money::from_euro(price).micro});
      sum += attached.per_visit * share;
    }
  }

  const Scenario& scenario_;
  NetworkModel& network_;
  const std::vector<int>& product_window_;
  const NeedSpec* need_ = nullptr;
  const Route* route_ = nullptr;
  ChainModel chain_;
  std::map<Place, int> places_;
  std::deque<Place> queue_;
};

std::vector<SettingModel> settings_of(const Scenario& scenario) {
  std::vector<SettingModel> settings;
  for (std::size_t p = 0; p < scenario.providers.size(); ++p) {
    const ProviderSpec& provider = scenario.providers[p];
    for (const std::string& kind_name : provider.kinds) {
      const int k = position(scenario.kinds, kind_name);
      const KindSpec& kind = scenario.kinds[static_cast<std::size_t>(k)];
      SettingModel setting;
      setting.name = provider.name + "." + kind_name;
      setting.kind = kind_name;
      setting.kind_id = k;
      setting.provider = static_cast<int>(p);
      setting.sector = position(scenario.sectors, kind.sector);
      setting.gp = std::find(scenario.gp_kinds.begin(), scenario.gp_kinds.end(), kind_name) != scenario.gp_kinds.end();
      setting.per_day = kind.per_day;
      // Care outside the region is another region's queue: it is never limited here.
      setting.limited = kind.capacity_unit != CapacityUnit::unlimited && !provider.out_of_region;
      setting.bed_days = kind.capacity_unit == CapacityUnit::bed_days;
      setting.plans_backlog = scenario.behaviour.backlog_recovery_months > 0.0;
      setting.reference_wait_days = kind.reference_wait_days;
      setting.admission_order = kind.admission_order;
      setting.utilisation = kind.utilisation;
      const auto stated = provider.physical_capacity.find(kind_name);
      setting.stated_capacity = stated == provider.physical_capacity.end() ? 0.0 : stated->second;
      setting.staff_milli_hours = std::llround(kind.staff_hours * 1000.0);
      settings.push_back(setting);
    }
  }
  return settings;
}

void add_pools(const Scenario& scenario, NetworkModel& network) {
  for (std::size_t p = 0; p < scenario.providers.size(); ++p) {
    const ProviderSpec& provider = scenario.providers[p];
    for (const StaffPoolSpec& pool : provider.staff_pools) {
      for (SettingModel& setting : network.settings) {
        if (setting.provider == static_cast<int>(p) &&
            std::find(pool.kinds.begin(), pool.kinds.end(), setting.kind) != pool.kinds.end()) {
          setting.pool = static_cast<int>(network.pools.size());
        }
      }
      network.pools.push_back({provider.name + "." + pool.name, std::llround(pool.hours_per_cycle * 1000.0)});
    }
  }
}

/// Days that a product stays open at each setting under the reference contracts; 0: visits are billed one by one.
std::vector<int> product_windows(const Scenario& scenario, const NetworkModel& network) {
  std::vector<int> windows(network.settings.size(), 0);
  const int reference = position(scenario.arms, scenario.reference);
  if (reference < 0) {
    return windows;
  }
  for (const std::string& name : scenario.arms[static_cast<std::size_t>(reference)].contracts) {
    for (const ContractSpec& contract : scenario.contracts) {
      const Bundle* bundle = contract.terms.name == name ? find_term<Bundle>(contract.terms) : nullptr;
      if (bundle == nullptr || bundle->trigger != BundleTrigger::first_contact) {
        continue;
      }
      for (std::size_t s = 0; s < network.settings.size(); ++s) {
        const SettingModel& setting = network.settings[s];
        const std::string& provider = scenario.providers[static_cast<std::size_t>(setting.provider)].name;
        const bool held =
            std::find(contract.holders.begin(), contract.holders.end(), provider) != contract.holders.end();
        const ServiceNames unit{setting.kind, scenario.sectors[static_cast<std::size_t>(setting.sector)].name, {}};
        if (held && holds(bundle->services, unit)) {
          windows[s] = bundle->window_days;
        }
      }
    }
  }
  return windows;
}

void label_edges(NetworkModel& network) {
  std::map<std::string, std::int32_t> known;
  network.edge_of_option.resize(network.options.size());
  const auto name = [&](std::int32_t row, const char* none) {
    const std::int32_t setting = row < 0 ? -1 : network.rows[static_cast<std::size_t>(row)].setting;
    return setting < 0 ? std::string(none) : network.settings[static_cast<std::size_t>(setting)].name;
  };
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      const std::string label = name(static_cast<std::int32_t>(r), "entry") + "," +
                                name(network.options[static_cast<std::size_t>(o)].to, "discharge");
      const auto [it, fresh] = known.emplace(label, static_cast<std::int32_t>(network.edge_labels.size()));
      if (fresh) {
        network.edge_labels.push_back(label);
      }
      network.edge_of_option[static_cast<std::size_t>(o)] = it->second;
    }
  }
}

}  // namespace

NetworkModel compile_network(const Scenario& scenario, const std::vector<Route>& routes) {
  NetworkModel network;
  network.settings = settings_of(scenario);
  add_pools(scenario, network);
  network.routes = static_cast<int>(routes.size());
  for (const Route& route : routes) {
    network.group_of_route.push_back(route.group);
  }
  const std::vector<int> windows = product_windows(scenario, network);

  std::vector<std::string> groups;
  ChainBuilder builder(scenario, network, windows);
  for (const NeedSpec& spec : scenario.needs) {
    const std::string& group = spec.group.empty() ? spec.name : spec.group;
    auto known = std::find(groups.begin(), groups.end(), group);
    if (known == groups.end()) {
      known = groups.insert(groups.end(), group);
    }
    NeedModel need;
    need.group = static_cast<std::int32_t>(known - groups.begin());
    need.urgent = spec.urgency == Urgency::urgent;
    need.unresolved = spec.unresolved;
    need.unresolved_below = threshold(spec.unresolved);
    need.access_elasticity = spec.access_elasticity;
    need.semi_urgent_below = threshold(spec.semi_urgent);
    need.deteriorates_per_year = spec.deteriorates_per_year;
    need.wait_disutility = spec.wait_disutility;
    network.needs.push_back(need);
    for (const Route& route : routes) {
      builder.add(spec, route);
    }
  }
  label_edges(network);

  network.admission_order = admission_order(network);
  // Demand answers to the wait where it enters.
  for (std::size_t n = 0; n < network.needs.size(); ++n) {
    for (const auto& [kind, probability] : scenario.needs[n].enters) {
      const int k = position(scenario.kinds, kind);
      if (probability > 0.0 && scenario.kinds[static_cast<std::size_t>(k)].capacity_unit != CapacityUnit::unlimited) {
        network.needs[n].access_kind = k;
      }
    }
  }
  return network;
}

}  // namespace waterbed::compiling
