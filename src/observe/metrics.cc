#include "observe/metrics.h"

#include <algorithm>
#include <vector>

#include "auth/verifier.h"
#include "base/refusals.h"
#include "observe/broker_metrics.h"
#include "observe/families.h"

namespace hermod {
namespace {

std::vector<std::string_view> token_results() {
  std::vector<std::string_view> results{"success"};
  for (int why = 0; why <= static_cast<int>(kDeniedLast); ++why) {
    results.push_back(label(static_cast<Denied>(why)));
  }
  return results;
}

std::vector<std::string_view> refusal_labels() {
  std::vector<std::string_view> labels{to_string(ErrorCode::kConnection)};
  for (const RefusalRow& row : refusal_table()) {
    if (std::ranges::find(labels, row.metric) == labels.end()) labels.push_back(row.metric);
  }
  return labels;
}

// Connections and messages, under the platform's metric names.
void add_websocket(Families& out, const Stats& stats) {
  auto connections = out.begin(
      {"websocket_connections_total", "WebSocket connections accepted, rejected and closed"},
      Families::kCounter);
  connections.counter(number(stats.connections_accepted), {{"status", "accepted"}});
  connections.counter(number(stats.connections_closed), {{"status", "closed"}});
  connections.counter(number(stats.connections_rejected), {{"status", "rejected"}});
  out.gauge({"websocket_active_connections", "WebSocket connections open now"},
            number(stats.connections_active));
  out.gauge({"hermod_leases", "Users whose connections here count towards the limit of a user"},
            number(stats.leases));
  out.counters({"hermod_presence_events_total", "Presence events written to Kafka, by state"},
               "state", stats.presence_events, {"offline", "online"});
  out.counter({"hermod_presence_events_dropped_total",
               "Presence events dropped because too many waited for Kafka"},
              number(stats.presence_events_dropped));
  out.histogram({"websocket_connection_duration_seconds", "How long connections lasted"},
                stats.connection_seconds);
  out.counter(
      {"websocket_messages_sent_total", "Notifications written, counted once per connection"},
      number(stats.messages_sent));
  out.counters(
      {"websocket_messages_failed_total", "Notifications that could not be written, by reason"},
      "error_type", stats.messages_failed,
      {"not_json", "not_kept", "refused_by_client", "too_large"});
  out.histogram({"websocket_message_size_bytes", "Size of notifications written"},
                stats.message_bytes);
  out.counters({"jwt_validation_total", "Tokens verified, by result"}, "result",
               stats.jwt_validations, token_results());
  out.histogram({"redis_subscription_duration_seconds",
                 "From the request of a subscription to its confirmation"},
                stats.subscription_seconds);
}

void add_http(Families& out, const Stats& stats) {
  auto requests = stats.http_requests;
  for (const std::string_view endpoint :
       {"/healthz", "/healthz/kafka", "/healthz/live", "/healthz/ready", "/healthz/redis",
        "/healthz/websocket", "/metrics"}) {
    requests.try_emplace({"GET", endpoint, 200}, 0);
  }
  auto samples =
      out.begin({"websocket_http_requests_total", "HTTP requests answered"}, Families::kCounter);
  for (const auto& [key, count] : requests) {
    const auto& [method, endpoint, status] = key;
    samples.counter(number(count), {{"method", std::string(method)},
                                    {"endpoint", std::string(endpoint)},
                                    {"http_status", std::to_string(status)}});
  }
  out.histogram({"websocket_http_request_duration_seconds",
                 "From a complete request head to the written response"},
                stats.http_seconds);
  out.gauge({"websocket_http_requests_in_progress", "HTTP requests in progress"},
            number(stats.http_in_progress));
}

void add_delivery(Families& out, const Stats& stats) {
  out.counters({"hermod_closes_total", "Connections closed, by close code"}, "code",
               stats.close_codes,
               {"1000", "1001", "1005", "1006", "1008", "1009", "1011", "1013", "4000"});
  out.counter({"hermod_revocations_total",
               "Revocations of tokens that operators stored through this process"},
              number(stats.revocations));
  out.counters({"hermod_refusals_total", "Handshakes, requests and tokens refused, by reason"},
               "reason", stats.refusals, refusal_labels());
  out.counters({"hermod_limits_struck_total", "Limits reached, by limit"}, "limit",
               stats.limits_struck,
               {"admin_token_guesses",  "answer_seconds",  "check_seconds",
                "client_message_bytes", "client_rate",     "close_timeout",
                "closing_bytes",        "connections",     "connections_per_user",
                "connects_per_user",    "descriptors",     "early_bytes",
                "head_bytes",           "head_seconds",    "http_sockets",
                "idle_timeout",         "later_answers",   "outbox",
                "outboxes_bytes",       "page_seconds",    "pong_timeout",
                "refusals_per_address", "silent_at_quota", "sockets_per_address",
                "token_refreshes"});
  out.histograms({"hermod_event_age_seconds", "From routing to the socket, by priority"},
                 "priority", kPriorityLabels, stats.event_age_seconds);
  out.gauge({"hermod_outbox_messages", "Messages that wait in outboxes"},
            number(stats.outboxes.messages));
  out.gauge({"hermod_outbox_bytes", "Bytes that wait in outboxes"}, number(stats.outboxes.bytes));
  out.gauge({"hermod_outbox_held_bytes",
             "Memory of all waiting output, as limited by OUTBOX_TOTAL_BYTES_MAX"},
            number(stats.outboxes.held_bytes()));
  out.counter({"hermod_messages_replayed_total", "Notifications replayed after a reconnection"},
              number(stats.messages_replayed));
  out.counter(
      {"hermod_messages_dropped_total", "Notifications dropped because a client was too slow"},
      number(stats.messages_dropped));
  out.counter({"hermod_messages_cut_total", "Notifications beyond the limits of the history"},
              number(stats.messages_cut));
  out.counter({"hermod_deliveries_confirmed_total", "Pongs that acknowledged notifications"},
              number(stats.deliveries_confirmed));
}

void add_traces(Families& out, const TraceStatus& traces) {
  auto spans =
      out.begin({"hermod_spans_total", "Spans exported, dropped and rejected"}, Families::kCounter);
  spans.counter(number(traces.exported), {{"result", "exported"}});
  spans.counter(number(traces.dropped), {{"result", "dropped"}});
  spans.counter(number(traces.rejected), {{"result", "rejected"}});
  out.gauge({"hermod_spans_waiting", "Spans that wait for the collector"}, number(traces.waiting));
  out.counter({"hermod_span_posts_failed_total",
               "Requests that the collector did not answer, or asked to retry"},
              number(traces.failures));
}

void add_process(Families& out, const MetricsView& view) {
  const ProcessUsage& process = view.process;
  out.histogram({"hermod_loop_turn_seconds", "Busy time of a loop iteration"},
                view.stats.iteration_seconds);
  out.gauge({"hermod_loop_turn_longest_seconds", "Longest loop iteration of the last 10 to 20 s"},
            view.longest_iteration_seconds);
  out.begin({"hermod_build_info", "The running version"}, Families::kGauge)
      .gauge(1, {{"version", std::string(view.version)},
                 {"environment", std::string(view.environment)}});
  out.gauge({"hermod_ready", "1 while the service is ready"}, view.ready ? 1 : 0);
  out.gauge({"hermod_fleet_processes", "Processes of the service; 0: their list cannot be read"},
            number(view.fleet.processes));
  out.gauge({"hermod_fleet_connections", "Connections to all processes of the service"},
            number(view.fleet.connections));
  out.gauge({"hermod_reload_successful", "1 unless the last reload of the settings failed"},
            view.reload.error.empty() ? 1 : 0);
  out.gauge({"hermod_reload_timestamp_seconds",
             "Time of the last reload of the settings, or of the start"},
            static_cast<double>(view.reload.wall_ms) / 1e3);
  out.counter({"process_cpu_seconds_total", "User and system CPU time"}, process.cpu_seconds);
  out.gauge({"process_resident_memory_bytes", "Resident memory"}, number(process.resident_bytes));
  out.gauge({"process_virtual_memory_bytes", "Virtual memory"}, number(process.virtual_bytes));
  out.gauge({"process_max_fds", "Maximum number of open file descriptors"},
            number(process.descriptors_max));
  auto descriptors = out.begin({"process_open_fds", "Open file descriptors"}, Families::kGauge);
  if (process.descriptors) descriptors.gauge(number(*process.descriptors));
  out.gauge({"process_start_time_seconds", "Start time of the process since 1970"},
            process.start_time_seconds);
}

}  // namespace

std::string render_metrics(const MetricsView& view) {
  Families families;
  add_websocket(families, view.stats);
  add_http(families, view.stats);
  add_delivery(families, view.stats);
  add_records(families, view.stats);
  add_bus(families, view.bus, view.stats);
  add_source(families, view.source);
  add_traces(families, view.traces);
  add_process(families, view);
  return families.text();
}

}  // namespace hermod
