// A person's id must not pass for a provider's.
#include "waterbed/core/ids.hpp"

int visits_of(waterbed::ProviderId provider) { return provider.valid() ? 1 : 0; }

#ifdef MISTAKE
int visits() { return visits_of(waterbed::PersonId{3}); }
#else
int visits() { return visits_of(waterbed::ProviderId{3}); }
#endif
