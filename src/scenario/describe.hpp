#pragma once

#include "scenario/visitor.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/scenario/diagnostic.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <string>
#include <vector>

/// One description of every thing in a scenario file: name, unit, range, default and meaning of each key, said once.
namespace waterbed::detail {

void describe(Visitor& v, Scenario& s);

void describe(Visitor& v, TimeSpec& s);
void describe(Visitor& v, RunSpec& s);
void describe(Visitor& v, Discounting& s);
void describe(Visitor& v, PopulationSpec& s);
void describe(Visitor& v, SectorSpec& s);
void describe(Visitor& v, PayerSpec& s);
void describe(Visitor& v, InsuranceSpec& s);
void describe(Visitor& v, StratumSpec& s);
void describe(Visitor& v, Stratification& s);
void describe(Visitor& v, ProgrammeSpec& s);
void describe(Visitor& v, PreferenceSpec& s);
void describe(Visitor& v, CareProgrammeSpec& s);
void describe(Visitor& v, RoutesSpec& s);
void describe(Visitor& v, TargetSpec& s);
void describe(Visitor& v, Evidence& s);
void describe(Visitor& v, Uncertainty& s);

void describe(Visitor& v, Condition& s);
void describe(Visitor& v, CareEffectSpec& s);
void describe(Visitor& v, KindSpec& s);
void describe(Visitor& v, ProviderSpec& s);
void describe(Visitor& v, InternalContractSpec& s);
void describe(Visitor& v, StaffPoolSpec& s);
void describe(Visitor& v, MarketShare& s);
void describe(Visitor& v, NeedSpec& s);
void describe(Visitor& v, BehaviourSpec& s);
void describe(Visitor& v, VariationSpec& s);

void describe(Visitor& v, Expectation& s);
void describe(Visitor& v, FrozenExpectation& s);
void describe(Visitor& v, ContractSpec& s);
void describe(Visitor& v, Facts& s);

/// A currency code of three capital letters.
void currency(Visitor& v, const Field& field, std::string& code);

/// An arm as written, before what it inherits is filled in.
struct ArmForm {
  std::string name;
  std::string title;
  std::string from;
  std::vector<std::string> contracts;
  std::map<std::string, std::string> replace;
  std::vector<std::string> add;
  std::vector<std::string> remove;
  std::vector<std::string> programmes;
  bool inherits_programmes = false;  ///< not given: those of the arm it starts from
  PressSpec presses;
  std::vector<std::string> internal_contracts;
  bool inherits_internal_contracts = false;
};
void describe(Visitor& v, ArmForm& s);

/// Fills in what arms inherit; complaints go to the visitor, at "arms.<name>.<key>".
std::vector<ArmSpec> resolve_arms(Visitor& v, const std::vector<ArmForm>& forms,
                                  const std::vector<ContractSpec>& contracts);

/// "ward", "ward.follow_up" or "ward.back".
std::string place_in_episode(const std::string& kind, EpisodeStep step);
/// The kind and the step of such a text.
std::pair<std::string, EpisodeStep> split_place(const std::string& place);

/// A text with a fixed set of words.
void word_of(Visitor& v, const Field& field, const std::vector<Choice>& choices, std::string& value);

}  // namespace waterbed::detail
