#include "follow.hpp"

#include "attribution.hpp"

#include <algorithm>
#include <numeric>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Person-cycles of the year of each insurer's people whom the rule of a contract gives it, whatever other contracts
/// claim them and whoever its payer is.
std::vector<std::int64_t> cycles_by_rule(const Model& model, const ArmState& state, const ContractModel& contract) {
  std::vector<std::int64_t> cycles(at(model.insurers), 0);
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (model.people.payer[person] < model.insurers && seen_this_year(model, state, person) &&
        has_by_rule(model, state, contract, person, person_now(model, state, person))) {
      cycles[model.people.payer[person]] += cycles_lived(model, state, person, state.cycle + 1);
    }
  }
  return cycles;
}

/// All that the parties of a contract get of its settlement.
Money pool_of(const ContractModel& contract, const Settlement& result) {
  if (contract.parties.empty()) {
    return result.settlement;
  }
  return std::accumulate(result.split.begin(), result.split.end(), Money{},
                         [](Money sum, const PartyAmount& part) { return sum + part.amount; });
}

/// The leading contract's dates, each with its part of the amount; the last takes what rounding leaves.
std::vector<DatedAmount> dated_alike(const std::vector<DatedAmount>& leading, Money whole, Money amount) {
  std::vector<DatedAmount> dated;
  Money left = amount;
  for (const DatedAmount& cash : leading) {
    if (cash.term != TermKind::settlement || whole.micro == 0) {
      continue;
    }
    const std::int64_t sign = whole.micro > 0 ? 1 : -1;
    const Money part =
        round_to_cents(Money{multiply_divide(amount.micro, sign * cash.amount.micro, sign * whole.micro)});
    dated.push_back({cash.month, cash.term, part});
    left -= part;
  }
  if (!dated.empty()) {
    dated.back().amount += left;
  }
  return dated;
}

}  // namespace

Money follow_payment(Money leading_pays, Rate paid, std::int64_t own, std::int64_t leading) {
  return leading > 0 ? round_to_cents(Money{multiply_divide(leading_pays.micro, own, leading)} * paid) : Money{};
}

void settle_followers(const Model& model, ArmState& state, const std::vector<Settlement>& results,
                      std::vector<Settled>& settled) {
  const std::vector<ContractModel>& contracts = state.arm->contracts;
  // Followers stand behind the contract that they follow: its people are counted once.
  int counted_for = -1;
  std::vector<std::int64_t> cycles;
  for (std::size_t c = 0; c < contracts.size(); ++c) {
    const ContractModel& contract = contracts[c];
    const FollowModel& follows = contract.follows;
    if (!(follows.lump || follows.settlement) || !contract.in_force(model.time.year_of(state.cycle))) {
      continue;
    }
    const ContractModel& leading = contracts[at(follows.leading)];
    const Settlement& result = results[at(follows.leading)];
    if (counted_for != follows.leading) {
      cycles = cycles_by_rule(model, state, leading);
      counted_for = follows.leading;
    }
    const auto payment = [&](Money whole) {
      return follow_payment(whole, follows.paid, cycles[at(contract.payer)], cycles[at(leading.payer)]);
    };
    if (follows.lump) {
      state.year.usage[at(contract.lump_slot)] += payment(result.of(TermKind::lump)).micro;
    }
    if (follows.settlement) {
      const Money pool = pool_of(leading, result);
      Settlement own;
      own.settlement = payment(pool);
      if (const Split* split = find_term<Split>(leading.contract)) {
        own.split = divide(*split, own.settlement);
      }
      post_settlement(contract, own, state);
      settled[c].paid = own.settlement.micro;
      settled[c].cash = dated_alike(settled[at(follows.leading)].cash, pool, own.settlement);
    }
  }
}

}  // namespace waterbed::engine
