// Claim: docs/performance.md gives person-sample settlements a second, and settlements of single cases a second.
//
// Workload W3, as published runs of Oasis ktools have it: 20,000 persons x 100 samples, each person cut at 50,000, then
// half of what a sample costs together above an attachment, up to a limit; here with who bears each person's spending.
// 16 MB of spending do not fit in a core's own cache. Spending is drawn once from a fixed integer recurrence, about one
// person in a hundred above the cap; the attachment lies so that some samples stay under it and some reach the limit.
// Before the clock starts the settlement of every sample is compared with settle() on its persons, and the parts of
// every person are added up. PlainLoop and PlainLoopBearing are what one writes by hand for this one contract: the
// ratio is that of equal work.

#include "waterbed/contracts/settle_many.hpp"
#include "waterbed/contracts/settle_samples.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace {

using waterbed::Money;
using waterbed::Rate;

constexpr std::size_t k_persons = 20'000;
constexpr std::size_t k_samples = 100;
constexpr std::int64_t k_euro = Money::k_micro_per_euro;
constexpr std::int64_t k_cap = 50'000 * k_euro;
constexpr std::int64_t k_attachment = 203'000'000 * k_euro;
constexpr std::int64_t k_limit = 2'000'000 * k_euro;

const std::vector<Money>& spending() {
  static const std::vector<Money> amounts = [] {
    std::vector<Money> made(k_persons * k_samples);
    std::uint64_t state = 3;
    std::int64_t level = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      if (i % k_persons == 0) {
        level = static_cast<std::int64_t>((state >> 40) % 11) * 40 * k_euro;  // some samples are dear years
      }
      // 1 to 8 equal steps of at most 7,300: many small amounts, some large.
      const auto steps = static_cast<std::int64_t>(1 + ((state >> 60) & 7U) * ((state >> 57) & 1U));
      made[i] = Money{level + steps * static_cast<std::int64_t>((state >> 20) % 7'300'000'000U)};
    }
    return made;
  }();
  return amounts;
}

waterbed::Contract workload() {
  waterbed::Truncate truncate;
  truncate.amount = Money{k_cap};
  waterbed::Limit limit;
  limit.down.push_back({waterbed::LimitBase::amount, {}, Money{k_limit}});
  waterbed::Contract contract;
  contract.name = "W3";
  contract.payer = "payer";
  contract.holder = "holder";
  contract.terms = {truncate, waterbed::Reference{{waterbed::Given{}}},
                    waterbed::Layers{{}, {{{}, waterbed::Share::of(Rate{Rate::k_one / 2})}}}, limit};
  return contract;
}

waterbed::Facts facts() {
  waterbed::Facts known;
  known.person_time = waterbed::PersonTime{k_persons, 1};
  known.benchmark_per_person_year = Money{k_attachment / static_cast<std::int64_t>(k_persons)};
  return known;
}

struct Columns {
  std::vector<Money> payer = std::vector<Money>(spending().size());
  std::vector<Money> holder = std::vector<Money>(spending().size());
  std::vector<Money> reinsurer = std::vector<Money>(spending().size());
};

/// Throws unless every sample is settled to the cent and every person's parts add up.
void check(const Columns& columns, const waterbed::ManySettlements& many) {
  std::size_t nothing = 0;
  std::size_t at_limit = 0;
  for (std::size_t sample = 0; sample < k_samples; ++sample) {
    waterbed::Facts one = facts();
    one.counted.persons = std::span(spending()).subspan(sample * k_persons, k_persons);
    const Money expected = settle(workload(), one, waterbed::Detail::amounts).settlement;
    Money held;
    for (std::size_t i = sample * k_persons; i < (sample + 1) * k_persons; ++i) {
      held += columns.holder[i];
      if (columns.payer[i] + columns.holder[i] + columns.reinsurer[i] != spending()[i]) {
        throw std::runtime_error("the parts of a person do not add up");
      }
    }
    if (many.settlement[sample] != expected || held != -expected) {
      throw std::runtime_error("a sample is not settled as settle() settles it");
    }
    nothing += expected == Money{} ? 1U : 0U;
    at_limit += expected == Money{-k_limit} ? 1U : 0U;
  }
  if (nothing == 0 || at_limit == 0 || nothing + at_limit == k_samples) {
    throw std::runtime_error("the workload must hold samples under the attachment, in the layer and at the limit");
  }
}

void report(benchmark::State& state, double bytes_per_person_sample) {
  const auto work = static_cast<double>(k_persons * k_samples);
  state.counters["person_samples"] = benchmark::Counter(work, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes_per_person_sample"] = bytes_per_person_sample;
}

void SettleSamplesBearing(benchmark::State& state) {
  Columns columns;
  const waterbed::SampledSpend samples{spending(), k_persons};
  const waterbed::Bearers bearers{columns.payer, columns.holder, columns.reinsurer};
  const waterbed::Contract contract = workload();
  const waterbed::Facts known = facts();
  check(columns, settle_samples(contract, known, samples, bearers));
  for (auto _ : state) {
    benchmark::DoNotOptimize(settle_samples(contract, known, samples, bearers));
    benchmark::ClobberMemory();
  }
  report(state, 32.0);
}
BENCHMARK(SettleSamplesBearing)->Unit(benchmark::kMillisecond);

void SettleSamples(benchmark::State& state) {
  const waterbed::SampledSpend samples{spending(), k_persons};
  const waterbed::Contract contract = workload();
  const waterbed::Facts known = facts();
  for (auto _ : state) {
    benchmark::DoNotOptimize(settle_samples(contract, known, samples));
  }
  report(state, 8.0);
}
BENCHMARK(SettleSamples)->Unit(benchmark::kMillisecond);

/// Counted spending and what the holder owes, by hand.
struct Plain {
  std::int64_t counted = 0;
  std::int64_t owed = 0;
};

Plain plain_sample(std::span<const Money> persons) {
  Plain sample;
  for (const Money& person : persons) {
    sample.counted += std::min(person.micro, k_cap);
  }
  const std::int64_t half = std::min(std::max<std::int64_t>(sample.counted - k_attachment, 0) / 2, k_limit);
  sample.owed = (half + Money::k_micro_per_cent / 2) / Money::k_micro_per_cent * Money::k_micro_per_cent;
  return sample;
}

void PlainLoop(benchmark::State& state) {
  std::vector<std::int64_t> owed(k_samples);
  for (auto _ : state) {
    for (std::size_t sample = 0; sample < k_samples; ++sample) {
      owed[sample] = plain_sample(std::span(spending()).subspan(sample * k_persons, k_persons)).owed;
    }
    benchmark::DoNotOptimize(owed.data());
    benchmark::ClobberMemory();
  }
  report(state, 8.0);
}
BENCHMARK(PlainLoop)->Unit(benchmark::kMillisecond);

void PlainLoopBearing(benchmark::State& state) {
  __extension__ using Wide = __int128;
  Columns columns;
  for (auto _ : state) {
    for (std::size_t sample = 0; sample < k_samples; ++sample) {
      const Plain found = plain_sample(std::span(spending()).subspan(sample * k_persons, k_persons));
      std::int64_t upto = 0;
      std::int64_t given = 0;
      for (std::size_t i = sample * k_persons; i < (sample + 1) * k_persons; ++i) {
        upto += std::min(spending()[i].micro, k_cap);
        const auto owed = static_cast<std::int64_t>(static_cast<Wide>(found.owed) * upto / found.counted);
        columns.holder[i] = Money{owed - given};
        columns.reinsurer[i] = Money{};
        columns.payer[i] = spending()[i] - columns.holder[i];
        given = owed;
      }
    }
    benchmark::DoNotOptimize(columns.payer.data());
    benchmark::ClobberMemory();
  }
  report(state, 32.0);
}
BENCHMARK(PlainLoopBearing)->Unit(benchmark::kMillisecond);

/// Cases that differ in counted total, quality and size, with a gate, corridors, limits, quality and sequestration.
void SettleMany(benchmark::State& state) {
  waterbed::Contract contract = workload();
  waterbed::Adjust adjust;
  adjust.sequestration = Rate{Rate::k_one / 50};
  waterbed::Quality quality;
  quality.met = waterbed::QualityFactor::of_score();
  quality.alternative = quality.met;
  quality.failed = quality.met;
  const waterbed::Share half = waterbed::Share::of(Rate{Rate::k_one / 2});
  const waterbed::LimitPart tenth{waterbed::LimitBase::reference, {Rate{Rate::k_one / 10}}, {}};
  contract.terms = {waterbed::Reference{{waterbed::Given{}}},
                    waterbed::Gate{Rate{Rate::k_one / 50}, Rate{Rate::k_one / 50}},
                    waterbed::Layers{{{Rate{Rate::k_one / 20}, half}, {{}, half}}, {{{}, half}}},
                    quality,
                    waterbed::Limit{{tenth}, {tenth}},
                    adjust};
  constexpr std::size_t k_cases = 10'000;
  std::vector<double> counted(k_cases);
  std::vector<double> score(k_cases);
  for (std::size_t i = 0; i < k_cases; ++i) {
    counted[i] = 130e6 + 4e3 * static_cast<double>(i);
    score[i] = static_cast<double>(i % 101) / 100.0;
  }
  const std::vector<waterbed::FactColumn> columns = {{"counted", counted}, {"quality_score", score}};
  const waterbed::ManySettlements many = settle_many(contract, facts(), columns);
  for (std::size_t i = 0; i < k_cases; i += 97) {
    waterbed::Facts one = facts();
    one.counted.total = Money::from_euro(counted[i]);
    one.quality_score = Rate::from_double(score[i]);
    if (settle(contract, one, waterbed::Detail::amounts).total() != many.total[i]) {
      throw std::runtime_error("a case is not settled as settle() settles it");
    }
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(settle_many(contract, facts(), columns));
  }
  state.counters["cases"] = benchmark::Counter(k_cases, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(SettleMany)->Unit(benchmark::kMillisecond);

}  // namespace
