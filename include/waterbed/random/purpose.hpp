#pragma once

#include <cstdint>
#include <string_view>

namespace waterbed {

/// What a draw decides. Part of every draw's name, so that no two decisions share random words.
///
/// Append only: a value that has been released keeps its number for ever, else old seeds change their meaning. The
/// comment says what the draw's `person` is where it is not a person, and what `k` carries.
enum class Purpose : std::uint8_t {
  // 0 is no purpose: a name whose purpose was forgotten is caught.
  synthesis_person = 1,        ///< age, sex, place, practice, payer; k: attribute
  synthesis_condition = 2,     ///< conditions and stages at the start; k: condition
  synthesis_flow = 3,          ///< births, arrivals, departures, changes of insurer; k: kind of flow
  initial_recorded_stage = 4,  ///< what is on record at the start; k: condition
  health_transition = 5,       ///< stage changes and death in a cycle; k: condition
  recorded_stage = 6,          ///< case-finding by a contact; k: condition and occurrence
  need_base = 7,               ///< needs of anybody; k: need and occurrence
  need_condition = 8,          ///< needs that a stage brings; k: need and occurrence
  need_access = 9,             ///< thinning by waits and own payment; k: need and occurrence
  need_day = 10,               ///< day in the cycle; k: need and occurrence
  need_entry = 11,             ///< where a need enters; k: need and occurrence
  need_event = 12,             ///< needs that an event triggers; k: event and need
  walk_step = 13,              ///< choice of the next pathway; k: need, occurrence and step
  pathway_delay = 14,          ///< days on a pathway; k: need, occurrence and step
  stay_length = 15,            ///< days of a stay; k: need, occurrence and step
  wait_event = 16,             ///< return, deterioration, giving up while waiting; k: need, occurrence and step
  admission_order = 17,        ///< order among equal urgency and day; k: need, occurrence and step
  supply_refusal = 18,         ///< what a provider past its ceiling does with a request; k: need, occurrence and step
  unserved_return = 19,        ///< need that comes back unserved; k: need, occurrence and step
  year_shock = 20,             ///< shock of a year; person: need group; cycle: year
  practice_effect = 21,        ///< persistent effect; person: practice
  provider_effect = 22,        ///< persistent effect; person: provider
  enrolment = 23,              ///< into programmes and bundles; k: effect of care, or 2^31 + programme of care * 2
  initial_backlog = 24,        ///< who waits at the start; k: setting
  bootstrap = 25,              ///< resampling of replications; person: draw number; k: block
  parameter = 26,              ///< uncertain parameters; person: parameter
  person_cycle = 27,      ///< a person's cycle: word 0 health, 1 number of base needs, 2 of stage needs, 3 refines both
  attached_service = 28,  ///< services that a visit emits; k: need, occurrence and step
  sign_up = 29,           ///< signing up with the holder of a contract, or naming it; k: provider
  insurance_policy = 30,  ///< what policy, deductible and supplements a person has; k: 0, 1, 2 and on
  cross_fit = 31,         ///< fold of a person when a model of expectation is fitted without him
  vulnerability = 32,     ///< class of vulnerability of a person; k: 0
  case_finding = 33,      ///< invitation, k: case-finding of the arm; result of a test, k: need, occurrence and step
  coding = 34,            ///< a more serious stage put on record; k: coding, need, occurrence and step
  need_by_record = 35,  ///< needs that a stage on record brings that is not the true one; k: 0 their number, then each
  programme_need = 36,  ///< needs that a programme adds; k: need, 0 their number, then each
  programme_choice = 37,  ///< a choice changed by a programme; k: need, occurrence and step
  adherence = 38,         ///< whether an effect of care takes hold in a person; cycle: 0; k: effect of care
  preference = 39,        ///< how a person weighs treatment; cycle: 0; k: 0
};

/// The name of a purpose as written in documents; empty for a number that is no purpose.
[[nodiscard]] constexpr std::string_view name(Purpose purpose) {
  switch (purpose) {  // without default: the compiler reports a purpose that is missing or has another one's number
    case Purpose::synthesis_person:
      return "synthesis_person";
    case Purpose::synthesis_condition:
      return "synthesis_condition";
    case Purpose::synthesis_flow:
      return "synthesis_flow";
    case Purpose::initial_recorded_stage:
      return "initial_recorded_stage";
    case Purpose::health_transition:
      return "health_transition";
    case Purpose::recorded_stage:
      return "recorded_stage";
    case Purpose::need_base:
      return "need_base";
    case Purpose::need_condition:
      return "need_condition";
    case Purpose::need_access:
      return "need_access";
    case Purpose::need_day:
      return "need_day";
    case Purpose::need_entry:
      return "need_entry";
    case Purpose::need_event:
      return "need_event";
    case Purpose::walk_step:
      return "walk_step";
    case Purpose::pathway_delay:
      return "pathway_delay";
    case Purpose::stay_length:
      return "stay_length";
    case Purpose::wait_event:
      return "wait_event";
    case Purpose::admission_order:
      return "admission_order";
    case Purpose::supply_refusal:
      return "supply_refusal";
    case Purpose::unserved_return:
      return "unserved_return";
    case Purpose::year_shock:
      return "year_shock";
    case Purpose::practice_effect:
      return "practice_effect";
    case Purpose::provider_effect:
      return "provider_effect";
    case Purpose::enrolment:
      return "enrolment";
    case Purpose::initial_backlog:
      return "initial_backlog";
    case Purpose::bootstrap:
      return "bootstrap";
    case Purpose::parameter:
      return "parameter";
    case Purpose::person_cycle:
      return "person_cycle";
    case Purpose::attached_service:
      return "attached_service";
    case Purpose::sign_up:
      return "sign_up";
    case Purpose::insurance_policy:
      return "insurance_policy";
    case Purpose::cross_fit:
      return "cross_fit";
    case Purpose::vulnerability:
      return "vulnerability";
    case Purpose::case_finding:
      return "case_finding";
    case Purpose::coding:
      return "coding";
    case Purpose::need_by_record:
      return "need_by_record";
    case Purpose::programme_need:
      return "programme_need";
    case Purpose::programme_choice:
      return "programme_choice";
    case Purpose::adherence:
      return "adherence";
    case Purpose::preference:
      return "preference";
  }
  return {};
}

}  // namespace waterbed
