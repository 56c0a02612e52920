// A count must not turn into an id by itself.
#include "waterbed/core/ids.hpp"

#ifdef MISTAKE
waterbed::PersonId first() { return 0; }
#else
waterbed::PersonId first() { return waterbed::PersonId{0}; }
#endif
