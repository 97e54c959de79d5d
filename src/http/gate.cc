#include "http/gate.h"

#include <algorithm>

#include "http/client_address.h"
#include "http/handshake.h"
#include "http/header_text.h"

namespace hermod {
namespace {

// An expired or premature token bears our signature: its holder guesses nothing, and a school full
// of open tabs behind one address must not lock itself out.
bool is_guess(Denied why) {
  return why != Denied::kExpired && why != Denied::kNotYetValid;
}

bool names_another(std::string_view status_user, const Identity& identity) {
  return status_user.data() != nullptr && percent_decode(status_user) != identity.user;
}

}  // namespace

std::variant<UpgradeRequest, Fault> Gate::judge(const Knock& knock) {
  // Who asks for a page where there is none is no WebSocket client, and not counted as one.
  if (const auto fault = fault_of_handshake(knock.head)) return *fault;
  const IpAddress client =
      client_address(knock.peer, knock.head.forwarded_for.value, options_.trusted_proxies);
  if (const auto fault = fault_of(knock, client)) {
    count_rejected(*fault, knock, client);
    return *fault;
  }
  UpgradeRequest request;
  request.verdict = verify(knock, client);
  request.key = knock.head.websocket_key.value;
  request.subprotocol = offers_hermod(knock.head);
  // One that we have made up and told nobody is made anew where it is needed, which is rarely.
  const bool told = knock.head.correlation_id.value == knock.correlation_id ||
                    std::holds_alternative<Refusal>(request.verdict);
  if (told) request.correlation_id = knock.correlation_id;
  request.client_address = to_string(client);
  return request;
}

bool Gate::allows_origin(std::string_view origin) const {
  return std::find(options_.origins.begin(), options_.origins.end(), origin) !=
         options_.origins.end();
}

std::optional<Fault> Gate::fault_of(const Knock& knock, const IpAddress& client) {
  if (knock.head.origin.present() && !allows_origin(knock.head.origin.value) &&
      !parts_.console.admits_socket({knock.head, knock.peer})) {
    return Fault{403, ErrorCode::kAuthorization, "this origin may not connect"};
  }
  if (draining_) {
    return Fault{503, ErrorCode::kServiceUnavailable, "the service is going down",
                 options_.retry_after_s};
  }
  if (options_.connections_max != 0 && parts_.health.connections() >= options_.connections_max) {
    ++parts_.stats.limits_struck["connections"];
    return Fault{503, ErrorCode::kServiceUnavailable,
                 "the service has no room for more connections", options_.retry_after_s};
  }
  const int64_t blocked_ms = parts_.admission.blocked_for_ms(client, parts_.clock.steady_ms());
  if (blocked_ms > 0) {
    ++parts_.stats.limits_struck["failed_tokens_per_address"];
    // A proxy that nobody named stands for all its clients, and must not be locked out for one.
    parts_.log.write_limited("http.blocked", LogLevel::kWarning,
                             "an address sent too many bad tokens and is turned away; if it is a "
                             "proxy of yours, name it in TRUSTED_PROXIES",
                             {{"client", to_string(client)}});
    return Fault{429, ErrorCode::kRateLimit, "too many bad tokens came from this address",
                 (blocked_ms + 999) / 1000};
  }
  return std::nullopt;
}

std::variant<Identity, Refusal> Gate::verify(const Knock& knock, const IpAddress& client) {
  Verdict verdict = parts_.verifier.verify(find_token(knock.head), parts_.clock.wall_ms());
  if (const auto* why = std::get_if<Denied>(&verdict)) {
    ++parts_.stats.jwt_validations[label(*why)];
    if (is_guess(*why)) parts_.admission.on_failed_token(client, parts_.clock.steady_ms());
    parts_.log.write_limited("http.token", LogLevel::kInfo, "a client's token was refused",
                             {{"result", label(*why)},
                              {"client", to_string(client)},
                              {"correlation_id", knock.correlation_id},
                              {"error_detail.error_code", to_string(ErrorCode::kAuthentication)},
                              {"error_detail.operation", "connection.accept"}});
    return Refusal{CloseCode::kPolicy, ErrorCode::kAuthentication, std::string(message(*why))};
  }
  ++parts_.stats.jwt_validations["success"];
  auto& identity = std::get<Identity>(verdict);
  if (names_another(knock.status_user, identity)) {
    return Refusal{CloseCode::kPolicy, ErrorCode::kAuthorization, "not your own path"};
  }
  return std::move(identity);
}

void Gate::count_rejected(const Fault& fault, const Knock& knock, const IpAddress& client) {
  parts_.stats.count_refusal(to_string(fault.code));
  parts_.log.write_limited("http.refused", LogLevel::kInfo, "a WebSocket request was refused",
                           {{"reason", fault.message},
                            {"client", to_string(client)},
                            {"correlation_id", knock.correlation_id},
                            {"error_detail.error_code", to_string(fault.code)},
                            {"error_detail.operation", "connection.accept"}});
}

}  // namespace hermod
