#include "base_payment.hpp"

#include "waterbed/contracts/bundle.hpp"
#include "waterbed/contracts/lump.hpp"

#include <algorithm>
#include <stdexcept>

namespace waterbed {
namespace internal {

Exact exact_tier_payment(const Fee& fee, const Exact& turnover) {
  if (turnover <= 0) {
    return turnover;  // corrections outweigh what was delivered
  }
  if (fee.tier_mode == TierMode::all_units) {
    for (const VolumeTier& tier : fee.tiers) {
      if (!tier.up_to || turnover <= fraction(*tier.up_to)) {
        return turnover * (1 - fraction(tier.discount));
      }
    }
    return turnover;
  }
  Exact paid = 0;
  Exact from = 0;
  for (const VolumeTier& tier : fee.tiers) {
    if (turnover <= from) {
      break;
    }
    const Exact to = tier.up_to && fraction(*tier.up_to) < turnover ? fraction(*tier.up_to) : turnover;
    paid += (to - from) * (1 - fraction(tier.discount));
    from = to;
  }
  return paid + (turnover - from);
}

Exact exact_fee_payment(const Fee& fee, const Exact& turnover) {
  return exact_tier_payment(fee, turnover) * fraction(fee.share);
}

Exact exact_band_payment(const VolumeBand& band, const Exact& expected, const Exact& delivered) {
  const Exact width = fraction(band.width) * expected;
  const Exact above = delivered - (expected + width);
  const Exact below = (expected - width) - delivered;
  return above > 0   ? Exact(fraction(band.share_above) * above)
         : below > 0 ? Exact(-fraction(band.share_below) * below)
                     : Exact(0);
}

Exact exact_capitation(const Capitation& capitation, std::size_t position, PersonTime time) {
  return fraction(capitation.classes.at(position).rate) * periods_per_year(capitation.period) *
         Exact(time.cycles, time.per_year);
}

Exact exact_ceiling_amount(const Ceiling& ceiling, std::optional<Money> expected_turnover) {
  if (ceiling.amount) {
    return fraction(*ceiling.amount);
  }
  if (!ceiling.of_expected_turnover || !expected_turnover) {
    throw std::invalid_argument("ceiling: a share of expected turnover needs the expected turnover");
  }
  return fraction(*expected_turnover) * fraction(*ceiling.of_expected_turnover);
}

Exact exact_ceiling_paid(const Ceiling& ceiling, const Exact& amount, const Exact& income) {
  Exact paid = income;
  if (income > amount) {
    paid = amount + (income - amount) * fraction(ceiling.share_above);
  }
  if (ceiling.floor && paid < fraction(*ceiling.floor)) {
    paid = fraction(*ceiling.floor);
  }
  return paid;
}

}  // namespace internal

Money tier_payment(const Fee& fee, Money turnover) {
  return internal::to_cents(internal::exact_tier_payment(fee, internal::fraction(turnover)));
}

Rate tier_discount_at(const Fee& fee, Money turnover) {
  for (const VolumeTier& tier : fee.tiers) {
    if (!tier.up_to || turnover < *tier.up_to) {
      return tier.discount;
    }
  }
  return Rate{};
}

Money patient_pays(const PatientShare& share, int age, const ServiceNames& unit, Money counted_so_far, Money price) {
  if (age < share.from_age || holds(share.exempt, unit)) {
    return Money{};
  }
  return patient_owes(share, counted_so_far + price) - patient_owes(share, counted_so_far);
}

Money patient_owes(const PatientShare& share, Money spending) {
  if (spending <= share.first) {
    return std::max(Money{}, spending);
  }
  const Money owed = share.first + (spending - share.first) * share.share;
  return share.most ? std::min(owed, *share.most) : owed;
}

int capitation_class(const Capitation& capitation, const std::string& name) {
  for (std::size_t i = 0; i < capitation.classes.size(); ++i) {
    if (capitation.classes[i].name == name) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Money capitation_payment(const Capitation& capitation, int class_position, PersonTime time) {
  return internal::to_cents(internal::exact_capitation(capitation, static_cast<std::size_t>(class_position), time));
}

Money bundle_contact(const Bundle& bundle, OpenBundle& open, std::int32_t day, Money content_price) {
  const bool inside = inside_window(bundle, open, day);
  if (!inside) {
    open = {day, Money{}};
  }
  if (bundle.pricing == BundlePricing::fixed) {
    const Money added = inside ? Money{} : bundle.price;
    open.charged += added;
    return added;
  }
  const Money added = std::max(Money{}, content_price - open.charged);
  open.charged += added;
  return added;
}

Money lump_payment(const Lump& lump) { return round_to_cents(lump.amount * periods_per_year(lump.period)); }

Money band_payment(const VolumeBand& band, Money expected_turnover, Money delivered) {
  return internal::to_cents(
      internal::exact_band_payment(band, internal::fraction(expected_turnover), internal::fraction(delivered)));
}

Money ceiling_amount(const Ceiling& ceiling, std::optional<Money> expected_turnover) {
  return internal::rounded(internal::exact_ceiling_amount(ceiling, expected_turnover), 1);
}

Money ceiling_paid(const Ceiling& ceiling, Money amount, Money income) {
  return internal::to_cents(
      internal::exact_ceiling_paid(ceiling, internal::fraction(amount), internal::fraction(income)));
}

}  // namespace waterbed
