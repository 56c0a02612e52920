#include "arrays.hpp"
#include "bindings.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/expectation/assessment.hpp"
#include "waterbed/expectation/credibility.hpp"
#include "waterbed/expectation/expectation.hpp"
#include "waterbed/scenario/expectation_file.hpp"

#include <pybind11/eigen.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

using Doubles = ArrayOf<double>;
using Positions = ArrayOf<std::int32_t>;
using Persons = ArrayOf<std::uint32_t>;

/// Name, values, labels.
using ColumnTuple = std::tuple<std::string, Doubles, std::vector<std::string>>;

FeatureTable table_of(const std::vector<ColumnTuple>& columns) {
  FeatureTable table;
  for (const auto& [name, values, labels] : columns) {
    const auto span = span_of(values);
    table.push_back({name, {span.begin(), span.end()}, labels});
  }
  return table;
}

/// Column, form, cuts or knots, levels.
using PartTuple = std::tuple<std::string, std::string, std::vector<double>, std::vector<std::string>>;
using FeatureTuple = std::pair<std::vector<PartTuple>, bool>;

constexpr const char* k_forms[] = {"linear", "log1p", "bands", "levels", "spline"};

template <class Enum, class Names>
Enum position_of(const std::string& name, const std::string& field, const Names& names) {
  std::string known;
  std::size_t position = 0;
  for (const char* each : names) {
    if (name == each) {
      return static_cast<Enum>(position);
    }
    known += (position == 0 ? "" : ", ") + std::string(each);
    ++position;
  }
  throw InvalidArgument(field, "must be one of " + known, name);
}

std::vector<Feature> features_of(const std::vector<FeatureTuple>& tuples) {
  std::vector<Feature> features;
  for (const auto& [parts, recorded] : tuples) {
    Feature feature{{}, recorded};
    for (const auto& [column, form, at, levels] : parts) {
      feature.parts.push_back({column, position_of<FeatureForm>(form, "form", k_forms), at, levels});
    }
    features.push_back(std::move(feature));
  }
  return features;
}

std::vector<FeatureTuple> tuples_of(const Expectation& expectation) {
  std::vector<FeatureTuple> tuples;
  for (const Feature& feature : expectation.features) {
    FeatureTuple tuple{{}, feature.recorded_by_holder};
    for (const FeaturePart& part : feature.parts) {
      tuple.first.emplace_back(part.column, k_forms[static_cast<std::size_t>(part.form)], part.at, part.levels);
    }
    tuples.push_back(std::move(tuple));
  }
  return tuples;
}

constexpr const char* k_families[] = {"gaussian", "poisson", "gamma", "binomial"};

ExpectationSpec spec_of(std::string outcome, std::string unit, std::string source,
                        const std::vector<FeatureTuple>& features, const std::string& model, double ridge, double least,
                        int threads) {
  ExpectationSpec spec{.outcome = std::move(outcome),
                       .unit = std::move(unit),
                       .source = std::move(source),
                       .features = features_of(features),
                       .cells = model == "cells",
                       .least = least};
  spec.glm.ridge = ridge;
  spec.glm.threads = threads;
  if (!spec.cells) {
    spec.glm.family = position_of<Family>(model, "model", k_families);
  }
  return spec;
}

/// The arrays of one call, kept alive while the library reads them.
struct SeenArrays {
  Doubles outcome, exposure, weight;
  Persons person;

  [[nodiscard]] Observations observations() const {
    return {span_of(outcome), span_of(exposure), span_of(weight), span_of(person)};
  }
};

std::vector<std::string> names_of(const Expectation& expectation) {
  const auto* glm = std::get_if<GlmModel>(&expectation.model);
  return glm == nullptr ? std::vector<std::string>() : glm->names;
}

std::string model_of(const Expectation& expectation) {
  const auto* glm = std::get_if<GlmModel>(&expectation.model);
  return glm == nullptr ? "cells" : std::string(family_name(glm->family));
}

/// Cells as columns: length and values of the key, mean, exposure.
py::tuple cells_of(const Expectation& expectation) {
  py::list keys;
  std::vector<double> mean;
  std::vector<double> exposure;
  if (const auto* model = std::get_if<CellModel>(&expectation.model)) {
    for (const Cell& cell : model->cells) {
      keys.append(py::cast(cell.of));
      mean.push_back(cell.mean);
      exposure.push_back(cell.exposure);
    }
  }
  return py::make_tuple(keys, array_of(mean), array_of(exposure));
}

/// Values by sex, age and state.
using BySexAgeState = py::array_t<double, py::array::c_style | py::array::forcecast>;

/// State, discount, window, states, remaining and remaining_at_end; none for models without.
py::object remaining_of(const Expectation& expectation) {
  if (!expectation.remaining) {
    return py::none();
  }
  const RemainingLife& life = *expectation.remaining;
  const std::vector<py::ssize_t> shape{k_sexes, static_cast<py::ssize_t>(life.rows.size() / k_sexes),
                                       static_cast<py::ssize_t>(life.states.size())};
  const auto values = [&](std::vector<double> RemainingRow::*column) {
    std::vector<double> all;
    for (const RemainingRow& row : life.rows) {
      all.insert(all.end(), (row.*column).begin(), (row.*column).end());
    }
    return array_of(all).reshape(shape);
  };
  return py::make_tuple(life.state, life.discount, life.window, life.states, values(&RemainingRow::remaining),
                        values(&RemainingRow::remaining_at_end));
}

Expectation with_remaining(const Expectation& expectation, const std::string& state, double discount, int window,
                           const std::vector<std::string>& states, const BySexAgeState& remaining,
                           const BySexAgeState& at_end) {
  if (remaining.ndim() != 3 || remaining.shape(0) != k_sexes || at_end.size() != remaining.size() ||
      remaining.shape(2) != static_cast<py::ssize_t>(states.size())) {
    throw InvalidArgument("remaining", "must be by sex, age and state, as remaining_at_end", "another shape");
  }
  RemainingLife life{state, discount, window, states, {}};
  const auto ages = static_cast<int>(remaining.shape(1));
  const auto width = static_cast<std::ptrdiff_t>(states.size());
  for (int row = 0; row < k_sexes * ages; ++row) {
    const auto of = [&](const BySexAgeState& values) {
      const double* const first = values.data() + row * width;
      return std::vector<double>(first, first + width);
    };
    life.rows.push_back({static_cast<Sex>(row / ages), row % ages, of(remaining), of(at_end)});
  }
  Expectation whole = expectation;
  whole.remaining = std::move(life);
  return whole;
}

py::dict glm_dict(const GlmFit& fit) {
  py::dict found;
  found["coefficients"] = fit.coefficients;
  found["covariance"] = fit.covariance;
  found["deviance"] = fit.deviance;
  found["null_deviance"] = fit.null_deviance;
  found["dispersion"] = fit.dispersion;
  found["rows"] = fit.rows;
  found["iterations"] = fit.iterations;
  return found;
}

void bind_models(py::module_& module) {
  py::class_<Expectation>(module, "Expectation")
      .def_readonly("outcome", &Expectation::outcome)
      .def_readonly("unit", &Expectation::unit)
      .def_readonly("source", &Expectation::source)
      .def_readonly("rows", &Expectation::rows)
      .def_readonly("exposure", &Expectation::exposure)
      .def_readonly("mean", &Expectation::mean)
      .def_property_readonly("remaining", &remaining_of)
      .def("with_remaining", &with_remaining, py::arg("state"), py::arg("discount"), py::arg("window"),
           py::arg("states"), py::arg("remaining"), py::arg("remaining_at_end"))
      .def_property_readonly("features", &tuples_of)
      .def_property_readonly("names", &names_of)
      .def_property_readonly("coefficients",
                             [](const Expectation& self) {
                               const auto* glm = std::get_if<GlmModel>(&self.model);
                               return glm == nullptr ? std::vector<double>() : glm->coefficients;
                             })
      .def_property_readonly("model", &model_of)
      .def_property_readonly("cells", &cells_of)
      .def_property_readonly("text", &write_expectation)
      .def_property_readonly("digest", &expectation_digest)
      .def(
          "predict",
          [](const Expectation& self, const std::vector<ColumnTuple>& columns) {
            return array_of(predict(self, table_of(columns)));
          },
          py::arg("columns"));
  module.def("parse_expectation", &parse_expectation, py::arg("text"));
  module.def("load_expectation", &load_expectation, py::arg("path"));
  module.def(
      "fit_expectation",
      [](const std::string& outcome_name, const std::string& unit, const std::string& source,
         const std::vector<FeatureTuple>& features, const std::string& model, double ridge, double least, int threads,
         const std::vector<ColumnTuple>& columns, Doubles outcome, Doubles exposure, Doubles weight, Persons person) {
        const ExpectationSpec spec = spec_of(outcome_name, unit, source, features, model, ridge, least, threads);
        const FeatureTable table = table_of(columns);
        const SeenArrays seen{std::move(outcome), std::move(exposure), std::move(weight), std::move(person)};
        const Observations observations = seen.observations();
        ExpectationFit fit;
        {
          const py::gil_scoped_release release;
          fit = fit_expectation(spec, table, observations);
        }
        return std::pair(std::move(fit.expectation), glm_dict(fit.glm));
      },
      py::kw_only(), py::arg("outcome_name"), py::arg("unit"), py::arg("source"), py::arg("features"), py::arg("model"),
      py::arg("ridge"), py::arg("least"), py::arg("threads"), py::arg("columns"), py::arg("outcome"),
      py::arg("exposure"), py::arg("weight"), py::arg("person"));
  module.def(
      "cross_fit_expectation",
      [](const std::vector<FeatureTuple>& features, const std::string& model, double ridge, double least, int threads,
         const std::vector<ColumnTuple>& columns, Doubles outcome, Doubles exposure, Doubles weight, Persons person,
         int folds, std::uint64_t seed) {
        const ExpectationSpec spec = spec_of("", "", "", features, model, ridge, least, threads);
        const FeatureTable table = table_of(columns);
        const SeenArrays seen{std::move(outcome), std::move(exposure), std::move(weight), std::move(person)};
        const Observations observations = seen.observations();
        std::vector<double> rates;
        {
          const py::gil_scoped_release release;
          rates = cross_fit(spec, table, observations, folds, seed);
        }
        return array_of(rates);
      },
      py::kw_only(), py::arg("features"), py::arg("model"), py::arg("ridge"), py::arg("least"), py::arg("threads"),
      py::arg("columns"), py::arg("outcome"), py::arg("exposure"), py::arg("weight"), py::arg("person"),
      py::arg("folds"), py::arg("seed"));
  module.def(
      "expectation_design",
      [](const std::vector<FeatureTuple>& features, const std::vector<ColumnTuple>& columns) {
        const FeatureTable table = table_of(columns);
        Design design = design_of(resolve(features_of(features), table), table);
        return std::pair(std::move(design.names), std::move(design.values));
      },
      py::arg("features"), py::arg("columns"));
  module.def(
      "expectation_folds",
      [](const Persons& person, int folds, std::uint64_t seed) {
        std::vector<std::int32_t> found;
        for (const std::uint32_t each : span_of(person)) {
          found.push_back(fold_of(seed, each, folds));
        }
        return array_of(found);
      },
      py::arg("person"), py::arg("folds"), py::arg("seed"));
}

/// Rows of named numbers, as a list of dictionaries.
py::dict row_of(Index rows, double exposure, double expected, double realised, const Interval& interval) {
  py::dict row;
  row["rows"] = rows;
  row["exposure"] = exposure;
  row["expected"] = expected;
  row["realised"] = realised;
  row["low"] = interval.low;
  row["high"] = interval.high;
  return row;
}

py::tuple credibility_tuple(const Credibility& found) {
  py::dict all;
  all["collective"] = found.collective;
  all["within"] = found.within;
  all["between"] = found.between;
  all["luck_person"] = found.luck_person;
  all["luck_group"] = found.luck_group;
  py::list rows;
  for (const CredibilityGroup& each : found.groups) {
    py::dict row;
    row["rows"] = each.rows;
    row["exposure"] = each.exposure;
    row["mean"] = each.mean;
    row["credibility"] = each.credibility;
    row["estimate"] = each.estimate;
    rows.append(row);
  }
  return py::make_tuple(all, rows);
}

void bind_assessment(py::module_& module) {
  module.def(
      "expectation_accuracy",
      [](const Doubles& outcome, const Doubles& expected, const Doubles& exposure) {
        const Accuracy found = accuracy({span_of(outcome), span_of(expected), span_of(exposure)});
        py::dict row;
        row["rows"] = found.rows;
        row["exposure"] = found.exposure;
        row["realised"] = found.mean;
        row["expected"] = found.expected_mean;
        row["r2"] = found.r2;
        row["cpm"] = found.cpm;
        row["mean_absolute_residual"] = found.mean_absolute_residual;
        row["residual_sd"] = found.residual_sd;
        return row;
      },
      py::arg("outcome"), py::arg("expected"), py::arg("exposure"));
  module.def(
      "expectation_calibration",
      [](const Doubles& outcome, const Doubles& expected, const Doubles& exposure, int groups) {
        py::list rows;
        for (const CalibrationGroup& g :
             calibration({span_of(outcome), span_of(expected), span_of(exposure)}, groups)) {
          rows.append(row_of(g.rows, g.exposure, g.expected, g.realised, g.interval));
        }
        return rows;
      },
      py::arg("outcome"), py::arg("expected"), py::arg("exposure"), py::arg("groups"));
  module.def(
      "hosmer_lemeshow",
      [](const Doubles& outcome, const Doubles& expected, const Doubles& exposure, int groups, bool fitted_here) {
        const HosmerLemeshow test =
            hosmer_lemeshow({span_of(outcome), span_of(expected), span_of(exposure)}, groups, fitted_here);
        return py::make_tuple(test.statistic, test.degrees_of_freedom, test.p);
      },
      py::arg("outcome"), py::arg("expected"), py::arg("exposure"), py::arg("groups"), py::arg("fitted_here"));
  module.def(
      "predictive_ratios",
      [](const Doubles& outcome, const Doubles& expected, const Doubles& exposure, const Positions& group, int groups) {
        py::list rows;
        for (const PredictiveRatio& r :
             predictive_ratios({span_of(outcome), span_of(expected), span_of(exposure)}, span_of(group), groups)) {
          py::dict row = row_of(r.rows, r.exposure, r.expected, r.realised, r.interval);
          row["ratio"] = r.ratio;
          rows.append(row);
        }
        return rows;
      },
      py::arg("outcome"), py::arg("expected"), py::arg("exposure"), py::arg("group"), py::arg("groups"));
  module.def(
      "credibility",
      [](const Doubles& value, const Doubles& exposure, const Positions& group, int groups) {
        return credibility_tuple(credibility(span_of(value), span_of(exposure), span_of(group), groups));
      },
      py::arg("value"), py::arg("exposure"), py::arg("group"), py::arg("groups"));
  module.def(
      "credibility_of_sums",
      [](const std::vector<std::tuple<std::int64_t, double, double>>& groups) {
        std::vector<GroupSums> sums;
        for (const auto& [rows, sum, squares] : groups) {
          sums.push_back({rows, sum, squares});
        }
        return credibility_tuple(credibility(sums));
      },
      py::arg("groups"));
  module.def(
      "settle_outcomes",
      [](const Contract& contract, const Doubles& expected, const Doubles& realised, double comparison_gain) {
        Facts facts;
        facts.comparison_gain = Rate::from_double(comparison_gain);
        for (py::ssize_t i = 0; i < std::min(expected.size(), realised.size()); ++i) {
          facts.outcomes.push_back({1, Rate::from_double(expected.data()[i]), Rate::from_double(realised.data()[i])});
        }
        return settle(contract, facts);
      },
      py::arg("contract"), py::arg("expected"), py::arg("realised"), py::arg("comparison_gain"));
  module.def(
      "payment_for_noise",
      [](const Contract& contract, std::int64_t people, double sd) {
        const Gain* gain = find_term<Gain>(contract);
        if (gain == nullptr) {
          throw InvalidArgument("contract", "must have a gain term", contract.name);
        }
        const NoisePayment pay = payment_for_noise(*gain, people, sd);
        return std::tuple(pay.at_group, pay.at_person, gain->at == GainLevel::person);
      },
      py::arg("contract"), py::arg("people"), py::arg("sd"));
}

}  // namespace

void bind_expectation(py::module_& module) {
  bind_models(module);
  bind_assessment(module);
}

}  // namespace waterbed::python
