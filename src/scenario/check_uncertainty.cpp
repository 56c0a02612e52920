#include "scenario/checker.hpp"
#include "scenario/describe.hpp"
#include "scenario/number_visitor.hpp"
#include "scenario/uncertainty.hpp"

#include <algorithm>
#include <map>

namespace waterbed::detail {
namespace {

/// Every number by path, as it stands.
std::map<std::string, double> numbers_of(const Scenario& scenario) {
  std::map<std::string, double> found;
  NumberVisitor visitor([&](const std::string& path, double& value) { found.emplace(path, value); });
  Scenario copy = scenario;
  describe(visitor, copy);
  return found;
}

std::vector<std::string> names_of(const std::map<std::string, double>& numbers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : numbers) {
    names.push_back(name);
  }
  return names;
}

/// Tells a path that is no number, and one that is drawn with others already.
class Members {
 public:
  Members(Checker& c, const Scenario& s) : c_(c), s_(s), numbers_(numbers_of(s)) {}

  void shares(const SharesSpec& spec, const std::string& at) {
    double sum = 0.0;
    for (std::size_t i = 0; i < spec.numbers.size(); ++i) {
      const std::string& path = spec.numbers[i];
      const std::string place = joined_path(at + ".numbers", i);
      const auto found = numbers_.find(path);
      if (found == numbers_.end()) {
        c_.add(place, "must be the dotted path of a number", path, nearest_name(path, names_of(numbers_)));
      } else if (!(found->second >= 0.0 && found->second <= 1.0)) {
        c_.add(place, "must be a share in [0, 1]", number_text(found->second));
      } else {
        sum += found->second;
        take(path, place, true);
      }
    }
    if (spec.numbers.size() < 2) {
      c_.conclude(at, at + ".numbers", "must be at least two", std::to_string(spec.numbers.size()));
    } else if (sum > 1.0 && !is_one(sum)) {
      // Where they must sum to 1 anyway, that has been said.
      const std::string& first = spec.numbers.front();
      c_.conclude(first.substr(0, first.find_last_of(".[")), at + ".numbers", "must sum to at most 1", sum_text(sum));
    }
  }

  void same(const SameSpec& spec, const std::string& at) {
    if (spec.numbers.size() < 2) {
      c_.conclude(at, at + ".numbers", "must be at least two", std::to_string(spec.numbers.size()));
      return;
    }
    const std::string& first = spec.numbers.front();
    const std::optional<std::size_t> found = uncertain_number(s_.uncertainty, first);
    if (!found || is_share(s_.uncertainty.numbers[*found])) {
      c_.add(joined_path(at + ".numbers", 0), "must be the dotted path of a number that is a distribution", first);
      return;
    }
    const double mean = numbers_.contains(first) ? numbers_.at(first) : s_.uncertainty.numbers[*found].mean;
    for (std::size_t i = 1; i < spec.numbers.size(); ++i) {
      const std::string& path = spec.numbers[i];
      const std::string place = joined_path(at + ".numbers", i);
      const auto other = numbers_.find(path);
      if (other == numbers_.end()) {
        c_.add(place, "must be the dotted path of a number", path, nearest_name(path, names_of(numbers_)));
      } else if (other->second != mean) {
        c_.add(place, "must be written as the mean of " + first + ", " + number_text(mean), number_text(other->second));
      } else {
        take(path, place, true);
      }
    }
  }

  void correlation(const CorrelationSpec& spec, const std::string& at) {
    std::vector<std::string> known;
    for (const UncertainNumber& number : s_.uncertainty.numbers) {
      known.push_back(number.path);
    }
    for (std::size_t i = 0; i < spec.numbers.size(); ++i) {
      const std::string place = joined_path(at + ".numbers", i);
      if (std::find(known.begin(), known.end(), spec.numbers[i]) == known.end()) {
        c_.add(place, "must be the dotted path of an uncertain number", spec.numbers[i],
               nearest_name(spec.numbers[i], known));
      } else {
        take(spec.numbers[i], place, false);
      }
    }
    if (spec.rank.empty() == spec.normal.empty()) {
      c_.add(at, "must give rank or normal, one of both");
      return;
    }
    const bool ranks = spec.normal.empty();
    const std::string field = at + (ranks ? ".rank" : ".normal");
    const std::size_t given = ranks ? spec.rank.size() : spec.normal.size();
    const std::size_t pairs =
        spec.numbers.size() * (spec.numbers.size() - std::min<std::size_t>(1, spec.numbers.size())) / 2;
    if (spec.numbers.size() < 2) {
      c_.conclude(at, at + ".numbers", "must be at least two", std::to_string(spec.numbers.size()));
    } else if (given != 1 && given != pairs) {
      c_.conclude(at, field, "must be one number, or one a pair (" + std::to_string(pairs) + ")",
                  std::to_string(given));
    } else if (!c_.touched(at) && !cholesky(score_correlation(spec))) {
      c_.add(field, "must be correlations that can hold together: the matrix is not positive definite");
    }
  }

 private:
  void take(const std::string& path, const std::string& place, bool plain) {
    const std::optional<std::size_t> number = uncertain_number(s_.uncertainty, path);
    if (plain && number && !is_share(s_.uncertainty.numbers[*number])) {
      c_.add(place, "must be a plain number: it is a distribution of its own", path);
    } else if (!taken_.insert(path).second) {
      c_.add(place, "must be drawn with one group of numbers only", path);
    }
  }

  Checker& c_;
  const Scenario& s_;
  std::map<std::string, double> numbers_;
  std::set<std::string> taken_;
};

}  // namespace

void check_uncertainty(Checker& c, const Scenario& s) {
  const Uncertainty& uncertainty = s.uncertainty;
  if (s.run.parameter_sets && c.given().empty()) {
    if (uncertainty.numbers.empty()) {
      c.add("run.parameter_sets", "must be left out where no number of the scenario is a distribution",
            std::to_string(*s.run.parameter_sets));
    } else if (s.run.replications < 2) {
      c.add("run.replications", "must be at least 2 in each parameter set", std::to_string(s.run.replications));
    }
  }
  if (uncertainty.shares.empty() && uncertainty.correlations.empty() && uncertainty.same.empty()) {
    return;
  }
  Members members(c, s);
  for (std::size_t i = 0; i < uncertainty.shares.size(); ++i) {
    members.shares(uncertainty.shares[i], joined_path("uncertainty.shares", i));
  }
  for (std::size_t i = 0; i < uncertainty.correlations.size(); ++i) {
    members.correlation(uncertainty.correlations[i], joined_path("uncertainty.correlations", i));
  }
  for (std::size_t i = 0; i < uncertainty.same.size(); ++i) {
    members.same(uncertainty.same[i], joined_path("uncertainty.same", i));
  }
}

bool is_share(const UncertainNumber& number) { return number.written.starts_with("dirichlet"); }

void add_same(Scenario& s) {
  for (const SameSpec& spec : s.uncertainty.same) {
    const std::optional<std::size_t> first =
        spec.numbers.empty() ? std::nullopt : uncertain_number(s.uncertainty, spec.numbers.front());
    if (!first) {
      continue;  // check_uncertainty() says why
    }
    std::vector<std::string>& fields = s.uncertainty.numbers[*first].fields;
    for (const std::string& path : spec.numbers) {
      if (std::find(fields.begin(), fields.end(), path) == fields.end()) {
        fields.push_back(path);
      }
    }
  }
}

std::vector<SameSpec> same_numbers(const Uncertainty& uncertainty) {
  std::vector<SameSpec> same;
  for (const UncertainNumber& number : uncertainty.numbers) {
    if (number.fields.size() > 1) {
      same.push_back({number.fields});
    }
  }
  return same;
}

void add_shares(Scenario& s) {
  if (s.uncertainty.shares.empty()) {
    return;
  }
  const std::map<std::string, double> numbers = numbers_of(s);
  for (const SharesSpec& spec : s.uncertainty.shares) {
    for (const std::string& path : spec.numbers) {
      const auto found = numbers.find(path);
      if (found == numbers.end() || !(found->second > 0.0 && found->second < 1.0) ||
          uncertain_number(s.uncertainty, path)) {
        continue;  // none and all stay what they are; of the rest check_uncertainty() says why
      }
      const double cases = spec.concentration * found->second;
      UncertainNumber number{.path = path,
                             .fields = {path},
                             .distribution = BetaDistribution{cases, spec.concentration - cases},
                             .mean = found->second};
      number.low = 0.0;
      number.high = 1.0;
      number.written = "dirichlet: " + sum_text(cases) + " of " + sum_text(spec.concentration);
      s.uncertainty.numbers.push_back(std::move(number));
    }
  }
}

}  // namespace waterbed::detail
