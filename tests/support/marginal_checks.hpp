#pragma once

#include <string>
#include <vector>

namespace waterbed::testing {

/// One marginal payment beside the numerical derivative of the expected payment.
struct MarginalCheck {
  std::string term;
  std::string what;
  double marginal = 0.0;   ///< by the library
  double numerical = 0.0;  ///< by quadrature over settle()
  double scale = 1.0;      ///< a marginal of this term is of this size: a price, a share
};

/// |marginal - numerical| relative to the numerical one, or to a millionth of the scale where that is more.
double relative_error(const MarginalCheck& check);

std::vector<MarginalCheck> base_payment_checks();
std::vector<MarginalCheck> person_checks();
std::vector<MarginalCheck> settlement_checks();
std::vector<MarginalCheck> score_checks();
std::vector<MarginalCheck> contract_checks();

std::vector<MarginalCheck> all_marginal_checks();

/// docs/marginals.md.
std::string marginals_page();

}  // namespace waterbed::testing
