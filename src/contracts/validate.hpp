#pragma once

#include "waterbed/contracts/contract.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace waterbed::internal {

/// Collects the faults of one contract; each check is one call.
class ContractChecker {
 public:
  explicit ContractChecker(const Contract& contract) : contract_(contract) {}

  void add(std::string field, std::string rule, std::string got) {
    problems.push_back({std::move(field), std::move(rule), std::move(got), false});
  }
  void require(bool holds, const std::string& field, const std::string& rule, const std::string& got) {
    if (!holds) {
      add(field, rule, got);
    }
  }
  /// The same for what another term of the contract would mend.
  void need(bool holds, const std::string& field, const std::string& rule, const std::string& got) {
    if (!holds) {
      add(field, rule, got);
      problems.back().wants_term = true;
    }
  }
  void share(const std::string& field, Rate rate);
  void share(const std::string& field, std::optional<Rate> rate);
  void within(const std::string& field, std::int64_t value, std::int64_t low, std::int64_t high);
  void not_negative(const std::string& field, Money amount);
  void positive(const std::string& field, Money amount);
  void positive(const std::string& field, Rate rate);
  void not_empty(const std::string& field, std::size_t size, const std::string& what);
  /// Names must be there and be listed once.
  void unique(const std::string& field, const std::vector<std::string>& names);
  void prices(const std::string& field, const std::vector<ServicePrice>& lines);
  /// Ascending scores and values, all from 0 to 1.
  void ladder(const std::string& field, const std::vector<Rung>& rungs);
  /// Inputs that exist, and a value from 0 to 1 for every score if the score is all that it uses.
  void formula(const std::string& field, const Formula& formula);

  [[nodiscard]] const Contract& contract() const { return contract_; }

  std::vector<ContractProblem> problems;

 private:
  const Contract& contract_;
};

// What is wrong with one term by itself.
void check(ContractChecker& c, const Scope& scope);
void check(ContractChecker& c, const Fee& fee);
void check(ContractChecker& c, const Capitation& capitation);
void check(ContractChecker& c, const Bundle& bundle);
void check(ContractChecker& c, const Lump& lump);
void check(ContractChecker& c, const Ceiling& ceiling);
void check(ContractChecker& c, const Truncate& truncate);
void check(ContractChecker& c, const Reinsure& reinsure);
void check(ContractChecker& c, const Reference& reference);
void check(ContractChecker& c, const Withhold& withhold);
void check(ContractChecker& c, const Gate& gate);
void check(ContractChecker& c, const Layers& layers);
void check(ContractChecker& c, const Quality& quality);
void check(ContractChecker& c, const Limit& limit);
void check(ContractChecker& c, const Gain& gain);
void check(ContractChecker& c, const Adjust& adjust);
void check(ContractChecker& c, const Split& split);

/// What is wrong between terms.
void check_combinations(ContractChecker& c);

}  // namespace waterbed::internal
