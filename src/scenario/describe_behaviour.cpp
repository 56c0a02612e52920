#include "scenario/describe.hpp"

namespace waterbed::detail {

void describe(Visitor& v, BehaviourSpec& s) {
  const auto sensitivity = [&v](const char* name, const char* meaning, double& value) {
    v.number({.name = name, .meaning = meaning, .unit = "log-odds per 100 % of the fee", .low = 0, .high = 10}, value);
  };
  const auto wait_weight = [&v](const char* name, const char* meaning, double& value) {
    v.number({.name = name, .meaning = meaning, .unit = "log-odds per month of extra wait", .low = 0, .high = 10},
             value);
  };
  const auto share = [&v](const char* name, const char* meaning, double& value) {
    v.number({.name = name, .meaning = meaning, .low = 0, .high = 1}, value);
  };
  v.flag({.name = "incentives", .meaning = "decisions answer to money"}, s.incentives);
  v.flag({.name = "capacity", .meaning = "false: waits are held at reference"}, s.capacity);
  sensitivity("theta_own_volume", "own volume of a GP", s.theta_own_volume);
  sensitivity("theta_treat_or_refer", "treat here or refer", s.theta_treat_or_refer);
  sensitivity("theta_care_borne", "care that others deliver and the decider bears", s.theta_care_borne);
  sensitivity("theta_elective_specialist", "specialist's elective care", s.theta_elective_specialist);
  wait_weight("omega_refer", "whether to refer", s.omega_refer);
  wait_weight("omega_where", "where to", s.omega_where);
  wait_weight("omega_admit", "whether to admit", s.omega_admit);
  v.number({.name = "nest_scale",
            .meaning = "dissimilarity of the choice of where to",
            .low = 0,
            .high = 1,
            .above_low = true},
           s.nest_scale);
  share("pooling", "1: decision makers feel the payer-mix average", s.pooling);
  v.number({.name = "half_life_months",
            .meaning = "of adaptation",
            .unit = "months",
            .low = 0,
            .high = 600,
            .above_low = true},
           s.half_life_months);
  integer_of(v,
             {.name = "refresh_months",
              .meaning = "how often incentives are taken anew",
              .unit = "months",
              .low = 1,
              .high = 12},
             s.refresh_months);
  v.number({.name = "forecast_cv", .meaning = "uncertainty of a party's own forecast", .low = 0, .high = 1},
           s.forecast_cv);
  share("goes_on", "past a ceiling: share of the excess treated all the same", s.goes_on);
  share("defers", "past a ceiling: share deferred", s.defers);
  share("sends_back", "past a ceiling: share sent back", s.sends_back);
  share("sends_elsewhere", "past a ceiling: share sent elsewhere; the four sum to 1", s.sends_elsewhere);
  share("psi", "chance that unserved need comes back", s.psi);
  v.amounts({.name = "comes_back_at",
             .meaning = "where unserved need comes back: shares, sum 1",
             .low = 0,
             .high = 1,
             .of = Names::kind},
            s.comes_back_at);
  v.number(
      {.name = "gp_visits_while_waiting", .unit = "visits per person-year on a waiting list", .low = 0, .high = 365},
      s.gp_visits_while_waiting);
  v.number({.name = "gives_up_per_year", .meaning = "of those waiting", .unit = "per year", .low = 0, .high = 365},
           s.gives_up_per_year);
  v.number({.name = "goes_elsewhere_per_year",
            .meaning = "of those waiting: to the same kind of care outside the region",
            .unit = "per year",
            .low = 0,
            .high = 365},
           s.goes_elsewhere_per_year);
  v.text({.name = "emergency_kind",
          .meaning = "where people with an elective need go who cannot wait",
          .of = Names::kind,
          .optional = true},
         s.emergency_kind);
  v.number({.name = "emergency_visits_while_waiting",
            .unit = "visits per person-year on a waiting list",
            .low = 0,
            .high = 365},
           s.emergency_visits_while_waiting);
  share("emergency_per_lost_gp_contact", "visits per GP contact of observed practice that does not take place",
        s.emergency_per_lost_gp_contact);
  number_or_negative(v,
                     {.name = "omega_enter",
                      .meaning = "where to enter, as the GP or the emergency department; left out: as omega_refer",
                      .unit = "log-odds per month of extra wait",
                      .low = 0,
                      .high = 10},
                     s.omega_enter);
  v.number({.name = "own_payment_elasticity",
            .meaning = "arc elasticity of elective demand between free care and care at its full price",
            .low = -0.9,
            .high = 0},
           s.own_payment_elasticity);
  v.number({.name = "backlog_recovery_months",
            .meaning = "how fast a provider plans a backlog back to its reference",
            .unit = "months",
            .low = 0,
            .high = 600,
            .above_low = true},
           s.backlog_recovery_months);
  v.number({.name = "exponent_limit",
            .meaning = "bound on the exponent of a choice",
            .low = 0,
            .high = 10,
            .above_low = true},
           s.exponent_limit);
  v.number({.name = "income_effort",
            .meaning = "a euro at the margin counts (target income / expected income) to this power; 0: one euro",
            .low = 0,
            .high = 10},
           s.income_effort);
  v.number(
      {.name = "selection_per_1000",
       .meaning = "on the odds of treating, per EUR 1,000 a year that a decision maker expects to lose on a person",
       .unit = "log-odds per EUR 1,000",
       .low = -10,
       .high = 0},
      s.selection_per_1000);
  v.number({.name = "theta_stay",
            .meaning = "mean stays paid by the day",
            .unit = "log of the mean stay per 100 % of the price of a day",
            .low = 0,
            .high = 10},
           s.theta_stay);
  v.number({.name = "theta_attached",
            .meaning = "tests, drugs and other services that a visit emits",
            .unit = "log of their number per 100 % of their list price",
            .low = 0,
            .high = 10},
           s.theta_attached);
  v.number(
      {.name = "theta_enrolment",
       .meaning = "how fast people are asked to take part in a programme of care, by what who delivers it earns on it",
       .unit = "log of the pace per 100 % of what it costs",
       .low = 0,
       .high = 10},
      s.theta_enrolment);
  v.number({.name = "theta_coding",
            .meaning =
                "putting on record what a GP contact finds, by what the record adds to a benchmark that looks at risk",
            .unit = "log-odds per 100 % of mean spending a year",
            .low = 0,
            .high = 10},
           s.theta_coding);
  v.number({.name = "altruism",
            .meaning = "of who decides, for what an option is worth more to the patient than under reference waits: "
                       "what is lost by waiting, see needs.<name>.wait_disutility",
            .unit = "log-odds per QALY",
            .low = 0,
            .high = 100},
           s.altruism);
  v.number({.name = "anticipation",
            .meaning = "activity raised in the years that a new ceiling is set on",
            .unit = "share of it",
            .low = 0,
            .high = 1},
           s.anticipation);
}

}  // namespace waterbed::detail
