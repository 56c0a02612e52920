#include "scenario/follow.hpp"

#include <algorithm>

namespace waterbed {

bool is_followed(const FollowSpec& follow, const std::string& term) {
  return std::find(follow.terms.begin(), follow.terms.end(), term) != follow.terms.end();
}

Contract followed_terms(const Contract& leading, const FollowSpec& follow) {
  const Rate paid{Rate::k_one - follow.discount.nano};
  Contract contract = leading;
  contract.terms.clear();
  if (const Scope* scope = find_term<Scope>(leading)) {
    contract.terms.emplace_back(*scope);
  }
  if (const Fee* fee = find_term<Fee>(leading); fee != nullptr && is_followed(follow, "fee")) {
    Fee followed = *fee;
    followed.tiers.clear();
    contract.terms.emplace_back(std::move(followed));
  }
  if (const Bundle* bundle = find_term<Bundle>(leading); bundle != nullptr && is_followed(follow, "bundle")) {
    Bundle followed = *bundle;
    if (followed.trigger == BundleTrigger::enrolled) {
      followed.price = followed.price * paid;
    }
    contract.terms.emplace_back(std::move(followed));
  }
  if (const Capitation* capitation = find_term<Capitation>(leading);
      capitation != nullptr && is_followed(follow, "capitation")) {
    Capitation followed = *capitation;
    for (CapitationClass& group : followed.classes) {
      group.rate = group.rate * paid;
    }
    contract.terms.emplace_back(std::move(followed));
  }
  return contract;
}

}  // namespace waterbed
