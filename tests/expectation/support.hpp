#pragma once

#include "waterbed/expectation/feature.hpp"

#include <string>
#include <utility>
#include <vector>

namespace waterbed {

inline FeatureColumn numbers(std::string name, std::vector<double> values) {
  return {std::move(name), std::move(values), {}};
}

inline Feature as(std::string column, FeatureForm form, std::vector<double> at = {}) {
  return {{{std::move(column), form, std::move(at), {}}}};
}

/// The design of columns as they are.
inline Design linear_design(const FeatureTable& table) {
  std::vector<Feature> features;
  for (const FeatureColumn& column : table) {
    features.push_back(as(column.name, FeatureForm::linear));
  }
  return design_of(features, table);
}

/// The message of what a call throws; empty if it throws nothing.
template <class Error, class Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace waterbed
