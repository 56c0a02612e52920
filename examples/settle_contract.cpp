#include "waterbed/contracts/payoff.hpp"
#include "waterbed/contracts/settle_many.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/scenario/load.hpp"

#include <iomanip>
#include <iostream>
#include <vector>

int main() {
  const auto contract = waterbed::load_contract("scenarios/contracts/nl/gp_shared_savings.yaml");
  const auto facts = waterbed::load_facts("examples/shared_savings_facts.yaml");

  std::cout << std::fixed << std::setprecision(2);

  // One year, step by step.
  const auto settled = waterbed::settle(contract, facts);
  for (const auto& line : settled.lines) {
    std::cout << line.step << ": " << line.input << "; " << line.rule << " -> " << line.output.to_euro() << '\n';
  }

  // The same year at three spendings, each person cut at the contract's level before.
  const std::vector<double> spending = {18e6, 18.8e6, 19.5e6};
  const std::vector<double> cut_at = {22'500};
  const std::vector<waterbed::FactColumn> columns = {{"counted.total", spending}, {"counted.truncated_at", cut_at}};
  for (const auto paid : waterbed::settle_many(contract, facts, columns).settlement) {
    std::cout << paid.to_euro() << ' ' << contract.currency << '\n';
  }

  // What one more euro of care takes from the expected payment, forecast within 2 %.
  const auto payoff = waterbed::payoff(contract, facts);
  const waterbed::Forecast forecast{18.8e6, 0.02 * payoff.benchmark};
  std::cout << waterbed::expected_slope(payoff.curve, forecast) << '\n';
}
