#include "scenario/reader.hpp"
#include "scenario/writer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace waterbed::detail {
namespace {

struct BandRow {
  int low = 0;
  int high = 0;
  double value = 0.0;
  Mark low_mark;
  Mark high_mark;
  Mark value_mark;
};

std::string ages_missing(int low, int high, Sex sex) {
  return "ages " + std::to_string(low) + " to " + std::to_string(high) + " of " +
         (sex == Sex::women ? "women" : "men") + " are missing: bands must touch and cover 0 to " +
         std::to_string(k_max_age);
}

}  // namespace

void Reader::table(const Field& field, AgeSexTable& value) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  const std::string path = path_of(field);
  if (!read_scaled_table(field, *node, path, value)) {
    read_table(field, *node, path, value);
  }
}

void Reader::read_table(const Field& field, const Node& node, const std::string& path, AgeSexTable& value) {
  double number = 0.0;
  if (plain_number(node, number) || is_distribution(node)) {
    if (read_number(field, node, path, number)) {
      value.bands = {AgeBand{}};
      value.values = {std::vector<double>{number}, std::vector<double>{number}};
    }
  } else if (node.kind == Node::Kind::list) {
    table_bands(field, node, path, value);
  } else if (node.kind == Node::Kind::scalar && node.scalar.ends_with(".csv")) {
    if (const CsvTable* csv = read_table_file(node, path)) {
      table_rows(field, *csv, path, node.mark, value);
    }
  } else {
    fault(node.mark, path, with_unit(field, "must be a number, a list of age bands or the name of a .csv file"),
          shown_kind(node), nearest_family(node));
  }
}

void Reader::table_bands(const Field& field, const Node& node, const std::string& path, AgeSexTable& value) {
  value = {};
  Field by_sex = field;
  by_sex.required = true;
  by_sex.optional = false;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string at = joined_path(path, i);
    const Node* map = element_map(field, node.items[i], at);
    if (map == nullptr) {
      continue;
    }
    inside_map(*map, at, frames_.back().key, map->mark, [&] {
      std::array<double, k_sexes> values{};
      by_sex.name = "women";
      number(by_sex, values[0]);
      by_sex.name = "men";
      number(by_sex, values[1]);
      AgeBand band;
      const Field ages{.name = "ages", .unit = "years", .low = 0, .high = k_max_age, .required = true};
      if (const Node* bounds = find(ages)) {
        if (bounds->kind == Node::Kind::list) {
          span_of(*bounds, path_of(ages), ages, band.low, band.high);
        } else {
          fault(bounds->mark, path_of(ages), "must be two whole numbers, the lower one first (years)",
                shown_kind(*bounds));
        }
      }
      value.bands.push_back(band);
      value.values[0].push_back(values[0]);
      value.values[1].push_back(values[1]);
    });
  }
}

void Reader::table_rows(const Field& field, const CsvTable& csv, const std::string& path, const Mark& from,
                        AgeSexTable& value) {
  std::array<std::vector<BandRow>, k_sexes> rows;
  const std::string key = frames_.back().key;
  const auto is_keyed = [&](const Node& row) { return field.key_column != nullptr && row.find(field.key_column); };
  bool any = false;
  const std::size_t before = files_.problems.size();
  for (const Node& row : csv.rows.items) {
    const bool keyed = is_keyed(row);
    if (keyed && row.find(field.key_column)->value.scalar != key) {
      continue;
    }
    any = true;
    inside_map(row, path, key, row.mark, [&] {
      if (keyed) {
        frames_.back().known.emplace_back(field.key_column);
      }
      std::size_t sex = k_sexes;
      std::int64_t low = -1;
      std::int64_t high = -1;
      double read = std::nan("");
      choice({.name = "sex", .required = true}, {{"women"}, {"men"}}, sex);
      integer({.name = "age_low", .unit = "years", .low = 0, .high = k_max_age, .required = true}, low);
      integer({.name = "age_high", .unit = "years", .low = 0, .high = k_max_age, .required = true}, high);
      Field cell = field;
      cell.name = "value";
      cell.required = true;
      number(cell, read);
      if (sex < k_sexes && low >= 0 && high >= 0) {
        rows[sex].push_back({static_cast<int>(low), static_cast<int>(high), read, row.find("age_low")->value.mark,
                             row.find("age_high")->value.mark,
                             row.find("value") ? row.find("value")->value.mark : row.mark});
      }
    });
  }
  if (files_.problems.size() > before || !csv.sound) {
    faulty_.insert(path);
    return;  // gaps would only echo the rows that could not be read
  }
  if (!any) {
    fault(csv.rows.items.empty() ? csv.rows.mark : from, path, "must have rows of " + key, "none");
    return;
  }
  for (std::size_t sex = 0; sex < k_sexes; ++sex) {
    int next = 0;
    const BandRow* last = nullptr;
    for (const BandRow& row : rows[sex]) {
      const auto twin = std::find_if(rows[sex].begin(), rows[sex].end(),
                                     [&](const BandRow& r) { return r.low == row.low && r.high == row.high; });
      if (&*twin != &row) {
        fault(row.low_mark, joined_path(path, "age_low"), "a band must be given once", std::to_string(row.low));
        files_.problems.back().second = files_.place(twin->low_mark);
        files_.problems.back().second_note = "first given at";
      } else if (row.low > row.high) {
        fault(row.low_mark, joined_path(path, "age_low"), "must be at most age_high (years)", std::to_string(row.low));
      } else if (row.low > next) {
        fault(row.low_mark, joined_path(path, "age_low"), ages_missing(next, row.low - 1, static_cast<Sex>(sex)),
              std::to_string(row.low));
      } else if (row.low < next) {
        fault(row.low_mark, joined_path(path, "age_low"),
              "bands must ascend and not overlap: the next age is " + std::to_string(next), std::to_string(row.low));
      }
      next = std::max(next, row.high + 1);
      last = &row;
    }
    if (next <= k_max_age) {
      fault(last ? last->high_mark : csv.rows.mark, joined_path(path, "age_high"),
            ages_missing(next, k_max_age, static_cast<Sex>(sex)));
    }
  }
  if (files_.problems.size() > before) {
    faulty_.insert(path);
    return;
  }
  // The sexes may have bands of their own: cut both at every edge.
  value = {};
  std::array<std::size_t, k_sexes> at{};
  for (int low = 0; low <= k_max_age;) {
    const int high = std::min(rows[0][at[0]].high, rows[1][at[1]].high);
    const std::string band = joined_path(path, value.bands.size());
    value.bands.push_back({low, high});
    for (std::size_t sex = 0; sex < k_sexes; ++sex) {
      const BandRow& row = rows[sex][at[sex]];
      value.values[sex].push_back(row.value);
      marks_[joined_path(band, sex == 0 ? "women" : "men")] = row.value_mark;
      at[sex] += row.high == high ? 1 : 0;
    }
    low = high + 1;
  }
}

void Reader::who_text(const Field& field, std::string& value) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  if (node->kind == Node::Kind::scalar) {
    value = node->scalar;
  } else {
    value = flow_text(who_node(read_who(*node, path_of(field))));
  }
}

}  // namespace waterbed::detail
