#include "text.hpp"
#include "waterbed/contracts/contract.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace waterbed {
namespace {

std::string text(Rate rate) {
  std::string digits = std::to_string(rate.to_double());
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits.back() == '.' ? digits + "0" : digits;
}
std::string text(Money amount) { return internal::money_text(internal::fraction(amount)); }

/// Collects faults; each check is one call.
class Checker {
 public:
  void add(std::string field, std::string rule, std::string got) {
    problems.push_back({std::move(field), std::move(rule), std::move(got)});
  }
  void require(bool holds_true, const std::string& field, const std::string& rule, const std::string& got) {
    if (!holds_true) {
      add(field, rule, got);
    }
  }
  void share(const std::string& field, Rate rate) {
    require(rate.nano >= 0 && rate.nano <= Rate::k_one, field, "must be in [0, 1]", text(rate));
  }
  void not_negative(const std::string& field, Money amount) {
    require(amount.micro >= 0, field, "must be 0 or more", text(amount));
  }
  void positive(const std::string& field, Money amount) {
    require(amount.micro > 0, field, "must be above 0", text(amount));
  }
  void not_empty(const std::string& field, std::size_t size, const std::string& what) {
    require(size > 0, field, "must name " + what, "nothing");
  }
  void prices(const std::string& field, const std::vector<ServicePrice>& lines) {
    std::set<std::string> seen;
    for (const ServicePrice& line : lines) {
      require(!line.service.empty(), field, "must name each service", "\"\"");
      require(seen.insert(line.service).second, field + "." + line.service, "must be listed once", "twice");
      if (line.price) {
        not_negative(field + "." + line.service, *line.price);
      }
    }
  }

  std::vector<ContractProblem> problems;
};

void check(Checker& c, const Scope& scope) {
  c.require(scope.min_people >= 0, "scope.min_people", "must be 0 or more", std::to_string(scope.min_people));
}

void check(Checker& c, const Fee& fee) {
  c.not_empty("fee.prices", fee.prices.size(), "at least one service");
  c.prices("fee.prices", fee.prices);
  Money from;
  for (std::size_t i = 0; i < fee.tiers.size(); ++i) {
    const std::string field = "fee.tiers[" + std::to_string(i) + "]";
    c.share(field + ".discount", fee.tiers[i].discount);
    if (i + 1 == fee.tiers.size()) {
      c.require(!fee.tiers[i].up_to, field + ".up_to", "the last tier must be open",
                fee.tiers[i].up_to ? text(*fee.tiers[i].up_to) : "");
    } else if (!fee.tiers[i].up_to) {
      c.add(field + ".up_to", "only the last tier is open", "open");
    } else {
      c.require(*fee.tiers[i].up_to > from, field + ".up_to", "must be above " + text(from), text(*fee.tiers[i].up_to));
      from = *fee.tiers[i].up_to;
    }
  }
  if (fee.patient_share) {
    c.not_negative("fee.patient_share.first", fee.patient_share->first);
    c.require(fee.patient_share->from_age >= 0 && fee.patient_share->from_age <= 120, "fee.patient_share.from_age",
              "must be in [0, 120]", std::to_string(fee.patient_share->from_age));
  }
}

void check(Checker& c, const Capitation& capitation) {
  c.not_empty("capitation.classes", capitation.classes.size(), "at least one class");
  std::set<std::string> seen;
  for (const CapitationClass& line : capitation.classes) {
    c.require(seen.insert(line.name).second, "capitation.classes." + line.name, "must be listed once", "twice");
    c.not_negative("capitation.classes." + line.name, line.rate);
  }
}

void check(Checker& c, const Bundle& bundle) {
  c.not_empty("bundle.services", bundle.services.size(), "the services inside");
  if (bundle.trigger == BundleTrigger::first_contact) {
    c.require(bundle.window_days > 0, "bundle.window_days", "must be above 0 for a bundle that a contact opens",
              std::to_string(bundle.window_days));
    c.require(bundle.who.empty(), "bundle.who", "is for enrolled people; a contact opens this bundle", bundle.who);
  } else {
    c.require(bundle.window_days == 0, "bundle.window_days",
              "is for a bundle that a contact opens; enrolment has a period", std::to_string(bundle.window_days));
    c.require(bundle.opened_by.empty(), "bundle.opened_by", "is for a bundle that a contact opens",
              bundle.opened_by.empty() ? "" : bundle.opened_by.front());
    c.require(bundle.pricing == BundlePricing::fixed, "bundle.price", "must be fixed for enrolled people",
              "by_contents");
  }
  if (bundle.pricing == BundlePricing::fixed) {
    c.not_negative("bundle.price", bundle.price);
    c.require(bundle.contents.empty(), "bundle.contents", "is for a bundle priced by contents",
              std::to_string(bundle.contents.size()) + " prices");
  } else if (bundle.pricing == BundlePricing::by_contents) {
    c.not_empty("bundle.contents", bundle.contents.size(), "the prices by contents");
    c.prices("bundle.contents", bundle.contents);
  }
}

void check(Checker& c, const Lump& lump) { c.not_negative("lump.amount", lump.amount); }

void check(Checker& c, const Ceiling& ceiling) {
  c.require(ceiling.amount.has_value() != ceiling.of_expected_turnover.has_value(), "ceiling",
            "must have either an amount or a share of expected turnover", ceiling.amount ? "both" : "neither");
  if (ceiling.amount) {
    c.not_negative("ceiling.amount", *ceiling.amount);
  }
  if (ceiling.of_expected_turnover) {
    c.require(ceiling.of_expected_turnover->nano >= 0, "ceiling.of_expected_turnover", "must be 0 or more",
              text(*ceiling.of_expected_turnover));
  }
  c.share("ceiling.share_above", ceiling.share_above);
  if (ceiling.floor) {
    c.not_negative("ceiling.floor", *ceiling.floor);
    c.require(!ceiling.amount || *ceiling.floor <= *ceiling.amount, "ceiling.floor", "must be at most the ceiling",
              text(*ceiling.floor));
  }
}

void check(Checker& c, const Truncate& truncate) {
  const int rules = (truncate.amount ? 1 : 0) + (truncate.percentile ? 1 : 0) + (truncate.sd_above_mean ? 1 : 0);
  const std::string field = truncate.unit == TruncateUnit::person ? "truncate.person" : "truncate.episode";
  c.require(rules == 1, field, "must have one of an amount, percentile or sd_above_mean", std::to_string(rules));
  if (truncate.amount) {
    c.positive(field, *truncate.amount);
  }
}

void check(Checker& c, const Reference& reference) {
  c.not_empty("reference.steps", reference.steps.size(), "at least one step");
  bool history = false;
  for (std::size_t i = 0; i < reference.steps.size(); ++i) {
    const std::string field = "reference.steps[" + std::to_string(i) + "]";
    const bool starts =
        std::holds_alternative<Given>(reference.steps[i]) || std::holds_alternative<History>(reference.steps[i]);
    c.require(starts == (i == 0), field,
              i == 0 ? "the first step must be given or history" : "given and history can only be the first step",
              starts ? "given or history" : "trend");
    if (const auto* step = std::get_if<History>(&reference.steps[i])) {
      history = true;
      c.require(step->years >= 1 && step->years <= 20, field + ".years", "must be in [1, 20]",
                std::to_string(step->years));
      std::int64_t sum = 0;
      for (const Rate weight : step->weights) {
        c.share(field + ".weights", weight);
        sum += weight.nano;
      }
      if (!step->weights.empty()) {
        c.require(step->weights.size() == static_cast<std::size_t>(step->years), field + ".weights",
                  "must have one weight a year", std::to_string(step->weights.size()));
        c.require(sum == Rate::k_one, field + ".weights", "must add up to 1", text(Rate{sum}));
      }
    } else if (const auto* trend = std::get_if<Trend>(&reference.steps[i])) {
      c.require(trend->factor.nano > 0, field + ".factor", "must be above 0", text(trend->factor));
      c.require(!trend->per_year || history, field + ".per_year",
                "needs history: a given benchmark is already of the performance year", "given");
    }
  }
}

void check_level(Checker& c, const std::string& field, const Gate::Level& level) {
  if (const Rate* rate = std::get_if<Rate>(&level)) {
    c.share(field, *rate);
    return;
  }
  const SizeTable& table = std::get<SizeTable>(level);
  c.not_empty(field, table.rows.size(), "at least one row of the size table");
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const SizeRow& row = table.rows[i];
    const std::string name = field + "[" + std::to_string(i) + "]";
    c.share(name + ".low_end", row.low_end);
    c.share(name + ".high_end", row.high_end);
    c.require(row.from >= 0 && row.from <= row.to, name + ".from", "must be 0 or more and at most `to`",
              std::to_string(row.from));
    const bool open = row.to == SizeRow::k_open;
    c.require(open == (i + 1 == table.rows.size()), name + ".to", "the last row, and only that, is open",
              open ? "open" : std::to_string(row.to));
    c.require(!open || row.low_end == row.high_end, name + ".high_end", "must equal low_end in an open row",
              text(row.high_end));
    c.require(open || row.to - row.from <= 1'000'000'000, name + ".to", "must be within 1e9 people of `from`",
              std::to_string(row.to));
    if (i > 0 && table.rows[i - 1].to != SizeRow::k_open) {
      c.require(row.from == table.rows[i - 1].to + 1, name + ".from",
                "must follow the row before without gap or overlap", std::to_string(row.from));
    }
  }
}

void check(Checker& c, const Gate& gate) {
  check_level(c, "gate.up", gate.up);
  check_level(c, "gate.down", gate.down);
  c.share("gate.below_share", gate.below_share);
  c.require(gate.below_share.nano == 0 || gate.below_if != BelowIf::never, "gate.below_share",
            "needs below_if: who is paid under the gate", text(gate.below_share));
  c.require(gate.below_if == BelowIf::never || gate.mode == GateMode::first_dollar, "gate.below_if",
            "needs first_dollar: nothing exceeds a gate from below", "excess");
}

void check_layers(Checker& c, const std::string& field, const std::vector<Layer>& layers) {
  Rate from;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string name = field + "[" + std::to_string(i) + "]";
    const Layer& layer = layers[i];
    if (!layer.edge) {
      c.require(i + 1 == layers.size(), name + ".edge", "only the last layer is open", "open");
    } else {
      c.require(*layer.edge > from, name + ".edge", "must be above the edge before, " + text(from) + ": layers ascend",
                text(*layer.edge));
      from = std::max(from, *layer.edge);
    }
    const Share& share = layer.share;
    c.share(name + ".share", share.constant);
    if (share.if_failed) {
      c.share(name + ".share.if_failed", *share.if_failed);
    }
  }
}

void check(Checker& c, const Layers& layers) {
  c.not_empty("layers", layers.up.size() + layers.down.size(), "at least one layer");
  check_layers(c, "layers.up", layers.up);
  check_layers(c, "layers.down", layers.down);
}

void check(Checker& c, const Quality& quality) {
  const std::array<std::pair<const char*, QualityFactor>, 3> factors = {
      {{"quality.met", quality.met}, {"quality.alternative", quality.alternative}, {"quality.failed", quality.failed}}};
  for (const auto& [field, factor] : factors) {
    if (!factor.score) {
      c.share(field, factor.constant);
    }
  }
  c.share("quality.swing_up", quality.swing_up);
  c.share("quality.swing_down", quality.swing_down);
  const bool swings = quality.swing_up.nano != 0 || quality.swing_down.nano != 0;
  const bool on_settlement = quality.target == QualityTarget::settlement;
  c.require(on_settlement || !swings, "quality.swing_up", "is for target settlement", "layers");
  c.require(!on_settlement || swings, "quality.target", "settlement needs swing_up or swing_down", "neither");
}

void check_limit(Checker& c, const std::string& field, const std::vector<LimitPart>& parts) {
  for (const LimitPart& part : parts) {
    for (const Rate share : part.shares) {
      c.share(field + (part.base == LimitBase::revenue ? ".of_revenue" : ".of_reference"), share);
    }
  }
}

void check(Checker& c, const Limit& limit) {
  c.not_empty("limit", limit.up.size() + limit.down.size(), "a limit up or down");
  check_limit(c, "limit.up", limit.up);
  check_limit(c, "limit.down", limit.down);
}

void check(Checker& c, const Reinsure& reinsure) { c.share("reinsure.share", reinsure.share); }

void check(Checker& c, const Withhold& withhold) {
  c.not_empty("withhold", withhold.parts.size(), "at least one part");
}

void check(Checker& c, const Gain& gain) { c.share("gain.share", gain.share); }

void check(Checker& c, const Adjust& adjust) { c.share("adjust.sequestration", adjust.sequestration); }

void check(Checker& c, const Split& split) {
  std::set<std::string> seen;
  bool some = false;
  for (const SplitPart& part : split.parts) {
    c.require(!part.party.empty(), "split", "must name each party", "\"\"");
    c.require(seen.insert(part.party).second, "split." + part.party, "must be listed once", "twice");
    c.require(part.weight.nano >= 0, "split." + part.party, "must be 0 or more", text(part.weight));
    some = some || part.weight.nano > 0;
  }
  c.require(some || !split.waterfall.empty(), "split", "must have a weight above 0", std::to_string(split.parts.size()) + " parties without");
}

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
void check_base_conflicts(Checker& c, const Contract& contract) {
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
  if (const Bundle* bundle = find_term<Bundle>(contract)) {
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

void check_combinations(Checker& c, const Contract& contract) {
  std::array<int, std::variant_size_v<Term>> count{};
  for (const Term& term : contract.terms) {
    if (++count[term.index()] == 2) {
      c.add(std::string(name_of(term)), "a contract has at most one term of a kind", "two");
    }
  }
  const bool layers = find_term<Layers>(contract) != nullptr;
  const bool reference = find_term<Reference>(contract) != nullptr;
  c.require(!layers || reference, "layers", "needs reference: a saving is measured against a benchmark",
            "no reference");
  c.require(!reference || layers, "reference", "needs layers: a benchmark alone pays nothing", "no layers");
  const auto needs_layers = [&](bool present, const char* name, const char* reason) {
    c.require(!present || layers, name, std::string("needs layers: ") + reason, "no layers");
  };
  needs_layers(find_term<Truncate>(contract), "truncate", "nothing is settled on counted spending");
  needs_layers(find_term<Gate>(contract), "gate", "there is no share to hold back");
  const Quality* quality = find_term<Quality>(contract);
  const bool scales = quality != nullptr && quality->target != QualityTarget::base &&
                      quality->target != QualityTarget::amount && quality->target != QualityTarget::withhold;
  needs_layers(scales, "quality", "there is no share to scale");
  needs_layers(find_term<Limit>(contract), "limit", "there is no settlement to limit");
  needs_layers(find_term<Adjust>(contract), "adjust", "there is no settlement to adjust");
  const bool capped = find_term<Fee>(contract) || find_term<Bundle>(contract);
  c.require(!find_term<Ceiling>(contract) || capped, "ceiling", "needs fee or bundle: it limits what these bring in",
            "neither");
  check_base_conflicts(c, contract);
}

}  // namespace

std::string_view name_of(const Term& term) {
  static constexpr std::array<std::string_view, std::variant_size_v<Term>> names = {
      "scope",    "fee",  "capitation", "bundle",  "lump",  "ceiling", "truncate", "reinsure", "reference",
      "withhold", "gate", "layers",     "quality", "limit", "gain",    "adjust",   "split"};
  return names[term.index()];
}

std::vector<ContractProblem> validate(const Contract& contract) {
  Checker c;
  c.require(!contract.name.empty(), "name", "must not be empty", "\"\"");
  c.require(contract.quality >= 'A' && contract.quality <= 'C', "quality", "must be A, B or C",
            std::string(1, contract.quality));
  static const std::set<std::string> categories = {"", "1", "2A", "2B", "2C", "3A", "3B", "3N", "4A", "4B", "4C", "4N"};
  c.require(categories.count(contract.hcp_lan_category) == 1, "hcp_lan_category",
            "must be 1, 2A, 2B, 2C, 3A, 3B, 3N, 4A, 4B, 4C or 4N", contract.hcp_lan_category);
  c.not_empty("terms", contract.terms.size(), "at least one term");
  for (const Term& term : contract.terms) {
    std::visit([&c](const auto& alternative) { check(c, alternative); }, term);
  }
  check_combinations(c, contract);
  return c.problems;
}

}  // namespace waterbed
