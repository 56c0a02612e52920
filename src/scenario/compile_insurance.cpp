#include "compile_insurance.hpp"

#include "compile_counters.hpp"
#include "waterbed/contracts/service.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

std::int64_t micro(double euro) { return std::llround(euro * 1e6); }

void add_age_classes(const EqualisationSpec& spec, InsuranceModel& insurance) {
  for (int sex = 0; sex < k_sexes; ++sex) {
    for (std::size_t band = 0; band < spec.age_sex.bands.size(); ++band) {
      const AgeBand& ages = spec.age_sex.bands[band];
      for (int age = ages.low; age <= std::min(ages.high, k_max_age); ++age) {
        insurance.class_of_age[at(sex)][at(age)] = static_cast<int>(insurance.classes.size());
      }
      insurance.classes.push_back(std::string(sex == 0 ? "women" : "men") + "." + std::to_string(ages.low) + "-" +
                                  std::to_string(ages.high));
      insurance.class_amount.push_back(micro(spec.age_sex.values[at(sex)][band] * spec.closing_factor));
    }
  }
}

void add_group(const EqualisationSpec& spec, const EqualisationGroup& group, InsuranceModel& insurance) {
  const auto weight = std::find_if(spec.weights.begin(), spec.weights.end(),
                                   [&](const EqualisationWeight& one) { return one.group == group.name; });
  insurance.classes.push_back(group.name);
  insurance.class_amount.push_back(micro(weight->amount * spec.closing_factor));
}

}  // namespace

void compile_insurance(const Scenario& scenario, Model& model) {
  if (!scenario.insurance) {
    return;
  }
  const InsuranceSpec& spec = *scenario.insurance;
  InsuranceModel& insurance = model.insurance;
  insurance.present = true;
  insurance.adult_from_age = spec.adult_from_age;
  insurance.premium = micro(spec.premium);
  insurance.standard_premium = micro(spec.standard_premium);
  insurance.expected_deductible = micro(spec.expected_deductible);
  add_age_classes(spec.equalisation, insurance);
  insurance.row_groups.assign(model.network.rows.size(), 0);
  insurance.attached_groups.assign(model.network.attached.size(), 0);
  for (const EqualisationGroup& group : spec.equalisation.groups) {
    if (group.by != EqualisationBy::use) {
      continue;
    }
    add_group(spec.equalisation, group, insurance);
    const auto [rows, attached] = marked(model, [&](const SettingModel& setting, const std::string& need) {
      const auto& needs = group.needs;
      return (needs.empty() || std::find(needs.begin(), needs.end(), need) != needs.end()) &&
             holds(group.services, names_of(model, setting, need));
    });
    const std::uint32_t bit = std::uint32_t{1} << insurance.use_groups.size();
    for (std::size_t r = 0; r < rows.size(); ++r) {
      insurance.row_groups[r] |= rows[r] != 0 ? bit : 0U;
    }
    for (std::size_t a = 0; a < attached.size(); ++a) {
      insurance.attached_groups[a] |= attached[a] != 0 ? bit : 0U;
    }
    insurance.use_groups.push_back({group.above});
  }
  for (const EqualisationGroup& group : spec.equalisation.groups) {
    if (group.by == EqualisationBy::spending) {
      add_group(spec.equalisation, group, insurance);
      insurance.spending_groups.push_back({group.top_share, group.years});
    }
  }
  SpendAccumulator insured{.label = "insured"};
  std::tie(insured.counts_row, insured.counts_attached) =
      marked(model, [](const SettingModel& setting, const std::string&) { return setting.funder < 0; });
  insurance.spend_accumulator = spend_accumulator(model, std::move(insured));
}

}  // namespace waterbed::compiling
