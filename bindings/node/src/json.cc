#include "json.h"

#include <nlohmann/json.hpp>

namespace hermod::node {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

const char* name_of(HarnessEvent::Kind kind) {
  switch (kind) {
    case HarnessEvent::Kind::kConnection:
      return "connection";
    case HarnessEvent::Kind::kDisconnection:
      return "disconnection";
    case HarnessEvent::Kind::kDelivery:
      return "delivery";
    case HarnessEvent::Kind::kDeadLetter:
      return "deadLetter";
    case HarnessEvent::Kind::kDegraded:
      return "degraded";
    case HarnessEvent::Kind::kRestored:
      return "restored";
  }
  return "";
}

// The name of the event and the argument of its listeners.
json event(const HarnessEvent& event) {
  json argument = json::object();
  switch (event.kind) {
    case HarnessEvent::Kind::kDisconnection:
      argument["code"] = event.close_code;
      [[fallthrough]];
    case HarnessEvent::Kind::kConnection:
      argument["user"] = event.user;
      argument["connectionId"] = event.connection;
      break;
    case HarnessEvent::Kind::kDelivery:
      argument = {{"user", event.user}, {"connectionId", event.connection}, {"text", event.text}};
      break;
    case HarnessEvent::Kind::kDeadLetter:
      argument = {{"reason", event.reason}, {"code", to_string(event.error)},
                  {"topic", event.topic},   {"partition", event.partition},
                  {"offset", event.offset}, {"value", event.text}};
      break;
    case HarnessEvent::Kind::kDegraded:
    case HarnessEvent::Kind::kRestored:
      break;
  }
  return json::array({name_of(event.kind), std::move(argument)});
}

json counts(const Stats::Counts& counts) {
  json object = json::object();
  for (const auto& [name, count] : counts) object[std::string(name)] = count;
  return object;
}

}  // namespace

std::string to_json(const std::vector<HarnessEvent>& events) {
  json list = json::array();
  for (const HarnessEvent& one : events) list.push_back(event(one));
  return dump(list);
}

std::string to_json(const std::vector<Harness::Text>& texts) {
  json list = json::array();
  for (const Harness::Text& text : texts) {
    list.push_back({{"user", text.user},
                    {"connectionId", text.connection},
                    {"text", text.text},
                    {"sentAt", text.sent_at_ms},
                    {"answered", text.answered}});
  }
  return dump(list);
}

std::string to_json(const std::vector<Harness::Connection>& connections) {
  json list = json::array();
  for (const Harness::Connection& connection : connections) {
    list.push_back({{"user", connection.user},
                    {"connectionId", connection.id},
                    {"ageMs", connection.since_ms},
                    {"waitingMessages", connection.messages},
                    {"waitingBytes", connection.bytes}});
  }
  return dump(list);
}

std::string to_json(const RecordPosition& position) {
  return dump(
      {{"topic", position.topic}, {"partition", position.partition}, {"offset", position.offset}});
}

std::string to_json(const std::vector<std::string>& texts) {
  return dump(json(texts));
}

std::string to_json(const Stats& stats) {
  return dump({{"connections",
                {{"accepted", stats.connections_accepted},
                 {"rejected", stats.connections_rejected},
                 {"closed", stats.connections_closed},
                 {"active", stats.connections_active},
                 {"closeCodes", counts(stats.close_codes)},
                 {"refusals", counts(stats.refusals)}}},
               {"messages",
                {{"sent", stats.messages_sent},
                 {"failed", counts(stats.messages_failed)},
                 {"replayed", stats.messages_replayed},
                 {"dropped", stats.messages_dropped},
                 {"cut", stats.messages_cut},
                 {"confirmations", stats.deliveries_confirmed}}},
               {"records",
                {{"received", stats.records_received},
                 {"routed", stats.records_routed},
                 {"repeated", stats.records_repeated},
                 {"notOurs", stats.records_not_ours},
                 {"unpublished", stats.records_unpublished},
                 {"inFlight", stats.records_in_flight},
                 {"deadLetters", counts(stats.dead_letters)},
                 {"anomalies", counts(stats.anomalies)}}},
               {"tokens", counts(stats.jwt_validations)},
               {"limitsStruck", counts(stats.limits_struck)}});
}

}  // namespace hermod::node
