#pragma once

#include "state.hpp"
#include "waterbed/engine/results.hpp"

#include <vector>

namespace waterbed::engine {

/// What becomes of a test, the items of the `case_finding` table.
enum class TestResult : std::uint8_t { found, missed, false_alarm, clear, on_record };
inline constexpr std::size_t k_test_results = 5;

/// Whether a person is invited in this cycle. @param k  position among the arm's case-findings
[[nodiscard]] bool is_invited(const Context& context, const CaseFindingModel& finding, std::size_t k,
                              const PersonView& person, std::uint32_t id, int cycle);

/// A visit that is a test puts on record what it finds. Returns whether it is one.
bool take_test(const Context& context, ArmState& state, const RowModel& row, const Token& token);

/// A GP contact may put a more serious stage on record.
void code_stages(const Context& context, ArmState& state, const Token& token);

/// Tables of scenarios with programmes, the last ones.
[[nodiscard]] std::vector<TableInfo> programme_infos(const Model& model);

/// Books the year that ends now into these tables.
void write_programmes(const Model& model, const ArmState& state, std::size_t year, std::vector<std::int64_t>& records,
                      std::vector<std::int64_t>& case_finding);

}  // namespace waterbed::engine
