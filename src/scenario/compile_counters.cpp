#include "compile_counters.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

ServiceNames names_of(const Model& model, const SettingModel& setting, const std::string& need) {
  return {setting.kind, model.sectors[at(setting.sector)], need};
}

Marks marked(const Model& model, const Counts& counts) {
  const NetworkModel& network = model.network;
  std::vector<std::uint8_t> rows(network.rows.size(), 0);
  std::vector<std::uint8_t> attached(network.attached.size(), 0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    const std::string& need = model.need_names[at(network.chain_of_row[r] / network.routes)];
    if (row.setting >= 0) {
      rows[r] = counts(network.settings[at(row.setting)], need) ? 1 : 0;
    }
    for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
      attached[at(a)] = counts(network.settings[at(network.attached[at(a)].setting)], need) ? 1 : 0;
    }
  }
  return {std::move(rows), std::move(attached)};
}

void count_all(Model& model) {
  assert(model.spend.empty());
  if (!model.network.needs.empty()) {
    model.spend.push_back({.label = "all",
                           .counts_row = std::vector<std::uint8_t>(model.network.rows.size(), 1),
                           .counts_attached = std::vector<std::uint8_t>(model.network.attached.size(), 1)});
  }
}

int spend_accumulator(Model& model, SpendAccumulator wanted) {
  for (std::size_t a = 0; a < model.spend.size(); ++a) {
    const SpendAccumulator& known = model.spend[a];
    if (known.counts_row == wanted.counts_row && known.counts_attached == wanted.counts_attached &&
        known.price == wanted.price && known.standard_row == wanted.standard_row &&
        known.standard_attached == wanted.standard_attached) {
      return static_cast<int>(a);
    }
  }
  model.spend.push_back(std::move(wanted));
  return static_cast<int>(model.spend.size()) - 1;
}

int counted_accumulator(Model& model, const Scope& scope, const ContractModel& contract) {
  const Capitation* capitation = contract.members.size() > 1 ? find_term<Capitation>(contract.contract) : nullptr;
  const auto capitated = [&](const SettingModel& setting, const std::string& need) {
    return capitation != nullptr && holds(capitation->services, names_of(model, setting, need)) &&
           std::find(contract.members.begin(), contract.members.end(), setting.provider) != contract.members.end();
  };
  SpendAccumulator wanted{.label = "counted", .price = scope.price};
  // Care that insurers do not fund never counts.
  std::tie(wanted.counts_row, wanted.counts_attached) =
      marked(model, [&](const SettingModel& setting, const std::string& need) {
        return setting.funder < 0 && !capitated(setting, need) &&
               (scope.services.empty() || holds(scope.services, names_of(model, setting, need)));
      });
  if (scope.price == PriceBasis::standard) {
    const NetworkModel& network = model.network;
    const auto price = [&](std::int32_t setting, std::size_t row, std::int64_t list) {
      const std::string& need = model.need_names[at(network.chain_of_row[row] / network.routes)];
      const ServicePrice* line =
          find_price(scope.standard_prices, names_of(model, network.settings[at(setting)], need));
      return line != nullptr && line->price ? line->price->micro : list;
    };
    wanted.standard_row.assign(network.rows.size(), 0);
    wanted.standard_attached.assign(network.attached.size(), 0);
    for (std::size_t r = 0; r < network.rows.size(); ++r) {
      const RowModel& row = network.rows[r];
      wanted.standard_row[r] = row.setting < 0 ? 0 : price(row.setting, r, row.list_price);
      for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
        wanted.standard_attached[at(a)] = price(network.attached[at(a)].setting, r, network.attached[at(a)].list_price);
      }
    }
  }
  return spend_accumulator(model, std::move(wanted));
}

int use_counter(Model& model, const std::vector<std::string>& by, bool charges) {
  const NetworkModel& network = model.network;
  UseCounter counter;
  std::tie(counter.row, counter.attached) = marked(model, [&](const SettingModel& setting, const std::string& need) {
    return setting.funder < 0 && (by.empty() || holds(by, names_of(model, setting, need)));
  });
  counter.charges = charges;
  for (std::size_t u = 0; u < model.use.size(); ++u) {
    const UseCounter& known = model.use[u];
    if (known.charges == charges && known.row == counter.row && known.attached == counter.attached) {
      return static_cast<int>(u);
    }
  }
  counter.column.assign(model.providers.size(), -1);
  const auto delivers = [&](std::int32_t setting) {
    std::int32_t& column = counter.column[at(network.settings[at(setting)].provider)];
    if (column < 0) {
      column = static_cast<std::int32_t>(model.use_columns++);
    }
  };
  for (std::size_t r = 0; r < counter.row.size(); ++r) {
    if (counter.row[r] != 0) {
      delivers(network.rows[r].setting);
    }
  }
  for (std::size_t a = 0; a < counter.attached.size(); ++a) {
    if (counter.attached[a] != 0) {
      delivers(network.attached[a].setting);
    }
  }
  model.use.push_back(std::move(counter));
  return static_cast<int>(model.use.size()) - 1;
}

}  // namespace waterbed::compiling
