#include "counted_spend.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace waterbed {
namespace internal {
namespace {

__extension__ using Wide = __int128;

/// Adds up amounts of many persons: 128 bits hold 1e18 of them.
class WideSum {
 public:
  void add(std::int64_t micro, std::int64_t people) {
    if (__builtin_add_overflow(sum_, static_cast<Wide>(micro) * people, &sum_)) {
      throw std::overflow_error("counted spending out of range");
    }
  }
  [[nodiscard]] BigInteger value() const { return BigInteger(sum_); }

 private:
  Wide sum_ = 0;
};

/// Calls visit(amount, people) for every person and group.
template <class Visit>
void for_each_amount(const CountedSpend& counted, Visit&& visit) {
  for (const SpendGroup& group : counted.groups) {
    if (group.people > 0) {
      visit(group.each, group.people);
    }
  }
  for (const Money person : counted.persons) {
    visit(person, std::int64_t{1});
  }
}

/// Amounts in ascending order with the people of each.
using Ordered = std::vector<std::pair<Money, std::int64_t>>;

Ordered ordered(const CountedSpend& counted) {
  Ordered amounts;
  amounts.reserve(counted.persons.size() + counted.groups.size());
  for_each_amount(counted, [&](Money amount, std::int64_t people) { amounts.emplace_back(amount, people); });
  std::sort(amounts.begin(), amounts.end());
  return amounts;
}

/// The least amount that at least this share of the people stays within; the smallest amount for a share of zero.
std::optional<Money> percentile_of(const Ordered& amounts, Rate share) {
  Wide all = 0;
  for (const auto& [amount, people] : amounts) {
    all += people;
  }
  Wide within = 0;
  for (const auto& [amount, people] : amounts) {
    within += people;
    if (within * Rate::k_one >= all * share.nano) {
      return amount;
    }
  }
  return std::nullopt;
}

BigInteger floor_divide(const BigInteger& a, const BigInteger& b) {
  const BigInteger quotient = a / b;
  return a % b < 0 ? BigInteger(quotient - 1) : quotient;
}

/// Mean + k standard deviations (of the population, not of a sample), to the nearest micro-euro.
///
/// With n people, sum s and sum of squares Q this is (s + sqrt(k^2 (nQ - s^2))) / n; the integer root is enough to
/// round it right, since floor((a + r) / b) = floor((a + floor(r)) / b) for whole a and b.
std::optional<Money> above_mean(const CountedSpend& counted, Rate k) {
  BigInteger people = 0;
  BigInteger sum = 0;
  BigInteger squares = 0;
  for_each_amount(counted, [&](Money amount, std::int64_t count) {
    people += count;
    sum += BigInteger(amount.micro) * count;
    squares += BigInteger(amount.micro) * amount.micro * count;
  });
  if (people == 0) {
    return std::nullopt;
  }
  const BigInteger nano = Rate::k_one;
  const BigInteger root = sqrt(BigInteger(4 * BigInteger(k.nano) * k.nano * (people * squares - sum * sum)));
  const BigInteger micro = floor_divide(2 * sum * nano + root + people * nano, 2 * people * nano);
  return rounded(Exact(micro), 1);
}

}  // namespace

CutSpend cut_spend(const CountedSpend& counted, const Truncate* truncate) {
  CutSpend cut;
  if (counted.total && (truncate == nullptr || counted.truncated_at)) {
    cut.sum = fraction(*counted.total);
    cut.levels.high = counted.truncated_at;
    return cut;
  }
  if (truncate != nullptr) {
    cut.levels.high = truncate->amount;
    if (truncate->percentile || truncate->low_percentile) {
      const Ordered amounts = ordered(counted);
      if (truncate->percentile) {
        cut.levels.high = percentile_of(amounts, *truncate->percentile);
      }
      if (truncate->low_percentile) {
        cut.levels.low = percentile_of(amounts, *truncate->low_percentile);
      }
    }
    if (truncate->sd_above_mean) {
      cut.levels.high = above_mean(counted, *truncate->sd_above_mean);
    }
  }
  WideSum sum;
  for_each_amount(counted,
                  [&](Money amount, std::int64_t people) { sum.add(cut_to(amount, cut.levels).micro, people); });
  cut.sum = Exact(sum.value());
  return cut;
}

Exact reinsured_spend(const CountedSpend& counted, const CutSpend& cut, const Reinsure& reinsure) {
  if (counted.reinsured) {
    return fraction(*counted.reinsured);
  }
  WideSum above;
  for_each_amount(counted, [&](Money amount, std::int64_t people) {
    const Money cut_amount = cut_to(amount, cut.levels);
    if (cut_amount > reinsure.attach) {
      const Money excess = cut_amount - reinsure.attach;
      above.add((reinsure.limit ? std::min(excess, *reinsure.limit) : excess).micro, people);
    }
  });
  return Exact(above.value()) * fraction(reinsure.share);
}

}  // namespace internal

CutLevels cut_levels(const Truncate& truncate, std::span<const Money> spending) {
  CountedSpend counted;
  counted.persons = spending;
  return internal::cut_spend(counted, &truncate).levels;
}

Money reinsured(const Reinsure& reinsure, Money spending) {
  if (spending <= reinsure.attach) {
    return Money{};
  }
  const Money excess = spending - reinsure.attach;
  return (reinsure.limit ? std::min(excess, *reinsure.limit) : excess) * reinsure.share;
}

}  // namespace waterbed
