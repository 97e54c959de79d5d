#pragma once
// The upgrade policy: validates the form, the origin, the limits and the token of an upgrade
// attempt, in this order. A bad token becomes a Refusal: the connection is upgraded and then
// closed, because a browser script sees close codes but no HTTP status (protocol section 3). Other
// failures are answered over HTTP. Owned by HttpServer, called by RequestRouter.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/verifier.h"
#include "base/clock.h"
#include "base/ip_network.h"
#include "core/upgrade.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "http/check_queue.h"
#include "http/handshake.h"
#include "http/health_view.h"
#include "http/http_request.h"
#include "http/refusal_budget.h"
#include "http/response.h"

namespace hermod {

// Whether a page of this server, opened in a browser on this machine, may connect although
// CORS_ORIGINS does not contain its origin. The connection needs a valid token anyway.
enum class LocalPages : uint8_t { kRefused, kAllowed };

struct UpgradePolicyOptions {
  size_t connections_max = 0;        // WebSockets of this process, 0 = unlimited
  std::vector<std::string> origins;  // CORS_ORIGINS
  LocalPages local_pages = LocalPages::kRefused;
  std::vector<Network> trusted_proxies;
  int64_t retry_after_s = 5;  // Retry-After of clients that are refused at a limit
};

// Whether a request is validated for the first time, or again after it was postponed.
enum class Attempt : uint8_t { kFirst, kAfterWait };

// An upgrade attempt: a request on a WebSocket path.
struct UpgradeAttempt {
  HttpRequest request;
  std::string_view correlation_id;
  // The user that the path names, percent-encoded; null data: the path does not name a user.
  std::string_view status_user;
  Attempt attempt = Attempt::kFirst;
};

// The signature of the token must wait in the CheckQueue; the request is then validated again.
struct Postponed {
  IpAddress client;
};

// The dependencies of the upgrade policy; all of them outlive it.
struct UpgradePolicyDependencies {
  Verifier& verifier;
  const Clock& clock;
  Log& log;
  Stats& stats;
  const HealthView& health;
  CheckQueue& checks;
  RefusalBudget& refusals;
  const UpgradeSink& upgrades;
  Audit* audit = nullptr;  // null: off
};

class UpgradePolicy {
 public:
  UpgradePolicy(const UpgradePolicyDependencies& dependencies, UpgradePolicyOptions options)
      : dependencies_(dependencies), options_(std::move(options)) {}

  using Decision = std::variant<UpgradeRequest, Fault, Postponed>;
  Decision validate(const UpgradeAttempt& attempt);

  // The client's address, after TRUSTED_PROXIES.
  IpAddress client_of(const HttpRequest& request) const;

  // Whether CORS_ORIGINS contains the origin.
  bool allows_origin(std::string_view origin) const;

  void set_draining(bool draining) { draining_ = draining; }
  void set_options(UpgradePolicyOptions options) { options_ = std::move(options); }

 private:
  struct Checked {
    Verdict verdict;
    int64_t failed_us = 0;  // time spent on a bad signature; 0: it was not verified now
  };
  using Outcome = std::variant<Identity, Refusal, Fault>;

  bool allows_origin_of(const HttpRequest& request) const;
  std::optional<Fault> fault_of(const UpgradeAttempt& attempt);
  std::optional<Checked> verify(const UpgradeAttempt& attempt);
  Outcome outcome_of(Checked checked, const UpgradeAttempt& attempt, const DeviceName& device,
                     const IpAddress& client);
  void report(RefusedAttempt refused, const UpgradeAttempt& attempt, const IpAddress& client);
  std::optional<Fault> charge(const IpAddress& client, int64_t signature_us);

  UpgradePolicyDependencies dependencies_;
  UpgradePolicyOptions options_;
  bool draining_ = false;
};

}  // namespace hermod
