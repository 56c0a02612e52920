#include "bindings.hpp"
#include "waterbed/scenario/check.hpp"
#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/parameters.hpp"
#include "waterbed/scenario/scenario.hpp"
#include "waterbed/scenario/schema.hpp"
#include "waterbed/scenario/write.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <string>
#include <tuple>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

void bind_small(py::module_& module) {
  py::class_<TimeSpec>(module, "TimeSpec")
      .def_property_readonly("cycles_per_year", [](const TimeSpec& t) { return cycles_per_year(t.cycle); })
      .def_readonly("start_year", &TimeSpec::start_year)
      .def_readonly("warm_up_years", &TimeSpec::warm_up_years)
      .def_readonly("base_years", &TimeSpec::base_years)
      .def_readonly("years", &TimeSpec::years);
  py::class_<RunSpec>(module, "RunSpec")
      .def_readonly("replications", &RunSpec::replications)
      .def_readonly("seed", &RunSpec::seed)
      .def_readonly("parameter_sets", &RunSpec::parameter_sets);
  py::class_<Evidence>(module, "Evidence")
      .def_readonly("field", &Evidence::field)
      .def_readonly("value", &Evidence::value)
      .def_readonly("source", &Evidence::source)
      .def_property_readonly("quality", [](const Evidence& e) { return std::string(1, e.quality); });
  py::class_<TargetSpec>(module, "TargetSpec")
      .def_readonly("name", &TargetSpec::name)
      .def_readonly("measure", &TargetSpec::measure)
      .def_readonly("of", &TargetSpec::of)
      .def_readonly("value", &TargetSpec::value)
      .def_readonly("tolerance", &TargetSpec::tolerance)
      .def_readonly("source", &TargetSpec::source)
      .def_property_readonly("quality", [](const TargetSpec& t) { return std::string(1, t.quality); });
  py::class_<PayerSpec>(module, "PayerSpec")
      .def_readonly("name", &PayerSpec::name)
      .def_readonly("insurer", &PayerSpec::insurer)
      .def_readonly("market_share", &PayerSpec::market_share);
  py::class_<KindSpec>(module, "KindSpec")
      .def_readonly("name", &KindSpec::name)
      .def_readonly("sector", &KindSpec::sector)
      .def_readonly("list_price", &KindSpec::list_price)
      .def_readonly("staff_hours", &KindSpec::staff_hours)
      .def_readonly("per_day", &KindSpec::per_day)
      .def_readonly("reference_wait_days", &KindSpec::reference_wait_days)
      .def_readonly("funder", &KindSpec::funder)
      .def_property_readonly("in_beds", [](const KindSpec& k) { return k.capacity_unit == CapacityUnit::bed_days; });
  py::class_<ProviderSpec>(module, "ProviderSpec")
      .def_readonly("name", &ProviderSpec::name)
      .def_readonly("title", &ProviderSpec::title)
      .def_readonly("type", &ProviderSpec::type)
      .def_readonly("out_of_region", &ProviderSpec::out_of_region)
      .def_readonly("kinds", &ProviderSpec::kinds)
      .def_property_readonly("margin", [](const ProviderSpec& p) { return p.cost.margin; });
  py::class_<ArmSpec>(module, "ArmSpec")
      .def_readonly("name", &ArmSpec::name)
      .def_readonly("title", &ArmSpec::title)
      .def_readonly("contracts", &ArmSpec::contracts)
      .def_property_readonly("presses_providers", [](const ArmSpec& a) { return a.presses.providers; })
      .def_property_readonly("presses_kinds", [](const ArmSpec& a) { return a.presses.kinds; });
  py::class_<StratumSpec>(module, "StratumSpec")
      .def_readonly("name", &StratumSpec::name)
      .def_readonly("title", &StratumSpec::title);
}

/// A place of an episode as scenarios write it.
std::string place(const std::string& kind, EpisodeStep step) {
  static constexpr const char* k_steps[] = {"", ".follow_up", ".back"};
  return kind + k_steps[static_cast<std::size_t>(step)];
}

void bind_needs(py::module_& module) {
  py::class_<PathwaySpec>(module, "PathwaySpec")
      .def_property_readonly("source", [](const PathwaySpec& p) { return place(p.from_kind, p.from_step); })
      .def_property_readonly("target", [](const PathwaySpec& p) { return place(p.to_kind, p.to_step); })
      .def_readonly("probability", &PathwaySpec::probability);
  py::class_<NeedSpec>(module, "NeedSpec")
      .def_readonly("name", &NeedSpec::name)
      .def_readonly("title", &NeedSpec::title)
      .def_readonly("group", &NeedSpec::group)
      .def_readonly("enters", &NeedSpec::enters)
      .def_readonly("pathways", &NeedSpec::pathways)
      .def_readonly("stay_days", &NeedSpec::stay_days)
      .def_property_readonly("attached",
                             [](const NeedSpec& n) {
                               std::vector<std::tuple<std::string, std::string, double>> list;
                               for (const AttachedSpec& a : n.attached) {
                                 list.emplace_back(a.at_kind, a.kind, a.per_visit);
                               }
                               return list;
                             })
      .def("rate", [](const NeedSpec& n, int age, int sex) {
        return n.per_person_year.bands.empty() ? 0.0 : n.per_person_year.at(age, static_cast<Sex>(sex));
      });
}

void bind_parameters(py::module_& module) {
  py::class_<UncertainNumber>(module, "UncertainNumber")
      .def_readonly("path", &UncertainNumber::path)
      .def_readonly("fields", &UncertainNumber::fields)
      .def_readonly("mean", &UncertainNumber::mean)
      .def_readonly("written", &UncertainNumber::written)
      .def_readonly("file", &UncertainNumber::file)
      .def_readonly("line", &UncertainNumber::line)
      .def_readonly("column", &UncertainNumber::column)
      .def("quantile", &parameter_quantile, py::arg("p"));
  module.def(
      "parameter_values",
      [](const Scenario& scenario, const std::vector<double>& uniforms) {
        return parameter_values(scenario, uniforms);
      },
      py::arg("scenario"), py::arg("uniforms"));
  module.def("draw_parameters", &draw_parameters, py::arg("scenario"), py::arg("seed"), py::arg("parameter_set"));
  module.def("parameters_with", &parameters_with, py::arg("scenario"), py::arg("number"), py::arg("value"));
  module.def("parameter_groups", &parameter_groups, py::arg("scenario"));
  module.def(
      "with_parameters",
      [](const Scenario& scenario, const std::vector<double>& values) { return with_parameters(scenario, values); },
      py::arg("scenario"), py::arg("values"), py::call_guard<py::gil_scoped_release>());
}

}  // namespace

void bind_scenario(py::module_& module) {
  bind_small(module);
  bind_needs(module);
  bind_parameters(module);
  py::class_<Scenario>(module, "Scenario")
      .def_readonly("name", &Scenario::name)
      .def_readonly("title", &Scenario::title)
      .def_readonly("description", &Scenario::description)
      .def_readonly("path", &Scenario::path)
      .def_readonly("time", &Scenario::time)
      .def_readonly("run", &Scenario::run)
      .def_property_readonly("sectors",
                             [](const Scenario& s) {
                               std::vector<std::string> names;
                               for (const SectorSpec& sector : s.sectors) {
                                 names.push_back(sector.name);
                               }
                               return names;
                             })
      .def_readonly("payers", &Scenario::payers)
      .def_readonly("kinds", &Scenario::kinds)
      .def_readonly("providers", &Scenario::providers)
      .def_readonly("needs", &Scenario::needs)
      .def_readonly("arms", &Scenario::arms)
      .def_readonly("baseline", &Scenario::baseline)
      .def_readonly("reference", &Scenario::reference)
      .def_readonly("strata", &Scenario::strata)
      .def_readonly("targets", &Scenario::targets)
      .def_readonly("evidence", &Scenario::evidence)
      .def_property_readonly("uncertain", [](const Scenario& s) { return s.uncertainty.numbers; })
      .def_property_readonly("incentives", [](const Scenario& s) { return s.behaviour.incentives; })
      .def_property_readonly("capacity", [](const Scenario& s) { return s.behaviour.capacity; })
      .def_property_readonly("year_need_group_cv", [](const Scenario& s) { return s.variation.year_need_group_cv; })
      .def_property_readonly("practice_cv", [](const Scenario& s) { return s.variation.practice_cv; });
  module.def("load_scenario", &load_scenario, py::arg("path"), py::arg("in_memory") = TextFiles{},
             py::call_guard<py::gil_scoped_release>());
  module.def("write_scenario", &write_scenario, py::arg("scenario"), py::call_guard<py::gil_scoped_release>());
  module.def("parse_scenario", &parse_scenario, py::arg("text"), py::arg("base_folder"),
             py::arg("in_memory") = TextFiles{}, py::call_guard<py::gil_scoped_release>());
  module.def("check", &check, py::arg("scenario"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "json_schema",
      [](const std::string& kind) {
        return json_schema(kind == "contract" ? FileKind::contract
                           : kind == "facts"  ? FileKind::facts
                                              : FileKind::scenario);
      },
      py::arg("kind"));
}

}  // namespace waterbed::python
