#pragma once
// The health pages and /metrics (protocol section 4), built from the HealthView. HttpServer owns
// it; RequestRouter calls it.

#include <array>
#include <string>

#include "base/clock.h"
#include "http/health_view.h"
#include "http/page_group.h"
#include "http/time_share.h"

namespace hermod {

class Pages final : public PageGroup {
 public:
  Pages(const HealthView& health, const Clock& clock) : health_(health), clock_(clock) {}

  // --- PageGroup
  const Route* find_route(std::string_view path) const override;
  PageOutcome answer(const Route& route, const HttpRequest& request) override;

  // Call at the end of each loop iteration. Later requests get a new text of /metrics, unless
  // writing the texts has used up its share of the loop's time.
  void on_iteration_end() { metrics_old_ = true; }

 private:
  struct Page : Route {
    PageOutcome (Pages::*answer)();
  };
  static const std::array<Page, 7> kPages;

  PageOutcome health();
  PageOutcome redis();
  PageOutcome kafka();
  PageOutcome live();
  PageOutcome ready();
  PageOutcome websocket();
  PageOutcome metrics();

  const HealthView& health_;
  const Clock& clock_;
  // The text of /metrics. Writing it takes a third of a millisecond, and much longer with many
  // label values. Thousands of clients may ask in one iteration: they share one text.
  std::string metrics_;
  bool metrics_old_ = false;  // written in an earlier iteration
  TimeShare metrics_time_;
};

}  // namespace hermod
