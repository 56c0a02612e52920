#include "waterbed/behaviour/adaptation.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"

#include <cmath>
#include <string>

namespace waterbed {
namespace {

constexpr double k_log_2 = 0.69314718055994530942;

void require_length(const char* argument, double months) {
  if (!(months >= 0.0 && std::isfinite(months))) {
    throw InvalidArgument(argument, "must be at least 0 months", std::to_string(months));
  }
}

}  // namespace

double kappa(const AdaptationPace& pace) {
  require_length("pace.period_months", pace.period_months);
  require_length("pace.half_life_months", pace.half_life_months);
  if (pace.half_life_months == 0.0) {
    return 1.0;
  }
  return -exact::expm1(-k_log_2 * (pace.period_months / pace.half_life_months));
}

}  // namespace waterbed
