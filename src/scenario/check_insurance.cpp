#include "scenario/checker.hpp"
#include "waterbed/engine/insurance_model.hpp"

#include <algorithm>

namespace waterbed::detail {
namespace {

void check_group(Checker& c, const Scenario& s, const EqualisationGroup& group, const std::string& path) {
  if (group.by == EqualisationBy::use) {
    if (group.services.empty()) {
      c.conclude(path + ".services", path, "by use must name services", "none");
    }
    if (group.top_share > 0.0 || group.years != 1) {
      c.add(path, "by use must have no top_share and no years", group.name);
    }
    return;
  }
  if (!group.services.empty() || !group.needs.empty() || group.above != 0) {
    c.add(path, "by spending must have no services, needs or above", group.name);
  }
  if (!(group.top_share > 0.0)) {
    c.conclude(path + ".top_share", path, "by spending must have a top_share above 0", number_text(group.top_share));
  }
  const int simulated = s.time.warm_up_years + s.time.base_years;
  if (group.years > simulated) {
    c.add(path + ".years", "must be at most the years before the first performance year, " + std::to_string(simulated),
          std::to_string(group.years));
  }
}

}  // namespace

void check_insurance(Checker& c, const Scenario& s) {
  if (!s.insurance) {
    return;
  }
  const EqualisationSpec& spec = s.insurance->equalisation;
  const std::string path = "insurance.equalisation";
  if (std::none_of(s.payers.begin(), s.payers.end(), [](const PayerSpec& payer) { return payer.insurer; })) {
    c.add("insurance", "must stand beside at least one insurer", "none");
  }
  if (find_named(s.payers, std::string(k_equalisation_fund)) != nullptr) {
    c.add("payers." + std::string(k_equalisation_fund), "is the name of the fund that insurance brings",
          std::string(k_equalisation_fund));
  }
  constexpr std::size_t k_most_groups = 32;  // a bit each
  if (spec.groups.size() > k_most_groups) {
    c.add(path + ".groups", "must be at most 32", std::to_string(spec.groups.size()));
  }
  std::vector<std::string> names;
  for (const EqualisationGroup& group : spec.groups) {
    check_group(c, s, group, path + ".groups." + group.name);
    names.push_back(group.name);
  }
  std::vector<std::string> weighed;
  for (std::size_t i = 0; i < spec.weights.size(); ++i) {
    const std::string& name = spec.weights[i].group;
    const std::string at = joined_path(path + ".weights", i) + ".group";
    if (c.known(at, name, names, "group of the equalisation") &&
        std::find(weighed.begin(), weighed.end(), name) != weighed.end()) {
      c.add(at, "must not be given twice", name);
    }
    weighed.push_back(name);
  }
  for (const std::string& name : names) {
    if (std::find(weighed.begin(), weighed.end(), name) == weighed.end()) {
      c.conclude(path + ".weights", path + ".groups." + name, "must have a weight", "none in weights");
    }
  }
}

}  // namespace waterbed::detail
