#pragma once

#include "waterbed/engine/model.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// The fast deterministic answer: expected flows under observed practice, unlimited capacity, no response.
///
/// Exact mean of the simulated walk; need rates are those of the people at mid-year with the expected mix of stages.
struct ExpectedFlows {
  int years = 0;
  std::vector<std::string> settings;
  std::vector<double> visits;          ///< [year][setting] units per year
  std::vector<double> list_spending;   ///< [year][setting] EUR per year
  std::vector<double> first_contacts;  ///< [year][setting] elective requests per year
  std::vector<double> persons;         ///< [year]
  std::vector<double> needs;           ///< [year][need]
};

ExpectedFlows expected(const Model& model);

/// List spending of the performance years together that `expected` would give with the chance that many people share in
/// each replication, EUR, shape (replications,): years' shocks, and the mean effect of practices over the people, taken
/// to bear on all needs. Its expectation is the whole of `expected`: a control variate.
std::vector<double> expected_under_chance(const Model& model, std::uint64_t seed, std::int64_t first_replication,
                                          std::int64_t replications);

/// Expected visits at each row of a chain per need that arises, shape (rows,); row 0 is the entry, 1.
std::vector<double> expected_row_visits(const Model& model, int need, int route);

}  // namespace waterbed
