#include "waterbed/contracts/facts.hpp"

#include "check_facts.hpp"
#include "overlay.hpp"

namespace waterbed {
namespace {

std::string message_of(const std::vector<FactProblem>& problems) {
  std::string text = "facts do not settle the contract:";
  for (const FactProblem& problem : problems) {
    text += "\n  " + problem.fact + ": " + problem.rule + (problem.got.empty() ? "" : ", got " + problem.got);
  }
  return text;
}

}  // namespace

namespace internal {

void check_overlay_facts(const Contract& contract, const Facts& facts, bool with_counted,
                         std::vector<FactProblem>& problems) {
  if (find_term<Reference>(contract) == nullptr) {
    return;
  }
  FactChecker c(problems);
  check_reference_facts(contract, facts, c);
  if (find_term<Layers>(contract) == nullptr) {
    return;
  }
  if (with_counted) {
    check_counted_facts(contract, facts, c);
  }
  check_sharing_facts(contract, facts, c);
  check_quality_facts(contract, facts, c);
}

}  // namespace internal

FactsError::FactsError(std::vector<FactProblem> problems)
    : std::invalid_argument(message_of(problems)), problems_(std::move(problems)) {}

std::vector<FactProblem> check_facts(const Contract& contract, const Facts& facts) {
  std::vector<FactProblem> problems;
  internal::FactChecker c(problems);
  c.require(facts.currency.empty() || facts.currency == contract.currency, "currency",
            "must be the contract's currency, " + contract.currency, facts.currency);
  internal::check_base_facts(contract, facts, c);
  internal::check_overlay_facts(contract, facts, true, problems);
  internal::check_quality_facts(contract, facts, c);
  internal::check_extra_facts(contract, facts, c);
  return problems;
}

}  // namespace waterbed
