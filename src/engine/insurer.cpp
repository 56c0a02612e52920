#include "insurer.hpp"

#include "attribution.hpp"
#include "policy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

enum Item : std::size_t {
  premium,
  supplementary_premium,
  deductible,
  counted,
  cash,
  supplementary_cash,
  result_gross,
  normative,
  standard_premium,
  expected_deductible,
  equalisation,
  result_net,
  k_items
};

bool is_insured(const Model& model, std::size_t person) { return model.people.payer[person] < model.insurers; }

/// Age when the year ends or the person goes.
int age_in_year(const Model& model, const ArmState& state, std::size_t person) {
  const bool gone = state.presence[person] == Presence::dead || state.presence[person] == Presence::left;
  const int cycle = gone ? std::min(state.cycle, static_cast<int>(state.gone_at[person])) : state.cycle;
  return age_in(model, cycle, person);
}

std::int64_t insured_spend(const Model& model, const ArmState& state, std::size_t person) {
  return state.spend[person * model.spend.size() + at(model.insurance.spend_accumulator)];
}

/// Least spending of those in the top share; spending of nothing is in no top.
std::int64_t top_threshold(std::vector<std::int64_t> spending, double top_share) {
  const auto top = static_cast<std::size_t>(std::ceil(top_share * static_cast<double>(spending.size())));
  if (top == 0) {
    return std::numeric_limits<std::int64_t>::max();
  }
  const auto last = spending.begin() + static_cast<std::ptrdiff_t>(top) - 1;
  std::nth_element(spending.begin(), last, spending.end(), std::greater<>());
  return std::max<std::int64_t>(1, *last);
}

std::vector<std::int64_t> top_thresholds(const Model& model, const ArmState& state) {
  std::vector<std::int64_t> thresholds;
  if (model.insurance.spending_groups.empty()) {
    return thresholds;
  }
  std::vector<std::int64_t> spending;
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (state.presence[person] == Presence::here && is_insured(model, person)) {
      spending.push_back(insured_spend(model, state, person));
    }
  }
  for (const SpendingGroup& group : model.insurance.spending_groups) {
    thresholds.push_back(top_threshold(spending, group.top_share));
  }
  return thresholds;
}

}  // namespace

InsuredPeople no_claims(const Model& model) {
  const std::size_t persons = at(model.people.size());
  const InsuranceModel& insurance = model.insurance;
  if (!insurance.present) {
    return {};
  }
  return {.used = std::vector<std::uint8_t>(persons * insurance.use_groups.size(), 0),
          .years_high = std::vector<std::uint8_t>(persons * insurance.spending_groups.size(), 0),
          .groups = std::vector<std::uint32_t>(persons, 0),
          .bills = std::vector<std::int64_t>(insurance.policies.empty() ? 0 : persons, 0),
          .counting = std::vector<std::int64_t>(insurance.policies.empty() ? 0 : persons, 0),
          .counted = std::vector<std::int64_t>(at(model.insurers), 0),
          .normative = std::vector<std::int64_t>(at(model.insurers), 0),
          .adult_cycles = std::vector<std::int64_t>(at(model.insurers), 0)};
}

void renew_classes(const Model& model, ArmState& state) {
  const InsuranceModel& insurance = model.insurance;
  if (!insurance.present) {
    return;
  }
  const std::size_t by_use = insurance.use_groups.size();
  const std::size_t by_spending = insurance.spending_groups.size();
  const std::vector<std::int64_t> thresholds = top_thresholds(model, state);
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    std::uint32_t groups = 0;
    for (std::size_t g = 0; g < by_use; ++g) {
      const bool member = state.insured.used[person * by_use + g] > insurance.use_groups[g].above;
      groups |= member ? std::uint32_t{1} << g : 0U;
    }
    for (std::size_t g = 0; g < by_spending; ++g) {
      std::uint8_t& years = state.insured.years_high[person * by_spending + g];
      const bool high = insured_spend(model, state, person) >= thresholds[g];
      years = high ? static_cast<std::uint8_t>(std::min(years + 1, 255)) : std::uint8_t{0};
      groups |= years >= insurance.spending_groups[g].years ? std::uint32_t{1} << (by_use + g) : 0U;
    }
    state.insured.groups[person] = groups;
  }
  std::fill(state.insured.used.begin(), state.insured.used.end(), std::uint8_t{0});
  std::fill(state.insured.bills.begin(), state.insured.bills.end(), 0);
  std::fill(state.insured.counting.begin(), state.insured.counting.end(), 0);
}

std::vector<int> classes_of(const Model& model, const ArmState& state, std::size_t person) {
  const InsuranceModel& insurance = model.insurance;
  const auto sex = static_cast<std::size_t>(model.people.sex[person]);
  std::vector<int> classes{insurance.class_of_age[sex][at(age_in_year(model, state, person))]};
  const auto first = static_cast<int>(insurance.age_classes());
  const std::uint32_t groups = state.insured.groups[person];
  for (int g = 0; groups >> static_cast<unsigned>(g) != 0; ++g) {
    if ((groups >> static_cast<unsigned>(g) & 1U) != 0) {
      classes.push_back(first + g);
    }
  }
  return classes;
}

void pay_insurers(const Model& model, ArmState& state) {
  const InsuranceModel& insurance = model.insurance;
  if (!insurance.present) {
    return;
  }
  std::vector<std::int64_t> amount_cycles(at(model.insurers), 0);  // micro-euro a year times cycles
  std::vector<std::int64_t> rebate_cycles(at(model.insurers), 0);
  std::vector<std::int64_t> supplement_cycles(at(model.insurers) * insurance.supplements.size(), 0);
  std::vector<std::int64_t>& adults = state.insured.adult_cycles;
  std::fill(adults.begin(), adults.end(), 0);
  std::fill(state.insured.counted.begin(), state.insured.counted.end(), 0);
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (!is_insured(model, person) || !seen_this_year(model, state, person)) {
      continue;
    }
    const std::int64_t cycles = cycles_lived(model, state, person, state.cycle + 1);
    const std::size_t payer = model.people.payer[person];
    state.insured.counted[payer] += insured_spend(model, state, person);
    for (const int of : classes_of(model, state, person)) {
      amount_cycles[payer] += insurance.class_amount[at(of)] * cycles;
    }
    if (age_in_year(model, state, person) >= insurance.adult_from_age) {
      adults[payer] += cycles;
      rebate_cycles[payer] += deductible_of(model, state, person).rebate * cycles;
      for (std::size_t k = 0; k < insurance.supplements.size(); ++k) {
        const std::int64_t year_premium = insurance.supplements[k].premium;
        supplement_cycles[payer * insurance.supplements.size() + k] +=
            has_supplement(model, state, person, k) ? year_premium * cycles : 0;
      }
    }
  }
  for (std::size_t payer = 0; payer < amount_cycles.size(); ++payer) {
    const int per_year = model.time.cycles_per_year;
    const auto per_adult = [&](std::int64_t amount) {
      return round_to_cents(Money{multiply_divide(amount, adults[payer], per_year)}).micro;
    };
    const auto of_cycles = [&](std::int64_t sum) {
      return round_to_cents(Money{multiply_divide(sum, 1, per_year)}).micro;
    };
    const std::int64_t expected = of_cycles(amount_cycles[payer]);
    state.insured.normative[payer] = expected;
    const InsurerSlots& slots = state.arm->insurers[payer];
    state.year.usage[at(slots.premium)] += per_adult(insurance.premium) - of_cycles(rebate_cycles[payer]);
    for (std::size_t k = 0; k < insurance.supplements.size(); ++k) {
      state.year.usage[at(slots.supplement_premiums[k])] +=
          of_cycles(supplement_cycles[payer * insurance.supplements.size() + k]);
    }
    state.year.usage[at(slots.equalisation)] +=
        expected - per_adult(insurance.standard_premium) - per_adult(insurance.expected_deductible);
  }
}

void add_moments(const Model& model, const ArmState& state, ClassMoments& moments) {
  const std::size_t classes = moments.classes.size();
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (!is_insured(model, person) || !seen_this_year(model, state, person)) {
      continue;
    }
    const std::vector<int> in = classes_of(model, state, person);
    const std::int64_t cycles = cycles_lived(model, state, person, state.cycle + 1);
    for (const int a : in) {
      moments.spending[at(a)] += insured_spend(model, state, person);
      for (const int b : in) {
        moments.cycles[at(a) * classes + at(b)] += cycles;
      }
    }
  }
}

std::vector<TableInfo> insurer_infos(const Model& model) {
  if (!model.insurance.present) {
    return {};
  }
  Dimension year{"year", {}};
  for (int y = 0; y < model.time.years; ++y) {
    year.labels.push_back(std::to_string(model.time.start_year + y));
  }
  return {{"insurer_result",
           "micro_eur",
           "what each insurer is paid and pays, before and after equalisation",
           {year,
            {"payer", {model.payers.begin(), model.payers.begin() + model.insurers}},
            {"item",
             {"premium", "supplementary_premium", "deductible", "counted", "cash", "supplementary_cash", "result_gross",
              "normative_spending", "standard_premium", "expected_deductible", "equalisation", "result_net"}}}}};
}

void write_insurers(const Model& model, const ArmState& state, std::vector<std::int64_t>& results) {
  const std::size_t year = at(model.time.year_of(state.cycle));
  const auto insurers = at(model.insurers);
  const std::vector<EntryKey>& entries = state.arm->entries;
  const auto items_of = [&](std::size_t payer) { return results.data() + (year * insurers + payer) * k_items; };
  for (std::size_t slot = 0; slot < entries.size(); ++slot) {
    const EntryKey& key = entries[slot];
    const std::int64_t amount = round_to_cents(Money{state.year.usage[slot]}).micro;
    if (key.to.index() < insurers) {
      const bool own = key.term == TermKind::patient_share && key.from == model.household_party();
      const Item item = own                                   ? deductible
                        : key.term != TermKind::premium       ? cash
                        : key.sector.valid()                  ? supplementary_premium
                        : key.from == model.household_party() ? premium
                                                              : equalisation;
      items_of(key.to.index())[item] += item == cash ? -amount : amount;
    }
    if (key.from.index() < insurers) {
      // Without a contract an insurer pays its own people back, or as a supplement who paid for them.
      const bool supplementary = !key.contract.valid() && key.to != model.household_party();
      items_of(key.from.index())[supplementary ? supplementary_cash : cash] += amount;
    }
  }
  for (std::size_t payer = 0; payer < insurers; ++payer) {
    std::int64_t* const items = items_of(payer);
    const auto per_adult = [&](std::int64_t amount) {
      const std::int64_t cycles = state.insured.adult_cycles[payer];
      return round_to_cents(Money{multiply_divide(amount, cycles, model.time.cycles_per_year)}).micro;
    };
    items[counted] = state.insured.counted[payer];
    items[normative] = state.insured.normative[payer];
    items[standard_premium] = per_adult(model.insurance.standard_premium);
    items[expected_deductible] = per_adult(model.insurance.expected_deductible);
    items[result_gross] =
        items[premium] + items[supplementary_premium] + items[deductible] - items[cash] - items[supplementary_cash];
    items[result_net] = items[result_gross] + items[equalisation];
  }
}

}  // namespace waterbed::engine
