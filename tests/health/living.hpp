#pragma once

#include "waterbed/health/hazard.hpp"
#include "waterbed/health/stage_record.hpp"
#include "waterbed/population/people.hpp"
#include "waterbed/random/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace waterbed::testing_support {

/// People who live through cycles by health alone, with thresholds retaken only at birthdays and changes of stage.
class Living {
 public:
  Living(const HealthModel& model, const People& people, std::uint64_t seed, std::uint32_t replication = 0)
      : model_(model),
        people_(people),
        seed_(seed),
        replication_(replication),
        alive_(people.birth_cycle.size(), 1),
        threshold_(people.birth_cycle.size(), 0),
        stage_(people.birth_cycle.size() * static_cast<std::size_t>(model.conditions), 0) {
    for (std::size_t i = 0; i < alive_.size(); ++i) {
      for (std::size_t c = 0; c < conditions(); ++c) {
        stage_[i * conditions() + c] = people.stage[c][i];
      }
    }
  }

  [[nodiscard]] bool present(std::size_t i, std::int32_t cycle) const {
    return alive_[i] != 0 && people_.enters_cycle[i] <= cycle && cycle < people_.leaves_cycle[i];
  }
  [[nodiscard]] int age(std::size_t i, std::int32_t cycle) const {
    return age_at(cycle, people_.birth_cycle[i], model_.cycles_per_year);
  }
  [[nodiscard]] std::uint8_t stage(std::size_t i, std::size_t c) const { return stage_[i * conditions() + c]; }
  [[nodiscard]] PersonHealth health(std::size_t i, std::int32_t cycle) const {
    return {age(i, cycle),
            people_.sex[i],
            people_.deprivation[i],
            people_.vulnerability[i],
            stage_.data() + i * conditions(),
            nullptr,
            cycle};
  }

  /// @param on_death  called with each person who dies
  template <class OnDeath>
  void step(std::int32_t cycle, OnDeath on_death) {
    for (std::size_t i = 0; i < alive_.size(); ++i) {
      if (!present(i, cycle)) {
        continue;
      }
      const bool birthday = (cycle - people_.birth_cycle[i]) % model_.cycles_per_year == 0;
      if (birthday || cycle == people_.enters_cycle[i]) {
        threshold_[i] = event_threshold(model_, health(i, cycle));
      }
      const Words words = draw(seed_, {.replication = replication_,
                                       .person = static_cast<std::uint32_t>(i),
                                       .cycle = static_cast<std::uint32_t>(cycle),
                                       .purpose = Purpose::health_transition,
                                       .k = 0});
      if (words[0] >= threshold_[i]) {
        continue;
      }
      const HealthEvent event = resolve_event(model_, health(i, cycle), words[0]);
      if (event.kind == HealthEvent::Kind::death) {
        on_death(i);
        alive_[i] = 0;
      } else {
        stage_[i * conditions() + event.condition] = event.stage;
        threshold_[i] = event_threshold(model_, health(i, cycle));
      }
    }
  }

 private:
  [[nodiscard]] std::size_t conditions() const { return static_cast<std::size_t>(model_.conditions); }

  const HealthModel& model_;
  const People& people_;
  std::uint64_t seed_;
  std::uint32_t replication_;
  std::vector<std::uint8_t> alive_;
  std::vector<std::uint32_t> threshold_;
  std::vector<std::uint8_t> stage_;
};

}  // namespace waterbed::testing_support
