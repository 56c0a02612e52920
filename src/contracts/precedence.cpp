#include "waterbed/contracts/precedence.hpp"

#include <algorithm>
#include <string>

namespace waterbed {
namespace {

/// What the terms of one contract pay for a unit, a bundle before the fee it switches off.
std::vector<BasePayment> payments_of(const Contract& contract, std::size_t position, const ServiceNames& unit) {
  std::vector<BasePayment> payments;
  const Scope* scope = find_term<Scope>(contract);
  if (scope && !scope->services.empty() && !holds(scope->services, unit)) {
    return payments;
  }
  const bool some_people = scope && !scope->who.empty();
  if (const Bundle* bundle = find_term<Bundle>(contract); bundle && holds(bundle->services, unit)) {
    BasePayment payment{position, TermKind::bundle, bundle->price, some_people};
    if (bundle->pricing == BundlePricing::by_contents) {
      const ServicePrice* line = find_price(bundle->contents, unit);
      payment.price = line ? line->price : std::optional<Money>(Money{});
    }
    const bool any_contact_opens = bundle->opened_by.empty() || holds(bundle->opened_by, unit);
    payment.conditional = some_people || bundle->trigger == BundleTrigger::enrolled || !any_contact_opens;
    payments.push_back(payment);
  }
  if (const Fee* fee = find_term<Fee>(contract)) {
    if (const ServicePrice* line = find_price(fee->prices, unit)) {
      payments.push_back({position, TermKind::fee, line->price, some_people});
      return payments;
    }
  }
  if (const Capitation* capitation = find_term<Capitation>(contract); capitation && holds(capitation->services, unit)) {
    payments.push_back({position, TermKind::capitation, Money{}, some_people});
  } else if (const Lump* lump = find_term<Lump>(contract); lump && holds(lump->services, unit)) {
    payments.push_back({position, TermKind::lump, Money{}, some_people});
  }
  return payments;
}

}  // namespace

BasePayer base_payer(std::span<const Contract> contracts, std::string_view payer, std::string_view holder,
                     const ServiceNames& unit) {
  struct Claim {
    int precedence = 0;
    std::vector<BasePayment> payments;
  };
  std::vector<Claim> claims;
  for (std::size_t i = 0; i < contracts.size(); ++i) {
    if (contracts[i].payer != payer || contracts[i].holder != holder) {
      continue;
    }
    if (auto payments = payments_of(contracts[i], i, unit); !payments.empty()) {
      claims.push_back({contracts[i].precedence, std::move(payments)});
    }
  }
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return a.precedence > b.precedence; });

  BasePayer result;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (i > 0 && claims[i].precedence == claims[i - 1].precedence) {
      const std::string& first = contracts[claims[i - 1].payments.front().contract].name;
      const std::string& second = contracts[claims[i].payments.front().contract].name;
      result.problems.push_back({"precedence",
                                 "contracts \"" + first + "\" and \"" + second + "\" both pay " +
                                     std::string(unit.kind) + " from " + std::string(payer) + " to " +
                                     std::string(holder) + "; one must have the higher precedence",
                                 std::to_string(claims[i].precedence) + " for both"});
    }
  }
  for (const Claim& claim : claims) {
    for (const BasePayment& payment : claim.payments) {
      result.payments.push_back(payment);
      if (!payment.conditional) {
        return result;
      }
    }
  }
  return result;
}

}  // namespace waterbed
