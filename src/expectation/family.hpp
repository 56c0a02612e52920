#pragma once

#include "waterbed/expectation/glm.hpp"

/// What a family says of one yearly amount r with mean m.
namespace waterbed::internal {

double unit_deviance(Family family, double r, double m);
/// Variance at the mean, but for the dispersion.
double unit_variance(Family family, double m);
/// dm / d(x b).
double slope(Family family, double m);
/// x b at the mean; inverse_link() goes back.
double link(Family family, double m);

}  // namespace waterbed::internal
