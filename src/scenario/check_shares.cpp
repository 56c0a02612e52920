#include "scenario/checker.hpp"

#include <algorithm>
#include <string_view>

namespace waterbed::detail {
namespace {

/// Members keep their own contracts for everything but what their people are paid for.
void check_terms(Checker& c, const ContractSpec& spec, const std::string& path) {
  static constexpr const char* k_of_one[] = {"fee", "bundle", "lump", "ceiling"};
  for (const Term& term : spec.terms.terms) {
    const std::string name(name_of(term));
    if (std::find(std::begin(k_of_one), std::end(k_of_one), name) != std::end(k_of_one)) {
      c.add(path + ".terms." + name,
            "must be a term of a contract of one holder: the members of a coalition keep theirs", name);
    }
  }
  if (const Withhold* withhold = find_term<Withhold>(spec.terms)) {
    const auto of_base = std::find_if(withhold->parts.begin(), withhold->parts.end(),
                                      [](const WithholdPart& part) { return part.of == WithholdBase::base; });
    if (of_base != withhold->parts.end()) {
      c.add(joined_path(path + ".terms.withhold", static_cast<std::size_t>(of_base - withhold->parts.begin())) + ".of",
            "must be reference: what is held back of a coalition's base payments is nobody's in particular", "base");
    }
  }
  const Capitation* capitation = find_term<Capitation>(spec.terms);
  const Scope* scope = find_term<Scope>(spec.terms);
  if (capitation != nullptr && scope != nullptr && scope->attribution.rule != AttributionRule::registration) {
    c.add(path + ".terms.scope.attribution.rule",
          "must be registration where a coalition is paid by capitation: else nobody knows at the visit who pays",
          std::string(rule_name(scope->attribution.rule)));
  }
  if (capitation != nullptr && scope != nullptr && !scope->who.empty()) {
    c.add(path + ".terms.scope.who", "must be left out where a coalition is paid by capitation: it has all registered",
          scope->who);
  }
}

bool settles(const Contract& terms) {
  return find_term<Reference>(terms) != nullptr && find_term<Layers>(terms) != nullptr;
}

/// Who shares, and in what.
void check_parties(Checker& c, const ContractSpec& spec, const std::string& path) {
  const Split* split = find_term<Split>(spec.terms);
  if (split == nullptr) {
    if (!spec.coalition.empty()) {
      c.add(path + ".terms.split", "must be there: it says how the coalition shares", "none");
    }
    return;
  }
  if (!settles(spec.terms) && find_term<Gain>(spec.terms) == nullptr) {
    c.add(path + ".terms.split",
          "must divide a settlement, by reference and layers, or a gain: a simulation pays who delivers", "none");
  }
  if (spec.coalition.empty()) {
    return;
  }
  std::vector<std::string> parties;
  for (const SplitPart& part : split->parts) {
    parties.push_back(part.party);
  }
  for (const WaterfallStep& step : split->waterfall) {
    parties.push_back(step.party);
  }
  for (const std::string& party : parties) {
    if (std::find(spec.coalition.begin(), spec.coalition.end(), party) == spec.coalition.end()) {
      c.add(path + ".terms.split." + party, "must be a member of the coalition", party);
    }
  }
}

}  // namespace

std::string_view rule_name(AttributionRule rule) {
  static constexpr std::string_view k_rules[] = {"registration", "plurality_visits", "plurality_charges",
                                                 "geography",    "enrolment",        "choice"};
  return k_rules[static_cast<std::size_t>(rule)];
}

std::vector<std::string> parties_of(const ContractSpec& spec) {
  return spec.coalition.empty() ? spec.holders : spec.coalition;
}

void check_shares(Checker& c, const Scenario& s) {
  for (const ContractSpec& spec : s.contracts) {
    const std::string path = "contracts." + spec.terms.name;
    check_parties(c, spec, path);
    if (spec.coalition.empty() || c.touched(path + ".coalition")) {
      continue;
    }
    if (spec.coalition.size() < 2) {
      c.add(path + ".coalition", "must have two members at least; one is a holder", spec.coalition.front());
      continue;
    }
    const bool led = spec.holders.size() == 1 && std::find(spec.coalition.begin(), spec.coalition.end(),
                                                           spec.holders.front()) != spec.coalition.end();
    if (!led) {
      c.add(path + ".holders", "must be one member of the coalition, which holds the contract for all",
            spec.holders.size() == 1 ? spec.holders.front() : std::to_string(spec.holders.size()) + " holders");
    }
    check_terms(c, spec, path);
  }
}

}  // namespace waterbed::detail
