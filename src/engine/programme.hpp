#pragma once

#include "state.hpp"
#include "waterbed/engine/results.hpp"

#include <vector>

namespace waterbed::engine {

/// Items of the `case_finding` table: the results of the first test, then what became of those it concerned.
enum class ScreeningItem : std::uint8_t {
  true_alarm,         ///< positive, with the condition
  missed,             ///< negative, with the condition
  false_alarm,        ///< positive, without it
  clear,              ///< negative, without it
  on_record,          ///< known by the time of the test
  second_test,        ///< had the second test
  found,              ///< put on record, with the condition
  dismissed,          ///< second test negative, with the condition
  false_diagnosis,    ///< put on record, without the condition
  cleared,            ///< second test negative, without it
  on_record_by_then,  ///< known by the time of the second test
  surfaced,           ///< found before, and now a GP contact would have put them on record
  overdiagnosed,      ///< found before, and dead or rid of the condition before any such contact
};
inline constexpr std::size_t k_screening_items = 13;

/// Where a person stands with a programme of the arm.
[[nodiscard]] inline Screening& screening_of(ArmState& state, const CaseFindingModel& finding, std::size_t person) {
  const std::size_t programmes = state.screening.size() / state.presence.size();
  return state.screening[person * programmes + static_cast<std::size_t>(finding.programme)];
}

/// Whether a person is invited in this cycle. @param k  position among the arm's case-findings
[[nodiscard]] bool is_invited(const Context& context, const CaseFindingModel& finding, std::size_t k,
                              const PersonView& person, std::uint32_t id, int cycle);

/// A visit that is a test puts on record what it finds. Returns whether it is one.
bool take_test(const Context& context, ArmState& state, const RowModel& row, const Token& token);

/// A GP contact would put on record those whom case-finding put there before.
void surface(const Context& context, ArmState& state, const Token& token);

/// Somebody dies, or is rid of a condition: no contact will put it on record any more.
inline constexpr int k_any_condition = -1;
void lose_detection(ArmState& state, std::size_t person, int condition, BlockCounts& block);

/// A GP contact may put a more serious stage on record.
void code_stages(const Context& context, ArmState& state, const Token& token);

/// Tables of scenarios with programmes, the last ones.
[[nodiscard]] std::vector<TableInfo> programme_infos(const Model& model);
inline constexpr std::size_t k_programme_tables = 3;

/// Books the year that ends now into these tables, given the first of them.
void write_programmes(const Model& model, const ArmState& state, std::size_t year, std::vector<std::int64_t>* tables);

}  // namespace waterbed::engine
