#include "waterbed/analysis/summary.hpp"

#include "analysis/series.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace waterbed {
namespace {

constexpr double k_euro = 1e-6;
constexpr double k_micro = 1e6;

bool has_table(const Results& results, std::string_view name) {
  return std::ranges::find(results.tables, name, &TableInfo::name) != results.tables.end();
}

const Dimension& axis_of(const Results& results, std::string_view table, std::string_view axis) {
  const TableInfo& info = results.tables[static_cast<std::size_t>(results.table_index(table))];
  return info.dims[axis_index(info, axis)];
}

class Summariser {
 public:
  Summariser(const Results& results, std::string_view arm, const SummaryInputs& inputs, double confidence)
      : results_(results), inputs_(inputs), confidence_(confidence) {
    summary_.arm = arm;
    summary_.baseline = results.baseline;
    (void)results.arm_index(arm);
    if (has_table(results, "population")) {
      summary_.insured_years = insured_years(results, inputs.cycles_per_year);
    }
  }

  ArmSummary summary() {
    spending_and_work();
    waits();
    health();
    at_the_end();
    parties();
    savings();
    return std::move(summary_);
  }

 private:
  [[nodiscard]] Difference change(const Selection& selection) const {
    return difference(results_, summary_.arm, selection, confidence_);
  }
  [[nodiscard]] Difference in_euro(const Selection& selection) const {
    return scaled(change(selection), k_euro, "EUR");
  }

  /// Per insured per year, or the total if nobody is counted.
  void add_rate(const std::string& measure, const std::string& of, const Selection& selection, double factor,
                const std::string& unit) {
    const Difference total = change(selection);
    const bool is_rate = summary_.insured_years > 0.0;
    summary_.rows.push_back({measure, of, is_rate ? scaled(total, factor / summary_.insured_years, unit) : total});
  }

  /// Rows by sector, in order of the settings, and in total, of a table with an axis `setting`.
  void add_by_sector(const std::string& table, double factor, const std::string& unit) {
    if (!has_table(results_, table)) {
      return;
    }
    std::vector<std::string> sectors;
    std::map<std::string, std::vector<std::string>> members;
    for (const std::string& setting : axis_of(results_, table, "setting").labels) {
      const auto found = std::ranges::find(inputs_.settings, setting, &SettingSector::setting);
      if (found == inputs_.settings.end()) {
        throw InvalidArgument("inputs.settings", "must name the sector of every setting", setting);
      }
      if (!members.contains(found->sector)) {
        sectors.push_back(found->sector);
      }
      members[found->sector].push_back(setting);
    }
    for (const std::string& sector : sectors) {
      add_rate(table, sector, {table, {{"setting", members[sector]}}}, factor, unit);
    }
    add_rate(table, "total", {table, {}}, factor, unit);
  }

  void spending_and_work() {
    add_by_sector("list_spending", k_euro, "EUR per insured per year");
    if (has_table(results_, "cash_spending")) {
      for (const std::string& sector : axis_of(results_, "cash_spending", "sector").labels) {
        add_rate("cash_spending", sector, {"cash_spending", {{"sector", {sector}}}}, k_euro,
                 "EUR per insured per year");
      }
      add_rate("cash_spending", "total", {"cash_spending", {}}, k_euro, "EUR per insured per year");
    }
    add_by_sector("visits", 1000.0, "units per 1000 insured per year");
    add_by_sector("hours", 1.0, "hours per 1000 insured per year");
  }

  /// Mean days per admission as whole micro-days, so that a ratio too is paired exactly; none if nobody is admitted.
  [[nodiscard]] std::optional<Series> mean_wait(std::string_view arm, const std::string& urgency) const {
    const Series days = totals(results_, arm, {"wait_days", {{"urgency", {urgency}}}});
    const Series admitted = totals(results_, arm, {"admitted", {{"urgency", {urgency}}}});
    Series means;
    for (std::size_t i = 0; i < days.size(); ++i) {
      if (admitted[i] <= 0) {
        return std::nullopt;
      }
      means.push_back(std::llround(k_micro * static_cast<double>(days[i]) / static_cast<double>(admitted[i])));
    }
    return means;
  }

  void waits() {
    if (!has_table(results_, "wait_days") || !has_table(results_, "admitted")) {
      return;
    }
    for (const std::string& urgency : axis_of(results_, "wait_days", "urgency").labels) {
      const auto baseline = mean_wait(results_.baseline, urgency);
      const auto arm = mean_wait(summary_.arm, urgency);
      if (baseline && arm) {
        const Difference wait = difference(BaselineValues{*baseline}, ArmValues{*arm}, "micro_days", confidence_);
        summary_.rows.push_back({"wait", urgency, scaled(wait, 1.0 / k_micro, "days")});
      }
    }
  }

  /// In whole micro-units, so that arms pair exactly; a table may have a reward after the last year too.
  [[nodiscard]] Series present_value(std::string_view arm, const std::string& table, const std::string& stratum,
                                     double discount) const {
    std::vector<double> sums(static_cast<std::size_t>(results_.replications), 0.0);
    double factor = 1.0;
    for (const std::string& year : years_of(results_, table)) {
      const Series one = totals(results_, arm, {table, {{"stratum", {stratum}}, {"year", {year}}}});
      for (std::size_t i = 0; i < one.size(); ++i) {
        sums[i] += factor * static_cast<double>(one[i]);
      }
      factor /= 1.0 + discount;
    }
    Series values;
    for (const double sum : sums) {
      values.push_back(std::llround(sum));
    }
    return values;
  }

  /// A row for each stratum: strata overlap, so adding them up would count people twice.
  void add_by_stratum(const std::string& table, double discount, const std::string& unit) {
    if (!(discount >= 0.0)) {
      throw InvalidArgument("inputs.discount", "must be 0 or more (per year)", std::to_string(discount));
    }
    if (!has_table(results_, table)) {
      return;
    }
    const std::string name = discount > 0.0 ? unit + ", discounted" : unit;
    for (const std::string& stratum : axis_of(results_, table, "stratum").labels) {
      const Series baseline = present_value(results_.baseline, table, stratum, discount);
      const Series arm = present_value(summary_.arm, table, stratum, discount);
      const Difference more = difference(BaselineValues{baseline}, ArmValues{arm}, table, confidence_);
      summary_.rows.push_back({table, stratum, scaled(more, 1.0 / k_micro, name)});
    }
  }

  void health() {
    add_by_stratum("qalys", inputs_.discount_qalys, "QALY");
    add_by_stratum("health_costs", inputs_.discount_costs, "EUR");
    if (has_table(results_, "deaths")) {
      summary_.rows.push_back({"deaths", "total", change({"deaths", {}})});
    }
  }

  /// What is left at the end of the last year.
  void at_the_end() {
    for (const std::string table : {"waiting", "unserved_value"}) {
      if (has_table(results_, table)) {
        const Difference left = change({table, {{"year", {years_of(results_, table).back()}}}});
        const bool is_money = left.unit == "micro_eur";
        summary_.rows.push_back({table, "total", scaled(left, is_money ? k_euro : 1.0, is_money ? "EUR" : left.unit)});
      }
    }
  }

  [[nodiscard]] std::optional<double> chance(Index beyond) const {
    return beyond >= k_replications_beyond
               ? std::optional(static_cast<double>(beyond) / static_cast<double>(results_.replications))
               : std::nullopt;
  }

  void parties() {
    if (has_table(results_, "cash_spending")) {
      for (const std::string& payer : axis_of(results_, "cash_spending", "payer").labels) {
        const Selection selection{"cash_spending", {{"payer", {payer}}}};
        const Series more =
            minus(totals(results_, summary_.arm, selection), totals(results_, results_.baseline, selection));
        const auto beyond = std::ranges::count_if(more, [](std::int64_t value) { return value > 0; });
        summary_.parties.push_back({payer, true, in_euro(selection), chance(beyond)});
      }
    }
    if (has_table(results_, "provider_result")) {
      for (const std::string& provider : axis_of(results_, "provider_result", "provider").labels) {
        const Selection selection{"provider_result", {{"provider", {provider}}, {"item", {"result"}}}};
        const Series result = totals(results_, summary_.arm, selection);
        const auto beyond = std::ranges::count_if(result, [](std::int64_t value) { return value < 0; });
        summary_.parties.push_back({provider, false, in_euro(selection), chance(beyond)});
      }
    }
  }

  void savings() {
    if (!has_table(results_, "settlement") || !has_table(results_, "list_spending")) {
      return;
    }
    std::vector<PaidAgainstTrue> payers;
    for (const SettlingContract& contract : inputs_.settling) {
      auto found = std::ranges::find(payers, contract.payer, &PaidAgainstTrue::payer);
      if (found == payers.end()) {
        found = payers.emplace(payers.end());
        found->payer = contract.payer;
      }
      found->contracts.push_back(contract.contract);
    }
    for (PaidAgainstTrue& payer : payers) {
      const Selection paid{"settlement", {{"contract", payer.contracts}, {"item", {"paid"}}}};
      Selection list{"list_spending", {}};
      if (!payer.payer.empty()) {
        list.keep["payer"] = {payer.payer};
      }
      payer.paid = in_euro(paid);
      payer.true_saving = scaled(change(list), -k_euro, "EUR");
      // Paid + change in list spending, each arm by itself, so that noise both share is paired away.
      const Series baseline =
          plus(totals(results_, results_.baseline, paid), totals(results_, results_.baseline, list));
      const Series arm = plus(totals(results_, summary_.arm, paid), totals(results_, summary_.arm, list));
      payer.excess =
          scaled(difference(BaselineValues{baseline}, ArmValues{arm}, "micro_eur", confidence_), k_euro, "EUR");
      payer.excess.relative.reset();  // its baseline is spending, not savings
      payer.true_saving.relative.reset();
      summary_.savings.push_back(std::move(payer));
    }
  }

  const Results& results_;
  const SummaryInputs& inputs_;
  double confidence_;
  ArmSummary summary_;
};

}  // namespace

ArmSummary summarise(const Results& results, std::string_view arm, const SummaryInputs& inputs, double confidence) {
  return Summariser(results, arm, inputs, confidence).summary();
}

}  // namespace waterbed
