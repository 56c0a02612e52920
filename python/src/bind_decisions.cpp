#include "arrays.hpp"
#include "bindings.hpp"
#include "interruptible.hpp"
#include "waterbed/engine/decision_path.hpp"
#include "waterbed/engine/scaled_arm.hpp"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

py::ssize_t length(const auto& items) { return static_cast<py::ssize_t>(items.size()); }

using ArmTuple = std::tuple<std::string, std::string, std::string, double>;

ScaledArm scaled_arm(const ArmTuple& arm) {
  return {
      .name = std::get<0>(arm), .provider = std::get<1>(arm), .sector = std::get<2>(arm), .factor = std::get<3>(arm)};
}

std::string lever_name(Lever lever) {
  static constexpr const char* k_names[] = {"ceiling", "tariff", ""};
  return k_names[static_cast<std::size_t>(lever)];
}

}  // namespace

void bind_decisions(py::module_& module) {
  py::class_<DecisionInfo>(module, "DecisionInfo")
      .def_readonly("decider", &DecisionInfo::decider)
      .def_readonly("type", &DecisionInfo::type)
      .def_readonly("source", &DecisionInfo::from)
      .def_readonly("target", &DecisionInfo::to)
      .def_readonly("per_year", &DecisionInfo::per_year)
      .def_readonly("observed", &DecisionInfo::observed)
      .def_readonly("pass_through", &DecisionInfo::pass_through);
  py::class_<DecisionPath, std::shared_ptr<DecisionPath>>(module, "DecisionPath")
      .def_readonly("decisions", &DecisionPath::decisions)
      .def_property_readonly("parts",
                             [](const DecisionPath& path) {
                               std::vector<std::pair<std::string, std::string>> parts;
                               for (const MarginalPart& part : path.parts) {
                                 parts.emplace_back(part.contract, part.term);
                               }
                               return parts;
                             })
      .def_readonly("providers", &DecisionPath::providers)
      .def_readonly("year", &DecisionPath::year)
      .def_readonly("cycle", &DecisionPath::cycle)
      .def_property_readonly("shift",
                             [](const DecisionPath& p) {
                               return array_of(p.shift, {length(p.year), length(p.decisions)});
                             })
      .def_property_readonly("chance",
                             [](const DecisionPath& p) {
                               return array_of(p.chance, {length(p.year), length(p.decisions)});
                             })
      .def_property_readonly("held_back",
                             [](const DecisionPath& p) {
                               return array_of(p.held_back, {length(p.year), length(p.providers)});
                             })
      .def_property_readonly("marginal", [](const DecisionPath& p) {
        const py::ssize_t refreshes = p.marginal.empty() ? 0 : length(p.year);
        return array_of(p.marginal, {refreshes, length(p.parts), length(p.decisions)});
      });
  py::class_<FixedPoint, std::shared_ptr<FixedPoint>>(module, "FixedPoint")
      .def_readonly("decisions", &FixedPoint::decisions)
      .def_property_readonly("shift", [](const FixedPoint& f) { return array_of(f.shift); })
      .def_property_readonly("chance", [](const FixedPoint& f) { return array_of(f.chance); })
      .def_property_readonly("residual", [](const FixedPoint& f) { return array_of(f.residual); })
      .def_readonly("found", &FixedPoint::found)
      .def_readonly("settles", &FixedPoint::settles)
      .def_readonly("oscillates", &FixedPoint::oscillates)
      .def_readonly("refreshes", &FixedPoint::refreshes);
  module.def(
      "decision_path",
      [](const Model& model, const RecordOptions& options, bool parts, const std::optional<py::function>& progress) {
        return interruptible([&](const Progress& note,
                                 const StopToken& stop) { return decision_path(model, options, parts, note, stop); },
                             progress);
      },
      py::arg("model"), py::arg("options"), py::arg("parts") = true, py::arg("progress") = py::none());
  module.def(
      "fixed_point",
      [](const Model& model, const RecordOptions& options, double tolerance, int most_refreshes) {
        const FixedPointOptions wanted{.of = options, .tolerance = tolerance, .most_refreshes = most_refreshes};
        return interruptible(
            [&](const Progress& note, const StopToken& stop) { return fixed_point(model, wanted, note, stop); },
            std::nullopt);
      },
      py::arg("model"), py::arg("options"), py::kw_only(), py::arg("tolerance") = FixedPointOptions{}.tolerance,
      py::arg("most_refreshes") = FixedPointOptions{}.most_refreshes);
  module.def(
      "with_scaled_arms",
      [](const Model& model, const std::vector<ArmTuple>& arms) {
        std::vector<ScaledArm> wanted;
        for (const ArmTuple& arm : arms) {
          wanted.push_back(scaled_arm(arm));
        }
        return std::make_shared<Model>(with_scaled_arms(model, wanted));
      },
      py::arg("model"), py::arg("arms"));
  module.def(
      "lever_of", [](const Model& model, const ArmTuple& arm) { return lever_name(lever_of(model, scaled_arm(arm))); },
      py::arg("model"), py::arg("arm"));
}

}  // namespace waterbed::python
