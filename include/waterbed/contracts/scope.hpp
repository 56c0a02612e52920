#pragma once

#include "waterbed/contracts/service.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// At what price care counts: what was paid for it, the scenario's one list for everybody, or a list of the contract.
enum class PriceBasis : std::uint8_t { paid, list, standard };

/// By what a person belongs to a holder.
enum class AttributionRule : std::uint8_t {
  registration,       ///< registered with a practice of the holder
  plurality_visits,   ///< more visits to the holder than to any other, of the services in `by`
  plurality_charges,  ///< more list value at the holder than at any other, of the services in `by`
  geography,          ///< lives in one of `places`
  enrolment,          ///< matches `who` and has signed up: chance `uptake`
  choice              ///< names the holder as own provider: chance `uptake`; else by plurality of visits
};

/// When it is known who belongs.
enum class AttributionTiming : std::uint8_t {
  prospective,   ///< fixed at the start of the year from the year before
  retrospective  ///< found at its end from the year itself
};

struct Attribution {
  AttributionRule rule = AttributionRule::registration;
  AttributionTiming timing = AttributionTiming::prospective;
  std::vector<std::string> by{};      ///< plurality: the services that count, e.g. primary care; empty: all
  std::vector<std::string> places{};  ///< geography: municipalities
  double uptake = 1.0;                ///< enrolment, choice: share of those asked who sign, 0..1
  int precedence = 0;                 ///< of several contracts that claim a person, the highest has them
};

/// Who and what a contract is about.
struct Scope {
  std::string who;                    ///< `who:` filter of the persons attributed; empty: all of the payer's
  std::vector<std::string> services;  ///< counted: names of kinds, sectors or needs; empty: all
  PriceBasis price = PriceBasis::paid;
  std::int64_t min_people = 0;                  ///< with fewer assigned people nothing is shared
  Attribution attribution{};                    ///< by what they belong to the holder
  std::vector<ServicePrice> standard_prices{};  ///< price basis standard: EUR per unit; what is not listed: list price
};

}  // namespace waterbed
