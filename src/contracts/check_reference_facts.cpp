#include "benchmark.hpp"
#include "check_facts.hpp"
#include "counted_spend.hpp"

#include <algorithm>
#include <variant>

namespace waterbed::internal {
namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
  return found == list.end() ? nullptr : &*found;
}

/// What each step asks of the facts.
class StepChecker {
 public:
  StepChecker(const Contract& contract, const Facts& facts, FactChecker& c)
      : contract_(contract), facts_(facts), c_(c) {}

  void check(const Given&) {
    if (per_episode(contract_)) {
      c_.need(facts_.benchmark_per_episode.has_value(), "benchmark_per_episode", "the reference is given");
    } else {
      c_.need(facts_.benchmark_per_person_year.has_value(), "benchmark_per_person_year", "the reference is given");
    }
  }

  void check(const History& history) {
    c_.at_least(facts_.performance_year, 1, "performance_year");
    c_.at_least(facts_.agreement_number, 1, "agreement_number");
    const auto years = static_cast<std::size_t>(history.years);
    const std::size_t given = facts_.base_years.size();
    if (given < years) {
      c_.add("base_years", "must hold " + std::to_string(years) + " years for the history", std::to_string(given));
      return;
    }
    for (std::size_t i = given - years; i < given; ++i) {
      const BaseYear& year = facts_.base_years[i];
      const std::string name = "base_years[" + std::to_string(i) + "]";
      const bool nobody = per_episode(contract_) ? year.episodes == 0 : year.person_time.cycles == 0;
      // Both zero: nobody was there. One of them alone is the wrong one if it is not what the benchmark is per.
      if (per_episode(contract_)) {
        c_.count(year.episodes, name + ".episodes");
        c_.need(!nobody || year.person_time.cycles == 0, name + ".episodes", "the benchmark is per episode");
      } else {
        c_.time(year.person_time, name + ".person_time");
        c_.need(!nobody || year.episodes == 0, name + ".person_time", "the benchmark is per person-year");
      }
      c_.positive(year.risk_ratio, name + ".risk_ratio");
      check_counted(year.counted, find_term<Truncate>(contract_), nobody, name + ".counted", c_);
      c_.require(!year.counted.reinsured, name + ".counted.reinsured",
                 "must not be given: only the performance year is reinsured");
    }
  }

  void check(const Trend& trend) {
    for (const std::string& name : {trend.index, trend.own_market_index}) {
      if (name.empty()) {
        continue;
      }
      const IndexSeries* series = find_named(facts_.indices, name);
      c_.need(series != nullptr, "indices." + name, "the trend follows it");
      if (series == nullptr) {
        continue;
      }
      c_.require(series->factors.size() == facts_.base_years.size(), "indices." + name,
                 "must hold a factor for each of the " + std::to_string(facts_.base_years.size()) + " base years",
                 std::to_string(series->factors.size()));
      for (const Rate factor : series->factors) {
        c_.positive(factor, "indices." + name);
      }
    }
    if (!trend.own_market_index.empty()) {
      c_.need(facts_.market_share.has_value(), "market_share", "the trend weighs the own market by it");
      c_.share(facts_.market_share, "market_share");
    }
  }

  void check(const Update& update) {
    for (const UpdatePart& part : update.parts) {
      const NamedRate* factor = find_named(facts_.updates, part.name);
      c_.need(factor != nullptr, "updates." + part.name, "the reference is updated by it");
      if (factor != nullptr) {
        c_.positive(factor->value, "updates." + part.name);
      }
    }
  }

  void check(const Blend& blend) {
    c_.need(find_named(facts_.comparators, blend.with) != nullptr, "comparators." + blend.with,
            "the reference is blended with it");
  }

  void check(const Risk&) {
    c_.need(facts_.risk_ratio.has_value(), "risk_ratio", "the reference moves with risk");
    c_.positive(facts_.risk_ratio, "risk_ratio");
  }

  void check(const Regional& regional) {
    c_.need(facts_.regional_per_person_year.has_value(), "regional_per_person_year",
            "the reference moves towards the region");
    if (regional.cap_low || regional.cap_high) {
      national("the regional adjustment is capped by it");
    }
  }
  void check(const PriorSavings& prior) {
    c_.need(facts_.prior_savings_per_person_year.has_value(), "prior_savings_per_person_year",
            "the reference gives part of them back");
    if (prior.cap) {
      national("the adjustment for prior savings is capped by it");
    }
  }
  void check(const PopulationAdjustment&) {
    c_.need(facts_.poor_share.has_value(), "poor_share", "the population adjustment depends on it");
    c_.share(facts_.poor_share, "poor_share");
    national("the population adjustment is a share of it");
  }
  void check(const Add&) {}
  void check(const MaxOf& largest) {
    for (const Addition& addition : largest.additions) {
      std::visit([&](const auto& kind) { check(kind); }, addition);
    }
  }
  void check(const Discount&) {}  // its score is looked at with quality

 private:
  void national(const std::string& reason) {
    c_.need(facts_.national_per_person_year.has_value(), "national_per_person_year", reason);
    c_.not_negative(facts_.national_per_person_year, "national_per_person_year");
  }

  const Contract& contract_;
  const Facts& facts_;
  FactChecker& c_;
};

bool nobody(const Contract& contract, const Facts& facts) {
  return per_episode(contract) ? facts.episodes == 0 : facts.person_time && facts.person_time->cycles == 0;
}

}  // namespace

void check_counted(const CountedSpend& counted, const Truncate* truncate, bool nobody, const std::string& fact,
                   FactChecker& c) {
  const bool detailed = is_detailed(counted);
  if (!counted.total && !detailed && !nobody) {
    c.add(fact, "is missing: reference and layers settle on counted spending");
  } else if (counted.total && truncate != nullptr && !detailed &&
             (truncate->amount ? counted.truncated_at != truncate->amount : !counted.truncated_at)) {
    c.add(fact, "must be given per person, or as a total cut at the contract's level, for truncate");
  } else if (truncate == nullptr && counted.truncated_at) {
    c.add(fact, "must not be cut: the contract does not truncate");
  }
  const int forms = (counted.total ? 1 : 0) + (counted.persons.empty() ? 0 : 1) + (counted.groups.empty() ? 0 : 1);
  c.require(forms <= 1, fact, "must be given in one form: a total, amounts per person, or groups");
  for (const SpendGroup& group : counted.groups) {
    c.require(group.people >= 0, fact, "people in a group must be 0 or more", std::to_string(group.people));
  }
}

void check_reference_facts(const Contract& contract, const Facts& facts, FactChecker& c) {
  c.of("reference");
  if (per_episode(contract)) {
    c.need(facts.episodes.has_value(), "episodes", "the benchmark is per episode");
    c.count(facts.episodes, "episodes");
  } else {
    c.need(facts.person_time.has_value(), "person_time", "the benchmark is per person-year");
    if (facts.person_time) {
      c.time(*facts.person_time, "person_time");
    }
  }
  StepChecker steps(contract, facts, c);
  for (const ReferenceStep& step : find_term<Reference>(contract)->steps) {
    std::visit([&](const auto& kind) { steps.check(kind); }, step);
  }
}

void check_counted_facts(const Contract& contract, const Facts& facts, FactChecker& c) {
  c.of(find_term<Truncate>(contract) != nullptr ? "truncate" : "layers");
  check_counted(facts.counted, find_term<Truncate>(contract), nobody(contract, facts), "counted", c);
  if (find_term<Reinsure>(contract) != nullptr) {
    c.of("reinsure");
    c.require(!facts.counted.total || facts.counted.reinsured, "counted",
              "must be given per person, or with what the reinsurer bears of the total, for reinsure");
    c.not_negative(facts.counted.reinsured, "counted.reinsured");
    if (facts.counted.total && facts.counted.reinsured && *facts.counted.total >= Money{}) {
      c.require(*facts.counted.reinsured <= *facts.counted.total, "counted.reinsured",
                "must be at most the total that it is part of, " + money_text(fraction(*facts.counted.total)),
                money_text(fraction(*facts.counted.reinsured)));
    }
  } else {
    c.of("layers");
    c.require(!facts.counted.reinsured, "counted.reinsured", "must not be given: the contract does not reinsure");
  }
}

}  // namespace waterbed::internal
