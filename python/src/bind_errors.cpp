#include "bindings.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/scenario/diagnostic.hpp"

#include <pybind11/stl.h>

#include <exception>
#include <string>
#include <utility>

namespace py = pybind11;

namespace waterbed::python {
namespace {

/// The classes of errors: made once, never freed, since the interpreter may outlive this library's statics.
struct ErrorClasses {
  PyObject* scenario = nullptr;
  PyObject* stopped = nullptr;
};

ErrorClasses& error_classes() {
  static ErrorClasses classes;
  return classes;
}

/// Raises ScenarioError with the attribute `problems`.
void raise_scenario_error(const ScenarioError& error) {
  const auto type = py::reinterpret_borrow<py::object>(error_classes().scenario);
  const py::object value = type(error.what());
  value.attr("problems") = py::tuple(py::cast(error.problems()));
  PyErr_SetObject(type.ptr(), value.ptr());
}

}  // namespace

void bind_errors(py::module_& module) {
  py::class_<Problem>(module, "Problem")
      .def(py::init([](std::string path, int line, int column, std::string field, std::string rule, std::string got,
                       std::string hint) {
             return Problem{.path = std::move(path),
                            .line = line,
                            .column = column,
                            .field = std::move(field),
                            .rule = std::move(rule),
                            .got = std::move(got),
                            .hint = std::move(hint)};
           }),
           py::arg("path"), py::arg("line"), py::arg("column"), py::arg("field"), py::arg("rule"), py::arg("got") = "",
           py::arg("hint") = "")
      .def_readonly("path", &Problem::path)
      .def_readonly("line", &Problem::line)
      .def_readonly("column", &Problem::column)
      .def_readonly("field", &Problem::field)
      .def_readonly("rule", &Problem::rule)
      .def_readonly("got", &Problem::got)
      .def_readonly("hint", &Problem::hint)
      .def_readonly("within_value", &Problem::within_value)
      .def("excerpt", &Problem::excerpt)
      .def("__str__", &Problem::message)
      .def("__repr__", &Problem::message);

  error_classes().scenario = PyErr_NewExceptionWithDoc(
      "waterbed.ScenarioError", "A scenario, contract or table is not what it must be; `problems` holds every fault.",
      PyExc_ValueError, nullptr);
  error_classes().stopped =
      PyErr_NewExceptionWithDoc("waterbed.Stopped", "A run was asked to stop before it had one finished replication.",
                                PyExc_RuntimeError, nullptr);
  const auto scenario_error = py::reinterpret_borrow<py::object>(error_classes().scenario);
  scenario_error.attr("problems") = py::tuple();
  module.attr("ScenarioError") = scenario_error;
  module.attr("Stopped") = py::reinterpret_borrow<py::object>(error_classes().stopped);

  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) {
        std::rethrow_exception(pointer);
      }
    } catch (const ScenarioError& error) {
      raise_scenario_error(error);
    } catch (const Stopped& error) {
      PyErr_SetString(error_classes().stopped, error.what());
    }
  });
}

}  // namespace waterbed::python
