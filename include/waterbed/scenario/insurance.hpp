#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/core/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waterbed {

/// By what of last year a person is in a group of the risk equalisation.
enum class EqualisationBy : std::uint8_t {
  use,      ///< more units than `above` of some services for some needs: drug and diagnosis groups
  spending  ///< in the top of insured spending for some years: multi-year cost groups
};

struct EqualisationGroup {
  std::string name;
  EqualisationBy by = EqualisationBy::use;
  std::vector<std::string> services;  ///< use: kinds, needs, sectors or "all"
  std::vector<std::string> needs;     ///< use: for these needs only; empty: for any
  int above = 0;                      ///< use: units in the year
  double top_share = 0.0;             ///< spending: of the insured
  int years = 1;                      ///< spending: in each of so many years, the last one among them
};

/// What a group brings its insurer.
struct EqualisationWeight {
  std::string group;
  double amount = 0.0;  ///< EUR per person-year
};

/// National weights, frozen: what a person is expected to cost, by class.
struct EqualisationSpec {
  AgeSexTable age_sex;  ///< EUR per person-year; empty: no equalisation
  std::vector<EqualisationGroup> groups;
  std::vector<EqualisationWeight> weights;
  double closing_factor = 1.0;  ///< multiplies every weight, so that the usual arm is paid for as a whole
};

/// What a policy pays for care by providers without a contract.
enum class PolicyForm : std::uint8_t {
  in_kind,     ///< a share of the list price
  restitution  ///< all of it
};

/// A policy that part of the insured have.
struct PolicySpec {
  std::string name;
  PolicyForm form = PolicyForm::in_kind;
  double share = 0.0;              ///< of the insured; all sum to 1
  std::optional<Rate> reimbursed;  ///< in_kind: of the list price, 0..1
};

/// Providers that an insurer may leave without a contract: their patients get the bill.
struct WithoutContractSpec {
  std::string payer;
  std::vector<std::string> providers;
};

/// What part of the adults choose to pay themselves beyond the compulsory deductible.
struct DeductibleChoice {
  double amount = 0.0;          ///< EUR per year, 0..500
  double rebate = 0.0;          ///< EUR per year off the premium
  double share = 0.0;           ///< of adults in no group of the equalisation; all sum to 1
  double share_in_group = 0.0;  ///< of adults in some group; all sum to 1
};

/// Cover for care that insurers need not fund.
struct SupplementSpec {
  std::string name;
  std::vector<std::string> services;
  Rate reimbursed{Rate::k_one};  ///< of what the services cost, 0..1
  double up_to = 0.0;            ///< EUR per person and year
  double share = 0.0;            ///< of the insured who have it
  double premium = 0.0;          ///< EUR per adult and year
};

/// How insurers are paid: premiums, own payments and risk equalisation; and what their policies are.
struct InsuranceSpec {
  int adult_from_age = 18;
  double premium = 0.0;              ///< EUR per adult and year
  double standard_premium = 0.0;     ///< EUR per adult and year that the equalisation takes off
  double expected_deductible = 0.0;  ///< EUR per adult and year that the equalisation takes off
  EqualisationSpec equalisation;
  std::vector<WithoutContractSpec> without_contract;
  std::vector<PolicySpec> policies;
  std::vector<DeductibleChoice> deductible_choices;
  std::vector<SupplementSpec> supplements;
  std::string source;
  char quality = 'C';
};

}  // namespace waterbed
