#pragma once
// Verifies the operators' secret of a request: ADMIN_TOKEN, or the secret that this process
// generated and printed. Wrong secrets are logged, counted, and limited for the whole process,
// whatever their address. The right secret is accepted even above the limit, so that an
// attacker cannot lock the operators out. The audit log gets the first request of an address with
// the right secret as a sign-in, and again after an hour without one. The console, the pages and
// the API share one, owned by the composition in server/.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/audit.h"
#include "base/clock.h"
#include "base/ip_address.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "http/request_head.h"
#include "http/response.h"

namespace hermod {

struct AdminSecrets {
  std::string token;   // ADMIN_TOKEN; empty: none
  std::string secret;  // of this process; empty: none
};

struct AdminAccessDependencies {
  const Clock& clock;
  Log& log;
  Stats& stats;
  Audit* audit = nullptr;  // null: no audit log
};

class AdminAccess {
 public:
  static constexpr size_t kGuessesMax = 10;
  static constexpr int64_t kWindowMs = 60'000;
  static constexpr int64_t kSignInMs = 3'600'000;

  AdminAccess(const AdminAccessDependencies& dependencies, AdminSecrets secrets)
      : dependencies_(dependencies), secrets_(std::move(secrets)) {}
  AdminAccess(const AdminAccess&) = delete;
  AdminAccess& operator=(const AdminAccess&) = delete;

  // `granted` is true if the request has the right secret, and false if it has none, which does not
  // count as a guess. `fault` is set if the secret is wrong: 401, or 429 above the limit.
  struct Decision {
    bool granted = false;
    std::optional<Fault> fault;
  };
  Decision validate(const RequestHead& head, const IpAddress& peer);

  bool has_token() const { return !secrets_.token.empty(); }
  // For new requests; empty: none.
  void set_token(std::string token) { secrets_.token = std::move(token); }

 private:
  Fault count_guess(const IpAddress& peer);
  void note_sign_in(const RequestHead& head, const IpAddress& peer);

  AdminAccessDependencies dependencies_;
  AdminSecrets secrets_;
  size_t guesses_ = 0;  // in the current window, which begins with the first guess
  int64_t window_start_ms_ = 0;
  // When addresses last sent the right secret, while the audit log is on. Bounded.
  std::map<IpAddress, int64_t> signed_in_ms_;
};

}  // namespace hermod
