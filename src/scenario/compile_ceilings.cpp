#include "compile_ceilings.hpp"

#include "waterbed/contracts/ceiling.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace waterbed::compiling {
namespace {

__extension__ using Wide = __int128;

/// In whole euros, for messages.
std::string euros(double amount) { return std::to_string(std::llround(amount)); }

bool below_floor(const Ceiling& ceiling, Money turnover) {
  return static_cast<Wide>(turnover.micro) * ceiling.of_expected_turnover->nano <
         static_cast<Wide>(ceiling.floor->micro) * Rate::k_one;
}

}  // namespace

void check_ceilings(const Model& model, std::vector<Problem>& problems) {
  std::set<std::string> told;  // a contract can be in several arms
  for (const ArmModel& arm : model.arms) {
    for (const ContractModel& contract : arm.contracts) {
      const Ceiling* ceiling = find_term<Ceiling>(contract.contract);
      if (ceiling == nullptr || !ceiling->of_expected_turnover || !ceiling->floor) {
        continue;
      }
      for (int year = -model.time.burn_in_years(); year < model.time.years; ++year) {
        // Years before the first are settled on its expectation.
        const int of = std::max(0, year);
        const double turnover = contract.expected_turnover[static_cast<std::size_t>(of)];
        if (!contract.in_force(year) || !below_floor(*ceiling, Money::from_euro(turnover)) ||
            !told.insert(contract.contract.name).second) {
          continue;
        }
        const std::string& name = contract.contract.name;
        problems.push_back({.field = "contracts." + name.substr(0, name.find('/')) + ".terms.ceiling.floor",
                            .rule = "must be at most the ceiling, which is " +
                                    euros(turnover * ceiling->of_expected_turnover->to_double()) + " " +
                                    contract.contract.currency + " for " + contract.contract.payer + " and " +
                                    contract.contract.holder + " in " + std::to_string(model.time.start_year + of),
                            .got = euros(ceiling->floor->to_euro())});
      }
    }
  }
}

}  // namespace waterbed::compiling
