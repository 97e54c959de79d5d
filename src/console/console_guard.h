#pragma once
// Decides for each request whether it may use the console. A request that changes something or
// shows user data needs a secret (AdminAccess). The source address proves nothing, because a proxy
// on this machine need not add a forwarding header. Without a secret, only figures are shown, and
// only outside production, to a browser on this machine, while ADMIN_TOKEN is not set. Owned by
// Console.

#include <cstdint>
#include <optional>
#include <variant>

#include "http/admin_access.h"
#include "http/http_request.h"
#include "http/response.h"

namespace hermod {

struct ConsoleOptions {
  // kReadOnly is used in production: the console sends no notifications, mints no tokens, shows no
  // payloads, and is disabled without ADMIN_TOKEN.
  enum class Rights : uint8_t { kReadOnly, kFull };

  Rights rights = Rights::kReadOnly;
};

// What the response to an accepted request may show.
enum class ConsoleDetail : uint8_t { kFigures, kEverything };

class ConsoleGuard {
 public:
  ConsoleGuard(AdminAccess& access, const ConsoleOptions& options)
      : access_(access), rights_(options.rights) {}

  ConsoleOptions::Rights rights() const { return rights_; }

  // For the page itself. It needs no secret, because a browser cannot send a token with its first
  // request, and because it contains no data of the process.
  std::optional<Fault> fault_of_page() const;

  // For /console/state and, with the method POST, for requests that change something.
  std::variant<ConsoleDetail, Fault> validate(const HttpRequest& request);

 private:
  bool disabled() const;
  std::optional<Fault> fault_without_secret(const HttpRequest& request) const;

  AdminAccess& access_;
  ConsoleOptions::Rights rights_;
};

}  // namespace hermod
