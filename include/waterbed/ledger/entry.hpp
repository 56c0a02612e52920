#pragma once

#include "waterbed/core/ids.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waterbed {

/// What a payment is for. Values are stored in result tables: append only.
enum class TermKind : std::uint8_t {
  fee,            ///< price times units
  patient_share,  ///< deductible and own payments
  capitation,     ///< rate per person and period
  bundle,         ///< one price for an episode or an enrolment period
  lump,           ///< fixed amount
  ceiling,        ///< correction of fees and bundles to a ceiling or a floor
  settlement,     ///< shared saving or loss of a year
  programme,      ///< cost of an intervention
  cost,           ///< cost of delivering care
  withhold,       ///< base payments held back and not earned
  quality,        ///< amount for quality, or its change of the base payments
  gain,           ///< payment for outcome gained
  adjustment,     ///< deductions from base payments, advances taken off
  premium         ///< what insured people pay their insurer, and risk equalisation
};
inline constexpr std::size_t k_term_kinds = 14;

/// The name used in files and tables, e.g. "patient_share".
std::string_view term_name(TermKind term);

/// What one line of the books is about: who pays whom, under which contract and term, for which sector and year.
///
/// `contract` and `sector` may be none (-1); `from` and `to` may not, and differ.
struct EntryKey {
  PartyId from;
  PartyId to;
  ContractId contract;
  TermKind term = TermKind::fee;
  SectorId sector;
  std::int32_t year = 0;

  friend constexpr auto operator<=>(const EntryKey&, const EntryKey&) = default;
};

}  // namespace waterbed
