#include "arrays.hpp"
#include "bindings.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/expected_cells.hpp"
#include "waterbed/engine/people_mix.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

py::array_t<double> by_cell(const PeopleMix& mix, const std::vector<double>& values) {
  const auto bands = static_cast<py::ssize_t>(mix.age_low.size());
  std::vector<py::ssize_t> shape{bands, k_sexes, 5, mix.routes};
  if (values.size() != mix.cells()) {
    shape.push_back(static_cast<py::ssize_t>(values.size() / std::max<std::size_t>(1, mix.cells())));
  }
  return array_of(values, shape);
}

const std::map<std::string, FlowKind>& flow_kinds() {
  static const std::map<std::string, FlowKind> k_kinds{
      {"units", FlowKind::units}, {"list_spending", FlowKind::list_spending}, {"moves", FlowKind::moves}};
  return k_kinds;
}

const char* name_of(LeverKind kind) {
  static constexpr const char* k_names[] = {"base_rate", "stage_rate", "way_in", "pathway",
                                            "attached",  "stay",       "price"};
  return k_names[static_cast<std::size_t>(kind)];
}

std::tuple<py::array_t<double>, py::array_t<double>> evaluate(const ExpectedCells& cells, const ArrayOf<double>& shifts,
                                                              bool with_gradient, int threads) {
  FlowSums sums;
  {
    const std::span<const double> view = span_of(shifts);
    const py::gil_scoped_release unlocked;
    sums = cells.evaluate(view, with_gradient, threads);
  }
  const auto count = static_cast<py::ssize_t>(sums.value.size());
  const auto levers = static_cast<py::ssize_t>(with_gradient ? cells.levers().size() : 0);
  return {array_of(sums.value, {count}), array_of(sums.gradient, {count, levers})};
}

}  // namespace

void bind_calibration(py::module_& module) {
  py::class_<PeopleMix>(module, "PeopleMix")
      .def_readonly("age_low", &PeopleMix::age_low)
      .def_readonly("routes", &PeopleMix::routes)
      .def_property_readonly("person_years", [](const PeopleMix& m) { return by_cell(m, m.person_years); })
      .def_property_readonly("exits", [](const PeopleMix& m) { return by_cell(m, m.exits); })
      .def_property_readonly("base", [](const PeopleMix& m) { return by_cell(m, m.base); })
      .def_property_readonly("base_older", [](const PeopleMix& m) { return by_cell(m, m.base_older); })
      .def_property_readonly("brought", [](const PeopleMix& m) { return by_cell(m, m.brought); });
  module.def("people_mix", &people_mix, py::arg("model"), py::arg("age_low"), py::arg("runs") = 2,
             py::call_guard<py::gil_scoped_release>());
  py::class_<FlowSelector>(module, "FlowSelector")
      .def(py::init([](const std::string& flow, std::vector<std::uint8_t> at, std::vector<std::uint8_t> from,
                       bool from_entry) {
             const auto found = flow_kinds().find(flow);
             if (found == flow_kinds().end()) {
               throw InvalidArgument("flow", "must be units, list_spending or moves", flow);
             }
             return FlowSelector{found->second, std::move(at), std::move(from), from_entry};
           }),
           py::arg("flow"), py::arg("at"), py::arg("source") = std::vector<std::uint8_t>{},
           py::arg("from_entry") = false);
  py::class_<CellFilter>(module, "CellFilter")
      .def(py::init([](std::vector<std::uint8_t> bands, std::vector<std::uint8_t> sexes,
                       std::vector<std::uint8_t> quintiles, std::vector<std::uint8_t> routes) {
             return CellFilter{std::move(bands), std::move(sexes), std::move(quintiles), std::move(routes)};
           }),
           py::kw_only(), py::arg("bands") = std::vector<std::uint8_t>{},
           py::arg("sexes") = std::vector<std::uint8_t>{}, py::arg("quintiles") = std::vector<std::uint8_t>{},
           py::arg("routes") = std::vector<std::uint8_t>{});
  py::class_<FlowSum>(module, "FlowSum")
      .def(py::init([](std::size_t selector, CellFilter cells) {
             return FlowSum{selector, std::move(cells)};
           }),
           py::arg("selector"), py::arg("cells"));
  py::class_<Lever>(module, "Lever")
      .def_property_readonly("kind", [](const Lever& l) { return name_of(l.kind); })
      .def_readonly("need", &Lever::need)
      .def_readonly("position", &Lever::position)
      .def_readonly("other", &Lever::other);
  py::class_<ExpectedCells>(module, "ExpectedCells")
      .def(py::init<const Model&, PeopleMix, std::vector<FlowSelector>, std::vector<FlowSum>>(), py::arg("model"),
           py::arg("mix"), py::arg("selectors"), py::arg("sums"), py::keep_alive<1, 2>(),
           py::call_guard<py::gil_scoped_release>())
      .def_property_readonly("levers", &ExpectedCells::levers)
      .def("evaluate", &evaluate, py::arg("shifts"), py::arg("with_gradient"), py::arg("threads") = 0)
      .def("person_years", &ExpectedCells::person_years, py::arg("cells"));
}

}  // namespace waterbed::python
