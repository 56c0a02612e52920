#include "scenario/expectation_rules.hpp"

#include "scenario/visitor.hpp"

#include <algorithm>
#include <utility>

namespace waterbed::detail {
namespace {

/// Remembers whether there was a fault.
class Rules {
 public:
  Rules(const Expectation& model, const TellFault& tell) : model_(model), tell_(tell) {}

  void check(bool whole) {
    const bool cells = std::holds_alternative<CellModel>(model_.model);
    for (std::size_t i = 0; i < model_.features.size(); ++i) {
      check_feature(model_.features[i], joined_path("features", i), cells);
    }
    if (whole && !told_) {
      cells ? check_cells(std::get<CellModel>(model_.model)) : check_names(std::get<GlmModel>(model_.model));
    }
    if (whole && model_.remaining) {
      check_remaining(*model_.remaining);
    }
  }

 private:
  void tell(const std::string& path, const std::string& rule, const std::string& got) {
    told_ = true;
    tell_(path, rule, got);
  }

  void check_feature(const Feature& feature, const std::string& path, bool cells) {
    if (feature.parts.empty() || (cells && feature.parts.size() > 1)) {
      tell(path + ".parts", cells ? "must be one: cells cross all features" : "must name a column",
           std::to_string(feature.parts.size()));
    }
    for (std::size_t i = 0; i < feature.parts.size(); ++i) {
      check_part(feature.parts[i], joined_path(path + ".parts", i), cells);
    }
  }

  void check_part(const FeaturePart& part, const std::string& path, bool cells) {
    const bool classes = part.form == FeatureForm::bands || part.form == FeatureForm::levels;
    if (cells && !classes) {
      tell(path + ".form", "must be bands or levels for cells", part.column);
    }
    if (std::adjacent_find(part.at.begin(), part.at.end(), std::greater_equal<>()) != part.at.end()) {
      tell(path + ".at", "must ascend", std::to_string(part.at.size()) + " numbers");
    }
    const std::size_t fewest = part.form == FeatureForm::spline ? 3 : part.form == FeatureForm::bands ? 1 : 0;
    if (part.at.size() < fewest) {
      tell(path + ".at", "must hold " + std::to_string(fewest) + " or more numbers", std::to_string(part.at.size()));
    }
    if (part.form == FeatureForm::levels && part.levels.empty()) {
      tell(path + ".levels", "must hold the levels", "none");
    }
  }

  void check_names(const GlmModel& model) {
    const std::vector<std::string> names = design_names(model_.features);
    for (std::size_t i = 0; i < std::max(names.size(), model.names.size()); ++i) {
      const std::string wanted = i < names.size() ? names[i] : "no more";
      const std::string got = i < model.names.size() ? model.names[i] : "no more";
      if (wanted != got) {
        tell(joined_path("coefficients", i), "must be that of " + wanted, got);
        return;
      }
    }
  }

  void check_cells(const CellModel& model) {
    bool everybody = false;
    for (std::size_t i = 0; i < model.cells.size(); ++i) {
      const Cell& cell = model.cells[i];
      everybody = everybody || cell.of.empty();
      bool known = cell.of.size() <= model_.features.size();
      for (std::size_t k = 0; known && k < cell.of.size(); ++k) {
        const FeaturePart& part = model_.features[k].parts.front();
        const std::size_t classes = part.form == FeatureForm::bands ? part.at.size() + 1 : part.levels.size();
        known = static_cast<std::size_t>(cell.of[k]) < classes;
      }
      if (!known) {
        tell(joined_path("cells", i) + ".of", "must be bands or levels of the features", "another");
      }
    }
    if (!everybody) {
      tell("cells", "must hold that of everybody, with an empty `of`", std::to_string(model.cells.size()) + " cells");
    }
  }

  void check_remaining(const RemainingLife& life) {
    const std::size_t ages = life.rows.size() / k_sexes;
    if (life.rows.empty() || ages * k_sexes != life.rows.size()) {
      tell("remaining.rows", "must hold as many ages of men as of women", std::to_string(life.rows.size()) + " rows");
      return;
    }
    for (std::size_t i = 0; i < life.rows.size(); ++i) {
      const RemainingRow& row = life.rows[i];
      const std::string path = joined_path("remaining.rows", i);
      const bool women = i < ages;
      const std::size_t age = women ? i : i - ages;
      if (row.age != static_cast<int>(age) || (row.sex == Sex::women) != women) {
        tell(path + ".age", "must be age " + std::to_string(age) + " of " + (women ? "women" : "men"),
             std::to_string(row.age) + " of " + (row.sex == Sex::women ? "women" : "men"));
        return;
      }
      for (const auto& [name, values] :
           {std::pair{".remaining", &row.remaining}, std::pair{".remaining_at_end", &row.remaining_at_end}}) {
        if (values->size() != life.states.size()) {
          tell(path + name, "must have a number a state, " + std::to_string(life.states.size()),
               std::to_string(values->size()));
        }
      }
    }
  }

  const Expectation& model_;
  const TellFault& tell_;
  bool told_ = false;
};

}  // namespace

void check_expectation(const Expectation& model, bool whole, const TellFault& tell) { Rules(model, tell).check(whole); }

}  // namespace waterbed::detail
