#include "recorder.hpp"

#include "waterbed/core/error.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

void require(bool holds, const char* name, const std::string& rule, const std::string& got) {
  if (!holds) {
    throw InvalidArgument(name, rule, got);
  }
}

}  // namespace

Recording recording_of(const Model& model, const RecordOptions& options) {
  constexpr std::int64_t k_most = std::numeric_limits<std::int32_t>::max();
  require(options.replication >= 0 && options.replication <= k_most, "replication",
          "must be in [0, " + std::to_string(k_most) + "]", std::to_string(options.replication));
  require(options.threads >= 0 && options.threads <= 1024, "threads", "must be in [0, 1024]",
          std::to_string(options.threads));
  Recording recording;
  Watched& watched = recording.watched;
  watched.arm = model.baseline;
  if (!options.arm.empty()) {
    const auto found = std::ranges::find(model.arms, options.arm, &ArmModel::name);
    require(found != model.arms.end(), "arm", "must name an arm of the scenario", options.arm);
    watched.arm = static_cast<int>(found - model.arms.begin());
  }
  watched.replication = static_cast<std::uint32_t>(options.replication);
  watched.seed = options.seed.value_or(model.default_seed);
  watched.threads = options.threads;

  const TimeGrid& time = model.time;
  const int first = time.start_year - time.burn_in_years();
  const int last = time.start_year + time.years - 1;
  recording.years.assign(at(time.burn_in_years() + time.years), 0);
  if (options.years.empty()) {
    std::fill(recording.years.begin() + time.burn_in_years(), recording.years.end(), std::uint8_t{1});
  }
  for (const int year : options.years) {
    require(year >= first && year <= last, "years",
            "must be simulated, " + std::to_string(first) + " to " + std::to_string(last), std::to_string(year));
    recording.years[at(year - first)] = 1;
  }
  const auto end = std::find(recording.years.rbegin(), recording.years.rend(), 1).base();
  watched.until_cycle = static_cast<int>(end - recording.years.begin()) * time.cycles_per_year;
  return recording;
}

}  // namespace waterbed::engine
