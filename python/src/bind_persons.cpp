#include "arrays.hpp"
#include "bindings.hpp"
#include "interruptible.hpp"
#include "waterbed/engine/model.hpp"
#include "waterbed/engine/person_years.hpp"
#include "waterbed/engine/trace.hpp"
#include "waterbed/engine/visits.hpp"

#include <pybind11/stl.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

/// Parts of a table on their way from the thread that simulates to the one that runs Python; two at most.
class Parts {
 public:
  void put(Visits&& part, const StopToken& stop) {
    std::unique_lock lock(mutex_);
    if (taken_.wait(lock, stop, [&] { return parts_.size() < 2; })) {
      parts_.push_back(std::make_shared<Visits>(std::move(part)));
    }
  }
  std::shared_ptr<Visits> take() {
    const std::scoped_lock lock(mutex_);
    if (parts_.empty()) {
      return nullptr;
    }
    std::shared_ptr<Visits> first = std::move(parts_.front());
    parts_.pop_front();
    taken_.notify_one();
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any taken_;
  std::deque<std::shared_ptr<Visits>> parts_;
};

py::dict person_years_columns(const py::object& table) {
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
py::dict person_years_labels(const PersonYears& t) {
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

py::dict visits_columns(const py::object& table) {
  const auto& t = table.cast<const Visits&>();
  py::dict columns;
  columns["visit"] = column(table, t.visit);
  columns["attached"] = column(table, t.attached);
  columns["person"] = column(table, t.person);
  columns["year"] = column(table, t.year);
  columns["cycle"] = column(table, t.cycle);
  columns["day"] = column(table, t.day);
  columns["setting"] = column(table, t.setting);
  columns["need"] = column(table, t.need);
  columns["step"] = column(table, t.step);
  columns["units"] = column(table, t.units);
  columns["list"] = column(table, t.list);
  columns["paid"] = column(table, t.paid);
  columns["entry"] = column(table, t.entry);
  return columns;
}

/// Names behind the columns that hold positions; of settings with their provider, kind and sector.
py::dict visits_labels(const Model& model) {
  py::dict labels;
  py::list settings;
  for (const SettingModel& setting : model.network.settings) {
    settings.append(py::make_tuple(setting.name, model.providers[static_cast<std::size_t>(setting.provider)].name,
                                   setting.kind, model.sectors[static_cast<std::size_t>(setting.sector)]));
  }
  labels["setting"] = settings;
  labels["need"] = model.need_names;
  labels["step"] = std::vector<std::string>(k_step_names.begin(), k_step_names.end());
  labels["entry"] = model.entry_labels;
  labels["stage"] = model.stage_labels;
  labels["first_stage"] = model.first_stage_label;
  return labels;
}

}  // namespace

void bind_persons(py::module_& module) {
  py::class_<RecordOptions>(module, "RecordOptions")
      .def(py::init([](std::string arm, std::vector<int> years, std::int64_t replication,
                       std::optional<std::uint64_t> seed, int threads) {
             return RecordOptions{std::move(arm), std::move(years), replication, seed, threads};
           }),
           py::kw_only(), py::arg("arm") = "", py::arg("years") = std::vector<int>{}, py::arg("replication") = 0,
           py::arg("seed") = py::none(), py::arg("threads") = 0);
  py::class_<PersonYears, std::shared_ptr<PersonYears>>(module, "PersonYears")
      .def_readonly("cycles_per_year", &PersonYears::cycles_per_year)
      .def_property_readonly("labels", &person_years_labels)
      .def_property_readonly("columns", &person_years_columns);
  module.def(
      "person_years",
      [](const Model& model, const RecordOptions& options, bool newcomers,
         const std::optional<py::function>& progress) {
        return interruptible([&](const Progress& note,
                                 const StopToken& stop) { return person_years(model, options, newcomers, note, stop); },
                             progress);
      },
      py::arg("model"), py::arg("options"), py::arg("newcomers") = false, py::arg("progress") = py::none());
  py::class_<Visits, std::shared_ptr<Visits>>(module, "Visits")
      .def(py::init<>())
      .def_property_readonly("columns", &visits_columns)
      .def("__len__", &Visits::size);
  module.def(
      "visits",
      [](const Model& model, const RecordOptions& options, const py::function& sink,
         const std::optional<py::function>& progress) {
        Parts parts;
        const auto look = [&] {
          while (const std::shared_ptr<Visits> part = parts.take()) {
            sink(part);
          }
        };
        interruptible(
            [&](const Progress& note, const StopToken& stop) {
              visits(
                  model, options, [&](Visits&& part) { parts.put(std::move(part), stop); }, note, stop);
              return true;
            },
            progress, look);
      },
      py::arg("model"), py::arg("options"), py::arg("sink"), py::arg("progress") = py::none());
  module.def("expected_visit_rows", &expected_visit_rows, py::arg("model"), py::arg("options"));
  module.def("visits_labels", &visits_labels, py::arg("model"));
  py::class_<Trace, std::shared_ptr<Trace>>(module, "Trace")
      .def_property_readonly("visits",
                             [](const std::shared_ptr<Trace>& t) { return std::shared_ptr<Visits>(t, &t->visits); })
      .def_property_readonly("happenings", [](const Trace& t) {
        py::list rows;
        for (const Happening& h : t.happenings) {
          rows.append(py::make_tuple(std::string(k_event_names[static_cast<std::size_t>(h.event)]), h.year, h.cycle,
                                     h.day, h.subject, h.value));
        }
        return rows;
      });
  module.def(
      "trace",
      [](const Model& model, Index person, const RecordOptions& options) {
        return interruptible(
            [&](const Progress& note, const StopToken& stop) { return trace(model, person, options, note, stop); },
            std::nullopt);
      },
      py::arg("model"), py::arg("person"), py::arg("options"));
}

}  // namespace waterbed::python
