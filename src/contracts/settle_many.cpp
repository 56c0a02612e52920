#include "waterbed/contracts/settle_many.hpp"

#include "fact_columns.hpp"
#include "many_rows.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

namespace waterbed {
namespace {

using Row = std::ptrdiff_t;

/// Faults in the order in which they are met; one that many cases share is one fault with many rows.
class Faults {
 public:
  void add(const std::string& fact, const std::string& rule) { problem(fact, rule); }
  void add(const std::string& fact, const std::string& rule, const std::string& got, Row row) {
    CaseProblem& found = problem(fact, rule);
    if (found.rows.empty()) {
      found.got = got;
    }
    if (found.rows.empty() || found.rows.back() != row) {
      found.rows.push_back(row);
    }
  }
  void raise() {
    if (!problems_.empty()) {
      throw CasesError(std::move(problems_));
    }
  }

 private:
  CaseProblem& problem(const std::string& fact, const std::string& rule) {
    const auto [place, added] = position_.try_emplace({fact, rule}, problems_.size());
    if (added) {
      problems_.push_back({fact, rule, {}, {}});
    }
    return problems_[place->second];
  }

  std::vector<CaseProblem> problems_;
  std::map<std::pair<std::string, std::string>, std::size_t> position_;
};

std::string message_of(const std::vector<CaseProblem>& problems) {
  constexpr std::size_t k_shown = 10;
  std::string text = "cases cannot be settled:";
  for (const CaseProblem& problem : problems) {
    text += "\n  " + problem.fact + ": " + problem.rule;
    if (problem.rows.empty()) {
      continue;
    }
    text += problem.rows.size() == 1 ? " (row " : " (rows ";
    for (std::size_t i = 0; i < std::min(problem.rows.size(), k_shown); ++i) {
      text += (i == 0 ? "" : ", ") + std::to_string(problem.rows[i]);
    }
    text += problem.rows.size() > k_shown ? " and " + std::to_string(problem.rows.size() - k_shown) + " more" : "";
    text += problem.got.empty() ? ")" : "; got " + problem.got + ")";
  }
  return text;
}

struct SetColumn {
  internal::SetFact set = nullptr;
  const FactColumn* column = nullptr;

  [[nodiscard]] double value(std::size_t row) const { return column->values[column->values.size() == 1 ? 0 : row]; }
};

std::string number_text(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

/// What the column of this fact holds in a row, or nothing.
std::string got_in(std::span<const SetColumn> columns, const std::string& fact, std::size_t row) {
  const internal::SetFact set = internal::find_fact_column(fact);
  for (const SetColumn& column : columns) {
    if (column.set == set) {
      return number_text(column.value(row));
    }
  }
  return {};
}

/// Settles the facts of one case after another, going on after a fault so that all are told.
class Settler {
 public:
  Settler(const Contract& contract, std::size_t cases)
      : contract_(contract), result_(internal::empty_table(contract, cases)) {}

  void settle_case(const Facts& facts, std::size_t row, std::span<const SetColumn> columns) {
    try {
      internal::append(result_, settle(contract_, facts, Detail::amounts));
    } catch (const FactsError& error) {
      tell(error.problems(), row, columns, {});
    }
  }

  /// What else is wrong in a case some of whose values could not be used.
  void check_case(const Facts& facts, std::size_t row, std::span<const SetColumn> columns,
                  std::span<const internal::SetFact> unused) {
    tell(check_facts(contract_, facts), row, columns, unused);
  }

  ManySettlements finish() {
    faults.raise();
    return std::move(result_);
  }

  Faults faults;

 private:
  void tell(const std::vector<FactProblem>& problems, std::size_t row, std::span<const SetColumn> columns,
            std::span<const internal::SetFact> unused) {
    for (const FactProblem& problem : problems) {
      const internal::SetFact set = internal::find_fact_column(problem.fact);
      if (std::find(unused.begin(), unused.end(), set) == unused.end()) {
        const std::string got = got_in(columns, problem.fact, row);
        faults.add(problem.fact, problem.rule, got.empty() ? problem.got : got, static_cast<Row>(row));
      }
    }
  }

  const Contract& contract_;
  ManySettlements result_;
};

/// The columns that can be used; the faults of the others are added.
std::vector<SetColumn> usable(std::span<const FactColumn> columns, std::size_t cases, Faults& faults) {
  std::vector<SetColumn> found;
  for (const FactColumn& column : columns) {
    const internal::SetFact set = internal::find_fact_column(column.fact);
    if (set == nullptr) {
      faults.add(column.fact, "is not a fact that can differ from case to case");
    } else if (std::any_of(found.begin(), found.end(), [&](const SetColumn& other) { return other.set == set; })) {
      faults.add(column.fact, "is given twice");
    } else if (column.values.size() != 1 && column.values.size() != cases) {
      faults.add(column.fact, "must have 1 or " + std::to_string(cases) + " values as the first column does, got " +
                                  std::to_string(column.values.size()));
    } else {
      found.push_back({set, &column});
    }
  }
  return found;
}

/// False if the value cannot be; the fault is added.
bool put(const SetColumn& column, std::size_t row, Facts& facts, Faults& faults) {
  try {
    column.set(facts, column.value(row));
    return true;
  } catch (const std::invalid_argument& error) {
    faults.add(column.column->fact, error.what(), number_text(column.value(row)), static_cast<Row>(row));
    return false;
  }
}

}  // namespace

CasesError::CasesError(std::vector<CaseProblem> problems)
    : std::invalid_argument(message_of(problems)), problems_(std::move(problems)) {}

ManySettlements settle_many(const Contract& contract, std::span<const Facts> cases) {
  Settler settler(contract, cases.size());
  for (std::size_t row = 0; row < cases.size(); ++row) {
    settler.settle_case(cases[row], row, {});
  }
  return settler.finish();
}

ManySettlements settle_many(const Contract& contract, const Facts& shared, std::span<const FactColumn> columns) {
  const auto longest =
      std::find_if(columns.begin(), columns.end(), [](const FactColumn& column) { return column.values.size() != 1; });
  const std::size_t cases = longest == columns.end() ? 1 : longest->values.size();
  Settler settler(contract, cases);
  const std::vector<SetColumn> used = usable(columns, cases, settler.faults);
  settler.faults.raise();
  Facts facts = shared;
  for (std::size_t row = 0; row < cases; ++row) {
    std::vector<internal::SetFact> unused;
    for (const SetColumn& column : used) {
      if (!put(column, row, facts, settler.faults)) {
        unused.push_back(column.set);
      }
    }
    if (unused.empty()) {
      settler.settle_case(facts, row, used);
    } else {
      settler.check_case(facts, row, used, unused);
    }
  }
  return settler.finish();
}

}  // namespace waterbed
