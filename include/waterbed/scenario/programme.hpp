#pragma once

#include "waterbed/population/stratum.hpp"

#include <optional>
#include <string>

namespace waterbed {

/// Looking for people who have a condition that is not on record. A test is a visit, so it is paid, staffed and counted
/// as one.
struct CaseFindingSpec {
  std::string condition;
  Who who;                   ///< who is invited, on recorded stages; those on record with the condition never are
  double per_year = 0.0;     ///< chance a year of being invited and coming
  std::string need;          ///< demand that an invitation brings; nothing else brings it
  std::string kind;          ///< the first visit at this kind of care is the test
  double sensitivity = 1.0;  ///< chance that somebody with the condition is found: the true stage goes on record
  double specificity = 1.0;  ///< chance that somebody without it is not; else the mildest stage goes on record
};

/// Effort to have more serious stages on record. What is true does not change.
struct CodingSpec {
  std::string condition;
  std::string from;          ///< recorded stage
  std::string to;            ///< stage that goes on record instead
  double per_contact = 0.0;  ///< chance at a GP contact of somebody on record in `from`
};

/// What an arm does beside paying. One of the kinds below is given.
struct ProgrammeSpec {
  std::string name;
  std::string title;
  std::optional<CaseFindingSpec> case_finding;
  std::optional<CodingSpec> coding;
};

}  // namespace waterbed
