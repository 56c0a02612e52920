#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/write.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace waterbed {
namespace {

using testing::ElementsAre;

std::vector<std::string> messages(const ScenarioError& error) {
  std::vector<std::string> lines;
  for (const Problem& problem : error.problems()) {
    lines.push_back(problem.message());
  }
  return lines;
}

std::vector<std::string> faults_of(const std::string& text) {
  try {
    (void)parse_contract(text, "made", "");
  } catch (const ScenarioError& error) {
    return messages(error);
  }
  return {};
}

// Every text here is what the writer writes, with every parameter of its terms at another value than the default: what
// is not read, or not written, shows as a difference.

/// @param rebase  a contract with weights of a renewed agreement must rebase
std::string opening(const std::string& rebase) {
  return R"yaml(payers: [insurer]
holders: [group]
precedence: 3
agreement:
  years: 5
  rebase: )yaml" +
         rebase + R"yaml(
  renegotiate: 0
currency: USD
da_vinci_code: ssp
hcp_lan_category: "3A"
source: "made up, p. 1"
quality: B
terms:
)yaml";
}

const std::string k_payments = opening("false") + R"yaml(  fee:
    prices:
      gp: 12.5
      hospital: list
    tiers:
      - {up_to: 1000, discount: 0}
      - {discount: 0.1}
    tier_mode: all_units
    share: 0.6
    patient_share:
      first: 385
      from_age: 21
      exempt: [gp]
      share: 0.2
      most: 1500
  capitation:
    period: month
    classes:
      young:
        who:
          age: [0, 64]
        rate: 9.25
      old:
        who: older_people
        rate: 33
    advance: true
  bundle:
    trigger: first_contact
    opened_by: [ward]
    window_days: 90
    clean_period_days: 30
    period: year
    services: [ward, clinic]
    pricing: fixed
    price: 24000
    outlier:
      above: 52000
      share: 0.8
    pays_others: false
  lump:
    amount: 152520
    period: quarter
    services: [network]
    band:
      width: 0.05
      share_above: 0.5
      share_below: 0.25
  ceiling:
    of_expected_turnover: 1.02
    share_above: 0.7
    duty_to_deliver: false
    floor: 100
    set_off_years: 2
)yaml";

const std::string k_settlement = opening("true") + R"yaml(  scope:
    who:
      all:
        - {age: [18, 120]}
        - {sex: [women]}
    services: [gp]
    price: standard
    min_people: 5000
    attribution:
      rule: choice
      timing: retrospective
      by: [gp]
      uptake: 0.75
      precedence: 2
    standard_prices:
      gp: 10
      hospital: list
  lump:
    amount: 1
    period: year
  truncate:
    person:
      percentile: 0.99
      low_percentile: 0.01
  reinsure:
    attach: 100000
    limit: 400000
    share: 0.9
    premium: 12.5
  reference:
    steps:
      - {history: {years: 3, weights: [0.1, 0.3, 0.6], weights_renewed: [0.3, 0.3, 0.4]}}
      - {trend: {per_year: true, index: regional, own_market_index: national}}
      - {blend: {with: peers, weight: 0.25}}
      - {regional: {weight_below: 0.35, weight_above: 0.15, cap_low: -0.015, cap_high: 0.05, floor: true}}
      - {prior_savings: {share: 0.5, cap: 0.05, net_of_negative_regional: false}}
      - {population: {cap: 0.05, from_share: 0.15}}
      - {add: {amount: -12.5}}
      - {max_of: [{regional: {weight_below: 0.5, weight_above: 0.5, floor: false}}, {prior_savings: {share: 0.75, net_of_negative_regional: true}}, {population: {cap: 0.01, from_share: 0}}, {add: {amount: 1}}]}
      - {update: {acpt: 1, blend: 2}}
      - {risk: {cap_up: 0.03, cap_down: 0.02, classes: {frail: {who: {age: [85, 120]}, weight: 2.5}}}}
      - {discount: {ladder: [{from: 0, above: false, value: 0.03}, {from: 0.5, above: true, value: 0.015}]}}
  withhold:
    - {of: base, share: 0.05, earned_by: staying}
    - {of: reference, share: 0.02, earned_by: quality}
  gate:
    up:
      - {from: 0, to: 4999, low_end: 0.05, high_end: 0.04}
      - {from: 5000, low_end: 0.02, high_end: 0.02}
    down: 0.02
    mode: first_dollar
    below_share: 0.5
    below_if: low_revenue
  layers:
    up:
      - {edge: 0.05, share: 0.5}
      - {edge: 0.1, share: "0.2 + 0.6*q"}
      - {share: {constant: 0.35, if_failed: 0}}
    down:
      - {share: {formula: "clip(1 - 0.75*q, 0.40, 0.75)", if_failed: 0.75}}
  quality:
    target: settlement
    met: score
    alternative: score
    failed: score
    ladder:
      - {from: 0.25, above: false, value: 0.5}
      - {from: 0.75, above: true, value: 1}
    measures:
      blood_pressure:
        low: 0.4
        high: 0.8
        points: 10
        prevalence_weighted: false
    swing_up: 0.1
    swing_down: 0.15
    low: 0
    high: 0
  limit:
    up:
      of_reference: 0.1
    down:
      of_reference: [0.05, 0.075, 0.1]
      of_revenue: 0.08
      amount: 300000
  gain:
    outcome: qaly
    value: 20000
    share: 0.4
    floor: 0
    cap: 12
    most: 50000
    credibility_k: 40
    at: person
  adjust:
    sequestration: 0.02
    sequester_losses: true
    mitigates_losses: true
    price_index: 1.03
    advance_recovery: 0.5
    less: [premium]
    pay_month: 22
    owe_month: 24
  split:
    group: 2
    hospital: 1
)yaml";

const std::string k_least = R"yaml(precedence: 0
agreement:
  years: 0
  rebase: true
  renegotiate: 0
currency: EUR
quality: C
terms:
)yaml";

const std::vector<std::string> k_texts = {k_payments,
                                          k_settlement,
                                          k_least + R"yaml(  lump:
    amount: 1
    period: year
  split:
    waterfall:
      - {party: investor, up_to: 300000}
      - {party: provider}
)yaml",
                                          k_least + R"yaml(  bundle:
    trigger: enrolled
    window_days: 0
    clean_period_days: 0
    who: diabetics
    period: month
    services: [gp]
    pricing: fixed
    price: 115
    pays_others: false
)yaml",
                                          k_least + R"yaml(  scope:
    price: paid
    min_people: 0
    attribution:
      rule: geography
      timing: prospective
      places: [town]
      uptake: 1
      precedence: 0
  capitation:
    period: quarter
    classes:
      everybody:
        who: insured
        rate: 10
    services: [phone]
    advance: false
  bundle:
    trigger: first_contact
    window_days: 90
    clean_period_days: 0
    period: quarter
    services: [ward]
    pricing: retrospective
    price: 0
    pays_others: false
  truncate:
    episode:
      sd_above_mean: 2
  reference:
    steps:
      - {given: {}}
  layers:
    up:
      - {share: 1}
  quality:
    target: amount
    met: 0.9
    alternative: 1
    failed: 0
    measures:
      blood_pressure:
        low: 0.4
        high: 0.8
        points: 10
        prevalence_weighted: true
    swing_up: 0
    swing_down: 0
    low: 0
    high: 0
    amount:
      per_point: 201.16
      period: year
      prepaid: true
)yaml",
                                          k_least + R"yaml(  scope:
    price: paid
    min_people: 0
    attribution:
      rule: registration
      timing: prospective
      uptake: 1
      precedence: 0
  truncate:
    person: 22500
  reference:
    steps:
      - {given: {}}
      - {trend: {factor: 1.02, per_year: false}}
      - {discount: {rate: 0.03}}
  gate:
    up: 0.01
    down: 0.015
    mode: excess
    below_share: 0
    below_if: never
  layers:
    up:
      - {share: q}
)yaml"};

class ContractText : public testing::TestWithParam<std::size_t> {};

TEST_P(ContractText, ComesBackFromWhatTheWriterWrites) {
  const std::string& text = k_texts[GetParam()];
  try {
    EXPECT_EQ(write_contract(parse_contract(text, "made", "")), text);
  } catch (const ScenarioError& error) {
    FAIL() << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Terms, ContractText, testing::Range(std::size_t{0}, k_texts.size()));

TEST(ContractFile, KeepsWhatIsRenegotiated) {
  const Contract c = parse_contract(
      "holders: [group]\nagreement: {renegotiate: 0.5}\nterms: {fee: {prices: {gp: 12.5}}}\n", "made", "");
  EXPECT_EQ(c.agreement.renegotiate, Rate::from_double(0.5));
  EXPECT_NE(write_contract(c).find("\n  renegotiate: 0.5\n"), std::string::npos);
}

TEST(ContractFile, FillsTheFieldsThatItNames) {
  const Contract c = parse_contract(k_settlement, "made", "");
  EXPECT_EQ(c.name, "made");
  EXPECT_EQ(c.payer, "insurer");
  EXPECT_EQ(c.holder, "group");
  EXPECT_EQ(c.agreement.years, 5);
  EXPECT_TRUE(c.agreement.rebase);
  EXPECT_FALSE(parse_contract(k_payments, "made", "").agreement.rebase);
  EXPECT_EQ(c.currency, "USD");
  const Reference& reference = *find_term<Reference>(c);
  ASSERT_EQ(reference.steps.size(), 11U);
  const auto& largest = std::get<MaxOf>(reference.steps[7]).additions;
  ASSERT_EQ(largest.size(), 4U);
  EXPECT_EQ(std::get<PriorSavings>(largest[1]).share, Rate::from_double(0.75));
  EXPECT_EQ(std::get<Add>(largest[3]).amount, Money::from_euro(1));
  EXPECT_EQ(std::get<Trend>(reference.steps[1]).own_market_index, "national");
  const Update& update = std::get<Update>(reference.steps[8]);
  ASSERT_EQ(update.parts.size(), 2U);
  EXPECT_EQ(update.parts[1].name, "blend");
  EXPECT_EQ(update.parts[1].weight, Rate::from_double(2));
  EXPECT_EQ(std::get<Discount>(reference.steps[10]).ladder[1].value, Rate::from_double(0.015));
  const Withhold& withhold = *find_term<Withhold>(c);
  EXPECT_EQ(withhold.parts[0].of, WithholdBase::base);
  EXPECT_EQ(withhold.parts[1].earned_by, EarnedBy::quality);
  const Truncate& truncate = *find_term<Truncate>(c);
  EXPECT_EQ(truncate.unit, TruncateUnit::person);
  EXPECT_EQ(truncate.low_percentile, Rate::from_double(0.01));
  EXPECT_FALSE(truncate.amount.has_value());
  const Layers& layers = *find_term<Layers>(c);
  EXPECT_EQ(layers.up[1].share.formula->inputs, std::vector<std::string>{"q"});
  EXPECT_EQ(layers.down[0].share.if_failed, Rate::from_double(0.75));
  const Limit& limit = *find_term<Limit>(c);
  ASSERT_EQ(limit.down.size(), 3U);
  EXPECT_EQ(share_in(limit.down[0], 2), Rate::from_double(0.075));
  EXPECT_EQ(limit.down[2].amount, Money::from_euro(300'000));
  EXPECT_EQ(find_term<Adjust>(c)->owe_month, 24);
  const Fee fee = *find_term<Fee>(parse_contract(k_payments, "made", ""));
  EXPECT_EQ(fee.tier_mode, TierMode::all_units);
  EXPECT_EQ(fee.patient_share->most, Money::from_euro(1500));
}

TEST(ContractFile, PutsTheCaretUnderTheFaultOfAFormula) {
  const std::string head = "terms:\n  reference: {steps: [given: {}]}\n  layers:\n    up:\n";
  const auto excerpt = [&](const std::string& share) {
    try {
      (void)parse_contract(head + "      - {share: " + share + "}\n", "made", "");
    } catch (const ScenarioError& error) {
      return error.problems().at(0).message() + "\n" + error.problems().at(0).excerpt();
    }
    return std::string("no fault");
  };
  EXPECT_EQ(excerpt("\"clip(1 - 0.75*q, 0.40 0.75)\""),
            "<contract>:5:40: terms.layers.up[0].share: must be a formula: expected ')', got 0\n"
            "  5 |       - {share: \"clip(1 - 0.75*q, 0.40 0.75)\"}\n"
            "    |                                        ^");
  EXPECT_EQ(excerpt("\"clap(q, 0, 1)\""),
            "<contract>:5:18: terms.layers.up[0].share: must be a formula: expected min, max or clip, got clap "
            "(did you mean clip?)\n"
            "  5 |       - {share: \"clap(q, 0, 1)\"}\n"
            "    |                  ^");
  EXPECT_EQ(
      excerpt("{formula: 'q * assignd'}"),
      "<contract>:5:32: terms.layers.up[0].share: can use q, year, assigned and the measures of quality: q * assignd, "
      "got assignd (did you mean assigned?)\n"
      "  5 |       - {share: {formula: 'q * assignd'}}\n"
      "    |                                ^");
  // At the end of the text the caret stands where something is missing: under the closing quote.
  EXPECT_THAT(excerpt("\"0.5 * \""), testing::HasSubstr("<contract>:5:24: "));
  // Columns are characters: the minus sign of a word processor has three bytes.
  EXPECT_THAT(excerpt("\"1 − q\""), testing::HasSubstr("<contract>:5:20: "));
  EXPECT_THAT(excerpt("\"1 + §é ? q\""), testing::HasSubstr("<contract>:5:22: "));
}

TEST(ContractFile, FindsTheFaultOfAFormulaThatGoesOverLines) {
  const std::string head = "terms:\n  reference: {steps: [given: {}]}\n  layers:\n    up:\n";
  EXPECT_THAT(faults_of(head + "      - share: \"clip(q,  \n          0.1,\n          year z)\"\n"),
              ElementsAre(testing::HasSubstr("<contract>:7:16: terms.layers.up[0].share: must be")));
  // Where the file holds other characters than the text has, the place is counted in the text.
  EXPECT_THAT(faults_of(head + "      - share: \"1 \\x2b z\"\n"),
              ElementsAre("<contract>:5:16: terms.layers.up[0].share: can use q, year, assigned and the measures of "
                          "quality: 1 + z, got z"));
}

TEST(ContractFile, FindsThePlaceOfNestedFields) {
  const std::string text = R"yaml(terms:
  reference:
    steps:
      - history: {years: 3}
      - max_of:
          - regional: {weight_below: 0.35, cap_high: 1.5}
          - prior_savings: {shar: 0.5}
          - {}
          - {add: {amount: 1}, regional: {}}
  layers: {up: [{share: {constant: 0.5, formula: q}}, {share: {if_failed: 0}}]}
  withhold: [{share: 0.02}, {share: 2}]
  limit: {down: {of_reference: [0.05, 7]}}
)yaml";
  EXPECT_THAT(
      faults_of(text),
      testing::Contains("<contract>:6:54: terms.reference.steps[1].max_of[0].regional.cap_high: must be in [-1, 1], "
                        "got 1.5"));
  EXPECT_THAT(
      faults_of(text),
      testing::IsSupersetOf(
          {"<contract>:7:13: terms.reference.steps[1].max_of[1].prior_savings.share: must be given",
           "<contract>:7:29: terms.reference.steps[1].max_of[1].prior_savings.shar: is not a known key (did you "
           "mean share?)",
           "<contract>:8:13: terms.reference.steps[1].max_of[2]: must be exactly one of regional, "
           "prior_savings, population, add, got none",
           "<contract>:9:13: terms.reference.steps[1].max_of[3]: must be exactly one of regional, "
           "prior_savings, population, add, got 2",
           "<contract>:10:18: terms.layers.up[0].share: must have either a constant or a formula, got both",
           "<contract>:11:37: terms.withhold[1].share: must be in [0, 1], got 2",
           "<contract>:12:39: terms.limit.down.of_reference[1]: must be in [0, 1], got 7"}));
}

}  // namespace
}  // namespace waterbed
