#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <string>

namespace waterbed {

/// Whether an insurer follows a term, by its name in files.
bool is_followed(const FollowSpec& follow, const std::string& term);

/// The terms by which a follower pays for units and persons, rates per person discounted; without payer and holder.
///
/// Prices per unit are as in the leading contract: its list may be the region's, so they are discounted where units are
/// paid. Volume discounts stay with the leading payer.
Contract followed_terms(const Contract& leading, const FollowSpec& follow);

}  // namespace waterbed
