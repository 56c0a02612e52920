#include "health_lanes.hpp"

#include "waterbed/core/age_table.hpp"

#include <algorithm>
#include <bit>

// Compiles what stands between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/health_lanes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace waterbed::engine::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR
/// No vector unit to speak of: health_lanes() takes all of them one by one.
std::size_t whole_lanes(const HealthState* /*states*/, const YearsOfCycles& /*years*/, int /*cycle*/,
                        std::size_t /*count*/, const HealthColumns& /*columns*/, const HealthLists& /*lists*/,
                        HealthCounts& /*counts*/) {
  return 0;
}
#else
namespace hn = hwy::HWY_NAMESPACE;

using Whole = hn::ScalableTag<std::int32_t>;
using Lanes = hn::Rebind<std::uint32_t, Whole>;
using Bytes = hn::Rebind<std::uint8_t, Whole>;
using Halves = hn::Rebind<std::uint16_t, Whole>;
using Wide = hn::RepartitionToWide<Whole>;
using Half = hn::Half<Whole>;
using Vector = hn::Vec<Whole>;

/// Adds the costs of their states to half of the persons of a vector.
HWY_INLINE void add_costs(const std::int64_t* states, hn::Vec<Half> state, hn::Vec<Half> stays, std::int64_t* costs) {
  const Wide d;
  // A state is two words of 64 bits, the second of which is the cost.
  const auto second_word = hn::PromoteTo(d, hn::Add(state, state));
  const auto cost = hn::GatherIndex(d, states + 1, second_word);
  hn::StoreU(hn::Add(hn::LoadU(d, costs), hn::And(cost, hn::PromoteTo(d, stays))), d, costs);
}

/// @returns how many persons were taken: as many as fill whole vectors
std::size_t whole_lanes(const HealthState* states, const YearsOfCycles& years, int cycle, std::size_t count,
                        const HealthColumns& columns, const HealthLists& lists, HealthCounts& counts) {
  static_assert(sizeof(HealthState) == 16 && offsetof(HealthState, utility_micro) == 4 &&
                offsetof(HealthState, cost_micro) == 8);
  const Whole d;
  const Lanes u;
  const std::size_t lanes = hn::Lanes(d);
  const void* const memory = states;
  const void* const presences = columns.presence;
  const auto* const words_of_states = static_cast<const std::int32_t*>(memory);
  const auto* const wide_words_of_states = static_cast<const std::int64_t*>(memory);
  const Vector now = hn::Set(d, cycle);
  const Vector zero = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Vector presence = hn::PromoteTo(d, hn::LoadU(Bytes(), static_cast<const std::uint8_t*>(presences) + i));
    const auto here = hn::Eq(presence, hn::Set(d, static_cast<std::int32_t>(Presence::here)));
    const auto not_yet = hn::Eq(presence, hn::Set(d, static_cast<std::int32_t>(Presence::not_yet)));
    const auto stays = hn::And(here, hn::Gt(hn::LoadU(d, columns.leaves + i), now));

    const Vector lived = hn::Min(hn::Max(hn::Sub(now, hn::LoadU(d, columns.birth + i)), zero),
                                 hn::Set(d, k_max_age * years.cycles_per_year));
    const auto age =
        hn::BitCast(d, hn::ShiftRightSame(hn::Mul(hn::BitCast(u, lived), hn::Set(u, years.factor)), years.shift));
    const Vector tens = hn::ShiftRight<16>(hn::Mul(age, hn::Set(d, 6554)));
    const auto decade = hn::And(hn::And(hn::Eq(hn::Mul(age, hn::Set(d, years.cycles_per_year)), lived),
                                        hn::Eq(hn::Mul(tens, hn::Set(d, 10)), age)),
                                hn::And(hn::And(hn::Gt(age, zero), hn::Lt(age, hn::Set(d, k_max_age))), stays));

    const Vector cell = hn::PromoteTo(d, hn::LoadU(Halves(), columns.cell + i));
    const Vector state = hn::Add(hn::Add(hn::BitCast(d, hn::LoadU(u, columns.stages + i)), cell), age);
    hn::StoreU(hn::BitCast(u, state), u, lists.state + i);
    const Vector first_word = hn::ShiftLeft<2>(state);
    const auto below = hn::BitCast(u, hn::GatherIndex(d, words_of_states, first_word));
    const Vector utility = hn::GatherIndex(d, words_of_states + 1, first_word);
    hn::StoreU(hn::Add(hn::LoadU(d, columns.qalys + i), hn::IfThenElseZero(stays, utility)), d, columns.qalys + i);
    if (columns.costs != nullptr) {
      const Vector mask = hn::VecFromMask(d, stays);
      add_costs(wide_words_of_states, hn::LowerHalf(state), hn::LowerHalf(mask), columns.costs + i);
      add_costs(wide_words_of_states, hn::UpperHalf(Half(), state), hn::UpperHalf(Half(), mask),
                columns.costs + i + lanes / 2);
    }

    const auto met = hn::And(hn::RebindMask(d, hn::Lt(hn::LoadU(u, columns.words + i), below)), stays);
    const auto position = hn::Iota(u, static_cast<std::uint32_t>(i));
    const auto list = [&](auto mask, std::uint32_t* to) {
      return hn::CompressStore(position, hn::RebindMask(u, mask), u, to);
    };
    counts.met += list(met, lists.met + counts.met);
    counts.come_or_go += list(hn::Or(hn::AndNot(stays, here), not_yet), lists.come_or_go + counts.come_or_go);
    counts.decades += list(decade, lists.decades + counts.decades);
  }
  return i;
}
#endif

}  // namespace
}  // namespace waterbed::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace waterbed::engine {
namespace {

HWY_EXPORT(whole_lanes);

/// Adds a position to a list if so, without a branch.
void add_if(bool so, std::size_t i, std::uint32_t* list, std::size_t& count) {
  list[count] = static_cast<std::uint32_t>(i);
  count += so ? 1 : 0;
}

void one_lane(const HealthState* states, const YearsOfCycles& years, int cycle, std::size_t i,
              const HealthColumns& columns, const HealthLists& lists, HealthCounts& counts) {
  const bool here = columns.presence[i] == Presence::here;
  const bool stays = here && columns.leaves[i] > cycle;
  const std::int32_t lived = std::clamp(cycle - columns.birth[i], 0, k_max_age * years.cycles_per_year);
  const std::int32_t age = years.years(lived);
  const std::uint32_t state = columns.stages[i] + columns.cell[i] + static_cast<std::uint32_t>(age);
  lists.state[i] = state;
  if (stays) {
    columns.qalys[i] += states[state].utility_micro;
    if (columns.costs != nullptr) {
      columns.costs[i] += states[state].cost_micro;
    }
  }
  add_if(stays && columns.words[i] < states[state].event_below, i, lists.met, counts.met);
  add_if((here && !stays) || columns.presence[i] == Presence::not_yet, i, lists.come_or_go, counts.come_or_go);
  add_if(stays && age > 0 && age < k_max_age && age % 10 == 0 && age * years.cycles_per_year == lived, i, lists.decades,
         counts.decades);
}

}  // namespace

YearsOfCycles years_of_cycles(int cycles_per_year) {
  const auto divisor = static_cast<std::uint32_t>(cycles_per_year);
  // The factor stays below 2^17, so that its product with 2^15 has 32 bits.
  const auto shift = 16 + static_cast<std::uint32_t>(std::bit_width(divisor));
  return {.cycles_per_year = cycles_per_year,
          .shift = static_cast<std::int32_t>(shift),
          .factor = ((1U << shift) + divisor - 1) / divisor};
}

HealthCounts health_lanes(const HealthState* states, const YearsOfCycles& years, int cycle, std::size_t count,
                          const HealthColumns& columns, const HealthLists& lists) {
  HealthCounts counts;
  for (std::size_t i = HWY_DYNAMIC_DISPATCH(whole_lanes)(states, years, cycle, count, columns, lists, counts);
       i < count; ++i) {
    one_lane(states, years, cycle, i, columns, lists, counts);
  }
  return counts;
}

}  // namespace waterbed::engine
#endif
