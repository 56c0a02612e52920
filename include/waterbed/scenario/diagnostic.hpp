#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// A spot in a file. Lines and columns count from 1; a column is a character. 0: not known.
struct Place {
  std::string path;
  int line = 0;
  int column = 0;
};

/// What stands in for the path of a scenario that was built in memory.
inline constexpr const char* k_in_memory = "<scenario>";

/// One fault in what a person wrote.
struct Problem {
  std::string path = k_in_memory;
  int line = 0;        ///< from 1; 0: no position
  int column = 0;      ///< from 1; 0: no position
  std::string field;   ///< dotted, e.g. "kinds.ward.list_price", "market_shares[0].kind"; a column's name in a table
  std::string rule;    ///< what must hold, with the unit
  std::string got;     ///< the value as written; empty: nothing to show
  std::string hint{};  ///< the nearest name that would do; empty: none is near
  std::optional<Place> second{};  ///< the other place of a contradiction
  std::string second_note{};      ///< what stands there, e.g. "first given at"
  std::string source_line{};      ///< the line of the file, for the excerpt
  bool within_value = false;      ///< the place is a character of a value, such as a formula: the excerpt tells more

  /// `path:line:col: field: rule, got value (did you mean name?)`, one line.
  [[nodiscard]] std::string message() const;
  /// The line of the file with a caret under the fault; empty without a position.
  [[nodiscard]] std::string excerpt() const;
};

/// By path, line, column, field, rule; doubles removed.
void sort_problems(std::vector<Problem>& problems);

/// A scenario, contract or table is not what it must be. Holds all faults, sorted by position; what() lists them.
class ScenarioError : public std::runtime_error {
 public:
  explicit ScenarioError(std::vector<Problem> problems);
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// Letters to add, drop, change or swap with a neighbour to turn one word into the other.
int edit_distance(std::string_view a, std::string_view b);

/// The known name that was probably meant; empty if none is within a third of the word's length.
std::string nearest_name(std::string_view got, std::span<const std::string> known);

}  // namespace waterbed
