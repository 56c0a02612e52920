// Claim: docs/performance.md gives what the engine takes over the least work that any engine must do for its events.
//
// The events are those that a run of scenarios/leuven.yaml counted in its tables (usual arm, one replication, five
// performance years and nothing before them): months lived, changes of health, needs, choices, visits, attached
// services, admissions. Limit does for each what cannot be left out: one block of random words for a month, a need and
// a choice; one compare for each chance; one look-up for each thing that depends on the person or the place; one
// addition for each total that is reported. It does them in plain loops over columns of the size that the people have,
// in order, with the engine's own vector draws: nothing waits for the answer of anything else, nobody is looked for.
// Before the clock starts its counts of draws, compares, look-ups and additions are compared with those that the tables
// ask for, and the events of the tables with the engine's own counters (waterbed/engine/work_counts.hpp), which also
// give what the engine makes of each: printed beside the least, so that what is made and not needed shows.

#include "tables.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/engine/work_counts.hpp"
#include "waterbed/random/draw_many.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using waterbed::benchmarks::needs_that;
using waterbed::benchmarks::sum_of;

/// What happened, as the engine's tables count it.
struct Events {
  std::int64_t months = 0;      ///< lived by somebody
  std::int64_t health = 0;      ///< deaths and changes of stage
  std::int64_t needs = 0;       ///< that arose
  std::int64_t choices = 0;     ///< of a way on, or out
  std::int64_t visits = 0;      ///< posted, those of people who wait too
  std::int64_t attached = 0;    ///< services that visits brought
  std::int64_t admissions = 0;  ///< where capacity is limited
};

/// Operations; of the engine's least and of what Limit did.
struct Work {
  std::int64_t draws = 0;  ///< blocks of four words
  std::int64_t compares = 0;
  std::int64_t look_ups = 0;
  std::int64_t additions = 0;
  friend bool operator==(const Work&, const Work&) = default;
};

// Additions: a visit and a service are each reported as units, at list price and as a payment.
constexpr std::int64_t k_totals = 3;

Work least_work(const Events& events) {
  return {
      .draws = events.months + events.needs + events.choices,
      .compares = 2 * events.months + events.choices + events.attached + events.admissions,
      .look_ups = 3 * events.months + events.health + events.needs + events.choices + events.visits + events.attached,
      .additions = events.months + events.health + events.needs + events.choices +
                   k_totals * (events.visits + events.attached) + 2 * events.admissions};
}

const waterbed::Model& region() {
  static const waterbed::Model model = [] {
    waterbed::Scenario scenario = waterbed::load_scenario("scenarios/leuven.yaml");
    scenario.time.warm_up_years = 0;
    scenario.time.base_years = 0;
    return waterbed::compile(scenario);
  }();
  return model;
}

const waterbed::RunOptions& options() {
  static const waterbed::RunOptions one{.arms = {"usual"}, .replications = 1, .seed = 7, .threads = 1};
  return one;
}

void needs_equal(const char* what, std::int64_t counted, std::int64_t of_tables) {
  if (counted != of_tables) {
    throw std::runtime_error(std::string("the engine counted ") + std::to_string(counted) + " " + what +
                             ", its tables have " + std::to_string(of_tables));
  }
}

/// What the engine does, by its own counters.
const waterbed::WorkCounts& engine_work() {
  static const waterbed::WorkCounts work = work_counts(region(), options());
  return work;
}

/// @throws std::runtime_error if the engine counts other events than its tables
Events events_of(const waterbed::Results& results) {
  const waterbed::WorkCounts& work = engine_work();
  Events events;
  events.months = sum_of(results, "population");
  events.health = sum_of(results, "deaths") + sum_of(results, "onsets");
  events.needs = needs_that(results, "arisen");
  events.choices = sum_of(results, "moves");
  events.admissions = sum_of(results, "admitted");
  needs_equal("needs", work.needs, events.needs);
  needs_equal("choices", work.choices, events.choices);
  needs_equal("admissions", work.admissions, events.admissions);
  // The tables have both together, in days where care is by the day.
  needs_equal("units of care", work.units, sum_of(results, "visits"));
  events.visits = work.visits;
  events.attached = work.services;
  return events;
}

constexpr std::size_t k_together = 512;

/// Columns of the size that the people and the network have.
struct Columns {
  std::vector<std::uint32_t> event_below, no_need;
  std::vector<std::int32_t> utility, qalys;
  std::vector<std::uint8_t> stage;
  std::vector<std::uint64_t> below;  ///< [option]
  std::vector<std::int32_t> to;      ///< [option]
  std::vector<std::int64_t> moves, price, units, list_value, paid, needs, changes;
  std::vector<std::uint32_t> attached_below;

  explicit Columns(const waterbed::Model& model, std::size_t persons)
      : event_below(persons, 1U << 24),
        no_need(persons, 3U << 30),
        utility(persons, 70'000),
        qalys(persons, 0),
        stage(persons, 0),
        moves(model.network.options.size(), 0),
        price(model.network.rows.size(), 10'000'000),
        units(model.network.rows.size(), 0),
        list_value(model.network.rows.size(), 0),
        paid(model.network.rows.size(), 0),
        needs(model.network.rows.size(), 0),
        changes(256, 0),
        attached_below(model.network.rows.size(), 1U << 31) {
    for (const waterbed::OptionModel& option : model.network.options) {
      below.push_back(option.below);
      to.push_back(std::max(0, option.to));
    }
  }
};

/// The part of a total that falls into one of `parts` months.
std::int64_t share_of(std::int64_t total, std::int64_t part, std::int64_t parts) {
  return total * (part + 1) / parts - total * part / parts;
}

/// Calls work(words) on so many blocks of words, k_together at a time.
template <class Each>
std::int64_t draw_blocks(std::int64_t count, std::int64_t month, waterbed::Purpose purpose, const Each& work) {
  std::array<waterbed::Words, k_together> words;
  constexpr auto k_step = static_cast<std::int64_t>(k_together);
  for (std::int64_t first = 0; first < count; first += k_step) {
    const auto size = static_cast<std::size_t>(std::min(k_step, count - first));
    const std::span<waterbed::Words> some = std::span(words).first(size);
    waterbed::draw_many(7, {0, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(month), purpose, 0}, some);
    work(static_cast<std::size_t>(first), some);
  }
  return count;
}

Work limit(const Events& events, std::int64_t months, Columns& columns) {
  Work done;
  std::int64_t happened = 0;
  const std::size_t persons = columns.stage.size();
  const std::size_t rows = columns.units.size();
  for (std::int64_t month = 0; month < months; ++month) {
    const std::int64_t here = share_of(events.months, month, months);
    done.draws += draw_blocks(here, month, waterbed::Purpose::person_cycle,
                              [&](std::size_t first, std::span<const waterbed::Words> words) {
                                for (std::size_t i = 0; i < words.size(); ++i) {
                                  happened += words[i][0] < columns.event_below[first + i] ? 1 : 0;
                                  happened += words[i][1] > columns.no_need[first + i] ? 1 : 0;
                                  columns.qalys[first + i] += columns.utility[first + i];
                                }
                              });
    done.compares += 2 * here;
    done.look_ups += 3 * here;
    done.additions += here;

    const std::int64_t changes = share_of(events.health, month, months);
    for (std::int64_t i = 0; i < changes; ++i) {
      columns.changes[columns.stage[static_cast<std::size_t>(i) * persons / static_cast<std::size_t>(changes)]] += 1;
    }
    done.look_ups += changes;
    done.additions += changes;

    const std::int64_t needs = share_of(events.needs, month, months);
    done.draws += draw_blocks(needs, month, waterbed::Purpose::need_event,
                              [&](std::size_t, std::span<const waterbed::Words> words) {
                                for (const waterbed::Words& word : words) {
                                  columns.needs[word[0] % rows] += 1;
                                }
                              });
    done.look_ups += needs;
    done.additions += needs;

    const std::int64_t choices = share_of(events.choices, month, months);
    done.draws += draw_blocks(choices, month, waterbed::Purpose::walk_step,
                              [&](std::size_t, std::span<const waterbed::Words> words) {
                                const std::size_t options = columns.moves.size() - 1;
                                for (const waterbed::Words& word : words) {
                                  const std::size_t at = word[1] % options;
                                  columns.moves[at + (word[0] >= columns.below[at] ? 1U : 0U)] += 1;
                                }
                              });
    done.compares += choices;
    done.look_ups += choices;
    done.additions += choices;

    const auto post = [&](std::int64_t count, std::size_t stride) {
      std::size_t row = 0;
      for (std::int64_t i = 0; i < count; ++i) {
        row = row + stride < rows ? row + stride : row + stride - rows;
        const std::int64_t price = columns.price[row];
        columns.units[row] += 1;
        columns.list_value[row] += price;
        columns.paid[row] += price;
      }
      done.look_ups += count;
      done.additions += k_totals * count;
    };
    post(share_of(events.visits, month, months), 7);
    const std::int64_t attached = share_of(events.attached, month, months);
    for (std::int64_t i = 0; i < attached; ++i) {
      happened +=
          static_cast<std::uint32_t>(i) << 12 < columns.attached_below[static_cast<std::size_t>(i) % rows] ? 1 : 0;
    }
    done.compares += attached;
    post(attached, 3);

    const std::int64_t admissions = share_of(events.admissions, month, months);
    for (std::int64_t i = 0; i < admissions; ++i) {
      const std::size_t row = static_cast<std::size_t>(i) % rows;
      happened += columns.units[row] < columns.price[row] ? 1 : 0;
      columns.units[row] += 1;
      columns.list_value[row] += i;
    }
    done.compares += admissions;
    done.additions += 2 * admissions;
  }
  benchmark::DoNotOptimize(happened);
  return done;
}

void report(benchmark::State& state, const Events& events, const Work& work) {
  const auto months = static_cast<double>(events.months);
  state.counters["person_months"] = benchmark::Counter(months, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["draws"] = static_cast<double>(work.draws) / months;
  state.counters["compares"] = static_cast<double>(work.compares) / months;
  state.counters["look_ups"] = static_cast<double>(work.look_ups) / months;
  state.counters["additions"] = static_cast<double>(work.additions) / months;
}

void Engine(benchmark::State& state) {
  const Events events = events_of(simulate(region(), options()));
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate(region(), options()));
  }
  const waterbed::WorkCounts& work = engine_work();
  report(
      state, events,
      {.draws = work.all_draws(), .compares = work.compares, .look_ups = work.look_ups, .additions = work.additions});
  for (std::size_t purpose = 0; purpose < work.draws.size(); ++purpose) {
    if (work.draws[purpose] > 0) {
      state.counters["draws of " + std::string(name(static_cast<waterbed::Purpose>(purpose)))] =
          static_cast<double>(work.draws[purpose]) / static_cast<double>(events.months);
    }
  }
}
BENCHMARK(Engine)->Unit(benchmark::kMillisecond);

void Limit(benchmark::State& state) {
  const Events events = events_of(simulate(region(), options()));
  const std::int64_t months = region().time.cycles();
  // Nobody is here for whom there is no room: at most the mean over months, and one in two more.
  Columns columns(region(), static_cast<std::size_t>(events.months / months * 3 / 2));
  if (limit(events, months, columns) != least_work(events)) {
    throw std::runtime_error("the limit did other work than the engine's events ask for");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(limit(events, months, columns));
    benchmark::ClobberMemory();
  }
  report(state, events, least_work(events));
}
BENCHMARK(Limit)->Unit(benchmark::kMillisecond);

}  // namespace
