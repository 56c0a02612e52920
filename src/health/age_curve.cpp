#include "health/age_curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace waterbed {
namespace {

/// Last age of a band that somebody has; the band's own if nobody is in it.
int last_inhabited(const AgeBand& band, const AgeCurve& persons) {
  for (int age = band.high; age >= band.low; --age) {
    if (persons[static_cast<std::size_t>(age)] > 0.0) {
      return age;
    }
  }
  return band.high;
}

void fill_band(AgeCurve& curve, const AgeBand& band, double mean, double left, double right, const AgeCurve& persons) {
  const int last = last_inhabited(band, persons);
  const bool weighted = persons[static_cast<std::size_t>(last)] > 0.0;
  const double width = last + 1 - band.low;
  // How much of the band's persons each of the three heights stands for.
  double of_left = 0.0;
  double of_middle = 0.0;
  double of_right = 0.0;
  for (int age = band.low; age <= last; ++age) {
    const double weight = weighted ? persons[static_cast<std::size_t>(age)] : 1.0;
    const double x = (age + 0.5 - band.low) / width;
    const double near_middle = 1.0 - std::abs(2.0 * x - 1.0);
    of_middle += weight * near_middle;
    (x < 0.5 ? of_left : of_right) += weight * (1.0 - near_middle);
  }
  const double sum = mean * (of_left + of_middle + of_right);
  const bool monotone = (left - mean) * (right - mean) <= 0.0;
  double middle = of_middle > 0.0 ? (sum - of_left * left - of_right * right) / of_middle : mean;
  if (!monotone) {
    middle = std::clamp(middle, 0.0, 1.0);
  } else if (middle < std::min(left, right) || middle > std::max(left, right)) {
    // A middle beyond an edge: flat from there to that edge, and the other edge moves in.
    const bool to_left = middle > std::max(left, right) ? left > right : left < right;
    middle = to_left ? left : right;
    double& other = to_left ? right : left;
    const double of_other = to_left ? of_right : of_left;
    const double of_rest = of_middle + (to_left ? of_left : of_right);
    other = of_other > 0.0 ? std::clamp((sum - middle * of_rest) / of_other, 0.0, 1.0) : middle;
  }
  for (int age = band.low; age <= band.high; ++age) {
    const double x = std::min((age + 0.5 - band.low) / width, 1.0);
    const double near_middle = 1.0 - std::abs(2.0 * x - 1.0);
    curve[static_cast<std::size_t>(age)] = near_middle * middle + (1.0 - near_middle) * (x < 0.5 ? left : right);
  }
}

}  // namespace

AgeCurve smooth_by_age(const AgeSexTable& table, Sex sex, const AgeCurve& persons) {
  const std::vector<double>& means = table.values[static_cast<std::size_t>(sex)];
  AgeCurve curve{};
  // With equal weights the middle stays between the edges if neither is over thrice as far off the mean as the other;
  // twice leaves room for weights that are not equal.
  constexpr double k_steepest = 2.0;
  for (std::size_t band = 0; band < table.bands.size(); ++band) {
    const double mean = means[band];
    // Nothing is known of the way up from a band of zero: the line goes on as it is on the other side.
    const bool open_left = band == 0 || means[band - 1] == 0.0;
    const bool open_right = band + 1 == table.bands.size() || means[band + 1] == 0.0;
    double to_left = open_left ? 0.0 : std::sqrt(mean * means[band - 1]) - mean;
    double to_right = open_right ? 0.0 : std::sqrt(mean * means[band + 1]) - mean;
    if (open_left && !open_right) {
      to_left = std::clamp(-to_right, -mean, 1.0 - mean);
    }
    if (open_right && !open_left) {
      to_right = std::clamp(-to_left, -mean, 1.0 - mean);
    }
    if (to_left * to_right <= 0.0) {
      const double left_size = std::min(std::abs(to_left), k_steepest * std::abs(to_right));
      const double right_size = std::min(std::abs(to_right), k_steepest * std::abs(to_left));
      to_left = std::copysign(left_size, to_left);
      to_right = std::copysign(right_size, to_right);
    }
    fill_band(curve, table.bands[band], mean, mean + to_left, mean + to_right, persons);
  }
  return curve;
}

}  // namespace waterbed
