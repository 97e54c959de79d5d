#include "api/api_answers.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/clock.h"

namespace hermod {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kRetryAfterSeconds = 5;

std::string text_of(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response ok(const Json& body) {
  Response response;
  response.body = text_of(body);
  return response;
}

Json to_json(const FleetConnection& connection) {
  Json made = {{"id", connection.id}, {"process", connection.process}, {"device", nullptr}};
  if (!connection.device.empty()) made["device"] = connection.device;
  made["since"] = iso8601(connection.since_ms);
  made["address"] = connection.address;
  return made;
}

Json to_json(const FleetProcess& process) {
  return {{"id", process.id},
          {"host", process.host},
          {"version", process.version},
          {"since", iso8601(process.since_ms)},
          {"connections", process.connections},
          {"users", process.users},
          {"consumes", process.consumes},
          {"lag", process.lag ? Json(*process.lag) : Json(nullptr)},
          {"ready", process.ready}};
}

}  // namespace

Response user_answer(std::string_view id, const FleetUser& user, size_t connections_max) {
  Json connections = Json::array();
  for (const FleetConnection& one : user.connections) connections.push_back(to_json(one));
  return ok({{"user", id},
             {"online", !user.connections.empty()},
             {"connections", std::move(connections)},
             {"limit", connections_max}});
}

Response disconnect_answer(size_t connections) {
  return ok({{"connections", connections}});
}

Response revoke_answer() {
  Response response;
  response.status = 204;
  return response;
}

Response broadcast_answer(size_t processes) {
  return ok({{"processes", processes}});
}

Response processes_answer(const std::vector<FleetProcess>& processes) {
  Json listed = Json::array();
  for (const FleetProcess& one : processes) listed.push_back(to_json(one));
  return ok({{"processes", std::move(listed)}});
}

Fault api_fault(const FleetFault& fault) {
  Fault made = make_fault(RefusalReason::kApiUnavailable, {}, kRetryAfterSeconds);
  if (fault.kind == FleetFault::Kind::kUnavailable) {
    return made;
  }
  made.message =
      "some processes did not answer within 10 s; what the other processes did stays done";
  made.details = text_of({{"connections", fault.connections}, {"silent", fault.silent}});
  return made;
}

}  // namespace hermod
