#include "waterbed/core/math.hpp"

#include <sleef.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace waterbed::exact {
namespace {

constexpr double k_sqrt_half = 0.70710678118654752440;
constexpr double k_one_over_sqrt_two_pi = 0.39894228040143267794;

template <std::size_t Size>
double polynomial(const std::array<double, Size>& coefficients, double x) {
  double sum = 0.0;
  for (std::size_t i = Size; i-- > 0;) {
    sum = sum * x + coefficients[i];
  }
  return sum;
}

// Source: Wichura (1988), Algorithm AS 241 (PPND16), Applied Statistics 37(3), 477-484. Coefficients in rising order.
constexpr std::array k_centre_top = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                     3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr std::array k_centre_bottom = {1.0,
                                        4.2313330701600911252e1,
                                        6.8718700749205790830e2,
                                        5.3941960214247511077e3,
                                        2.1213794301586595867e4,
                                        3.9307895800092710610e4,
                                        2.8729085735721942674e4,
                                        5.2264952788528545610e3};
constexpr std::array k_middle_top = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                     3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array k_middle_bottom = {1.0,
                                        2.05319162663775882187e0,
                                        1.67638483018380384940e0,
                                        6.89767334985100004550e-1,
                                        1.48103976427480074590e-1,
                                        1.51986665636164571966e-2,
                                        5.47593808499534494600e-4,
                                        1.05075007164441684324e-9};
constexpr std::array k_tail_top = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                   2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array k_tail_bottom = {1.0,
                                      5.99832206555887937690e-1,
                                      1.36929880922735805310e-1,
                                      1.48753612908506148525e-2,
                                      7.86869131145613259100e-4,
                                      1.84631831751005468180e-5,
                                      1.42151175831644588870e-7,
                                      2.04426310338993978564e-15};

}  // namespace

double exp(double x) { return Sleef_cinz_expd1_u10purec(x); }

double log(double x) { return Sleef_cinz_logd1_u10purec(x); }

double expm1(double x) { return Sleef_cinz_expm1d1_u10purec(x); }

double normal_cdf(double z) { return 0.5 * Sleef_cinz_erfcd1_u15purec(-z * k_sqrt_half); }

double normal_pdf(double z) { return k_one_over_sqrt_two_pi * exp(-0.5 * z * z); }

double normal_quantile(double p) {
  // Never-ending tails at the ends; NaN outside.
  if (!(p > 0.0 && p < 1.0)) {
    const double infinity = std::numeric_limits<double>::infinity();
    return p == 0.0 ? -infinity : p == 1.0 ? infinity : std::numeric_limits<double>::quiet_NaN();
  }
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(k_centre_top, r) / polynomial(k_centre_bottom, r);
  }
  // 1 - p is exact for p >= 0.5, so the upper tail loses nothing.
  const double r = std::sqrt(-log(q < 0.0 ? p : 1.0 - p));
  const double size = r <= 5.0 ? polynomial(k_middle_top, r - 1.6) / polynomial(k_middle_bottom, r - 1.6)
                               : polynomial(k_tail_top, r - 5.0) / polynomial(k_tail_bottom, r - 5.0);
  return q < 0.0 ? -size : size;
}

}  // namespace waterbed::exact
