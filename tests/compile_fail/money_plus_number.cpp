// A bare number has no currency: it must not be added to money.
#include "waterbed/core/money.hpp"

#ifdef MISTAKE
waterbed::Money total(waterbed::Money paid) { return paid + 5; }
#else
waterbed::Money total(waterbed::Money paid) { return paid + waterbed::Money::from_cents(5); }
#endif
