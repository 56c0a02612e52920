#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// A `who:` filter as written: one language for strata, attribution, capitation classes, programmes and reports.
///
/// Exactly one of the members below is meant, by `kind`; `all`, `any` and `none_of` combine. An empty `all` is everybody.
struct Who {
  enum class Kind : std::uint8_t {
    all,            ///< every child holds
    any,            ///< some child holds
    none_of,        ///< no child holds
    age,            ///< low <= completed years <= high
    sex,            ///< names: women, men
    deprivation,    ///< low <= quintile <= high; 1 least, 5 most deprived
    municipality,   ///< names
    practice,       ///< names
    practice_group, ///< names of GP groups
    payer,          ///< names
    condition,      ///< names[0] with recorded stage among `stages`, any but the first stage if empty
    true_condition  ///< the same on the true stage; not for contracts
  };
  Kind kind = Kind::all;
  std::vector<Who> children;
  int low = 0;
  int high = 0;
  std::vector<std::string> names;
  std::vector<std::string> stages;
};

}  // namespace waterbed
