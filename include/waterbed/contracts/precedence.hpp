#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/service.hpp"
#include "waterbed/core/money.hpp"
#include "waterbed/ledger/entry.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace waterbed {

/// Which contract and term pay one unit of care.
struct BasePayment {
  std::size_t contract = 0;       ///< position in the list handed in
  TermKind term = TermKind::fee;  ///< fee, bundle, capitation or lump
  /// Fee: price per unit; bundle: price of the whole, or of this service when priced by contents. Zero for capitation
  /// and lump. None: the list price of the kind.
  std::optional<Money> price{};
  /// The term pays only units inside an open bundle, of an enrolled person, or of persons in the contract's `who`; the
  /// next payment in the list pays the others.
  bool conditional = false;
};

struct BasePayer {
  /// In order of precedence; only the last can be unconditional. Units that no condition holds are not paid.
  std::vector<BasePayment> payments;
  /// Contracts of equal precedence that both claim the unit, by name.
  std::vector<ContractProblem> problems;
};

/// Finds who pays a unit delivered by `holder` to a person insured with `payer`: the contract between them with the
/// highest precedence whose scope and terms hold the unit. Overlays never pay units.
///
/// For set-up: linear in contracts and terms.
BasePayer base_payer(std::span<const Contract> contracts, std::string_view payer, std::string_view holder,
                     const ServiceNames& unit);

}  // namespace waterbed
