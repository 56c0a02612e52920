#include "validate.hpp"

#include "quality_value.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace waterbed {
namespace internal {

void ContractChecker::share(const std::string& field, Rate rate) {
  require(rate.nano >= 0 && rate.nano <= Rate::k_one, field, "must be in [0, 1]", rate_text(rate));
}

void ContractChecker::share(const std::string& field, std::optional<Rate> rate) {
  if (rate) {
    share(field, *rate);
  }
}

void ContractChecker::within(const std::string& field, std::int64_t value, std::int64_t low, std::int64_t high) {
  require(value >= low && value <= high, field,
          "must be in [" + std::to_string(low) + ", " + std::to_string(high) + "]", std::to_string(value));
}

void ContractChecker::not_negative(const std::string& field, Money amount) {
  require(amount.micro >= 0, field, "must be 0 or more", money_text(fraction(amount)));
}

void ContractChecker::positive(const std::string& field, Money amount) {
  require(amount.micro > 0, field, "must be above 0", money_text(fraction(amount)));
}

void ContractChecker::positive(const std::string& field, Rate rate) {
  require(rate.nano > 0, field, "must be above 0", rate_text(rate));
}

void ContractChecker::not_empty(const std::string& field, std::size_t size, const std::string& what) {
  require(size > 0, field, "must name " + what, "nothing");
}

void ContractChecker::unique(const std::string& field, const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    require(!name.empty(), field, "must name each", "\"\"");
    require(seen.insert(name).second, field + "." + name, "must be listed once", "twice");
  }
}

void ContractChecker::prices(const std::string& field, const std::vector<ServicePrice>& lines) {
  std::set<std::string> seen;
  for (const ServicePrice& line : lines) {
    require(!line.service.empty(), field, "must name each service", "\"\"");
    require(seen.insert(line.service).second, field + "." + line.service, "must be listed once", "twice");
    if (line.price) {
      not_negative(field + "." + line.service, *line.price);
    }
  }
}

void ContractChecker::ladder(const std::string& field, const std::vector<Rung>& rungs) {
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    const std::string name = field + "[" + std::to_string(i) + "]";
    share(name + ".from", rungs[i].from);
    share(name + ".value", rungs[i].value);
    if (i == 0) {
      continue;
    }
    const Rung& before = rungs[i - 1];
    const bool ascends =
        rungs[i].from > before.from || (rungs[i].from == before.from && rungs[i].above && !before.above);
    require(ascends, name + ".from", "must be above the rung before, " + rate_text(before.from),
            rate_text(rungs[i].from));
  }
}

void ContractChecker::formula(const std::string& field, const Formula& formula) {
  const Quality* quality = find_term<Quality>(contract_);
  bool of_score_only = true;
  for (const std::string& input : formula.inputs) {
    const bool measure = quality != nullptr && std::any_of(quality->measures.begin(), quality->measures.end(),
                                                           [&](const auto& m) { return m.name == input; });
    require(input == "q" || input == "year" || input == "assigned" || measure, field,
            "can use q, year, assigned and the measures of quality: " + formula.text, input);
    of_score_only = of_score_only && input == "q";
  }
  constexpr int k_steps = 100;
  for (int step = 0; of_score_only && step <= k_steps; ++step) {
    const Exact score(step, k_steps);
    const std::optional<Exact> value = formula_value(formula, score);
    if (!value || *value < 0 || *value > 1) {
      add(field, "must be in [0, 1] for every q: " + formula.text,
          (value ? factor_text(*value) : std::string("a division by zero")) + " at q = " + factor_text(score));
      return;
    }
  }
}

namespace {

void check_contract(ContractChecker& c, const Contract& contract) {
  c.require(!contract.name.empty(), "name", "must not be empty", "\"\"");
  c.require(contract.payer.empty() || contract.payer != contract.holder, "holder", "must differ from the payer",
            contract.holder);
  c.require(contract.quality >= 'A' && contract.quality <= 'C', "quality", "must be A, B or C",
            std::string(1, contract.quality));
  static const std::set<std::string> categories = {"", "1", "2A", "2B", "2C", "3A", "3B", "3N", "4A", "4B", "4C", "4N"};
  c.require(categories.count(contract.hcp_lan_category) == 1, "hcp_lan_category",
            "must be 1, 2A, 2B, 2C, 3A, 3B, 3N, 4A, 4B, 4C or 4N", contract.hcp_lan_category);
  c.within("agreement.years", contract.agreement.years, 0, 100);
  if (const Rate share = contract.agreement.renegotiate; share != Rate{}) {
    const Ceiling* ceiling = find_term<Ceiling>(contract);
    const bool moves = find_term<Fee>(contract) != nullptr || find_term<Bundle>(contract) != nullptr;
    const std::string got = rate_text(share);
    c.require(share.nano >= 0 && share.nano <= Rate::k_one, "agreement.renegotiate", "must be in [0, 1]", got);
    c.require(moves, "agreement.renegotiate", "needs a fee or a bundle: something that can move", got);
    c.require(ceiling == nullptr || !ceiling->floor, "agreement.renegotiate",
              "cannot be with ceiling.floor: a ceiling that moves could fall below it", got);
  }
  const bool code =
      contract.currency.size() == 3 && std::all_of(contract.currency.begin(), contract.currency.end(),
                                                   [](char letter) { return letter >= 'A' && letter <= 'Z'; });
  c.require(code, "currency", "must be three capital letters (ISO 4217)", contract.currency);
  c.not_empty("terms", contract.terms.size(), "at least one term");
}

}  // namespace
}  // namespace internal

std::string_view name_of(const Term& term) {
  static constexpr std::array<std::string_view, std::variant_size_v<Term>> names = {
      "scope",    "fee",  "capitation", "bundle",  "lump",  "ceiling", "truncate", "reinsure", "reference",
      "withhold", "gate", "layers",     "quality", "limit", "gain",    "adjust",   "split"};
  return names[term.index()];
}

std::vector<ContractProblem> validate(const Contract& contract) {
  internal::ContractChecker c(contract);
  internal::check_contract(c, contract);
  for (const Term& term : contract.terms) {
    std::visit([&c](const auto& alternative) { internal::check(c, alternative); }, term);
  }
  internal::check_combinations(c);
  return c.problems;
}

}  // namespace waterbed
