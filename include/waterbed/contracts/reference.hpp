#pragma once

#include "waterbed/contracts/quality.hpp"
#include "waterbed/core/money.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waterbed {

/// The benchmark is a fact: an amount per person-year or per episode from outside (a risk equalisation, a negotiated
/// or regional price).
struct Given {};

/// The benchmark starts from counted spending per person-year (or episode) in the last base years, each brought to the
/// risk of the last one by BaseYear::risk_ratio.
struct History {
  int years = 3;
  std::vector<Rate> weights;            ///< oldest first, sum 1; empty: equal
  std::vector<Rate> weights_renewed{};  ///< of the second and later agreements; empty: `weights`
};

/// Carries the amount of each base year on.
///
/// Either `factor`, fixed in advance, or indices, known after the event: Facts::indices hold a factor for each base
/// year to the last one. With `own_market_index` the factor is u * own_market + (1 - u) * index, u the holder's share
/// of its market.
struct Trend {
  Rate factor{Rate::k_one};
  /// true: `factor` is per year, from each base year to the performance year; false: one factor.
  bool per_year = true;
  std::string index{};
  std::string own_market_index{};
};

/// From the last base year to the performance year: the mean of named growth factors (Facts::updates) by weight.
struct UpdatePart {
  std::string name;
  Rate weight{Rate::k_one};  ///< > 0; shares are weight over the sum of weights
};
struct Update {
  std::vector<UpdatePart> parts;
};

/// Mixes in an amount of others: (1 - weight) * own + weight * Facts::comparators[with].
struct Blend {
  std::string with;
  Rate weight{};  ///< 0..1
};

/// A class of people with a relative cost.
struct RiskClass {
  std::string name;
  std::string who;  ///< `who:` filter, on recorded stages
  Rate weight{};    ///< relative expected spending, >= 0
};

/// Times the risk of the people now over that of the last base year, within the caps.
struct Risk {
  std::optional<Rate> cap_up{};    ///< 0.03: at most 1.03
  std::optional<Rate> cap_down{};  ///< 0.03: at least 0.97
  /// From what the simulation makes the ratio; a person is in the first class that holds, weight 1 in none.
  std::vector<RiskClass> classes;
};

/// Moves towards the region: weight * (regional - own), held in [cap_low, cap_high] of national spending.
struct Regional {
  Rate weight_below{};             ///< own spending is below the region, 0..1
  Rate weight_above{};             ///< own spending is above it, 0..1
  std::optional<Rate> cap_low{};   ///< -0.015: at least -1.5 % of national spending per person-year
  std::optional<Rate> cap_high{};  ///< 0.05
  bool floor = false;              ///< a negative adjustment counts as zero
};

/// Gives back part of what was saved before: min(share * earlier savings per person-year, cap of national spending).
/// Losses before count as no savings.
struct PriorSavings {
  Rate share{};
  std::optional<Rate> cap{};
  /// Among the additions of MaxOf, beside a Regional: that one counts in it if it is negative, whether or not it has a
  /// floor itself.
  bool net_of_negative_regional = false;
};

/// For holders with many poor people: cap of national spending times their share, from a least share on.
struct PopulationAdjustment {
  Rate cap{};
  Rate from_share{};  ///< 0..1
};

/// A fixed amount per person-year or episode.
struct Add {
  Money amount{};
};

using Addition = std::variant<Regional, PriorSavings, PopulationAdjustment, Add>;

/// Adds the largest of several additions.
struct MaxOf {
  std::vector<Addition> additions;
};

/// The payer's share off the top: a rate, or one by quality score. Acts when settled; the benchmark itself excludes it.
struct Discount {
  Rate rate{};               ///< 0..1
  std::vector<Rung> ladder;  ///< instead of the rate; values 0..1
};

using ReferenceStep = std::variant<Given, History, Trend, Update, Blend, Risk, Regional, PriorSavings,
                                   PopulationAdjustment, Add, MaxOf, Discount>;

/// The word for a step in a contract's file, e.g. "prior_savings"; messages name it so.
std::string_view step_name(const ReferenceStep& step);
std::string_view addition_name(const Addition& addition);

/// How the benchmark per person-year (or per episode) is built, in order; it is multiplied by the person-years (or
/// episodes) of the performance year.
///
/// The first step is `Given` or `History`. A base year without person-years is left out and the weights of the others
/// are scaled up.
struct Reference {
  std::vector<ReferenceStep> steps;
};

}  // namespace waterbed
