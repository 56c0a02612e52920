#pragma once

#include "waterbed/expectation/expectation.hpp"

#include <functional>
#include <string>

namespace waterbed::detail {

/// Takes a fault: path below the model, rule, what was got.
using TellFault = std::function<void(const std::string&, const std::string&, const std::string&)>;

/// Tells what is wrong between the keys of a frozen model.
/// @param whole  its keys could all be read, so that what they say together can be looked at
void check_expectation(const Expectation& model, bool whole, const TellFault& tell);

}  // namespace waterbed::detail
