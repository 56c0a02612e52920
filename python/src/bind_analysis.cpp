#include "bindings.hpp"
#include "waterbed/analysis/settlement_causes.hpp"
#include "waterbed/analysis/summary.hpp"
#include "waterbed/analysis/waterbed_index.hpp"
#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/summary_inputs.hpp"
#include "waterbed/scenario/write.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

SummaryInputs make_inputs(const Pairs& settings, const Pairs& settling, double cycles_per_year, double discount_costs,
                          double discount_qalys) {
  SummaryInputs inputs;
  for (const auto& [setting, sector] : settings) {
    inputs.settings.push_back({setting, sector});
  }
  for (const auto& [contract, payer] : settling) {
    inputs.settling.push_back({contract, payer});
  }
  inputs.cycles_per_year = cycles_per_year;
  inputs.discount_costs = discount_costs;
  inputs.discount_qalys = discount_qalys;
  return inputs;
}

/// Label, text of the contract and the performance year in which it enters: what can be stored beside results.
using TermsText = std::tuple<std::string, std::string, int>;

std::vector<TermsText> terms_as_text(const Model& model) {
  std::vector<TermsText> texts;
  for (const SettlingTerms& terms : settling_terms(model)) {
    texts.emplace_back(terms.label, write_contract(terms.contract), terms.first_year);
  }
  return texts;
}

/// Contract, year and micro-euro of shape (replication, part).
using PartsOfYear = std::tuple<std::string, std::string, py::array_t<std::int64_t>>;

std::vector<PartsOfYear> parts_of(const Results& results, const std::string& arm, const std::vector<TermsText>& texts) {
  std::vector<SettlingTerms> terms;
  for (const auto& [label, text, first_year] : texts) {
    terms.push_back({label, parse_contract(text, label, {}), first_year});
  }
  std::vector<PartsOfYear> found;
  for (const ContractParts& of : settlement_parts(results, arm, terms)) {
    py::array_t<std::int64_t> micro({static_cast<py::ssize_t>(of.parts.size()), py::ssize_t{6}});
    auto cells = micro.mutable_unchecked<2>();
    for (py::ssize_t r = 0; r < cells.shape(0); ++r) {
      const SettlementParts& parts = of.parts[static_cast<std::size_t>(r)];
      py::ssize_t column = 0;
      for (const Money part :
           {parts.attribution, parts.coding, parts.truncation, parts.quality, parts.luck, parts.remainder}) {
        cells(r, column++) = part.micro;
      }
    }
    found.emplace_back(of.contract, of.year, micro);
  }
  return found;
}

void bind_summary(py::module_& module) {
  py::class_<SummaryInputs>(module, "SummaryInputs")
      .def(py::init(&make_inputs), py::kw_only(), py::arg("settings"), py::arg("settling"), py::arg("cycles_per_year"),
           py::arg("discount_costs"), py::arg("discount_qalys"))
      .def_property_readonly("settling",
                             [](const SummaryInputs& inputs) {
                               Pairs pairs;
                               for (const SettlingContract& contract : inputs.settling) {
                                 pairs.emplace_back(contract.contract, contract.payer);
                               }
                               return pairs;
                             })
      .def_readonly("discount_costs", &SummaryInputs::discount_costs)
      .def_readonly("discount_qalys", &SummaryInputs::discount_qalys);
  py::class_<SummaryRow>(module, "SummaryRow")
      .def_readonly("measure", &SummaryRow::measure)
      .def_readonly("of", &SummaryRow::of)
      .def_readonly("change", &SummaryRow::change);
  py::class_<PartyResult>(module, "PartyResult")
      .def_readonly("party", &PartyResult::party)
      .def_readonly("is_payer", &PartyResult::is_payer)
      .def_readonly("result", &PartyResult::result)
      .def_readonly("probability_of_loss", &PartyResult::probability_of_loss);
  py::class_<PaidAgainstTrue>(module, "PaidAgainstTrue")
      .def_readonly("payer", &PaidAgainstTrue::payer)
      .def_readonly("contracts", &PaidAgainstTrue::contracts)
      .def_readonly("paid", &PaidAgainstTrue::paid)
      .def_readonly("true_saving", &PaidAgainstTrue::true_saving)
      .def_readonly("excess", &PaidAgainstTrue::excess);
  py::class_<ArmSummary>(module, "ArmSummary")
      .def_readonly("insured_years", &ArmSummary::insured_years)
      .def_readonly("rows", &ArmSummary::rows)
      .def_readonly("parties", &ArmSummary::parties)
      .def_readonly("savings", &ArmSummary::savings);
  module.def("summary_inputs", &summary_inputs, py::arg("model"));
  module.def("settling_terms", &terms_as_text, py::arg("model"));
  module.def("settlement_parts", &parts_of, py::arg("results"), py::arg("arm"), py::arg("terms"));
  module.def("summarise", &summarise, py::arg("results"), py::arg("arm"), py::arg("inputs"),
             py::arg("confidence") = k_usual_confidence, py::call_guard<py::gil_scoped_release>());
}

}  // namespace

void bind_analysis(py::module_& module) {
  py::class_<Interval>(module, "Interval").def_readonly("low", &Interval::low).def_readonly("high", &Interval::high);
  py::class_<Range>(module, "Range").def_readonly("low", &Range::low).def_readonly("high", &Range::high);
  py::class_<SimulationError>(module, "SimulationError")
      .def_readonly("standard_error", &SimulationError::standard_error)
      .def_readonly("interval", &SimulationError::interval);
  py::class_<Difference>(module, "Difference")
      .def_readonly("unit", &Difference::unit)
      .def_readonly("replications", &Difference::replications)
      .def_readonly("baseline", &Difference::baseline)
      .def_readonly("arm", &Difference::arm)
      .def_readonly("mean", &Difference::mean)
      .def_readonly("simulation_error", &Difference::simulation_error)
      .def_readonly("range", &Difference::range)
      .def_readonly("variance_ratio", &Difference::variance_ratio);
  py::class_<SettingRole>(module, "SettingRole")
      .def(py::init([](std::string name, std::string provider, std::string sector, bool out_of_region, bool pressed,
                       bool left_out) {
             return SettingRole{std::move(name), std::move(provider), std::move(sector), out_of_region, pressed,
                                left_out};
           }),
           py::arg("name"), py::arg("provider"), py::arg("sector"), py::kw_only(), py::arg("out_of_region") = false,
           py::arg("pressed") = false, py::arg("left_out") = false);
  py::class_<Press>(module, "Press")
      .def(py::init([](std::vector<SettingRole> settings, std::vector<std::string> payers) {
             return Press{std::move(settings), std::move(payers)};
           }),
           py::arg("settings"), py::arg("payers"));
  py::class_<WaterbedPart>(module, "WaterbedPart")
      .def_readonly("group", &WaterbedPart::group)
      .def_readonly("difference", &WaterbedPart::difference)
      .def_readonly("share", &WaterbedPart::share)
      .def_property_readonly("range", [](const WaterbedPart& p) { return p.spread.range; })
      .def_property_readonly("parameter_range", [](const WaterbedPart& p) { return p.spread.parameter_range; })
      .def_readonly("interval", &WaterbedPart::interval);
  py::class_<WaterbedIndex>(module, "WaterbedIndex")
      .def_property_readonly("basis", [](const WaterbedIndex& w) { return std::string(basis_name(w.query.basis)); })
      .def_property_readonly("payer", [](const WaterbedIndex& w) { return w.query.payer; })
      .def_property_readonly("year", [](const WaterbedIndex& w) { return w.query.year; })
      .def_property_readonly("resolved", [](const WaterbedIndex& w) { return w.verdict == WaterbedVerdict::resolved; })
      .def_readonly("pressed", &WaterbedIndex::pressed)
      .def_readonly("index", &WaterbedIndex::index)
      .def_property_readonly("range", [](const WaterbedIndex& w) { return w.spread.range; })
      .def_property_readonly("parameter_range", [](const WaterbedIndex& w) { return w.spread.parameter_range; })
      .def_readonly("interval", &WaterbedIndex::interval)
      .def_readonly("parts", &WaterbedIndex::parts)
      .def_readonly("gross", &WaterbedIndex::gross)
      .def_readonly("replications_needed", &WaterbedIndex::replications_needed)
      .def_readonly("message", &WaterbedIndex::message)
      .def_readonly("left_out", &WaterbedIndex::left_out);
  py::class_<BesideThePress>(module, "BesideThePress")
      .def_readonly("year", &BesideThePress::year)
      .def_readonly("pressed_cash", &BesideThePress::pressed_cash)
      .def_readonly("pressed_list", &BesideThePress::pressed_list)
      .def_readonly("price_part", &BesideThePress::price_part)
      .def_readonly("settlements", &BesideThePress::settlements)
      .def_readonly("programmes", &BesideThePress::programmes)
      .def_readonly("unserved", &BesideThePress::unserved);
  py::class_<WaterbedReport>(module, "WaterbedReport")
      .def_readonly("indices", &WaterbedReport::indices)
      .def_readonly("beside", &WaterbedReport::beside);
  module.def("waterbed_report", &waterbed_report, py::arg("results"), py::arg("press"), py::arg("arm"),
             py::arg("sets") = 0, py::arg("confidence") = k_usual_confidence, py::call_guard<py::gil_scoped_release>());
  bind_summary(module);
}

}  // namespace waterbed::python
