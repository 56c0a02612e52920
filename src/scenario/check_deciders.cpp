#include "scenario/checker.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace waterbed::detail {
namespace {

const std::string& decision_maker(const InternalContractSpec& spec) {
  return spec.decision_maker.empty() ? spec.owner : spec.decision_maker;
}

/// Whether the party decides at some kind of care of the owner.
bool decides(const ProviderSpec& owner, const std::string& party) {
  return std::any_of(owner.kinds.begin(), owner.kinds.end(), [&](const std::string& kind) {
    const auto found = owner.decided_by.find(kind);
    return (found == owner.decided_by.end() ? owner.name : found->second) == party;
  });
}

/// An arm has one agreement between two parties.
void check_arm(Checker& c, const Scenario& s, const ArmSpec& arm) {
  std::set<std::pair<std::string, std::string>> agreed;
  for (std::size_t i = 0; i < arm.internal_contracts.size(); ++i) {
    const InternalContractSpec* spec = find_named(s.internal_contracts, arm.internal_contracts[i]);
    if (spec != nullptr && !agreed.insert({spec->owner, decision_maker(*spec)}).second) {
      c.add(joined_path("arms." + arm.name + ".internal_contracts", i),
            "must be the only one of the arm between " + spec->owner + " and " + decision_maker(*spec), spec->name);
    }
  }
}

/// Two programmes of an arm may not set one thing.
void check_programmes_of(Checker& c, const Scenario& s, const ArmSpec& arm) {
  std::set<std::string> set;
  for (std::size_t i = 0; i < arm.programmes.size(); ++i) {
    const ProgrammeSpec* programme = find_named(s.programmes, arm.programmes[i]);
    if (programme == nullptr || !programme->engagement) {
      continue;
    }
    for (const std::string& provider : programme->engagement->providers) {
      if (!set.insert(provider).second) {
        c.add(joined_path("arms." + arm.name + ".programmes", i),
              "must not change who decides at " + provider + ", which another programme of the arm does",
              programme->name);
      }
    }
  }
}

}  // namespace

void check_deciders(Checker& c, const Scenario& s) {
  for (const InternalContractSpec& spec : s.internal_contracts) {
    const ProviderSpec* owner = find_named(s.providers, spec.owner);
    const std::string path = "internal_contracts." + spec.name;
    if (owner != nullptr && find_named(s.providers, decision_maker(spec)) != nullptr &&
        !decides(*owner, decision_maker(spec))) {
      c.conclude("providers." + spec.owner, path + ".decision_maker",
                 "must decide at some kind of care of " + spec.owner + ": see decided_by", decision_maker(spec));
    }
  }
  for (const ProgrammeSpec& programme : s.programmes) {
    if (programme.engagement && programme.engagement->engagement < 0.0 && programme.engagement->decision_makers < 0.0) {
      const std::string path = "programmes." + programme.name + ".engagement";
      c.conclude(path, path, "must have engagement or decision_makers");
    }
  }
  for (const ArmSpec& arm : s.arms) {
    check_arm(c, s, arm);
    check_programmes_of(c, s, arm);
  }
}

}  // namespace waterbed::detail
