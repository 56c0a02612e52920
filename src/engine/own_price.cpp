#include "own_price.hpp"

#include "person.hpp"
#include "policy.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <array>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Classes of a year's spending by their upper ends, EUR; above the last one more class, then those not known.
constexpr std::array<std::int64_t, 6> k_class_ends{0, 250, 500, 1'000, 2'500, 10'000};
constexpr std::size_t k_unknown = k_class_ends.size() + 1;
constexpr std::size_t k_classes = k_unknown + 1;

std::uint8_t class_of(std::int64_t spent) {
  const auto end = std::find_if(k_class_ends.begin(), k_class_ends.end(),
                                [&](std::int64_t euro) { return spent <= euro * Money::from_euro(1.0).micro; });
  return static_cast<std::uint8_t>(end - k_class_ends.begin());
}

/// Own share of one more euro after this spending.
double marginal_share(PatientShare share, const DeductibleOption& chosen, std::int64_t spent) {
  share.first += Money{chosen.amount};
  if (share.most) {
    *share.most += Money{chosen.amount};
  }
  if (Money{spent} < share.first) {
    return 1.0;
  }
  const bool at_most = share.most && patient_owes(share, Money{spent}) >= *share.most;
  return at_most ? 0.0 : share.share.to_double();
}

const DeductibleModel* deductible_for(const ArmModel& arm, const Model& model, const ArmState& state,
                                      std::size_t person) {
  for (const DeductibleModel& deductible : arm.deductibles) {
    if (deductible.payer == model.people.payer[person]) {
      return age_now(model, state, person) >= deductible.share.from_age ? &deductible : nullptr;
    }
  }
  return nullptr;
}

/// The arm whose own payments people answer to.
const ArmModel& felt_arm(const Model& model, const ArmState& state) {
  return state.holds(Mechanism::incentive) ? model.arms[at(model.baseline)] : *state.arm;
}

struct Mean {
  double sum = 0.0;
  double persons = 0.0;
};

void expect_prices(const Model& model, const ArmState& state, const ArmModel& arm, std::vector<float>& prices) {
  const OwnPrices& own = state.own_prices;
  const std::size_t choices = std::max<std::size_t>(1, model.insurance.deductible_options.size());
  std::vector<Mean> means(at(std::max(1, model.insurers)) * choices * k_classes);
  const auto group = [&](std::size_t person, const DeductibleModel& deductible) {
    return (at(deductible.payer) * choices + deductible_choice(model, state, person)) * k_classes;
  };
  const std::size_t lists = model.own_payment_spend.size();
  for (std::size_t person = 0; person < prices.size(); ++person) {
    const DeductibleModel* deductible = deductible_for(arm, model, state, person);
    if (deductible == nullptr || own.class_of[person] == k_unknown) {
      continue;
    }
    const auto list =
        std::find(model.own_payment_spend.begin(), model.own_payment_spend.end(), deductible->spend_accumulator) -
        model.own_payment_spend.begin();
    const double share =
        marginal_share(deductible->share, deductible_of(model, state, person), own.spent[person * lists + at(list)]);
    const std::size_t first = group(person, *deductible);
    for (const std::size_t of : {std::size_t{own.before[person]}, k_unknown}) {  // the last: of everybody
      means[first + of].sum += share;
      means[first + of].persons += 1.0;
      if (own.before[person] == k_unknown) {
        break;
      }
    }
  }
  for (std::size_t person = 0; person < prices.size(); ++person) {
    const DeductibleModel* deductible = deductible_for(arm, model, state, person);
    if (deductible == nullptr) {
      prices[person] = 0.0F;
      continue;
    }
    const std::size_t first = group(person, *deductible);
    const Mean& of_class = means[first + own.class_of[person]];
    const Mean& of_all = means[first + k_unknown];
    const Mean& mean = of_class.persons > 0.0 ? of_class : of_all;
    // Before anything is known: as if nothing were spent.
    const double share = mean.persons > 0.0 ? mean.sum / mean.persons
                                            : marginal_share(deductible->share, deductible_of(model, state, person), 0);
    prices[person] = static_cast<float>(share);
  }
}

bool counts(const Model& model, const ArmModel& arm, std::size_t person, std::int32_t row) {
  for (const DeductibleModel& deductible : arm.deductibles) {
    if (deductible.payer == model.people.payer[person]) {
      return model.spend[at(deductible.spend_accumulator)].counts_row[at(row)] != 0;
    }
  }
  return false;
}

}  // namespace

double own_price_answer(const Context& context, const ArmState& state, const Token& token) {
  const Model& model = context.model;
  const NetworkModel& network = model.network;
  // Where observed practice takes it first; the draw is the one that the walk makes there.
  const RowModel& entry = network.rows[at(token.row)];
  const std::uint32_t word = context.words(token.person, token.origin, Purpose::walk_step, token.key)[0];
  std::int32_t option = entry.first_option;
  while (word >= network.options[at(option)].below) {
    ++option;
  }
  const std::int32_t row = network.options[at(option)].to;
  if (row < 0) {
    return 1.0;
  }
  const double now =
      counts(model, felt_arm(model, state), token.person, row) ? state.own_prices.now[token.person] : 0.0;
  const double before = counts(model, model.arms[at(model.reference)], token.person, row)
                            ? state.own_prices.reference[token.person]
                            : 0.0;
  return now == before ? 1.0 : exact::exp(model.behaviour.own_payment_slope * (now - before));
}

OwnPrices no_own_prices(const Model& model) {
  if (model.behaviour.own_payment_slope == 0.0) {
    return {};
  }
  const std::size_t persons = at(model.people.size());
  return {.spent = std::vector<std::int64_t>(persons * model.own_payment_spend.size(), 0),
          .class_of = std::vector<std::uint8_t>(persons, k_unknown),
          .before = std::vector<std::uint8_t>(persons, k_unknown),
          .now = std::vector<float>(persons, 0.0F),
          .reference = std::vector<float>(persons, 0.0F)};
}

void refresh_own_prices(const Model& model, ArmState& state) {
  if (model.behaviour.own_payment_slope == 0.0) {
    return;
  }
  expect_prices(model, state, felt_arm(model, state), state.own_prices.now);
  expect_prices(model, state, model.arms[at(model.reference)], state.own_prices.reference);
}

void note_own_spending(const Model& model, ArmState& state) {
  if (model.behaviour.own_payment_slope == 0.0) {
    return;
  }
  OwnPrices& own = state.own_prices;
  const std::size_t lists = model.own_payment_spend.size();
  own.before = own.class_of;
  for (std::size_t person = 0; person < own.class_of.size(); ++person) {
    const std::int64_t* const spent = state.spend.data() + person * model.spend.size();
    const bool lived = state.presence[person] == Presence::here;
    own.class_of[person] = lived ? class_of(spent[0]) : static_cast<std::uint8_t>(k_unknown);
    for (std::size_t l = 0; l < lists; ++l) {
      own.spent[person * lists + l] = spent[at(model.own_payment_spend[l])];
    }
  }
}

}  // namespace waterbed::engine
