#include "agreement.hpp"

#include "attribution.hpp"
#include "waterbed/engine/agreement.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <variant>

namespace waterbed {

AgreementYear agreement_year(const Agreement& agreement, int first_year, int year) {
  assert(year >= first_year);
  const int gone = year - first_year;
  AgreementYear place{.number = 1, .performance_year = gone + 1, .base_until = first_year};
  if (agreement.years > 0) {
    place.number = gone / agreement.years + 1;
    if (agreement.rebase) {
      place.base_until = first_year + gone / agreement.years * agreement.years;
      place.performance_year = year - place.base_until + 1;
    }
  }
  return place;
}

bool looks_outside(const Reference& reference) {
  return std::any_of(reference.steps.begin(), reference.steps.end(), [](const ReferenceStep& step) {
    const auto* trend = std::get_if<Trend>(&step);
    return (trend != nullptr && !trend->index.empty()) || std::holds_alternative<Update>(step) ||
           std::holds_alternative<Blend>(step) || std::holds_alternative<Regional>(step) ||
           std::holds_alternative<PriorSavings>(step) || std::holds_alternative<PopulationAdjustment>(step) ||
           std::holds_alternative<MaxOf>(step);
  });
}

}  // namespace waterbed

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Years before an agreement whose savings count towards it. Source: 42 CFR 425.658, the benchmark years.
constexpr int k_savings_years = 3;

/// Person-cycles of the people by whom a contract is judged in a year.
std::int64_t own_cycles(const PastYear& year, std::size_t contract, Judged by) {
  return by == Judged::attributed ? year.cycles[contract] : year.registered[contract].cycles;
}

/// Their counted spending before reinsurance, which others have none of.
std::int64_t own_counted(const PastYear& year, std::size_t contract, Judged by) {
  if (by == Judged::attributed) {
    return year.outside[contract].own_counted;
  }
  return by == Judged::uncut ? year.registered[contract].uncut : year.registered[contract].cut;
}

/// Of a contract whose benchmark looks at risk: person-cycles times relative cost.
double risk_of(const PastYear& year, std::size_t contract, Judged by) {
  if (by == Judged::attributed) {
    return year.risk[contract];
  }
  return by == Judged::registered ? year.registered[contract].risk : year.registered[contract].true_risk;
}

/// Spending per person-year, micro-euro; 0 if nobody lived.
double level_of(const PastYear& year, std::size_t contract, std::string_view people, int per_year, Judged by) {
  const Outside& outside = year.outside[contract];
  std::int64_t counted = by == Judged::uncut ? outside.all_uncut : outside.all_counted;
  std::int64_t cycles = outside.all_cycles;
  if (people != "national") {
    counted = by == Judged::uncut ? outside.payer_uncut : outside.payer_counted;
    cycles = outside.payer_cycles;
  }
  if (people == "comparison") {
    counted -= own_counted(year, contract, by);
    cycles -= own_cycles(year, contract, by);
  }
  return cycles > 0 ? static_cast<double>(counted) * per_year / static_cast<double>(cycles) : 0.0;
}

/// Growth from one level to another; none where a level is not known.
Rate growth(double from, double to) {
  return from > 0.0 && to > 0.0 ? Rate::from_double(to / from) : Rate{Rate::k_one};
}

int history_years(const Reference& reference, int otherwise) {
  for (const ReferenceStep& step : reference.steps) {
    if (const auto* history = std::get_if<History>(&step)) {
      return history->years;
    }
  }
  return otherwise;
}

Money earlier_savings(const ArmState& state, std::size_t contract, int base_until, int base_years) {
  std::int64_t sum = 0;
  for (int year = std::max(0, base_until - k_savings_years); year < base_until; ++year) {
    sum += state.past[at(base_years + year)].saving[contract];
  }
  return Money{multiply_divide(sum, 1, k_savings_years)};
}

void add_comparisons(const Model& model, std::size_t contract, std::span<const PastYear> base, const PastYear& latest,
                     Judged by, Facts& facts) {
  const int per_year = model.time.cycles_per_year;
  for (const std::string_view name : k_comparisons) {
    const double last = level_of(base.back(), contract, name, per_year, by);
    IndexSeries series{std::string(name), {}};
    for (const PastYear& year : base) {
      series.factors.push_back(growth(level_of(year, contract, name, per_year, by), last));
    }
    facts.indices.push_back(std::move(series));
    facts.updates.push_back({std::string(name), growth(last, level_of(latest, contract, name, per_year, by))});
    facts.comparators.push_back({std::string(name), Money{std::llround(last)}});
  }
  facts.regional_per_person_year = Money{std::llround(level_of(base.back(), contract, "region", per_year, by))};
  facts.national_per_person_year = Money{std::llround(level_of(base.back(), contract, "national", per_year, by))};
  const Outside& outside = base.back().outside[contract];
  const std::int64_t whole = std::max<std::int64_t>(1, outside.payer_cycles);
  facts.market_share =
      Rate{multiply_divide(Rate::k_one, std::min(own_cycles(base.back(), contract, by), whole), whole)};
}

/// A total of a base year, cut or not. Base years are never reinsured.
CountedSpend counted_of(const ContractModel& contract, const Registered& all, Judged by) {
  CountedSpend counted;
  counted.total = Money{by == Judged::uncut ? all.uncut : all.cut};
  if (const Truncate* truncate = find_term<Truncate>(contract.contract); truncate != nullptr && by != Judged::uncut) {
    counted.truncated_at = truncate->amount ? truncate->amount : all.cut_at.value_or(Money{});
  }
  return counted;
}

}  // namespace

std::vector<Outside> count_outside(const Model& model, const ArmState& state, const ArmModel& arm,
                                   const std::vector<Counted>& own) {
  std::vector<Outside> all(arm.contracts.size());
  std::vector<std::size_t> asking;
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (arm.contracts[c].settles && arm.contracts[c].compares) {
      asking.push_back(c);
      all[c].own_counted = own[c].unreinsured;
    }
  }
  for (std::size_t person = 0; !asking.empty() && person < state.presence.size(); ++person) {
    if (model.people.payer[person] >= model.insurers || !seen_this_year(model, state, person)) {
      continue;
    }
    const std::int64_t lived = cycles_lived(model, state, person, state.cycle + 1);
    for (const std::size_t c : asking) {
      const ContractModel& contract = arm.contracts[c];
      const std::int64_t spent = state.spend[person * model.spend.size() + at(contract.spend_accumulator)];
      const std::int64_t counted = cut_to(Money{spent}, own[c].cut).micro;
      all[c].all_counted += counted;
      all[c].all_uncut += spent;
      all[c].all_cycles += lived;
      if (model.people.payer[person] == contract.payer) {
        all[c].payer_counted += counted;
        all[c].payer_uncut += spent;
        all[c].payer_cycles += lived;
      }
    }
  }
  return all;
}

void add_agreement_facts(const Model& model, const ArmState& state, std::size_t contract_id, const PastYear& now,
                         Facts& facts, Judged by) {
  const ContractModel& contract = state.arm->contracts[contract_id];
  const Reference* reference = find_term<Reference>(contract.contract);
  const int per_year = model.time.cycles_per_year;
  const AgreementYear place =
      agreement_year(contract.contract.agreement, std::max(0, contract.from_year), model.time.year_of(state.cycle));
  facts.agreement_number = place.number;
  facts.performance_year = place.performance_year;
  if (reference == nullptr) {
    return;
  }
  const int before = model.time.base_years + place.base_until;
  const int years = std::min(before, history_years(*reference, before));
  const auto base = std::span(state.past).subspan(at(before - years), at(years));
  // Mean relative cost of a contract's people in a year; 1 if nothing tells it or there is nobody.
  const auto mean_risk = [&](const PastYear& year) {
    const std::int64_t cycles = own_cycles(year, contract_id, by);
    const double risk = !contract.has_risk() || cycles <= 0 ? 0.0 : risk_of(year, contract_id, by);
    return risk > 0.0 ? risk / static_cast<double>(cycles) : 1.0;
  };
  if (!base.empty()) {
    const bool anybody = own_cycles(now, contract_id, by) > 0;
    facts.risk_ratio = Rate::from_double(anybody ? mean_risk(now) / mean_risk(base.back()) : 1.0);
  }
  for (const PastYear& year : base) {
    BaseYear& fact = facts.base_years.emplace_back();
    fact.person_time = PersonTime{own_cycles(year, contract_id, by), per_year};
    fact.risk_ratio = Rate::from_double(mean_risk(base.back()) / mean_risk(year));
    if (by != Judged::attributed) {
      fact.counted = counted_of(contract, year.registered[contract_id], by);
    } else if (contract.by_person) {
      fact.counted.persons = year.persons[contract_id];
    } else {
      fact.counted.total = Money{year.counted[contract_id]};
      fact.counted.truncated_at = contract.truncate;
    }
  }
  facts.prior_savings_per_person_year = earlier_savings(state, contract_id, place.base_until, model.time.base_years);
  if (contract.compares && !base.empty()) {
    // Until the year is over, people outside are expected to cost what they did in the last full one.
    const bool over = (state.cycle + 1) % per_year == 0 && now.outside[contract_id].payer_cycles > 0;
    add_comparisons(model, contract_id, base, over ? now : state.past.back(), by, facts);
  }
}

void note_savings(const Model& model, const std::vector<Settled>& settled, PastYear& year) {
  for (std::size_t c = 0; c < settled.size(); ++c) {
    if (settled[c].benchmark != 0 && year.cycles[c] > 0) {
      year.saving[c] =
          multiply_divide(settled[c].benchmark - settled[c].counted, model.time.cycles_per_year, year.cycles[c]);
    }
  }
}

}  // namespace waterbed::engine
