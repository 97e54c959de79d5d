#include "console/console_state.h"

#include <nlohmann/json.hpp>

namespace hermod {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kPartitionsMax = 256;

Json to_json(const ConsoleConnection& connection) {
  return {{"id", connection.id},
          {"user", connection.user},
          {"state", connection.state},
          {"since_ms", connection.since_ms},
          {"unanswered_ms", connection.unanswered_ms},
          {"waiting_messages", connection.waiting_messages},
          {"waiting_bytes", connection.waiting_bytes}};
}

Json to_json(const ConsoleDeadLetter& dead) {
  return {{"time", dead.time},     {"topic", dead.topic},   {"partition", dead.partition},
          {"offset", dead.offset}, {"reason", dead.reason}, {"field", dead.field},
          {"user", dead.user},     {"bytes", dead.bytes},   {"value", dead.value}};
}

Json to_json(const ConsoleSent& sent) {
  return {{"correlation_id", sent.correlation_id},
          {"user", sent.user},
          {"type", sent.type},
          {"state", sent.state},
          {"detail", sent.detail}};
}

Json to_json(const ShardStatus& shard) {
  return {{"address", shard.address},
          {"up", shard.up},
          {"reason", shard.reason},
          {"users", shard.users},
          {"waiting", shard.publications_waiting},
          {"in_flight", shard.publications_in_flight},
          {"replicas", shard.replicas.size()},
          {"replication", shard.replication}};
}

template <class T>
Json list(const std::vector<T>& items) {
  Json made = Json::array();
  for (const T& item : items) made.push_back(to_json(item));
  return made;
}

Json to_json(const BusStatus& bus) {
  Json shards = Json::array();
  if (bus.names_shards()) shards = list(bus.shards);
  return {{"up", bus.up},
          {"where", bus.url},
          {"reason", bus.reason},
          {"waiting", bus.publications_waiting},
          {"in_flight", bus.publications_in_flight},
          {"subscriptions", bus.subscriptions},
          {"reconnects", bus.reconnects},
          {"round_trip_us", bus.round_trip_us},
          {"canary_age_ms", bus.canary_age_ms},
          {"mode", label(bus.mode)},
          {"shards", std::move(shards)}};
}

Json to_json(const SourceStatus& source) {
  Json lag = Json::array();
  for (const SourceStatus::Lag& one : source.lag) {
    if (lag.size() == kPartitionsMax) break;
    lag.push_back({{"topic", one.topic}, {"partition", one.partition}, {"records", one.records}});
  }
  return {{"up", source.up},
          {"where", source.brokers},
          {"reason", source.reason},
          {"missing_topics", source.missing_topics},
          {"open", source.open},
          {"dead_letter_error", source.dead_letter_error},
          {"partitions", source.lag.size()},
          {"lag", std::move(lag)}};
}

}  // namespace

Json to_json(const ConsoleState& state) {
  return {
      {"process", state.process},
      {"version", state.version},
      {"users", state.users},
      {"connections", state.connections},
      {"totals", state.totals},
      {"event_age",
       {{"bounds", state.event_age_seconds.bounds}, {"counts", state.event_age_seconds.counts}}},
      {"redis", to_json(state.bus)},
      {"kafka", to_json(state.source)},
      {"listed", list(state.listed)},
      {"matching", state.matching},
      {"slow", list(state.slow)},
      {"dead_letters", list(state.dead_letters)},
      {"sent", list(state.sent)}};
}

Json to_json(const ConsoleFeed& feed) {
  Json events = Json::array();
  for (const ConsoleFeedEvent& one : feed.newest_first) {
    events.push_back({{"time", one.time},
                      {"id", one.stream_id.empty() ? Json(nullptr) : Json(one.stream_id)},
                      {"type", one.type},
                      {"bytes", one.bytes},
                      {"connections", one.connections}});
    if (feed.payloads) events.back()["payload"] = one.payload;
  }
  return {{"since", feed.since},
          {"payloads", feed.payloads},
          {"dropped", feed.dropped},
          {"events", std::move(events)}};
}

}  // namespace hermod
