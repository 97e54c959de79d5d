#include "server/parts.h"

#include <algorithm>

#include "auth/token_minter.h"
#include "bus/memory_bus.h"
#include "bus/redis_bus.h"
#include "server/console_backend.h"
#include "server/option_rules.h"
#include "server/part_options.h"
#include "source/embedded_kafka.h"
#include "source/kafka_sender.h"
#include "source/kafka_service_clients.h"
#include "source/kafka_source.h"
#include "source/memory_source.h"

namespace hermod {
namespace {

// The in-process broker answers a waiting fetch only when the wait is up, so this is its latency; a
// real one answers at once, and the wait only spares requests.
constexpr uint32_t kEmbeddedFetchWaitMs = 10;

// Kept of a process's descriptors for everything that is no client: brokers, files, the loop.
constexpr size_t kDescriptorsReserved = 100;

Result<void> build_verifier(Parts& parts) {
  if (!has_key(parts.options)) {
    parts.generated_key = generate_secret();
    parts.options.jwt_secret_key = parts.generated_key;
  }
  auto made = JwtVerifier::create(verifier_options(parts.options), parts.log);
  if (!made) return made.error();
  parts.verifier = made.take();
  return {};
}

Result<void> build_admin(Parts& parts) {
  auto token = admin_token(parts.options, parts.log);
  if (!token) return token.error();
  parts.admin.token = token.take();
  if (!parts.generated_key.empty()) parts.admin.secret = generate_secret();
  return {};
}

Result<void> build_redis(Parts& parts) {
  auto made = redis_bus_options(parts.options);
  if (!made) return made.error();
  parts.bus = std::make_unique<RedisBus>(parts.loop, parts.clock, parts.log, made.take());
  return {};
}

Result<void> build_bus(Parts& parts) {
  const Options& options = parts.options;
  if (auto fit = check_channels(options.redis_publish_channel, options.redis_listen_channels,
                                options.redis_prefix);
      !fit) {
    return fit;
  }
  if (!options.redis_url.empty()) return build_redis(parts);
  MemoryBusOptions made;
  made.idempotency_ttl_s = options.idempotency_ttl_seconds;
  made.notification_ttl_s = options.notification_ttl_seconds;
  made.history_max = options.notification_history_max;
  parts.bus = std::make_unique<MemoryBus>(parts.loop, parts.clock, parts.log, made);
  return {};
}

Result<void> start_embedded_kafka(Parts& parts) {
  EmbeddedKafkaOptions made;
  made.topics = parts.options.kafka_topics;
  if (!parts.options.kafka_dead_letter_topic.empty()) {
    made.topics.push_back(parts.options.kafka_dead_letter_topic);
  }
  auto started = EmbeddedKafka::start(made);
  if (!started) return started.error();
  parts.embedded_kafka = started.take();
  parts.brokers = parts.embedded_kafka->bootstrap();
  return {};
}

Result<void> build_kafka_source(Parts& parts) {
  const Options& options = parts.options;
  KafkaSourceOptions made = kafka_source_options(options);
  // Some clients are made only when they are needed, which is too late to refuse a property.
  if (!made.properties.empty()) {
    if (auto checked = check_kafka_clients(made); !checked) return checked;
  }
  if (options.kafka_bootstrap_servers.empty()) {
    if (auto started = start_embedded_kafka(parts); !started) return started;
    made.reading = KafkaSourceOptions::Reading::kAll;
    made.partitions = parts.embedded_kafka->partitions();
    made.fetch_wait_max_ms = kEmbeddedFetchWaitMs;
    made.statistics_ms = 0;
  } else {
    parts.brokers = options.kafka_bootstrap_servers;
  }
  made.brokers = parts.brokers;
  parts.sender = std::make_unique<KafkaSender>(
      parts.loop, parts.log,
      KafkaSenderOptions{
          .brokers = parts.brokers, .client_id = "hermod-sender", .properties = made.properties});
  parts.source = std::make_unique<KafkaSource>(parts.loop, parts.log, parts.clock, std::move(made));
  return {};
}

Result<void> build_source(Parts& parts) {
  if (!parts.options.memory_source) return build_kafka_source(parts);
  MemoryTopicsOptions topics;
  topics.topics = parts.options.kafka_topics;
  parts.memory_topics = std::make_unique<MemoryTopics>(std::move(topics));
  parts.source = std::make_unique<MemorySource>(parts.loop, parts.clock, *parts.memory_topics);
  parts.brokers = "memory";
  return {};
}

Result<void> build_tracer(Parts& parts) {
  if (!parts.options.enable_tracing) return {};
  auto tracer = OtlpTracer::create(parts.loop, trace_options(parts.options), parts.log);
  if (!tracer) return tracer.error();
  parts.tracer = tracer.take();
  return {};
}

void build_core(Parts& parts) {
  parts.hub = std::make_unique<Hub>(*parts.bus, parts.clock, parts.log, parts.stats,
                                    hub_options(parts.options));
  IngestOptions made;
  made.topics = parts.options.kafka_topics;
  made.event_types = event_types(parts.options);
  made.record_max_age_ms = parts.options.record_max_age_seconds * 1000LL;
  made.format = format_of(parts.options);
  made.record_bytes_max = parts.options.record_bytes_max;
  parts.ingest = std::make_unique<Ingest>(*parts.source, *parts.bus, parts.clock, parts.log,
                                          parts.stats, std::move(made));
  parts.hub->set_tracer(parts.tracer.get());
  parts.ingest->set_tracer(parts.tracer.get());
  parts.outage = std::make_unique<Outage>(parts.loop, parts.clock, *parts.hub);
  parts.hub->watch_bus(
      [outage = parts.outage.get()](BusState state) { outage->on_bus_state(state); });
}

Result<void> build_wire(Parts& parts) {
  auto context = LwsContext::create(parts.loop, parts.log);
  if (!context) return context.error();
  parts.lws = context.take();
  const Options& options = parts.options;
  WsOptions made;
  made.ping_interval_ms = options.websocket_ping_interval * 1000LL;
  made.pong_timeout_ms = options.websocket_pong_timeout * 1000LL;
  made.idle_timeout_ms = options.websocket_idle_timeout * 1000LL;
  made.tracer = parts.tracer.get();
  parts.ws = std::make_unique<WsServer>(parts.loop, *parts.lws, *parts.hub, *parts.verifier,
                                        parts.clock, parts.log, parts.stats, made);
  return {};
}

Result<void> build_front_door(Parts& parts) {
  const Options& options = parts.options;
  parts.health = std::make_unique<Health>(parts);
  parts.console = std::make_unique<ConsoleBackend>(parts);
  parts.ingest->watch_dead([console = parts.console.get()](const DeadRecord& record) {
    console->on_dead_record(record);
  });
  auto upgrade_policy = upgrade_policy_options(options, connections_max(parts));
  if (!upgrade_policy) return upgrade_policy.error();
  HttpServerOptions made;
  made.listen.host = options.websocket_host;
  if (made.listen.host.empty()) {
    made.listen.host = parts.generated_key.empty() ? "0.0.0.0" : "127.0.0.1";
  }
  parts.host = made.listen.host;
  made.listen.port = options.websocket_port;
  made.listen.inherited_descriptor = options.listening_descriptor;
  made.listen.descriptors_max = parts.lws->descriptor_limit();
  made.upgrade_policy = upgrade_policy.take();
  made.connection_manager.descriptors_max = parts.lws->descriptor_limit();
  made.console = console_options(options, parts.admin);
  const HttpServerParts uses{*parts.verifier, parts.clock, parts.log,     parts.stats,
                             *parts.health,   *parts.ws,   *parts.console};
  parts.http_server = std::make_unique<HttpServer>(parts.loop, uses, std::move(made));
  parts.ws->when_a_crowd_leaves([door = parts.http_server.get()] { door->accept_pending(); });
  return {};
}

}  // namespace

Parts::Parts(uv_loop_t* on_loop, Options from, Log& to_log)
    : loop(on_loop),
      options(std::move(from)),
      log(to_log),
      turns(on_loop,
            [this](uint64_t busy_ns) {
              const double seconds = static_cast<double>(busy_ns) / 1e9;
              stats.turn_seconds.add(seconds);
              longest_iteration.add(seconds, clock.steady_ms());
            }),
      pace(on_loop) {
  reload.wall_ms = clock.wall_ms();
  if (options.own_loop)
    turns.rest_by([this](uint64_t now_ns) { return pace.rest(now_ns, stats.messages_sent); });
}

Parts::~Parts() = default;

size_t connections_max(const Parts& parts) {
  if (parts.options.websocket_max_connections != 0) return parts.options.websocket_max_connections;
  const auto descriptors = static_cast<size_t>(parts.lws->descriptor_limit());
  return std::max<size_t>(descriptors, kDescriptorsReserved + 1) - kDescriptorsReserved;
}

Result<void> build_parts(Parts& parts) {
  for (const auto build : {build_verifier, build_admin, build_tracer, build_bus, build_source}) {
    if (auto built = build(parts); !built) return built;
  }
  build_core(parts);
  if (auto built = build_wire(parts); !built) return built;
  return build_front_door(parts);
}

}  // namespace hermod
