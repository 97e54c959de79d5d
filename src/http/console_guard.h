#pragma once
// Who may use the console, judged with each request. What changes something or shows a person needs
// a secret (AdminAccess): where a request seems to come from proves nothing, since a proxy on this
// machine need not say that it is one. Without a secret only a browser on this machine is shown
// figures, outside production, and only as long as no ADMIN_TOKEN is set.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "http/admin_access.h"
#include "http/answer.h"
#include "http/request_head.h"

namespace hermod {

struct ConsoleOptions {
  // kReadOnly is production: nothing is sent, no token is minted, no payload is shown, and the
  // console is off without ADMIN_TOKEN.
  enum class Rights : uint8_t { kReadOnly, kFull };

  Rights rights = Rights::kReadOnly;
  AdminSecrets secrets;
};

struct ConsoleRequest {
  const RequestHead& head;
  const IpAddress& peer;
};

// What an admitted request is shown.
enum class ConsoleSight : uint8_t { kFigures, kEverything };

// From a browser on this machine that was given our own address: loopback peer, no forwarding
// header, Host localhost, 127.0.0.1 or [::1] with `port`. A restriction, never a proof.
bool is_local_request(const ConsoleRequest& request, uint16_t port);

// Whether the request comes from a page of the host it is sent to, or from no page at all.
bool is_own_origin(const RequestHead& head);

class ConsoleGuard {
 public:
  ConsoleGuard(const AdminAccessParts& parts, ConsoleOptions options)
      : access_(parts, std::move(options.secrets)), rights_(options.rights) {}

  ConsoleOptions::Rights rights() const { return rights_; }
  void set_port(uint16_t port) { port_ = port; }
  void set_admin_token(std::string token) { access_.set_token(std::move(token)); }

  // The page itself, which holds nothing of the process: a browser cannot send a token with its
  // first request.
  std::optional<Fault> fault_of_page() const;

  // What is shown and, with the method POST, what is changed.
  std::variant<ConsoleSight, Fault> judge(const ConsoleRequest& request);

  // The console's own page may connect as a user though no one lists its origin. The connection
  // needs its token all the same.
  bool admits_socket(const ConsoleRequest& request) const;

 private:
  bool closed() const;
  std::optional<Fault> fault_without_secret(const ConsoleRequest& request) const;

  AdminAccess access_;
  ConsoleOptions::Rights rights_;
  uint16_t port_ = 0;
};

}  // namespace hermod
