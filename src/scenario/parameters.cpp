#include "waterbed/scenario/parameters.hpp"

#include "scenario/describe.hpp"
#include "scenario/number_visitor.hpp"
#include "scenario/uncertainty.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"
#include "waterbed/scenario/check.hpp"
#include "waterbed/stats/distribution.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <map>

namespace waterbed {
namespace detail {

std::optional<std::size_t> uncertain_number(const Uncertainty& uncertainty, const std::string& path) {
  const auto found = std::find_if(uncertainty.numbers.begin(), uncertainty.numbers.end(),
                                  [&](const UncertainNumber& number) { return number.path == path; });
  return found == uncertainty.numbers.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(found - uncertainty.numbers.begin()));
}

namespace {

/// Sine of up to 0.6, the same bits everywhere.
double small_sine(double x) {
  double sum = x;
  double term = x;
  for (int n = 2; n < 24; n += 2) {
    term *= -x * x / (n * (n + 1.0));
    sum += term;
  }
  return sum;
}

/// Of normal scores whose ranks have this correlation: 2 sin(pi rho / 6).
double score_of_rank(double rank) {
  constexpr double k_sixth_pi = 0.52359877559829887308;
  return 2.0 * small_sine(k_sixth_pi * rank);
}

}  // namespace

Eigen::MatrixXd score_correlation(const CorrelationSpec& spec) {
  const auto size = static_cast<Index>(spec.numbers.size());
  const std::vector<double>& given = spec.normal.empty() ? spec.rank : spec.normal;
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(size, size);
  std::size_t next = 0;
  for (Index column = 1; column < size; ++column) {
    for (Index row = 0; row < column; ++row) {
      const double value = given.size() == 1 ? given.front() : given[next++];
      matrix(row, column) = matrix(column, row) = spec.normal.empty() ? score_of_rank(value) : value;
    }
  }
  return matrix;
}

std::optional<Eigen::MatrixXd> cholesky(const Eigen::MatrixXd& matrix) {
  const Eigen::LLT<Eigen::MatrixXd> factor(matrix);
  return factor.info() == Eigen::Success ? std::optional<Eigen::MatrixXd>(factor.matrixL()) : std::nullopt;
}

}  // namespace detail

namespace {

using detail::uncertain_number;

void require_length(const Scenario& scenario, std::size_t length, const char* argument) {
  const std::size_t count = scenario.uncertainty.numbers.size();
  if (length != count) {
    throw InvalidArgument(argument, "must be one an uncertain number (" + std::to_string(count) + ")",
                          std::to_string(length));
  }
}

// FNV-1a: a name's hash that never changes.
std::uint64_t hash_of(const std::string& path) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char letter : path) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
  }
  return hash;
}

/// Replaces the uniforms of correlated numbers by those of correlated normal scores.
void correlate(const Uncertainty& uncertainty, std::vector<double>& uniforms) {
  for (const CorrelationSpec& spec : uncertainty.correlations) {
    const Eigen::MatrixXd lower = detail::cholesky(detail::score_correlation(spec)).value();
    std::vector<std::size_t> members;
    Eigen::VectorXd scores(static_cast<Index>(spec.numbers.size()));
    for (const std::string& path : spec.numbers) {
      const std::size_t member = uncertain_number(uncertainty, path).value();
      scores(static_cast<Index>(members.size())) = exact::normal_quantile(uniforms[member]);
      members.push_back(member);
    }
    for (Index row = 0; row < lower.rows(); ++row) {
      double score = 0.0;  // in a fixed order, whatever the vector unit
      for (Index column = 0; column <= row; ++column) {
        score += lower(row, column) * scores(column);
      }
      // A score beyond 8.2 has no uniform below 1.
      uniforms[members[static_cast<std::size_t>(row)]] = std::clamp(exact::normal_cdf(score), 0x1p-53, 1.0 - 0x1p-53);
    }
  }
}

/// Positions of the shares of a whole that are drawn: a share of 0 or 1 stays what it is.
std::vector<std::size_t> drawn_shares(const Uncertainty& uncertainty, const SharesSpec& spec) {
  std::vector<std::size_t> members;
  for (const std::string& path : spec.numbers) {
    if (const std::optional<std::size_t> member = uncertain_number(uncertainty, path)) {
      members.push_back(*member);
    }
  }
  return members;
}

/// A Dirichlet draw by breaking a stick: each share is a beta part of what the ones before it left.
void break_stick(const Uncertainty& uncertainty, const SharesSpec& spec, const std::vector<double>& uniforms,
                 std::vector<double>& values) {
  const std::vector<std::size_t> members = drawn_shares(uncertainty, spec);
  double sum = 0.0;
  for (const std::size_t member : members) {
    sum += uncertainty.numbers[member].mean;
  }
  double cases_left = spec.concentration * std::max(1.0, sum);
  double left = 1.0;
  const bool whole = sum > 1.0 - 1e-9;
  for (const std::size_t member : members) {
    const double cases = spec.concentration * uncertainty.numbers[member].mean;
    cases_left -= cases;
    const bool last = whole && member == members.back();
    values[member] = last ? left : left * beta_quantile(cases, cases_left, uniforms[member]);
    left = std::max(0.0, left - values[member]);
  }
}

/// Problems of a drawn scenario stand at the uncertain number next to them.
void place_problems(const Scenario& scenario, std::vector<Problem>& problems) {
  for (Problem& problem : problems) {
    const UncertainNumber* nearest = nullptr;
    std::size_t most = 0;
    for (const UncertainNumber& number : scenario.uncertainty.numbers) {
      for (const std::string& field : number.fields) {
        const auto differs = std::mismatch(field.begin(), field.end(), problem.field.begin(), problem.field.end());
        const auto same = static_cast<std::size_t>(differs.first - field.begin());
        if (same > most) {
          most = same;
          nearest = &number;
        }
      }
    }
    if (nearest != nullptr) {
      problem.path = nearest->file;
      problem.line = nearest->line;
      problem.column = nearest->column;
    }
  }
}

}  // namespace

double parameter_quantile(const UncertainNumber& number, double p) {
  const double cut = number.cut_low + p * (number.cut_high - number.cut_low);
  const double value = std::clamp(quantile_of(number.distribution, cut), number.low, number.high);
  return number.whole ? std::floor(value + 0.5) : value;
}

std::vector<double> parameter_values(const Scenario& scenario, std::span<const double> uniforms) {
  require_length(scenario, uniforms.size(), "uniforms");
  for (const double uniform : uniforms) {
    if (!(uniform > 0.0 && uniform < 1.0)) {
      throw InvalidArgument("uniforms", "must be between 0 and 1", std::to_string(uniform));
    }
  }
  const Uncertainty& uncertainty = scenario.uncertainty;
  std::vector<double> levels(uniforms.begin(), uniforms.end());
  correlate(uncertainty, levels);
  std::vector<double> values(levels.size());
  std::vector<bool> shared(levels.size());
  for (const SharesSpec& spec : uncertainty.shares) {
    break_stick(uncertainty, spec, levels, values);
    for (const std::size_t member : drawn_shares(uncertainty, spec)) {
      shared[member] = true;
    }
  }
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (!shared[i]) {
      values[i] = parameter_quantile(uncertainty.numbers[i], levels[i]);
    }
  }
  return values;
}

std::vector<double> draw_parameters(const Scenario& scenario, std::uint64_t seed, std::uint32_t set) {
  std::vector<double> uniforms;
  for (const UncertainNumber& number : scenario.uncertainty.numbers) {
    const std::uint64_t hash = hash_of(number.path);
    const DrawName name{.replication = set,
                        .person = static_cast<std::uint32_t>(hash),
                        .purpose = Purpose::parameter,
                        .k = static_cast<std::uint32_t>(hash >> 32)};
    uniforms.push_back(uniform_open(first_pair(draw(seed, name))));
  }
  return parameter_values(scenario, uniforms);
}

std::vector<double> parameters_with(const Scenario& scenario, Index number, double value) {
  const Uncertainty& uncertainty = scenario.uncertainty;
  if (number < 0 || number >= static_cast<Index>(uncertainty.numbers.size())) {
    throw InvalidArgument("number", "must be the position of an uncertain number", std::to_string(number));
  }
  std::vector<double> values;
  for (const UncertainNumber& each : uncertainty.numbers) {
    values.push_back(each.mean);
  }
  const auto at = static_cast<std::size_t>(number);
  const UncertainNumber& changed = uncertainty.numbers[at];
  for (const SharesSpec& spec : uncertainty.shares) {
    const std::vector<std::size_t> members = drawn_shares(uncertainty, spec);
    if (std::find(members.begin(), members.end(), at) == members.end()) {
      continue;
    }
    for (const std::size_t member : members) {
      values[member] *= (1.0 - value) / (1.0 - changed.mean);
    }
  }
  values[at] = value;
  return values;
}

std::vector<std::vector<Index>> parameter_groups(const Scenario& scenario) {
  const Uncertainty& uncertainty = scenario.uncertainty;
  std::vector<std::vector<Index>> groups;
  std::vector<bool> taken(uncertainty.numbers.size());
  const auto add = [&](const std::vector<std::size_t>& members) {
    std::vector<Index> group;
    for (const std::size_t member : members) {
      taken[member] = true;
      group.push_back(static_cast<Index>(member));
    }
    if (!group.empty()) {
      groups.push_back(std::move(group));
    }
  };
  for (const SharesSpec& spec : uncertainty.shares) {
    add(drawn_shares(uncertainty, spec));
  }
  for (const CorrelationSpec& spec : uncertainty.correlations) {
    std::vector<std::size_t> members;
    for (const std::string& path : spec.numbers) {
      members.push_back(uncertain_number(uncertainty, path).value());
    }
    add(members);
  }
  for (std::size_t i = 0; i < taken.size(); ++i) {
    if (!taken[i]) {
      groups.push_back({static_cast<Index>(i)});
    }
  }
  std::sort(groups.begin(), groups.end());
  return groups;
}

Scenario with_parameters(const Scenario& scenario, std::span<const double> values) {
  require_length(scenario, values.size(), "values");
  std::map<std::string, double> wanted;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const UncertainNumber& number = scenario.uncertainty.numbers[i];
    for (const std::string& field : number.fields) {
      // The cells of a table hold the mean of its scale already.
      wanted[field] = field.ends_with(".scale") ? values[i] / number.mean : values[i];
    }
  }
  Scenario drawn = scenario;
  detail::NumberVisitor visitor([&](const std::string& path, double& value) {
    if (const auto found = wanted.find(path); found != wanted.end()) {
      value = found->second;
      wanted.erase(found);
    }
  });
  drawn.uncertainty = {};
  drawn.run.parameter_sets.reset();
  describe(visitor, drawn);
  if (!wanted.empty()) {
    throw InvalidArgument("uncertainty.numbers", "must name numbers of the scenario", wanted.begin()->first);
  }
  std::vector<Problem> problems = check(drawn);
  if (!problems.empty()) {
    place_problems(scenario, problems);
    throw ScenarioError(std::move(problems));
  }
  return drawn;
}

}  // namespace waterbed
