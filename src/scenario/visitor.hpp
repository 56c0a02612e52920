#pragma once

#include "waterbed/contracts/formula.hpp"
#include "waterbed/core/age_table.hpp"
#include "waterbed/core/money.hpp"
#include "waterbed/population/stratum.hpp"

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waterbed::detail {

/// Whose names a text may be.
enum class Names {
  none,  ///< free text
  municipality,
  provider,
  gp_group,  ///< a provider with a share in gp_groups
  payer,
  funder,  ///< "insurer" or a payer that is none
  sector,
  kind,
  episode,  ///< kind, kind.follow_up or kind.back
  service,  ///< kind, need, sector or "all"
  need,
  condition,
  expectation,
  contract,
  internal_contract,
  programme,
  arm,
  party,  ///< provider or payer
  stratum
};
/// What such a name is called in a message: "kind of care".
const char* called(Names names);

/// All there is to say about one key of a file. Reader, checks, schema, reference and writer follow from it.
struct Field {
  const char* name;
  const char* meaning = "";
  const char* unit = "";
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool above_low = false;            ///< the low end is excluded
  Names of = Names::none;            ///< names a text (or the keys of a map of numbers) must be known as
  Names to = Names::none;            ///< names the values of a map of texts must be known as
  bool required = false;             ///< the key must be there
  bool optional = false;             ///< leaving it out means something of its own, not a default
  bool star = false;                 ///< "*" stands for any
  bool single = false;               ///< one value may stand for a list of one
  bool csv = false;                  ///< a list may be the name of a CSV file with a column a key
  bool file = false;                 ///< an element may be the name of a YAML file
  const char* word = nullptr;        ///< stands for "not given" where a number is expected
  const char* or_else = "";          ///< what may stand instead of a word, for messages: "a number or "
  const char* bare = nullptr;        ///< a bare number stands for a map with this key alone
  const char* bare_text = nullptr;   ///< so does any other bare text, for a map with this key
  bool bare_list = false;            ///< so does a bare list, for a map with the key `bare`
  const char* key_column = nullptr;  ///< column of a shared table that picks the rows of the enclosing named thing
};

/// A vector of described things behind one face.
struct Items {
  std::size_t size = 0;
  std::function<void(std::size_t)> resize;
  std::function<std::string&(std::size_t)> name;  ///< named things only
  std::function<void(std::size_t)> visit;
  std::function<void()> sample;  ///< describes a thing with all its defaults
};

/// What every formula of a contract may use, beside the measures of its quality term: quality score, performance year,
/// assigned people.
inline constexpr const char* k_formula_inputs[] = {"q", "year", "assigned"};

/// In which way something was written that has several.
enum class Form { absent, number, word, list, map, any };

struct Choice {
  const char* text;
  const char* meaning = "";
};

/// Walks over the description of a thing. `describe(visitor, thing)` names every field once.
class Visitor {
 public:
  virtual ~Visitor() = default;

  virtual void text(const Field& field, std::string& value) = 0;
  /// Arithmetic on named numbers.
  virtual void formula(const Field& field, std::optional<Formula>& value) = 0;
  /// A NaN is a number not given, if the field is optional.
  virtual void number(const Field& field, double& value) = 0;
  virtual void integer(const Field& field, std::int64_t& value) = 0;
  virtual void flag(const Field& field, bool& value) = 0;
  virtual void choice(const Field& field, const std::vector<Choice>& choices, std::size_t& value) = 0;
  virtual void texts(const Field& field, std::vector<std::string>& values) = 0;
  virtual void numbers(const Field& field, std::vector<double>& values) = 0;
  /// Numbers by name.
  virtual void amounts(const Field& field, std::map<std::string, double>& values) = 0;
  virtual void pairs(const Field& field, std::map<std::string, std::string>& values) = 0;
  virtual void table(const Field& field, AgeSexTable& value) = 0;
  virtual void who(const Field& field, Who& value) = 0;
  /// A filter kept as text: see who.hpp.
  virtual void who_text(const Field& field, std::string& value) = 0;
  /// @param present  in: there is one; out: there is one. Null: always there.
  virtual void object(const Field& field, bool* present, const std::function<void()>& inside) = 0;
  virtual void list(const Field& field, const Items& items) = 0;
  virtual void named(const Field& field, const Items& items) = 0;
  virtual Form form(const Field& field, Form current) = 0;
  /// A fault of shape, at a path below the thing read. Only readers listen: such things cannot exist in memory.
  virtual void complain(const std::string& at, const std::string& rule, const std::string& got,
                        const std::string& hint = {}) {
    (void)at, (void)rule, (void)got, (void)hint;
  }
};

/// A number in as few digits as give it back.
std::string number_text(double value);
/// A sum without the noise of its last digits.
std::string sum_text(double sum);
/// "must be in [0, 1] (EUR per unit)"; empty if the value keeps to the field's range.
std::string range_fault(const Field& field, double value);
/// "must be a number (EUR per unit)".
std::string with_unit(const Field& field, const std::string& rule);
/// "unlimited, visits, bed_days".
std::string listed(const std::vector<Choice>& choices);
std::string joined_path(const std::string& path, const std::string& name);
std::string joined_path(const std::string& path, std::size_t position);

template <class T>
void list_of(Visitor& v, const Field& field, std::vector<T>& values) {
  v.list(field, Items{values.size(),
                      [&values](std::size_t n) { values.resize(n); },
                      {},
                      [&](std::size_t i) { describe(v, values[i]); },
                      [&v] {
                        T value{};
                        describe(v, value);
                      }});
}

template <class T>
void named_of(Visitor& v, const Field& field, std::vector<T>& values, std::string T::*name) {
  v.named(field, Items{values.size(), [&values](std::size_t n) { values.resize(n); },
                       [&values, name](std::size_t i) -> std::string& { return values[i].*name; },
                       [&](std::size_t i) { describe(v, values[i]); },
                       [&v] {
                         T value{};
                         describe(v, value);
                       }});
}

template <class T>
void object_of(Visitor& v, const Field& field, T& value) {
  v.object(field, nullptr, [&] { describe(v, value); });
}

template <class T>
void optional_object(Visitor& v, const Field& field, std::optional<T>& value) {
  bool present = value.has_value();
  T inside{};
  if (present) {
    inside = *value;
  }
  v.object(field, &present, [&] { describe(v, inside); });
  value = present ? std::optional<T>(std::move(inside)) : std::nullopt;
}

template <class Integer>
void integer_of(Visitor& v, const Field& field, Integer& value) {
  auto wide = static_cast<std::int64_t>(value);
  v.integer(field, wide);
  value = static_cast<Integer>(wide);
}

template <class Enum>
void choice_of(Visitor& v, const Field& field, const std::vector<Choice>& choices, Enum& value) {
  auto position = static_cast<std::size_t>(value);
  v.choice(field, choices, position);
  value = static_cast<Enum>(position);
}

/// Money and rates are written as plain numbers.
void money(Visitor& v, const Field& field, Money& value);
void money(Visitor& v, Field field, std::optional<Money>& value);
void rate(Visitor& v, const Field& field, Rate& value);
void rate(Visitor& v, Field field, std::optional<Rate>& value);
void rates(Visitor& v, const Field& field, std::vector<Rate>& values);
/// One rate, or a list of them.
void rate_or_rates(Visitor& v, const Field& field, std::vector<Rate>& values);
/// A whole number that may be left out, 0 to 1e15 if the field says no more.
void optional_count(Visitor& v, Field field, std::optional<std::int64_t>& value);
/// Letter of quality A, B or C.
void quality_letter(Visitor& v, char& value);
/// A number whose absence is stored as a negative one.
void number_or_negative(Visitor& v, Field field, double& value);

}  // namespace waterbed::detail
