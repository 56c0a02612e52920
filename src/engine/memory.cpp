// What a run takes, counted from the sizes of the model: before it starts, so that a machine that is too small is told.

#include "memory.hpp"

#include "core/memory.hpp"
#include "core/parallel.hpp"
#include "person_columns.hpp"
#include "state.hpp"
#include "waterbed/core/error.hpp"
#include "year_end.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace waterbed {
namespace {

using engine::Token;

template <class T>
constexpr std::int64_t size_of() {
  return static_cast<std::int64_t>(sizeof(T));
}

template <class Container>
std::int64_t count_of(const Container& container) {
  return static_cast<std::int64_t>(container.size());
}

/// What ArmState holds of each person, in the arm with most of it.
std::int64_t state_of_person(const Model& model) {
  std::int64_t most = 0;
  for (const ArmModel& arm : model.arms) {
    most = std::max(most, engine::bytes_of(engine::person_columns(model, arm)));
  }
  return most;
}

/// Episodes held at a time at expected flows: those that begin in a cycle are held by blocks and by the arm, in vectors
/// that grow by doubling; as many go on in later cycles; and some wait.
double episodes_held(const Model& model) {
  const auto years = static_cast<std::size_t>(model.time.years);
  double most = 0.0;
  for (std::size_t year = 0; year < years; ++year) {
    const auto part = [&](const std::vector<double>& of_years) {
      const auto size = static_cast<std::ptrdiff_t>(of_years.size() / years);
      return std::span(of_years).subspan(year * of_years.size() / years, static_cast<std::size_t>(size));
    };
    const auto needs = part(model.expected_needs);
    const auto first = part(model.expected_first);
    const double begun = std::accumulate(needs.begin(), needs.end(), 0.0) / model.time.cycles_per_year;
    double waiting = 0.0;
    for (std::size_t s = 0; s < first.size(); ++s) {
      waiting += first[s] * model.network.settings[s].reference_wait_days / model.time.days_per_year();
    }
    most = std::max(most, 6.0 * begun + 2.0 * waiting);
  }
  return most;
}

/// An arm of a replication in flight.
std::int64_t state_of(const Model& model) {
  return model.people.size() * state_of_person(model) +
         static_cast<std::int64_t>(episodes_held(model)) * size_of<Token>() +
         count_of(model.network.options) * 4 * size_of<double>() + count_of(model.network.rows) * 8 * size_of<double>();
}

/// What a replication keeps for all arms through the burn-in: who belongs to which contract, and each person's spending
/// in the years that settlements look back on, where they need it.
std::int64_t looking_back(const Model& model) {
  std::int64_t per_person = 0;
  std::int64_t years = 0;
  for (const ArmModel& arm : model.arms) {
    per_person += engine::bytes_of(engine::contract_columns(arm));
    if (std::any_of(arm.contracts.begin(), arm.contracts.end(), [](const auto& one) { return one.by_person; })) {
      per_person += model.time.base_years * size_of<Money>();
      years = model.time.years;
    }
  }
  return model.people.size() * (per_person + years * size_of<Money>());
}

/// An arm's tables of one replication, twice: while they are joined they are in the whole and in its parts.
std::int64_t results_of_replication(const Model& model) {
  std::int64_t cells = 0;
  for (const TableInfo& info : engine::table_infos(model)) {
    cells += static_cast<std::int64_t>(info.cells());
  }
  return 2 * cells * size_of<std::int64_t>();
}

/// What a run may take beside the model.
std::int64_t allowed_for(const RunOptions& options) {
  return options.memory_limit > 0 ? options.memory_limit : available_memory();
}

std::int64_t replications_of(const Model& model, const RunOptions& options) {
  return options.replications > 0 ? options.replications : model.default_replications;
}

}  // namespace

std::int64_t engine::memory_of_people(const Model& model) {
  constexpr std::int64_t k_columns = 24;  // of People, and the route
  return model.people.size() * (k_columns + 2 * static_cast<std::int64_t>(model.health.conditions));
}

std::int64_t engine::memory_of_run(const Model& model, const RunOptions& options, Index variants, Index together) {
  const std::int64_t replications = replications_of(model, options);
  const std::int64_t in_flight =
      std::min<std::int64_t>(thread_count(options.threads), std::max<std::int64_t>(1, replications));
  // The last variants take over the state of the burn-in; those before them work on copies.
  const std::int64_t states = together + (variants > together ? 1 : 0);
  return in_flight * (states * state_of(model) + looking_back(model)) +
         replications * variants * results_of_replication(model);
}

Index engine::variants_together(const Model& model, const RunOptions& options, Index variants) {
  const std::int64_t allowed = allowed_for(options);
  Index together = variants;
  while (together > 1 && memory_of_run(model, options, variants, together) > allowed) {
    --together;
  }
  return together;
}

void engine::check_memory(const Model& model, const RunOptions& options, Index variants) {
  const std::int64_t needed = memory_of_run(model, options, variants, 1);
  const std::int64_t allowed = allowed_for(options);
  if (needed > allowed) {
    throw InvalidArgument("memory_limit",
                          "must be at least " + readable_bytes(needed) + " for " + std::to_string(model.people.size()) +
                              " persons; fewer threads, arms, replications or persons take less",
                          readable_bytes(allowed) + (options.memory_limit > 0 ? "" : " free on this machine"));
  }
}

std::int64_t memory_needed(const Model& model, const RunOptions& options) {
  const auto arms = static_cast<Index>(options.arms.empty() ? model.arms.size() : options.arms.size());
  return engine::memory_of_people(model) +
         engine::memory_of_run(model, options, arms, engine::variants_together(model, options, arms));
}

void check_results_memory(const Model& model, Index arms, std::int64_t replications) {
  const std::int64_t each = arms * results_of_replication(model);
  const std::int64_t allowed = available_memory();
  if (const std::int64_t most = allowed / each; replications > most) {
    throw InvalidArgument("replications",
                          "must be at most " + std::to_string(most) + ": results of a replication take " +
                              readable_bytes(each) + " while blocks are joined, with " + std::to_string(arms) +
                              (arms == 1 ? " arm" : " arms") + ", and " + readable_bytes(allowed) +
                              " are free on this machine",
                          std::to_string(replications));
  }
}

}  // namespace waterbed
