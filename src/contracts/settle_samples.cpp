#include "waterbed/contracts/settle_samples.hpp"

#include "apportion.hpp"
#include "counted_spend.hpp"
#include "exact.hpp"
#include "many_rows.hpp"
#include "sample_sums.hpp"
#include "settle_checked.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/core/error.hpp"

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace waterbed {
namespace {

using internal::Exact;
using internal::PersonTerms;
using internal::SampleSums;

constexpr std::int64_t k_most = std::numeric_limits<std::int64_t>::max();

void check_shapes(const Contract& contract, const SampledSpend& samples, const Bearers& bearers) {
  const std::size_t size = samples.spending.size();
  if (samples.persons <= 0 || size % static_cast<std::size_t>(samples.persons) != 0) {
    throw InvalidArgument("samples.persons", "must be above 0 and divide the " + std::to_string(size) + " amounts",
                          std::to_string(samples.persons));
  }
  for (const std::span<Money> part : {bearers.payer, bearers.holder, bearers.reinsurer}) {
    if (part.size() != bearers.payer.size() || (!part.empty() && part.size() != size)) {
      throw InvalidArgument("bearers", "must all be empty or hold " + std::to_string(size) + " amounts",
                            std::to_string(part.size()));
    }
  }
  if (find_term<Layers>(contract) == nullptr || find_term<Reference>(contract) == nullptr) {
    throw InvalidArgument("contract", "must share counted spending by reference and layers", contract.name);
  }
}

/// The terms on one person; a level that is a percentile is taken of the sample.
PersonTerms person_terms(const Contract& contract, std::span<const Money> persons) {
  PersonTerms terms;
  if (const Truncate* truncate = find_term<Truncate>(contract)) {
    const bool fixed = truncate->amount && !truncate->low_percentile;
    const CutLevels levels = fixed ? CutLevels{.high = truncate->amount} : cut_levels(*truncate, persons);
    terms.low = levels.low ? levels.low->micro : terms.low;
    terms.high = levels.high ? levels.high->micro : terms.high;
  }
  if (const Reinsure* reinsure = find_term<Reinsure>(contract)) {
    terms.reinsured = true;
    terms.attach = reinsure->attach.micro;
    if (reinsure->limit && reinsure->limit->micro < k_most - terms.attach) {
      terms.end = terms.attach + reinsure->limit->micro;
    }
  }
  return terms;
}

std::int64_t narrow(internal::WideInteger sum) {
  if (sum > k_most) {
    throw std::overflow_error("spending of a sample is out of range");
  }
  return static_cast<std::int64_t>(sum);
}

/// What the sums of a sample say of it; borne by the reinsurer before rounding.
struct Sample {
  SampleSums sums;
  Exact borne = 0;
};

Exact counted_of(const Sample& sample, const Contract& contract, const Facts& facts) {
  Exact counted = Exact(internal::BigInteger(sample.sums.cut)) - sample.borne;
  if (const Reinsure* reinsure = find_term<Reinsure>(contract)) {
    counted += internal::fraction(reinsure->premium) * Exact(facts.person_time->cycles, facts.person_time->per_year);
  }
  return counted;
}

/// One sample's part of the three columns.
struct Row {
  Money* payer = nullptr;
  Money* holder = nullptr;
  Money* reinsurer = nullptr;
};

void bear(std::span<const Money> persons, const PersonTerms& terms, const Sample& sample, Money settlement,
          const Row& row) {
  const std::int64_t borne = internal::rounded(sample.borne, 1).micro;
  const std::int64_t layer = narrow(sample.sums.layer);
  const std::int64_t counts = narrow(sample.sums.positive) - borne;
  const std::int64_t sign = settlement.micro < 0 ? 1 : -1;  // what is owed is borne by the holder
  internal::Apportioner reinsured(borne, layer > 0 ? layer : 1);
  internal::Apportioner held(-sign * settlement.micro, counts > 0 ? counts : static_cast<std::int64_t>(persons.size()));
  for (std::size_t i = 0; i < persons.size(); ++i) {
    const std::int64_t spent = persons[i].micro;
    const std::int64_t cut = terms.cut(spent);
    const std::int64_t above = terms.reinsured ? reinsured.next(terms.layer(cut)) : 0;
    const std::int64_t weight = counts > 0 ? (cut > 0 ? cut - above : 0) : 1;
    const std::int64_t owed = sign * held.next(weight);
    row.reinsurer[i] = Money{above};
    row.holder[i] = Money{owed};
    row.payer[i] = Money{spent - above - owed};
  }
}

}  // namespace

ManySettlements settle_samples(const Contract& contract, const Facts& facts, const SampledSpend& samples,
                               const Bearers& bearers) {
  check_shapes(contract, samples, bearers);
  const auto persons = static_cast<std::size_t>(samples.persons);
  const std::size_t rows = samples.spending.size() / persons;
  ManySettlements table = internal::empty_table(contract, rows);
  if (rows == 0) {
    return table;
  }
  Facts known = facts;
  known.counted = CountedSpend{};
  known.counted.persons = samples.spending.first(persons);
  if (auto problems = check_facts(contract, known); !problems.empty()) {
    throw FactsError(std::move(problems));
  }
  for (std::size_t first = 0; first < samples.spending.size(); first += persons) {
    const std::span<const Money> spending = samples.spending.subspan(first, persons);
    const PersonTerms terms = person_terms(contract, spending);
    Sample sample{internal::sum_sample(spending, terms), 0};
    if (const Reinsure* reinsure = find_term<Reinsure>(contract)) {
      sample.borne = Exact(internal::BigInteger(sample.sums.layer)) * internal::fraction(reinsure->share);
    }
    const Exact counted = counted_of(sample, contract, facts);
    const Settlement settled = internal::settle_checked(contract, known, &counted, Detail::amounts);
    internal::append(table, settled);
    if (!bearers.payer.empty()) {
      bear(spending, terms, sample, settled.settlement,
           {bearers.payer.data() + first, bearers.holder.data() + first, bearers.reinsurer.data() + first});
    }
  }
  return table;
}

}  // namespace waterbed
