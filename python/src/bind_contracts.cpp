#include "bindings.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/gate.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/ledger/entry.hpp"
#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/write.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

std::vector<std::string> term_names(const Contract& contract) {
  std::vector<std::string> names;
  for (const Term& term : contract.terms) {
    names.emplace_back(name_of(term));
  }
  return names;
}

std::vector<std::pair<std::string, std::int64_t>> cents_by_term(const Settlement& settlement) {
  std::vector<std::pair<std::string, std::int64_t>> amounts;
  for (std::size_t i = 0; i < settlement.by_term.size(); ++i) {
    amounts.emplace_back(term_name(static_cast<TermKind>(i)), settlement.by_term[i].to_cents());
  }
  return amounts;
}

std::vector<std::pair<std::string, std::int64_t>> split_cents(const Settlement& settlement) {
  std::vector<std::pair<std::string, std::int64_t>> amounts;
  for (const PartyAmount& part : settlement.split) {
    amounts.emplace_back(part.party, part.amount.to_cents());
  }
  return amounts;
}

/// Month, term and cents of each dated payment.
std::vector<std::tuple<int, std::string, std::int64_t>> cash_cents(const Settlement& settlement) {
  std::vector<std::tuple<int, std::string, std::int64_t>> amounts;
  for (const DatedAmount& dated : settlement.cash) {
    amounts.emplace_back(dated.month, term_name(dated.term), dated.amount.to_cents());
  }
  return amounts;
}

}  // namespace

void bind_contracts(py::module_& module) {
  py::class_<SettlementLine>(module, "SettlementLine")
      .def_readonly("step", &SettlementLine::step)
      .def_readonly("input", &SettlementLine::input)
      .def_readonly("rule", &SettlementLine::rule)
      .def_property_readonly("output_cents", [](const SettlementLine& line) { return line.output.to_cents(); });
  py::class_<Settlement>(module, "Settlement")
      .def_property_readonly("cents_by_term", &cents_by_term)
      .def_property_readonly("benchmark_cents", [](const Settlement& s) { return s.benchmark.to_cents(); })
      .def_property_readonly("counted_cents", [](const Settlement& s) { return s.counted.to_cents(); })
      .def_property_readonly("gain_cents", [](const Settlement& s) { return s.gain.to_cents(); })
      .def_readonly("gate_passed", &Settlement::gate_passed)
      .def_property_readonly("before_adjustment_cents",
                             [](const Settlement& s) { return s.before_adjustment.to_cents(); })
      .def_property_readonly("settlement_cents", [](const Settlement& s) { return s.settlement.to_cents(); })
      .def_property_readonly("total_cents", [](const Settlement& s) { return s.total().to_cents(); })
      .def_property_readonly("split_cents", &split_cents)
      .def_property_readonly("cash_cents", &cash_cents)
      .def_readonly("lines", &Settlement::lines);
  py::class_<Facts>(module, "Facts").def_readonly("performance_year", &Facts::performance_year);
  py::class_<Contract>(module, "Contract")
      .def_readonly("name", &Contract::name)
      .def_readonly("payer", &Contract::payer)
      .def_readonly("holder", &Contract::holder)
      .def_readonly("currency", &Contract::currency)
      .def_readonly("source", &Contract::source)
      .def_readonly("da_vinci_code", &Contract::da_vinci_code)
      .def_readonly("hcp_lan_category", &Contract::hcp_lan_category)
      .def_property_readonly("quality", [](const Contract& c) { return std::string(1, c.quality); })
      .def_property_readonly("terms", &term_names);
  module.def("load_contract", &load_contract, py::arg("path"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "parse_contract",
      [](const std::string& text, const std::string& name, const std::filesystem::path& folder) {
        return parse_contract(text, name, folder);
      },
      py::arg("text"), py::arg("name"), py::arg("folder"), py::call_guard<py::gil_scoped_release>());
  module.def("write_contract", &write_contract, py::arg("contract"), py::call_guard<py::gil_scoped_release>());
  // With a contract, which the facts must settle, or without.
  module.def(
      "load_facts",
      [](const std::filesystem::path& path, const Contract* contract) {
        return contract == nullptr ? load_facts(path) : load_facts(path, *contract);
      },
      py::arg("path"), py::arg("contract"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "parse_facts",
      [](const std::string& text, const Contract* contract) {
        return contract == nullptr ? parse_facts(text) : parse_facts(text, *contract);
      },
      py::arg("text"), py::arg("contract"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "settle", [](const Contract& contract, const Facts& facts) { return settle(contract, facts); },
      py::arg("contract"), py::arg("facts"), py::call_guard<py::gil_scoped_release>());
  module.def(
      "mssp_minimum_rate", [](std::int64_t assigned) { return rate_at(mssp_size_table(), assigned).to_double(); },
      py::arg("assigned"));
}

}  // namespace waterbed::python
