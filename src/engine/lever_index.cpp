#include "chain.hpp"
#include "way_flows.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

class Numbering {
 public:
  std::int32_t of(const Lever& lever) {
    const auto [it, fresh] = known_.emplace(lever, static_cast<std::int32_t>(levers_.size()));
    if (fresh) {
      levers_.push_back(lever);
    }
    return it->second;
  }

  std::vector<Lever> take() { return std::move(levers_); }

 private:
  std::map<Lever, std::int32_t> known_;
  std::vector<Lever> levers_;
};

}  // namespace

LeverIndex index_levers(const Model& model, std::size_t bands) {
  const NetworkModel& network = model.network;
  LeverIndex index;
  Numbering numbering;
  const int needs = static_cast<int>(network.needs.size());
  for (int n = 0; n < needs; ++n) {
    for (std::size_t band = 0; band < bands; ++band) {
      for (int sex = 0; sex < k_sexes; ++sex) {
        index.of_base.push_back(numbering.of({LeverKind::base_rate, n, static_cast<int>(band), sex}));
      }
    }
    index.of_stage.push_back(numbering.of({LeverKind::stage_rate, n}));
  }
  index.of_option.assign(network.options.size(), -1);
  index.of_attached.assign(network.attached.size(), -1);
  index.of_stay.assign(network.rows.size(), -1);
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    const int need = network.chain_of_row[r] / network.routes;
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      const OptionModel& option = network.options[at(o)];
      if (option.to >= 0 && option.pathway >= 0) {
        const LeverKind kind = row.setting < 0 ? LeverKind::way_in : LeverKind::pathway;
        index.of_option[at(o)] = numbering.of({kind, need, option.pathway});
      }
    }
    if (row.setting < 0) {
      continue;
    }
    const SettingModel& setting = network.settings[at(row.setting)];
    for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
      const int service = network.settings[at(network.attached[at(a)].setting)].kind_id;
      index.of_attached[at(a)] = numbering.of({LeverKind::attached, need, setting.kind_id, service});
    }
    if (setting.per_day && row.stay_days > 0.0) {
      index.of_stay[r] = numbering.of({LeverKind::stay, need, setting.kind_id});
    }
  }
  for (std::size_t s = 0; s < model.sectors.size(); ++s) {
    index.of_sector.push_back(numbering.of({LeverKind::price, -1, static_cast<int>(s)}));
  }
  index.levers = numbering.take();
  return index;
}

ShiftedNetwork shifted(const Model& model, const LeverIndex& index, std::span<const double> shifts) {
  const NetworkModel& network = model.network;
  const auto factor = [&](std::int32_t lever) { return lever < 0 ? 1.0 : std::exp(shifts[at(lever)]); };
  ShiftedNetwork result;
  result.probability.resize(network.options.size());
  for (const RowModel& row : network.rows) {
    double sum = 0.0;
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      sum += result.probability[at(o)] = network.options[at(o)].p0 * factor(index.of_option[at(o)]);
    }
    for (std::int32_t o = row.first_option; o < row.first_option + row.options && sum > 0.0; ++o) {
      result.probability[at(o)] /= sum;
    }
  }
  for (std::size_t a = 0; a < network.attached.size(); ++a) {
    result.per_visit.push_back(network.attached[a].per_visit * factor(index.of_attached[a]));
  }
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    const bool per_day = row.setting >= 0 && network.settings[at(row.setting)].per_day;
    result.units.push_back(per_day ? std::max(1.0, row.stay_days * factor(index.of_stay[r])) : 1.0);
  }
  for (const std::int32_t lever : index.of_sector) {
    result.price.push_back(factor(lever));
  }
  return result;
}

}  // namespace waterbed::engine
