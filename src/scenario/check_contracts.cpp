#include "scenario/checker.hpp"
#include "scenario/follow.hpp"
#include "waterbed/contracts/precedence.hpp"
#include "waterbed/contracts/service.hpp"
#include "waterbed/engine/agreement.hpp"

#include <algorithm>

namespace waterbed::detail {
namespace {

struct Unit {
  std::string kind;
  std::string sector;
  std::string need;
  [[nodiscard]] ServiceNames names() const { return {kind, sector, need}; }
};

/// Units of care that happen at all, once each.
std::vector<Unit> units_of(const Scenario& s) {
  std::vector<Unit> units;
  const auto reached = reached_kinds(s);
  for (std::size_t n = 0; n < s.needs.size(); ++n) {
    for (const std::string& name : reached[n]) {
      if (const KindSpec* kind = find_named(s.kinds, name)) {
        units.push_back({name, kind->sector, s.needs[n].name});
      }
    }
  }
  return units;
}

bool delivers(const Scenario& s, const std::string& holder, const Unit& unit) {
  const ProviderSpec* provider = find_named(s.providers, holder);
  return provider != nullptr &&
         std::find(provider->kinds.begin(), provider->kinds.end(), unit.kind) != provider->kinds.end();
}

Contract for_party(const ContractSpec& spec, const std::string& payer, const std::string& holder) {
  Contract contract = spec.terms;
  contract.payer = payer;
  contract.holder = holder;
  return contract;
}

/// Services of the terms that pay per unit of a service named.
bool pays_by_service(const Contract& contract) {
  const auto* capitation = find_term<Capitation>(contract);
  const auto* lump = find_term<Lump>(contract);
  return find_term<Fee>(contract) != nullptr || find_term<Bundle>(contract) != nullptr ||
         (capitation != nullptr && !capitation->services.empty()) || (lump != nullptr && !lump->services.empty());
}

void check_scope(Checker& c, const Scenario& s, const ContractSpec& spec, const std::vector<Unit>& units,
                 const std::string& path) {
  if (s.needs.empty()) {
    return;
  }
  const Scope* scope = find_term<Scope>(spec.terms);
  if (scope != nullptr && !scope->services.empty() &&
      std::none_of(units.begin(), units.end(), [&](const Unit& u) { return holds(scope->services, u.names()); })) {
    c.add(path + ".terms.scope.services", "must hold some care: no need leads to any of it", scope->services.front());
    return;
  }
  if (!pays_by_service(spec.terms)) {
    return;
  }
  for (const std::string& holder : parties_of(spec)) {
    const std::vector<Contract> one{for_party(spec, "payer", holder)};
    for (const Unit& unit : units) {
      if (delivers(s, holder, unit) && !base_payer(one, "payer", holder, unit.names()).payments.empty()) {
        return;
      }
    }
  }
  c.add(path, "must pay for some care: its holders deliver none of its services", spec.terms.name);
}

void check_years(Checker& c, const Scenario& s, const ContractSpec& spec, const std::string& path) {
  if (spec.from && spec.until && *spec.until < *spec.from) {
    return;  // told where it is described
  }
  const int first = s.time.start_year - s.time.warm_up_years - s.time.base_years;
  const int last = s.time.start_year + s.time.years - 1;
  if (spec.from.value_or(first) > last || spec.until.value_or(last) < first) {
    const std::string run = std::to_string(first) + " to " + std::to_string(last);
    const bool late = spec.from.value_or(first) > last;
    c.add(path + (late ? ".from" : ".until"), "must leave a year of the run in which it is in force, " + run,
          std::to_string(late ? *spec.from : *spec.until));
  }
}

/// A name that only a settlement without simulation could bring.
void check_comparison(Checker& c, const std::string& path, const std::string& name) {
  const std::vector<std::string> known(k_comparisons.begin(), k_comparisons.end());
  if (!name.empty()) {
    c.known(path, name, known, "group of people that a simulation compares with: comparison, region or national");
  }
}

void check_reference(Checker& c, const Scenario& s, const ContractSpec& spec, const std::string& path) {
  const auto* reference = find_term<Reference>(spec.terms);
  const int years = s.time.base_years + std::max(0, spec.from.value_or(s.time.start_year) - s.time.start_year);
  for (std::size_t i = 0; reference != nullptr && i < reference->steps.size(); ++i) {
    const std::string step = joined_path(path + ".terms.reference.steps", i);
    const bool expected = spec.expectations && !spec.expectations->risk.empty();
    if (const auto* risk = std::get_if<Risk>(&reference->steps[i]); risk && risk->classes.empty() != expected) {
      c.add(step + ".risk.classes",
            expected ? "must be left out where an expectation is named, expectations.risk"
                     : "must be there: a simulation makes the risk of people from them, or from expectations.risk",
            expected ? risk->classes.front().name : "none");
    }
    if (const auto* history = std::get_if<History>(&reference->steps[i]); history && history->years > years) {
      c.add(step + ".history.years",
            years == s.time.base_years
                ? "must be at most time.base_years, " + std::to_string(years)
                : "must be at most the years before it enters into force, " + std::to_string(years),
            std::to_string(history->years));
    } else if (const auto* trend = std::get_if<Trend>(&reference->steps[i])) {
      check_comparison(c, step + ".trend.index", trend->index);
      check_comparison(c, step + ".trend.own_market_index", trend->own_market_index);
    } else if (const auto* update = std::get_if<Update>(&reference->steps[i])) {
      for (const UpdatePart& part : update->parts) {
        check_comparison(c, step + ".update." + part.name, part.name);
      }
    } else if (const auto* blend = std::get_if<Blend>(&reference->steps[i])) {
      check_comparison(c, step + ".blend.with", blend->with);
    }
  }
}

}  // namespace

void check_contracts(Checker& c, const Scenario& s) {
  const std::vector<Unit> units = units_of(s);
  for (const ContractSpec& spec : s.contracts) {
    const std::string path = "contracts." + spec.terms.name;
    if (spec.payers.empty()) {
      c.conclude(path + ".payers", path + ".payers", "must name at least one payer, or all for every insurer", "none");
    }
    if (spec.holders.empty()) {
      c.add(path + ".holders", "must name at least one provider", "none");
    }
    const bool lost = lost_a_term(spec.terms, c.given(), path + ".terms");
    for (const ContractProblem& problem : validate(spec.terms)) {
      const std::string field = path + "." + contract_field(spec.terms, problem.field);
      if (!c.touched(field) && !(lost && problem.wants_term)) {
        c.add(field, problem.rule, problem.got, contract_hint(spec.terms, problem));
      }
    }
    if (spec.terms.currency != s.currency) {
      c.add(path + ".currency", "must be the scenario's currency, " + s.currency, spec.terms.currency);
    }
    check_years(c, s, spec, path);
    check_reference(c, s, spec, path);
    if (!c.touched(path) && !c.touched("needs") && !c.touched("kinds") && !c.touched("providers")) {
      check_scope(c, s, spec, units, path);
    }
  }
}

namespace {

bool in_force(const ContractSpec& spec, int year) {
  return year >= spec.from.value_or(year) && year <= spec.until.value_or(year);
}

/// Contracts that are in force side by side in some year, a list for each set of them.
std::set<std::vector<const ContractSpec*>> side_by_side(const Scenario& s, const ArmSpec& arm) {
  std::set<std::vector<const ContractSpec*>> sets;
  const int first = s.time.start_year - s.time.warm_up_years - s.time.base_years;
  for (int year = first; year < s.time.start_year + std::max(1, s.time.years); ++year) {
    std::vector<const ContractSpec*> together;
    for (const std::string& name : arm.contracts) {
      for (const ContractSpec& spec : s.contracts) {
        if (spec.terms.name == name && in_force(spec, year)) {
          together.push_back(&spec);
        }
      }
    }
    sets.insert(std::move(together));
  }
  return sets;
}

void check_precedence(Checker& c, const Scenario& s, const ArmSpec& arm,
                      const std::vector<const ContractSpec*>& together, const std::vector<Unit>& units,
                      std::set<std::string>& said) {
  std::vector<Contract> contracts;
  std::set<std::pair<std::string, std::string>> parties;
  for (const ContractSpec* spec : together) {
    for (const std::string& payer : spec->payers) {
      for (const std::string& holder : parties_of(*spec)) {
        if (!c.touched("contracts." + spec->terms.name)) {
          contracts.push_back(for_party(*spec, payer, holder));
          parties.insert({payer, holder});
        }
      }
    }
  }
  for (const ContractSpec* spec : together) {
    for (const FollowSpec& follow : spec->follows) {
      for (const std::string& holder : spec->holders) {
        if (!c.touched("contracts." + spec->terms.name)) {
          Contract follower = followed_terms(spec->terms, follow);
          follower.payer = follow.payer;
          follower.holder = holder;
          contracts.push_back(std::move(follower));
          parties.insert({follow.payer, holder});
        }
      }
    }
  }
  for (const auto& [payer, holder] : parties) {
    std::vector<Contract> between;
    std::copy_if(contracts.begin(), contracts.end(), std::back_inserter(between),
                 [p = payer, h = holder](const Contract& k) { return k.payer == p && k.holder == h; });
    for (const Unit& unit : units) {
      if (between.size() < 2 || !delivers(s, holder, unit)) {
        continue;
      }
      for (const ContractProblem& problem : base_payer(between, payer, holder, unit.names()).problems) {
        // One fault for two contracts, not one for each payer, holder and kind that they share.
        const std::string pair = problem.rule.substr(0, problem.rule.find(" both pay "));
        if (said.insert(pair).second) {
          c.add("arms." + arm.name, problem.rule, problem.got);
        }
      }
    }
  }
}

}  // namespace

void check_arms(Checker& c, const Scenario& s) {
  const std::vector<Unit> units = units_of(s);
  std::set<std::string> said;
  for (const ArmSpec& arm : s.arms) {
    for (const std::vector<const ContractSpec*>& together : side_by_side(s, arm)) {
      check_precedence(c, s, arm, together, units, said);
    }
    const std::string path = "arms." + arm.name + ".presses";
    for (std::size_t i = 0; i < arm.presses.kinds.size(); ++i) {
      const std::string& kind = arm.presses.kinds[i];
      const bool owned =
          std::any_of(arm.presses.providers.begin(), arm.presses.providers.end(), [&](const std::string& name) {
            return delivers(s, name, Unit{kind, "", ""});
          });
      if (find_named(s.kinds, kind) != nullptr && !owned) {
        c.add(joined_path(path + ".kinds", i), "must be delivered by a provider that the arm presses", kind);
      }
    }
  }
  std::vector<std::string> measured = c.names(Names::service);
  measured.back() = "total";  // in the place of "all"
  for (const TargetSpec& target : s.targets) {
    if (!target.of.empty()) {
      c.known("targets." + target.name + ".of", target.of, measured, "kind of care, need, sector or total");
    }
  }
}

}  // namespace waterbed::detail
