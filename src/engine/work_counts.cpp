#include "waterbed/engine/work_counts.hpp"

#include "recorder.hpp"
#include "waterbed/core/error.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace waterbed {
namespace {

using engine::ArmState;
using engine::Delivered;

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// What one pass over something takes.
struct Each {
  std::int64_t look_ups = 0;
  std::int64_t compares = 0;
  std::int64_t additions = 0;
};
// Three words against marks and a date, and the QALYs of the cycle (draw_marked(), live()).
constexpr Each k_person{.look_ups = 5, .compares = 4, .additions = 1};
// Presence, entry, exit and birthday; the cycle is taken back and lived again (one_person()).
constexpr Each k_looked_at{.look_ups = 4, .compares = 4, .additions = 2};
// Its need, practice and route; the fate of it.
constexpr Each k_need{.look_ups = 3, .compares = 1, .additions = 1};
// The row, its option, and whether practice has moved there; the move.
constexpr Each k_choice{.look_ups = 3, .compares = 1, .additions = 1};
// From and to which word the service is brought.
constexpr Each k_service_looked_at{.look_ups = 1, .compares = 2, .additions = 0};
// A month in a queue: the lot in its order, room and closed payers.
constexpr Each k_request{.look_ups = 1, .compares = 3, .additions = 0};
// Persons admitted, days waited, the queue's own count.
constexpr Each k_admission{.look_ups = 1, .compares = 0, .additions = 3};

class WorkRecorder : public engine::Recorder {
 public:
  WorkRecorder(const Model& model, WorkCounts& work) : model_(model), work_(work) {}

  [[nodiscard]] bool any_order() const override { return true; }
  void deliver(const ArmState& /*state*/, const Delivered& delivered) override {
    const auto row = at(delivered.token.row);
    const bool is_visit = delivered.attached < 0;
    (is_visit ? work_.visits : work_.services) += 1;
    work_.units += delivered.units;
    if (is_visit) {
      work_.services_looked_at += model_.network.rows[row].attached;
    }
    const auto counters = std::count_if(model_.spend.begin(), model_.spend.end(), [&](const SpendAccumulator& one) {
      return (is_visit ? one.counts_row[row] : one.counts_attached[at(delivered.attached)]) != 0;
    });
    const auto uses = std::count_if(model_.use.begin(), model_.use.end(), [&](const UseCounter& one) {
      return (is_visit ? one.row[row] : one.attached[at(delivered.attached)]) != 0;
    });
    // Of a visit the row, its setting and its price; of a service itself and its price. Whether each counter counts it.
    work_.look_ups += (is_visit ? 3 : 2) + std::ssize(model_.spend) + std::ssize(model_.use);
    // Units, the value of a visit at list prices, the payment, and whoever counts it.
    work_.additions += (is_visit ? 2 : 1) + (delivered.pay.slot >= 0 ? 1 : 0) + counters + uses;
  }
  void end_cycle(const ArmState& state) override { work_.needs += std::ssize(state.begun); }
  void end_year(const ArmState& state) override {
    const engine::YearCounts& year = state.year;
    work_.choices += std::accumulate(year.moves.begin(), year.moves.end(), std::int64_t{0});
    work_.admissions += std::accumulate(year.admitted.begin(), year.admitted.end(), std::int64_t{0});
  }

 private:
  const Model& model_;
  WorkCounts& work_;
};

}  // namespace

std::int64_t WorkCounts::all_draws() const { return std::accumulate(draws.begin(), draws.end(), std::int64_t{0}); }

void engine::count_names(WorkCounts& work, const DrawBatch& named) {
  for (std::size_t i = 0; i < named.size(); ++i) {
    work.draws[named[i][3] / k_cycle_limit] += 1;
  }
}

WorkCounts work_counts(const Model& model, const RunOptions& options) {
  if (options.arms.size() > 1) {
    throw InvalidArgument("arms", "must name one arm at most", std::to_string(options.arms.size()) + " arms");
  }
  const engine::Recording recording =
      engine::recording_of(model, {.arm = options.arms.empty() ? "" : options.arms.front(),
                                   .replication = options.first_replication,
                                   .seed = options.seed});
  WorkCounts work;
  WorkRecorder recorder(model, work);
  engine::Watched watched = recording.watched;
  watched.threads = 1;  // whoever counts does it alone
  watched.work = &work;
  engine::watch(model, watched, recorder);
  const auto add = [&](const Each& each, std::int64_t times) {
    work.look_ups += each.look_ups * times;
    work.compares += each.compares * times;
    work.additions += each.additions * times;
  };
  add(k_person, work.persons);
  add(k_looked_at, work.looked_at);
  add(k_need, work.needs);
  add(k_choice, work.choices);
  add(k_service_looked_at, work.services_looked_at);
  add(k_request, work.of(Purpose::admission_order));
  add(k_admission, work.admissions);
  return work;
}

}  // namespace waterbed
