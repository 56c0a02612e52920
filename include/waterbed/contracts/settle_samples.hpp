#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/settle_many.hpp"
#include "waterbed/core/money.hpp"

#include <cstddef>
#include <span>

namespace waterbed {

/// Spending of the same persons (or episodes) in many samples of one year.
struct SampledSpend {
  std::span<const Money> spending;  ///< shape (samples, persons), row-major: the persons of a sample lie together
  std::ptrdiff_t persons = 0;       ///< above 0 and a divisor of the length of `spending`
};

/// Who bears each person's spending; written by settle_samples. Either all empty or all of the shape of the spending.
///
/// The three add up to the spending of each person, to the micro-euro. The reinsurer bears its share of the layer above
/// `attach`: the sum of a sample, rounded to the micro-euro, in proportion to what each person has in the layer. The
/// holder bears what it owes, or with a minus sign gets, by the settlement as paid, in proportion to what counts of
/// each person (after truncation and reinsurance, credits as zero; nobody counts: in equal parts). The payer bears the
/// rest. Proportions are cut to whole micro-euro along the persons, so parts add up exactly and are within 2 micro-euro
/// of their exact size. Premiums are between holder and reinsurer and not part of any person's spending.
struct Bearers {
  std::span<Money> payer;
  std::span<Money> holder;
  std::span<Money> reinsurer;
};

/// Settles one year of a contract in every sample: the same cents as settle() with the sample's persons.
///
/// Integers throughout; sums in 128 bits. Facts hold in every sample; what they say of counted spending is not used.
/// Cost: linear, some nanoseconds a person; truncation by percentile sorts each sample.
/// @param bearers  empty spans: not wanted
/// @throws InvalidArgument if a shape does not fit or the contract shares nothing on counted spending; FactsError;
///         std::overflow_error if the spending of a sample is past +-9.2e12 EUR
ManySettlements settle_samples(const Contract& contract, const Facts& facts, const SampledSpend& samples,
                               const Bearers& bearers = {});

}  // namespace waterbed
