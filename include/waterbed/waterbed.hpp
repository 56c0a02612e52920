#pragma once

/// Everything that an embedder usually needs, for examples and small programs. Include single headers in larger ones:
/// they compile faster.

#include "waterbed/analysis/difference.hpp"
#include "waterbed/analysis/summary.hpp"
#include "waterbed/analysis/waterbed_index.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/engine/expected.hpp"
#include "waterbed/engine/results.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/check.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/diagnostic.hpp"
#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/summary_inputs.hpp"
