#include "forecast_slope.hpp"

#include "waterbed/core/math.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace waterbed::internal {
namespace {

constexpr double k_reach = 9.0;  // standard deviations; beyond them lies 2e-19 of the mass
constexpr int k_depth = 12;      // a bend is found to 1/4096 of a standard deviation

using Function = std::function<double(double)>;

/// Eight nodes. Source: Abramowitz & Stegun, Handbook of Mathematical Functions (1964), table 25.4.
double gauss_legendre(const Function& f, double low, double high) {
  static constexpr std::array<double, 4> nodes = {0.183434642495650, 0.525532409916329, 0.796666477413627,
                                                  0.960289856497536};
  static constexpr std::array<double, 4> weights = {0.362683783378362, 0.313706645877887, 0.222381034453374,
                                                    0.101228536290376};
  const double middle = (low + high) / 2.0;
  const double half = (high - low) / 2.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const double left = f(middle - half * nodes[i]);
    const double right = f(middle + half * nodes[i]);
    sum += weights[i] * (left + right);
  }
  return sum * half;
}

double refined(const Function& f, double low, double high, double whole, double tolerance, int depth) {
  const double middle = (low + high) / 2.0;
  const double left = gauss_legendre(f, low, middle);
  const double right = gauss_legendre(f, middle, high);
  if (depth == 0 || std::abs(left + right - whole) <= tolerance) {
    return left + right;
  }
  return refined(f, low, middle, left, tolerance / 2.0, depth - 1) +
         refined(f, middle, high, right, tolerance / 2.0, depth - 1);
}

/// Integral of f from low to high; panels of a standard deviation, and a new one at each jump.
double integral(const Function& f, const Forecast& x, std::vector<double> cuts, double low, double high) {
  for (double z = -k_reach; z <= k_reach; z += 1.0) {
    cuts.push_back(x.mean + z * x.sd);
  }
  std::sort(cuts.begin(), cuts.end());
  std::vector<double> ends = {low};
  for (const double cut : cuts) {
    if (cut > ends.back() && cut < high) {
      ends.push_back(cut);
    }
  }
  ends.push_back(high);
  std::vector<double> coarse;
  double size = 0.0;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    coarse.push_back(gauss_legendre(f, ends[i], ends[i + 1]));
    size += std::abs(coarse.back());
  }
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    sum += refined(f, ends[i], ends[i + 1], coarse[i], 1e-10 * size, k_depth);
  }
  return sum;
}

double known_slope(const Function& payment, double x, const std::vector<double>& jumps, double lowest, double highest) {
  constexpr double step = 1e-6;
  if (x < lowest || x > highest) {
    return 0.0;
  }
  const bool jump_near =
      std::any_of(jumps.begin(), jumps.end(), [&](double jump) { return jump > x && jump <= x + step; });
  const double to = jump_near || x + step > highest ? x - step : x + step;
  return (payment(to) - payment(x)) / (to - x);
}

}  // namespace

double forecast_slope(const Function& payment, const Forecast& x, std::vector<double> jumps, double lowest,
                      double highest) {
  if (!(x.sd > 0.0)) {
    return known_slope(payment, x.mean, jumps, lowest, highest);
  }
  const double low = std::max(lowest, x.mean - k_reach * x.sd);
  const double high = std::min(highest, x.mean + k_reach * x.sd);
  if (low >= high) {
    return 0.0;
  }
  // d/dmean of the density is z / sd times it; held at the ends, the rest of the mass pays what the ends pay. Taking a
  // constant off the payment changes nothing but the rounding.
  const double level = payment(std::clamp(x.mean, low, high));
  const auto density = [&](double at) { return exact::normal_pdf((at - x.mean) / x.sd) / x.sd; };
  const auto moved = [&](double at) { return (payment(at) - level) * density(at) * (at - x.mean) / (x.sd * x.sd); };
  return integral(moved, x, std::move(jumps), low, high) + (payment(high) - level) * density(high) -
         (payment(low) - level) * density(low);
}

double forecast_mean(const Function& value, const Forecast& x, std::vector<double> jumps, double lowest,
                     double highest) {
  if (!(x.sd > 0.0)) {
    return value(std::clamp(x.mean, lowest, highest));
  }
  const double low = std::max(lowest, x.mean - k_reach * x.sd);
  const double high = std::min(highest, x.mean + k_reach * x.sd);
  if (low >= high) {
    return value(x.mean < lowest ? lowest : highest);
  }
  const auto weighted = [&](double at) { return value(at) * exact::normal_pdf((at - x.mean) / x.sd) / x.sd; };
  return integral(weighted, x, std::move(jumps), low, high) + value(low) * exact::normal_cdf((low - x.mean) / x.sd) +
         value(high) * exact::normal_cdf((x.mean - high) / x.sd);
}

}  // namespace waterbed::internal
