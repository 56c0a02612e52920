#include "waterbed/random/draw_many.hpp"

#include "waterbed/core/error.hpp"

#include <algorithm>

// Compiles what stands between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "random/draw_many.cpp"  // NOLINT(readability-identifier-naming): the library's name
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace waterbed::HWY_NAMESPACE {
namespace {

/// Columns of what tells draws of a batch apart: k, person, purpose and cycle.
using Columns = std::array<const std::uint32_t*, 3>;

#if HWY_TARGET == HWY_SCALAR
/// No vector unit to speak of: draw_many() makes all of them one by one.
std::size_t draw_lanes(PhiloxCounter /*first*/, PhiloxKey /*key*/, Words* /*out*/, std::size_t /*count*/) { return 0; }
std::size_t draw_named_lanes(const Columns& /*names*/, std::uint32_t /*replication*/, PhiloxKey /*key*/,
                             Words* /*out*/, std::size_t /*count*/) {
  return 0;
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

/// As philox(), a counter in each lane.
HWY_INLINE void philox_lanes(Lanes d, Vector x0, Vector x1, Vector x2, Vector x3, PhiloxKey key, std::uint32_t* out) {
  const Vector multiplier_0 = hn::Set(d, 0xD2511F53U);
  const Vector multiplier_1 = hn::Set(d, 0xCD9E8D57U);
  std::uint32_t key_0 = key.word[0];
  std::uint32_t key_1 = key.word[1];
  for (int round = 0; round < 10; ++round) {
    const Product p0 = multiply(d, x0, multiplier_0);
    const Product p1 = multiply(d, x2, multiplier_1);
    x0 = hn::Xor(hn::Xor(p1.high, x1), hn::Set(d, key_0));
    x2 = hn::Xor(hn::Xor(p0.high, x3), hn::Set(d, key_1));
    x1 = p1.low;
    x3 = p0.low;
    key_0 += 0x9E3779B9U;
    key_1 += 0xBB67AE85U;
  }
  hn::StoreInterleaved4(x0, x1, x2, x3, d, out);
}

/// Of persons one after the other.
std::size_t draw_lanes(PhiloxCounter first, PhiloxKey key, Words* out, std::size_t count) {
  const Lanes d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t done = 0;
  for (; done + lanes <= count; done += lanes) {
    philox_lanes(d, hn::Set(d, first.word[0]), hn::Iota(d, first.word[1] + static_cast<std::uint32_t>(done)),
                 hn::Set(d, first.word[2]), hn::Set(d, first.word[3]), key, out[done].data());
  }
  return done;
}

std::size_t draw_named_lanes(const Columns& names, std::uint32_t replication, PhiloxKey key, Words* out,
                             std::size_t count) {
  const Lanes d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t done = 0;
  for (; done + lanes <= count; done += lanes) {
    philox_lanes(d, hn::LoadU(d, names[0] + done), hn::LoadU(d, names[1] + done), hn::Set(d, replication),
                 hn::LoadU(d, names[2] + done), key, out[done].data());
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
HWY_EXPORT(draw_named_lanes);

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
  const auto purpose = static_cast<std::uint32_t>(first.purpose);
  const PhiloxCounter counter{{first.k, first.person, first.replication, purpose << 24 | first.cycle}};
  const PhiloxKey key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  std::size_t done = HWY_DYNAMIC_DISPATCH(draw_lanes)(counter, key, out.data(), out.size());
  for (DrawName name = first; done < out.size(); ++done) {
    name.person = first.person + static_cast<std::uint32_t>(done);
    out[done] = draw(seed, name);
  }
}

void DrawBatch::draw(std::uint64_t seed, std::uint32_t replication) {
  const PhiloxKey key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  std::size_t done = HWY_DYNAMIC_DISPATCH(draw_named_lanes)({k_.data(), person_.data(), when_.data()}, replication, key,
                                                            words_.data(), size_);
  for (; done < size_; ++done) {
    words_[done] = philox({{k_[done], person_[done], replication, when_[done]}}, key);
  }
}

void DrawBatch::grow() {
  constexpr std::size_t k_least = 256;
  const std::size_t room = std::max(k_least, 2 * k_.size());
  k_.resize(room);
  person_.resize(room);
  when_.resize(room);
  words_.resize(room);
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
