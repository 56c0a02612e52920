#include "scenario/describe_terms.hpp"

namespace waterbed::detail {

void describe(Visitor& v, Gain& s) {
  v.text({.name = "outcome", .meaning = "what is measured, e.g. qaly", .required = true}, s.outcome);
  money(v, {.name = "value", .unit = "EUR per unit of outcome", .low = 0, .required = true}, s.value);
  rate(v, {.name = "share", .meaning = "of the value that is paid", .low = 0, .high = 1, .required = true}, s.share);
  rate(v, {.name = "floor", .meaning = "least gain that counts; left out: losses are owed", .unit = "units of outcome"},
       s.floor);
  rate(v, {.name = "cap", .meaning = "largest gain that counts; left out: none", .unit = "units of outcome"}, s.cap);
  money(v, {.name = "most", .meaning = "of the whole payment; left out: no end", .unit = "EUR", .low = 0}, s.most);
  integer_of(v,
             {.name = "credibility_k",
              .meaning = "the gain of n people counts by n / (n + k); 0: in full",
              .unit = "people",
              .low = 0,
              .high = 1e12},
             s.credibility_k);
  choice_of(v, {.name = "at", .meaning = "what floor and cap are on"},
            {{"group", "the sum: luck cancels"}, {"person", "each person: pays for noise"}}, s.at);
}

void describe(Visitor& v, Adjust& s) {
  rate(v, {.name = "sequestration", .meaning = "taken off what is paid", .low = 0, .high = 1}, s.sequestration);
  v.flag({.name = "sequester_losses", .meaning = "also off what is owed"}, s.sequester_losses);
  v.flag({.name = "mitigates_losses", .meaning = "a loss is owed less the share that a disaster hit"},
         s.mitigates_losses);
  rate(v,
       {.name = "price_index",
        .meaning = "brings the settlement to the price level of the year in which it is paid",
        .low = 0,
        .high = 1000,
        .above_low = true},
       s.price_index);
  rate(v,
       {.name = "advance_recovery",
        .meaning = "of what is paid at most so much goes against an advance",
        .low = 0,
        .high = 1},
       s.advance_recovery);
  v.texts({.name = "less", .meaning = "taken off the base payments: names of the facts' deductions"}, s.less);
  integer_of(v,
             {.name = "pay_month",
              .meaning = "what is paid is paid so long after the year began",
              .unit = "months",
              .low = 12,
              .high = 240},
             s.pay_month);
  integer_of(v,
             {.name = "owe_month",
              .meaning = "what is owed is due so long after the year began",
              .unit = "months",
              .low = 12,
              .high = 240},
             s.owe_month);
}

void describe(Visitor& v, SplitPart& s) {
  rate(v, {.name = "weight", .meaning = "shares are weight over the sum of weights", .low = 0, .required = true},
       s.weight);
}

void describe(Visitor& v, WaterfallStep& s) {
  v.text({.name = "party", .of = Names::party, .required = true}, s.party);
  money(v,
        {.name = "up_to", .meaning = "its claim; left out, in the last step only: the rest", .unit = "EUR", .low = 0},
        s.up_to);
}

void describe(Visitor& v, Split& s) {
  const Field waterfall{.name = "waterfall", .meaning = "instead of weights: claims, each met before those after it"};
  const Form form = v.form(waterfall, s.waterfall.empty() ? Form::absent : Form::list);
  if (form != Form::absent) {
    list_of(v, waterfall, s.waterfall);
  }
  if (form == Form::absent || form == Form::any) {
    named_of(v, {.name = "", .meaning = "party: weight", .of = Names::party, .bare = "weight"}, s.parts,
             &SplitPart::party);
  }
}

}  // namespace waterbed::detail
