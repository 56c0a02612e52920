#include "scenario/checker.hpp"
#include "waterbed/contracts/service.hpp"

#include <algorithm>

namespace waterbed::detail {
namespace {

void check_policy_forms(Checker& c, const Scenario& s, const std::string& path) {
  const InsuranceSpec& spec = *s.insurance;
  double sum = 0.0;
  for (const PolicySpec& policy : spec.policies) {
    const std::string at = path + ".policies." + policy.name;
    sum += policy.share;
    if (policy.form == PolicyForm::in_kind && !policy.reimbursed) {
      c.conclude(at + ".reimbursed", at, "in_kind must say what share is reimbursed", "none");
    } else if (policy.form == PolicyForm::restitution && policy.reimbursed) {
      c.add(at + ".reimbursed", "must be left out of restitution, which pays the list price",
            number_text(policy.reimbursed->to_double()));
    }
  }
  if (!spec.policies.empty() && !is_one(sum)) {
    c.conclude(path + ".policies", path + ".policies", "shares must sum to 1", number_text(sum));
  }
  if (spec.policies.empty() != spec.without_contract.empty()) {
    c.add(path + (spec.policies.empty() ? ".without_contract" : ".policies"),
          "policies and without_contract must stand together: one says what the other's bills bring back",
          spec.policies.empty() ? "no policies" : "nobody without a contract");
  }
  for (std::size_t i = 0; i < spec.without_contract.size(); ++i) {
    const PayerSpec* payer = find_named(s.payers, spec.without_contract[i].payer);
    if (payer != nullptr && !payer->insurer) {
      c.add(joined_path(path + ".without_contract", i) + ".payer", "must be an insurer", payer->name);
    }
  }
}

void check_choices(Checker& c, const Scenario& s, const std::string& path) {
  const std::vector<DeductibleChoice>& choices = s.insurance->deductible_choices;
  if (choices.empty()) {
    return;
  }
  double sum = 0.0;
  double in_group = 0.0;
  for (const DeductibleChoice& choice : choices) {
    sum += choice.share;
    in_group += choice.share_in_group;
  }
  const std::string at = path + ".deductible_choices";
  const bool read = !c.touched(at);
  if (read && !is_one(sum)) {
    c.add(at, "share must sum to 1", number_text(sum));
  }
  if (read && !is_one(in_group)) {
    c.add(at, "share_in_group must sum to 1", number_text(in_group));
  }
  const bool compulsory = std::any_of(s.contracts.begin(), s.contracts.end(), [](const ContractSpec& contract) {
    const Fee* fee = find_term<Fee>(contract.terms);
    return fee != nullptr && fee->patient_share;
  });
  if (!compulsory) {
    c.add(at, "must come on top of the patient_share of some contract's fee", "none has one");
  }
}

void check_supplement(Checker& c, const Scenario& s, const SupplementSpec& spec, const std::string& path) {
  std::vector<std::string> funders;
  const auto reached = reached_kinds(s);
  for (std::size_t n = 0; n < s.needs.size(); ++n) {
    for (const std::string& name : reached[n]) {
      const KindSpec* kind = find_named(s.kinds, name);
      if (kind != nullptr && kind->funder != "insurer" &&
          holds(spec.services, ServiceNames{kind->name, kind->sector, s.needs[n].name}) &&
          std::find(funders.begin(), funders.end(), kind->funder) == funders.end()) {
        funders.push_back(kind->funder);
      }
    }
  }
  if (funders.size() != 1 && !c.touched("needs") && !c.touched("kinds")) {
    c.conclude(path + ".services", path, "must cover care that one payer, not an insurer, funds",
               funders.empty() ? "none" : std::to_string(funders.size()) + " funders");
  }
}

}  // namespace

void check_policies(Checker& c, const Scenario& s) {
  if (!s.insurance) {
    return;
  }
  const std::string path = "insurance";
  check_policy_forms(c, s, path);
  check_choices(c, s, path);
  for (const SupplementSpec& supplement : s.insurance->supplements) {
    check_supplement(c, s, supplement, path + ".supplements." + supplement.name);
  }
}

}  // namespace waterbed::detail
