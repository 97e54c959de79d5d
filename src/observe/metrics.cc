#include "observe/metrics.h"

#include <vector>

#include "auth/verifier.h"
#include "core/event.h"
#include "observe/families.h"

namespace hermod {
namespace {

double number(uint64_t value) {
  return static_cast<double>(value);
}

// What a record can be faulted for, and the bus's refusal.
std::vector<std::string_view> dead_letter_reasons() {
  std::vector<std::string_view> reasons{"refused_by_bus"};
  const int last = static_cast<int>(RecordFault::kEventIdTooLong);
  for (int fault = static_cast<int>(RecordFault::kNone) + 1; fault <= last; ++fault) {
    reasons.push_back(label(static_cast<RecordFault>(fault)));
  }
  return reasons;
}

std::vector<std::string_view> token_results() {
  std::vector<std::string_view> results{"success"};
  for (int why = 0; why <= static_cast<int>(kDeniedLast); ++why) {
    results.push_back(label(static_cast<Denied>(why)));
  }
  return results;
}

// Connections and messages by the platform's names.
void add_websocket(Families& out, const Stats& stats) {
  auto connections =
      out.begin({"websocket_connections_total", "WebSocket connections by what became of them"},
                Families::kCounter);
  connections.counter(number(stats.connections_accepted), {{"status", "accepted"}});
  connections.counter(number(stats.connections_closed), {{"status", "closed"}});
  connections.counter(number(stats.connections_rejected), {{"status", "rejected"}});
  out.gauge({"websocket_active_connections", "WebSocket connections open now"},
            number(stats.connections_active));
  out.histogram({"websocket_connection_duration_seconds", "How long connections lasted"},
                stats.connection_seconds);
  out.counter({"websocket_messages_sent_total", "Notifications written, once a connection"},
              number(stats.messages_sent));
  out.counters({"websocket_messages_failed_total", "Notifications not written, by why"},
               "error_type", stats.messages_failed, {"not_kept", "refused_by_client", "too_large"});
  out.histogram({"websocket_message_size_bytes", "Size of notifications written"},
                stats.message_bytes);
  out.counters({"jwt_validation_total", "Tokens judged, by result"}, "result",
               stats.jwt_validations, token_results());
  out.histogram({"redis_subscription_duration_seconds", "A subscription asked for to confirmed"},
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
  out.histogram({"websocket_http_request_duration_seconds", "Head complete to answer written"},
                stats.http_seconds);
  out.gauge({"websocket_http_requests_in_progress", "HTTP requests being answered now"},
            number(stats.http_in_progress));
}

void add_delivery(Families& out, const Stats& stats) {
  out.counters({"hermod_closes_total", "Connections closed, by close code"}, "code",
               stats.close_codes,
               {"1000", "1001", "1005", "1006", "1008", "1009", "1011", "1013", "4000"});
  out.counters({"hermod_refusals_total", "Handshakes and admin tokens refused, by reason"},
               "reason", stats.refusals,
               {"ADMIN_TOKEN", "AUTHENTICATION_ERROR", "AUTHORIZATION_ERROR", "CONNECTION_ERROR",
                "QUOTA_EXCEEDED", "RATE_LIMIT", "SERVICE_UNAVAILABLE"});
  out.counters({"hermod_limits_struck_total", "Limits reached, by limit"}, "limit",
               stats.limits_struck,
               {"admin_token_guesses",
                "answer_seconds",
                "check_seconds",
                "client_message_bytes",
                "client_rate",
                "close_timeout",
                "closing_bytes",
                "connections",
                "connections_per_user",
                "connects_per_user",
                "descriptors",
                "early_bytes",
                "head_bytes",
                "head_seconds",
                "http_sockets",
                "idle_timeout",
                "outbox",
                "outboxes_bytes",
                "pong_timeout",
                "refusals_per_address",
                "silent_at_quota",
                "sockets_per_address",
                "token_refreshes"});
  out.histograms({"hermod_event_age_seconds", "From routing to the socket, by priority"},
                 "priority", kPriorityLabels, stats.event_age_seconds);
  out.gauge({"hermod_outbox_messages", "Messages that wait for connections to take them"},
            number(stats.outboxes.messages));
  out.gauge({"hermod_outbox_bytes", "Bytes that wait for connections to take them"},
            number(stats.outboxes.bytes));
  out.gauge({"hermod_outbox_held_bytes",
             "Memory of what waits, unsent bytes included, as OUTBOX_TOTAL_BYTES_MAX counts it"},
            number(stats.outboxes.held_bytes()));
  out.counter({"hermod_messages_replayed_total", "Notifications sent from history"},
              number(stats.messages_replayed));
  out.counter({"hermod_messages_dropped_total", "Notifications given up under pressure"},
              number(stats.messages_dropped));
  out.counter({"hermod_messages_cut_total", "Notifications beyond the bounds of history"},
              number(stats.messages_cut));
  out.counter({"hermod_deliveries_confirmed_total", "Pongs that confirmed notifications"},
              number(stats.deliveries_confirmed));
}

void add_records(Families& out, const Stats& stats) {
  out.counter({"hermod_records_received_total", "Records taken from the topics"},
              number(stats.records_received));
  out.counter({"hermod_records_routed_total", "Records routed to their recipients"},
              number(stats.records_routed));
  out.counter({"hermod_records_repeated_total", "Records whose event was routed before"},
              number(stats.records_repeated));
  out.counter({"hermod_records_foreign_type_total", "Envelopes of an external event type, skipped"},
              number(stats.records_not_ours));
  out.counter({"hermod_records_not_ours_total", "The former name of the same number"},
              number(stats.records_not_ours));
  out.counter({"hermod_records_too_old_total", "Records older than the age limit, skipped"},
              number(stats.records_too_old));
  out.counter({"hermod_records_unpublished_total", "Records kept but refused by the bus's publish"},
              number(stats.records_unpublished));
  out.gauge({"hermod_records_in_flight", "Records handed to the bus and not answered"},
            number(stats.records_in_flight));
  out.counters({"hermod_dead_letters_total", "Records that cannot be routed, by reason"}, "reason",
               stats.dead_letters, dead_letter_reasons());
  out.counters({"hermod_oddities_total", "Records with something odd, routed all the same"},
               "oddity", stats.oddities, {"optional_type", "unknown_category", "unknown_priority"});
  out.histogram({"hermod_route_seconds", "A record in hand to answered by the bus"},
                stats.route_seconds);
}

void add_bus(Families& out, const BusStatus& bus) {
  out.gauge({"hermod_bus_up", "1 while Redis answers"}, bus.up ? 1 : 0);
  out.gauge({"hermod_bus_publications_waiting", "Publications that wait for the bus"},
            number(bus.publications_waiting));
  out.gauge({"hermod_bus_publications_in_flight", "Publications sent and not answered"},
            number(bus.publications_in_flight));
  out.gauge({"hermod_bus_subscriptions", "Users subscribed to"}, number(bus.subscriptions));
  out.counter({"hermod_bus_reconnects_total", "Connections to Redis made again"},
              number(bus.reconnects));
  out.counter({"hermod_bus_memory_losses_total", "Times that Redis came back empty"},
              number(bus.memory_losses));
  out.counter({"hermod_bus_foreign_dropped_total", "Texts of others dropped: not UTF-8"},
              number(bus.foreign_dropped));
  auto round_trip = out.begin(
      {"hermod_bus_round_trip_seconds", "The last command, sent to answered"}, Families::kGauge);
  if (bus.round_trip_us >= 0) round_trip.gauge(static_cast<double>(bus.round_trip_us) / 1e6);
  auto canary = out.begin({"hermod_bus_canary_age_seconds", "Since a text of our own came back"},
                          Families::kGauge);
  if (bus.canary_age_ms >= 0) canary.gauge(static_cast<double>(bus.canary_age_ms) / 1e3);
}

void add_source(Families& out, const SourceStatus& source) {
  out.gauge({"hermod_source_up", "1 while this process consumes"}, source.up ? 1 : 0);
  out.gauge({"hermod_source_missing_topics", "Topics subscribed to that do not exist yet"},
            number(source.missing_topics.size()));
  out.gauge({"hermod_source_partitions_assigned", "Partitions that this process consumes"},
            number(source.partitions_assigned));
  auto joined = out.begin({"hermod_source_seconds_since_join", "Since the group was last joined"},
                          Families::kGauge);
  if (source.joined_for_ms >= 0) joined.gauge(static_cast<double>(source.joined_for_ms) / 1e3);
  out.gauge({"hermod_source_open_records", "Records handed out and not settled"},
            number(source.open));
  out.gauge({"hermod_source_dead_letters_open", "Dead letters produced and not acknowledged"},
            number(source.dead_letters_open));
  out.counter({"hermod_source_dead_letters_written_total", "Dead letters acknowledged"},
              number(source.dead_letters_written));
  out.counter({"hermod_source_dead_letter_failures_total", "Dead letters not acknowledged"},
              number(source.dead_letter_failures));
  out.counter({"hermod_source_dead_letters_logged_total",
               "Dead letters that stand in the log alone: not written in time"},
              number(source.dead_letters_logged));
  out.gauge({"hermod_source_oldest_held_offset_seconds",
             "How long a partition's offset has stood still while later records are done"},
            static_cast<double>(source.oldest_held_ms) / 1e3);
  out.counter({"hermod_source_records_lost_total",
               "Records that the in-process broker dropped before they were read"},
              number(source.records_lost));
  auto lag = out.begin({"hermod_source_lag_records", "Records that wait in a partition"},
                       Families::kGauge);
  for (const auto& one : source.lag) {
    if (one.records < 0) continue;
    lag.gauge(static_cast<double>(one.records),
              {{"topic", one.topic}, {"partition", std::to_string(one.partition)}});
  }
}

void add_traces(Families& out, const TraceStatus& traces) {
  auto spans =
      out.begin({"hermod_spans_total", "Spans by what became of them"}, Families::kCounter);
  spans.counter(number(traces.exported), {{"result", "exported"}});
  spans.counter(number(traces.dropped), {{"result", "dropped"}});
  spans.counter(number(traces.rejected), {{"result", "rejected"}});
  out.gauge({"hermod_spans_waiting", "Spans that wait for the collector"}, number(traces.waiting));
  out.counter({"hermod_span_posts_failed_total", "Requests that the collector did not take"},
              number(traces.failures));
}

void add_process(Families& out, const MetricsView& view) {
  const ProcessUsage& process = view.process;
  out.histogram({"hermod_loop_turn_seconds", "How long a turn of the loop was at work"},
                view.stats.turn_seconds);
  out.gauge({"hermod_loop_turn_longest_seconds", "The longest turn of the last 10 to 20 s"},
            view.longest_turn_seconds);
  out.begin({"hermod_build_info", "The version that runs"}, Families::kGauge)
      .gauge(1, {{"version", std::string(view.version)},
                 {"environment", std::string(view.environment)}});
  out.gauge({"hermod_ready", "1 while the service is ready"}, view.ready ? 1 : 0);
  out.gauge({"hermod_reload_successful", "1 unless the last reload of the settings failed"},
            view.reload.error.empty() ? 1 : 0);
  out.gauge({"hermod_reload_timestamp_seconds", "The last reload of the settings, or the start"},
            static_cast<double>(view.reload.wall_ms) / 1e3);
  out.counter({"process_cpu_seconds_total", "User and system time"}, process.cpu_seconds);
  out.gauge({"process_resident_memory_bytes", "Resident memory"}, number(process.resident_bytes));
  out.gauge({"process_virtual_memory_bytes", "Virtual memory"}, number(process.virtual_bytes));
  out.gauge({"process_max_fds", "Descriptors allowed"}, number(process.descriptors_max));
  auto descriptors = out.begin({"process_open_fds", "Descriptors open"}, Families::kGauge);
  if (process.descriptors) descriptors.gauge(number(*process.descriptors));
  out.gauge({"process_start_time_seconds", "Start of the process since 1970"},
            process.start_time_seconds);
}

}  // namespace

std::string render_metrics(const MetricsView& view) {
  Families families;
  add_websocket(families, view.stats);
  add_http(families, view.stats);
  add_delivery(families, view.stats);
  add_records(families, view.stats);
  add_bus(families, view.bus);
  add_source(families, view.source);
  add_traces(families, view.traces);
  add_process(families, view);
  return families.text();
}

}  // namespace hermod
