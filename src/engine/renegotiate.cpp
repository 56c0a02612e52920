#include "renegotiate.hpp"

#include "scale_contract.hpp"

#include <algorithm>

namespace waterbed::engine {

double margin_gap(const ProviderCost& cost, const YearResult& year) {
  return year.revenue > 0 ? cost.margin - static_cast<double>(year.result) / static_cast<double>(year.revenue) : 0.0;
}

bool renegotiates(const ArmModel& arm) {
  return std::any_of(arm.contracts.begin(), arm.contracts.end(),
                     [](const ContractModel& c) { return c.contract.agreement.renegotiate != Rate{}; });
}

void renegotiate(const Model& model, const std::vector<YearResult>& results, ArmModel& arm) {
  for (std::size_t c = 0; c < arm.contracts.size(); ++c) {
    ContractModel& contract = arm.contracts[c];
    const double share = contract.contract.agreement.renegotiate.to_double();
    const auto holder = static_cast<std::size_t>(contract.holder);
    if (share == 0.0 || contract.holder < 0) {
      continue;
    }
    const double factor = 1.0 + share * margin_gap(model.costs[holder], results[holder]);
    if (find_term<Ceiling>(contract.contract) != nullptr) {
      scale_ceiling(contract, factor);
    } else {
      scale_prices(arm, c, factor);
    }
  }
}

}  // namespace waterbed::engine
