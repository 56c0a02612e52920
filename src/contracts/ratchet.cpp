#include "waterbed/contracts/ratchet.hpp"

#include "overlay.hpp"
#include "waterbed/core/math.hpp"

#include <cmath>
#include <utility>

namespace waterbed {
namespace {

/// discount^years, with the same bits everywhere.
double discounted(double discount, double years) {
  return years == 0.0 || discount == 1.0 ? 1.0 : discount > 0.0 ? exact::exp(years * exact::log(discount)) : 0.0;
}

}  // namespace

double ratchet_return(double weight, double trend, double given_up, double discount,
                      const std::vector<RatchetYear>& years) {
  double worth = 0.0;
  for (const RatchetYear& year : years) {
    worth += discounted(discount, year.years_later) * year.worth;
  }
  return weight * trend * (1.0 - given_up) * worth;
}

double benchmark_slope(const Contract& contract, const Facts& facts, std::size_t base_year, double savings_fall) {
  std::vector<FactProblem> problems;
  internal::check_overlay_facts(contract, facts, false, problems);
  if (!problems.empty()) {
    throw FactsError(std::move(problems));
  }
  const internal::Exact now = internal::resolve_overlay(contract, facts).benchmark;
  const Money euro{Money::k_micro_per_euro};
  // Benchmarks are exact, so the difference of one euro is the slope; only a cap within that euro would blur it.
  // A euro beside amounts per person would be a second form of the same spending.
  const CountedSpend& given = facts.base_years.at(base_year).counted;
  if (!given.persons.empty() || !given.groups.empty()) {
    throw FactsError({{"base_years[" + std::to_string(base_year) + "].counted",
                       "must be given as a total: the slope is that of one euro more of it", "reference"}});
  }
  Facts spent = facts;
  CountedSpend& counted = spent.base_years.at(base_year).counted;
  counted.total = counted.total.value_or(Money{}) + euro;
  double slope = internal::to_euro(internal::resolve_overlay(contract, spent).benchmark - now);
  if (savings_fall != 0.0 && facts.prior_savings_per_person_year) {
    Facts saved = facts;
    *saved.prior_savings_per_person_year -= euro;
    const double per_euro = internal::to_euro(internal::resolve_overlay(contract, saved).benchmark - now);
    const BaseYear& year = facts.base_years[base_year];
    slope +=
        per_euro * savings_fall / (year.episodes > 0 ? static_cast<double>(year.episodes) : year.person_time.years());
  }
  return slope;
}

}  // namespace waterbed
