#include "arrays.hpp"
#include "bindings.hpp"
#include "waterbed/contracts/payoff.hpp"
#include "waterbed/contracts/settle_many.hpp"
#include "waterbed/contracts/settle_samples.hpp"
#include "waterbed/scenario/load.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

using Columns = std::vector<std::pair<std::string, ArrayOf<double>>>;

py::array_t<std::int64_t> cents(const std::vector<Money>& amounts) {
  py::array_t<std::int64_t> result(static_cast<py::ssize_t>(amounts.size()));
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    result.mutable_data()[i] = amounts[i].to_cents();
  }
  return result;
}

ManySettlements settle_columns(const Contract& contract, const Facts& shared, const Columns& given) {
  std::vector<FactColumn> columns;
  for (const auto& [name, values] : given) {
    columns.push_back({name, span_of(values)});
  }
  const py::gil_scoped_release release;
  return settle_many(contract, shared, columns);
}

using Amounts = py::array_t<std::int64_t, py::array::c_style>;

static_assert(sizeof(Money) == sizeof(std::int64_t), "an array of micro-euro is read as one of Money");

std::span<Money> as_money(Amounts& amounts) {
  return {reinterpret_cast<Money*>(amounts.mutable_data()), static_cast<std::size_t>(amounts.size())};
}

/// The settlements, and payer, holder and reinsurer of each person's spending if wanted; nothing is copied.
py::tuple settle_array(const Contract& contract, const Facts& facts, const Amounts& spending, bool with_bearers) {
  const SampledSpend samples{
      {reinterpret_cast<const Money*>(spending.data()), static_cast<std::size_t>(spending.size())}, spending.shape(1)};
  std::vector<Amounts> parts;
  Bearers bearers;
  if (with_bearers) {
    for (int i = 0; i < 3; ++i) {
      parts.emplace_back(std::vector<py::ssize_t>{spending.shape(0), spending.shape(1)});
    }
    bearers = {as_money(parts[0]), as_money(parts[1]), as_money(parts[2])};
  }
  ManySettlements found;
  {
    const py::gil_scoped_release release;
    found = settle_samples(contract, facts, samples, bearers);
  }
  return py::make_tuple(std::move(found), parts);
}

/// One number for each place; sd 0: known.
template <class Function>
py::array_t<double> along(const Payoff& payoff, const ArrayOf<double>& places, double sd, Function&& function) {
  py::array_t<double> result(places.size());
  for (py::ssize_t i = 0; i < places.size(); ++i) {
    result.mutable_data()[i] = function(payoff.curve, Forecast{places.data()[i], sd});
  }
  return result;
}

void bind_payoff(py::module_& module) {
  using Piece = PaymentCurve::Piece;
  py::class_<Piece>(module, "PayoffPiece")
      .def_readonly("lower", &Piece::lower)
      .def_readonly("upper", &Piece::upper)
      .def_readonly("slope", &Piece::slope)
      .def(
          "value", [](const Piece& p, double x) { return p.value + p.slope * (x - p.anchor); }, py::arg("x"));
  py::class_<PayoffMark>(module, "PayoffMark")
      .def_property_readonly("kind", [](const PayoffMark& mark) { return std::string(mark_name(mark.kind)); })
      .def_readonly("at", &PayoffMark::at)
      .def_readonly("level", &PayoffMark::level);
  py::class_<Payoff>(module, "Payoff")
      .def_property_readonly("axis", [](const Payoff& payoff) { return std::string(axis_name(payoff.axis)); })
      .def_readonly("benchmark", &Payoff::benchmark)
      .def_readonly("marks", &Payoff::marks)
      .def_readonly("low", &Payoff::low)
      .def_readonly("high", &Payoff::high)
      .def_property_readonly("pieces", [](const Payoff& payoff) { return payoff.curve.pieces; })
      .def(
          "expected_value",
          [](const Payoff& payoff, const ArrayOf<double>& mean, double sd) {
            return along(payoff, mean, sd,
                         [](const PaymentCurve& c, const Forecast& x) { return expected_value(c, x); });
          },
          py::arg("mean"), py::arg("sd"))
      .def(
          "expected_slope",
          [](const Payoff& payoff, const ArrayOf<double>& mean, double sd) {
            return along(payoff, mean, sd,
                         [](const PaymentCurve& c, const Forecast& x) { return expected_slope(c, x); });
          },
          py::arg("mean"), py::arg("sd"));
  module.def("load_payoff", &load_payoff, py::arg("path"), py::arg("contract"),
             py::call_guard<py::gil_scoped_release>());
  module.def("parse_payoff", &parse_payoff, py::arg("text"), py::arg("contract"),
             py::call_guard<py::gil_scoped_release>());
}

}  // namespace

void bind_calculator(py::module_& module) {
  py::class_<ManySettlements>(module, "ManySettlements")
      .def_property_readonly("total_cents", [](const ManySettlements& m) { return cents(m.total); })
      .def_property_readonly("settlement_cents", [](const ManySettlements& m) { return cents(m.settlement); })
      .def_property_readonly("benchmark_cents", [](const ManySettlements& m) { return cents(m.benchmark); })
      .def_property_readonly("counted_cents", [](const ManySettlements& m) { return cents(m.counted); })
      .def_property_readonly("gain_cents", [](const ManySettlements& m) { return cents(m.gain); })
      .def_property_readonly("before_adjustment_cents",
                             [](const ManySettlements& m) { return cents(m.before_adjustment); })
      .def_property_readonly("gate_passed", [](const ManySettlements& m) { return array_of(m.gate_passed); })
      .def_readonly("parties", &ManySettlements::parties)
      .def_property_readonly("split_cents", [](const ManySettlements& m) {
        const auto cases = static_cast<py::ssize_t>(m.total.size());
        return cents(m.split).reshape({cases, static_cast<py::ssize_t>(m.parties.size())});
      });
  module.def("fact_columns", [] {
    std::vector<std::string> names;
    for (const std::string_view name : fact_columns()) {
      names.emplace_back(name);
    }
    return names;
  });
  module.def("settle_many", &settle_columns, py::arg("contract"), py::arg("shared"), py::arg("columns"));
  module.def("settle_samples", &settle_array, py::arg("contract"), py::arg("facts"), py::arg("spending").noconvert(),
             py::arg("with_bearers"));
  bind_payoff(module);
}

}  // namespace waterbed::python
