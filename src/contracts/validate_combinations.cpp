// Terms that have a meaning one by one but not together.

#include "benchmark.hpp"
#include "text.hpp"
#include "validate.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace waterbed::internal {
namespace {

bool any_common(const std::vector<std::string>& services, const std::vector<std::string>& others, std::string& common) {
  for (const std::string& service : services) {
    const bool all = service == "all" && !others.empty();
    if (all || std::find(others.begin(), others.end(), service) != others.end() ||
        std::find(others.begin(), others.end(), "all") != others.end()) {
      common = service;
      return true;
    }
  }
  return false;
}

/// No unit may have two base payments within one contract. Fees inside a bundle are switched off, so these may overlap.
void check_base_conflicts(ContractChecker& c) {
  const Contract& contract = c.contract();
  struct Claim {
    std::string term;
    std::vector<std::string> services;
  };
  std::vector<Claim> claims;
  if (const Fee* fee = find_term<Fee>(contract)) {
    Claim claim{"fee", {}};
    for (const ServicePrice& line : fee->prices) {
      claim.services.push_back(line.service);
    }
    claims.push_back(claim);
  }
  if (const Bundle* bundle = find_term<Bundle>(contract); bundle && !per_episode(contract)) {
    claims.push_back({"bundle", bundle->services});
  }
  if (const Capitation* capitation = find_term<Capitation>(contract)) {
    claims.push_back({"capitation", capitation->services});
  }
  if (const Lump* lump = find_term<Lump>(contract)) {
    claims.push_back({"lump", lump->services});
  }
  for (std::size_t i = 0; i < claims.size(); ++i) {
    for (std::size_t j = i + 1; j < claims.size(); ++j) {
      std::string common;
      const bool switched_off = claims[i].term == "fee" && claims[j].term == "bundle";
      if (!switched_off && any_common(claims[i].services, claims[j].services, common)) {
        c.add(claims[j].term + ".services",
              "a unit has one base payment: " + common + " is also paid by " + claims[i].term, common);
      }
    }
  }
}

bool has_base_payments(const Contract& contract) {
  return find_term<Fee>(contract) || find_term<Capitation>(contract) || find_term<Lump>(contract) ||
         (find_term<Bundle>(contract) && !per_episode(contract));
}

void check_quality_target(ContractChecker& c, const Quality& quality, bool layers) {
  const Contract& contract = c.contract();
  const Reference* reference = find_term<Reference>(contract);
  switch (quality.target) {
    case QualityTarget::layers_up:
    case QualityTarget::layers_down:
    case QualityTarget::layers_both:
    case QualityTarget::settlement:
      c.need(layers, "quality", "needs layers: there is no share to scale", "no layers");
      break;
    case QualityTarget::discount:
      c.need(reference != nullptr && find_discount(*reference) != nullptr, "quality.target",
             "discount needs a discount among the steps of the reference", "none");
      break;
    case QualityTarget::withhold: {
      const Withhold* withhold = find_term<Withhold>(contract);
      const bool earned = withhold != nullptr &&
                          std::any_of(withhold->parts.begin(), withhold->parts.end(),
                                      [](const WithholdPart& part) { return part.earned_by == EarnedBy::quality; });
      c.need(earned, "quality.target", "withhold needs a part that is earned by quality", "none");
      break;
    }
    case QualityTarget::base:
      c.need(has_base_payments(contract), "quality.target", "base needs fee, capitation, bundle or lump", "none");
      break;
    case QualityTarget::amount:
      c.need(!quality.amount || !quality.amount->of_reference || reference != nullptr, "quality.amount.of_reference",
             "needs reference", "no reference");
      break;
  }
}

void check_adjust_uses(ContractChecker& c, const Adjust& adjust, bool layers, bool added) {
  const bool base = has_base_payments(c.contract());
  c.need(layers || added || base, "adjust", "needs layers: there is no settlement to adjust", "no layers");
  if (!layers && (added || base)) {
    const auto needs_layers = [&](bool unused, const char* name, const std::string& got) {
      c.need(unused, std::string("adjust.") + name, "needs layers: there is no settlement to adjust", got);
    };
    needs_layers(adjust.sequestration.nano == 0, "sequestration", rate_text(adjust.sequestration));
    needs_layers(!adjust.mitigates_losses, "mitigates_losses", "true");
    needs_layers(adjust.price_index.nano == Rate::k_one, "price_index", rate_text(adjust.price_index));
    needs_layers(adjust.advance_recovery.nano == 0, "advance_recovery", rate_text(adjust.advance_recovery));
  }
  c.need(adjust.less.empty() || base, "adjust.less", "needs base payments, from which they are taken off", "none");
}

/// What is paid of each euro of benchmark for a saving or loss of this share of it; none if a formula decides.
std::optional<Exact> paid_at(const std::vector<Layer>& layers, const Exact& size) {
  Exact sum = 0;
  Exact from = 0;
  for (const Layer& layer : layers) {
    if (layer.share.formula) {
      return std::nullopt;
    }
    const Exact to = layer.edge ? std::min(fraction(*layer.edge), size) : size;
    if (to > from) {
      sum += fraction(layer.share.constant) * (to - from);
      from = to;
    }
  }
  return sum;
}

/// The most that the quality value can be. A ladder ascends; a formula may stay under 1: none.
std::optional<Exact> largest_value(const Quality& quality) {
  if (quality.formula) {
    return std::nullopt;
  }
  return quality.ladder.empty() ? Exact(1) : fraction(quality.ladder.back().value);
}

/// The most that quality multiplies what is shared in a direction by; none if a formula decides.
std::optional<Exact> largest_factor(const Quality* quality, bool up) {
  if (quality == nullptr) {
    return Exact(1);
  }
  const QualityTarget target = quality->target;
  const std::optional<Exact> value = largest_value(*quality);
  if (target == QualityTarget::settlement && up) {
    return value ? std::optional<Exact>(1 - fraction(quality->swing_up) * (1 - *value)) : std::nullopt;
  }
  if (target != QualityTarget::layers_both && target != (up ? QualityTarget::layers_up : QualityTarget::layers_down)) {
    return Exact(1);
  }
  Exact most = 0;
  for (const QualityFactor& factor : {quality->met, quality->alternative, quality->failed}) {
    if (factor.score && !value) {
      return std::nullopt;
    }
    most = std::max(most, factor.score ? *value : fraction(factor.constant));
  }
  return most;
}

/// The least gate of any size.
Rate least_gate(const Gate::Level& level) {
  if (const Rate* rate = std::get_if<Rate>(&level)) {
    return *rate;
  }
  Rate least{Rate::k_one};
  for (const SizeRow& row : std::get<SizeTable>(level).rows) {
    least = std::min({least, row.low_end, row.high_end});
  }
  return least;
}

/// Past a first-dollar gate more must be paid for more: not a fixed sum, as where the layers end under the gate or
/// where what the gate lets through is over the limit from the start. Quality may bring what is paid under the limit;
/// whoever has the best of it must gain by more as well.
void check_gate_reach(ContractChecker& c, bool up, const Gate::Level& level, const std::vector<Layer>& layers,
                      const std::vector<LimitPart>& parts) {
  const Rate gate = least_gate(level);
  if (gate.nano <= 0 || layers.empty()) {
    return;
  }
  const std::string name = up ? "up" : "down";
  if (layers.back().edge && *layers.back().edge <= gate) {
    c.add("layers." + name, "must reach past the gate, " + rate_text(gate) + ": beyond it nothing more is shared",
          rate_text(*layers.back().edge));
  }
  const std::optional<Exact> shared = paid_at(layers, fraction(gate));
  const std::optional<Exact> factor = largest_factor(find_term<Quality>(c.contract()), up);
  if (!shared || !factor) {
    return;
  }
  const Exact paid = *shared * *factor;
  for (const LimitPart& part : parts) {
    if (part.base != LimitBase::reference || part.shares.empty()) {
      continue;
    }
    const Rate most = *std::max_element(part.shares.begin(), part.shares.end());
    c.require(most.nano == 0 || paid <= fraction(most), "limit." + name,
              "must be at least what is shared at the gate, " + factor_text(paid) + " of the reference",
              rate_text(most));
  }
}

void check_episodes(ContractChecker& c, bool layers) {
  const Contract& contract = c.contract();
  const bool episodes = per_episode(contract);
  const Truncate* truncate = find_term<Truncate>(contract);
  c.need(!episodes || layers, "bundle.pricing",
         "retrospective needs reference and layers: what episodes are "
         "settled against",
         "no layers");
  if (truncate != nullptr) {
    const bool by_episode = truncate->unit == TruncateUnit::episode;
    c.need(!by_episode || episodes, "truncate.episode", "needs a bundle that is settled in retrospect", "none");
    c.require(by_episode || !episodes, "truncate.person", "must be by episode where episodes are settled", "person");
  }
  c.require(!episodes || !find_term<Reinsure>(contract), "reinsure", "is per person; here episodes are settled",
            "a bundle settled in retrospect");
  c.need(!episodes || !find_term<Ceiling>(contract) || find_term<Fee>(contract), "ceiling",
         "needs fee: a bundle settled in retrospect brings nothing in", "none");
}

}  // namespace

void check_combinations(ContractChecker& c) {
  const Contract& contract = c.contract();
  std::array<int, std::variant_size_v<Term>> count{};
  for (const Term& term : contract.terms) {
    if (++count[term.index()] == 2) {
      c.add(std::string(name_of(term)), "a contract has at most one term of a kind", "two");
    }
  }
  const Layers* layers = find_term<Layers>(contract);
  const Reference* reference = find_term<Reference>(contract);
  const Quality* quality = find_term<Quality>(contract);
  const bool own_amount = quality != nullptr && quality->target == QualityTarget::amount;
  const bool of_reference = own_amount && quality->amount && quality->amount->of_reference;
  const bool added = own_amount || find_term<Gain>(contract) != nullptr;
  c.need(!layers || reference, "layers", "needs reference: a saving is measured against a benchmark", "no reference");
  c.need(!reference || layers || of_reference, "reference", "needs layers: a benchmark alone pays nothing",
         "no layers");
  const auto needs_layers = [&](bool present, const char* name, const char* reason) {
    c.need(!present || layers, name, std::string("needs layers: ") + reason, "no layers");
  };
  needs_layers(find_term<Truncate>(contract), "truncate", "nothing is settled on counted spending");
  needs_layers(find_term<Reinsure>(contract), "reinsure", "nothing is settled on counted spending");
  needs_layers(find_term<Gate>(contract), "gate", "there is no share to hold back");
  if (quality != nullptr) {
    check_quality_target(c, *quality, layers != nullptr);
  }
  needs_layers(find_term<Limit>(contract), "limit", "there is no settlement to limit");
  if (const Adjust* adjust = find_term<Adjust>(contract)) {
    check_adjust_uses(c, *adjust, layers != nullptr, added);
  }
  if (const Withhold* withhold = find_term<Withhold>(contract)) {
    for (std::size_t i = 0; i < withhold->parts.size(); ++i) {
      const std::string field = "withhold[" + std::to_string(i) + "].of";
      const bool of_base = withhold->parts[i].of == WithholdBase::base;
      c.need(of_base || reference, field, "reference needs a reference", "none");
      c.need(!of_base || has_base_payments(contract), field, "base needs fee, capitation, bundle or lump", "none");
    }
  }
  const bool capped = find_term<Fee>(contract) || find_term<Bundle>(contract);
  c.need(!find_term<Ceiling>(contract) || capped, "ceiling", "needs fee or bundle: it limits what these bring in",
         "neither");
  const Truncate* truncate = find_term<Truncate>(contract);
  const Reinsure* reinsure = find_term<Reinsure>(contract);
  if (truncate != nullptr && reinsure != nullptr && truncate->amount) {
    c.require(reinsure->attach < *truncate->amount, "reinsure.attach",
              "must be under the amount at which spending is cut: nothing is left above it",
              money_text(fraction(reinsure->attach)));
  }
  check_episodes(c, layers != nullptr);
  const Gate* gate = find_term<Gate>(contract);
  if (gate != nullptr && layers != nullptr && gate->mode == GateMode::first_dollar) {
    const Limit* limit = find_term<Limit>(contract);
    check_gate_reach(c, true, gate->up, layers->up, limit != nullptr ? limit->up : std::vector<LimitPart>{});
    check_gate_reach(c, false, gate->down, layers->down, limit != nullptr ? limit->down : std::vector<LimitPart>{});
  }
  check_base_conflicts(c);
}

}  // namespace waterbed::internal
