#include "waterbed/engine/simulate.hpp"

#include "arm_flight.hpp"
#include "common_chance.hpp"
#include "core/parallel.hpp"
#include "insurer.hpp"
#include "memory.hpp"
#include "recorder.hpp"
#include "registered.hpp"
#include "state.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/class_moments.hpp"
#include "waterbed/engine/decompose.hpp"
#include "year_end.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <thread>
#include <utility>

namespace waterbed {
namespace {

using engine::ArmFlight;
using engine::ArmState;
using engine::Before;
using engine::Context;
using engine::TableValues;

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Thrown inside a replication when the run is asked to stop; never leaves this file.
struct StopNow {};

/// Progress and stop, shared by the blocks of a run.
class Clock {
 public:
  Clock(std::int64_t total, const Progress& progress, const StopToken& stop)
      : total_(total), progress_(progress), stop_(stop), caller_(std::this_thread::get_id()) {}

  void tick() {
    const std::int64_t done = done_.fetch_add(1) + 1;
    if (progress_ && std::this_thread::get_id() == caller_) {
      progress_({.done = done, .total = total_});
    }
    if (stop_.stop_requested()) {
      throw StopNow{};
    }
  }

 private:
  std::atomic<std::int64_t> done_{0};
  std::int64_t total_;
  const Progress& progress_;
  const StopToken& stop_;
  std::thread::id caller_;
};

/// Adds up the performance years.
class MomentsRecorder : public engine::Recorder {
 public:
  MomentsRecorder(const Model& model, ClassMoments& moments) : model_(model), moments_(moments) {}
  void end_year(const ArmState& state) override {
    if (model_.time.year_of(state.cycle) >= 0) {
      engine::add_moments(model_, state, moments_);
    }
  }

 private:
  const Model& model_;
  ClassMoments& moments_;
};

/// An arm as a run goes through it.
struct Variant {
  std::size_t arm = 0;
  MechanismSet held = 0;  ///< at the path that the first variant notes
};

/// The burn-in of a replication, under the reference contracts.
/// @param before  [arm] what its contracts look back on, filled
ArmState burn_in(const Context& context, Clock& clock, int until_cycle, engine::Recorder* recorder,
                 std::vector<Before>& before) {
  const Model& model = context.model;
  const int per_year = model.time.cycles_per_year;
  ArmState state = engine::initial_state(context, model.arms[at(model.reference)]);
  ArmState* const alone = &state;
  state.recorder = recorder;
  for (std::size_t a = 0; a < model.arms.size(); ++a) {
    before[a].people = engine::no_people(model, model.arms[a]);
  }
  for (; state.cycle < std::min(until_cycle, model.time.burn_in_cycles()); ++state.cycle) {
    engine::one_cycle(context, {&alone, 1});
    clock.tick();
    if ((state.cycle + 1) % per_year == 0) {
      engine::close_year_of_people(model, state);
      for (std::size_t a = 0; a < model.arms.size(); ++a) {
        if (state.cycle >= model.time.warm_up_years * per_year) {
          const auto counted = engine::count_people(model, state, model.arms[a], before[a].people, state.cycle + 1);
          before[a].past.push_back(engine::past_year(model, state, model.arms[a], counted));
          before[a].past.back().registered = engine::count_registered(model, state, model.arms[a]);
        }
        engine::close_people_of_year(model, state, model.arms[a], before[a].people);
      }
      engine::end_year(model, state);
    }
  }
  return state;
}

/// Brings arms in flight to a cycle, all of them through each cycle together.
void fly(const Context& context, std::span<ArmFlight> flights, Clock& clock, int until_cycle) {
  const Model& model = context.model;
  std::vector<ArmState*> states(flights.size());
  std::transform(flights.begin(), flights.end(), states.begin(), [](ArmFlight& flight) { return &flight.state; });
  for (int cycle = model.time.burn_in_cycles(); cycle < until_cycle; ++cycle) {
    engine::one_cycle(context, states);
    for (ArmFlight& flight : flights) {
      clock.tick();
      if ((cycle + 1) % model.time.cycles_per_year == 0) {
        engine::settle_flight(model, flight);
      }
      flight.state.cycle += 1;
    }
  }
  for (ArmFlight& flight : flights) {
    engine::end_flight(model, flight);
  }
}

/// One replication: burn-in once, then every variant from there. Values in [variant][table][cell].
/// @param together     variants in flight at a time
/// @param until_cycle  within the burn-in: no arm is run
std::vector<TableValues> replicate(const Context& context, const std::vector<Variant>& variants, std::size_t together,
                                   const std::vector<TableInfo>& infos, Clock& clock, int until_cycle,
                                   engine::Recorder* recorder = nullptr) {
  const Model& model = context.model;
  std::vector<Before> before(model.arms.size());
  ArmState from = burn_in(context, clock, until_cycle, recorder, before);
  std::vector<TableValues> values;
  if (until_cycle <= model.time.burn_in_cycles()) {
    return values;
  }
  const bool decomposed =
      std::any_of(variants.begin(), variants.end(), [](const Variant& variant) { return variant.held != 0; });
  std::optional<engine::BaselinePath> path;
  if (decomposed) {
    path = engine::empty_path(model.time.burn_in_cycles(), until_cycle - model.time.burn_in_cycles());
  }
  const auto begin = [&](std::size_t v) {
    const std::size_t arm = variants[v].arm;
    const bool again = std::any_of(variants.begin() + static_cast<std::ptrdiff_t>(v) + 1, variants.end(),
                                   [&](const Variant& later) { return later.arm == arm; });
    // The last one takes the state over, so that one copy less is held.
    ArmFlight flight = engine::begin_flight(context, v + 1 < variants.size() ? from : std::move(from), model.arms[arm],
                                            again ? before[arm] : std::move(before[arm]), infos);
    flight.state.held = variants[v].held;
    flight.state.path = path ? &*path : nullptr;
    flight.state.noted = path && v == 0 ? &*path : nullptr;
    return flight;
  };
  for (std::size_t v = 0; v < variants.size();) {
    // Others follow the path that the first one notes: they begin when it has been noted.
    const std::size_t end = path && v == 0 ? 1 : std::min(v + together, variants.size());
    std::vector<ArmFlight> flights;
    for (; v < end; ++v) {
      flights.push_back(begin(v));
    }
    fly(context, flights, clock, until_cycle);
    std::transform(flights.begin(), flights.end(), std::back_inserter(values),
                   [](ArmFlight& flight) { return std::move(flight.tables); });
  }
  return values;
}

/// @param option  what the name was given for
std::size_t arm_named(const Model& model, const char* option, const std::string& name) {
  const auto found =
      std::find_if(model.arms.begin(), model.arms.end(), [&](const ArmModel& arm) { return arm.name == name; });
  if (found == model.arms.end()) {
    throw InvalidArgument(option, "must be an arm of the scenario", name);
  }
  return at(found - model.arms.begin());
}

std::vector<std::size_t> chosen_arms(const Model& model, const RunOptions& options) {
  std::vector<std::size_t> arms;
  if (options.arms.empty()) {
    for (std::size_t a = 0; a < model.arms.size(); ++a) {
      arms.push_back(a);
    }
  }
  for (const std::string& name : options.arms) {
    arms.push_back(arm_named(model, "arms", name));
  }
  return arms;
}

void check_options(const RunOptions& options) {
  const auto range = [](const char* name, std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value < low || value > high) {
      throw InvalidArgument(name, "must be in [" + std::to_string(low) + ", " + std::to_string(high) + "]",
                            std::to_string(value));
    }
  };
  range("replications", options.replications, 0, std::numeric_limits<std::int32_t>::max());
  range("first_replication", options.first_replication, 0, std::numeric_limits<std::int32_t>::max());
  range("threads", options.threads, 0, 1024);
  range("block_size", options.block_size, 1, std::numeric_limits<std::int32_t>::max());
  range("memory_limit", options.memory_limit, 0, std::numeric_limits<std::int64_t>::max());
}

/// "<arm>: none free", "<arm>: incentive + health", ...
std::string variant_name(const std::string& arm, MechanismSet free) {
  std::string text;
  for (std::size_t m = 0; m < k_mechanisms; ++m) {
    if ((free >> m & 1U) != 0) {
      text.append(text.empty() ? "" : " + ").append(k_mechanism_names[m]);
    }
  }
  return arm + ": " + (text.empty() ? "none free" : text);
}

/// Replications of all variants, which give the results' arms their `names`.
Results run_variants(const Model& model, const RunOptions& options, const std::vector<Variant>& variants,
                     std::vector<std::string> names, const Progress& progress, const StopToken& stop) {
  engine::check_memory(model, options, std::ssize(variants));
  const auto together = at(engine::variants_together(model, options, std::ssize(variants)));
  const std::vector<TableInfo> infos = engine::table_infos(model);
  const std::int64_t replications = options.replications > 0 ? options.replications : model.default_replications;
  const int threads = thread_count(options.threads);
  // Whole replications side by side when there are enough; else the persons of each in blocks.
  const bool by_replication = replications >= threads;
  const std::int64_t cycles =
      model.time.burn_in_cycles() + std::ssize(variants) * model.time.years * model.time.cycles_per_year;
  Clock clock(cycles * replications, progress, stop);
  const std::uint64_t seed = options.seed.value_or(model.default_seed);

  std::vector<std::vector<TableValues>> finished(at(replications));
  const auto body = [&](Index r) {
    if (stop.stop_requested()) {
      return;
    }
    try {
      const auto replication = static_cast<std::uint32_t>(options.first_replication + r);
      const engine::ReplicationDraws draws{engine::practice_effects(model, seed, replication)};
      const Context context{model, seed, replication, by_replication ? 1 : threads, options.block_size, draws};
      finished[at(r)] = replicate(context, variants, together, infos, clock, model.time.cycles());
    } catch (const StopNow&) {
      finished[at(r)].clear();
    }
  };
  parallel_for_blocks(replications, by_replication ? threads : 1, body);

  Results results;
  results.scenario = model.name;
  results.seed = seed;
  results.first_replication = options.first_replication;
  results.arms = std::move(names);
  results.baseline = model.arms[at(model.baseline)].name;
  results.tables = infos;
  results.values.resize(infos.size());
  for (const std::vector<TableValues>& replication : finished) {
    if (replication.empty()) {
      break;  // only an unbroken run of replications can be merged and continued
    }
    for (std::size_t t = 0; t < infos.size(); ++t) {
      for (const TableValues& arm : replication) {
        results.values[t].insert(results.values[t].end(), arm[t].begin(), arm[t].end());
      }
    }
    ++results.replications;
  }
  if (results.replications == 0 && replications > 0) {
    throw Stopped("stopped before one replication was finished");
  }
  return results;
}

}  // namespace

Results simulate(const Model& model, const RunOptions& options, const Progress& progress, const StopToken& stop) {
  check_options(options);
  std::vector<Variant> variants;
  std::vector<std::string> names;
  for (const std::size_t arm : chosen_arms(model, options)) {
    variants.push_back({.arm = arm});
    names.push_back(model.arms[arm].name);
  }
  return run_variants(model, options, variants, std::move(names), progress, stop);
}

Results decompose(const Model& model, const std::string& arm, const RunOptions& options, const Progress& progress,
                  const StopToken& stop) {
  check_options(options);
  if (!options.arms.empty()) {
    throw InvalidArgument("options.arms", "must be empty: the arm and the baseline run", options.arms.front());
  }
  const std::size_t position = arm_named(model, "arm", arm);
  if (position == at(model.baseline)) {
    throw InvalidArgument("arm", "must not be the baseline itself", arm);
  }
  std::vector<Variant> variants = {{.arm = at(model.baseline)}};
  std::vector<std::string> names = {model.arms[at(model.baseline)].name};
  for (MechanismSet free = 0; free <= k_every_mechanism; ++free) {
    variants.push_back({.arm = position, .held = k_every_mechanism & ~free});
    names.push_back(variant_name(arm, free));
  }
  return run_variants(model, options, variants, std::move(names), progress, stop);
}

void engine::watch(const Model& model, const Watched& watched, Recorder& recorder, const Progress& progress,
                   const StopToken& stop) {
  Clock clock(watched.until_cycle, progress, stop);
  const ReplicationDraws draws{engine::practice_effects(model, watched.seed, watched.replication)};
  const Context context{.model = model,
                        .seed = watched.seed,
                        .replication = watched.replication,
                        .threads = thread_count(watched.threads),
                        .block_size = watched.block_size,
                        .draws = draws,
                        .work = watched.work};
  try {
    (void)replicate(context, {{.arm = at(watched.arm)}}, 1, table_infos(model), clock, watched.until_cycle, &recorder);
  } catch (const StopNow&) {
    throw Stopped("stopped before the last year was finished");
  }
}

ClassMoments class_moments(const Model& model, const RunOptions& options) {
  check_options(options);
  if (!model.insurance.present) {
    throw InvalidArgument("model", "must have an insurance", "none");
  }
  if (options.arms.size() > 1) {
    throw InvalidArgument("arms", "must name one arm at most", std::to_string(options.arms.size()) + " arms");
  }
  const std::size_t arm = options.arms.empty() ? at(model.baseline) : chosen_arms(model, options).front();
  const std::int64_t replications = options.replications > 0 ? options.replications : model.default_replications;
  const std::size_t classes = model.insurance.classes.size();
  ClassMoments moments{.classes = model.insurance.classes,
                       .cycles = std::vector<std::int64_t>(classes * classes, 0),
                       .spending = std::vector<std::int64_t>(classes, 0),
                       .cycles_per_year = model.time.cycles_per_year};
  MomentsRecorder recorder(model, moments);
  for (std::int64_t r = 0; r < replications; ++r) {
    engine::watch(model,
                  {.arm = static_cast<int>(arm),
                   .replication = static_cast<std::uint32_t>(options.first_replication + r),
                   .seed = options.seed.value_or(model.default_seed),
                   .threads = options.threads,
                   .block_size = options.block_size,
                   .until_cycle = model.time.cycles()},
                  recorder);
  }
  return moments;
}

}  // namespace waterbed
