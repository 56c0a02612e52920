#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// At what price care counts: what was paid for it, or one list for everybody.
enum class PriceBasis : std::uint8_t { paid, list };

/// Who and what a contract is about.
struct Scope {
  std::string who;                    ///< `who:` filter of the persons attributed; empty: all of the payer's
  std::vector<std::string> services;  ///< counted: names of kinds, sectors or needs; empty: all
  PriceBasis price = PriceBasis::paid;
  std::int64_t min_people = 0;  ///< with fewer assigned people nothing is shared
};

}  // namespace waterbed
