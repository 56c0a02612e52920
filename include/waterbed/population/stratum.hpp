#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/core/problem.hpp"
#include "waterbed/population/people.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace waterbed {

/// A `who:` filter as written: one language for strata, attribution, capitation classes, programmes and reports.
///
/// Exactly one of the members below is meant, by `kind`; `all`, `any` and `none_of` combine. An empty `all` is
/// everybody.
struct Who {
  enum class Kind : std::uint8_t {
    all,             ///< every child holds
    any,             ///< some child holds
    none_of,         ///< no child holds
    age,             ///< low <= completed years <= high
    sex,             ///< names: women, men
    deprivation,     ///< low <= quintile <= high; 1 least, 5 most deprived
    municipality,    ///< names
    practice,        ///< names
    practice_group,  ///< names of GP groups
    payer,           ///< names
    condition,       ///< names[0] with recorded stage among `stages`, any but the first stage if empty
    true_condition   ///< the same on the true stage; not for contracts
  };
  Kind kind = Kind::all;
  std::vector<Who> children;
  int low = 0;
  int high = 0;
  std::vector<std::string> names;
  std::vector<std::string> stages;
};

/// The names of a condition and of its stages; stages[0] is "without it".
struct ConditionNames {
  std::string name;
  std::vector<std::string> stages;
};

/// Every name a filter may use, each in the order of its ids.
struct WhoNames {
  std::vector<std::string> municipalities;
  std::vector<std::string> practices;
  std::vector<std::string> practice_groups;
  std::vector<std::string> payers;
  std::vector<ConditionNames> conditions;
};

/// Names of synthesised people, with the conditions in the order of their stage columns.
[[nodiscard]] WhoNames who_names(const People& people, std::span<const ConditionNames> conditions);

/// What a filter looks at in one person at one moment.
struct PersonView {
  int age = 0;  ///< completed years, 0 to k_max_age
  Sex sex = Sex::women;
  std::uint8_t deprivation = 3;
  std::uint8_t municipality = 0;
  std::uint16_t practice = k_no_practice;
  std::uint8_t practice_group = k_no_practice_group;
  std::uint8_t payer = k_no_payer;
  const std::uint8_t* recorded = nullptr;  ///< recorded stage by condition
  const std::uint8_t* stage = nullptr;     ///< true stage by condition
  Index stride = 1;                        ///< from one condition to the next in both
};

/// The fixed attributes of a person, with age and stages as they are now.
[[nodiscard]] inline PersonView view_of(const People& people, Index person, int age, const std::uint8_t* recorded,
                                        const std::uint8_t* stage, Index stride = 1) {
  const auto i = static_cast<std::size_t>(person);
  return {age,
          people.sex[i],
          people.deprivation[i],
          people.municipality[i],
          people.practice[i],
          people.practice_group[i],
          people.payer[i],
          recorded,
          stage,
          stride};
}

/// A filter ready to run: a postfix program whose tests look a small number up in a set of bits.
struct CompiledWho {
  enum class Op : std::uint8_t {
    age,
    sex,
    deprivation,
    municipality,
    practice,
    practice_group,
    payer,
    recorded,
    stage,  // test, push
    yes,
    no,
    both,
    either,
    invert  // combine
  };
  struct Step {
    Op op = Op::yes;
    std::uint8_t condition = 0;  ///< of recorded and stage
    std::uint16_t set = 0;       ///< first word of the set of values
    std::uint16_t words = 0;     ///< values beyond the set do not match
  };
  std::vector<Step> program;
  std::vector<std::uint64_t> sets;
};

/// Compiles a filter. Each fault is added to `problems` under `path`; then the result must not be used.
/// @param path  field path of the filter, e.g. "strata.frail_old.who"
[[nodiscard]] CompiledWho compile_who(const Who& who, const WhoNames& names, const std::string& path,
                                      std::vector<FieldProblem>& problems);

/// Whether the filter holds for a person. Thread safe, no allocation.
[[nodiscard]] bool matches(const CompiledWho& who, const PersonView& person);

/// The filter in words, e.g. "age 80 to 120 and frailty".
[[nodiscard]] std::string describe(const Who& who);

}  // namespace waterbed
