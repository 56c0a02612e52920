#include "arrays.hpp"
#include "bindings.hpp"
#include "interruptible.hpp"
#include "waterbed/engine/class_moments.hpp"
#include "waterbed/engine/decompose.hpp"
#include "waterbed/engine/expected.hpp"
#include "waterbed/engine/model.hpp"
#include "waterbed/engine/results.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

py::array_t<double> matrix(const std::vector<double>& values, std::size_t rows) {
  const std::size_t columns = rows == 0 ? 0 : values.size() / rows;
  return array_of(values, {static_cast<py::ssize_t>(rows), static_cast<py::ssize_t>(columns)});
}

}  // namespace

void bind_engine(py::module_& module) {
  py::class_<ExpectedFlows>(module, "ExpectedFlows")
      .def_readonly("years", &ExpectedFlows::years)
      .def_readonly("settings", &ExpectedFlows::settings)
      .def_readonly("persons", &ExpectedFlows::persons)
      .def_property_readonly("visits",
                             [](const ExpectedFlows& e) { return matrix(e.visits, static_cast<std::size_t>(e.years)); })
      .def_property_readonly(
          "list_spending",
          [](const ExpectedFlows& e) { return matrix(e.list_spending, static_cast<std::size_t>(e.years)); })
      .def_property_readonly("first_contacts", [](const ExpectedFlows& e) {
        return matrix(e.first_contacts, static_cast<std::size_t>(e.years));
      });
  py::class_<RunOptions>(module, "RunOptions")
      .def(py::init([](std::vector<std::string> arms, std::int64_t first_replication, std::int64_t replications,
                       std::optional<std::uint64_t> seed, int threads, int block_size, std::int64_t memory_limit) {
             return RunOptions{std::move(arms), first_replication, replications, seed,
                               threads,         block_size,        memory_limit};
           }),
           py::kw_only(), py::arg("arms") = std::vector<std::string>{}, py::arg("first_replication") = 0,
           py::arg("replications") = 0, py::arg("seed") = py::none(), py::arg("threads") = 0,
           py::arg("block_size") = RunOptions{}.block_size, py::arg("memory_limit") = 0);
  py::class_<Model, std::shared_ptr<Model>>(module, "Model")
      .def_property_readonly("persons", [](const Model& m) { return m.people.size(); })
      .def_property_readonly("settings",
                             [](const Model& m) {
                               std::vector<std::string> names;
                               for (const SettingModel& setting : m.network.settings) {
                                 names.push_back(setting.name);
                               }
                               return names;
                             })
      .def_property_readonly("municipality_of_route", [](const Model& m) {
        std::vector<std::string> names(static_cast<std::size_t>(m.network.routes));
        for (std::size_t i = 0; i < m.route_of.size(); ++i) {
          names[m.route_of[i]] = m.people.municipality_names[m.people.municipality[i]];
        }
        return names;
      });
  module.def(
      "compile_scenario", [](const Scenario& scenario) { return std::make_shared<Model>(compile(scenario)); },
      py::arg("scenario"), py::call_guard<py::gil_scoped_release>());
  py::class_<ClassMoments>(module, "ClassMoments")
      .def_readonly("classes", &ClassMoments::classes)
      .def_readonly("cycles", &ClassMoments::cycles)
      .def_readonly("spending", &ClassMoments::spending)
      .def_readonly("cycles_per_year", &ClassMoments::cycles_per_year);
  module.def("class_moments", &class_moments, py::arg("model"), py::arg("options"),
             py::call_guard<py::gil_scoped_release>());
  module.def(
      "simulate",
      [](const Model& model, const RunOptions& options, const std::optional<py::function>& progress) {
        return interruptible(
            [&](const Progress& note, const StopToken& stop) { return simulate(model, options, note, stop); },
            progress);
      },
      py::arg("model"), py::arg("options"), py::arg("progress") = py::none());
  module.def(
      "decompose",
      [](const Model& model, const std::string& arm, const RunOptions& options,
         const std::optional<py::function>& progress) {
        return interruptible(
            [&](const Progress& note, const StopToken& stop) { return decompose(model, arm, options, note, stop); },
            progress);
      },
      py::arg("model"), py::arg("arm"), py::arg("options"), py::arg("progress") = py::none());
  std::vector<std::string> mechanisms(k_mechanism_names.begin(), k_mechanism_names.end());
  module.attr("MECHANISMS") = py::tuple(py::cast(mechanisms));
  module.def("memory_needed", &memory_needed, py::arg("model"), py::arg("options"));
  module.def("check_results_memory", &check_results_memory, py::arg("model"), py::arg("arms"), py::arg("replications"));
  module.def("expected", &expected, py::arg("model"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "expected_under_chance",
      [](const Model& model, std::uint64_t seed, std::int64_t first_replication, std::int64_t replications) {
        return array_of(expected_under_chance(model, seed, first_replication, replications));
      },
      py::arg("model"), py::arg("seed"), py::arg("first_replication"), py::arg("replications"));
}

}  // namespace waterbed::python
