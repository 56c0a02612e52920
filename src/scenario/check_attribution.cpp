#include "scenario/checker.hpp"

#include <algorithm>
#include <limits>

namespace waterbed::detail {
namespace {

/// A contract between one payer and its holder that people belong to.
struct Claimant {
  const ContractSpec* spec = nullptr;
  std::string payer;
  std::string holder;
  std::set<std::string> members;
  std::set<std::string> groups;  ///< of practices whose registered people are the holder's; empty: everybody
  Attribution attribution;
};

bool settles(const Contract& contract) {
  return find_term<Reference>(contract) != nullptr && find_term<Layers>(contract) != nullptr;
}

bool is_gp_group(const Scenario& s, const std::string& provider) {
  return std::any_of(s.population.gp_groups.begin(), s.population.gp_groups.end(),
                     [&](const GpGroupShare& share) { return share.provider == provider; });
}

std::vector<Claimant> claimants(const Checker& c, const Scenario& s, const ArmSpec& arm) {
  std::vector<Claimant> all;
  for (const std::string& name : arm.contracts) {
    for (const ContractSpec& spec : s.contracts) {
      if (spec.terms.name != name || !settles(spec.terms) || c.touched("contracts." + name)) {
        continue;
      }
      const Scope* scope = find_term<Scope>(spec.terms);
      for (const std::string& payer : spec.payers) {
        for (const std::string& holder : spec.holders) {
          Claimant claimant{&spec, payer, holder, {}, {}, scope != nullptr ? scope->attribution : Attribution{}};
          const std::vector<std::string> alone{holder};
          for (const std::string& member : spec.coalition.empty() ? alone : spec.coalition) {
            claimant.members.insert(member);
            if (is_gp_group(s, member)) {
              claimant.groups.insert(member);
            }
          }
          all.push_back(std::move(claimant));
        }
      }
    }
  }
  return all;
}

bool by_use(AttributionRule rule) {
  return rule == AttributionRule::plurality_visits || rule == AttributionRule::plurality_charges ||
         rule == AttributionRule::choice;
}

template <class Set>
bool apart(const Set& a, const Set& b) {
  return !a.empty() && !b.empty() &&
         std::none_of(a.begin(), a.end(), [&](const auto& x) { return std::find(b.begin(), b.end(), x) != b.end(); });
}

/// Whether one person can belong to both. Filters are not compared: they may hold for the same person.
bool can_meet(const Claimant& a, const Claimant& b) {
  const int never = std::numeric_limits<int>::min();
  const int for_good = std::numeric_limits<int>::max();
  const bool together = a.spec->from.value_or(never) <= b.spec->until.value_or(for_good) &&
                        b.spec->from.value_or(never) <= a.spec->until.value_or(for_good);
  if (a.payer != b.payer || !together) {
    return false;
  }
  const Attribution& x = a.attribution;
  const Attribution& y = b.attribution;
  if (!by_use(x.rule) && !by_use(y.rule) && x.rule != AttributionRule::geography &&
      y.rule != AttributionRule::geography) {
    return !apart(a.groups, b.groups);  // registration and enrolment: of their own practices only
  }
  if (x.rule == AttributionRule::geography && y.rule == AttributionRule::geography) {
    return !apart(x.places, y.places);
  }
  // Nobody has more use of two holders than of any other, counted alike. Who names a holder is asked at one only.
  const bool alike = x.rule == y.rule && x.timing == y.timing && x.by == y.by && apart(a.members, b.members);
  return !(by_use(x.rule) && alike && (x.rule != AttributionRule::choice || apart(a.groups, b.groups)));
}

void check_meeting(Checker& c, const ArmSpec& arm, const std::vector<Claimant>& all) {
  std::set<std::string> said;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const int precedence = all[i].attribution.precedence;
      if (precedence != all[j].attribution.precedence || !can_meet(all[i], all[j])) {
        continue;
      }
      const std::string& first = all[i].spec->terms.name;
      const std::string& second = all[j].spec->terms.name;
      if (!said.insert(first + '\n' + second).second) {
        continue;  // one fault for two contracts, not one for each payer and holder
      }
      const std::string who = first == second
                                  ? "contract \"" + first + "\" of " + all[i].holder + " and of " + all[j].holder
                                  : "contracts \"" + first + "\" and \"" + second + "\"";
      c.add("arms." + arm.name, who + " can both claim a person; one must have the higher scope.attribution.precedence",
            std::to_string(precedence) + " for both");
    }
  }
}

}  // namespace

void check_attribution(Checker& c, const Scenario& s) {
  for (const ContractSpec& spec : s.contracts) {
    const Scope* scope = find_term<Scope>(spec.terms);
    const std::string path = "contracts." + spec.terms.name + ".terms.scope.attribution.places";
    if (scope != nullptr && scope->attribution.rule == AttributionRule::geography &&
        scope->attribution.places.empty() && !c.touched(path)) {
      c.add(path, "must name municipalities when the rule is geography", "none");
    }
  }
  for (const ArmSpec& arm : s.arms) {
    check_meeting(c, arm, claimants(c, s, arm));
  }
}

}  // namespace waterbed::detail
