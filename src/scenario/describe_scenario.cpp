#include "scenario/describe.hpp"

#include <algorithm>
#include <set>

namespace waterbed::detail {
void describe(Visitor& v, PressSpec& s) {
  v.texts({.name = "providers", .of = Names::provider}, s.providers);
  v.texts({.name = "kinds", .meaning = "narrows the press to these kinds at the providers", .of = Names::kind},
          s.kinds);
}

namespace {

template <class T>
std::vector<std::string> names_of(const std::vector<T>& things) {
  std::vector<std::string> names;
  for (const T& thing : things) {
    names.push_back(thing.name);
  }
  return names;
}

class Resolver {
 public:
  Resolver(Visitor& v, const std::vector<ArmForm>& forms, const std::vector<std::string>& contracts)
      : v_(v), forms_(forms), contracts_(contracts), resolved_(forms.size()), done_(forms.size()) {}

  /// A list of names that an arm has from the arm it starts from unless it is given. After contracts_of(), which finds
  /// arms that inherit in a circle.
  [[nodiscard]] std::vector<std::string> names_of_arm(std::size_t arm, bool ArmForm::*inherits,
                                                      std::vector<std::string> ArmForm::*names) const {
    std::size_t steps = 0;
    while (forms_[arm].*inherits && ++steps <= forms_.size()) {
      const auto base =
          std::find_if(forms_.begin(), forms_.end(), [&](const ArmForm& f) { return f.name == forms_[arm].from; });
      if (base == forms_.end()) {
        return {};
      }
      arm = static_cast<std::size_t>(base - forms_.begin());
    }
    return forms_[arm].*names;
  }

  std::vector<std::string> contracts_of(std::size_t arm) {
    if (done_[arm]) {
      return resolved_[arm];
    }
    done_[arm] = true;  // set first: an arm that inherits from itself ends here
    const ArmForm& form = forms_[arm];
    std::vector<std::string> names = form.contracts;
    const std::string at = "arms." + form.name;
    if (!form.from.empty()) {
      names = inherited(form, at);
    } else if (!form.replace.empty() || !form.add.empty() || !form.remove.empty()) {
      v_.complain(at, "replace, add and remove need from", "");
    }
    for (const auto& [old_name, new_name] : form.replace) {
      const auto found = std::find(names.begin(), names.end(), old_name);
      if (found == names.end()) {
        v_.complain(at + ".replace." + old_name, absent(form), old_name, nearest_name(old_name, names));
      } else if (known(new_name, at + ".replace." + old_name)) {
        *found = new_name;
      }
    }
    for (std::size_t i = 0; i < form.remove.size(); ++i) {
      if (std::erase(names, form.remove[i]) == 0) {
        v_.complain(at + ".remove[" + std::to_string(i) + "]", absent(form), form.remove[i],
                    nearest_name(form.remove[i], names));
      }
    }
    for (std::size_t i = 0; i < form.add.size(); ++i) {
      const std::string place = at + ".add[" + std::to_string(i) + "]";
      if (std::find(names.begin(), names.end(), form.add[i]) != names.end()) {
        v_.complain(place, "the arm has this contract already", form.add[i]);
      } else if (known(form.add[i], place)) {
        names.push_back(form.add[i]);
      }
    }
    resolved_[arm] = names;
    return names;
  }

 private:
  static std::string absent(const ArmForm& form) { return "must name a contract of arm " + form.from; }

  bool known(const std::string& name, const std::string& at) {
    if (std::find(contracts_.begin(), contracts_.end(), name) != contracts_.end()) {
      return true;
    }
    v_.complain(at, "must be a known contract", name, nearest_name(name, contracts_));
    return false;
  }

  std::vector<std::string> inherited(const ArmForm& form, const std::string& at) {
    if (!form.contracts.empty()) {
      v_.complain(at + ".contracts", "must be left out where from is given: use add, remove and replace", "");
    }
    const auto base = std::find_if(forms_.begin(), forms_.end(), [&](const ArmForm& f) { return f.name == form.from; });
    if (base == forms_.end()) {
      v_.complain(at + ".from", "must be a known arm", form.from, nearest_name(form.from, names_of(forms_)));
      return {};
    }
    std::set<std::string> line{form.name};
    for (const ArmForm* arm = &*base; arm != nullptr;) {
      if (!line.insert(arm->name).second) {
        v_.complain(at + ".from", "arms must not inherit in a circle", form.from);
        return {};
      }
      const auto next =
          std::find_if(forms_.begin(), forms_.end(), [&](const ArmForm& f) { return f.name == arm->from; });
      arm = arm->from.empty() || next == forms_.end() ? nullptr : &*next;
    }
    return contracts_of(static_cast<std::size_t>(base - forms_.begin()));
  }

  Visitor& v_;
  const std::vector<ArmForm>& forms_;
  const std::vector<std::string>& contracts_;
  std::vector<std::vector<std::string>> resolved_;
  std::vector<bool> done_;
};

}  // namespace

void describe(Visitor& v, ArmForm& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  v.text({.name = "from", .meaning = "arm whose contracts it starts from", .optional = true}, s.from);
  v.texts({.name = "contracts", .meaning = "in force in the arm; not beside from", .of = Names::contract}, s.contracts);
  v.pairs({.name = "replace", .meaning = "old contract: new contract"}, s.replace);
  v.texts({.name = "add", .meaning = "contracts"}, s.add);
  v.texts({.name = "remove", .meaning = "contracts"}, s.remove);
  const auto inherited = [&](const Field& field, std::vector<std::string>& names) {
    const bool absent = v.form(field, names.empty() ? Form::absent : Form::list) == Form::absent;
    v.texts(field, names);
    return absent && !s.from.empty();
  };
  s.inherits_programmes = inherited({.name = "programmes",
                                     .meaning = "what the arm does beside paying; left out: as the arm it starts from",
                                     .of = Names::programme,
                                     .optional = true},
                                    s.programmes);
  s.inherits_internal_contracts =
      inherited({.name = "internal_contracts",
                 .meaning = "between owners and who decides; left out: as the arm it starts from",
                 .of = Names::internal_contract,
                 .optional = true},
                s.internal_contracts);
  object_of(v, {.name = "presses", .meaning = "what the arm means to press on"}, s.presses);
}

std::vector<ArmSpec> resolve_arms(Visitor& v, const std::vector<ArmForm>& forms,
                                  const std::vector<ContractSpec>& contracts) {
  std::vector<std::string> known;
  for (const ContractSpec& contract : contracts) {
    known.push_back(contract.terms.name);
  }
  Resolver resolver(v, forms, known);
  std::vector<ArmSpec> arms;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    std::vector<std::string> of_arm = resolver.contracts_of(i);
    arms.push_back({forms[i].name, forms[i].title, std::move(of_arm),
                    resolver.names_of_arm(i, &ArmForm::inherits_programmes, &ArmForm::programmes), forms[i].presses,
                    resolver.names_of_arm(i, &ArmForm::inherits_internal_contracts, &ArmForm::internal_contracts)});
  }
  return arms;
}

void describe(Visitor& v, Scenario& s) {
  std::int64_t version = 1;
  v.integer({.name = "waterbed", .meaning = "version of this format", .low = 1, .high = 1, .required = true}, version);
  v.text({.name = "name", .meaning = "short name of the scenario", .required = true}, s.name);
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  v.text({.name = "description", .meaning = "what it is about"}, s.description);
  currency(v, {.name = "currency", .meaning = "ISO 4217; amounts are of it wherever a unit says EUR"}, s.currency);
  object_of(v, {.name = "time", .meaning = "cycles and horizon"}, s.time);
  object_of(v, {.name = "run", .meaning = "defaults of a run"}, s.run);
  object_of(v, {.name = "discounting", .meaning = "yearly, from the start of the performance years"}, s.discounting);
  object_of(v, {.name = "population", .meaning = "the people", .required = true}, s.population);
  v.table({.name = "mortality",
           .meaning = "left out: death only through conditions",
           .unit = "deaths per person-year",
           .low = 0,
           .high = 1000,
           .optional = true},
          s.mortality);
  v.table({.name = "utility_norm",
           .meaning = "quality of life without conditions; left out: 1",
           .low = 0,
           .high = 1,
           .optional = true},
          s.utility_norm);
  named_of(v, {.name = "conditions", .meaning = "chronic diseases and time-limited states"}, s.conditions,
           &Condition::name);
  named_of(v, {.name = "care_effects", .meaning = "care that lowers hazards for a while"}, s.care_effects,
           &CareEffectSpec::name);
  named_of(v, {.name = "sectors", .meaning = "groups of kinds of care, for reports"}, s.sectors, &SectorSpec::name);
  named_of(v, {.name = "payers", .meaning = "insurers and other budgets"}, s.payers, &PayerSpec::name);
  optional_object(
      v, {.name = "insurance", .meaning = "how insurers are paid; left out: they are looked at as payers only"},
      s.insurance);
  named_of(v, {.name = "kinds", .meaning = "kinds of care"}, s.kinds, &KindSpec::name);
  named_of(v, {.name = "providers", .meaning = "organisations that own settings"}, s.providers, &ProviderSpec::name);
  named_of(v, {.name = "internal_contracts", .meaning = "what owners pay those who decide at their settings"},
           s.internal_contracts, &InternalContractSpec::name);
  v.texts({.name = "gp_kinds", .meaning = "kinds served by the person's own GP group", .of = Names::kind}, s.gp_kinds);
  list_of(v, {.name = "market_shares", .meaning = "where persons go for a kind of care that several providers offer"},
          s.market_shares);
  named_of(v, {.name = "needs", .meaning = "demands for care"}, s.needs, &NeedSpec::name);
  object_of(v, {.name = "variation", .meaning = "chance beyond independent persons"}, s.variation);
  object_of(v, {.name = "behaviour", .meaning = "how providers and patients respond"}, s.behaviour);

  named_of(v, {.name = "expectations", .meaning = "what is expected of each person, frozen", .file = true},
           s.expectations, &FrozenExpectation::name);

  struct Named : ContractSpec {
    std::string name;
  };
  std::vector<Named> contracts;
  for (const ContractSpec& contract : s.contracts) {
    contracts.push_back(Named{contract, contract.terms.name});
  }
  v.named({.name = "contracts", .meaning = "contracts to choose from; one per payer and holder", .file = true},
          Items{contracts.size(), [&](std::size_t n) { contracts.resize(n); },
                [&](std::size_t i) -> std::string& { return contracts[i].name; },
                [&](std::size_t i) { describe(v, static_cast<ContractSpec&>(contracts[i])); },
                [&v] {
                  ContractSpec sample;
                  describe(v, sample);
                }});
  s.contracts.clear();
  for (Named& contract : contracts) {
    contract.terms.name = contract.name;
    s.contracts.push_back(std::move(contract));
  }

  named_of(v, {.name = "programmes", .meaning = "what an arm may do beside paying; one kind each"}, s.programmes,
           &ProgrammeSpec::name);
  std::vector<ArmForm> arms;
  for (const ArmSpec& arm : s.arms) {
    arms.push_back({arm.name,
                    arm.title,
                    {},
                    arm.contracts,
                    {},
                    {},
                    {},
                    arm.programmes,
                    false,
                    arm.presses,
                    arm.internal_contracts,
                    false});
  }
  named_of(v, {.name = "arms", .meaning = "complete payment arrangements to compare", .required = true}, arms,
           &ArmForm::name);
  s.arms = resolve_arms(v, arms, s.contracts);
  v.text({.name = "baseline", .meaning = "arm that the others are compared with", .of = Names::arm, .required = true},
         s.baseline);
  v.text({.name = "reference",
          .meaning = "arm in force when practice was observed; left out: the baseline",
          .of = Names::arm,
          .optional = true},
         s.reference);
  named_of(v, {.name = "strata", .meaning = "groups of persons for reports and contracts"}, s.strata,
           &StratumSpec::name);
  named_of(v,
           {.name = "stratifications",
            .meaning = "each puts every person into one stratum, by rules and cut-offs of a risk score"},
           s.stratifications, &Stratification::name);
  named_of(v, {.name = "targets", .meaning = "figures of today's region that the baseline must reproduce"}, s.targets,
           &TargetSpec::name);
  list_of(v, {.name = "evidence", .meaning = "where numbers come from"}, s.evidence);
  object_of(v, {.name = "uncertainty", .meaning = "which uncertain numbers are drawn together"}, s.uncertainty);
}

}  // namespace waterbed::detail
