#include "settings/redis_rows.h"

#include "settings/option_checks.h"

namespace hermod {
namespace {

using O = Options;
using enum OptionRow::Exposure;
using namespace option;

constexpr std::string_view kChannel = "a channel name that contains {user} once";

// Formatted by hand, as option_table.cc.
// clang-format off
const OptionRow kRows[] = {
    {"REDIS_URL", &O::redis_url,
     "redis[s]://[user[:password]@]host[:port][/db], unix:///path[?db=n], "
     "redis[s]+sentinel://[user[:password]@]host[:port],…/master[/db] or "
     "redis[s]+cluster://[user[:password]@]host[:port],…",
     "The Redis server that connects the hermod processes; the second s means TLS, and `valkey` may "
     "stand for `redis`.",
     {.check = is_text, .default_text = "unset: an in-memory bus", .exposure = kUrl}},
    {"REDIS_USER", &O::redis_user, kText,
     "The user of Redis, if REDIS_URL does not contain it.",
     {.check = is_text, .default_text = "none"}},
    {"REDIS_PASSWORD", &O::redis_password, "a password",
     "The password for Redis, if REDIS_URL does not contain it.",
     {.default_text = "none", .exposure = kSecret}},
    {"REDIS_PASSWORD_FILE", &O::redis_password_file, kPath,
     "A file that contains the password for Redis.",
     {.check = is_text, .default_text = "the systemd credential redis_password, if it exists"}},
    {"REDIS_SENTINEL_USER", &O::redis_sentinel_user, kText,
     "The user of the sentinels, which do not get the credentials for Redis.",
     {.check = is_text, .default_text = "none"}},
    {"REDIS_SENTINEL_PASSWORD", &O::redis_sentinel_password, "a password",
     "The password for the sentinels.", {.default_text = "none", .exposure = kSecret}},
    {"REDIS_SENTINEL_PASSWORD_FILE", &O::redis_sentinel_password_file, kPath,
     "A file that contains the password for the sentinels.",
     {.check = is_text, .default_text = "none"}},
    {"REDIS_TLS_CA_FILE", &O::redis_tls_ca_file, kPath,
     "A file with the CA certificates that verify Redis, in PEM format.",
     {.check = is_text, .default_text = "the CA certificates of the system"}},
    {"REDIS_TLS_CERT_FILE", &O::redis_tls_cert_file, kPath,
     "A file with the client certificate for Redis and its chain, in PEM format.",
     {.check = is_text, .default_text = "none"}},
    {"REDIS_TLS_KEY_FILE", &O::redis_tls_key_file, kPath,
     "A file with the private key of the client certificate, in PEM format.",
     {.check = is_text, .default_text = "none"}},
    {"REDIS_TLS_SERVER_NAME", &O::redis_tls_server_name, "a host name or an IP address",
     "The name that the certificate of Redis must contain, also sent as SNI.",
     {.check = is_host, .default_text = "the host that is dialled"}},
    {"REDIS_TLS_VERIFY", &O::redis_tls_verify, "full, ca or none",
     "How the certificate of Redis is verified: `full`, `ca` without its name, or `none`, which "
     "production refuses.",
     {.check = is_tls_verify}},
    {"REDIS_CONNECT_TIMEOUT", &O::redis_connect_timeout, kSeconds,
     "How long a connection attempt to one address may take, in seconds.", {.min = 1, .max = kDay}},
    {"REDIS_SOCKET_TIMEOUT", &O::redis_socket_timeout, kSeconds,
     "How long Redis may leave hermod without a reply before hermod reconnects, in seconds.",
     {.min = 1, .max = kDay}},
    {"REDIS_PREFIX", &O::redis_prefix, "1 to 64 characters of A-Za-z0-9._:-",
     "The prefix of all keys and internal channels.", {.check = is_redis_prefix}},
    {"REDIS_PUBLISH_FORMAT", &O::redis_publish_format, "notification, envelope or event",
     "The format of the messages that are published for records.", {.check = is_publish_format}},
    {"REDIS_PUBLISH_CHANNEL", &O::redis_publish_channel,
     "a channel name that contains {user} once, or an empty string",
     "The channel to which a user's messages are published; if it is empty, only the processes of "
     "hermod receive them.",
     {.check = is_text_or_empty, .empty = OptionRow::Empty::kValue}},
    {"REDIS_LISTEN_CHANNELS", &O::redis_listen_channels,
     "a comma-separated list of channels, each of which contains {user} once",
     "The channels from which a connected user's messages are received.", {.check = is_text}},
    {"REDIS_PUBSUB", &O::redis_pubsub, "auto, sharded or classic",
     "The channels for messages between the hermod processes: `sharded` ones, which need a cluster "
     "of Redis 7 or later, or `classic` ones; `auto` takes sharded ones in a cluster that knows them.",
     {.check = is_pubsub}},
    {"REDIS_REPLICAS_MIN", &O::redis_replicas_min, "a number from 0 to 10",
     "How many replicas must have a message before its Kafka offset is stored.",
     {.min = 0, .max = 10, .default_text = "1 with Sentinel and Cluster, otherwise 0"}},
    {"REDIS_REPLICA_WAIT", &O::redis_replica_wait, "a number of seconds from 1 to 3600",
     "How long hermod waits for REDIS_REPLICAS_MIN replicas, in seconds.", {.min = 1, .max = 3600}},
};
// clang-format on

}  // namespace

std::span<const OptionRow> redis_rows() {
  return kRows;
}

}  // namespace hermod
