#pragma once
// Builds the pages (protocol section 4) from the HealthView. HttpServer owns it; RequestRouter
// calls it.

#include <optional>
#include <string>

#include "base/clock.h"
#include "http/answer.h"
#include "http/health_view.h"
#include "http/time_share.h"

namespace hermod {

class Pages {
 public:
  Pages(const HealthView& health, const Clock& clock) : health_(health), clock_(clock) {}

  // nullopt: the page is disabled.
  using Page = std::optional<Answer> (Pages::*)() const;

  std::optional<Answer> health() const;
  std::optional<Answer> redis() const;
  std::optional<Answer> kafka() const;
  std::optional<Answer> live() const;
  std::optional<Answer> ready() const;
  std::optional<Answer> websocket() const;
  std::optional<Answer> metrics() const;

  // Call at the end of each loop iteration. Later requests get a new text of /metrics, unless
  // writing it has taken too much time.
  void on_iteration_end() { metrics_old_ = true; }

 private:
  const HealthView& health_;
  const Clock& clock_;
  // The text of /metrics. Writing it takes a third of a millisecond, and much longer with many
  // label values. Thousands of clients may ask in one iteration: they share one text.
  mutable std::string metrics_;
  mutable bool metrics_old_ = false;  // written in an earlier iteration
  mutable TimeShare metrics_time_;
};

}  // namespace hermod
