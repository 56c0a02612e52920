#include "waterbed/random/draw_many.hpp"

#include "waterbed/core/error.hpp"

// Compiles what stands between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "random/draw_many.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace waterbed::HWY_NAMESPACE {
namespace {

/// Persons drawn, and positions listed.
using Marked = std::array<std::size_t, 2>;

#if HWY_TARGET == HWY_SCALAR
/// No vector unit to speak of: draw_many() makes all of them one by one.
std::size_t draw_lanes(PhiloxCounter /*first*/, PhiloxKey /*key*/, Words* /*out*/, std::size_t /*count*/) { return 0; }
std::size_t draw_first_lanes(PhiloxCounter /*first*/, PhiloxKey /*key*/, std::uint32_t* /*out*/,
                             std::size_t /*count*/) {
  return 0;
}
std::size_t draw_named_lanes(PhiloxKey /*key*/, Words* /*names*/, std::size_t /*count*/) { return 0; }
Marked mark_lanes(PhiloxCounter /*first*/, PhiloxKey /*key*/, const WordMarks& /*marks*/, Words* /*out*/,
                  std::uint32_t* /*marked*/, std::size_t /*count*/) {
  return {};
}
Marked mark_drawn_lanes(const Words* /*words*/, std::uint32_t /*cycle*/, const WordMarks& /*marks*/,
                        std::uint32_t* /*marked*/, std::size_t /*count*/) {
  return {};
}
#else
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::ScalableTag<std::uint32_t>;
using Vector = hn::Vec<Lanes>;

struct Product {
  Vector high;
  Vector low;
};

/// 32 x 32 bits to 64, in halves.
HWY_INLINE Product multiply(Lanes d, Vector a, Vector b) {
  const hn::RepartitionToWide<Lanes> wide;
  const auto even = hn::MulEven(a, b);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, a))), b);
  return {.high = hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even))),
          .low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even))};
}

/// Four words in each lane: a counter, then what is drawn of it.
struct Four {
  Vector x0;
  Vector x1;
  Vector x2;
  Vector x3;
};

/// As philox(), a counter in each lane.
HWY_INLINE Four philox_lanes(Lanes d, Four x, PhiloxKey key) {
  const Vector multiplier_0 = hn::Set(d, 0xD2511F53U);
  const Vector multiplier_1 = hn::Set(d, 0xCD9E8D57U);
  std::uint32_t key_0 = key.word[0];
  std::uint32_t key_1 = key.word[1];
  for (int round = 0; round < 10; ++round) {
    const Product p0 = multiply(d, x.x0, multiplier_0);
    const Product p1 = multiply(d, x.x2, multiplier_1);
    x = {.x0 = hn::Xor(hn::Xor(p1.high, x.x1), hn::Set(d, key_0)),
         .x1 = p1.low,
         .x2 = hn::Xor(hn::Xor(p0.high, x.x3), hn::Set(d, key_1)),
         .x3 = p0.low};
    key_0 += 0x9E3779B9U;
    key_1 += 0xBB67AE85U;
  }
  return x;
}

HWY_INLINE void store(Lanes d, const Four& x, Words& out) {
  hn::StoreInterleaved4(x.x0, x.x1, x.x2, x.x3, d, out.data());
}

/// Counters of persons one after the other.
HWY_INLINE Four counters(Lanes d, PhiloxCounter first, std::size_t done) {
  return {.x0 = hn::Set(d, first.word[0]),
          .x1 = hn::Iota(d, first.word[1] + static_cast<std::uint32_t>(done)),
          .x2 = hn::Set(d, first.word[2]),
          .x3 = hn::Set(d, first.word[3])};
}

/// Of persons one after the other.
std::size_t draw_lanes(PhiloxCounter first, PhiloxKey key, Words* out, std::size_t count) {
  const Lanes d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t done = 0;
  for (; done + lanes <= count; done += lanes) {
    store(d, philox_lanes(d, counters(d, first, done), key), out[done]);
  }
  return done;
}

std::size_t draw_first_lanes(PhiloxCounter first, PhiloxKey key, std::uint32_t* out, std::size_t count) {
  const Lanes d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t done = 0;
  for (; done + lanes <= count; done += lanes) {
    hn::StoreU(philox_lanes(d, counters(d, first, done), key).x0, d, out + done);
  }
  return done;
}

/// Lists those of some persons, a lane each, for whom a mark is met. @returns how many
HWY_INLINE std::size_t list_marked(Lanes d, const Four& words, std::uint32_t cycle, const WordMarks& marks,
                                   std::size_t position, std::uint32_t* marked) {
  const hn::Rebind<std::int32_t, Lanes> whole;
  const hn::Rebind<std::int16_t, Lanes> half;
  const auto next = hn::Set(whole, static_cast<std::int32_t>(cycle) + 1);
  const auto due = hn::Lt(hn::PromoteTo(whole, hn::LoadU(half, marks.due + position)), next);
  const auto met = hn::Or(hn::Or(hn::Lt(words.x0, hn::LoadU(d, marks.first_below + position)),
                                 hn::Gt(words.x1, hn::LoadU(d, marks.second_above + position))),
                          hn::Or(hn::Gt(words.x2, hn::LoadU(d, marks.third_above + position)), hn::RebindMask(d, due)));
  return hn::CompressStore(hn::Iota(d, static_cast<std::uint32_t>(position)), met, d, marked);
}

Marked mark_lanes(PhiloxCounter first, PhiloxKey key, const WordMarks& marks, Words* out, std::uint32_t* marked,
                  std::size_t count) {
  const Lanes d;
  const std::size_t lanes = hn::Lanes(d);
  const std::uint32_t cycle = first.word[3] & (k_cycle_limit - 1);
  std::size_t done = 0;
  std::size_t listed = 0;
  for (; done + lanes <= count; done += lanes) {
    const Four words = philox_lanes(d, counters(d, first, done), key);
    store(d, words, out[done]);
    listed += list_marked(d, words, cycle, marks, done, marked + listed);
  }
  return {done, listed};
}

Marked mark_drawn_lanes(const Words* words, std::uint32_t cycle, const WordMarks& marks, std::uint32_t* marked,
                        std::size_t count) {
  const Lanes d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t done = 0;
  std::size_t listed = 0;
  for (; done + lanes <= count; done += lanes) {
    Four some;
    hn::LoadInterleaved4(d, words[done].data(), some.x0, some.x1, some.x2, some.x3);
    listed += list_marked(d, some, cycle, marks, done, marked + listed);
  }
  return {done, listed};
}

/// Puts words in the place of counters.
std::size_t draw_named_lanes(PhiloxKey key, Words* names, std::size_t count) {
  const Lanes d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t done = 0;
  for (; done + lanes <= count; done += lanes) {
    Four some;
    hn::LoadInterleaved4(d, names[done].data(), some.x0, some.x1, some.x2, some.x3);
    store(d, philox_lanes(d, some, key), names[done]);
  }
  return done;
}
#endif

}  // namespace
}  // namespace waterbed::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace waterbed {
namespace {

HWY_EXPORT(draw_lanes);
HWY_EXPORT(draw_first_lanes);
HWY_EXPORT(draw_named_lanes);
HWY_EXPORT(mark_lanes);
HWY_EXPORT(mark_drawn_lanes);

DrawName of_next(DrawName name, std::size_t further) {
  name.person += static_cast<std::uint32_t>(further);
  return name;
}

bool is_met(const WordMarks& marks, std::size_t position, const Words& words, std::uint32_t cycle) {
  return words[0] < marks.first_below[position] || words[1] > marks.second_above[position] ||
         words[2] > marks.third_above[position] || marks.due[position] <= static_cast<std::int32_t>(cycle);
}

std::vector<std::int64_t> supported_targets() {
  std::vector<std::int64_t> targets;
  // The lowest bit is the best.
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    targets.push_back(left & -left);
  }
  return targets;
}

}  // namespace

void draw_many(std::uint64_t seed, const DrawName& first, std::span<Words> out) {
  std::size_t done = HWY_DYNAMIC_DISPATCH(draw_lanes)(counter_of(first), key_of(seed), out.data(), out.size());
  for (; done < out.size(); ++done) {
    out[done] = draw(seed, of_next(first, done));
  }
}

void draw_first_words(std::uint64_t seed, const DrawName& first, std::span<std::uint32_t> out) {
  std::size_t done = HWY_DYNAMIC_DISPATCH(draw_first_lanes)(counter_of(first), key_of(seed), out.data(), out.size());
  for (; done < out.size(); ++done) {
    out[done] = draw(seed, of_next(first, done))[0];
  }
}

std::size_t draw_marked(std::uint64_t seed, const DrawName& first, const WordMarks& marks, std::span<Words> out,
                        std::span<std::uint32_t> marked) {
  assert(marked.size() >= out.size() + k_marked_room);
  auto [done, listed] =
      HWY_DYNAMIC_DISPATCH(mark_lanes)(counter_of(first), key_of(seed), marks, out.data(), marked.data(), out.size());
  for (; done < out.size(); ++done) {
    out[done] = draw(seed, of_next(first, done));
    if (is_met(marks, done, out[done], first.cycle)) {
      marked[listed++] = static_cast<std::uint32_t>(done);
    }
  }
  return listed;
}

std::size_t list_marked(std::span<const Words> words, std::uint32_t cycle, const WordMarks& marks,
                        std::span<std::uint32_t> marked) {
  assert(marked.size() >= words.size() + k_marked_room);
  auto [done, listed] = HWY_DYNAMIC_DISPATCH(mark_drawn_lanes)(words.data(), cycle, marks, marked.data(), words.size());
  for (; done < words.size(); ++done) {
    if (is_met(marks, done, words[done], cycle)) {
      marked[listed++] = static_cast<std::uint32_t>(done);
    }
  }
  return listed;
}

void DrawBatch::draw(std::uint64_t seed) {
  const PhiloxKey key = key_of(seed);
  for (std::size_t done = HWY_DYNAMIC_DISPATCH(draw_named_lanes)(key, words_.data(), size_); done < size_; ++done) {
    words_[done] = philox({words_[done]}, key);
  }
}

std::vector<std::string> vector_paths() {
  std::vector<std::string> names;
  for (const std::int64_t target : supported_targets()) {
    names.emplace_back(hwy::TargetName(target));
  }
  return names;
}

void use_vector_path(const std::string& path) {
  hwy::SetSupportedTargetsForTest(0);
  if (path.empty()) {
    return;
  }
  for (const std::int64_t target : supported_targets()) {
    if (path == hwy::TargetName(target)) {
      hwy::SetSupportedTargetsForTest(target);
      return;
    }
  }
  throw InvalidArgument("path", "must be one of vector_paths()", path);
}

}  // namespace waterbed
#endif
