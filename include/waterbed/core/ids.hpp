#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace waterbed {

/// Signed count or position, as Eigen's.
using Index = std::ptrdiff_t;

/// Position of a thing in its table. The tag keeps a person from being passed for a provider; -1 means none.
template <class Tag>
struct Id {
  std::int32_t value = -1;

  constexpr Id() = default;
  constexpr explicit Id(std::int32_t position) : value(position) {}
  [[nodiscard]] constexpr bool valid() const { return value >= 0; }
  [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(value); }
  friend constexpr auto operator<=>(Id, Id) = default;
};

using PersonId = Id<struct PersonTag>;
using MunicipalityId = Id<struct MunicipalityTag>;
using PracticeId = Id<struct PracticeTag>;
using PayerId = Id<struct PayerTag>;
using ConditionId = Id<struct ConditionTag>;
using NeedId = Id<struct NeedTag>;
/// A kind of care ("gp_consult"); each owner runs a setting of it.
using KindId = Id<struct KindTag>;
/// A place where one provider delivers one kind of care: a node of the care network.
using SettingId = Id<struct SettingTag>;
using ProviderId = Id<struct ProviderTag>;
using SectorId = Id<struct SectorTag>;
using ContractId = Id<struct ContractTag>;
using ArmId = Id<struct ArmTag>;
/// Anybody who can pay or be paid: payers, providers, households.
using PartyId = Id<struct PartyTag>;

}  // namespace waterbed

template <class Tag>
struct std::hash<waterbed::Id<Tag>> {
  std::size_t operator()(waterbed::Id<Tag> id) const noexcept { return std::hash<std::int32_t>{}(id.value); }
};
