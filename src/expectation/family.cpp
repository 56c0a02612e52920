#include "family.hpp"

#include "waterbed/core/math.hpp"

#include <array>

namespace waterbed {
namespace {

constexpr std::array<std::string_view, 4> k_family_names{"gaussian", "poisson", "gamma", "binomial"};

/// x log(x / m), 0 at x = 0.
double x_log_ratio(double x, double m) { return x == 0.0 ? 0.0 : x * exact::log(x / m); }

}  // namespace

namespace internal {

double unit_deviance(Family family, double r, double m) {
  switch (family) {
    case Family::poisson:
      return 2.0 * (x_log_ratio(r, m) - (r - m));
    case Family::gamma:
      return 2.0 * ((r - m) / m - exact::log(r / m));
    case Family::binomial:
      return 2.0 * (x_log_ratio(r, m) + x_log_ratio(1.0 - r, 1.0 - m));
    case Family::gaussian:
      break;
  }
  return (r - m) * (r - m);
}

double unit_variance(Family family, double m) {
  switch (family) {
    case Family::poisson:
      return m;
    case Family::gamma:
      return m * m;
    case Family::binomial:
      return m * (1.0 - m);
    case Family::gaussian:
      break;
  }
  return 1.0;
}

double slope(Family family, double m) {
  switch (family) {
    case Family::poisson:
    case Family::gamma:
      return m;
    case Family::binomial:
      return m * (1.0 - m);
    case Family::gaussian:
      break;
  }
  return 1.0;
}

double link(Family family, double m) {
  switch (family) {
    case Family::poisson:
    case Family::gamma:
      return exact::log(m);
    case Family::binomial:
      return exact::log(m / (1.0 - m));
    case Family::gaussian:
      break;
  }
  return m;
}

}  // namespace internal

std::string_view family_name(Family family) { return k_family_names.at(static_cast<std::size_t>(family)); }

double inverse_link(Family family, double predictor) {
  switch (family) {
    case Family::poisson:
    case Family::gamma:
      return exact::exp(predictor);
    case Family::binomial:
      return 1.0 / (1.0 + exact::exp(-predictor));
    case Family::gaussian:
      break;
  }
  return predictor;
}

}  // namespace waterbed
