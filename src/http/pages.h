#pragma once
// The bodies of the pages (contract section 4). A page is a question to the HealthView and some
// JSON.

#include <optional>

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

 private:
  const HealthView& health_;
  const Clock& clock_;
};

}  // namespace hermod
