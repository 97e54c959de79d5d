#include "http/handshake.h"

#include <algorithm>

#include "base/parse.h"
#include "http/header_text.h"

namespace hermod {
namespace {

constexpr std::string_view kBearerScheme = "bearer ";
constexpr std::string_view kBearerProtocol = "bearer.";

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

// 16 bytes in base64 are 22 digits and the padding. The unused bits of the last digit may have any
// value, as in the example of RFC 6455 section 4.1.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::all_of(key.begin(), key.begin() + 22, is_base64);
}

bool asks_for_websocket(const RequestHead& head) {
  // A server must ignore Upgrade in an HTTP/1.0 request (RFC 9110 section 7.8).
  return head.method == "GET" && head.version >= 11 &&
         has_element_ignoring_case(head.upgrade.value, "websocket") &&
         has_element_ignoring_case(head.connection.value, "upgrade");
}

// What asks_for_websocket() judges. A proxy that drops these headers is a frequent mistake.
std::string handshake_text(const RequestHead& head) {
  return head.method + " HTTP/" + (head.version >= 11 ? "1.1" : "1.0") +
         ", Upgrade: " + (head.upgrade.present() ? head.upgrade.value : "(none)") +
         ", Connection: " + (head.connection.present() ? head.connection.value : "(none)");
}

}  // namespace

std::optional<Fault> fault_of_handshake(const RequestHead& head) {
  if (!asks_for_websocket(head)) {
    return make_fault(RefusalReason::kNoUpgrade, handshake_text(head));
  }
  if (head.websocket_version.value != "13") {
    return make_fault(RefusalReason::kWebSocketVersion, head.websocket_version.value);
  }
  if (!is_key(head.websocket_key.value)) {
    return make_fault(RefusalReason::kWebSocketKey, head.websocket_key.value);
  }
  return std::nullopt;
}

std::string find_token(const RequestHead& head) {
  const std::string_view authorization = head.authorization.value;
  if (same_ignoring_case(authorization.substr(0, kBearerScheme.size()), kBearerScheme)) {
    const size_t token = authorization.find_first_not_of(' ', kBearerScheme.size());
    return std::string(authorization.substr(std::min(token, authorization.size())));
  }
  const auto protocol = find_element(head.websocket_protocol.value, [](std::string_view one) {
    return one.starts_with(kBearerProtocol);
  });
  if (protocol && offers_hermod(head)) return std::string(protocol->substr(kBearerProtocol.size()));
  const auto value = query_value(head.query, "token");
  if (!value) return {};
  return percent_decode(*value).value_or(std::string(*value));
}

bool offers_hermod(const RequestHead& head) {
  return find_element(head.websocket_protocol.value,
                      [](std::string_view one) { return one == "hermod"; })
      .has_value();
}

}  // namespace hermod
