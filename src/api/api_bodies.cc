#include "api/api_bodies.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "base/escape.h"
#include "base/parse.h"
#include "base/text.h"

namespace hermod {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::span<const std::string_view>;

constexpr size_t kNameBytesMax = 256;  // of users, token ids and notification types
constexpr size_t kShownBytesMax = 64;
constexpr int64_t kClockToleranceSeconds = 60;

constexpr std::string_view kDisconnectFields[] = {"code", "reason", "revoke", "before"};
constexpr std::string_view kTokenFields[] = {"jti"};
constexpr std::string_view kBroadcastFields[] = {"notification_type", "payload", "category",
                                                 "priority"};
constexpr std::string_view kBroadcastCategories[] = {"batch_progress",   "processing_results",
                                                     "file_operations",  "class_management",
                                                     "student_workflow", "system_alerts"};
constexpr std::string_view kBroadcastPriorities[] = {"critical", "immediate", "high", "standard",
                                                     "low"};

Fault invalid(std::string message) {
  return {400, ErrorCode::kValidation, std::move(message)};
}

// "a, b, c"
std::string joined(Names names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

bool contains(Names names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// A JSON object and the first fault that a reader found in its fields.
class Body {
 public:
  Body(std::string_view text, Names fields) {
    json_ = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json_.is_object()) {
      fail("the body must be a JSON object; its fields are " + joined(fields));
      return;
    }
    for (const auto& [name, value] : json_.items()) {
      if (contains(fields, name)) continue;
      fail("the body has the unknown field " + escaped(name, kShownBytesMax) + "; its fields are " +
           joined(fields));
    }
  }

  // Null if the body does not have the field.
  const Json* field(const char* name) const {
    if (fault_) return nullptr;
    const auto found = json_.find(name);
    return found != json_.end() ? &*found : nullptr;
  }

  // A required string of 1 to 256 bytes.
  std::string name(const char* field_name) {
    const Json* given = field(field_name);
    if (given != nullptr && given->is_string()) {
      auto text = given->get<std::string>();
      if (!text.empty() && text.size() <= kNameBytesMax) return text;
    }
    fail(std::string(field_name) + " must be a string of 1 to 256 bytes");
    return {};
  }

  // One of the words; empty: the body does not have the field.
  std::string word(const char* field_name, Names words) {
    const Json* given = field(field_name);
    if (given == nullptr) return {};
    if (given->is_string() && contains(words, given->get_ref<const std::string&>())) {
      return given->get<std::string>();
    }
    fail(std::string(field_name) + " must be one of " + joined(words));
    return {};
  }

  void fail(std::string message) {
    if (!fault_) fault_ = invalid(std::move(message));
  }

  const std::optional<Fault>& fault() const { return fault_; }

 private:
  Json json_;
  std::optional<Fault> fault_;
};

void read_code(Body& body, DisconnectRequest& request) {
  const Json* given = body.field("code");
  if (given == nullptr) return;
  const int64_t code = given->is_number_integer() ? given->get<int64_t>() : 0;
  if (!is_sendable_close_code(code)) {
    return body.fail("code must be an integer from 1000 to 1003, 1007 to 1014 or 3000 to 4999");
  }
  request.code = static_cast<uint16_t>(code);
}

void read_reason(Body& body, DisconnectRequest& request) {
  const Json* given = body.field("reason");
  if (given == nullptr) return;
  if (given->is_string()) request.reason = given->get<std::string>();
  if (!given->is_string() || request.reason.size() > kCloseReasonBytesMax) {
    body.fail("reason must be a string of at most " + std::to_string(kCloseReasonBytesMax) +
              " bytes of UTF-8");
  }
}

void read_revoke(Body& body, DisconnectRequest& request) {
  const Json* given = body.field("revoke");
  if (given == nullptr) return;
  if (!given->is_boolean()) return body.fail("revoke must be true or false");
  request.revoke = given->get<bool>();
}

void read_before(Body& body, DisconnectRequest& request, int64_t now_wall_ms) {
  const Json* given = body.field("before");
  if (given == nullptr) return;
  const int64_t latest_s = now_wall_ms / 1000 + kClockToleranceSeconds;
  const int64_t before_s = given->is_number_integer() ? given->get<int64_t>() : -1;
  if (before_s < 1 || before_s > latest_s) {
    return body.fail(
        "before must be an integer, the seconds since 1970-01-01T00:00:00Z, and not in the future");
  }
  if (!request.revoke) return body.fail("before needs revoke to be true");
  request.revoked_s = static_cast<uint32_t>(before_s);
}

}  // namespace

std::variant<std::string, Fault> parse_user_id(std::string_view percent_encoded) {
  std::optional<std::string> id = percent_decode(percent_encoded);
  if (!id) return invalid("the user id in the path has malformed percent-encoding");
  if (id->empty() || id->size() > kNameBytesMax || !is_utf8(*id)) {
    return invalid("the user id in the path must be 1 to 256 bytes of UTF-8, percent-encoded");
  }
  return *std::move(id);
}

std::variant<DisconnectRequest, Fault> parse_disconnect(std::string_view text,
                                                        const std::string& user,
                                                        int64_t now_wall_ms) {
  Body body(text.empty() ? "{}" : text, kDisconnectFields);
  DisconnectRequest request{.user = user};
  read_code(body, request);
  read_reason(body, request);
  read_revoke(body, request);
  read_before(body, request, now_wall_ms);
  if (body.fault()) return *body.fault();
  return request;
}

std::variant<std::string, Fault> parse_token_id(std::string_view text) {
  Body body(text, kTokenFields);
  std::string id = body.name("jti");
  if (body.fault()) return *body.fault();
  return id;
}

std::variant<BroadcastRequest, Fault> parse_broadcast(std::string_view text) {
  Body body(text, kBroadcastFields);
  BroadcastRequest request;
  request.notification_type = body.name("notification_type");
  const Json* payload = body.field("payload");
  if (payload != nullptr && payload->is_object()) {
    request.payload = payload->dump(-1, ' ', false, Json::error_handler_t::replace);
  } else {
    body.fail("payload must be a JSON object");
  }
  request.category = body.word("category", kBroadcastCategories);
  request.priority = body.word("priority", kBroadcastPriorities);
  if (body.fault()) return *body.fault();
  return request;
}

}  // namespace hermod
