#include "scenario/describe.hpp"

namespace waterbed::detail {

void describe(Visitor& v, StageNeed& s) {
  v.text({.name = "need", .of = Names::need, .required = true}, s.need);
  v.number(
      {.name = "per_year", .meaning = "how often the stage brings the need", .unit = "per year", .low = 0, .high = 365},
      s.per_year);
  v.number({.name = "on_entry",
            .meaning = "chance that entering the stage brings the need in the same cycle",
            .low = 0,
            .high = 1},
           s.on_entry);
  v.flag({.name = "on_record", .meaning = "only of those who are on record with the condition"}, s.on_record);
  v.number({.name = "follows_record",
            .meaning = "share of it that comes to those who are on record in this stage and not truly in it",
            .low = 0,
            .high = 1},
           s.follows_record);
}

void describe(Visitor& v, Stage& s) {
  v.number({.name = "initial_share",
            .meaning = "of those who have the condition at the start; sums to 1",
            .low = 0,
            .high = 1},
           s.initial_share);
  v.number({.name = "mortality_ratio",
            .meaning = "death hazard against people without the condition, same age and sex",
            .low = 0,
            .high = 1000},
           s.mortality_ratio);
  v.number({.name = "disutility", .meaning = "taken from quality of life", .low = 0, .high = 1}, s.disutility);
  number_or_negative(
      v, {.name = "utility", .meaning = "quality of life as such (textbook models)", .low = 0, .high = 1}, s.utility);
  v.number({.name = "cost_per_cycle",
            .meaning = "textbook models of health alone",
            .unit = "EUR per cycle",
            .low = 0,
            .high = 1e9},
           s.cost_per_cycle);
  list_of(v, {.name = "needs", .meaning = "needs that the stage brings"}, s.needs);
}

void describe(Visitor& v, ConditionRatio& s) {
  v.text({.name = "condition", .of = Names::condition, .required = true}, s.condition);
  v.texts({.name = "stages", .meaning = "left out: any but the first"}, s.stages);
  v.number({.name = "ratio", .meaning = "of the hazard", .low = 0, .high = 1000, .required = true}, s.ratio);
}

void describe(Visitor& v, Transition& s) {
  v.text({.name = "from", .meaning = "stage", .required = true}, s.from);
  v.text({.name = "to", .meaning = "stage, or dead", .required = true}, s.to);
  v.table({.name = "per_year",
           .meaning = "hazard at deprivation quintile 3",
           .unit = "per year",
           .low = 0,
           .high = 1000,
           .optional = true},
          s.per_year);
  v.flag(
      {.name = "given_survival",
       .meaning = "chance 1 - exp(-per_year x cycle) of those who survive the cycle, whatever else competes (textbook "
                  "models)"},
      s.given_survival);
  v.flag({.name = "keeps_prevalence", .meaning = "hazard derived so that prevalence by age stays as it is"},
         s.keeps_prevalence);
  number_or_negative(
      v, {.name = "probability_per_cycle", .meaning = "used as written (textbook models)", .low = 0, .high = 1},
      s.probability_per_cycle);
  v.number({.name = "deprivation_gradient",
            .meaning = "hazard of the most over the least deprived quintile",
            .low = 0,
            .high = 100,
            .above_low = true},
           s.deprivation_gradient);
  list_of(v, {.name = "ratios", .meaning = "hazard ratios while a person has another condition"}, s.ratios);
}

void describe(Visitor& v, Condition& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  v.table({.name = "prevalence",
           .meaning = "share with any stage but the first at the start; left out: nobody",
           .low = 0,
           .high = 1,
           .optional = true,
           .key_column = "condition"},
          s.prevalence);
  v.number({.name = "deprivation_gradient",
            .meaning = "prevalence of the most over the least deprived quintile",
            .low = 0,
            .high = 100,
            .above_low = true},
           s.deprivation_gradient);
  v.number({.name = "vulnerability_gradient",
            .meaning = "odds of having it of the most over the least vulnerable class",
            .low = 0,
            .high = 1000,
            .above_low = true},
           s.vulnerability_gradient);
  v.number(
      {.name = "recorded_share", .meaning = "of those who have it at the start, known to the GP", .low = 0, .high = 1},
      s.recorded_share);
  v.number({.name = "recorded_per_contact",
            .meaning = "chance that a GP contact finds and records the true stage",
            .low = 0,
            .high = 1},
           s.recorded_per_contact);
  named_of(v, {.name = "stages", .meaning = "in order; the first is being without it", .required = true}, s.stages,
           &Stage::name);
  list_of(v, {.name = "transitions", .meaning = "ways from a stage to another, or to dead; one rate each"},
          s.transitions);
}

void describe(Visitor& v, CareEffectSpec& s) {
  v.text({.name = "need", .meaning = "a visit for this need starts the effect", .of = Names::need, .required = true},
         s.need);
  v.text({.name = "kind", .meaning = "only at this kind of care; left out: any", .of = Names::kind, .optional = true},
         s.kind);
  v.text({.name = "condition", .of = Names::condition, .required = true}, s.condition);
  v.text({.name = "from_stage", .meaning = "of the transition whose hazard changes", .required = true}, s.from_stage);
  v.text({.name = "to_stage", .meaning = "a stage, or dead", .required = true}, s.to_stage);
  v.number({.name = "hazard_ratio", .meaning = "against no such care", .low = 0, .high = 1000, .required = true},
           s.hazard_ratio);
  integer_of(v, {.name = "delay_cycles", .unit = "cycles", .low = 0, .high = 1200}, s.delay_cycles);
  integer_of(v, {.name = "lasts_cycles", .unit = "cycles", .low = 1, .high = 1200}, s.lasts_cycles);
  v.number({.name = "adherence",
            .meaning = "share of people in whom it takes hold, the same people ever after",
            .low = 0,
            .high = 1},
           s.adherence);
  v.flag(
      {.name = "while_waiting",
       .meaning = "every cycle of waiting for the need starts it, from the next cycle on; hazards are then written as "
                  "those of people who do not wait"},
      s.while_waiting);
}

void describe(Visitor& v, ConfirmationSpec& s) {
  v.text({.name = "need",
          .meaning = "demand that a positive test brings in the next cycle; nothing else may bring it",
          .of = Names::need,
          .required = true},
         s.need);
  v.text({.name = "kind", .meaning = "the first visit here is the second test", .of = Names::kind, .required = true},
         s.kind);
  v.number({.name = "sensitivity", .meaning = "chance that the condition is confirmed", .low = 0, .high = 1},
           s.sensitivity);
  v.number({.name = "specificity", .meaning = "chance that somebody without it is cleared", .low = 0, .high = 1},
           s.specificity);
}

void describe(Visitor& v, FalseAlarmSpec& s) {
  v.number({.name = "disutility",
            .meaning = "taken from quality of life after a positive test without the condition",
            .low = 0,
            .high = 1,
            .required = true},
           s.disutility);
  v.number({.name = "days",
            .meaning = "for so long, booked at the test",
            .unit = "days",
            .low = 0,
            .high = 1825,
            .required = true},
           s.days);
}

void describe(Visitor& v, CaseFindingSpec& s) {
  v.text({.name = "condition", .meaning = "that is looked for", .of = Names::condition, .required = true}, s.condition);
  v.who({.name = "who", .meaning = "who is invited, on recorded stages, of those not on record; left out: everybody"},
        s.who);
  v.number({.name = "per_year",
            .meaning = "chance of being invited and coming",
            .unit = "per year",
            .low = 0,
            .high = 0.999,
            .required = true},
           s.per_year);
  v.text({.name = "need",
          .meaning = "demand that an invitation brings; nothing else may bring it",
          .of = Names::need,
          .required = true},
         s.need);
  v.text({.name = "kind", .meaning = "the first visit here is the test", .of = Names::kind, .required = true}, s.kind);
  v.number({.name = "sensitivity", .meaning = "chance of a positive test with the condition", .low = 0, .high = 1},
           s.sensitivity);
  v.number({.name = "specificity", .meaning = "chance of a negative test without it", .low = 0, .high = 1},
           s.specificity);
  optional_object(
      v, {.name = "confirmation", .meaning = "a second test; left out: a positive test goes on record as it is"},
      s.confirmation);
  optional_object(v, {.name = "false_alarm", .meaning = "what a positive test costs those without the condition"},
                  s.false_alarm);
}

void describe(Visitor& v, CodingSpec& s) {
  v.text({.name = "condition", .of = Names::condition, .required = true}, s.condition);
  v.text({.name = "from", .meaning = "recorded stage", .required = true}, s.from);
  v.text({.name = "to", .meaning = "stage that goes on record instead, whatever is true", .required = true}, s.to);
  v.number({.name = "per_contact",
            .meaning = "chance at a GP contact of somebody on record in from",
            .low = 0,
            .high = 1,
            .required = true},
           s.per_contact);
}

void describe(Visitor& v, HazardRatioSpec& s) {
  v.text({.name = "from", .meaning = "treated stage", .required = true}, s.from);
  v.text({.name = "to", .meaning = "stage, or dead: of every cause of death", .required = true}, s.to);
  v.number({.name = "ratio", .meaning = "of the hazard", .low = 0, .high = 1000, .required = true}, s.ratio);
}

void describe(Visitor& v, TreatmentSpec& s) {
  v.text({.name = "condition", .of = Names::condition, .required = true}, s.condition);
  v.texts({.name = "stages", .meaning = "in which everybody gets it", .required = true}, s.stages);
  v.number(
      {.name = "cost_per_cycle", .meaning = "beside the stage's own", .unit = "EUR per cycle", .low = 0, .high = 1e9},
      s.cost_per_cycle);
  v.amounts(
      {.name = "utility", .meaning = "treated stage: quality of life in the place of its utility", .low = 0, .high = 1},
      s.utility);
  list_of(v, {.name = "hazard_ratios", .meaning = "on ways out of treated stages"}, s.hazard_ratios);
}

void describe(Visitor& v, EngagementSpec& s) {
  v.texts({.name = "providers", .meaning = "at which it is done", .of = Names::provider, .required = true},
          s.providers);
  number_or_negative(
      v,
      {.name = "engagement", .meaning = "in the place of the provider's own; left out: as it is", .low = 0, .high = 1},
      s.engagement);
  number_or_negative(v,
                     {.name = "decision_makers",
                      .meaning = "in the place of the provider's own number; left out: as it is",
                      .low = 0,
                      .high = 100,
                      .above_low = true},
                     s.decision_makers);
  v.number(
      {.name = "cost_per_year", .meaning = "at each of the providers", .unit = "EUR a year", .low = 0, .high = 1e12},
      s.cost_per_year);
  v.text({.name = "paid_by", .meaning = "left out: the providers bear it", .of = Names::payer, .optional = true},
         s.paid_by);
}

void describe(Visitor& v, ProgrammeSpec& s) {
  v.text({.name = "title", .meaning = "for tables and figures"}, s.title);
  optional_object(v, {.name = "case_finding", .meaning = "looks for people who are not on record"}, s.case_finding);
  optional_object(v, {.name = "coding", .meaning = "effort to have more serious stages on record"}, s.coding);
  optional_object(v, {.name = "treatment", .meaning = "of everybody in some stages (textbook models of health alone)"},
                  s.treatment);
  optional_object(v,
                  {.name = "engagement", .meaning = "wins over who decides at some providers, or adds to their number"},
                  s.engagement);
  optional_object(v, {.name = "care", .meaning = "care in which people are enrolled"}, s.care);
  optional_object(v, {.name = "routes", .meaning = "routes that are opened, and capacity that is moved"}, s.routes);
}

}  // namespace waterbed::detail
