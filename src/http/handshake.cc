#include "http/handshake.h"

#include <algorithm>
#include <utility>

#include "base/parse.h"
#include "http/header_text.h"

namespace hermod {
namespace {

constexpr std::string_view kBearerScheme = "bearer ";
constexpr std::string_view kBearerProtocol = "bearer.";
constexpr std::string_view kDeviceProtocol = "device.";
constexpr size_t kDeviceBytesMax = 64;

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

bool is_device_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kDeviceBytesMax &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

bool offers(const RequestHead& head, std::string_view protocol) {
  return find_element(head.websocket_protocol.value,
                      [protocol](std::string_view one) { return one == protocol; })
      .has_value();
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
  if (protocol && select_subprotocol(head) != Subprotocol::kNone)
    return std::string(protocol->substr(kBearerProtocol.size()));
  const auto value = query_value(head.query, "token");
  if (!value) return {};
  return percent_decode(*value).value_or(std::string(*value));
}

Subprotocol select_subprotocol(const RequestHead& head) {
  if (offers(head, "hermod.v1")) return Subprotocol::kHermodV1;
  return offers(head, "hermod") ? Subprotocol::kHermod : Subprotocol::kNone;
}

DeviceName find_device(const RequestHead& head) {
  DeviceName device;
  const auto take = [&device](std::string name) {
    if (!std::exchange(device.given, true)) {
      device.valid = is_device_name(name);
      device.text = std::move(name);
    } else if (name != device.text) {
      device.valid = false;
      device.text += ", " + name;
    }
  };
  if (const auto value = query_value(head.query, "device"))
    take(percent_decode(*value).value_or(std::string(*value)));
  find_element(head.websocket_protocol.value, [&take](std::string_view one) {
    if (one.starts_with(kDeviceProtocol)) take(std::string(one.substr(kDeviceProtocol.size())));
    return false;
  });
  return device;
}

}  // namespace hermod
