// What one real year would show must not pass for the simulation error of a mean.
#include "waterbed/stats/paired.hpp"

#ifdef MISTAKE
waterbed::SimulationError error_of(const waterbed::PairedDifference& d) { return d.range; }
#else
waterbed::SimulationError error_of(const waterbed::PairedDifference& d) { return d.simulation_error; }
#endif
