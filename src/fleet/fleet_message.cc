#include "fleet/fleet_message.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace hermod {
namespace {

using nlohmann::json;

json to_json(const FindRequest& request) {
  return {{"kind", "find"}, {"user", request.user}};
}

json to_json(const DisconnectRequest& request) {
  json made{{"kind", "disconnect"},
            {"user", request.user},
            {"code", request.code},
            {"reason", request.reason}};
  if (request.revoked_s) made["revoked"] = *request.revoked_s;
  return made;
}

json to_json(const BroadcastRequest& request) {
  return {{"kind", "broadcast"},
          {"notification_type", request.notification_type},
          {"payload", request.payload},
          {"category", request.category},
          {"priority", request.priority}};
}

json to_json(const RoomRequest& request) {
  return {{"kind", "make_room"}, {"user", request.user}, {"needed", request.needed}};
}

json to_json(const RevokeTokenRequest& request) {
  return {{"kind", "revoke_token"}, {"id", request.token.id}, {"until", request.token.until_ms}};
}

json to_json(const FleetRequest& request) {
  return std::visit([](const auto& one) { return to_json(one); }, request);
}

json to_json(const FleetAnswer& answer) {
  json found = json::array();
  for (const FleetConnection& connection : answer.found) {
    found.push_back({{"id", connection.id},
                     {"device", connection.device},
                     {"since", connection.since_ms},
                     {"address", connection.address}});
  }
  return {{"kind", "answer"}, {"connections", answer.connections}, {"found", std::move(found)}};
}

// Any program that may use this Redis can publish a request, so the close frame is checked here.
std::optional<DisconnectRequest> read_disconnect(const json& from) {
  const auto code = from.at("code").get<int64_t>();
  const auto& reason = from.at("reason").get_ref<const std::string&>();
  if (!is_sendable_close_code(code) || reason.size() > kCloseReasonBytesMax) return std::nullopt;
  DisconnectRequest request{.user = from.at("user").get<std::string>(),
                            .code = static_cast<uint16_t>(code),
                            .reason = reason};
  request.revoke = from.contains("revoked");
  if (request.revoke) request.revoked_s = from["revoked"].get<uint32_t>();
  return request;
}

BroadcastRequest read_broadcast(const json& from) {
  return {.notification_type = from.at("notification_type").get<std::string>(),
          .payload = from.at("payload").get<std::string>(),
          .category = from.at("category").get<std::string>(),
          .priority = from.at("priority").get<std::string>()};
}

FleetAnswer read_answer(const json& from) {
  FleetAnswer answer;
  answer.connections = from.at("connections").get_ref<const json::number_unsigned_t&>();
  for (const json& one : from.at("found").get_ref<const json::array_t&>()) {
    answer.found.push_back({.id = one.at("id").get<std::string>(),
                            .process = {},
                            .device = one.at("device").get<std::string>(),
                            .since_ms = one.at("since").get<int64_t>(),
                            .address = one.at("address").get<std::string>()});
  }
  return answer;
}

std::optional<std::variant<FleetRequest, FleetAnswer>> read_content(const json& from) {
  const auto kind = from.at("kind").get<std::string>();
  if (kind == "find") return FleetRequest(FindRequest{from.at("user").get<std::string>()});
  if (kind == "disconnect") {
    auto request = read_disconnect(from);
    if (!request) return std::nullopt;
    return FleetRequest(*std::move(request));
  }
  if (kind == "broadcast") return FleetRequest(read_broadcast(from));
  if (kind == "make_room") {
    return FleetRequest(RoomRequest{from.at("user").get<std::string>(),
                                    from.at("needed").get_ref<const json::number_unsigned_t&>()});
  }
  if (kind == "revoke_token") {
    return FleetRequest(
        RevokeTokenRequest{{from.at("id").get<std::string>(), from.at("until").get<int64_t>()}});
  }
  if (kind == "answer") return read_answer(from);
  return std::nullopt;
}

std::string text_of(const json& made) {
  return made.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string encode(const FleetMessage& message) {
  json made = std::visit([](const auto& content) { return to_json(content); }, message.content);
  made["from"] = message.from;
  made["number"] = message.number;
  return text_of(made);
}

std::optional<FleetMessage> decode_fleet_message(std::string_view text) {
  try {
    const json from = json::parse(text);
    auto content = read_content(from);
    if (!content) return std::nullopt;
    return FleetMessage{from.at("from").get<std::string>(), from.at("number").get<uint64_t>(),
                        std::move(*content)};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::string encode_report(const FleetProcess& process) {
  json made{{"host", process.host},      {"version", process.version},
            {"since", process.since_ms}, {"connections", process.connections},
            {"users", process.users},    {"consumes", process.consumes},
            {"ready", process.ready},    {"lag", nullptr}};
  if (process.lag) made["lag"] = *process.lag;
  return text_of(made);
}

std::optional<FleetProcess> decode_report(std::string_view text) {
  try {
    const json from = json::parse(text);
    FleetProcess process;
    process.host = from.at("host").get<std::string>();
    process.version = from.at("version").get<std::string>();
    process.since_ms = from.at("since").get<int64_t>();
    process.connections = from.at("connections").get<size_t>();
    process.users = from.at("users").get<size_t>();
    process.consumes = from.at("consumes").get<bool>();
    process.ready = from.at("ready").get<bool>();
    if (!from.at("lag").is_null()) process.lag = from.at("lag").get<int64_t>();
    return process;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace hermod
