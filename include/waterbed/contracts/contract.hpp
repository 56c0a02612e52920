#pragma once

#include "waterbed/contracts/adjust.hpp"
#include "waterbed/contracts/bundle.hpp"
#include "waterbed/contracts/capitation.hpp"
#include "waterbed/contracts/ceiling.hpp"
#include "waterbed/contracts/fee.hpp"
#include "waterbed/contracts/gain.hpp"
#include "waterbed/contracts/gate.hpp"
#include "waterbed/contracts/layers.hpp"
#include "waterbed/contracts/limit.hpp"
#include "waterbed/contracts/lump.hpp"
#include "waterbed/contracts/quality.hpp"
#include "waterbed/contracts/reference.hpp"
#include "waterbed/contracts/reinsure.hpp"
#include "waterbed/contracts/scope.hpp"
#include "waterbed/contracts/split.hpp"
#include "waterbed/contracts/truncate.hpp"
#include "waterbed/contracts/withhold.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waterbed {

/// A clause. The order of terms in a contract does not matter: the order of evaluation is fixed.
using Term = std::variant<Scope, Fee, Capitation, Bundle, Lump, Ceiling, Truncate, Reinsure, Reference, Withhold, Gate,
                          Layers, Quality, Limit, Gain, Adjust, Split>;

/// The name of a term in files and messages, e.g. "gate".
std::string_view name_of(const Term& term);

/// How long an agreement runs. When it has run out the next one begins.
struct Agreement {
  int years = 0;       ///< 0: one agreement for as long as the run lasts
  bool rebase = true;  ///< the next agreement looks back on the years just before it; false: on those before the first
  /// By which next year's ceiling, or prices where there is none, follow the margin that the holder missed: they are
  /// multiplied by 1 + renegotiate x (expected margin - realised margin, as shares of revenue). 0..1
  Rate renegotiate{};
};

/// Who pays whom, for which people and services, by which terms. At most one term of each kind.
struct Contract {
  std::string name;
  std::string payer;
  std::string holder;
  int precedence = 0;  ///< of several contracts that would pay one unit, the highest does
  std::vector<Term> terms;
  Agreement agreement;
  std::string currency = "EUR";  ///< ISO 4217; amounts are of this currency wherever a comment says EUR
  std::string da_vinci_code;     ///< code of the HL7 Da Vinci value-based care guides, if any
  std::string hcp_lan_category;  ///< 1, 2A .. 4C of the HCP-LAN payment model framework, if any
  std::string source;
  char quality = 'C';  ///< of the numbers: A measured, B approximate, C assumed
};

/// The term of this kind, or null.
template <class T>
const T* find_term(const Contract& contract) {
  for (const Term& term : contract.terms) {
    if (const T* found = std::get_if<T>(&term)) {
      return found;
    }
  }
  return nullptr;
}

/// What is wrong with a contract: `field` is a dotted path below the contract, e.g. "layers.up[1].edge".
struct ContractProblem {
  std::string field;
  std::string rule;
  std::string got;
  bool wants_term = false;  ///< another term would mend it
};

/// All faults of a contract, in order of terms; combinations that have no meaning are refused with the reason.
std::vector<ContractProblem> validate(const Contract& contract);

}  // namespace waterbed
