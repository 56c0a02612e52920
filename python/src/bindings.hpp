#pragma once

#include <pybind11/pybind11.h>

/// One function a module of the library; each puts its classes and functions on `module`.
namespace waterbed::python {

void bind_errors(pybind11::module_& module);
void bind_scenario(pybind11::module_& module);
void bind_contracts(pybind11::module_& module);
void bind_calculator(pybind11::module_& module);
void bind_results(pybind11::module_& module);
void bind_stats(pybind11::module_& module);
void bind_engine(pybind11::module_& module);
void bind_decisions(pybind11::module_& module);
void bind_calibration(pybind11::module_& module);
void bind_expectation(pybind11::module_& module);
void bind_persons(pybind11::module_& module);
void bind_stratification(pybind11::module_& module);
void bind_analysis(pybind11::module_& module);

}  // namespace waterbed::python
