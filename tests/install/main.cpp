// A project that embeds Waterbed: it knows the installed package only.
#include <waterbed/core/math.hpp>
#include <waterbed/core/money.hpp>

#include <cstdlib>
#include <iostream>

int main() {
  const waterbed::Money budget = waterbed::Money::from_cents(1'140'000'000);
  const waterbed::Money saved = budget * waterbed::Rate::from_double(0.05);
  const double half_life_left = waterbed::exact::exp(-waterbed::exact::log(2.0));
  std::cout << "saved " << saved.to_euro() << " EUR, " << half_life_left << " left\n";
  return saved == waterbed::Money::from_cents(57'000'000) && half_life_left > 0.4999 && half_life_left < 0.5001
             ? EXIT_SUCCESS
             : EXIT_FAILURE;
}
