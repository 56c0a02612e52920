// Terms that share a saving or loss.

#include "text.hpp"
#include "validate.hpp"

#include <algorithm>
#include <string>

namespace waterbed::internal {
namespace {

void check_level(ContractChecker& c, const std::string& field, const Gate::Level& level) {
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
              rate_text(row.high_end));
    c.require(open || row.to - row.from <= 1'000'000'000, name + ".to", "must be within 1e9 people of `from`",
              std::to_string(row.to));
    if (i > 0 && table.rows[i - 1].to != SizeRow::k_open) {
      c.require(row.from == table.rows[i - 1].to + 1, name + ".from",
                "must follow the row before without gap or overlap", std::to_string(row.from));
    }
  }
}

void check_share(ContractChecker& c, const std::string& field, const Share& share) {
  c.share(field, share.constant);
  c.share(field + ".if_failed", share.if_failed);
  if (share.formula) {
    c.require(share.constant.nano == 0, field, "must be either a constant or a formula", "both");
    c.formula(field, *share.formula);
  }
}

void check_layers(ContractChecker& c, const std::string& field, const std::vector<Layer>& layers) {
  Rate from;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string name = field + "[" + std::to_string(i) + "]";
    const Layer& layer = layers[i];
    if (!layer.edge) {
      c.require(i + 1 == layers.size(), name + ".edge", "only the last layer is open", "open");
    } else {
      c.require(*layer.edge > from, name + ".edge",
                "must be above the edge before, " + rate_text(from) + ": layers ascend", rate_text(*layer.edge));
      from = std::max(from, *layer.edge);
    }
    check_share(c, name + ".share", layer.share);
  }
}

void check_limit(ContractChecker& c, const std::string& field, const std::vector<LimitPart>& parts) {
  for (const LimitPart& part : parts) {
    if (part.base == LimitBase::amount) {
      c.not_negative(field + ".amount", part.amount);
      c.require(part.shares.empty(), field + ".amount", "must be either an amount or a share", "both");
      continue;
    }
    const std::string name = field + (part.base == LimitBase::revenue ? ".of_revenue" : ".of_reference");
    c.not_empty(name, part.shares.size(), "at least one share");
    c.require(part.amount == Money{}, name, "must be either an amount or a share", "both");
    for (const Rate share : part.shares) {
      c.share(name, share);
    }
  }
}

}  // namespace

void check(ContractChecker& c, const Gate& gate) {
  check_level(c, "gate.up", gate.up);
  check_level(c, "gate.down", gate.down);
  c.share("gate.below_share", gate.below_share);
  c.require(gate.below_share.nano == 0 || gate.below_if != BelowIf::never, "gate.below_share",
            "needs below_if: who is paid under the gate", rate_text(gate.below_share));
  c.require(gate.below_if == BelowIf::never || gate.mode == GateMode::first_dollar, "gate.below_if",
            "needs first_dollar: nothing exceeds a gate from below", "excess");
}

void check(ContractChecker& c, const Layers& layers) {
  c.not_empty("layers", layers.up.size() + layers.down.size(), "at least one layer");
  check_layers(c, "layers.up", layers.up);
  check_layers(c, "layers.down", layers.down);
}

void check(ContractChecker& c, const Limit& limit) {
  c.not_empty("limit", limit.up.size() + limit.down.size(), "a limit up or down");
  check_limit(c, "limit.up", limit.up);
  check_limit(c, "limit.down", limit.down);
}

void check(ContractChecker& c, const Gain& gain) {
  c.require(!gain.outcome.empty(), "gain.outcome", "must name the outcome", "\"\"");
  c.positive("gain.value", gain.value);
  c.share("gain.share", gain.share);
  c.require(!gain.floor || !gain.cap || *gain.floor <= *gain.cap, "gain.floor", "must be at most the cap",
            rate_text(gain.floor.value_or(Rate{})));
  if (gain.most) {
    c.not_negative("gain.most", *gain.most);
  }
  c.require(gain.credibility_k >= 0, "gain.credibility_k", "must be 0 or more", std::to_string(gain.credibility_k));
}

void check(ContractChecker& c, const Adjust& adjust) {
  c.share("adjust.sequestration", adjust.sequestration);
  c.positive("adjust.price_index", adjust.price_index);
  c.share("adjust.advance_recovery", adjust.advance_recovery);
  c.unique("adjust.less", adjust.less);
  constexpr int k_latest = 240;
  c.require(adjust.pay_month >= 12 && adjust.pay_month <= k_latest, "adjust.pay_month",
            "must be in [12, 240]: a year is settled after it has ended", std::to_string(adjust.pay_month));
  c.require(adjust.owe_month >= 12 && adjust.owe_month <= k_latest, "adjust.owe_month",
            "must be in [12, 240]: a year is settled after it has ended", std::to_string(adjust.owe_month));
}

void check(ContractChecker& c, const Split& split) {
  c.require(split.parts.empty() != split.waterfall.empty(), "split", "must have either weights or a waterfall",
            split.parts.empty() ? "neither" : "both");
  std::vector<std::string> parties;
  bool some = false;
  for (const SplitPart& part : split.parts) {
    parties.push_back(part.party);
    c.require(part.weight.nano >= 0, "split." + part.party, "must be 0 or more", rate_text(part.weight));
    some = some || part.weight.nano > 0;
  }
  c.require(some || split.parts.empty(), "split", "must have a weight above 0",
            std::to_string(split.parts.size()) + " parties without");
  for (std::size_t i = 0; i < split.waterfall.size(); ++i) {
    const WaterfallStep& step = split.waterfall[i];
    const std::string field = "split.waterfall[" + std::to_string(i) + "].up_to";
    parties.push_back(step.party);
    const bool last = i + 1 == split.waterfall.size();
    c.require(step.up_to.has_value() != last, field, "the last step, and only that, is open: it takes what is left",
              step.up_to ? money_text(fraction(*step.up_to)) : "open");
    if (step.up_to) {
      c.positive(field, *step.up_to);
    }
  }
  c.unique("split", parties);
}

}  // namespace waterbed::internal
