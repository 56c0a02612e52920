#include "compile_insurance.hpp"

#include "compile_counters.hpp"
#include "compile_network.hpp"
#include "waterbed/contracts/service.hpp"
#include "waterbed/random/categorical.hpp"

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

std::vector<std::uint64_t> words_of(const std::vector<double>& shares) {
  std::vector<std::uint64_t> words(shares.size());
  if (!shares.empty()) {
    cumulative_thresholds(shares, words);
  }
  return words;
}

void add_policies(const InsuranceSpec& spec, const Scenario& scenario, Model& model) {
  InsuranceModel& insurance = model.insurance;
  std::vector<double> shares;
  for (const PolicySpec& policy : spec.policies) {
    shares.push_back(policy.share);
    insurance.reimbursed.push_back(policy.reimbursed.value_or(Rate{Rate::k_one}));
  }
  insurance.policies = words_of(shares);
  if (!spec.without_contract.empty()) {
    insurance.without_contract.assign(at(model.insurers) * model.providers.size(), 0);
  }
  for (const WithoutContractSpec& one : spec.without_contract) {
    const auto payer = std::find(model.payers.begin(), model.payers.end(), one.payer);
    for (const std::string& name : one.providers) {
      const std::size_t provider = at(position(scenario.providers, name));
      insurance.without_contract[at(payer - model.payers.begin()) * model.providers.size() + provider] = 1;
    }
  }
}

void add_deductible_options(const InsuranceSpec& spec, InsuranceModel& insurance) {
  std::array<std::vector<double>, 2> shares;
  for (const DeductibleChoice& choice : spec.deductible_choices) {
    insurance.deductible_options.push_back({micro(choice.amount), micro(choice.rebate)});
    shares[0].push_back(choice.share);
    shares[1].push_back(choice.share_in_group);
  }
  insurance.chooses_deductible = {words_of(shares[0]), words_of(shares[1])};
}

void add_supplement(const SupplementSpec& spec, Model& model) {
  SupplementModel supplement{.reimbursed = spec.reimbursed,
                             .up_to = micro(spec.up_to),
                             .takers = words_of({spec.share, 1.0 - spec.share}).front(),
                             .premium = micro(spec.premium)};
  SpendAccumulator wanted{.label = spec.name, .price = PriceBasis::paid};
  std::tie(wanted.counts_row, wanted.counts_attached) =
      marked(model, [&](const SettingModel& setting, const std::string& need) {
        const bool covered = setting.funder >= 0 && holds(spec.services, names_of(model, setting, need));
        if (covered) {
          supplement.funder = setting.funder;
          supplement.sector = setting.sector;
        }
        return covered;
      });
  supplement.spend_accumulator = spend_accumulator(model, std::move(wanted));
  model.insurance.supplements.push_back(supplement);
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
  add_policies(spec, scenario, model);
  add_deductible_options(spec, insurance);
  for (const SupplementSpec& supplement : spec.supplements) {
    add_supplement(supplement, model);
  }
}

}  // namespace waterbed::compiling
