#include "waterbed/analysis/waterbed_index.hpp"

#include "analysis/payments.hpp"
#include "analysis/series.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/stats/moments.hpp"
#include "waterbed/stats/nested.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace waterbed {
namespace {

constexpr std::string_view k_pressed;  // group of what is pressed; no sector has an empty name

/// The same quantity in both arms.
struct Pair {
  Series baseline;
  Series arm;
};

/// Where settings, and money to providers, belong.
class Grouping {
 public:
  explicit Grouping(const Press& press) {
    for (const SettingRole& setting : press.settings) {
      if (setting.pressed && !setting.left_out) {
        pressed_sectors_.insert(setting.sector);
      }
    }
    if (pressed_sectors_.empty()) {
      throw InvalidArgument("press.settings", "must hold at least one pressed setting", "none");
    }
    for (const SettingRole& setting : press.settings) {
      const std::string group = group_of(setting);
      const int rank = setting.left_out ? 0 : group == k_pressed ? 2 : 1;
      book({setting.provider, setting.sector}, {rank, group});
      book({setting.provider, ""}, {rank, group});
      if (setting.left_out) {
        left_out_.insert(setting.sector);
        continue;
      }
      if (!settings_.contains(group)) {
        order_.push_back(group);
      }
      settings_[group].push_back(setting.name);
    }
  }

  /// Groups in order of the settings; the pressed one has an empty name.
  [[nodiscard]] const std::vector<std::string>& groups() const { return order_; }
  [[nodiscard]] const std::vector<std::string>& settings(const std::string& group) const { return settings_.at(group); }
  [[nodiscard]] std::vector<std::string> left_out() const { return {left_out_.begin(), left_out_.end()}; }

  /// Group that a payment to a provider belongs to; null if it is not followed. Payments without a sector follow the
  /// provider.
  [[nodiscard]] const std::string* of_payment(const std::string& provider, const std::string& sector) const {
    auto found = money_.find({provider, sector});
    if (found == money_.end()) {
      found = money_.find({provider, ""});
    }
    return found == money_.end() || found->second.rank == 0 ? nullptr : &found->second.group;
  }

 private:
  using Payee = std::pair<std::string, std::string>;  // provider and sector
  struct Booking {
    int rank = -1;  // 0 left out, 1 outside, 2 pressed
    std::string group;
  };

  /// Money is booked by sector: a provider pressed in part of a sector is pressed in all of it.
  void book(const Payee& payee, const Booking& booking) {
    Booking& known = money_[payee];
    if (booking.rank > known.rank) {
      known = booking;
    }
  }

  [[nodiscard]] std::string group_of(const SettingRole& setting) const {
    if (setting.pressed && !setting.left_out) {
      return std::string(k_pressed);
    }
    if (!pressed_sectors_.contains(setting.sector)) {
      return setting.sector;
    }
    return setting.sector + (setting.out_of_region ? ", out of region" : ", not pressed");
  }

  std::set<std::string> pressed_sectors_;
  std::set<std::string> left_out_;
  std::map<std::string, std::vector<std::string>> settings_;
  std::map<Payee, Booking> money_;
  std::vector<std::string> order_;
};

/// What a payment adds to a group's cash: 1 from payer to provider, -1 back, else 0.
std::int64_t direction(const PaymentEntry& entry, const Press& press, const WaterbedQuery& query,
                       const std::function<bool(const std::string& provider)>& belongs) {
  const auto pays = [&](const std::string& party) {
    return query.payer.empty() ? std::ranges::find(press.payers, party) != press.payers.end() : party == query.payer;
  };
  if (pays(entry.from) && belongs(entry.to)) {
    return 1;
  }
  return pays(entry.to) && belongs(entry.from) ? -1 : 0;
}

bool is_correction(const PaymentEntry& entry) {
  return entry.term == "ceiling" || entry.term == "settlement" || entry.term == "programme";
}

Pair payments_where(const Results& results, const WaterbedQuery& query,
                    const std::function<std::int64_t(const PaymentEntry&)>& weight) {
  const Index table = results.table_index("payments");
  const auto cells = payment_cells(results, query.year, weight);
  return {sum_of_cells(results, table, results.baseline, cells), sum_of_cells(results, table, query.arm, cells)};
}

Pair selected(const Results& results, const WaterbedQuery& query, Selection selection) {
  if (!query.year.empty()) {
    selection.keep["year"] = {query.year};
  }
  return {totals(results, results.baseline, selection), totals(results, query.arm, selection)};
}

Pair group_values(const Results& results, const Press& press, const Grouping& grouping, const WaterbedQuery& query,
                  const std::string& group) {
  switch (query.basis) {
    case WaterbedBasis::list_volume:
      return selected(results, query, {"list_spending", {{"setting", grouping.settings(group)}}});
    case WaterbedBasis::staff_hours:
      return selected(results, query, {"hours", {{"setting", grouping.settings(group)}}});
    case WaterbedBasis::cash:
    case WaterbedBasis::counted:
      break;
  }
  return payments_where(results, query, [&](const PaymentEntry& entry) -> std::int64_t {
    if (query.basis == WaterbedBasis::counted && is_correction(entry)) {
      return 0;
    }
    return direction(entry, press, query, [&](const std::string& provider) {
      const std::string* of = grouping.of_payment(provider, entry.sector);
      return of != nullptr && *of == group;
    });
  });
}

Pair means_of_sets(const Pair& pair, Index sets) {
  return {waterbed::means_of_sets(pair.baseline, sets), waterbed::means_of_sets(pair.arm, sets)};
}

std::string unit_of(WaterbedBasis basis) { return basis == WaterbedBasis::staff_hours ? "milli_hours" : "micro_eur"; }

Difference difference_of(const Pair& pair, std::string unit, double confidence) {
  return difference(BaselineValues{pair.baseline}, ArmValues{pair.arm}, std::move(unit), confidence);
}

/// Fieller's interval of sum(outside) / -sum(pressed); none if unbounded.
std::optional<Interval> ratio_interval(const Series& outside, const Series& pressed, double confidence) {
  PairMoments moments;
  for (std::size_t i = 0; i < outside.size(); ++i) {
    moments.add({.x = outside[i], .y = -pressed[i]});
  }
  const auto ratio = fieller(ratio_of_means(moments), confidence);
  const auto* bounded = std::get_if<BoundedRatio>(&ratio);
  return bounded == nullptr ? std::nullopt : std::optional(bounded->interval);
}

/// Middle 95 % of W + e / b; none unless every b is above zero.
std::optional<Range> ratio_range(double ratio, const std::vector<double>& remainders,
                                 const std::vector<double>& reductions) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < remainders.size(); ++i) {
    if (!(reductions[i] > 0.0)) {
      return std::nullopt;
    }
    ratios.push_back(ratio + remainders[i] / reductions[i]);
  }
  return Range{.low = quantile(ratios, 0.025), .high = quantile(ratios, 0.975)};
}

/// What goes elsewhere is a = W b + e, b what is taken out: then a / b = W + e / b, and e and b can be split into
/// parameters and chance as any amount.
RatioSpread ratio_spread(const Series& outside, const Series& pressed, double ratio, Index sets) {
  std::vector<double> reductions;
  std::vector<double> remainders;
  for (std::size_t i = 0; i < outside.size(); ++i) {
    reductions.push_back(-static_cast<double>(pressed[i]));
    remainders.push_back(static_cast<double>(outside[i]) - ratio * reductions.back());
  }
  if (sets == 0) {
    return {.range = ratio_range(ratio, remainders, reductions), .parameter_range = {}};
  }
  const NestedDeviations remainder = nested_deviations(remainders, sets);
  NestedDeviations reduction = nested_deviations(reductions, sets);
  for (std::vector<double>* part : {&reduction.parameters, &reduction.chance}) {
    for (double& deviation : *part) {
      deviation += reduction.mean;
    }
  }
  return {.range = ratio_range(ratio, remainder.chance, reduction.chance),
          .parameter_range = ratio_range(ratio, remainder.parameters, reduction.parameters)};
}

/// Judges the press; what is left to say goes into the message.
void judge(WaterbedIndex& index) {
  const double reduction = -index.pressed.mean;
  if (index.pressed.replications < 2) {
    index.message = "press not resolved, one replication has no simulation error";
    return;
  }
  const double error = index.pressed.simulation_error->standard_error;
  if (reduction == 0.0 && error == 0.0) {
    index.verdict = WaterbedVerdict::no_change;
    index.message = "the pressed part did not change";
  } else if (reduction < 0.0) {
    index.verdict = WaterbedVerdict::pressed_part_grew;
    index.message = "the pressed part grew";
  } else if (is_printable_denominator(reduction, error)) {
    index.verdict = WaterbedVerdict::resolved;
  } else if (reduction > 0.0) {
    index.replications_needed = replications_to_print(index.pressed.replications, reduction, error);
    index.message = "press not resolved, about " + std::to_string(*index.replications_needed) + " replications needed";
  } else {
    index.message = "press not resolved, its mean is zero";
  }
}

bool excludes_zero(const Difference& difference) {
  return difference.simulation_error && !difference.simulation_error->interval.contains(0.0);
}

}  // namespace

std::string_view basis_name(WaterbedBasis basis) {
  constexpr std::array<std::string_view, 4> k_names = {"list_volume", "staff_hours", "cash", "counted"};
  return k_names[static_cast<std::size_t>(basis)];
}

WaterbedIndex waterbed_index(const Results& results, const Press& press, const WaterbedQuery& query, Index sets,
                             double confidence) {
  const Grouping grouping(press);
  WaterbedIndex index;
  index.query = query;
  index.left_out = grouping.left_out();
  const Pair pressed = group_values(results, press, grouping, query, std::string(k_pressed));
  index.pressed = difference_of(means_of_sets(pressed, sets), unit_of(query.basis), confidence);
  judge(index);
  const bool resolved = index.verdict == WaterbedVerdict::resolved;
  const Series pressed_change = minus(pressed.arm, pressed.baseline);
  const Series pressed_means = waterbed::means_of_sets(pressed_change, sets);
  Series outside_change(pressed_change.size(), 0);
  double sum = 0.0;
  double gross = 0.0;
  for (const std::string& group : grouping.groups()) {
    if (group == k_pressed) {
      continue;
    }
    const Pair values = group_values(results, press, grouping, query, group);
    const Series change = minus(values.arm, values.baseline);
    outside_change = plus(outside_change, change);
    WaterbedPart part;
    part.group = group;
    part.difference = difference_of(means_of_sets(values, sets), unit_of(query.basis), confidence);
    if (resolved) {
      part.share = part.difference.mean / -index.pressed.mean;
      part.interval = ratio_interval(waterbed::means_of_sets(change, sets), pressed_means, confidence);
      part.spread = ratio_spread(change, pressed_change, *part.share, sets);
      sum += *part.share;
      gross += *part.share > 0.0 && excludes_zero(part.difference) ? *part.share : 0.0;
    }
    index.parts.push_back(std::move(part));
  }
  if (resolved) {
    index.index = sum;
    index.gross = gross;
    index.interval = ratio_interval(waterbed::means_of_sets(outside_change, sets), pressed_means, confidence);
    index.spread = ratio_spread(outside_change, pressed_change, sum, sets);
  }
  return index;
}

BesideThePress beside_the_press(const Results& results, const Press& press, const WaterbedQuery& query, Index sets,
                                double confidence) {
  const Grouping grouping(press);
  const std::string group(k_pressed);
  const auto spread = [&](const Pair& pair) {
    return difference_of(means_of_sets(pair, sets), "micro_eur", confidence);
  };
  WaterbedQuery all{.arm = query.arm, .basis = WaterbedBasis::cash, .payer = {}, .year = query.year};
  const Pair cash = group_values(results, press, grouping, all, group);
  all.basis = WaterbedBasis::list_volume;
  const Pair list = group_values(results, press, grouping, all, group);
  const auto paid_as = [&](std::string_view term) {
    return payments_where(results, all, [&](const PaymentEntry& entry) -> std::int64_t {
      const auto anybody_else = [&](const std::string& party) {
        return std::ranges::find(press.payers, party) == press.payers.end();
      };
      return entry.term == term ? direction(entry, press, all, anybody_else) : 0;
    });
  };
  BesideThePress beside;
  beside.year = query.year;
  beside.pressed_cash = spread(cash);
  beside.pressed_list = spread(list);
  beside.price_part = spread({minus(cash.baseline, list.baseline), minus(cash.arm, list.arm)});
  beside.settlements = spread(paid_as("settlement"));
  beside.programmes = spread(paid_as("programme"));
  if (std::ranges::find(results.tables, "unserved_value", &TableInfo::name) != results.tables.end()) {
    // What is waiting at the end of a year is no flow: over all years the last one stands.
    WaterbedQuery end = all;
    end.year = query.year.empty() ? years_of(results, "unserved_value").back() : query.year;
    beside.unserved = spread(selected(results, end, {"unserved_value", {}}));
  }
  return beside;
}

WaterbedReport waterbed_report(const Results& results, const Press& press, std::string_view arm, Index sets,
                               double confidence) {
  WaterbedReport report;
  std::vector<std::string> years = {""};
  std::ranges::copy(years_of(results, "list_spending"), std::back_inserter(years));
  for (const std::string& year : years) {
    const auto add = [&](WaterbedBasis basis, const std::string& payer) {
      report.indices.push_back(waterbed_index(
          results, press, {.arm = std::string(arm), .basis = basis, .payer = payer, .year = year}, sets, confidence));
    };
    add(WaterbedBasis::list_volume, "");
    add(WaterbedBasis::staff_hours, "");
    for (const std::string& payer : press.payers) {
      add(WaterbedBasis::cash, payer);
    }
    add(WaterbedBasis::cash, "");
    add(WaterbedBasis::counted, "");
    report.beside.push_back(beside_the_press(
        results, press, {.arm = std::string(arm), .basis = {}, .payer = {}, .year = year}, sets, confidence));
  }
  return report;
}

}  // namespace waterbed
