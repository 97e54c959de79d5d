#include "settings/option_table.h"

#include "settings/option_checks.h"
#include "settings/redis_rows.h"

namespace hermod {
namespace {

using O = Options;
using enum OptionRow::Change;
using enum OptionRow::Exposure;
using namespace option;

constexpr uint32_t kMegabyte = 1024 * 1024;
constexpr uint32_t kHourMs = 3'600'000;

constexpr std::string_view kBoolean = "true or false";
constexpr std::string_view kHeaders =
    "a list such as name=value,name2=value2 with percent-encoded values";
constexpr std::string_view kExportMs = "a number of milliseconds from 1 to 3600000";

// Formatted by hand: with one value per line, the table would be three times as long.
// clang-format off
const OptionRow kRowsBeforeRedis[] = {
    {"SERVICE_NAME", &O::service_name, kText, "The name of the service in logs and health pages.",
     {.check = is_text}},
    {"ENVIRONMENT", &O::environment,
     "`production` in this spelling, or another word of letters, digits, dots, dashes and underscores",
     "The environment; only `production` enforces the strict rules.", {.check = is_environment}},
    {"LOG_LEVEL", &O::log_level, "DEBUG, INFO, WARNING, ERROR or CRITICAL",
     "The lowest level that is logged.",
     {.check = is_log_level, .letter_case = OptionRow::Case::kUpper, .change = kReload}},
    {"LOG_FORMAT", &O::log_format, "console or json", "The format of log lines.",
     {.check = is_log_format, .default_text = "console on a terminal, otherwise json"}},

    {"WEBSOCKET_HOST", &O::websocket_host, "an IP address or a host name",
     "The address that the service listens on.",
     {.check = is_host, .default_text = "0.0.0.0 (127.0.0.1 with a generated key)"}},
    {"WEBSOCKET_PORT", &O::websocket_port, "a port from 0 to 65535, where 0 means any free port",
     "The TCP port of WebSockets and HTTP pages.",
     {.min = 0, .max = 65535, .alias = "WEBSOCKET_SERVICE_PORT"}},
    {"WEBSOCKET_PING_INTERVAL", &O::websocket_ping_interval,
     "a number of seconds from 0 to 86400, where 0 disables heartbeats",
     "The interval between heartbeat pings on a connection, in seconds.", {.min = 0, .max = kDay}},
    {"WEBSOCKET_PONG_TIMEOUT", &O::websocket_pong_timeout, kSeconds,
     "How long a client may take to answer a heartbeat ping, in seconds.", {.min = 1, .max = kDay}},
    {"WEBSOCKET_IDLE_TIMEOUT", &O::websocket_idle_timeout, kSeconds,
     "How long a client may send nothing, not even a pong, before its connection is closed, in "
     "seconds.",
     {.min = 1, .max = kDay}},
    {"WEBSOCKET_MAX_CONNECTIONS_PER_USER", &O::websocket_max_connections_per_user,
     "a number from 1 to 10000", "The maximum number of concurrent connections of a user, of all processes together.",
     {.min = 1, .max = 10'000, .change = kReload}},
    {"WEBSOCKET_MAX_CONNECTIONS", &O::websocket_max_connections, "a number from 1 to 10000000",
     "The maximum number of concurrent connections of the process.",
     {.min = 1, .max = 10'000'000, .default_text = "the file descriptor limit minus 100",
      .change = kReload}},
    {"WEBSOCKET_DELIVERY_PING_MS", &O::websocket_delivery_ping_ms,
     "a number of milliseconds from 0 to 60000, where 0 disables these pings and a message counts as "
     "delivered when the kernel accepts it",
     "The minimum interval between pings that confirm delivery on a connection, in milliseconds.",
     {.min = 0, .max = 60'000, .change = kReload}},
    {"OUTBOX_MESSAGES_MAX", &O::outbox_messages_max, "a number from 1 to 1000000",
     "The maximum number of messages that wait for a slow client.",
     {.min = 1, .max = 1'000'000, .change = kReload}},
    {"OUTBOX_BYTES_MAX", &O::outbox_bytes_max, "a number of bytes from 1 to 1073741824",
     "The maximum size of the messages that wait for a slow client, in bytes.",
     {.min = 1, .max = 1024 * kMegabyte, .change = kReload}},
    {"OUTBOX_TOTAL_BYTES_MAX", &O::outbox_total_bytes_max,
     "a number of bytes from 1048576 to 1125899906842624",
     "The maximum size of the messages that wait for all clients together, in bytes; beyond it, "
     "SLOW_CLIENT_POLICY applies to the fullest outboxes first.",
     {.min = kMegabyte, .max = uint64_t{1} << 50,
      .default_text = "a quarter of the memory of the control group or the machine",
      .change = kReload}},
    {"SLOW_CLIENT_POLICY", &O::slow_client_policy, "close or drop_oldest",
     "What happens when an outbox limit is exceeded: `close` closes the connection, `drop_oldest` "
     "drops its oldest messages.", {.check = is_slow_client_policy, .change = kReload}},
};

const OptionRow kRowsAfterRedis[] = {
    {"KAFKA_BOOTSTRAP_SERVERS", &O::kafka_bootstrap_servers, "a comma-separated list of host:port",
     "The Kafka brokers from which records are consumed.",
     {.check = is_broker_list, .default_text = "unset: an embedded broker"}},
    {"KAFKA_TOPICS", &O::kafka_topics, "a comma-separated list of topic names",
     "The topics that are consumed.", {.check = is_topic}},
    {"KAFKA_CONSUME", &O::kafka_consume, kBoolean,
     "Whether this process consumes records; if false, it only holds connections, and starts no "
     "broker of its own."},
    {"KAFKA_EVENT_TYPES", &O::kafka_event_types, "a comma-separated list of event types",
     "The event types of envelopes that are routed; a type also matches after a prefix that ends in "
     "a dot.",
     {.check = is_text, .default_text = "KAFKA_TOPICS and their two default names"}},
    {"KAFKA_CONSUMER_GROUP", &O::kafka_consumer_group, kText,
     "The consumer group of the service.",
     {.check = is_text}},
    {"KAFKA_CONSUMER_CLIENT_ID", &O::kafka_consumer_client_id, kText,
     "The client id of the consumer, as brokers see it.", {.check = is_text}},
    {"KAFKA_GROUP_INSTANCE_ID", &O::kafka_group_instance_id, kText,
     "The name of this process in the consumer group (`group.instance.id` of Kafka), different in each "
     "process. With it, a restart within 10 seconds moves no partition.",
     {.check = is_text, .default_text = "none"}},
    {"KAFKA_DEAD_LETTER_TOPIC", &O::kafka_dead_letter_topic, "a topic name, or an empty string",
     "The topic for records that cannot be routed; if it is empty, they are counted and dropped.",
     {.check = is_topic, .empty = OptionRow::Empty::kValue}},
    {"KAFKA_PRESENCE_TOPIC", &O::kafka_presence_topic, "a topic name, or an empty string",
     "The topic for presence events, which say when a user came online or went offline; the same in "
     "all processes of a service. If it is empty, there are none.",
     {.check = is_topic, .default_text = "none", .empty = OptionRow::Empty::kValue}},
    {"KAFKA_CONFIG", KafkaConfigField::kList, "a comma-separated list of key=value",
     "Additional properties of librdkafka.", {.default_text = "none", .exposure = kUrl}},
    {"KAFKA_CONFIG_FILE", KafkaConfigField::kFile, "the path of a file with one key=value per line",
     "A file with additional properties of librdkafka, for secrets.", {.default_text = "none"}},

    {"IDEMPOTENCY_TTL_SECONDS", &O::idempotency_ttl_seconds,
     "a number of seconds from 1 to 31536000", "How long a duplicate event is detected, in seconds.",
     {.min = 1, .max = 365 * kDay}},
    {"NOTIFICATION_TTL_SECONDS", &O::notification_ttl_seconds,
     "a number of seconds from 0 to 31536000, where 0 disables replay",
     "How long a message is kept for users who are offline, in seconds.",
     {.min = 0, .max = 365 * kDay}},
    {"NOTIFICATION_HISTORY_MAX", &O::notification_history_max, "a number from 1 to 100000",
     "The maximum number of messages that are kept per user.", {.min = 1, .max = 100'000}},
    {"RECORD_BYTES_MAX", &O::record_bytes_max, "a number of bytes from 1 to 16777216",
     // Redis disconnects a subscriber with 32 MB of unread output; one message could reach that.
     "The maximum size of a record that is routed, in bytes.", {.min = 1, .max = 16 * kMegabyte}},
    {"RECORD_MAX_AGE_SECONDS", &O::record_max_age_seconds,
     "a number of seconds from 0 to 31536000, where 0 means no limit",
     "The maximum age of a record by its Kafka timestamp, in seconds; an older record is counted and "
     "skipped.",
     {.min = 0, .max = 365 * kDay}},
    {"DRAIN_SECONDS", &O::drain_seconds,
     "a number of seconds from 0 to 3600, where 0 closes all connections at once",
     "The time over which a shutdown spreads the closing of connections, in seconds.",
     {.min = 0, .max = 3600, .change = kReload}},

    {"JWT_SECRET_KEY", &O::jwt_secret_key,
     "a secret; one that is shorter than its hash (32 bytes for HS256) causes a warning, and in "
     "production is accepted only with JWT_ALLOW_SHORT_KEY",
     "The secret for HS256, HS384 and HS512.", {.default_text = "none", .exposure = kSecret}},
    {"JWT_SECRET_KEY_FILE", &O::jwt_secret_key_file, kPath,
     "A file that contains the secret for HS256, HS384 and HS512.",
     {.check = is_text, .default_text = "none"}},
    {"JWT_PUBLIC_KEY_FILE", &O::jwt_public_key_file, kPath,
     "A file that contains the public key for RS and ES algorithms, in PEM format.",
     {.check = is_text, .default_text = "none"}},
    {"JWT_JWKS_FILE", &O::jwt_jwks_file, kPath,
     "A file that contains a JSON Web Key Set, instead of a single key.",
     {.check = is_text, .default_text = "none"}},
    {"JWT_ALGORITHM", &O::jwt_algorithm,
     "HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384 or ES512",
     "The algorithm with which tokens are signed; no other is accepted.", {.check = is_algorithm}},
    {"JWT_AUDIENCE", &O::jwt_audience, kText,
     "The audience that the `aud` claim of a token must contain.",
     {.check = is_text}},
    {"JWT_ISSUER", &O::jwt_issuer, kText,
     "The issuer that the `iss` claim of a token must name.", {.check = is_text}},
    {"JWT_LEEWAY_SECONDS", &O::jwt_leeway_seconds, "a number of seconds from 0 to 3600",
     "The tolerated difference from the clock of the token issuer, in seconds.",
     {.min = 0, .max = 3600}},
    {"JWT_ALLOW_SHORT_KEY", &O::jwt_allow_short_key, kBoolean,
     "Accepts a key that is shorter than its hash in production too."},
    {"JWT_LIFETIME_MAX_SECONDS", &O::jwt_lifetime_max_seconds,
     "a number of seconds from 60 to 315360000",
     "How long a revocation of tokens is kept, in seconds; it must exceed the lifetime of every token.",
     {.min = 60, .max = 3650 * kDay, .change = kReload}},
    {"JWT_END_WITHDRAWN_KEYS", &O::jwt_end_withdrawn_keys, kBoolean,
     "Whether a reload closes the connections whose key is no longer accepted.", {.change = kReload}},

    {"CORS_ORIGINS", &O::cors_origins,
     "a comma-separated list or JSON list of origins such as http://localhost:5173, in lower case and "
     "with nothing after the port",
     "The origins of web pages that may connect.", {.check = is_origin, .change = kReload}},
    {"TRUSTED_PROXIES", &O::trusted_proxies,
     "a comma-separated list of addresses and networks such as 10.0.0.0/8",
     "The proxies whose X-Forwarded-For header is trusted.",
     {.check = option::is_network, .default_text = "none", .change = kReload}},
    {"ADMIN_TOKEN", &O::admin_token, "at least 16 characters of printable ASCII without spaces",
     "The secret of the operators, for the API, and for the console in production and wherever the "
     "JWT key is configured; without it there is no API.",
     {.check = is_admin_token, .default_text = "none", .alias = "CONSOLE_TOKEN", .exposure = kSecret,
      .alias_kind = OptionRow::AliasKind::kOld, .change = kReload}},
    {"ADMIN_TOKEN_FILE", &O::admin_token_file, kPath,
     "A file that contains the secret of the operators.",
     {.check = is_text, .default_text = "none", .change = kReload}},
    {"ADMIN_HOST", &O::admin_host, "an IP address or a host name",
     "The address of ADMIN_PORT.", {.check = is_host}},
    {"ADMIN_PORT", &O::admin_port, "a port from 0 to 65535, where 0 means any free port",
     "The TCP port of the operators' interface: the console, the metrics, the API and the health "
     "pages with their details, which WEBSOCKET_PORT then does not serve. It needs ADMIN_TOKEN.",
     {.min = 0, .max = 65535, .default_text = "unset: WEBSOCKET_PORT serves everything"}},
    {"AUDIT_LOG", &O::audit_log, kBoolean,
     "Writes a log line, with the level INFO, for each connection, end, refusal, new token, action "
     "of an operator, and reload.",
     {.change = kReload}},
    {"ENABLE_METRICS", &O::enable_metrics, kBoolean, "Serves the metrics at /metrics.",
     {.change = kReload}},
    {"ENABLE_TRACING", &O::enable_tracing, kBoolean, "Sends traces to the collector."},
    {"OTEL_EXPORTER_OTLP_ENDPOINT", &O::otel_exporter_otlp_endpoint,
     "an http:// or https:// URL such as http://localhost:4318",
     "The URL of the trace collector (OTLP over HTTP).",
     {.check = is_http_url, .default_text = "none", .exposure = kUrl}},
    {"OTEL_EXPORTER_OTLP_HEADERS", &O::otel_exporter_otlp_headers, kHeaders,
     "Additional headers of the requests to the collector, such as its credentials.",
     {.check = is_header_list, .default_text = "none", .exposure = kSecret}},
    {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", &O::otel_exporter_otlp_traces_headers, kHeaders,
     "The same as OTEL_EXPORTER_OTLP_HEADERS, which it overrides.",
     {.check = is_header_list, .default_text = "OTEL_EXPORTER_OTLP_HEADERS", .exposure = kSecret}},
    {"OTEL_EXPORTER_OTLP_CERTIFICATE", &O::otel_exporter_otlp_certificate, kPath,
     "A file with the CA certificates that verify the collector, in PEM format.",
     {.check = is_text, .default_text = "the CA certificates of the system"}},
    {"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", &O::otel_exporter_otlp_traces_certificate, kPath,
     "The same as OTEL_EXPORTER_OTLP_CERTIFICATE, which it overrides.",
     {.check = is_text, .default_text = "OTEL_EXPORTER_OTLP_CERTIFICATE"}},
    {"OTEL_EXPORTER_OTLP_TIMEOUT", &O::otel_exporter_otlp_timeout, kExportMs,
     "The maximum time of a request to the collector, in milliseconds.", {.max = kHourMs}},
    {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", &O::otel_exporter_otlp_traces_timeout, kExportMs,
     "The same as OTEL_EXPORTER_OTLP_TIMEOUT, which it overrides.",
     {.max = kHourMs, .default_text = "OTEL_EXPORTER_OTLP_TIMEOUT"}},
    {"OTEL_SERVICE_NAME", &O::otel_service_name, kText, "The name of the service in traces.",
     {.check = is_text, .default_text = "SERVICE_NAME"}},
    {"OTEL_TRACES_SAMPLER", &O::otel_traces_sampler,
     "always_on, always_off or traceidratio, or one of them with the prefix parentbased_",
     "The sampler, which selects the traces that are sent.", {.check = is_sampler}},
    {"OTEL_TRACES_SAMPLER_ARG", &O::otel_traces_sampler_arg, "a share from 0 to 1, such as 0.25",
     "The share of traces that traceidratio sends.", {.check = is_share, .default_text = "1"}},
};
// clang-format on

}  // namespace

std::span<const OptionRow> option_table() {
  static const std::vector<OptionRow> kTable = [] {
    std::vector<OptionRow> rows(std::begin(kRowsBeforeRedis), std::end(kRowsBeforeRedis));
    rows.insert(rows.end(), redis_rows().begin(), redis_rows().end());
    rows.insert(rows.end(), std::begin(kRowsAfterRedis), std::end(kRowsAfterRedis));
    return rows;
  }();
  return kTable;
}

const OptionRow* find_option(std::string_view name) {
  for (const OptionRow& row : option_table()) {
    if (row.name == name || (!row.details.alias.empty() && row.details.alias == name)) return &row;
  }
  return nullptr;
}

}  // namespace hermod
