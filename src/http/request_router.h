#pragma once
// Maps a request head to a response or an upgrade. Validates in the order of protocol section 4:
// the method, the target and Host, the body, the path. Independent of sockets. Owned by HttpServer,
// called by Connection.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/audit.h"
#include "base/clock.h"
#include "core/upgrade.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "http/health_view.h"
#include "http/page_group.h"
#include "http/request_head.h"
#include "http/response.h"
#include "http/route.h"
#include "http/upgrade_policy.h"

namespace hermod {

struct SerializedResponse {
  std::string bytes;
  ResponseOptions::Connection connection = ResponseOptions::Connection::kClosed;
};

using Reply = std::variant<SerializedResponse, UpgradeRequest, Postponed, LaterAnswer>;

// kRefused: another port serves them.
enum class WebSocketPaths : uint8_t { kServed, kRefused };

// The dependencies of the router; all of them outlive it.
struct RequestRouterDependencies {
  std::vector<PageGroup*> pages;
  UpgradePolicy& upgrade_policy;
  const HealthView& health;
  const Clock& clock;
  Stats& stats;
  Log& log;
  Audit* audit = nullptr;               // null: off
  std::vector<PageGroup*> hidden = {};  // of another port; here their paths are 404
  WebSocketPaths websockets = WebSocketPaths::kServed;
};

class RequestRouter {
 public:
  explicit RequestRouter(const RequestRouterDependencies& dependencies)
      : dependencies_(dependencies) {}

  // The port that the server listens on. Called once, before the first request.
  void set_port(uint16_t port) { port_ = port; }

  // The largest body that is read before reply() is called; 0: none.
  size_t body_bytes_max(const RequestHead& head) const;

  // After a Postponed reply, called again with Attempt::kAfterWait.
  Reply reply(const RequestHead& head, const IpAddress& peer, Attempt attempt = Attempt::kFirst);

  // The response to the request for which reply() returned a LaterAnswer.
  SerializedResponse complete(const RequestHead& head, const IpAddress& peer,
                              const PageAnswer& given);

  // The response to a client that has not sent a valid head. The connection is closed after it.
  SerializedResponse refuse(const Fault& fault, const IpAddress& peer = {});
  SerializedResponse refuse_head(HeadState state, const IpAddress& peer = {});  // not kComplete

  // While draining, each response closes its connection.
  void set_draining(bool draining) { draining_ = draining; }

 private:
  struct Request;

  static bool needs_origin(const Request& request);
  RouteMatch match(std::string_view path) const;
  Request request_of(const RequestHead& head, const IpAddress& peer, Attempt attempt) const;
  Response fault_response(const Request& request, const Fault& fault) const;
  SerializedResponse refuse(const Request& request, const Fault& fault);
  void report(const Request& request, const Fault& fault);
  SerializedResponse finish(const Request& request, const Response& response);
  Reply upgrade(const Request& request);
  SerializedResponse preflight(const Request& request);

  RequestRouterDependencies dependencies_;
  uint16_t port_ = 0;
  bool draining_ = false;
};

}  // namespace hermod
