#include "scenario/describe.hpp"

namespace waterbed::detail {

void describe(Visitor& v, EqualisationGroup& s) {
  choice_of(v, {.name = "by", .meaning = "what of last year"},
            {{"use", "more units than above of the services: drug and diagnosis groups"},
             {"spending", "in the top of insured spending for some years: multi-year cost groups"}},
            s.by);
  v.texts({.name = "services", .meaning = "use: what counts", .of = Names::service}, s.services);
  v.texts({.name = "needs", .meaning = "use: for these needs only; left out: for any", .of = Names::need}, s.needs);
  integer_of(v,
             {.name = "above", .meaning = "use: more units than this", .unit = "units per year", .low = 0, .high = 254},
             s.above);
  v.number({.name = "top_share", .meaning = "spending: of the insured", .low = 0, .high = 1}, s.top_share);
  integer_of(v,
             {.name = "years",
              .meaning = "spending: in each of so many years, the last one among them",
              .unit = "years",
              .low = 1,
              .high = 20},
             s.years);
}

void describe(Visitor& v, EqualisationWeight& s) {
  v.text({.name = "group", .meaning = "name of a group", .required = true}, s.group);
  v.number({.name = "amount", .unit = "EUR per person-year", .low = -1e6, .high = 1e6, .required = true}, s.amount);
}

void describe(Visitor& v, EqualisationSpec& s) {
  v.table({.name = "age_sex",
           .meaning = "what a person of an age and sex is expected to cost",
           .unit = "EUR per person-year",
           .low = -1e6,
           .high = 1e6,
           .required = true},
          s.age_sex);
  named_of(v, {.name = "groups", .meaning = "who is expected to cost more, by last year's simulated claims"}, s.groups,
           &EqualisationGroup::name);
  list_of(v, {.name = "weights", .meaning = "what a group adds", .csv = true}, s.weights);
  v.number({.name = "closing_factor",
            .meaning = "multiplies every weight, so that the usual arm is paid for as a whole",
            .low = 0,
            .high = 1000,
            .above_low = true},
           s.closing_factor);
}

void describe(Visitor& v, PolicySpec& s) {
  choice_of(v, {.name = "form", .meaning = "what it pays for care by providers without a contract"},
            {{"in_kind", "a share of the list price"}, {"restitution", "all of it"}}, s.form);
  v.number({.name = "share", .meaning = "who have it", .unit = "share of the insured", .low = 0, .high = 1}, s.share);
  rate(v, {.name = "reimbursed", .meaning = "in_kind", .unit = "share of the list price", .low = 0, .high = 1},
       s.reimbursed);
}

void describe(Visitor& v, WithoutContractSpec& s) {
  v.text({.name = "payer", .meaning = "an insurer", .of = Names::payer, .required = true}, s.payer);
  v.texts({.name = "providers", .meaning = "that it may leave without one", .of = Names::provider, .required = true},
          s.providers);
}

void describe(Visitor& v, DeductibleChoice& s) {
  v.number({.name = "amount",
            .meaning = "on top of the compulsory deductible",
            .unit = "EUR per year",
            .low = 0,
            .high = 500,
            .required = true},
           s.amount);
  v.number({.name = "rebate", .meaning = "off the premium", .unit = "EUR per year", .low = 0, .high = 1e6}, s.rebate);
  v.number({.name = "share", .meaning = "of adults in no group of the equalisation", .low = 0, .high = 1}, s.share);
  v.number({.name = "share_in_group", .meaning = "of adults in some group", .low = 0, .high = 1}, s.share_in_group);
}

void describe(Visitor& v, SupplementSpec& s) {
  v.texts({.name = "services", .meaning = "that insurers do not fund", .of = Names::service, .required = true},
          s.services);
  rate(v, {.name = "reimbursed", .meaning = "of what they cost", .low = 0, .high = 1}, s.reimbursed);
  v.number({.name = "up_to", .unit = "EUR per person and year", .low = 0, .high = 1e6, .required = true}, s.up_to);
  v.number({.name = "share", .meaning = "who have it", .unit = "share of the insured", .low = 0, .high = 1}, s.share);
  v.number({.name = "premium", .unit = "EUR per adult and year", .low = 0, .high = 1e6}, s.premium);
}

void describe(Visitor& v, InsuranceSpec& s) {
  integer_of(v,
             {.name = "adult_from_age",
              .meaning = "from which premium and deductible are due",
              .unit = "completed years",
              .low = 0,
              .high = k_max_age},
             s.adult_from_age);
  const auto per_adult = [&](const char* name, const char* meaning, double& value) {
    v.number({.name = name, .meaning = meaning, .unit = "EUR per adult and year", .low = 0, .high = 1e6}, value);
  };
  per_adult("premium", "what insurers ask", s.premium);
  per_adult("standard_premium", "what the equalisation takes off", s.standard_premium);
  per_adult("expected_deductible", "what the equalisation takes off", s.expected_deductible);
  object_of(v, {.name = "equalisation", .meaning = "a fund pays insurers for the risk of their people"},
            s.equalisation);
  list_of(v, {.name = "without_contract", .meaning = "whose patients get the bill where no contract pays"},
          s.without_contract);
  named_of(v, {.name = "policies", .meaning = "what people get back of such bills"}, s.policies, &PolicySpec::name);
  list_of(v, {.name = "deductible_choices", .meaning = "what adults choose to pay beyond the compulsory deductible"},
          s.deductible_choices);
  named_of(v, {.name = "supplements", .meaning = "cover for care that insurers need not fund"}, s.supplements,
           &SupplementSpec::name);
  v.text({.name = "source", .meaning = "of the amounts"}, s.source);
  quality_letter(v, s.quality);
}

}  // namespace waterbed::detail
