// The key of a draw must not pass for its counter.
#include "waterbed/random/philox.hpp"

constexpr waterbed::PhiloxCounter k_counter{};
constexpr waterbed::PhiloxKey k_key{};

#ifdef MISTAKE
waterbed::Words words() { return waterbed::philox(k_key, k_counter); }
#else
waterbed::Words words() { return waterbed::philox(k_counter, k_key); }
#endif
