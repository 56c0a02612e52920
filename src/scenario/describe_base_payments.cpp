#include "scenario/describe_terms.hpp"

namespace waterbed::detail {

const std::vector<Choice>& periods() {
  static const std::vector<Choice> choices{{"month"}, {"quarter"}, {"year"}};
  return choices;
}

void describe(Visitor& v, ServicePrice& s) {
  money(v,
        {.name = "price",
         .meaning = "list: the list price of the kind",
         .unit = "EUR per unit",
         .low = 0,
         .required = true,
         .word = "list"},
        s.price);
}

namespace {

void services(Visitor& v, const char* meaning, std::vector<std::string>& values) {
  v.texts({.name = "services", .meaning = meaning, .of = Names::service}, values);
}

}  // namespace

void describe(Visitor& v, Attribution& s) {
  choice_of(v, {.name = "rule", .meaning = "by what a person belongs to the holder"},
            {{"registration", "registered with a practice of the holder"},
             {"plurality_visits", "more visits to the holder than to any other"},
             {"plurality_charges", "more list value at the holder than at any other"},
             {"geography", "lives in one of places"},
             {"enrolment", "matches who and has signed up"},
             {"choice", "names the holder as own provider, else by plurality of visits"}},
            s.rule);
  choice_of(v, {.name = "timing", .meaning = "when it is known who belongs"},
            {{"prospective", "fixed at the start of the year from the year before"},
             {"retrospective", "found at its end from the year itself"}},
            s.timing);
  v.texts({.name = "by", .meaning = "plurality: the services that count; left out: all", .of = Names::service}, s.by);
  v.texts({.name = "places", .meaning = "geography", .of = Names::municipality}, s.places);
  v.number({.name = "uptake", .meaning = "enrolment, choice: share of those asked who sign", .low = 0, .high = 1},
           s.uptake);
  integer_of(v,
             {.name = "precedence",
              .meaning = "of several contracts that claim a person, the highest has them",
              .low = -1000,
              .high = 1000},
             s.precedence);
}

void describe(Visitor& v, Scope& s) {
  v.who_text({.name = "who", .meaning = "persons attributed: a filter or the name of a stratum; left out: all"}, s.who);
  services(v, "counted; left out: all", s.services);
  choice_of(v, {.name = "price", .meaning = "at which care counts"},
            {{"paid", "what was paid for it"}, {"list", "the scenario's list prices"}, {"standard", "standard_prices"}},
            s.price);
  integer_of(v, {.name = "min_people", .meaning = "with fewer assigned nothing is shared", .low = 0, .high = 1e12},
             s.min_people);
  object_of(v, {.name = "attribution", .meaning = "by what people belong to the holder"}, s.attribution);
  named_of(v,
           {.name = "standard_prices",
            .meaning = "price standard: service: price; what is not listed counts at its list price",
            .of = Names::service,
            .bare = "price"},
           s.standard_prices, &ServicePrice::service);
}

void describe(Visitor& v, VolumeTier& s) {
  money(v,
        {.name = "up_to",
         .meaning = "turnover at list price where the tier ends; left out: open",
         .unit = "EUR per year",
         .low = 0},
        s.up_to);
  rate(v, {.name = "discount", .meaning = "on each euro of the tier", .low = 0, .high = 1, .required = true},
       s.discount);
}

void describe(Visitor& v, PatientShare& s) {
  money(v,
        {.name = "first",
         .meaning = "the first euros of a year",
         .unit = "EUR per person and year",
         .low = 0,
         .required = true},
        s.first);
  integer_of(v, {.name = "from_age", .unit = "completed years", .low = 0, .high = k_max_age}, s.from_age);
  v.texts({.name = "exempt", .meaning = "services that do not count", .of = Names::service}, s.exempt);
  rate(v, {.name = "share", .meaning = "of what comes after the first euros", .low = 0, .high = 1}, s.share);
  money(v,
        {.name = "most",
         .meaning = "own payments at most; left out: no end",
         .unit = "EUR per person and year",
         .low = 0},
        s.most);
}

void describe(Visitor& v, Fee& s) {
  named_of(v, {.name = "prices", .meaning = "service: price", .of = Names::service, .required = true, .bare = "price"},
           s.prices, &ServicePrice::service);
  list_of(v, {.name = "tiers", .meaning = "discounts by turnover, ascending, the last one open"}, s.tiers);
  choice_of(v, {.name = "tier_mode"},
            {{"incremental", "each euro has the discount of the tier that it falls in"},
             {"all_units", "the whole turnover has the discount of the tier that it ends in"}},
            s.tier_mode);
  rate(v,
       {.name = "share",
        .meaning = "of the price that is paid per unit; the rest is paid another way",
        .low = 0,
        .high = 1},
       s.share);
  optional_object(v, {.name = "patient_share", .meaning = "what insured people pay themselves"}, s.patient_share);
}

void describe(Visitor& v, CapitationClass& s) {
  v.who_text({.name = "who", .meaning = "on recorded stages: a filter or the name of a stratum", .required = true},
             s.who);
  money(v, {.name = "rate", .unit = "EUR per person and period", .low = 0, .required = true}, s.rate);
}

void describe(Visitor& v, Capitation& s) {
  choice_of(v, {.name = "period", .meaning = "how often the rate is paid"}, periods(), s.period);
  named_of(v, {.name = "classes", .meaning = "groups of people with one rate", .required = true}, s.classes,
           &CapitationClass::name);
  services(v, "paid by it, at no further price; left out: it comes on top of other terms", s.services);
  v.flag({.name = "advance", .meaning = "paid in advance of fees and taken off them when the year is settled"},
         s.advance);
}

void describe(Visitor& v, Outlier& s) {
  money(v,
        {.name = "above",
         .meaning = "list value inside the window",
         .unit = "EUR per episode",
         .low = 0,
         .above_low = true,
         .required = true},
        s.above);
  rate(v, {.name = "share", .meaning = "paid of each euro above it", .low = 0, .high = 1, .required = true}, s.share);
}

void describe(Visitor& v, Bundle& s) {
  choice_of(v, {.name = "trigger", .required = true},
            {{"first_contact", "a contact with no open bundle opens one"}, {"enrolled", "paid each period"}},
            s.trigger);
  v.texts({.name = "opened_by",
           .meaning = "first_contact: services that open it; left out: any inside",
           .of = Names::service},
          s.opened_by);
  integer_of(v,
             {.name = "window_days",
              .meaning = "first_contact: how long it stays open, the opening day included",
              .unit = "days",
              .low = 0,
              .high = 3650},
             s.window_days);
  integer_of(v,
             {.name = "clean_period_days",
              .meaning = "first_contact: how long after it closes no other opens",
              .unit = "days",
              .low = 0,
              .high = 3650},
             s.clean_period_days);
  v.who_text({.name = "who", .meaning = "enrolled: a filter or the name of a stratum, on recorded stages"}, s.who);
  choice_of(v, {.name = "period", .meaning = "enrolled: how often it is paid"}, periods(), s.period);
  v.texts({.name = "services", .meaning = "inside", .of = Names::service, .required = true}, s.services);
  choice_of(v, {.name = "pricing"},
            {{"fixed", "price per trigger"},
             {"by_contents", "the dearest service inside sets the price"},
             {"retrospective", "fees are paid as usual; episodes are settled against the reference"}},
            s.pricing);
  money(v, {.name = "price", .meaning = "fixed", .unit = "EUR per trigger or per person and period", .low = 0},
        s.price);
  named_of(v, {.name = "contents", .meaning = "by_contents: service: price", .of = Names::service, .bare = "price"},
           s.contents, &ServicePrice::service);
  optional_object(v, {.name = "outlier", .meaning = "fixed: paid on top for a dear episode"}, s.outlier);
  v.flag({.name = "pays_others", .meaning = "enrolled: the holder pays other providers for what they deliver inside"},
         s.pays_others);
}

void describe(Visitor& v, VolumeBand& s) {
  rate(v,
       {.name = "width",
        .meaning = "share of the expected turnover on either side",
        .low = 0,
        .high = 1,
        .required = true},
       s.width);
  rate(v, {.name = "share_above", .meaning = "paid of each euro above the band", .low = 0, .high = 1}, s.share_above);
  rate(v, {.name = "share_below", .meaning = "taken back of each euro below it", .low = 0, .high = 1}, s.share_below);
}

void describe(Visitor& v, Lump& s) {
  money(v, {.name = "amount", .unit = "EUR per period", .low = 0, .required = true}, s.amount);
  choice_of(v, {.name = "period"}, periods(), s.period);
  services(v, "paid by it, at no further price; left out: it comes on top of other terms", s.services);
  optional_object(v, {.name = "band", .meaning = "how far delivery may move before the lump sum moves with it"},
                  s.band);
}

void describe(Visitor& v, Ceiling& s) {
  money(v, {.name = "amount", .meaning = "or of_expected_turnover", .unit = "EUR per year", .low = 0}, s.amount);
  rate(
      v,
      {.name = "of_expected_turnover", .meaning = "1.02 is expected turnover + 2 %; or amount", .low = 0, .high = 1000},
      s.of_expected_turnover);
  rate(v, {.name = "share_above", .meaning = "paid of each euro above the ceiling", .low = 0, .high = 1},
       s.share_above);
  v.flag({.name = "duty_to_deliver", .meaning = "keeps treating above the ceiling"}, s.duty_to_deliver);
  money(v, {.name = "floor", .meaning = "paid at least", .unit = "EUR per year", .low = 0}, s.floor);
  integer_of(v,
             {.name = "set_off_years",
              .meaning = "the excess is paid first and set off so many years later",
              .unit = "years",
              .low = 0,
              .high = 20},
             s.set_off_years);
}

}  // namespace waterbed::detail
