#include "waterbed/engine/scaled_arm.hpp"

#include "scale_contract.hpp"
#include "waterbed/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace waterbed {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

std::int64_t scaled(std::int64_t micro, double factor) { return std::llround(static_cast<double>(micro) * factor); }

bool has_ceiling(const ContractModel& contract) { return find_term<Ceiling>(contract.contract) != nullptr; }

bool has_prices(const ContractModel& contract) {
  return find_term<Fee>(contract.contract) != nullptr || find_term<Bundle>(contract.contract) != nullptr;
}

/// Contracts of the baseline that an arm is about.
std::vector<std::size_t> contracts_of(const Model& model, const ScaledArm& arm) {
  if (arm.provider.empty() == arm.sector.empty()) {
    throw InvalidArgument("arms." + arm.name, "must name a provider or a sector",
                          arm.provider.empty() ? "none" : "both");
  }
  const bool by_sector = arm.provider.empty();
  const auto provider = std::ranges::find(model.providers, arm.provider, &ProviderModel::name);
  const auto sector = std::ranges::find(model.sectors, arm.sector);
  if (by_sector ? sector == model.sectors.end() : provider == model.providers.end()) {
    throw InvalidArgument("arms." + arm.name,
                          by_sector ? "must name a sector of the scenario" : "must name a provider of the scenario",
                          by_sector ? arm.sector : arm.provider);
  }
  const std::vector<ContractModel>& all = model.arms[at(model.baseline)].contracts;
  std::vector<std::size_t> found;
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (by_sector ? all[c].sector == sector - model.sectors.begin()
                  : all[c].holder == provider - model.providers.begin()) {
      found.push_back(c);
    }
  }
  return found;
}

}  // namespace

void engine::scale_ceiling(ContractModel& contract, double factor) {
  for (Term& term : contract.contract.terms) {
    if (Ceiling* ceiling = std::get_if<Ceiling>(&term)) {
      if (ceiling->amount) {
        ceiling->amount->micro = scaled(ceiling->amount->micro, factor);
      } else {
        ceiling->of_expected_turnover->nano = scaled(ceiling->of_expected_turnover->nano, factor);
      }
    }
  }
}

void engine::scale_prices(ArmModel& arm, std::size_t contract_id, double factor) {
  // What a bundle's holder pays others is not its own price.
  const auto scale = [&](std::vector<RowPay>& pays) {
    for (RowPay& pay : pays) {
      if (pay.contract == static_cast<std::int32_t>(contract_id) && pay.charged_to < 0) {
        pay.price = scaled(pay.price, factor);
      }
    }
  };
  for (PayTable& pay : arm.pay) {
    scale(pay.rows);
    scale(pay.attached);
  }
  scale(arm.more_pay);
  ContractModel& contract = arm.contracts[contract_id];
  for (Term& term : contract.contract.terms) {
    if (Bundle* bundle = std::get_if<Bundle>(&term)) {
      bundle->price.micro = scaled(bundle->price.micro, factor);
    } else if (Ceiling* ceiling = std::get_if<Ceiling>(&term); ceiling != nullptr && ceiling->of_expected_turnover) {
      ceiling->of_expected_turnover->nano = scaled(ceiling->of_expected_turnover->nano, 1.0 / factor);
    }
  }
  for (std::vector<double>* expected : {&contract.expected_turnover, &contract.expected_elective}) {
    for (double& euro : *expected) {
      euro *= factor;
    }
  }
}

Lever lever_of(const Model& model, const ScaledArm& arm) {
  const std::vector<ContractModel>& all = model.arms[at(model.baseline)].contracts;
  Lever lever = Lever::none;
  for (const std::size_t c : contracts_of(model, arm)) {
    if (has_ceiling(all[c])) {
      return Lever::ceiling;
    }
    lever = has_prices(all[c]) ? Lever::tariff : lever;
  }
  return lever;
}

Model with_scaled_arms(const Model& model, const std::vector<ScaledArm>& arms) {
  Model result = model;
  const ArmModel& baseline = model.arms[at(model.baseline)];
  for (const ScaledArm& wanted : arms) {
    if (std::ranges::find(result.arms, wanted.name, &ArmModel::name) != result.arms.end()) {
      throw InvalidArgument("arms." + wanted.name, "must be a name that no arm has", wanted.name);
    }
    if (!(wanted.factor > 0.0) || !std::isfinite(wanted.factor)) {
      throw InvalidArgument("arms." + wanted.name + ".factor", "must be above 0 and finite",
                            std::to_string(wanted.factor));
    }
    const Lever lever = lever_of(model, wanted);
    if (lever == Lever::none) {
      throw InvalidArgument("arms." + wanted.name,
                            "must have a contract with a ceiling, a fee or a bundle in the baseline",
                            wanted.provider + wanted.sector);
    }
    ArmModel arm = baseline;
    arm.name = wanted.name;
    arm.title = wanted.name;
    for (const std::size_t c : contracts_of(model, wanted)) {
      if (lever == Lever::tariff) {
        engine::scale_prices(arm, c, wanted.factor);
      } else if (has_ceiling(arm.contracts[c])) {
        engine::scale_ceiling(arm.contracts[c], wanted.factor);
      }
    }
    result.arms.push_back(std::move(arm));
  }
  return result;
}

}  // namespace waterbed
