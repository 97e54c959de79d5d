#include "server/option_table.h"

#include "server/option_checks.h"

namespace hermod {
namespace {

using O = Options;
using enum OptionRow::Exposure;
using namespace option;

constexpr uint32_t kMegabyte = 1024 * 1024;
constexpr uint32_t kDay = 86'400;

constexpr std::string_view kSeconds = "a number of seconds from 1 to 86400";
constexpr std::string_view kBoolean = "true or false";
constexpr std::string_view kText = "a text without control characters";
constexpr std::string_view kPath = "the path of a file";
constexpr std::string_view kChannel = "a channel's name with {user} in it once";

// Packed by hand: one value a line would make the table three times as long.
// clang-format off
const OptionRow kRows[] = {
    {"SERVICE_NAME", &O::service_name, kText, "The name in logs and health pages.",
     {.check = is_text}},
    {"ENVIRONMENT", &O::environment,
     "`production`, in this spelling, or another word of letters, digits, dots, dashes and underscores",
     "Where it runs; only `production` is strict.", {.check = is_environment}},
    {"LOG_LEVEL", &O::log_level, "DEBUG, INFO, WARNING, ERROR or CRITICAL",
     "The least level that is logged.",
     {.check = is_log_level, .letters = OptionRow::Case::kUpper}},
    {"LOG_FORMAT", &O::log_format, "console or json", "How a log line looks.",
     {.check = is_log_format, .default_text = "console on a terminal, else json"}},

    {"WEBSOCKET_HOST", &O::websocket_host, "an address or a host's name", "Where it listens.",
     {.check = is_host, .default_text = "0.0.0.0 (127.0.0.1 while the key is a generated one)"}},
    {"WEBSOCKET_PORT", &O::websocket_port, "a port from 0 to 65535, where 0 means any",
     "The port of WebSockets and pages.",
     {.min = 0, .max = 65535, .alias = "WEBSOCKET_SERVICE_PORT"}},
    {"WEBSOCKET_PING_INTERVAL", &O::websocket_ping_interval,
     "a number of seconds from 0 to 86400, where 0 means no pings",
     "Seconds between two heartbeats of a connection.", {.min = 0, .max = kDay}},
    {"WEBSOCKET_PONG_TIMEOUT", &O::websocket_pong_timeout, kSeconds,
     "Seconds that a client has to answer a heartbeat.", {.min = 1, .max = kDay}},
    {"WEBSOCKET_IDLE_TIMEOUT", &O::websocket_idle_timeout, kSeconds,
     "Seconds without anything from a client, a pong included, until it is let go.",
     {.min = 1, .max = kDay}},
    {"WEBSOCKET_MAX_CONNECTIONS_PER_USER", &O::websocket_max_connections_per_user,
     "a number from 1 to 10000", "Connections that a user may have at once.",
     {.min = 1, .max = 10'000}},
    {"WEBSOCKET_MAX_CONNECTIONS", &O::websocket_max_connections, "a number from 1 to 10000000",
     "Connections in all.",
     {.min = 1, .max = 10'000'000, .default_text = "by the descriptor limit"}},
    {"WEBSOCKET_DELIVERY_PING_MS", &O::websocket_delivery_ping_ms,
     "a number of milliseconds from 0 to 60000, where 0 takes the kernel's word for a delivery",
     "The least time between two pings that ask whether a text has arrived.",
     {.min = 0, .max = 60'000}},
    {"OUTBOX_MESSAGES_MAX", &O::outbox_messages_max, "a number from 1 to 1000000",
     "Messages that may wait for a slow client.", {.min = 1, .max = 1'000'000}},
    {"OUTBOX_BYTES_MAX", &O::outbox_bytes_max, "a number of bytes from 1 to 1073741824",
     "Bytes that may wait for a slow client.", {.min = 1, .max = 1024 * kMegabyte}},
    {"OUTBOX_TOTAL_BYTES_MAX", &O::outbox_total_bytes_max,
     "a number of bytes from 1048576 to 1125899906842624",
     "Bytes that may wait for all slow clients together; the fullest outboxes go first.",
     {.min = kMegabyte, .max = uint64_t{1} << 50,
      .default_text = "a quarter of the memory of the control group or the machine"}},
    {"SLOW_CLIENT_POLICY", &O::slow_client_policy, "close or drop_oldest",
     "What happens when they are more.", {.check = is_slow_client_policy}},

    {"REDIS_URL", &O::redis_url, "redis://[user:password@]host:port[/db] or unix:///path[?db=n]",
     "The Redis between the processes.",
     {.check = is_text, .default_text = "unset: inside this process", .exposure = kUrl}},
    {"REDIS_CONNECT_TIMEOUT", &O::redis_connect_timeout, kSeconds,
     "Seconds that one address has to connect.", {.min = 1, .max = kDay}},
    {"REDIS_SOCKET_TIMEOUT", &O::redis_socket_timeout, kSeconds,
     "Seconds without an answer until a connection is made anew.", {.min = 1, .max = kDay}},
    {"REDIS_PREFIX", &O::redis_prefix, "1 to 64 characters of A-Za-z0-9._:-",
     "The first part of every key and internal channel.", {.check = is_redis_prefix}},
    {"REDIS_PUBLISH_FORMAT", &O::redis_publish_format, "notification, envelope or event",
     "What is published of a record.", {.check = is_publish_format}},
    {"REDIS_PUBLISH_CHANNEL", &O::redis_publish_channel, kChannel,
     "The channel that a user's texts are published to.", {.check = is_text}},
    {"REDIS_LISTEN_CHANNELS", &O::redis_listen_channels,
     "a comma list of channels, each with {user} in it once",
     "The channels that a connected user's texts come from.", {.check = is_text}},

    {"KAFKA_BOOTSTRAP_SERVERS", &O::kafka_bootstrap_servers, "a comma list of host:port",
     "The Kafka that records come from.", {.check = is_broker_list, .default_text = "unset: inside this process"}},
    {"KAFKA_TOPICS", &O::kafka_topics, "a comma list of topic names",
     "The topics that are consumed.", {.check = is_topic}},
    {"KAFKA_EVENT_TYPES", &O::kafka_event_types, "a comma list of event types",
     "The event types of envelopes that are routed, each also after a prefix that ends in a dot.",
     {.check = is_text, .default_text = "KAFKA_TOPICS and their two default names"}},
    {"KAFKA_CONSUMER_GROUP", &O::kafka_consumer_group, kText, "The consumer group.",
     {.check = is_text}},
    {"KAFKA_CONSUMER_CLIENT_ID", &O::kafka_consumer_client_id, kText,
     "The client id that brokers see.", {.check = is_text}},
    {"KAFKA_DEAD_LETTER_TOPIC", &O::kafka_dead_letter_topic, "a topic name, or nothing at all",
     "Where records go that cannot be routed; empty counts and drops them.",
     {.check = is_topic, .empty = OptionRow::Empty::kValue}},
    {"KAFKA_CONFIG", KafkaConfigField::kList, "a comma list of key=value",
     "Further properties of librdkafka.", {.default_text = "none", .exposure = kUrl}},
    {"KAFKA_CONFIG_FILE", KafkaConfigField::kFile, "the path of a file with a line key=value each",
     "The same from a file, for secrets.", {.default_text = "none"}},

    {"IDEMPOTENCY_TTL_SECONDS", &O::idempotency_ttl_seconds,
     "a number of seconds from 1 to 31536000", "Seconds that a record's repeat is known for one.",
     {.min = 1, .max = 365 * kDay}},
    {"NOTIFICATION_TTL_SECONDS", &O::notification_ttl_seconds,
     "a number of seconds from 0 to 31536000, where 0 means no replay",
     "Seconds that a text is kept for a user who is away.", {.min = 0, .max = 365 * kDay}},
    {"NOTIFICATION_HISTORY_MAX", &O::notification_history_max, "a number from 1 to 100000",
     "Texts that are kept of a user.", {.min = 1, .max = 100'000}},
    {"RECORD_BYTES_MAX", &O::record_bytes_max, "a number of bytes from 1 to 16777216",
     // Redis cuts a subscriber that lags 32 MB behind, and so would one text of that size.
     "The largest record that is routed.", {.min = 1, .max = 16 * kMegabyte}},
    {"RECORD_MAX_AGE_SECONDS", &O::record_max_age_seconds,
     "a number of seconds from 0 to 31536000, where 0 means any age",
     "The age, by Kafka's timestamp, beyond which a record is counted and skipped.",
     {.min = 0, .max = 365 * kDay}},
    {"DRAIN_SECONDS", &O::drain_seconds,
     "a number of seconds from 0 to 3600, where 0 closes all connections at once",
     "Seconds over which connections are closed at a shutdown.", {.min = 0, .max = 3600}},

    {"JWT_SECRET_KEY", &O::jwt_secret_key,
     "a secret; one that is shorter than its hash (32 bytes for HS256) works with a warning, in "
     "production only with JWT_ALLOW_SHORT_KEY",
     "The secret of HS256, HS384 and HS512.", {.default_text = "none", .exposure = kSecret}},
    {"JWT_SECRET_KEY_FILE", &O::jwt_secret_key_file, kPath, "The same from a file.",
     {.check = is_text, .default_text = "none"}},
    {"JWT_PUBLIC_KEY_FILE", &O::jwt_public_key_file, kPath,
     "The public key of RS and ES algorithms, in PEM form.",
     {.check = is_text, .default_text = "none"}},
    {"JWT_JWKS_FILE", &O::jwt_jwks_file, kPath, "A JSON Web Key Set instead of one key.",
     {.check = is_text, .default_text = "none"}},
    {"JWT_ALGORITHM", &O::jwt_algorithm,
     "HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384 or ES512",
     "The one algorithm that tokens are signed with.", {.check = is_algorithm}},
    {"JWT_AUDIENCE", &O::jwt_audience, kText, "The `aud` that a token must name.",
     {.check = is_text}},
    {"JWT_ISSUER", &O::jwt_issuer, kText, "The `iss` that a token must name.", {.check = is_text}},
    {"JWT_LEEWAY_SECONDS", &O::jwt_leeway_seconds, "a number of seconds from 0 to 3600",
     "How far the issuer's clock may be off.", {.min = 0, .max = 3600}},
    {"JWT_ALLOW_SHORT_KEY", &O::jwt_allow_short_key, kBoolean,
     "Takes a key shorter than its hash in production too."},

    {"CORS_ORIGINS", &O::cors_origins,
     "a comma list or JSON list of origins such as http://localhost:5173, in lower case and with "
     "nothing behind the port", "The web pages that may connect.", {.check = is_origin}},
    {"TRUSTED_PROXIES", &O::trusted_proxies,
     "a comma list of addresses and networks such as 10.0.0.0/8",
     "The proxies whose X-Forwarded-For is believed.",
     {.check = is_network, .default_text = "none"}},
    {"ADMIN_TOKEN", &O::admin_token, "at least 16 characters of printable ASCII without blanks",
     "What the console takes, in production and wherever the JWT key is configured.",
     {.check = is_admin_token, .default_text = "none", .alias = "CONSOLE_TOKEN", .exposure = kSecret,
      .alias_kind = OptionRow::AliasKind::kOld}},
    {"ADMIN_TOKEN_FILE", &O::admin_token_file, kPath, "The same from a file.",
     {.check = is_text, .default_text = "none"}},
    {"ENABLE_METRICS", &O::enable_metrics, kBoolean, "Serves /metrics."},
    {"ENABLE_TRACING", &O::enable_tracing, kBoolean, "Sends traces to a collector."},
    {"OTEL_EXPORTER_OTLP_ENDPOINT", &O::otel_exporter_otlp_endpoint, "an http:// URL such as http://localhost:4318",
     "The collector.", {.check = is_http_url, .default_text = "none", .exposure = kUrl}},
    {"OTEL_SERVICE_NAME", &O::otel_service_name, kText, "The service's name in traces.",
     {.check = is_text, .default_text = "SERVICE_NAME"}},
    {"OTEL_TRACES_SAMPLER", &O::otel_traces_sampler,
     "always_on, always_off or traceidratio, or one of them behind parentbased_",
     "Which traces are sent.", {.check = is_sampler}},
    {"OTEL_TRACES_SAMPLER_ARG", &O::otel_traces_sampler_arg, "a share from 0 to 1, such as 0.25",
     "The share of the traces that traceidratio sends.",
     {.check = is_share, .default_text = "1"}},
};
// clang-format on

std::string spelled(std::string_view name, char from, char to) {
  std::string text;
  for (const char c : name) {
    if (c == from) {
      text += to;
    } else {
      text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return text;
}

}  // namespace

std::span<const OptionRow> option_table() {
  return kRows;
}

const OptionRow* find_option(std::string_view name) {
  for (const OptionRow& row : kRows) {
    if (row.name == name || (!row.details.alias.empty() && row.details.alias == name)) return &row;
  }
  return nullptr;
}

std::string flag_of(std::string_view name) {
  return "--" + spelled(name, '_', '-');
}

std::string file_key_of(std::string_view name) {
  return spelled(name, '_', '_');
}

}  // namespace hermod
