#include "arrays.hpp"
#include "bindings.hpp"
#include "waterbed/analysis/cutoff_yield.hpp"
#include "waterbed/engine/stratify.hpp"

#include <pybind11/stl.h>

#include <span>
#include <string>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

using Bytes = ArrayOf<std::uint8_t>;
using Words = ArrayOf<std::uint16_t>;
using Reals = ArrayOf<double>;
using Amounts = ArrayOf<std::int64_t>;

py::tuple stratify_columns(const Model& model, const std::string& name, const Bytes& age, const Bytes& sex,
                           const Bytes& deprivation, const Bytes& municipality, const Words& practice,
                           const Bytes& practice_group, const Bytes& insurer, const std::vector<Bytes>& recorded) {
  RecordColumns persons{span_of(age),         span_of(sex),
                        span_of(deprivation), span_of(municipality),
                        span_of(practice),    span_of(practice_group),
                        span_of(insurer),     {}};
  for (const Bytes& column : recorded) {
    persons.recorded.push_back(span_of(column));
  }
  const Stratified found = stratify(model, name, persons);
  return py::make_tuple(array_of(found.score), array_of(found.stratum));
}

py::dict strata_of(const Model& model) {
  py::dict strata;
  for (const CompiledStratification& stratification : model.stratifications) {
    strata[py::str(stratification.name)] = stratification.stratum_names;
  }
  return strata;
}

py::dict yields(const Reals& score, const Bytes& event, const Amounts& cost, const Reals& cutoffs, double uptake,
                double risk_ratio) {
  const auto rows = cutoff_yields({span_of(score), span_of(event), span_of(cost)}, span_of(cutoffs),
                                  {.uptake = uptake, .risk_ratio = risk_ratio});
  py::dict columns;
  const auto add = [&]<class Get>(const char* column, const Get& get) {
    std::vector<std::decay_t<decltype(get(rows.front()))>> values;
    for (const CutoffYield& row : rows) {
      values.push_back(get(row));
    }
    columns[column] = array_of(values);
  };
  const auto add_share = [&](const std::string& column, PersonShare CutoffYield::*share) {
    add(column.c_str(), [=](const CutoffYield& row) { return (row.*share).share; });
    add((column + "_low").c_str(), [=](const CutoffYield& row) { return (row.*share).interval.low; });
    add((column + "_high").c_str(), [=](const CutoffYield& row) { return (row.*share).interval.high; });
  };
  add("cutoff", [](const CutoffYield& row) { return row.cutoff; });
  add("persons", [](const CutoffYield& row) { return row.persons; });
  add("reached", [](const CutoffYield& row) { return row.reached; });
  add("events", [](const CutoffYield& row) { return row.events; });
  add("caught", [](const CutoffYield& row) { return row.caught; });
  add_share("sensitivity", &CutoffYield::sensitivity);
  add_share("specificity", &CutoffYield::specificity);
  add_share("predictive_value", &CutoffYield::predictive_value);
  add("cost_share", [](const CutoffYield& row) { return row.cost_share; });
  add("number_needed_to_reach", [](const CutoffYield& row) { return row.number_needed_to_reach; });
  return columns;
}

py::tuple concordance_of(const Reals& score, const Bytes& event) {
  const ConcordanceStatistic found = concordance({span_of(score), span_of(event), {}});
  return py::make_tuple(found.value, found.standard_error);
}

}  // namespace

void bind_stratification(py::module_& module) {
  module.def("strata", &strata_of, py::arg("model"));
  module.def("stratify", &stratify_columns, py::arg("model"), py::arg("name"), py::kw_only(), py::arg("age"),
             py::arg("sex"), py::arg("deprivation"), py::arg("municipality"), py::arg("practice"),
             py::arg("practice_group"), py::arg("insurer"), py::arg("recorded"));
  module.def("cutoff_yields", &yields, py::arg("score"), py::arg("event"), py::arg("cost"), py::arg("cutoffs"),
             py::kw_only(), py::arg("uptake"), py::arg("risk_ratio"));
  module.def("concordance", &concordance_of, py::arg("score"), py::arg("event"));
}

}  // namespace waterbed::python
