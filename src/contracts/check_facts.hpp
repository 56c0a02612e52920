#pragma once

#include "text.hpp"
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

  /// What follows is asked by this term of the contract.
  void of(std::string term) { term_ = std::move(term); }
  void add(std::string fact, std::string rule, std::string got = {}) {
    for (const FactProblem& known : problems_) {
      if (known.fact == fact && known.rule == rule) {
        return;
      }
    }
    problems_.push_back({std::move(fact), std::move(rule), term_, std::move(got)});
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
  void require(bool holds, const std::string& fact, const std::string& rule, const std::string& got = {}) {
    if (!holds) {
      add(fact, rule, got);
    }
  }
  void at_least(std::int64_t value, std::int64_t least, const std::string& fact) {
    require(value >= least, fact, "must be " + std::to_string(least) + " or more", std::to_string(value));
  }
  void count(std::optional<std::int64_t> value, const std::string& fact) { at_least(value.value_or(0), 0, fact); }
  void share(std::optional<Rate> value, const std::string& fact) {
    const Rate share = value.value_or(Rate{});
    require(share.nano >= 0 && share.nano <= Rate::k_one, fact, "must be in [0, 1]", rate_text(share));
  }
  void positive(std::optional<Rate> value, const std::string& fact) {
    require(!value || value->nano > 0, fact, "must be above 0", rate_text(value.value_or(Rate{})));
  }
  void not_negative(std::optional<Rate> value, const std::string& fact) {
    require(!value || value->nano >= 0, fact, "must be 0 or more", rate_text(value.value_or(Rate{})));
  }
  void not_negative(std::optional<Money> value, const std::string& fact) {
    require(!value || value->micro >= 0, fact, "must be 0 or more", money_text(fraction(value.value_or(Money{}))));
  }
  void time(const PersonTime& time, const std::string& fact) {
    require(time.cycles >= 0 && time.per_year > 0, fact,
            "must be 0 or more person-cycles, with at least one cycle a year",
            std::to_string(time.cycles) + " at " + std::to_string(time.per_year) + " a year");
  }
  [[nodiscard]] std::size_t size() const { return problems_.size(); }

 private:
  std::vector<FactProblem>& problems_;
  std::string term_;
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
