#pragma once
// The bodies of the pages (contract section 4). A page is a question to the HealthView and some
// JSON.

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "http/answer.h"
#include "http/health_view.h"

namespace hermod {

class Pages {
 public:
  Pages(const HealthView& health, const Clock& clock) : health_(health), clock_(clock) {}

  // nullopt: there is no such page just now.
  using Page = std::optional<Answer> (Pages::*)() const;

  std::optional<Answer> health() const;
  std::optional<Answer> redis() const;
  std::optional<Answer> kafka() const;
  std::optional<Answer> live() const;
  std::optional<Answer> ready() const;
  std::optional<Answer> websocket() const;
  std::optional<Answer> metrics() const;

  // At each end of a turn of the loop: what was written for it is old from here on, or, where to
  // write it took long, a while later.
  void on_turn_end();

 private:
  const HealthView& health_;
  const Clock& clock_;
  // Writing it takes a third of a millisecond, and many times that with many labels; thousands may
  // ask in a turn. They share a text; where writing takes long, it takes a twentieth of the time at
  // most.
  mutable std::string metrics_;
  mutable std::chrono::steady_clock::time_point metrics_old_at_;
};

}  // namespace hermod
