#include "waterbed/analysis/settlement_causes.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/engine/agreement.hpp"

#include <algorithm>
#include <utility>

namespace waterbed {
namespace {

/// One contract in one year of an arm, in every replication.
class YearOfContract {
 public:
  YearOfContract(const Results& results, Index arm, std::size_t year, std::size_t contract)
      : results_(results), arm_(arm), year_(year), contract_(contract) {}

  [[nodiscard]] std::int64_t at(std::string_view table, std::string_view item, Index replication) const {
    const Index t = results_.table_index(table);
    const std::vector<Dimension>& dims = results_.tables[static_cast<std::size_t>(t)].dims;
    const std::vector<std::string>& items = dims[2].labels;
    const auto i = static_cast<std::size_t>(std::find(items.begin(), items.end(), item) - items.begin());
    const std::size_t cell = (year_ * dims[1].labels.size() + contract_) * items.size() + i;
    return results_.cells(t, arm_, replication)[cell];
  }

  [[nodiscard]] Money cause(std::string_view item, Index replication) const {
    return Money{at("settlement_causes", item, replication)};
  }

  /// Mean over replications, to the nearest whole unit.
  [[nodiscard]] std::int64_t mean(std::string_view table, std::string_view item) const {
    __extension__ using Wide = __int128;
    Wide sum = 0;
    for (Index r = 0; r < results_.replications; ++r) {
      sum += at(table, item, r);
    }
    const Wide half = results_.replications / 2;
    return static_cast<std::int64_t>((sum >= 0 ? sum + half : sum - half) / results_.replications);
  }

 private:
  const Results& results_;
  Index arm_;
  std::size_t year_;
  std::size_t contract_;
};

/// What is paid at expected spending; nothing in a year in which nobody belongs to the contract.
Money expected_of(const YearOfContract& of, const SettlingTerms& terms, int year) {
  const std::int64_t people = of.mean("attribution", "people");
  if (people == 0 || year < terms.first_year) {
    return Money{};
  }
  const AgreementYear place = agreement_year(terms.contract.agreement, terms.first_year, year);
  Facts facts;
  facts.performance_year = place.performance_year;
  facts.agreement_number = place.number;
  facts.assigned = people;
  return settle_expected(terms.contract, Money{of.mean("settlement_causes", "benchmark")},
                         Money{of.mean("settlement_causes", "counted")}, std::move(facts));
}

}  // namespace

std::vector<ContractParts> settlement_parts(const Results& results, std::string_view arm,
                                            std::span<const SettlingTerms> terms) {
  const Index position = results.arm_index(arm);
  const TableInfo& info = results.tables[static_cast<std::size_t>(results.table_index("settlement_causes"))];
  const std::vector<std::string>& years = info.dims[0].labels;
  const std::vector<std::string>& contracts = info.dims[1].labels;
  std::vector<ContractParts> all;
  for (std::size_t c = 0; c < contracts.size(); ++c) {
    const auto found = std::ranges::find(terms, contracts[c], &SettlingTerms::label);
    if (found == terms.end()) {
      throw InvalidArgument("terms", "must hold every contract that settles", contracts[c]);
    }
    for (std::size_t y = 0; y < years.size(); ++y) {
      const YearOfContract of(results, position, y, c);
      const Money expected = expected_of(of, *found, static_cast<int>(y));
      ContractParts& parts = all.emplace_back(ContractParts{contracts[c], years[y], {}});
      for (Index r = 0; r < results.replications; ++r) {
        parts.parts.push_back(settlement_parts({.paid = of.cause("paid", r),
                                                .registered = of.cause("registered", r),
                                                .true_risk = of.cause("true_risk", r),
                                                .uncut = of.cause("uncut", r),
                                                .full_quality = of.cause("full_quality", r),
                                                .benchmark = of.cause("benchmark", r),
                                                .counted = of.cause("counted", r)},
                                               expected));
      }
    }
  }
  return all;
}

}  // namespace waterbed
