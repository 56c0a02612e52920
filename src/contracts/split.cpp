#include "waterbed/contracts/split.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace waterbed {
namespace {

std::vector<PartyAmount> divide_by_claim(const std::vector<WaterfallStep>& waterfall, Money amount) {
  std::vector<PartyAmount> result;
  Money left = round_to_cents(amount);
  for (std::size_t i = 0; i < waterfall.size(); ++i) {
    const bool last = i + 1 == waterfall.size();
    const Money claim = last || !waterfall[i].up_to ? left : std::min(left, round_to_cents(*waterfall[i].up_to));
    // Nobody before the last party has a share in what is owed.
    const Money part = last ? left : std::max(Money{}, claim);
    result.push_back({waterfall[i].party, part});
    left -= part;
  }
  return result;
}

double claim_share(const std::vector<WaterfallStep>& waterfall, const std::string& party, double amount) {
  double claimed = 0.0;
  for (std::size_t i = 0; i + 1 < waterfall.size() && amount >= 0.0; ++i) {
    claimed += waterfall[i].up_to ? waterfall[i].up_to->to_euro() : 0.0;
    if (amount < claimed) {
      return waterfall[i].party == party ? 1.0 : 0.0;
    }
  }
  return waterfall.back().party == party ? 1.0 : 0.0;
}

}  // namespace

std::vector<PartyAmount> divide(const Split& split, Money amount) {
  if (!split.waterfall.empty()) {
    return divide_by_claim(split.waterfall, amount);
  }
  __extension__ using Wide = __int128;
  Wide total = 0;
  for (const SplitPart& part : split.parts) {
    total += part.weight.nano;
  }
  if (total <= 0) {
    throw std::invalid_argument("split: some weight must be positive");
  }
  const std::int64_t cents = amount.to_cents();
  const std::int64_t sign = cents < 0 ? -1 : 1;
  const Wide magnitude = cents < 0 ? -static_cast<Wide>(cents) : static_cast<Wide>(cents);

  std::vector<std::int64_t> shares;
  std::vector<Wide> fractions;
  Wide left = magnitude;
  for (const SplitPart& part : split.parts) {
    const Wide product = magnitude * part.weight.nano;
    shares.push_back(static_cast<std::int64_t>(product / total));
    fractions.push_back(product % total);
    left -= product / total;
  }
  std::vector<std::size_t> order(split.parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return fractions[a] > fractions[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) {
    ++shares[order[i]];
  }
  std::vector<PartyAmount> result;
  for (std::size_t i = 0; i < split.parts.size(); ++i) {
    result.push_back({split.parts[i].party, Money::from_cents(sign * shares[i])});
  }
  return result;
}

double split_share(const Split& split, const std::string& party, double amount) {
  if (!split.waterfall.empty()) {
    return claim_share(split.waterfall, party, amount);
  }
  double total = 0.0;
  double own = 0.0;
  for (const SplitPart& part : split.parts) {
    total += part.weight.to_double();
    own += part.party == party ? part.weight.to_double() : 0.0;
  }
  return total > 0.0 ? own / total : 0.0;
}

}  // namespace waterbed
