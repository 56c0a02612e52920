#pragma once

#include "waterbed/core/money.hpp"

namespace waterbed {

/// Last cut before the money is paid.
struct Adjust {
  Rate sequestration{};           ///< taken off what is paid, 0..1
  bool sequester_losses = false;  ///< also off what is owed
};

}  // namespace waterbed
