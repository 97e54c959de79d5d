#include "http/pages.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>

namespace hermod {
namespace {

using Json = nlohmann::ordered_json;

Response json_response(int status, const Json& body) {
  Response response;
  response.status = status;
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

constexpr size_t kOpenSlotsMax = 64;  // that are listed

bool works(const ShardHealth& shard) {
  return shard.up && shard.reason.empty();
}

void add_text(Json& to, const char* name, const std::string& text) {
  if (!text.empty()) to[name] = text;
}

Json to_json(const ShardHealth& shard) {
  Json made = {{"address", shard.address}, {"status", shard.up ? "up" : "down"}};
  add_text(made, "reason", shard.reason);
  add_text(made, "warning", shard.warning);
  made["users"] = shard.users;
  made["replicas"] = Json::array();
  for (const ReplicaHealth& replica : shard.replicas) {
    made["replicas"].push_back({{"address", replica.address}, {"state", replica.state}});
  }
  add_text(made, "replication", shard.replication);
  return made;
}

Json to_json(const SentinelHealth& sentinel) {
  Json made = {{"address", sentinel.address}, {"status", sentinel.up ? "up" : "down"}};
  add_text(made, "reason", sentinel.reason);
  return made;
}

void add_servers(Json& body, const RedisServers& servers) {
  body["mode"] = servers.mode;
  body["shards"] = Json::array();
  for (const ShardHealth& shard : servers.shards) body["shards"].push_back(to_json(shard));
  if (!servers.open_slots.empty()) {
    const size_t listed = std::min(servers.open_slots.size(), kOpenSlotsMax);
    body["open_slots"] = std::vector(servers.open_slots.begin(),
                                     servers.open_slots.begin() + static_cast<ptrdiff_t>(listed));
  }
  for (const SentinelHealth& sentinel : servers.sentinels) {
    body["sentinels"].push_back(to_json(sentinel));
  }
  if (!servers.troubles.empty()) body["warnings"] = servers.troubles;
}

const char* status_of(const BackendHealth& backend) {
  if (!backend.up) return "unhealthy";
  const bool whole = !backend.servers || std::ranges::all_of(backend.servers->shards, works);
  return whole ? "healthy" : "degraded";
}

Response bare_response(int status, const std::string& service, const char* text) {
  return json_response(status, Json{{"service", service}, {"status", text}});
}

// The pages of both brokers. If the broker is up, the fields are at the top level, otherwise under
// "detail", as in the platform's other services.
Response backend_response(const char* service, const char* where_name,
                          const BackendHealth& backend) {
  Json body = {{"service", service}, {"status", status_of(backend)}};
  if (backend.up) {
    body[where_name] = backend.where;
  } else {
    body["error"] = backend.error;
  }
  if (!backend.consumes) body["consumes"] = false;
  if (!backend.missing_topics.empty()) body["missing_topics"] = backend.missing_topics;
  add_text(body, "warning", backend.warning);
  if (backend.servers) add_servers(body, *backend.servers);
  return backend.up ? json_response(200, body) : json_response(503, Json{{"detail", body}});
}

}  // namespace

constinit const std::array<Pages::Page, 7> Pages::kPages = {{
    {{.path = "/healthz"}, &Pages::health, true},
    {{.path = "/healthz/redis"}, &Pages::redis},
    {{.path = "/healthz/kafka"}, &Pages::kafka},
    {{.path = "/healthz/live"}, &Pages::live, true},
    {{.path = "/healthz/ready"}, &Pages::ready, true},
    {{.path = "/healthz/websocket"}, &Pages::websocket},
    {{.path = "/metrics"}, &Pages::metrics},
}};

const Route* Pages::find_route(std::string_view path) const {
  const auto* const found = std::ranges::find(kPages, path, &Page::path);
  if (found == kPages.end()) return nullptr;
  return options_.extent == PagesOptions::Extent::kAll || found->probe ? found : nullptr;
}

PageOutcome Pages::answer(const Route& route, const HttpRequest& request) {
  assert(find_route(route.path) == &route);
  return (this->*static_cast<const Page&>(route).answer)(request);
}

// A wrong token counts as a guess, but changes nothing else: a probe with an old token must not
// take the process out of service.
bool Pages::shows_details(const HttpRequest& request) const {
  switch (options_.details) {
    case PagesOptions::Details::kEverybody:
      return true;
    case PagesOptions::Details::kOperators:
      assert(options_.access != nullptr);
      return options_.access->validate(request.head, request.peer).granted;
    case PagesOptions::Details::kNobody:
      break;
  }
  return false;
}

PageOutcome Pages::health(const HttpRequest&) {
  return json_response(200,
                       Json{{"service", health_.service()},
                            {"status", "healthy"},
                            {"message", "the service is up"},
                            {"environment", health_.environment()},
                            {"timestamp", iso8601(clock_.wall_ms())},
                            {"uptime_seconds", static_cast<double>(health_.uptime_ms()) / 1000}});
}

PageOutcome Pages::redis(const HttpRequest& request) {
  const BackendHealth redis = health_.redis();
  if (shows_details(request)) return backend_response("redis", "url", redis);
  return bare_response(redis.up ? 200 : 503, "redis", status_of(redis));
}

PageOutcome Pages::kafka(const HttpRequest& request) {
  const BackendHealth kafka = health_.kafka();
  if (shows_details(request)) return backend_response("kafka", "brokers", kafka);
  return bare_response(kafka.up ? 200 : 503, "kafka", status_of(kafka));
}

PageOutcome Pages::live(const HttpRequest&) {
  return json_response(200, Json{{"status", "alive"}});
}

PageOutcome Pages::ready(const HttpRequest& request) {
  const bool ready = health_.ready();
  const char* const status = health_.degraded() ? "degraded" : ready ? "ready" : "not_ready";
  if (!shows_details(request)) return bare_response(ready ? 200 : 503, health_.service(), status);
  Json body = {{"status", status}, {"reasons", health_.reasons()}};
  if (const auto warnings = health_.warnings(); !warnings.empty()) body["warnings"] = warnings;
  return json_response(ready ? 200 : 503, body);
}

PageOutcome Pages::websocket(const HttpRequest&) {
  return json_response(200, Json{{"service", "websocket_manager"},
                                 {"status", "healthy"},
                                 {"total_connections", health_.connections()},
                                 {"max_connections_per_user", health_.connections_per_user_max()}});
}

PageOutcome Pages::metrics(const HttpRequest&) {
  const auto start = TimeShare::Clock::now();
  if (metrics_.empty() || (metrics_old_ && !metrics_time_.exceeded(start))) {
    auto text = health_.metrics();
    if (!text) return make_fault(RefusalReason::kPageDisabled, "/metrics");
    metrics_ = std::move(*text);
    metrics_old_ = false;
    metrics_time_.spend(start, TimeShare::Clock::now());
  }
  Response response;
  response.content_type = kMetricsType;
  response.body = metrics_;
  return response;
}

}  // namespace hermod
