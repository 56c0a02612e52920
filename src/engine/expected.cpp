#include "waterbed/engine/expected.hpp"

#include "chain.hpp"
#include "common_chance.hpp"
#include "person.hpp"
#include "pilot.hpp"

#include <algorithm>
#include <numeric>

namespace waterbed {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// List price of one unit of an attached service, EUR.
double price_of(const AttachedModel& attached) { return static_cast<double>(attached.list_price) / 1e6; }

/// List value of a visit at a row, with the services attached to it, EUR.
double list_value_of_visit(const Model& model, std::size_t row_id) {
  const RowModel& row = model.network.rows[row_id];
  if (row.setting < 0) {
    return 0.0;
  }
  double value = model.frozen.row_value[row_id];
  for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
    const AttachedModel& attached = model.network.attached[at(a)];
    value += attached.per_visit * price_of(attached);
  }
  return value;
}

}  // namespace

std::vector<double> expected_row_visits(const Model& model, int need, int route) {
  const ChainModel& chain = model.network.chain(need, route);
  const std::size_t chain_id = at(need * model.network.routes + route);
  const double* const first = model.frozen.fundamental.data() + model.frozen.fundamental_at[chain_id];
  std::vector<double> visits(at(chain.rows));
  for (std::size_t r = 0; r < visits.size(); ++r) {
    visits[r] = first[r * visits.size()];
  }
  return visits;
}

ExpectedFlows expected(const Model& model) {
  const NetworkModel& network = model.network;
  const std::size_t settings = network.settings.size();
  const std::size_t needs = network.needs.size();
  const std::size_t routes = at(network.routes);
  ExpectedFlows flows;
  flows.years = model.time.years;
  for (const SettingModel& setting : network.settings) {
    flows.settings.push_back(setting.name);
  }
  flows.visits.assign(at(flows.years) * settings, 0.0);
  flows.list_spending.assign(at(flows.years) * settings, 0.0);
  flows.first_contacts = model.expected_first;
  flows.persons = model.expected_persons.empty() ? engine::run_pilot(model).persons : model.expected_persons;
  flows.needs.assign(at(flows.years) * needs, 0.0);
  for (std::size_t year = 0; year < at(flows.years); ++year) {
    for (std::size_t n = 0; n < needs; ++n) {
      for (std::size_t route = 0; route < routes; ++route) {
        const double arrivals = model.expected_needs[(year * needs + n) * routes + route];
        flows.needs[year * needs + n] += arrivals;
        const ChainModel& chain = network.chain(static_cast<int>(n), static_cast<int>(route));
        const std::vector<double> per_need = expected_row_visits(model, static_cast<int>(n), static_cast<int>(route));
        for (std::size_t r = 0; r < per_need.size(); ++r) {
          const std::size_t row_id = at(chain.first_row) + r;
          const RowModel& row = network.rows[row_id];
          if (row.setting < 0) {
            continue;
          }
          const double visits = arrivals * per_need[r];
          flows.visits[year * settings + at(row.setting)] += visits * engine::units_per_visit(network, row);
          flows.list_spending[year * settings + at(row.setting)] += visits * model.frozen.row_value[row_id];
          for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
            const AttachedModel& attached = network.attached[at(a)];
            flows.visits[year * settings + at(attached.setting)] += visits * attached.per_visit;
            flows.list_spending[year * settings + at(attached.setting)] +=
                visits * attached.per_visit * price_of(attached);
          }
        }
      }
    }
  }
  return flows;
}

namespace {

/// List value, EUR, of all that a need leads to.
double list_value_of_need(const Model& model, std::size_t need, std::size_t route) {
  const NetworkModel& network = model.network;
  const ChainModel& chain = network.chain(static_cast<int>(need), static_cast<int>(route));
  const std::vector<double> per_need = expected_row_visits(model, static_cast<int>(need), static_cast<int>(route));
  double value = 0.0;
  for (std::size_t r = 0; r < per_need.size(); ++r) {
    value += per_need[r] * list_value_of_visit(model, at(chain.first_row) + r);
  }
  return value;
}

/// Of the people.
std::vector<double> shares_of_practices(const Model& model) {
  std::vector<double> shares(std::max<std::size_t>(1, model.people.practice_names.size()), 0.0);
  for (Index person = 0; person < model.people.size(); ++person) {
    shares[engine::practice_of(model, at(person))] += 1.0 / static_cast<double>(model.people.size());
  }
  return shares;
}

}  // namespace

std::vector<double> expected_under_chance(const Model& model, std::uint64_t seed, std::int64_t first_replication,
                                          std::int64_t replications) {
  const std::size_t needs = model.network.needs.size();
  const std::size_t routes = at(model.network.routes);
  const auto years = at(model.time.years);
  std::vector<double> of_need(years * needs, 0.0);
  for (std::size_t n = 0; n < needs; ++n) {
    for (std::size_t route = 0; route < routes; ++route) {
      const double value = list_value_of_need(model, n, route);
      for (std::size_t year = 0; year < years; ++year) {
        of_need[year * needs + n] += model.expected_needs[(year * needs + n) * routes + route] * value;
      }
    }
  }
  const std::vector<double> practice_share = shares_of_practices(model);
  const int first_year = model.time.burn_in_cycles() / model.time.cycles_per_year;
  std::vector<double> spending(at(replications), 0.0);
  for (std::size_t r = 0; r < spending.size(); ++r) {
    const auto replication = static_cast<std::uint32_t>(first_replication + static_cast<std::int64_t>(r));
    for (std::size_t year = 0; year < years; ++year) {
      for (std::size_t n = 0; n < needs; ++n) {
        spending[r] += of_need[year * needs + n] *
                       engine::year_shock(model, seed, replication, first_year + static_cast<int>(year), n);
      }
    }
    const std::vector<double> effects = engine::practice_effects(model, seed, replication);
    spending[r] *= std::inner_product(effects.begin(), effects.end(), practice_share.begin(), 0.0);
  }
  return spending;
}

}  // namespace waterbed
