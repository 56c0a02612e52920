#include "compile_routes.hpp"

#include "compile_network.hpp"
#include "scenario/describe.hpp"

#include <algorithm>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Rounding of sums of chances.
constexpr double k_rounding = 1e-9;

class Redirection {
 public:
  Redirection(const RedirectSpec& spec, const NetworkModel& network, RoutesModel& routes)
      : spec_(spec),
        network_(network),
        routes_(routes),
        from_(detail::split_place(spec.from)),
        to_(detail::split_place(spec.to)) {}

  /// Whether it is decided at the row. @param entry  where the need enters
  [[nodiscard]] bool is_here(const RowModel& row, bool entry) const {
    if (spec_.at.empty() || entry) {
      return spec_.at.empty() && entry;
    }
    const auto [kind, step] = detail::split_place(spec_.at);
    return network_.settings[at(row.setting)].kind == kind && row.ways_of == static_cast<std::uint8_t>(step);
  }

  /// Moves chances at a row. Returns what `induced` asks beyond those who are discharged, 0 if nothing.
  double apply(const RowModel& row) {
    double leave = 0.0;
    double shares = 0.0;
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      leave += leads_to(o, from_) ? routes_.practice[at(o)] : 0.0;
      shares += leads_to(o, to_) ? network_.options[at(o)].place_share : 0.0;
    }
    if (leave <= 0.0 || shares <= 0.0) {
      return 0.0;
    }
    const double odds = spec_.odds_ratio;
    const double share = spec_.share >= 0.0 ? spec_.share : 1.0 - odds / (1.0 - leave + leave * odds);
    const double moved = share * leave;
    double& discharged = routes_.practice[at(row.first_option + row.options - 1)];
    const double wanted = moved * spec_.induced / (1.0 - spec_.induced);
    const double induced = std::min(wanted, discharged);
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      if (leads_to(o, from_)) {
        routes_.practice[at(o)] *= 1.0 - share;
      }
      if (leads_to(o, to_)) {
        routes_.practice[at(o)] += (moved + induced) * network_.options[at(o)].place_share / shares;
      }
    }
    discharged -= induced;
    return wanted - induced > k_rounding ? wanted - induced : 0.0;
  }

 private:
  [[nodiscard]] bool leads_to(std::int32_t option, const std::pair<std::string, EpisodeStep>& place) const {
    const std::int32_t to = network_.options[at(option)].to;
    if (to < 0) {
      return false;
    }
    const RowModel& row = network_.rows[at(to)];
    return row.step == static_cast<std::uint8_t>(place.second) &&
           network_.settings[at(row.setting)].kind == place.first;
  }

  const RedirectSpec& spec_;
  const NetworkModel& network_;
  RoutesModel& routes_;
  std::pair<std::string, EpisodeStep> from_;
  std::pair<std::string, EpisodeStep> to_;
};

/// Whether a redirect is for people of the route.
bool is_for(const RedirectSpec& spec, const Model& model, std::int32_t group) {
  return spec.providers.empty() ||
         (group >= 0 && std::find(spec.providers.begin(), spec.providers.end(),
                                  model.people.practice_group_names[at(group)]) != spec.providers.end());
}

}  // namespace

void add_routes(const RoutesSpec& routes, const Scenario& scenario, const Model& model, const std::string& programme,
                ArmModel& arm, std::vector<Problem>& problems) {
  const NetworkModel& network = model.network;
  if (!arm.routes.present()) {
    for (const OptionModel& option : network.options) {
      arm.routes.practice.push_back(option.p0);
    }
    arm.routes.capacity_factor.assign(network.settings.size(), 1.0);
    arm.routes.stated_capacity.assign(network.settings.size(), -1.0);
  }
  for (std::size_t i = 0; i < routes.redirects.size(); ++i) {
    const RedirectSpec& spec = routes.redirects[i];
    Redirection redirection(spec, network, arm.routes);
    double missing = 0.0;
    const int need = position(scenario.needs, spec.need);
    for (int route = 0; route < network.routes; ++route) {
      if (!is_for(spec, model, network.group_of_route[at(route)])) {
        continue;
      }
      const ChainModel& chain = network.chain(need, route);
      for (std::int32_t r = chain.first_row; r < chain.first_row + chain.rows; ++r) {
        if (redirection.is_here(network.rows[at(r)], r == chain.first_row)) {
          missing = std::max(missing, redirection.apply(network.rows[at(r)]));
        }
      }
    }
    if (missing > 0.0) {
      problems.push_back(
          {.field = "programmes." + programme + ".routes.redirects[" + std::to_string(i) + "].induced",
           .rule =
               "must leave somebody who is discharged: too few are for so many visits that would not have been made",
           .got = std::to_string(spec.induced)});
    }
  }
  for (const CapacityChangeSpec& spec : routes.capacity) {
    for (std::size_t s = 0; s < network.settings.size(); ++s) {
      if (network.settings[s].name == spec.provider + "." + spec.kind) {
        arm.routes.capacity_factor[s] *= spec.factor >= 0.0 ? spec.factor : 1.0;
        arm.routes.stated_capacity[s] = spec.per_cycle >= 0.0 ? spec.per_cycle : arm.routes.stated_capacity[s];
      }
    }
  }
}

}  // namespace waterbed::compiling
