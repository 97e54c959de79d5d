#pragma once
// Judges who wants to become a WebSocket: form, origin, room, token, in this order. What a browser
// can see goes out as HTTP; a bad token becomes a Refusal inside the upgrade, since a browser's
// script sees close codes but no HTTP status (protocol section 3).

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/verifier.h"
#include "base/clock.h"
#include "core/upgrade.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "http/answer.h"
#include "http/check_queue.h"
#include "http/console_guard.h"
#include "http/health_view.h"
#include "http/refusal_budget.h"
#include "http/request_head.h"

namespace hermod {

struct UpgradePolicyOptions {
  size_t connections_max = 0;        // WebSockets of this process, 0 = unlimited
  std::vector<std::string> origins;  // CORS_ORIGINS
  std::vector<Network> trusted_proxies;
  int64_t retry_after_s = 5;  // told to who is turned away for want of room
};

// Whether a request is judged for the first time, or after it was postponed.
enum class Turn : uint8_t { kFirst, kItsOwn };

// A request on a WebSocket path.
struct UpgradeAttempt {
  const RequestHead& head;
  const IpAddress& peer;
  std::string_view correlation_id;
  // The user whose connection the path names, percent-encoded; null data: the path names nobody.
  std::string_view status_user;
  Turn turn = Turn::kFirst;
};

// The token's signature is to be checked when it is this address' turn, and the request judged
// again.
struct Postponed {
  IpAddress client;
};

// What the gate works with; all of it outlives the gate.
struct UpgradePolicyParts {
  Verifier& verifier;
  const Clock& clock;
  Log& log;
  Stats& stats;
  const HealthView& health;
  CheckQueue& checks;
  RefusalBudget& refusals;
  const ConsoleGuard& console;
  const UpgradeSink& upgrades;
};

class UpgradePolicy {
 public:
  UpgradePolicy(const UpgradePolicyParts& parts, UpgradePolicyOptions options)
      : parts_(parts), options_(std::move(options)) {}

  using Judgement = std::variant<UpgradeRequest, Fault, Postponed>;
  Judgement judge(const UpgradeAttempt& attempt);

  bool allows_origin(std::string_view origin) const;

  void set_draining(bool draining) { draining_ = draining; }
  void set_options(UpgradePolicyOptions options) { options_ = std::move(options); }

 private:
  struct Checked {
    Verdict verdict;
    int64_t failed_us = 0;  // what the check of a bad signature took; 0: it was not checked now
  };
  using Outcome = std::variant<Identity, Refusal, Fault>;

  std::optional<Fault> fault_of(const UpgradeAttempt& attempt);
  std::optional<Checked> verify(const UpgradeAttempt& attempt);
  Outcome outcome_of(Checked checked, const UpgradeAttempt& attempt, const IpAddress& client);
  void log_denied(Denied why, const UpgradeAttempt& attempt, const IpAddress& client);
  std::optional<Fault> charge(const IpAddress& client, int64_t signature_us);
  void count_rejected(const Fault& fault, const UpgradeAttempt& attempt, const IpAddress& client);

  UpgradePolicyParts parts_;
  UpgradePolicyOptions options_;
  bool draining_ = false;
};

}  // namespace hermod
