#include "scenario/checker.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace waterbed::detail {
namespace {

constexpr std::array<std::string_view, 5> k_terms{"fee", "bundle", "capitation", "lump", "settlement"};

bool has_term(const Contract& contract, const std::string& name) {
  if (name == "settlement") {
    return find_term<Reference>(contract) != nullptr && find_term<Layers>(contract) != nullptr;
  }
  return std::any_of(contract.terms.begin(), contract.terms.end(),
                     [&](const Term& term) { return name_of(term) == name; });
}

void check_terms(Checker& c, const Contract& contract, const FollowSpec& follow, const std::string& path) {
  const std::vector<std::string> known(k_terms.begin(), k_terms.end());
  for (std::size_t i = 0; i < follow.terms.size(); ++i) {
    const std::string& name = follow.terms[i];
    const std::string at = joined_path(path + ".terms", i);
    if (!c.known(at, name, known, "term that can be followed: fee, bundle, capitation, lump or settlement")) {
      continue;
    }
    if (!has_term(contract, name)) {
      c.add(
          at,
          name == "settlement" ? "must be in the contract: it has no reference with layers" : "must be in the contract",
          name);
    } else if (name == "lump" && find_term<Split>(contract) != nullptr) {
      c.add(at, "must be left out where a split shares it out with the settlement", name);
    }
  }
}

}  // namespace

void check_follows(Checker& c, const Scenario& s) {
  for (const ContractSpec& spec : s.contracts) {
    const std::string path = "contracts." + spec.terms.name;
    if (spec.follows.empty()) {
      continue;
    }
    if (spec.payers.size() > 1) {
      c.add(path + ".payers", "must be one, whom the others follow", std::to_string(spec.payers.size()) + " payers");
    }
    if (!spec.coalition.empty()) {
      c.add(path + ".follows", "must be left out where a coalition holds the contract", spec.follows.front().payer);
    }
    std::vector<std::string> seen = spec.payers;
    for (std::size_t i = 0; i < spec.follows.size(); ++i) {
      const FollowSpec& follow = spec.follows[i];
      const std::string at = joined_path(path + ".follows", i);
      const PayerSpec* payer = find_named(s.payers, follow.payer);
      if (payer != nullptr && !payer->insurer) {
        c.add(at + ".payer", "must be an insurer", follow.payer);
      } else if (payer != nullptr && std::find(seen.begin(), seen.end(), follow.payer) != seen.end()) {
        c.add(at + ".payer", "must follow once, and not itself", follow.payer);
      }
      seen.push_back(follow.payer);
      check_terms(c, spec.terms, follow, at);
    }
  }
}

}  // namespace waterbed::detail
