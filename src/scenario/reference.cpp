#include "scenario/describer.hpp"
#include "waterbed/scenario/schema.hpp"

#include <string>
#include <vector>

namespace waterbed {
namespace {

using detail::Field;
using detail::number_text;
using detail::Shape;

std::string bare_forms(const Field& field) {
  return field.bare == nullptr        ? ""
         : field.bare_list            ? "list or "
         : field.bare_text != nullptr ? "number, formula or "
                                      : "number or ";
}

std::string type_of(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::text:
      return shape.field.of == detail::Names::none ? "text" : std::string("name: ") + called(shape.field.of);
    case Shape::Kind::formula:
      return "formula of q, year, assigned";
    case Shape::Kind::number:
      return shape.field.word == nullptr ? "number" : std::string("number or ") + shape.field.word;
    case Shape::Kind::integer:
      return "whole number";
    case Shape::Kind::flag:
      return "true or false";
    case Shape::Kind::choice:
      return listed(shape.choices);
    case Shape::Kind::texts:
      return shape.field.of == detail::Names::none ? "list of names" : std::string("list: ") + called(shape.field.of);
    case Shape::Kind::numbers:
      return "list of numbers";
    case Shape::Kind::amounts:
      return std::string("map: ") + called(shape.field.of) + " to number";
    case Shape::Kind::pairs:
      return "map: name to name";
    case Shape::Kind::table:
      return "age-sex table";
    case Shape::Kind::who:
      return "filter";
    case Shape::Kind::who_text:
      return "filter or name of a stratum";
    case Shape::Kind::object:
      return bare_forms(shape.field) + "keys below";
    case Shape::Kind::list:
      return shape.field.csv ? "list of keys below, or a .csv file" : "list of keys below";
    case Shape::Kind::named:
      return std::string("map: ") + (shape.field.of == detail::Names::none ? "name" : called(shape.field.of)) + " to " +
             bare_forms(shape.field) + "keys below" + (shape.field.file ? ", or a .yaml file" : "");
  }
  return {};
}

std::string range_of(const Field& field) {
  const bool low = field.low > -9e9;
  const bool high = field.high < 9e9;
  if (low && high) {
    return std::string(field.above_low ? "(" : "[") + number_text(field.low) + ", " + number_text(field.high) + "]";
  }
  if (low) {
    return std::string(field.above_low ? "above " : "at least ") + number_text(field.low);
  }
  return high ? "at most " + number_text(field.high) : "";
}

std::string meaning_of(const Shape& shape) {
  std::string text = shape.field.meaning;
  for (const detail::Choice& choice : shape.choices) {
    if (*choice.meaning != '\0') {
      text += (text.empty() ? "" : "; ") + std::string(choice.text) + ": " + choice.meaning;
    }
  }
  return text;
}

std::string below(const std::string& path, const Shape& shape) {
  const std::string name = shape.field.name;
  const std::string at = path.empty() || name.empty() ? path + name : path + "." + name;
  return shape.kind == Shape::Kind::list ? at + "[]" : shape.kind == Shape::Kind::named ? at + ".<name>" : at;
}

void section(const std::string& path, const std::vector<Shape>& shapes, std::string& text) {
  std::string rows;
  for (const Shape& shape : shapes) {
    const Field& field = shape.field;
    const std::string name = *field.name == '\0' ? "(any)" : std::string("`") + field.name + "`";
    const std::string fallback = field.required ? "required" : shape.fallback.empty() ? "" : "`" + shape.fallback + "`";
    rows += "| " + name + " | " + type_of(shape) + " | " + field.unit + " | " + range_of(field) + " | " + fallback +
            " | " + meaning_of(shape) + " |\n";
  }
  if (!rows.empty()) {
    text += "\n## " + (path.empty() ? std::string("The file") : "`" + path + "`") +
            "\n\n| key | what | unit | range | default | meaning |\n|---|---|---|---|---|---|\n" + rows;
  }
  for (const Shape& shape : shapes) {
    section(below(path, shape), shape.children, text);
  }
}

constexpr const char* k_scenario =
    R"md(# The scenario file

Made from the description that the reader, the checks and the JSON Schema (`waterbed schema`) share; a test keeps it
current.

- A scenario is one YAML map. Every unknown, missing or repeated key is a fault, and all faults are told at once.
- Numbers are plain decimals (`0.05`, `1200`, `1e-6`); `true` and `false` are the only flags. Anchors, aliases, merges
  and tags are not read.
- Files are named relative to the scenario's folder and must lie in it.
- A *name* is letters, digits and `_`, a letter first.
- An *age-sex table* is a number for everybody; or a list of bands `{ages: [0, 64], women: 0.01, men: 0.02}`; or a CSV
  file with the columns `sex,age_low,age_high,value`. Bands ascend, touch and cover ages 0 to 120. The rates of needs
  may share a file with a further column `need`, prevalences one with a column `condition`.
- A CSV file may open with lines that start with `#`, for sources; then comes the header.
- A *filter* names persons: `{age: [65, 120]}`, `{deprivation: 5}`, `{sex: women}`, `{municipality: x}`, `{payer: x}`,
  `{practice_group: x}`, `{practice: x}`, `{condition: x}`, `{condition: {x: [stage]}}`, `{true_condition: x}`, joined
  by `{all: [...]}`, `{any: [...]}` and `{not: ...}`. Several keys in one map must all hold. Contracts see recorded
  stages only.
- A scenario may start from another one in the same folder with `extends: other.yaml`: sections given replace whole
  sections; a section that is `null` is taken out.
- A contract may be written out, be the name of a `.yaml` file, or start from another one with `extends: name`: keys
  given replace whole keys, terms whole terms; a term that is `null` is taken out. Contracts and the scenario have one
  currency.
- Where a number stands, a *distribution* may stand: `{normal: {mean, sd}}`, `{log_normal: {mean, sd_log}}` (or `median`
  and `sd_log`, or `mean` and `sd`), `{beta: {mean, sd}}` (or `alpha` and `beta`), `{gamma: {mean, sd}}` (or `shape` and
  `scale`), `{uniform: {low, high}}`, `{triangular: {low, mode, high}}`, `{elicited: {low, high, best}}` (80 % interval;
  `best`, the median, and `scale`, one of plain, log, logit, may be left out). A map of shares may be
  `{dirichlet: {counts: {a: 3, b: 7}}}`, an age-sex table `{scale: {...}, table: ...}`: a number or distribution times
  every cell. The scenario has the mean, or the `point` written beside the distribution, as in
  `{point: 0.1, log_normal: {median: 0.2, sd_log: 0.5}}`; a run with parameter sets draws. At most 0.1 % of a distribution may lie outside
  the key's range, and is cut off. `time`, `run`, `targets` and the population's seed are plain numbers. See
  [model/uncertainty.md](model/uncertainty.md).
- An arm lists its `contracts`, or starts `from` another arm with `replace`, `add` and `remove`.
)md";

constexpr const char* k_contract =
    R"md(# The contract file

Made from the description that the reader, the checks and the JSON Schema (`waterbed schema --of contract`) share; a
test keeps it current. What the terms do: [model/settlement.md](model/settlement.md).

- A contract is one YAML map; its name is the file's. All faults are told at once, each at its place. Numbers are plain
  decimals, names and filters as in [the scenario file](scenario_reference.md).
- `extends: other.yaml` starts from another contract: a path from the file that says so, which stays in the folder of
  the file that was opened or below. Keys given replace whole keys, terms whole terms; a term that is `null` is taken out.
- A *formula* is arithmetic in quotes, `"clip(1 - 0.75*q, 0.40, 0.75)"`: `+ - * /`, brackets, `min`, `max`, `clip`, the
  quality score `q`, the `year` of the agreement, the `assigned` people and the measures that the quality term names.
)md";

constexpr const char* k_facts =
    R"md(# The facts file

Made from the description that the reader, the checks and the JSON Schema (`waterbed schema --of facts`) share; a test
keeps it current. Python takes the same names as arguments: [calculator.md](calculator.md).

- Facts are one YAML map: what happened in one performance year. Only what the terms of the contract ask for need be
  there. What is missing, unknown, out of range or contradictory is told at once, each fault at its place and with the
  term that asks for it.
- Amounts are in the contract's currency; where the tables say EUR, read that. Person-time is a number of person-years,
  or `{cycles: 90000, per_year: 12}`.
)md";

}  // namespace

std::string file_reference(FileKind kind) {
  static constexpr const char* k_openings[] = {k_scenario, k_contract, k_facts};
  std::string text = k_openings[static_cast<std::size_t>(kind)];
  section("", detail::file_shapes(kind), text);
  return text;
}

}  // namespace waterbed
