#pragma once

#include "waterbed/engine/model.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed::engine {

/// A column of ArmState that has an entry for each person.
struct PersonColumn {
  std::string name;        ///< of the member
  std::int64_t bytes = 0;  ///< a person
};

/// What an arm of a replication in flight changes of each person; columns that the model does without are left out.
/// Episodes under way come on top.
[[nodiscard]] std::vector<PersonColumn> person_columns(const Model& model, const ArmModel& arm);

/// The same for the contracts to which each person belongs, which every arm keeps through the burn-in.
[[nodiscard]] std::vector<PersonColumn> contract_columns(const ArmModel& arm);

[[nodiscard]] std::int64_t bytes_of(const std::vector<PersonColumn>& columns);

}  // namespace waterbed::engine
