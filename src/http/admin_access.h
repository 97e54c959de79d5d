#pragma once
// Who has a secret of the operators: ADMIN_TOKEN, or the one that this process made and printed.
// Wrong ones are guesses: limited for the whole process, wherever they come from, logged and
// counted. A right one passes at any time, so that no one can lock the operators out.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "http/answer.h"
#include "http/ip_address.h"
#include "http/request_head.h"

namespace hermod {

struct AdminSecrets {
  std::string token;   // ADMIN_TOKEN; empty: none
  std::string secret;  // of this process; empty: none
};

struct AdminAccessParts {
  const Clock& clock;
  Log& log;
  Stats& stats;
};

class AdminAccess {
 public:
  static constexpr size_t kGuessesMax = 10;
  static constexpr int64_t kWindowMs = 60'000;

  AdminAccess(const AdminAccessParts& parts, AdminSecrets secrets)
      : parts_(parts), secrets_(std::move(secrets)) {}

  // True: the request carries a right one. False: it carries none, which is no guess. A Fault: it
  // carries a wrong one, 401 or, once there were too many, 429.
  struct Judgement {
    bool granted = false;
    std::optional<Fault> fault;
  };
  Judgement judge(const RequestHead& head, const IpAddress& peer);

  bool has_token() const { return !secrets_.token.empty(); }
  void set_token(std::string token) { secrets_.token = std::move(token); }

 private:
  Fault count_guess(const IpAddress& peer);

  AdminAccessParts parts_;
  AdminSecrets secrets_;
  size_t guesses_ = 0;  // in the window that the first of them began
  int64_t window_start_ms_ = 0;
};

}  // namespace hermod
