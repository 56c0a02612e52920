#include "waterbed/contracts/term_curves.hpp"

#include <algorithm>
#include <limits>

namespace waterbed {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

PaymentCurve straight(double slope) { return bent_curve({{-k_infinity, slope}}, 0.0, 0.0); }

}  // namespace

PaymentCurve tier_curve(const Fee& fee) {
  const double paid = fee.share.to_double();
  if (fee.tier_mode == TierMode::incremental || fee.tiers.empty()) {
    std::vector<Bend> bends = {{-k_infinity, paid}};
    double from = 0.0;
    for (const VolumeTier& tier : fee.tiers) {
      bends.push_back({from, paid * (1.0 - tier.discount.to_double())});
      from = tier.up_to ? tier.up_to->to_euro() : k_infinity;
    }
    return bent_curve(bends, 0.0, 0.0);
  }
  // All units: straight through the origin in each tier, which holds its upper edge.
  PaymentCurve curve{{{-k_infinity, 0.0, 0.0, 0.0, paid}}};
  double from = 0.0;
  for (const VolumeTier& tier : fee.tiers) {
    const double kept = paid * (1.0 - tier.discount.to_double());
    const double to = tier.up_to ? tier.up_to->to_euro() : k_infinity;
    const double anchor = tier.up_to ? to : from + 1.0;
    curve.pieces.push_back({from, to, anchor, kept * anchor, kept});
    from = to;
  }
  return curve;
}

PaymentCurve patient_curve(const PatientShare& share) {
  const double first = share.first.to_euro();
  const double after = share.share.to_double();
  std::vector<Bend> bends = {{-k_infinity, 0.0}, {0.0, 1.0}, {first, after}};
  if (share.most && after > 0.0) {
    bends.push_back({std::max(first, first + (share.most->to_euro() - first) / after), 0.0});
  }
  return bent_curve(bends, 0.0, 0.0);
}

PaymentCurve ceiling_curve(const Ceiling& ceiling, double amount) {
  std::vector<Bend> bends = {{-k_infinity, 1.0}};
  if (ceiling.floor) {
    bends = {{-k_infinity, 0.0}, {ceiling.floor->to_euro(), 1.0}};
  }
  bends.push_back({amount, ceiling.share_above.to_double()});
  return bent_curve(bends, amount, amount);
}

PaymentCurve band_curve(const VolumeBand& band, double expected_turnover) {
  const double width = band.width.to_double();
  return bent_curve({{-k_infinity, band.share_below.to_double()},
                     {(1.0 - width) * expected_turnover, 0.0},
                     {(1.0 + width) * expected_turnover, band.share_above.to_double()}},
                    expected_turnover, 0.0);
}

PaymentCurve outlier_curve(const Outlier& outlier) {
  const double above = outlier.above.to_euro();
  return bent_curve({{-k_infinity, 0.0}, {above, outlier.share.to_double()}}, above, 0.0);
}

PaymentCurve counted_curve(const CutLevels& cut, const Reinsure* reinsure) {
  std::vector<Bend> bends = {{-k_infinity, 1.0}};
  if (cut.low) {
    bends = {{-k_infinity, 0.0}, {cut.low->to_euro(), 1.0}};
  }
  if (cut.high) {
    bends.push_back({cut.high->to_euro(), 0.0});
  }
  const double fixed = cut.high ? cut.high->to_euro() : cut.low.value_or(Money{}).to_euro();
  PaymentCurve truncated = bent_curve(bends, fixed, fixed);
  if (!reinsure) {
    return truncated;
  }
  const double attach = reinsure->attach.to_euro();
  std::vector<Bend> net = {{-k_infinity, 1.0}, {attach, 1.0 - reinsure->share.to_double()}};
  if (reinsure->limit) {
    net.push_back({attach + reinsure->limit->to_euro(), 1.0});
  }
  return through(bent_curve(net, 0.0, 0.0), truncated);
}

PaymentCurve gain_curve(const Gain& gain, std::int64_t people, double comparison_gain) {
  const double price = gain.share.to_double() * gain.value.to_euro();
  const double n = static_cast<double>(people);
  const double k = static_cast<double>(gain.credibility_k);
  const double credibility = n + k > 0.0 ? n / (n + k) : 0.0;
  const double against = (gain.at == GainLevel::group ? n : 1.0) * comparison_gain;
  const PaymentCurve credited = bent_curve({{-k_infinity, credibility}}, against, 0.0);
  std::vector<Bend> bends = {{-k_infinity, price}};
  if (gain.floor) {
    bends = {{-k_infinity, 0.0}, {gain.floor->to_double(), price}};
  }
  double cap = gain.cap ? gain.cap->to_double() : k_infinity;
  if (gain.most && gain.at == GainLevel::group && price > 0.0) {
    cap = std::min(cap, gain.most->to_euro() / price);
  }
  bends.push_back({cap, 0.0});
  const double fixed = gain.floor ? gain.floor->to_double() : 0.0;
  return through(bent_curve(bends, fixed, price * fixed), credited);
}

PaymentCurve split_curve(const Split& split, const std::string& party) {
  if (split.waterfall.empty()) {
    return straight(split_share(split, party));
  }
  // What is owed is borne by the last party; what is paid meets one claim after the other.
  std::vector<Bend> bends = {{-k_infinity, split.waterfall.back().party == party ? 1.0 : 0.0}};
  double from = 0.0;
  for (const WaterfallStep& step : split.waterfall) {
    bends.push_back({from, step.party == party ? 1.0 : 0.0});
    from = step.up_to ? from + step.up_to->to_euro() : k_infinity;
  }
  return bent_curve(bends, 0.0, 0.0);
}

}  // namespace waterbed
