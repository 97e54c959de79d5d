#pragma once
// Decides for each request whether it may use the console. A request that changes something or
// shows user data needs a secret (AdminAccess). The source address proves nothing, because a proxy
// on this machine need not add a forwarding header. Without a secret, only figures are shown, and
// only outside production, to a browser on this machine, while ADMIN_TOKEN is not set. Owned by
// Console.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "http/admin_access.h"
#include "http/answer.h"
#include "http/request_head.h"

namespace hermod {

struct ConsoleOptions {
  // kReadOnly is used in production: the console sends no notifications, mints no tokens, shows no
  // payloads, and is disabled without ADMIN_TOKEN.
  enum class Rights : uint8_t { kReadOnly, kFull };

  Rights rights = Rights::kReadOnly;
  AdminSecrets secrets;
};

struct ConsoleRequest {
  const RequestHead& head;
  const IpAddress& peer;
};

// What the response to an accepted request may show.
enum class ConsoleSight : uint8_t { kFigures, kEverything };

// Whether the request seems to come from a browser on this machine: a loopback peer, no forwarding
// header, and Host localhost, 127.0.0.1 or [::1] with `port`. This only restricts access; it never
// grants it.
bool is_local_request(const ConsoleRequest& request, uint16_t port);

// Whether the Origin is the host to which the request is sent, or missing.
bool is_own_origin(const RequestHead& head);

class ConsoleGuard {
 public:
  ConsoleGuard(const AdminAccessDependencies& dependencies, ConsoleOptions options)
      : access_(dependencies, std::move(options.secrets)), rights_(options.rights) {}

  ConsoleOptions::Rights rights() const { return rights_; }
  void set_port(uint16_t port) { port_ = port; }
  void set_admin_token(std::string token) { access_.set_token(std::move(token)); }

  // For the page itself. It needs no secret, because a browser cannot send a token with its first
  // request, and because it contains no data of the process.
  std::optional<Fault> fault_of_page() const;

  // For /console/state and, with the method POST, for requests that change something.
  std::variant<ConsoleSight, Fault> validate(const ConsoleRequest& request);

  // Whether the console's own page may open a WebSocket although CORS_ORIGINS does not contain its
  // origin. The connection needs a valid token anyway.
  bool admits_socket(const ConsoleRequest& request) const;

 private:
  bool closed() const;
  std::optional<Fault> fault_without_secret(const ConsoleRequest& request) const;

  AdminAccess access_;
  ConsoleOptions::Rights rights_;
  uint16_t port_ = 0;
};

}  // namespace hermod
