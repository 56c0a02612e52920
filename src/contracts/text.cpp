#include "text.hpp"

namespace waterbed::internal {
namespace {

/// An integer number of 10^-decimals, with a comma every three digits.
std::string decimal_text(const BigInteger& scaled, std::size_t decimals) {
  const bool negative = scaled < 0;
  std::string digits = BigInteger(abs(scaled)).str();
  if (digits.size() <= decimals) {
    digits.insert(0, decimals + 1 - digits.size(), '0');
  }
  const std::string fraction = digits.substr(digits.size() - decimals);
  std::string whole = digits.substr(0, digits.size() - decimals);
  for (std::size_t place = whole.size(); place > 3; place -= 3) {
    whole.insert(place - 3, ",");
  }
  return (negative ? "-" : "") + whole + (decimals > 0 ? "." + fraction : "");
}

/// Half away from zero.
BigInteger nearest(const Exact& x) {
  const BigInteger magnitude = (abs(numerator(x)) * 2 + denominator(x)) / (denominator(x) * 2);
  return numerator(x) < 0 ? BigInteger(-magnitude) : magnitude;
}

}  // namespace

std::string money_text(const Exact& micro) { return decimal_text(nearest(micro / Money::k_micro_per_cent), 2); }

std::string percent_text(const Exact& share) { return decimal_text(nearest(share * 1'000'000), 4) + " %"; }

std::string factor_text(const Exact& factor) {
  std::string text = decimal_text(nearest(factor * 1'000'000), 6);
  text.erase(text.find_last_not_of('0') + 1);
  return text.back() == '.' ? text.substr(0, text.size() - 1) : text;
}

std::string rate_text(Rate rate) {
  const std::string text = factor_text(fraction(rate));
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::string years_text(PersonTime time) {
  const Exact years(time.cycles, time.per_year);
  return denominator(years) == 1 ? decimal_text(nearest(years), 0) : decimal_text(nearest(years * 100), 2);
}

}  // namespace waterbed::internal
