#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waterbed::internal {

/// Collects what is wrong with facts. What several terms miss is told once.
class FactChecker {
 public:
  explicit FactChecker(std::vector<FactProblem>& problems) : problems_(problems) {}

  void add(std::string fact, std::string rule) {
    for (const FactProblem& known : problems_) {
      if (known.fact == fact && known.rule == rule) {
        return;
      }
    }
    problems_.push_back({std::move(fact), std::move(rule)});
  }
  /// The fact must be given; `reason` says for what.
  void need(bool given, const std::string& fact, const std::string& reason) {
    bool told = given;
    for (const FactProblem& known : problems_) {
      told = told || known.fact == fact;
    }
    if (!told) {
      add(fact, "is missing: " + reason);
    }
  }
  void require(bool holds, const std::string& fact, const std::string& rule) {
    if (!holds) {
      add(fact, rule);
    }
  }
  void count(std::optional<std::int64_t> value, const std::string& fact) {
    require(!value || *value >= 0, fact, "must be zero or more");
  }
  void share(std::optional<Rate> value, const std::string& fact) {
    require(!value || (value->nano >= 0 && value->nano <= Rate::k_one), fact, "must be in [0, 1]");
  }
  void positive(std::optional<Rate> value, const std::string& fact) {
    require(!value || value->nano > 0, fact, "must be above 0");
  }
  void not_negative(std::optional<Money> value, const std::string& fact) {
    require(!value || value->micro >= 0, fact, "must be zero or more");
  }
  void time(const PersonTime& time, const std::string& fact) {
    require(time.cycles >= 0 && time.per_year > 0, fact,
            "must be zero or more person-cycles, with at least one cycle a year");
  }
  [[nodiscard]] std::size_t size() const { return problems_.size(); }

 private:
  std::vector<FactProblem>& problems_;
};

// Each part of the facts that a contract needs.
void check_base_facts(const Contract& contract, const Facts& facts, FactChecker& c);
void check_reference_facts(const Contract& contract, const Facts& facts, FactChecker& c);
void check_counted_facts(const Contract& contract, const Facts& facts, FactChecker& c);
void check_sharing_facts(const Contract& contract, const Facts& facts, FactChecker& c);
void check_quality_facts(const Contract& contract, const Facts& facts, FactChecker& c);
void check_extra_facts(const Contract& contract, const Facts& facts, FactChecker& c);

/// One year's counted spending. @param nobody  there were no people, so that none need be given
void check_counted(const CountedSpend& counted, const Truncate* truncate, bool nobody, const std::string& fact,
                   FactChecker& c);

}  // namespace waterbed::internal
