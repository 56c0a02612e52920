// Replaces operator new for this whole binary, which is why it is one of its own. What Eigen takes for matrices goes
// past it: the engine makes matrices only when incentives are retaken, which is counted apart.

#include "engine/recorder.hpp"
#include "support/region.hpp"
#include "support/sharing.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <ostream>
#include <string>
#include <vector>

namespace {

std::int64_t calls_of_new = 0;  // runs here have one thread

void* counted(std::size_t size, std::size_t alignment) noexcept {
  calls_of_new += 1;
  // A multiple of the alignment, as aligned_alloc() asks.
  return std::aligned_alloc(alignment, std::max<std::size_t>(1, (size + alignment - 1) / alignment) * alignment);
}

void* counted_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = counted(size, alignment);
  if (memory == nullptr) {
    throw std::bad_alloc{};
  }
  return memory;
}

constexpr std::size_t k_usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

// All of them: std::stable_sort() asks for room without throwing, and what one gives the others must take.
void* operator new(std::size_t size) { return counted_or_throw(size, k_usual); }
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept { return counted(size, k_usual); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t& /*tag*/) noexcept {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/, const std::nothrow_t& /*tag*/) noexcept {
  std::free(memory);
}

namespace {

using waterbed::Model;

constexpr std::size_t at(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

/// Counts calls of operator new in every cycle: while incentives are retaken, and in the rest of it.
class AllocationRecorder : public waterbed::engine::Recorder {
 public:
  explicit AllocationRecorder(const Model& model) : in_retake(at(model.time.cycles()), 0), in_rest(in_retake) {}

  [[nodiscard]] bool any_order() const override { return true; }
  // What is made for a year that begins, before its first cycle, is between end_year() and here.
  void begin_year(const waterbed::engine::ArmState& /*state*/) override { from_ = calls_of_new; }
  void retake(const waterbed::engine::ArmState& state) override { in_retake[at(state.cycle)] = since_last(); }
  void end_cycle(const waterbed::engine::ArmState& state) override {
    in_rest[at(state.cycle)] = since_last();
    selects = selects || !state.selection.empty();
  }

  std::vector<std::int64_t> in_retake;  ///< [cycle] and what comes before it in the cycle
  std::vector<std::int64_t> in_rest;    ///< [cycle]
  bool selects = false;                 ///< patients, in some cycle

 private:
  std::int64_t since_last() {
    const std::int64_t before = from_;
    from_ = calls_of_new;
    return from_ - before;
  }

  std::int64_t from_ = 0;
};

struct Calls {
  std::int64_t first_cycle = 0;       ///< of the whole run: nothing has room yet
  std::vector<std::int64_t> months;   ///< [cycle after the first performance year]
  std::vector<std::int64_t> retakes;  ///< [cycle after the first performance year] 0 where none is due
};

Calls calls_of(waterbed::Scenario scenario, double share, const std::string& arm) {
  waterbed::support::trim(scenario, share);
  scenario.time.years = 4;
  const Model model = waterbed::compile(scenario);
  const auto found = std::ranges::find(model.arms, arm, &waterbed::ArmModel::name);
  EXPECT_NE(found, model.arms.end());
  AllocationRecorder recorder(model);
  waterbed::engine::watch(
      model, {.arm = static_cast<int>(found - model.arms.begin()), .seed = 7, .until_cycle = model.time.cycles()},
      recorder);
  EXPECT_EQ(recorder.selects, scenario.behaviour.selection_per_1000 != 0.0);
  const auto warm = model.time.burn_in_cycles() + model.time.cycles_per_year;
  return {.first_cycle = recorder.in_rest.front(),
          .months = {recorder.in_rest.begin() + warm, recorder.in_rest.end()},
          .retakes = {recorder.in_retake.begin() + warm, recorder.in_retake.end()}};
}

struct Case {
  std::string scenario;
  double share = 1.0;  ///< of its people
  std::string arm;
  friend std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.scenario << ", " << one.arm; }
};

class MonthlyLoop : public testing::TestWithParam<Case> {};

TEST_P(MonthlyLoop, AllocatesNothingAfterTheFirstYear) {
  const Calls calls = calls_of(waterbed::support::shipped(GetParam().scenario), GetParam().share, GetParam().arm);
  EXPECT_GT(calls.first_cycle, 0) << "nothing is counted";
  EXPECT_EQ(calls.months, std::vector<std::int64_t>(36, 0));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, MonthlyLoop,
                         testing::Values(Case{"two_clinics", 0.2, "usual"}, Case{"two_clinics", 0.2, "shared_savings"},
                                         Case{"leuven", 0.05, "usual"}, Case{"leuven", 0.05, "squeezed_hospitals"},
                                         Case{"leiden_region", 0.02, "shared_savings"},
                                         Case{"leiden_programmes", 0.02, "proactive_care"},
                                         // Changes hazards.
                                         Case{"leiden_programmes", 0.1, "fall_prevention"}));

TEST(Selection, AllocatesNothingAfterTheFirstYear) {
  waterbed::Scenario scenario = waterbed::support::shipped("two_clinics");
  scenario.behaviour.selection_per_1000 = -0.5;
  waterbed::support::term_of<waterbed::Scope>(waterbed::support::contract_of(scenario, "gp_shared_savings"))
      .attribution = {.rule = waterbed::AttributionRule::plurality_visits, .by = {"gp_consult"}};
  EXPECT_EQ(calls_of(scenario, 0.2, "shared_savings").months, std::vector<std::int64_t>(36, 0));
}

/// Arms that go through each cycle together, in a run that nobody watches: progress is told after each.
TEST(ArmsTogether, AllocateNothingFromMonthToMonth) {
  waterbed::Scenario scenario = waterbed::support::shipped("two_clinics");
  waterbed::support::trim(scenario, 0.2);
  scenario.time.years = 3;
  const Model model = waterbed::compile(scenario);
  const auto arms = std::ssize(model.arms);
  ASSERT_EQ(arms, 3);
  std::vector<std::int64_t> calls(
      at(model.time.burn_in_cycles() + arms * (model.time.cycles() - model.time.burn_in_cycles())));
  const waterbed::Progress note = [&](const waterbed::ProgressReport& progress) {
    calls[at(progress.done - 1)] = calls_of_new;
  };
  (void)simulate(model, {.replications = 1, .seed = 7, .threads = 1}, note);
  int months = 0;
  for (int cycle = model.time.burn_in_cycles() + model.time.cycles_per_year; cycle < model.time.cycles(); ++cycle) {
    if (cycle % model.behaviour.refresh_cycles != 0) {  // nor does a year begin
      const std::ptrdiff_t first = model.time.burn_in_cycles() + arms * (cycle - model.time.burn_in_cycles());
      EXPECT_EQ(calls[at(first)] - calls[at(first - 1)], 0) << "cycle " << cycle;
      ++months;
    }
  }
  EXPECT_EQ(months, 16);
}

TEST(Retake, AllocatesNoMoreForMorePeople) {
  const auto most = [](const Calls& calls) { return *std::max_element(calls.retakes.begin(), calls.retakes.end()); };
  const std::int64_t few = most(calls_of(waterbed::support::shipped("two_clinics"), 0.1, "shared_savings"));
  EXPECT_GT(few, 0);
  EXPECT_EQ(most(calls_of(waterbed::support::shipped("two_clinics"), 0.4, "shared_savings")), few);
}

}  // namespace
