#include "kafka/kafka_config.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

// Sorted, including librdkafka's aliases.
constexpr std::array<std::string_view, 46> kOwned = {
    "acks",
    "allow.auto.create.topics",
    "auto.commit.enable",
    "auto.commit.interval.ms",
    "auto.offset.reset",
    "background_event_cb",
    "batch.num.messages",
    "batch.size",
    "bootstrap.servers",
    "client.id",
    "closesocket_cb",
    "connect_cb",
    "consume_cb",
    "default_topic_conf",
    "delivery.timeout.ms",
    "dr_cb",
    "dr_msg_cb",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "enabled_events",
    "error_cb",
    "group.id",
    "interceptors",
    "log.queue",
    "log_cb",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.timeout.ms",
    "metadata.broker.list",
    "oauthbearer_token_refresh_cb",
    "offset_commit_cb",
    "opaque",
    "open_cb",
    "partitioner",
    "partitioner_cb",
    "rebalance_cb",
    "request.required.acks",
    "resolve_cb",
    "socket_cb",
    "statistics.interval.ms",
    "stats_cb",
    "test.mock.num.brokers",
    "transactional.id",
};
static_assert(std::ranges::is_sorted(kOwned));

// Properties with which a configuration could attack the process.
struct Unsafe {
  std::string_view name;
  std::string_view why;
};
constexpr std::string_view kLoads = "makes librdkafka load code";
constexpr std::string_view kPointer = "is a pointer, which a configuration cannot set";
constexpr std::array<Unsafe, 13> kUnsafe = {{
    {"internal.termination.signal", "makes librdkafka send signals to its threads"},
    {"msg_order_cmp", kPointer},
    {"plugin.library.paths", kLoads},
    {"sasl.kerberos.kinit.cmd", "makes librdkafka run a command"},
    {"ssl.certificate.verify_cb", kPointer},
    {"ssl.engine.id", kLoads},
    {"ssl.engine.location", kLoads},
    {"ssl.providers", kLoads},
    {"ssl_ca", kPointer},
    {"ssl_certificate", kPointer},
    {"ssl_engine_callback_data", kPointer},
    {"ssl_key", kPointer},
    {"throttle_cb", kPointer},
}};

const Unsafe* find_unsafe(std::string_view name) {
  const auto found = std::ranges::find(kUnsafe, name, &Unsafe::name);
  return found == kUnsafe.end() ? nullptr : &*found;
}

// librdkafka inserts these values into the command line of kinit, which a shell interprets.
bool is_in_command(std::string_view name) {
  return name == "sasl.kerberos.keytab" || name == "sasl.kerberos.principal" ||
         name == "sasl.kerberos.service.name";
}

bool is_plain(std::string_view value) {
  return std::ranges::all_of(value, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("._/@:+=,-").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// Whether the value may be a secret. Such a value must not be shown, and librdkafka's error
// messages repeat values.
bool may_be_secret(std::string_view name) {
  constexpr std::array<std::string_view, 7> kParts = {"password", "secret", "sasl.",   "ssl.key",
                                                      "pem",      "keytab", "username"};
  return std::ranges::any_of(
      kParts, [name](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char why[512] = "";
  const rd_kafka_conf_res_t result =
      rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why);
  if (result == RD_KAFKA_CONF_OK) return {};
  std::string message = "Kafka property " + name + ": ";
  if (result == RD_KAFKA_CONF_UNKNOWN) {
    message += "librdkafka does not know this property";
  } else if (may_be_secret(name)) {
    message += "librdkafka rejects its value";
  } else {
    const std::string_view words = why;
    message += words.substr(0, words.find_last_not_of('\n') + 1);
  }
  return Error{ErrorCode::kConfiguration, std::move(message)};
}

Error refused(std::string_view name, const std::string& why) {
  return {ErrorCode::kConfiguration, "Kafka property " + std::string(name) + ' ' + why};
}

Result<void> check_allowed(std::string_view name, std::string_view value) {
  if (std::ranges::binary_search(kOwned, name)) {
    return refused(name, "is set by hermod: remove it");
  }
  if (const Unsafe* unsafe = find_unsafe(name)) {
    return refused(name, std::string(unsafe->why) + ": remove it");
  }
  if (is_in_command(name) && !is_plain(value)) {
    return refused(name,
                   "becomes part of a command line: use only letters, digits and . _ / @ : "
                   "+ = , -");
  }
  return {};
}

}  // namespace

std::span<const std::string_view> owned_kafka_properties() {
  return kOwned;
}

bool is_refused_kafka_property(std::string_view name) {
  return std::ranges::binary_search(kOwned, name) || find_unsafe(name) != nullptr;
}

Result<void> check_kafka_property(const std::string& name, const std::string& value) {
  if (auto checked = check_allowed(name, value); !checked) return checked;
  const kafka::Conf scratch(rd_kafka_conf_new());
  return set(scratch.get(), name, value);
}

namespace kafka {

Result<rd_kafka_conf_s*> make_conf(const KafkaProperties& suggested, const KafkaProperties& extra,
                                   const KafkaProperties& owned) {
  Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : extra) {
    if (auto checked = check_allowed(name, value); !checked) return checked.error();
  }
  for (const KafkaProperties* properties : {&suggested, &extra, &owned}) {
    for (const auto& [name, value] : *properties) {
      if (auto done = set(conf.get(), name, value); !done) return done.error();
    }
  }
  return conf.release();
}

KafkaProperties common_properties() {
  return {
      // A delayed packet is a delayed notification.
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
      // Reconnects within two seconds of a broker's return, after at most ten attempts a second.
      {"reconnect.backoff.ms", "100"},
      {"reconnect.backoff.max.ms", "2000"},
      // A broker that closes an idle connection is not worth a log line.
      {"log.connection.close", "false"},
  };
}

KafkaProperties consumer_properties(uint32_t fetch_wait_max_ms) {
  KafkaProperties properties = common_properties();
  properties.insert(properties.end(),
                    {
                        // A broker answers a waiting fetch as soon as there is one byte, so this
                        // bounds idle traffic only.
                        {"fetch.wait.max.ms", std::to_string(fetch_wait_max_ms)},
                        {"fetch.min.bytes", "1"},
                        {"fetch.error.backoff.ms", "200"},
                        // Prefetch limit. Below 16 MiB librdkafka throttles strongly; its default
                        // of 64 MiB needs 134 MB of memory on a backlog.
                        {"queued.max.messages.kbytes", "16384"},
                        {"fetch.max.bytes", "8388608"},
                        // A record of any size must be received to become a dead letter; otherwise
                        // its partition stops. This is a limit, not an allocation.
                        {"receive.message.max.bytes", "1000000000"},
                        // The smallest value that brokers accept by default. A member that crashed
                        // keeps its partitions for this long; so does a process that returns after
                        // a longer outage. librdkafka sends heartbeats from its own thread, so a
                        // busy loop misses none. Members learn of a rebalance with their next
                        // heartbeat.
                        {"session.timeout.ms", "6000"},
                        {"heartbeat.interval.ms", "1000"},
                        // How soon a missing topic is consumed after its creation.
                        {"topic.metadata.refresh.interval.ms", "3000"},
                    });
  return properties;
}

void silence(rd_kafka_conf_t* conf) {
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) noexcept {});
}

}  // namespace kafka
}  // namespace hermod
