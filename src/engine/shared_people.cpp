#include "shared_people.hpp"

#include "health_alone.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

namespace waterbed::engine {
namespace {

/// Unlike persons are struck off the list of those who may be alike.
class Alike {
 public:
  Alike(std::size_t first, std::size_t count, BlockCounts& block) : first_(first), count_(count), block_(block) {}

  /// Compares a column, with `width` values of each person: of all persons together first, since most are alike.
  template <class T>
  void compare(const std::vector<T>& one, const std::vector<T>& other, std::size_t width = 1) {
    static_assert(std::has_unique_object_representations_v<T>);
    const auto same = [&](std::size_t from, std::size_t persons) {
      return std::memcmp(one.data() + from * width, other.data() + from * width, persons * width * sizeof(T)) == 0;
    };
    if (one.empty() || same(first_, count_)) {
      return;
    }
    for (std::size_t m = 0; m < block_.looked_at; ++m) {
      if (block_.alike[m] >= 0 && !same(first_ + block_.marked[m], 1)) {
        block_.alike[m] = -1;
      }
    }
  }

 private:
  std::size_t first_;
  std::size_t count_;
  BlockCounts& block_;
};

}  // namespace

bool shares_people(const Model& model, const ArmState& state) {
  return !state.arm->health && state.enrolment.empty() && state.arm->case_findings.empty() &&
         !state.holds(Mechanism::health) && !is_health_alone(model, state);
}

std::size_t leader_of(const Model& model, std::span<ArmState* const> arms) {
  const auto shares = [&](const ArmState* state) { return shares_people(model, *state); };
  const auto first = std::find_if(arms.begin(), arms.end(), shares);
  const bool followed = first != arms.end() && std::any_of(first + 1, arms.end(), shares);
  return followed ? static_cast<std::size_t>(first - arms.begin()) : arms.size();
}

void find_alike(const Model& model, const ArmState& lead, const BlockCounts& lead_block, const ArmState& state,
                std::size_t first, std::size_t count, BlockCounts& block) {
  std::size_t there = 0;  // both lists rise
  for (std::size_t m = 0; m < block.looked_at; ++m) {
    while (there < lead_block.looked_at && lead_block.marked[there] < block.marked[m]) {
      ++there;
    }
    const bool both = there < lead_block.looked_at && lead_block.marked[there] == block.marked[m];
    block.alike[m] = both ? static_cast<std::int32_t>(there) : -1;
  }
  // All that one_person() reads of a person alone, or retakes.
  Alike alike(first, count, block);
  alike.compare(lead.presence, state.presence);
  alike.compare(lead.refresh_at, state.refresh_at);
  alike.compare(lead.event_below, state.event_below);
  alike.compare(lead.no_base_need, state.no_base_need);
  alike.compare(lead.no_stage_need, state.no_stage_need);
  alike.compare(lead.cell, state.cell);
  alike.compare(lead.utility, state.utility);
  alike.compare(lead.cost, state.cost);
  alike.compare(lead.stage, state.stage, static_cast<std::size_t>(model.health.conditions));
  alike.compare(lead.recorded, state.recorded, static_cast<std::size_t>(model.health.conditions));
  alike.compare(lead.care, state.care, model.health.care.size());
}

}  // namespace waterbed::engine
