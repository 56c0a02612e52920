#include "waterbed/engine/stratify.hpp"

#include "waterbed/core/error.hpp"

#include <algorithm>
#include <string>

namespace waterbed {
namespace {

const CompiledStratification& find(const Model& model, std::string_view name) {
  const auto& all = model.stratifications;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  if (found == all.end()) {
    throw InvalidArgument("stratification", "must be one of the scenario's", std::string(name));
  }
  return *found;
}

void check_lengths(const Model& model, const RecordColumns& persons) {
  const auto same = [&](const char* column, std::size_t length) {
    if (length != persons.age.size()) {
      throw InvalidArgument(column, "must have one value a person (" + std::to_string(persons.age.size()) + ")",
                            std::to_string(length));
    }
  };
  same("sex", persons.sex.size());
  same("deprivation", persons.deprivation.size());
  same("municipality", persons.municipality.size());
  same("practice", persons.practice.size());
  same("practice_group", persons.practice_group.size());
  same("insurer", persons.insurer.size());
  if (persons.recorded.size() != static_cast<std::size_t>(model.health.conditions)) {
    throw InvalidArgument("recorded", "must have one column a condition", std::to_string(persons.recorded.size()));
  }
  for (const auto& column : persons.recorded) {
    same("recorded", column.size());
  }
}

}  // namespace

Stratified stratify(const Model& model, std::string_view stratification, const RecordColumns& persons) {
  const CompiledStratification& rules = find(model, stratification);
  check_lengths(model, persons);
  Stratified out;
  out.score.reserve(persons.age.size());
  out.stratum.reserve(persons.age.size());
  std::vector<std::uint8_t> recorded(persons.recorded.size());
  for (std::size_t i = 0; i < persons.age.size(); ++i) {
    for (std::size_t c = 0; c < recorded.size(); ++c) {
      recorded[c] = persons.recorded[c][i];
    }
    const PersonView view{.age = persons.age[i],
                          .sex = static_cast<Sex>(persons.sex[i]),
                          .deprivation = persons.deprivation[i],
                          .municipality = persons.municipality[i],
                          .practice = persons.practice[i],
                          .practice_group = persons.practice_group[i],
                          .payer = persons.insurer[i],
                          .recorded = recorded.data(),
                          .stage = nullptr,  // no rule looks at it
                          .stride = 1};
    out.score.push_back(risk_score(rules, view));
    out.stratum.push_back(static_cast<std::uint8_t>(stratum_of(rules, view, out.score.back())));
  }
  return out;
}

}  // namespace waterbed
