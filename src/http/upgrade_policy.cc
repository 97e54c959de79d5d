#include "http/upgrade_policy.h"

#include <algorithm>

#include "base/parse.h"
#include "http/client_address.h"
#include "http/header_text.h"

namespace hermod {
namespace {

bool is_bad_signature(const Verdict& verdict) {
  const auto* why = std::get_if<Denied>(&verdict);
  return why != nullptr && *why == Denied::kSignature;
}

bool names_other_user(std::string_view status_user, const Identity& identity) {
  return status_user.data() != nullptr && percent_decode(status_user) != identity.user;
}

}  // namespace

UpgradePolicy::Decision UpgradePolicy::validate(const UpgradeAttempt& attempt) {
  // A request that is not an upgrade is answered, but not counted as a refused upgrade.
  if (const auto fault = fault_of_handshake(attempt.request.head)) return *fault;
  if (auto fault = fault_of(attempt)) return *std::move(fault);
  const IpAddress client = client_of(attempt.request);
  std::optional<Checked> checked = verify(attempt);
  if (!checked) return Postponed{client};
  DeviceName device = find_device(attempt.request.head);
  Outcome outcome = outcome_of(std::move(*checked), attempt, device, client);
  if (auto* fault = std::get_if<Fault>(&outcome)) return std::move(*fault);
  UpgradeRequest request;
  if (auto* identity = std::get_if<Identity>(&outcome)) {
    request.verdict = std::move(*identity);
    request.device = std::move(device.text);
  } else {
    request.verdict = std::move(std::get<Refusal>(outcome));
  }
  request.key = attempt.request.head.websocket_key.value;
  request.subprotocol = select_subprotocol(attempt.request.head);
  // A generated correlation id that was neither logged nor sent is dropped, because a new one can
  // be generated in the rare case that it is needed.
  const bool is_known = attempt.request.head.correlation_id.value == attempt.correlation_id ||
                        std::holds_alternative<Refusal>(request.verdict);
  if (is_known) request.correlation_id = attempt.correlation_id;
  request.client_address = client;
  request.origin = attempt.request.head.origin.value;
  return request;
}

IpAddress UpgradePolicy::client_of(const HttpRequest& request) const {
  return client_address(request.peer, request.head.forwarded_for.value, options_.trusted_proxies);
}

bool UpgradePolicy::allows_origin(std::string_view origin) const {
  return std::find(options_.origins.begin(), options_.origins.end(), origin) !=
         options_.origins.end();
}

bool UpgradePolicy::allows_origin_of(const HttpRequest& request) const {
  const HeaderField& origin = request.head.origin;
  if (!origin.present() || allows_origin(origin.value)) return true;
  return options_.local_pages == LocalPages::kAllowed && is_own_origin(request.head) &&
         is_local(request);
}

std::optional<Fault> UpgradePolicy::fault_of(const UpgradeAttempt& attempt) {
  if (!allows_origin_of(attempt.request)) {
    return make_fault(RefusalReason::kOrigin, attempt.request.head.origin.value);
  }
  if (draining_) {
    return make_fault(RefusalReason::kDraining, {}, options_.retry_after_s);
  }
  const size_t connections = dependencies_.health.connections();
  if (options_.connections_max != 0 && connections >= options_.connections_max) {
    ++dependencies_.stats.limits_struck["connections"];
    return make_fault(RefusalReason::kConnections, std::to_string(connections),
                      options_.retry_after_s);
  }
  return std::nullopt;
}

// Returns nullopt if the token's signature must wait in the CheckQueue.
std::optional<UpgradePolicy::Checked> UpgradePolicy::verify(const UpgradeAttempt& attempt) {
  const std::string token = find_token(attempt.request.head);
  const int64_t now_wall_ms = dependencies_.clock.wall_ms();
  if (auto verdict = dependencies_.verifier.verify_at_once(token, now_wall_ms)) {
    return Checked{std::move(*verdict)};
  }
  if (attempt.attempt == Attempt::kFirst &&
      !dependencies_.checks.is_free(dependencies_.clock.steady_ms())) {
    return std::nullopt;
  }
  Checked checked{dependencies_.verifier.verify(token, now_wall_ms)};
  if (is_bad_signature(checked.verdict)) {
    checked.failed_us = dependencies_.verifier.signature_us();
    dependencies_.checks.charge(checked.failed_us);
  }
  return checked;
}

UpgradePolicy::Outcome UpgradePolicy::outcome_of(Checked checked, const UpgradeAttempt& attempt,
                                                 const DeviceName& device,
                                                 const IpAddress& client) {
  if (const auto* why = std::get_if<Denied>(&checked.verdict)) {
    ++dependencies_.stats.jwt_validations[label(*why)];
    report({.why = refusal_of(*why), .value = dependencies_.verifier.judged()}, attempt, client);
    if (auto fault = charge(client, checked.failed_us)) return *fault;
    return Refusal{CloseCode::kPolicy, ErrorCode::kAuthentication, std::string(message(*why))};
  }
  ++dependencies_.stats.jwt_validations["success"];
  auto& identity = std::get<Identity>(checked.verdict);
  const auto refuse = [&](RefusalReason why, std::string_view value) -> Outcome {
    report({.why = why, .value = value, .user = identity.user, .kid = identity.kid}, attempt,
           client);
    if (auto fault = charge(client, 0)) return *fault;
    Refusal refusal = refusal_for(why);
    refusal.why.reset();  // it is reported
    return refusal;
  };
  if (names_other_user(attempt.status_user, identity)) {
    return refuse(RefusalReason::kOtherUser, attempt.status_user);
  }
  if (!device.valid) return refuse(RefusalReason::kDevice, device.text);
  // The WebSocket layer will refuse the connection after the upgrade, so that a browser sees why.
  if (dependencies_.upgrades.connects_too_often(identity.user)) {
    if (auto fault = charge(client, 0)) return *fault;
  }
  return std::move(identity);
}

void UpgradePolicy::report(RefusedAttempt refused, const UpgradeAttempt& attempt,
                           const IpAddress& client) {
  const std::string address = to_string(client);
  refused.client = address;
  refused.origin = attempt.request.head.origin.value;
  refused.correlation_id = attempt.correlation_id;
  report_refusal(dependencies_.log, dependencies_.audit, refused);
}

// Charges a refusal to the budget of its address. Returns a fault if the budget is used up.
std::optional<Fault> UpgradePolicy::charge(const IpAddress& client, int64_t signature_us) {
  if (dependencies_.refusals.take(client, signature_us, dependencies_.clock.steady_ms()))
    return std::nullopt;
  ++dependencies_.stats.limits_struck["refusals_per_address"];
  // All clients of a proxy that is not in TRUSTED_PROXIES have the same address.
  return make_fault(RefusalReason::kRefusalsPerAddress, to_string(client),
                    dependencies_.refusals.retry_after_s());
}

}  // namespace hermod
