// Numbers that are distributions: read as their means, and kept.

#include "scenario/reader.hpp"
#include "scenario/writer.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace waterbed::detail {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* k_families[] = {"normal", "log_normal", "beta", "gamma", "uniform", "triangular", "elicited"};
constexpr const char* k_dirichlet = "dirichlet";
/// What the scenario has in place of the mean.
constexpr const char* k_point = "point";
/// A field's range may cut off as much of a distribution; the mean as written stands all the same.
constexpr double k_most_cut = 0.001;
/// What decides which run it is, or what it is compared with, cannot be drawn.
constexpr std::string_view k_plain[] = {"waterbed", "time.", "run.", "population.seed", "targets.", "uncertainty."};

bool is_family(const std::string& name) {
  return std::any_of(std::begin(k_families), std::end(k_families), [&](const char* family) { return name == family; });
}

/// Without the noise of its last digits, so that the mean of 0.1 and 0.3 is 0.2.
double neat(double value) {
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::general, 12);
  double read = value;
  std::from_chars(digits.data(), end.ptr, read);
  return read;
}

std::string percent_text(double share) { return sum_text(std::round(share * 1e5) / 1e3) + " %"; }

std::string bare_flow_text(const Node& node) {
  const std::string text = flow_text(node);
  return text.size() > 2 && text.front() == '{' ? text.substr(1, text.size() - 2) : text;
}

ElicitedScale usual_scale(const Field& field) {
  if (field.low >= 0.0) {
    return field.high <= 1.0 ? ElicitedScale::logit : ElicitedScale::log;
  }
  return ElicitedScale::plain;
}

}  // namespace

bool is_distribution(const Node& node) {
  if (node.kind != Node::Kind::map || node.entries.empty() || node.entries.size() > 2) {
    return false;
  }
  const bool has_point = node.find(k_point) != nullptr;
  return node.entries.size() == (has_point ? 2U : 1U) &&
         std::any_of(node.entries.begin(), node.entries.end(), [](const Entry& entry) { return is_family(entry.key); });
}

std::string nearest_family(const Node& node) {
  if (node.kind != Node::Kind::map || node.entries.size() != 1) {
    return {};
  }
  const std::vector<std::string> families(std::begin(k_families), std::end(k_families));
  return nearest_name(node.entries[0].key, families);
}

std::optional<Reader::Believed> Reader::read_family(const Field& field, const std::string& family) {
  // Numbers given in one of several ways; the others must be left out.
  std::map<std::string, double> given;
  const auto ask = [&](const char* name, double low, bool above, double high = 1e15) {
    double value = k_nan;
    number({.name = name, .low = low, .high = high, .above_low = above, .optional = true}, value);
    if (!std::isnan(value)) {
      given[name] = value;
    }
    return value;
  };
  const Frame& frame = frames_.back();
  const std::size_t before = files_.problems.size();
  const auto got_only = [&](std::initializer_list<const char*> names) {
    return given.size() == names.size() &&
           std::all_of(names.begin(), names.end(), [&](const char* name) { return given.contains(name); });
  };
  const auto refuse = [&](const std::string& rule) {
    if (files_.problems.size() == before) {
      fault(frame.mark, frame.path, rule, bare_flow_text(*frame.node));
    }
    return std::nullopt;
  };
  const double least = -1e15;
  if (family == "normal") {
    const double mean = ask("mean", least, false);
    const double sd = ask("sd", 0, true);
    return got_only({"mean", "sd"}) ? std::optional(Believed{NormalDistribution{mean, sd}, mean})
                                    : refuse("must give mean and sd");
  }
  if (family == "log_normal") {
    const double mean = ask("mean", 0, true);
    const double median = ask("median", 0, true);
    const double sd = ask("sd", 0, true);
    const double sd_log = ask("sd_log", 0, true, 10);
    if (got_only({"mean", "sd_log"})) {
      return Believed{log_normal_of_mean(mean, sd_log), mean};
    }
    if (got_only({"mean", "sd"})) {
      return Believed{log_normal_of_mean(mean, std::sqrt(exact::log(1.0 + sd * sd / (mean * mean)))), mean};
    }
    if (got_only({"median", "sd_log"})) {
      const LogNormalDistribution found{exact::log(median), sd_log};
      return Believed{found, neat(mean_of(found))};
    }
    return refuse("must give median and sd_log, mean and sd_log, or mean and sd");
  }
  if (family == "beta") {
    const double alpha = ask("alpha", 0, true, 1e9);
    const double beta = ask("beta", 0, true, 1e9);
    const double mean = ask("mean", 0, true, 1);
    const double sd = ask("sd", 0, true, 0.5);
    if (got_only({"alpha", "beta"})) {
      return Believed{BetaDistribution{alpha, beta}, neat(alpha / (alpha + beta))};
    }
    if (!got_only({"mean", "sd"})) {
      return refuse("must give mean and sd, or alpha and beta");
    }
    const double cases = mean * (1.0 - mean) / (sd * sd) - 1.0;
    if (!(cases > 0.0)) {
      return refuse("sd must be below the root of mean * (1 - mean), " + sum_text(std::sqrt(mean * (1.0 - mean))));
    }
    return Believed{BetaDistribution{mean * cases, (1.0 - mean) * cases}, mean};
  }
  if (family == "gamma") {
    const double shape = ask("shape", 0, true, 1e9);
    const double scale = ask("scale", 0, true);
    const double mean = ask("mean", 0, true);
    const double sd = ask("sd", 0, true);
    if (got_only({"shape", "scale"})) {
      return Believed{GammaDistribution{shape, scale}, neat(shape * scale)};
    }
    return got_only({"mean", "sd"})
               ? std::optional(Believed{GammaDistribution{mean * mean / (sd * sd), sd * sd / mean}, mean})
               : refuse("must give mean and sd, or shape and scale");
  }
  if (family == "elicited") {
    const double low = ask("low", least, false);
    const double high = ask("high", least, false);
    const double best = ask("best", least, false);
    auto scale = usual_scale(field);
    choice_of(*this, {.name = "scale"}, {{"plain"}, {"log"}, {"logit"}}, scale);
    if (!got_only({"low", "high"}) && !got_only({"low", "high", "best"})) {
      return refuse("must give low and high, between which the number lies with 80 % confidence, and may give best");
    }
    if (!(low < high) || (!std::isnan(best) && !(low < best && best < high))) {
      return refuse("low must be below high, and best between them");
    }
    if ((scale == ElicitedScale::log && low <= 0.0) || (scale == ElicitedScale::logit && (low <= 0.0 || high >= 1.0))) {
      return refuse(scale == ElicitedScale::log ? "low must be above 0 on the log scale"
                                                : "low and high must be between 0 and 1 on the logit scale");
    }
    const ElicitedDistribution found = elicited(scale, low, high, best);
    return Believed{found, neat(mean_of(found))};
  }
  const double low = ask("low", least, false);
  const double high = ask("high", least, false);
  if (family == "uniform") {
    if (!got_only({"low", "high"}) || !(low < high)) {
      return refuse("must give low and high, low below high");
    }
    return Believed{UniformDistribution{low, high}, neat(0.5 * (low + high))};
  }
  const double mode = ask("mode", least, false);
  if (!got_only({"low", "mode", "high"}) || !(low <= mode && mode <= high && low < high)) {
    return refuse("must give low, mode and high, in ascending order");
  }
  return Believed{TriangularDistribution{low, mode, high}, neat((low + mode + high) / 3.0)};
}

bool Reader::read_distribution(const Field& field, const Node& node, const std::string& path, bool whole,
                               double& value) {
  const auto is_plain = [&](std::string_view prefix) { return path.starts_with(prefix); };
  if (uncertain_ == nullptr || std::any_of(std::begin(k_plain), std::end(k_plain), is_plain)) {
    fault(node.mark, path, with_unit(field, "must be a plain number"), bare_flow_text(node));
    return false;
  }
  const auto entry =
      std::find_if(node.entries.begin(), node.entries.end(), [](const Entry& each) { return is_family(each.key); });
  const std::string& family = entry->key;
  const Node& inside = entry->value;
  if (inside.kind != Node::Kind::map) {
    fault(inside.kind == Node::Kind::null ? node.mark : inside.mark, joined_path(path, family),
          "must be a map of the distribution's numbers", shown_kind(inside));
    return false;
  }
  Uncertainty* const kept = std::exchange(uncertain_, nullptr);  // the numbers of a distribution are plain
  keep_marks(node, path);
  std::optional<Believed> found;
  inside_map(inside, joined_path(path, family), frames_.back().key, node.mark,
             [&] { found = read_family(field, family); });
  if (const Entry* point = node.find(k_point); point != nullptr) {
    double stands = 0.0;
    if (read_number(field, point->value, joined_path(path, k_point), stands) && found) {
      found->mean = stands;
    }
  }
  uncertain_ = kept;
  if (!found || touched(path)) {
    return false;
  }
  UncertainNumber number{.path = path, .fields = {path}, .distribution = found->distribution, .mean = found->mean};
  if (const std::string rule = range_fault(field, number.mean); !rule.empty()) {
    fault(node.mark, path, rule, "mean " + sum_text(number.mean));
    return false;
  }
  number.cut_low = std::isfinite(field.low) ? cumulative(number.distribution, field.low) : 0.0;
  number.cut_high = std::isfinite(field.high) ? cumulative(number.distribution, field.high) : 1.0;
  const double outside = number.cut_low + (1.0 - number.cut_high);
  if (outside > k_most_cut) {
    Field unbounded = field;
    const bool below = number.cut_low > 1.0 - number.cut_high;
    const std::string rule = range_fault(unbounded, below ? field.low - 1.0 : field.high + 1.0);
    fault(node.mark, path, rule + " but for 0.1 % of the distribution, which is cut off",
          bare_flow_text(node) + ", of which " + percent_text(outside) + " lies outside");
    return false;
  }
  number.low = field.low;
  number.high = field.high;
  number.whole = whole;
  number.written = bare_flow_text(node);
  keep_uncertain(std::move(number), node.mark);
  value = whole ? std::floor(found->mean + 0.5) : found->mean;
  return true;
}

void Reader::keep_uncertain(UncertainNumber number, const Mark& mark) {
  const Place place = files_.place(mark);
  number.file = place.path;
  number.line = place.line;
  number.column = place.column;
  // A contract that another one extends is read again: what is written once is one number.
  const auto same = std::find_if(uncertain_->numbers.begin(), uncertain_->numbers.end(), [&](const UncertainNumber& n) {
    return n.file == number.file && n.line == number.line && n.column == number.column && n.written == number.written;
  });
  if (same == uncertain_->numbers.end()) {
    uncertain_->numbers.push_back(std::move(number));
  } else {
    same->fields.push_back(number.path);
  }
}

bool Reader::read_dirichlet(const Field& field, const Node& node, const std::string& path,
                            std::map<std::string, double>& values) {
  if (node.entries.size() != 1 || node.entries[0].key != k_dirichlet || node.entries[0].value.kind != Node::Kind::map) {
    return false;
  }
  const Node& inside = node.entries[0].value;
  std::map<std::string, double> counts;
  Uncertainty* const kept = std::exchange(uncertain_, nullptr);
  inside_map(inside, joined_path(path, k_dirichlet), frames_.back().key, node.mark, [&] {
    amounts(
        {.name = "counts", .unit = "cases", .low = 0, .high = 1e9, .above_low = true, .of = field.of, .required = true},
        counts);
  });
  uncertain_ = kept;
  values.clear();
  if (touched(path)) {
    return true;
  }
  if (uncertain_ == nullptr || field.low != 0.0 || field.high != 1.0) {
    fault(node.mark, path, with_unit(field, uncertain_ == nullptr ? "must be plain numbers" : "is not a map of shares"),
          bare_flow_text(node));
    return true;
  }
  SharesSpec shares{{}, 0.0};
  for (const auto& [name, count] : counts) {
    shares.concentration += count;
  }
  for (const auto& [name, count] : counts) {
    values[name] = count / shares.concentration;
    shares.numbers.push_back(joined_path(path, name));
    marks_.emplace(shares.numbers.back(), mark_of(joined_path(path, "dirichlet.counts." + name)));
  }
  uncertain_->shares.push_back(std::move(shares));
  return true;
}

bool Reader::read_scaled_table(const Field& field, const Node& node, const std::string& path, AgeSexTable& value) {
  if (node.kind != Node::Kind::map || node.find("scale") == nullptr || node.find("table") == nullptr) {
    return false;
  }
  keep_marks(node, path);
  inside_map(node, path, frames_.back().key, node.mark, [&] {
    Field cells = field;
    cells.name = "table";
    const Node* table = find(cells);
    if (table == nullptr || table->kind == Node::Kind::map) {
      if (table != nullptr) {
        fault(table->mark, joined_path(path, "table"),
              "must be a number, a list of age bands or the name of a .csv file", shown_kind(*table));
      }
      return;
    }
    keep_marks(*table, path);
    read_table(field, *table, path, value);
    double largest = 0.0;
    for (const std::vector<double>& column : value.values) {
      for (const double cell : column) {
        largest = std::max(largest, cell);
      }
    }
    // The scale may not lift a cell out of the field's range.
    double scale = 1.0;
    number({.name = "scale",
            .unit = "times every cell",
            .low = 0,
            .high = largest > 0.0 && std::isfinite(field.high) ? field.high / largest : 1e6},
           scale);
    for (std::vector<double>& column : value.values) {
      for (double& cell : column) {
        cell = scale == 1.0 ? cell : cell * scale;
      }
    }
  });
  return true;
}

}  // namespace waterbed::detail
