#include "bindings.hpp"
#include "waterbed/engine/class_moments.hpp"
#include "waterbed/engine/expected.hpp"
#include "waterbed/engine/model.hpp"
#include "waterbed/engine/person_years.hpp"
#include "waterbed/engine/results.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

/// How often the calling thread looks at progress and signals.
constexpr std::chrono::milliseconds k_look{50};

/// Works on a thread of its own, without the interpreter's lock. The calling thread wakes up to report and to see
/// Ctrl-C, however long a cycle takes; an error raised there, KeyboardInterrupt among them, stops the run and is raised
/// again when the workers are done.
/// @param work  makes a result from Progress and StopToken
template <class Work>
auto interruptible(const Work& work, const std::optional<py::function>& progress) {
  using Result = decltype(work(Progress{}, StopToken{}));
  std::stop_source stop;
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> total{0};
  const Progress note = [&](const ProgressReport& at) {
    done = at.done;
    total = at.total;
  };
  std::future<std::shared_ptr<Result>> running =
      std::async(std::launch::async, [&] { return std::make_shared<Result>(work(note, stop.get_token())); });
  const auto finished = [&](std::chrono::milliseconds wait) {
    const py::gil_scoped_release unlocked;
    return running.wait_for(wait) == std::future_status::ready;
  };
  try {
    for (bool last = false; !last;) {
      last = finished(k_look);
      if (PyErr_CheckSignals() != 0) {
        throw py::error_already_set();
      }
      if (progress && total > 0) {
        (*progress)(done.load(), total.load());
      }
    }
  } catch (...) {
    stop.request_stop();
    const py::gil_scoped_release unlocked;
    running.wait();
    throw;
  }
  return running.get();
}

/// A column as an array that keeps its table alive.
template <class T>
py::array column(const py::object& table, const std::vector<T>& values) {
  return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data(), table);
}

py::dict columns_of(const py::object& table) {
  const auto& t = table.cast<const PersonYears&>();
  py::dict columns;
  const auto add = [&](const std::string& name, const auto& values) { columns[py::str(name)] = column(table, values); };
  const auto add_all = [&](const std::string& prefix, const std::vector<std::string>& names, const auto& of_names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      add(prefix + names[i], of_names[i]);
    }
  };
  add("person", t.person);
  add("year", t.year);
  add("entered", t.entered);
  add("age", t.age);
  add("sex", t.sex);
  add("deprivation", t.deprivation);
  add("municipality", t.municipality);
  add("practice", t.practice);
  add("practice_group", t.practice_group);
  add("insurer", t.insurer);
  add_all("stage_", t.conditions, t.stage);
  add_all("recorded_", t.conditions, t.recorded);
  add("cycles", t.cycles);
  add("died", t.died);
  add("moved_away", t.moved_away);
  add("qalys", t.qalys);
  add_all("spending_", t.sectors, t.spending);
  add_all("units_", t.kinds, t.units);
  add_all("stays_", t.stay_kinds, t.stays);
  return columns;
}

/// Names behind the columns that hold positions.
py::dict labels_of(const PersonYears& t) {
  py::dict labels;
  labels["municipality"] = t.municipalities;
  labels["practice"] = t.practices;
  labels["practice_group"] = t.practice_groups;
  labels["insurer"] = t.insurers;
  for (std::size_t c = 0; c < t.conditions.size(); ++c) {
    labels[py::str("stage_" + t.conditions[c])] = t.stages[c];
    labels[py::str("recorded_" + t.conditions[c])] = t.stages[c];
  }
  return labels;
}

py::array_t<double> matrix(const std::vector<double>& values, std::size_t rows) {
  const std::size_t columns = rows == 0 ? 0 : values.size() / rows;
  py::array_t<double> result(
      std::vector<py::ssize_t>{static_cast<py::ssize_t>(rows), static_cast<py::ssize_t>(columns)});
  std::copy(values.begin(), values.end(), result.mutable_data());
  return result;
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
                       std::optional<std::uint64_t> seed, int threads, int block_size) {
             return RunOptions{std::move(arms), first_replication, replications, seed, threads, block_size};
           }),
           py::kw_only(), py::arg("arms") = std::vector<std::string>{}, py::arg("first_replication") = 0,
           py::arg("replications") = 0, py::arg("seed") = py::none(), py::arg("threads") = 0,
           py::arg("block_size") = RunOptions{}.block_size);
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
  py::class_<RecordOptions>(module, "RecordOptions")
      .def(py::init([](std::string arm, std::vector<int> years, std::int64_t replication,
                       std::optional<std::uint64_t> seed, int threads) {
             return RecordOptions{std::move(arm), std::move(years), replication, seed, threads};
           }),
           py::kw_only(), py::arg("arm") = "", py::arg("years") = std::vector<int>{}, py::arg("replication") = 0,
           py::arg("seed") = py::none(), py::arg("threads") = 0);
  py::class_<PersonYears, std::shared_ptr<PersonYears>>(module, "PersonYears")
      .def_readonly("cycles_per_year", &PersonYears::cycles_per_year)
      .def_property_readonly("labels", &labels_of)
      .def_property_readonly("columns", &columns_of);
  module.def(
      "person_years",
      [](const Model& model, const RecordOptions& options, bool newcomers,
         const std::optional<py::function>& progress) {
        return interruptible([&](const Progress& note,
                                 const StopToken& stop) { return person_years(model, options, newcomers, note, stop); },
                             progress);
      },
      py::arg("model"), py::arg("options"), py::arg("newcomers") = false, py::arg("progress") = py::none());
  module.def(
      "simulate",
      [](const Model& model, const RunOptions& options, const std::optional<py::function>& progress) {
        return interruptible(
            [&](const Progress& note, const StopToken& stop) { return simulate(model, options, note, stop); },
            progress);
      },
      py::arg("model"), py::arg("options"), py::arg("progress") = py::none());
  module.def("memory_needed", &memory_needed, py::arg("model"), py::arg("options"));
  module.def("expected", &expected, py::arg("model"), py::call_guard<py::gil_scoped_release>());
}

}  // namespace waterbed::python
