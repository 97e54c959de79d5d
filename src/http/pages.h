#pragma once
// The bodies of the pages (contract section 4). A page is a question to the HealthView and some
// JSON.

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

  // At each end of a turn of the loop: what was written for it is old from here on.
  void on_turn_end() { metrics_.clear(); }

 private:
  const HealthView& health_;
  const Clock& clock_;
  // Writing it takes a third of a millisecond, and thousands may ask in a turn: they share a text.
  mutable std::string metrics_;
};

}  // namespace hermod
