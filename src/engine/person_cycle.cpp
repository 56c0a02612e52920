#include "core/parallel.hpp"
#include "health_alone.hpp"
#include "needs.hpp"
#include "one_person.hpp"
#include "shared_people.hpp"
#include "state.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Persons drawn together: of one block, one after the other.
struct Together {
  std::size_t first = 0;
  std::span<Words> words;
  bool drawn = false;
};

/// Lists whom something may happen to in an arm: where all must be looked at, everybody. Draws the words if they are
/// not there yet: they are the same in all arms.
void mark_people(const Context& context, const ArmState& state, Together& together, BlockCounts& block) {
  const auto id = static_cast<std::uint32_t>(together.first);
  if (!together.drawn) {
    context.note_passed(together.words.size());
  }
  if (state.holds(Mechanism::health) || needs_beyond_words(context.model, state)) {
    if (!together.drawn) {
      context.words_of_many(id, Purpose::person_cycle, state.cycle, together.words);
    }
    block.looked_at = together.words.size();
    std::iota(block.marked.begin(), block.marked.begin() + std::ssize(together.words), 0U);
  } else {
    const WordMarks marks{.first_below = state.event_below.data() + together.first,
                          .second_above = state.no_base_need.data() + together.first,
                          .third_above = state.no_stage_need.data() + together.first,
                          .due = state.refresh_at.data() + together.first};
    const DrawName name = context.name(id, state.cycle, Purpose::person_cycle, 0);
    block.looked_at = together.drawn ? list_marked(together.words, name.cycle, marks, block.marked)
                                     : draw_marked(context.seed, name, marks, together.words, block.marked);
  }
  together.drawn = true;
}

/// The cycle of these people in one arm.
/// @param lead  the arm that leads, if this one follows, and its block
void live_cycle(const Context& context, ArmState& state, const Together& together, BlockCounts& block,
                const ArmState* lead, const BlockCounts* lead_block) {
  if (is_health_alone(context.model, state)) {
    health_cycle(context, state, together.first, together.words.size(), block);
    return;
  }
  // All live the cycle as they are; those who are looked at take that back first.
  for (std::size_t i = 0; i < together.words.size(); ++i) {
    live(state, together.first + i, 1);
  }
  block.person_looks += static_cast<std::int64_t>(block.looked_at);
  if (context.work != nullptr) {
    context.work->looked_at += static_cast<std::int64_t>(block.looked_at);
  }
  for (std::size_t m = 0; m < block.looked_at; ++m) {
    const std::size_t person = together.first + block.marked[m];
    if (lead != nullptr && block.alike[m] >= 0) {
      const Outcome& outcome = lead_block->outcomes[at(block.alike[m])];
      if (outcome.changed) {
        live(state, person, -1);
        take_over(context, state, person, *lead, outcome, block);
      }
      if (outcome.needy != Outcome::k_no_needs) {
        const OfferedRange offered = lead_block->needy[at(outcome.needy)].offered;
        block.needy.push_back(
            {.person = static_cast<std::uint32_t>(person), .event = {}, .offered = offered, .taken_over = true});
      }
      block.taken_over += 1;
      continue;
    }
    live(state, person, -1);
    const Outcome outcome = one_person(context, state, person, together.words[block.marked[m]], block);
    if (block.leads) {
      block.outcomes.push_back(outcome);
    }
  }
  begin_needs(context, state, block, lead_block);
}

/// The cycle of these people in all arms.
/// @param leader  position of the arm that leads
void live_together(const Context& context, std::span<ArmState* const> arms, std::size_t leader, std::size_t b,
                   Together together) {
  const auto follows = [&](std::size_t a) { return a > leader && shares_people(context.model, *arms[a]); };
  for (std::size_t a = 0; a < arms.size(); ++a) {
    BlockCounts& block = arms[a]->blocks[b];
    block.leads = a == leader;
    block.needy.clear();
    block.outcomes.clear();
    if (is_health_alone(context.model, *arms[a])) {
      continue;
    }
    mark_people(context, *arms[a], together, block);
    if (follows(a)) {
      find_alike(context.model, *arms[leader], arms[leader]->blocks[b], *arms[a], together.first, together.words.size(),
                 block);
    }
  }
  for (std::size_t a = 0; a < arms.size(); ++a) {
    const ArmState* const lead = follows(a) ? arms[leader] : nullptr;
    live_cycle(context, *arms[a], together, arms[a]->blocks[b], lead, lead == nullptr ? nullptr : &lead->blocks[b]);
  }
}

void add(std::vector<std::int64_t>& to, const std::vector<std::int64_t>& from) {
  std::transform(to.begin(), to.end(), from.begin(), to.begin(), std::plus<>());
}

/// Adds a block to the state and empties it.
void fold(BlockCounts& block, ArmState& state) {
  state.begun.insert(state.begun.end(), block.begun.begin(), block.begun.end());
  block.begun.clear();
  if (state.noted != nullptr) {
    std::vector<BaselinePath::Event>& events = state.noted->health[state.noted->at(state.cycle)];
    events.insert(events.end(), block.events.begin(), block.events.end());
    block.events.clear();
  }
  const auto take = [](std::vector<std::int64_t>& to, std::vector<std::int64_t>& from) {
    add(to, from);
    std::fill(from.begin(), from.end(), 0);
  };
  state.person_looks += block.person_looks;
  state.taken_over += block.taken_over;
  block.person_looks = block.taken_over = 0;
  take(state.year.fates, block.fates);
  take(state.year.deaths, block.deaths);
  take(state.year.onsets, block.onsets);
  take(state.people_by_age, block.people_by_age);
  take(state.people_by_stage, block.people_by_stage);
  take(state.people_by_class, block.people_by_class);
  take(state.year.screening, block.screening);
  take(state.year.care_persons, block.care_persons);
  take(state.year.care_cycles, block.care_cycles);
  take(state.year.stratum_persons, block.stratum_persons);
  take(state.year.stratum_spending, block.stratum_spending);
  take(state.year.stratum_qalys, block.stratum_qalys);
  take(state.year.stratum_costs, block.stratum_costs);
}

}  // namespace

void person_cycle(const Context& context, std::span<ArmState* const> arms) {
  const Index persons = context.model.people.size();
  const Index size = context.block_size;
  const Index blocks = (persons + size - 1) / size;
  for (ArmState* state : arms) {
    if (std::ssize(state->blocks) != blocks) {
      state->blocks.assign(at(blocks), empty_block(context.model));
    }
  }
  const std::size_t leader = leader_of(context.model, arms);
  parallel_for_blocks(blocks, context.threads, [&](Index b) {
    std::array<Words, k_drawn_together> words;
    const Index end = std::min(persons, (b + 1) * size);
    for (Index first = b * size; first < end; first += k_drawn_together) {
      const Index count = std::min(k_drawn_together, end - first);
      live_together(context, arms, leader, at(b), {.first = at(first), .words = std::span(words).first(at(count))});
    }
  });
  for (ArmState* state : arms) {
    state->begun.clear();
    for (BlockCounts& block : state->blocks) {
      fold(block, *state);
    }
    add(state->year.population, state->people_by_age);
    add(state->year.prevalence, state->people_by_stage);
    add(state->year.class_cycles, state->people_by_class);
  }
}

namespace {

/// The year of everybody who is here. Without a branch for each: who is here changes from person to person.
void close_year_of_all(const Model& model, const ArmState& state, int from, YearCounts& year) {
  const std::size_t count = state.presence.size();
  const Presence* const presence = state.presence.data();
  const std::int32_t* const enters = model.people.enters_cycle.data();
  const std::int32_t* const year_qalys = state.year_qalys.data();
  const std::int32_t until = state.cycle + 1;
  const auto mask_of = [](Presence one) { return -static_cast<std::int64_t>(one == Presence::here); };
  const auto sum_of = [&](const std::vector<std::int64_t>& column, std::size_t stride) {
    const std::int64_t* const values = column.data();
    std::int64_t sum = 0;
    for (std::size_t person = 0; !column.empty() && person < count; ++person) {
      sum += values[person * stride] & mask_of(presence[person]);
    }
    return sum;
  };
  std::int64_t cycles = 0;
  std::int64_t qalys = 0;
  for (std::size_t person = 0; person < count; ++person) {
    const std::int64_t mask = mask_of(presence[person]);
    cycles += (until - std::max(from, enters[person])) & mask;
    qalys += year_qalys[person] & mask;
  }
  year.stratum_persons[0] += cycles;
  year.stratum_qalys[0] += qalys;
  year.stratum_spending[0] += sum_of(state.spend, model.spend.size());
  year.stratum_costs[0] += sum_of(state.year_costs, 1);
}

}  // namespace

void close_year_of_people(const Model& model, ArmState& state) {
  close_year_of_all(model, state, state.cycle - state.cycle % model.time.cycles_per_year, state.year);
  for (std::size_t person = 0; model.strata.size() > 1 && person < state.presence.size(); ++person) {
    if (state.presence[person] == Presence::here) {
      close_person_year(model, state, person, state.cycle + 1, 1, state.year);
    }
  }
}

}  // namespace waterbed::engine
