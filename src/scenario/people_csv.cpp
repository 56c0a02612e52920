#include "scenario/people_csv.hpp"

#include "scenario/csv.hpp"
#include "waterbed/population/people.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace waterbed::detail {
namespace {

constexpr std::string_view k_stage = "stage_";
constexpr std::string_view k_recorded = "recorded_";
constexpr std::string_view k_history = "history_";
constexpr std::uint8_t k_yes = GivenPeople::k_some_stage;
constexpr int k_told = 20;  ///< faults of one kind in one column

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Months since year 0 of "2001-05" or "2001-05-31".
std::optional<int> month_of(std::string_view text, bool with_day) {
  constexpr std::size_t k_month = 7;
  constexpr std::size_t k_day = 10;
  if (text.size() != (with_day ? k_day : k_month) || text[4] != '-' || (with_day && text[k_month] != '-')) {
    return std::nullopt;
  }
  const std::optional<int> year = whole_number(text.substr(0, 4));
  const std::optional<int> month = whole_number(text.substr(5, 2));
  if (!year || !month || *month < 1 || *month > 12) {
    return std::nullopt;
  }
  if (with_day) {
    constexpr std::array<int, 12> k_days{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const std::optional<int> day = whole_number(text.substr(8, 2));
    const bool leap = *year % 4 == 0 && (*year % 100 != 0 || *year % 400 == 0);
    const int last = *month == 2 && !leap ? 28 : k_days[static_cast<std::size_t>(*month - 1)];
    if (!day || *day < 1 || *day > last) {
      return std::nullopt;
    }
  }
  return *year * 12 + *month - 1;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

std::string with_zeros(int number, std::size_t width) {
  std::string text = std::to_string(number);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

class PeopleReader {
 public:
  PeopleReader(Files& files, int file, const Scenario& scenario)
      : files_(files),
        file_(file),
        scenario_(scenario),
        cycles_per_year_(scenario.time.cycle == CycleLength::month ? 12 : 1),
        first_year_(scenario.time.start_year - scenario.time.warm_up_years - scenario.time.base_years) {
    for (const MunicipalitySpec& place : scenario.population.municipalities) {
      places_.push_back(place.name);
    }
    for (const GpGroupShare& share : scenario.population.gp_groups) {
      if (std::ranges::find(groups_, share.provider) == groups_.end()) {
        groups_.push_back(share.provider);
      }
    }
    for (const PayerSpec& payer : scenario.payers) {
      if (payer.insurer) {
        insurers_.push_back(payer.name);
      }
    }
    people_.stage.resize(scenario.conditions.size());
    people_.recorded.resize(scenario.conditions.size());
  }

  GivenPeople read() {
    go_through_csv(files_, file_,
                   {.header = [&](int number, std::vector<CsvCell>& cells) { header(number, cells); },
                    .row = [&](int number, std::vector<CsvCell>& cells) { row(number, cells); }});
    if (rows_ == 0 && !names_.empty()) {
      files_.fault(Mark{file_, 1, 1}, "population.people", "must hold at least one person", "none");
    }
    for (const auto& [kind, told] : told_) {
      if (told.count > k_told) {
        files_.problems[told.last].hint = "and so in " + std::to_string(told.count - k_told) + " more rows";
      }
    }
    if (places_.size() == 1 && people_.municipality.empty()) {
      people_.municipality.assign(people_.sex.size(), 0);
    }
    return std::move(people_);
  }

 private:
  using Take = std::function<void(const CsvCell&)>;

  struct Told {
    std::int64_t count = 0;
    std::size_t last = 0;  ///< position of the problem that was told last
  };

  void fault(const CsvCell& cell, const std::string& rule, std::string hint = {}) {
    Told& told = told_[{column_, rule}];
    if (++told.count <= k_told) {
      told.last = files_.problems.size();
      files_.fault(Mark{file_, line_, files_.column(file_, line_, cell.byte)}, field(), rule,
                   cell.text.empty() ? "nothing" : cell.text, std::move(hint));
    }
  }
  [[nodiscard]] std::string field() const {
    return "population.people[" + std::to_string(rows_) + "]." + names_[column_];
  }

  /// Takes a cell that is one of some names, as its position.
  template <class T>
  Take name_of(const std::vector<std::string>& names, const std::string& what, std::vector<T>& column) {
    return [this, &column, names, rule = "must be " + what + ": " + joined(names)](const CsvCell& cell) {
      const auto found = std::ranges::find(names, cell.text);
      if (found == names.end()) {
        fault(cell, rule);
      }
      column.push_back(static_cast<T>(found == names.end() ? 0 : found - names.begin()));
    };
  }
  template <class T>
  Take number_in(int low, int high, const std::string& unit, std::vector<T>& column) {
    return [this, &column, low, high,
            rule = "must be a whole number in [" + std::to_string(low) + ", " + std::to_string(high) + "]" +
                   unit](const CsvCell& cell) {
      const std::optional<int> number = whole_number(cell.text);
      if (!number || *number < low || *number > high) {
        fault(cell, rule);
      }
      column.push_back(static_cast<T>(number.value_or(low)));
    };
  }
  Take birth(bool with_day) {
    const int start = first_year_ * 12;
    const std::string shape = with_day ? "YYYY-MM-DD" : "YYYY-MM";
    return [this, with_day, start, form = "must be a " + std::string(with_day ? "day " : "month ") + shape,
            late = "must be before the simulation starts, " + with_zeros(first_year_, 4) + "-01",
            old = "must be at most " + std::to_string(k_max_age) +
                  " years before the simulation starts"](const CsvCell& cell) {
      const std::optional<int> month = month_of(cell.text, with_day);
      if (!month) {
        fault(cell, form);
      } else if (*month >= start) {
        fault(cell, late);
      } else if (*month < start - (k_max_age + 1) * 12 + 1) {
        fault(cell, old);
      }
      const int cycles = cycles_per_year_ == 12 ? month.value_or(0) - start : month.value_or(0) / 12 - first_year_;
      people_.birth_cycle.push_back(cycles);
    };
  }
  Take practice() {
    return [this](const CsvCell& cell) {
      if (cell.text.empty()) {
        fault(cell, "must name a practice");
      }
      const auto [found, fresh] = practices_.emplace(cell.text, people_.practice_names.size());
      if (fresh) {
        people_.practice_names.push_back(cell.text);
        people_.practice_owner.push_back(k_no_practice_group);
        if (found->second == k_no_practice) {
          fault(cell, "must be one of at most 65,535 practices");
        }
      }
      people_.practice.push_back(static_cast<std::uint16_t>(found->second));
      practice_cell_ = &cell;
    };
  }
  Take stage_of(std::string_view column, std::string_view prefix, std::vector<std::vector<std::uint8_t>>& of) {
    const std::vector<Condition>& conditions = scenario_.conditions;
    const auto found = std::ranges::find(conditions, column.substr(prefix.size()), &Condition::name);
    if (found == conditions.end()) {
      return {};
    }
    std::vector<std::string> stages;
    for (const Stage& stage : found->stages) {
      stages.push_back(stage.name);
    }
    std::vector<std::uint8_t>& column_of = of[static_cast<std::size_t>(found - conditions.begin())];
    return
        [take = name_of(stages, "yes, no or a stage of " + found->name, column_of), &column_of](const CsvCell& cell) {
          if (cell.text == "yes" || cell.text == "no") {
            column_of.push_back(cell.text == "yes" ? k_yes : std::uint8_t{0});
          } else {
            take(cell);
          }
        };
  }

  Take taker(const std::string& name) {
    if (name == "age") {
      return number_in(0, k_max_age, " (completed years)", people_.age);
    }
    if (name == "birth_month" || name == "birth_date") {
      return birth(name == "birth_date");
    }
    if (name == "sex") {
      static const std::vector<std::string> k_names{"women", "men"};
      return name_of(k_names, "one of", people_.sex);
    }
    if (name == "deprivation") {
      return number_in(1, 5, " (quintile, 1 the least deprived)", people_.deprivation);
    }
    if (name == "municipality") {
      return name_of(places_, "a municipality", people_.municipality);
    }
    if (name == "practice_group") {
      return name_of(groups_, "a provider of population.gp_groups", people_.practice_group);
    }
    if (name == "practice") {
      return practice();
    }
    if (name == "insurer") {
      return name_of(insurers_, "an insurer", people_.payer);
    }
    if (name.starts_with(k_stage)) {
      return stage_of(name, k_stage, people_.stage);
    }
    return name.starts_with(k_recorded) ? stage_of(name, k_recorded, people_.recorded) : Take{};
  }

  void header(int number, const std::vector<CsvCell>& cells) {
    line_ = number;
    for (const CsvCell& cell : cells) {
      column_ = names_.size();
      names_.push_back(cell.text);
      takers_.emplace_back();
      if (std::count(names_.begin(), names_.end(), cell.text) > 1) {
        head_fault(cell, "a column must be named once");
      } else if (!cell.text.starts_with(k_history)) {
        takers_.back() = taker(cell.text);
        if (!takers_.back()) {
          head_fault(cell,
                     "must be age, birth_month, birth_date, sex, deprivation, municipality, practice_group, practice, "
                     "insurer, stage_ or recorded_ and a condition, or start with history_");
        }
      }
    }
    const auto has = [&](std::string_view name) { return std::ranges::find(names_, name) != names_.end(); };
    const auto demand = [&](bool holds, const std::string& rule) {
      if (!holds) {
        files_.fault(Mark{file_, line_, 1}, "population.people", rule, joined(names_));
      }
    };
    demand(has("age") + has("birth_month") + has("birth_date") == 1,
           "must have one of the columns age, birth_month and birth_date");
    demand(has("sex"), "must have the column sex");
    demand(has("municipality") || places_.size() == 1, "must have the column municipality: there are several");
    demand(!has("practice") || has("practice_group"), "must have the column practice_group beside practice");
    for (const std::string& name : names_) {
      if (name.starts_with(k_recorded)) {
        const std::string stage = std::string(k_stage) + name.substr(k_recorded.size());
        demand(has(stage), "must have the column " + stage + " beside " + name);
      }
    }
  }
  void head_fault(const CsvCell& cell, const std::string& rule) {
    files_.fault(Mark{file_, line_, files_.column(file_, line_, cell.byte)}, "population.people", rule,
                 cell.text.empty() ? "no name" : cell.text);
  }

  void row(int number, const std::vector<CsvCell>& cells) {
    line_ = number;
    practice_cell_ = nullptr;
    for (column_ = 0; column_ < cells.size(); ++column_) {
      if (takers_[column_]) {
        takers_[column_](cells[column_]);
      }
    }
    if (practice_cell_ != nullptr && !people_.practice_group.empty()) {
      std::uint8_t& owner = people_.practice_owner[people_.practice.back()];
      const std::uint8_t group = people_.practice_group.back();
      if (owner == k_no_practice_group) {
        owner = group;
      } else if (owner != group) {
        column_ = static_cast<std::size_t>(practice_cell_ - cells.data());
        fault(*practice_cell_, "must be of one practice_group in all rows");
      }
    }
    ++rows_;
  }

  Files& files_;
  int file_;
  const Scenario& scenario_;
  int cycles_per_year_;
  int first_year_;
  std::vector<std::string> places_, groups_, insurers_;
  std::vector<std::string> names_;  ///< of the columns
  std::vector<Take> takers_;
  std::map<std::string, std::size_t, std::less<>> practices_;
  const CsvCell* practice_cell_ = nullptr;
  int line_ = 0;
  std::size_t column_ = 0;
  std::int64_t rows_ = 0;
  std::map<std::pair<std::size_t, std::string>, Told> told_;
  GivenPeople people_;
};

}  // namespace

GivenPeople read_people(Files& files, const Mark& from, const Scenario& scenario) {
  const std::string& name = scenario.population.people;
  if (!files.holds(name) && !name.ends_with(".csv")) {
    files.fault(from, "population.people", "must name a file that ends with .csv", name,
                "the Python package reads .parquet, .arrow and .feather as well");
    return {};
  }
  const int file = files.open(name, from, "population.people");
  return file < 0 ? GivenPeople{} : PeopleReader(files, file, scenario).read();
}

}  // namespace waterbed::detail
