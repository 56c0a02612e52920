#pragma once

#include "scenario/path_visitor.hpp"
#include "waterbed/core/problem.hpp"
#include "waterbed/scenario/diagnostic.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed::detail {

/// Walks over a scenario in memory: ranges, fixed words, names, tables and filters. Collects faults by field path.
class Checker : public PathVisitor {
 public:
  /// @param faulty  field paths at which reading has found faults; what follows from these is not said again
  explicit Checker(const Scenario& scenario, std::set<std::string> faulty = {});

  void add(const std::string& path, const std::string& rule, const std::string& got = {}, const std::string& hint = {});
  void add(const FieldProblem& problem);
  /// The same, unless a fault at `base` or below may be the cause.
  void conclude(const std::string& base, const std::string& path, const std::string& rule, const std::string& got = {});
  /// Whether a fault stands at the path or below it.
  [[nodiscard]] bool touched(const std::string& path) const;
  /// Paths at which reading has found faults.
  [[nodiscard]] const std::set<std::string>& given() const { return given_; }
  [[nodiscard]] const std::vector<std::string>& names(Names of) const { return names_.at(of); }
  /// A fault unless the name is known.
  bool known(const std::string& path, const std::string& name, Names of);
  bool known(const std::string& path, const std::string& name, const std::vector<std::string>& names,
             const std::string& what);
  void check_who(const Who& who, const std::string& path, bool of_contract);

  std::vector<Problem> problems;

  void text(const Field& field, std::string& value) override;
  void number(const Field& field, double& value) override;
  void integer(const Field& field, std::int64_t& value) override;
  void choice(const Field& field, const std::vector<Choice>& choices, std::size_t& value) override;
  void texts(const Field& field, std::vector<std::string>& values) override;
  void numbers(const Field& field, std::vector<double>& values) override;
  void amounts(const Field& field, std::map<std::string, double>& values) override;
  void pairs(const Field& field, std::map<std::string, std::string>& values) override;
  void table(const Field& field, AgeSexTable& value) override;
  void who(const Field& field, Who& value) override;
  void who_text(const Field& field, std::string& value) override;
  void list(const Field& field, const Items& items) override;
  void named(const Field& field, const Items& items) override;

 private:
  void number_at(const std::string& path, const Field& field, double value);

  const Scenario& scenario_;
  std::map<Names, std::vector<std::string>> names_;
  std::set<std::string> given_;   ///< found by reading
  std::set<std::string> faulty_;  ///< found here and by reading
};

/// check(), with the field paths at which reading has found faults.
std::vector<Problem> check_after_reading(const Scenario& scenario, const std::set<std::string>& faulty);

// What only the whole scenario can tell, by part.
void check_people(Checker& c, const Scenario& s);
void check_conditions(Checker& c, const Scenario& s);
/// Chances given survival out of a stage, summed, at the ages where they are largest.
/// @param ratio  of the hazard of a transition
double most_given_survival(const Scenario& s, const Condition& condition, const std::string& from,
                           const std::function<double(const Transition&)>& ratio);
void check_care(Checker& c, const Scenario& s);
void check_deciders(Checker& c, const Scenario& s);
void check_needs(Checker& c, const Scenario& s);
void check_programmes(Checker& c, const Scenario& s);
void check_stratifications(Checker& c, const Scenario& s);
void check_insurance(Checker& c, const Scenario& s);
void check_policies(Checker& c, const Scenario& s);
void check_contracts(Checker& c, const Scenario& s);
void check_arms(Checker& c, const Scenario& s);
void check_attribution(Checker& c, const Scenario& s);
void check_shares(Checker& c, const Scenario& s);
void check_simulated(Checker& c, const Scenario& s);
void check_expectations(Checker& c, const Scenario& s);
void check_follows(Checker& c, const Scenario& s);
void check_uncertainty(Checker& c, const Scenario& s);

/// Providers whose care a contract can pay: its holders or the members of its coalition.
std::vector<std::string> parties_of(const ContractSpec& spec);

/// As it is written in a file.
std::string_view rule_name(AttributionRule rule);

/// Kinds of care that a visit for each need can reach, [need]; attached services included.
std::vector<std::set<std::string>> reached_kinds(const Scenario& s);

/// From a field of validate() to the field of the file: "gate.up" is "terms.gate.up", and a step of the reference is
/// below its name, "terms.reference.steps[0].history.years".
std::string contract_field(const Contract& contract, const std::string& field);
/// Whether a fault at the name of a term has kept it out of the contract: what is missing may be there, misspelt.
/// @param faulty  paths at which reading has found faults
/// @param terms   path of the contract's terms
bool lost_a_term(const Contract& contract, const std::set<std::string>& faulty, const std::string& terms);
/// The nearest name that would do where a formula uses an unknown one.
std::string contract_hint(const Contract& contract, const ContractProblem& problem);

/// Sums to 1 within 1e-9.
bool is_one(double sum);

template <class T>
const T* find_named(const std::vector<T>& things, const std::string& name) {
  for (const T& thing : things) {
    if (thing.name == name) {
      return &thing;
    }
  }
  return nullptr;
}

}  // namespace waterbed::detail
