#include "bindings.hpp"

// Types come before the functions that take or return them, so that signatures read well.
PYBIND11_MODULE(_core, module) {
  namespace python = waterbed::python;
  module.doc() = "Thin bindings of the C++ library; use the functions of the package `waterbed` instead.";
  module.attr("__version__") = WATERBED_VERSION;
  python::bind_errors(module);
  python::bind_results(module);
  python::bind_stats(module);
  python::bind_contracts(module);
  python::bind_calculator(module);
  python::bind_scenario(module);
  python::bind_engine(module);
  python::bind_calibration(module);
  python::bind_expectation(module);
  python::bind_persons(module);
  python::bind_decisions(module);
  python::bind_stratification(module);
  python::bind_analysis(module);
}
