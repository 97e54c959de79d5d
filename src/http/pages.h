#pragma once
// The health pages and /metrics (protocol section 4), built from the HealthView. HttpServer owns
// it; RequestRouter calls it.

#include <array>
#include <string>

#include "base/clock.h"
#include "http/admin_access.h"
#include "http/health_view.h"
#include "http/page_group.h"
#include "http/time_share.h"

namespace hermod {

struct PagesOptions {
  // kProbes: /healthz, /healthz/live and /healthz/ready only.
  enum class Extent : uint8_t { kAll, kProbes };
  // Which clients see the URLs, reasons and error texts of Redis, Kafka and the readiness.
  // kOperators: requests with ADMIN_TOKEN. The others get the same status code with the service and
  // its status.
  enum class Details : uint8_t { kEverybody, kOperators, kNobody };

  Extent extent = Extent::kAll;
  Details details = Details::kEverybody;
  AdminAccess* access = nullptr;  // for Details::kOperators; outlives the pages
};

class Pages final : public PageGroup {
 public:
  Pages(const HealthView& health, const Clock& clock, const PagesOptions& options = {})
      : health_(health), clock_(clock), options_(options) {}

  // --- PageGroup
  const Route* find_route(std::string_view path) const override;
  PageOutcome answer(const Route& route, const HttpRequest& request) override;

  // Call at the end of each loop iteration. Later requests get a new text of /metrics, unless
  // writing the texts has used up its share of the loop's time.
  void on_iteration_end() { metrics_old_ = true; }

 private:
  struct Page : Route {
    PageOutcome (Pages::*answer)(const HttpRequest&);
    bool probe = false;
  };
  static const std::array<Page, 7> kPages;

  PageOutcome health(const HttpRequest& request);
  PageOutcome redis(const HttpRequest& request);
  PageOutcome kafka(const HttpRequest& request);
  PageOutcome live(const HttpRequest& request);
  PageOutcome ready(const HttpRequest& request);
  PageOutcome websocket(const HttpRequest& request);
  PageOutcome metrics(const HttpRequest& request);
  bool shows_details(const HttpRequest& request) const;

  const HealthView& health_;
  const Clock& clock_;
  PagesOptions options_;
  // The text of /metrics. Writing it takes a third of a millisecond, and much longer with many
  // label values. Thousands of clients may ask in one iteration: they share one text.
  std::string metrics_;
  bool metrics_old_ = false;  // written in an earlier iteration
  TimeShare metrics_time_;
};

}  // namespace hermod
