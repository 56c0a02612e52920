#include "scenario/describe.hpp"

namespace waterbed::detail {

void describe(Visitor& v, CareCostSpec& s) {
  v.number({.name = "per_person_year",
            .meaning = "of each person enrolled",
            .unit = "EUR per person-year",
            .low = 0,
            .high = 1e6},
           s.per_person_year);
  number_or_negative(v,
                     {.name = "price_per_person_year",
                      .meaning = "that the payer gives for each person enrolled; left out: what it costs",
                      .unit = "EUR per person-year",
                      .low = 0,
                      .high = 1e6},
                     s.price_per_person_year);
  v.number({.name = "per_year",
            .meaning = "of each provider that delivers it",
            .unit = "EUR per year",
            .low = 0,
            .high = 1e9},
           s.per_year);
  v.text({.name = "payer",
          .meaning = "insurer: each person's own; provider: who delivers it, paid by nobody; or the name of a payer"},
         s.payer);
}

void describe(Visitor& v, CareHazardSpec& s) {
  v.text({.name = "condition", .meaning = "left out: of death whatever the condition", .of = Names::condition},
         s.condition);
  v.text({.name = "from", .meaning = "true stage"}, s.from);
  v.text({.name = "to", .meaning = "stage, or dead: of every cause of death", .required = true}, s.to);
  v.number({.name = "ratio", .meaning = "of the hazard", .low = 0.001, .high = 1000, .required = true}, s.ratio);
}

void describe(Visitor& v, CareOutcomeSpec& s) {
  v.amounts({.name = "needs", .meaning = "ratio of its rate", .low = 0.001, .high = 10, .of = Names::need}, s.needs);
  v.amounts({.name = "referrals",
             .meaning = "odds ratio of being sent to this kind at a visit to the own GP group",
             .low = 0.001,
             .high = 1000,
             .of = Names::kind},
            s.referrals);
  v.amounts({.name = "treatments",
             .meaning = "odds ratio of a first contact at this kind, decided elsewhere than at the own GP group; "
                        "elective needs: shared decisions",
             .low = 0.001,
             .high = 1000,
             .of = Names::kind},
            s.treatments);
  list_of(v, {.name = "hazard_ratios", .meaning = "on transitions of conditions and on death"}, s.hazard_ratios);
  v.number({.name = "utility", .meaning = "added to quality of life while enrolled", .low = -1, .high = 1}, s.utility);
  integer_of(v,
             {.name = "delay_cycles",
              .meaning = "from enrolment until the effect begins",
              .unit = "cycles",
              .low = 0,
              .high = 10000},
             s.delay_cycles);
  v.number({.name = "learning_half_life_months",
            .meaning = "the programme halves what is missing to its full effect every so long since the arm began; 0: "
                       "full from the start",
            .unit = "months",
            .low = 0,
            .high = 1200},
           s.learning_half_life_months);
  v.number({.name = "fade_half_life_months",
            .meaning = "the effect in a person halves every so long since it began; 0: it does not fade",
            .unit = "months",
            .low = 0,
            .high = 1200},
           s.fade_half_life_months);
  v.number({.name = "lingering_half_life_months",
            .meaning = "after leaving the effect halves every so long; 0: it ends at once",
            .unit = "months",
            .low = 0,
            .high = 1200},
           s.lingering_half_life_months);
}

void describe(Visitor& v, PreferenceSpec& s) {
  v.number({.name = "share", .meaning = "of all people", .low = 0, .high = 1, .required = true}, s.share);
  v.number({.name = "weight",
            .meaning = "multiplies the logarithm of the ratios of treatments; 0: they do not answer",
            .low = -10,
            .high = 10},
           s.weight);
}

void describe(Visitor& v, CareProgrammeSpec& s) {
  v.who({.name = "who", .meaning = "who may take part, on recorded stages; left out: everybody"}, s.who);
  v.texts({.name = "providers",
           .meaning = "GP groups whose registered people may take part; left out: all",
           .of = Names::gp_group,
           .single = true},
          s.providers);
  v.text({.name = "delivered_by",
          .meaning = "who delivers it and is paid; left out: each person's own GP group",
          .of = Names::provider},
         s.delivered_by);
  v.text({.name = "kind",
          .meaning = "kind of care of the provider at which staff hours are booked; left out: its first",
          .of = Names::kind},
         s.kind);
  v.number({.name = "uptake", .meaning = "share of those asked who take part", .low = 0, .high = 1}, s.uptake);
  v.number({.name = "asked_per_year",
            .meaning = "chance of somebody eligible to be asked; 1: at once",
            .unit = "per year",
            .low = 0,
            .high = 1},
           s.asked_per_year);
  v.number({.name = "drop_out_per_year",
            .meaning = "chance of those enrolled to leave for good",
            .unit = "per year",
            .low = 0,
            .high = 1},
           s.drop_out_per_year);
  named_of(v,
           {.name = "preferences",
            .meaning = "people who weigh treatment alike, the same ones in every arm; shares sum to 1; left out: all"},
           s.preferences, &PreferenceSpec::name);
  object_of(v, {.name = "costs", .meaning = "of the programme, and who pays"}, s.costs);
  v.number({.name = "staff_hours", .unit = "hours per person-year", .low = 0, .high = 8760}, s.staff_hours);
  object_of(v, {.name = "effects", .meaning = "at full strength; strength multiplies the logarithm of a ratio"},
            s.effects);
}

void describe(Visitor& v, RedirectSpec& s) {
  v.text({.name = "need", .of = Names::need, .required = true}, s.need);
  v.text({.name = "at",
          .meaning = "place in the episode where it is decided; left out: where the need enters",
          .of = Names::episode},
         s.at);
  v.text({.name = "from", .meaning = "place to which practice leads", .of = Names::episode, .required = true}, s.from);
  v.text({.name = "to", .meaning = "place to which they go instead", .of = Names::episode, .required = true}, s.to);
  number_or_negative(v, {.name = "share", .meaning = "of those who go to from", .low = 0, .high = 1}, s.share);
  number_or_negative(
      v, {.name = "odds_ratio", .meaning = "of going to from, in the place of share", .low = 0.001, .high = 1},
      s.odds_ratio);
  v.number({.name = "induced",
            .meaning = "share of the visits brought to the new place that would not have been made",
            .low = 0,
            .high = 0.95},
           s.induced);
  v.texts({.name = "providers",
           .meaning = "GP groups whose registered people are redirected; left out: all",
           .of = Names::gp_group,
           .single = true},
          s.providers);
}

void describe(Visitor& v, CapacityChangeSpec& s) {
  v.text({.name = "provider", .of = Names::provider, .required = true}, s.provider);
  v.text({.name = "kind", .of = Names::kind, .required = true}, s.kind);
  number_or_negative(v, {.name = "factor", .meaning = "of its physical capacity in other arms", .low = 0, .high = 1000},
                     s.factor);
  number_or_negative(v,
                     {.name = "per_cycle",
                      .meaning = "physical capacity, in the place of factor",
                      .unit = "units per cycle",
                      .low = 0,
                      .high = 1e12},
                     s.per_cycle);
}

void describe(Visitor& v, RoutesSpec& s) {
  list_of(v, {.name = "redirects", .meaning = "patients sent elsewhere than by practice, one after the other"},
          s.redirects);
  list_of(v, {.name = "capacity", .meaning = "physical capacity of settings in the arm"}, s.capacity);
}

}  // namespace waterbed::detail
