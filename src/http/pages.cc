#include "http/pages.h"

#include <nlohmann/json.hpp>

namespace hermod {
namespace {

using Json = nlohmann::ordered_json;

Answer json_answer(int status, const Json& body) {
  Answer answer;
  answer.status = status;
  answer.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return answer;
}

// The pages of both brokers. If the broker is up, the fields are at the top level, otherwise under
// "detail", as in the platform's other services.
Answer backend_answer(const char* service, const char* where_name, const BackendHealth& backend) {
  Json body = {{"service", service}, {"status", backend.up ? "healthy" : "unhealthy"}};
  if (backend.up) {
    body[where_name] = backend.where;
  } else {
    body["error"] = backend.error;
  }
  if (!backend.missing_topics.empty()) body["missing_topics"] = backend.missing_topics;
  if (!backend.warning.empty()) body["warning"] = backend.warning;
  return backend.up ? json_answer(200, body) : json_answer(503, Json{{"detail", body}});
}

}  // namespace

std::optional<Answer> Pages::health() const {
  return json_answer(200,
                     Json{{"service", health_.service()},
                          {"status", "healthy"},
                          {"message", "the service is up"},
                          {"environment", health_.environment()},
                          {"timestamp", iso8601(clock_.wall_ms())},
                          {"uptime_seconds", static_cast<double>(health_.uptime_ms()) / 1000}});
}

std::optional<Answer> Pages::redis() const {
  return backend_answer("redis", "url", health_.redis());
}

std::optional<Answer> Pages::kafka() const {
  return backend_answer("kafka", "brokers", health_.kafka());
}

std::optional<Answer> Pages::live() const {
  return json_answer(200, Json{{"status", "alive"}});
}

std::optional<Answer> Pages::ready() const {
  const bool ready = health_.ready();
  Json body = {{"status", ready ? "ready" : "not_ready"}, {"reasons", health_.reasons()}};
  if (const auto warnings = health_.warnings(); !warnings.empty()) body["warnings"] = warnings;
  return json_answer(ready ? 200 : 503, body);
}

std::optional<Answer> Pages::websocket() const {
  return json_answer(200, Json{{"service", "websocket_manager"},
                               {"status", "healthy"},
                               {"total_connections", health_.connections()},
                               {"max_connections_per_user", health_.connections_per_user_max()}});
}

std::optional<Answer> Pages::metrics() const {
  const auto start = TimeShare::Clock::now();
  if (metrics_.empty() || (metrics_old_ && !metrics_time_.exceeded(start))) {
    auto text = health_.metrics();
    if (!text) return std::nullopt;
    metrics_ = std::move(*text);
    metrics_old_ = false;
    metrics_time_.spend(start, TimeShare::Clock::now());
  }
  Answer answer;
  answer.content_type = kMetricsType;
  answer.body = metrics_;
  return answer;
}

}  // namespace hermod
