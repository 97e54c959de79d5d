#pragma once
// Who may use the console, judged anew with each request. Without a token only somebody at this
// machine: a loopback peer that no proxy stands for, under a name that only this machine has (a
// name of an attacker's that resolves to it is another). With a token, whoever has it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/admission.h"
#include "http/answer.h"
#include "http/request_head.h"

namespace hermod {

struct ConsoleOptions {
  enum class Opening : uint8_t { kClosed, kLocal, kToken };
  enum class Rights : uint8_t { kReadOnly, kFull };

  Opening opening = Opening::kClosed;
  Rights rights = Rights::kReadOnly;  // kFull: sends, mints tokens, shows payloads
  std::string token;                  // CONSOLE_TOKEN, of Opening::kToken
};

struct ConsoleRequest {
  const RequestHead& head;
  const IpAddress& peer;
};

// From a browser on this machine that was given our own address: loopback peer, no proxy, Host
// localhost, 127.0.0.1 or [::1] with `port`.
bool is_local_request(const ConsoleRequest& request, uint16_t port);

// Whether the request comes from a page of the host it is sent to, or from no page at all.
bool is_own_origin(const RequestHead& head);

class ConsoleGuard {
 public:
  ConsoleGuard(Admission& admission, const Clock& clock, ConsoleOptions options)
      : admission_(admission), clock_(clock), options_(std::move(options)) {}

  const ConsoleOptions& options() const { return options_; }
  void set_port(uint16_t port) { port_ = port; }

  // The page itself, which holds nothing of the process: a browser cannot send a token with its
  // first request.
  std::optional<Fault> fault_of_page(const ConsoleRequest& request) const;

  // What is shown and, with the method POST, what is changed.
  std::optional<Fault> fault_of(const ConsoleRequest& request);

  // The console's own page may connect as a user though no one lists its origin.
  bool admits_socket(const ConsoleRequest& request) const;

 private:
  std::optional<Fault> fault_of_token(const ConsoleRequest& request);

  Admission& admission_;
  const Clock& clock_;
  ConsoleOptions options_;
  uint16_t port_ = 0;
};

}  // namespace hermod
