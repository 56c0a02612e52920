#include "sample_sums.hpp"

#include <algorithm>

namespace waterbed::internal {
namespace {

/// Persons whose sums are taken in 64 bits at once.
constexpr std::size_t k_block = 512;
/// Amounts below this in size: a block of them, and their sum, fit in 64 bits.
constexpr std::int64_t k_small = std::int64_t{1} << 53;

struct BlockSums {
  std::int64_t cut = 0;
  std::int64_t positive = 0;
  std::int64_t layer = 0;
  std::int64_t bits = 0;  ///< every bit that is set in some amount (in the complement of a credit)
};

// Both wrap where a signed sum would not be defined.
inline std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
inline std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

/// a - b if that is below zero, else 0. Written without a comparison: every vector unit has subtraction, shift and mask
/// of 64-bit integers, the oldest that we build for has no minimum of them.
inline std::int64_t below(std::int64_t a, std::int64_t b) {
  const std::int64_t left = difference(a, b);
  return left & (left >> 63);
}

/// The inner loop: no branch and no call, so that it becomes vector code. What wraps shows in `bits`.
/// @pre the amounts of `terms` are of k_small size at most
template <bool Raised, bool Reinsured>
BlockSums sum_block(std::span<const Money> persons, const PersonTerms& terms) {
  BlockSums sums;
  for (const Money& person : persons) {
    const std::int64_t spent = person.micro;
    sums.bits |= spent ^ (spent >> 63);
    const std::int64_t raised = Raised ? difference(spent, below(spent, terms.low)) : spent;
    const std::int64_t cut = sum(terms.high, below(raised, terms.high));
    sums.cut = sum(sums.cut, cut);
    sums.positive = sum(sums.positive, difference(cut, below(cut, 0)));
    if constexpr (Reinsured) {
      const std::int64_t inside = sum(terms.end - terms.attach, below(cut, terms.end));
      sums.layer = sum(sums.layer, difference(inside, below(inside, 0)));
    }
  }
  return sums;
}

void add_wide(std::span<const Money> persons, const PersonTerms& terms, SampleSums& sums) {
  for (const Money& person : persons) {
    const std::int64_t cut = terms.cut(person.micro);
    sums.cut += cut;
    sums.positive += cut > 0 ? cut : 0;
    sums.layer += terms.reinsured ? terms.layer(cut) : 0;
  }
}

using SumBlock = BlockSums (*)(std::span<const Money>, const PersonTerms&);

SumBlock sum_block_for(const PersonTerms& terms) {
  const bool raised = terms.low > -k_small;
  if (terms.reinsured) {
    return raised ? &sum_block<true, true> : &sum_block<false, true>;
  }
  return raised ? &sum_block<true, false> : &sum_block<false, false>;
}

}  // namespace

SampleSums sum_sample(std::span<const Money> persons, const PersonTerms& terms) {
  SampleSums sums;
  if (terms.low > k_small || terms.high < -k_small) {
    add_wide(persons, terms, sums);
    return sums;
  }
  // Any other level beyond k_small touches no small amount.
  const auto held = [](std::int64_t level) { return std::clamp(level, -k_small, k_small); };
  PersonTerms small = terms;
  small.low = held(terms.low);
  small.high = held(terms.high);
  small.attach = held(terms.attach);
  small.end = held(terms.end);
  const SumBlock sum_of = sum_block_for(small);
  for (std::size_t first = 0; first < persons.size(); first += k_block) {
    const std::span<const Money> block = persons.subspan(first, std::min(k_block, persons.size() - first));
    const BlockSums found = sum_of(block, small);
    if (found.bits >= k_small) {
      add_wide(block, terms, sums);
      continue;
    }
    sums.cut += found.cut;
    sums.positive += found.positive;
    sums.layer += found.layer;
  }
  return sums;
}

}  // namespace waterbed::internal
