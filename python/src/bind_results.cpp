#include "bindings.hpp"
#include "waterbed/engine/results.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

using Values = py::array_t<std::int64_t, py::array::c_style>;

std::vector<py::ssize_t> shape_of(const Results& results, const TableInfo& table) {
  std::vector<py::ssize_t> shape = {static_cast<py::ssize_t>(results.replications),
                                    static_cast<py::ssize_t>(results.arms.size())};
  for (const Dimension& dimension : table.dims) {
    shape.push_back(static_cast<py::ssize_t>(dimension.labels.size()));
  }
  return shape;
}

/// A read-only view: the array keeps the results alive.
Values values_of(const py::object& self, std::string_view table) {
  const auto& results = self.cast<const Results&>();
  const auto position = static_cast<std::size_t>(results.table_index(table));
  Values view(shape_of(results, results.tables[position]), results.values[position].data(), self);
  view.attr("setflags")(py::arg("write") = false);
  return view;
}

std::shared_ptr<Results> make_results(std::string scenario, std::uint64_t seed, std::int64_t first_replication,
                                      std::vector<std::string> arms, std::string baseline, std::int64_t replications,
                                      std::vector<TableInfo> tables, const std::vector<Values>& values) {
  auto results = std::make_shared<Results>();
  results->scenario = std::move(scenario);
  results->seed = seed;
  results->first_replication = first_replication;
  results->arms = std::move(arms);
  results->baseline = std::move(baseline);
  results->replications = replications;
  results->tables = std::move(tables);
  if (values.size() != results->tables.size()) {
    throw py::value_error("values: one array a table is needed");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::vector<py::ssize_t> shape = shape_of(*results, results->tables[i]);
    if (!std::equal(shape.begin(), shape.end(), values[i].shape(), values[i].shape() + values[i].ndim())) {
      throw py::value_error("values of " + results->tables[i].name + ": the shape must be (replication, arm, dims...)");
    }
    results->values.emplace_back(values[i].data(), values[i].data() + values[i].size());
  }
  return results;
}

}  // namespace

void bind_results(py::module_& module) {
  py::class_<Dimension>(module, "Dimension")
      .def(py::init<std::string, std::vector<std::string>>(), py::arg("name"), py::arg("labels"))
      .def_readonly("name", &Dimension::name)
      .def_readonly("labels", &Dimension::labels);
  py::class_<TableInfo>(module, "TableInfo")
      .def(py::init<std::string, std::string, std::string, std::vector<Dimension>>(), py::arg("name"), py::arg("unit"),
           py::arg("description"), py::arg("dims"))
      .def_readonly("name", &TableInfo::name)
      .def_readonly("unit", &TableInfo::unit)
      .def_readonly("description", &TableInfo::description)
      .def_readonly("dims", &TableInfo::dims);
  py::class_<Results, std::shared_ptr<Results>>(module, "Results")
      .def(py::init(&make_results), py::kw_only(), py::arg("scenario"), py::arg("seed"), py::arg("first_replication"),
           py::arg("arms"), py::arg("baseline"), py::arg("replications"), py::arg("tables"), py::arg("values"))
      .def_readonly("scenario", &Results::scenario)
      .def_readonly("seed", &Results::seed)
      .def_readonly("first_replication", &Results::first_replication)
      .def_readonly("arms", &Results::arms)
      .def_readonly("baseline", &Results::baseline)
      .def_readonly("replications", &Results::replications)
      .def_readonly("tables", &Results::tables)
      .def("values", &values_of, py::arg("table"));
  module.def("merge", &merge, py::arg("blocks"));
  module.def("results_digest", &results_digest, py::arg("results"), py::arg("arm") = "");
}

}  // namespace waterbed::python
