#include "server/components.h"

#include <algorithm>

#include "auth/token_minter.h"
#include "bus/memory_bus.h"
#include "kafka/embedded_kafka.h"
#include "kafka_source/kafka_record_producer.h"
#include "kafka_source/kafka_service_clients.h"
#include "kafka_source/kafka_source.h"
#include "redis_bus/redis_bus.h"
#include "server/component_options.h"
#include "server/console_backend.h"
#include "settings/option_rules.h"
#include "source/memory_record_producer.h"
#include "source/memory_source.h"

namespace hermod {
namespace {

// The embedded broker answers a waiting fetch only at the end of the wait, so this is its latency.
// An external broker answers as soon as it has records, and the wait only saves requests.
constexpr uint32_t kEmbeddedFetchWaitMs = 10;

// File descriptors that are reserved for uses other than clients: brokers, files, the loop.
constexpr size_t kDescriptorsReserved = 100;

Result<void> build_verifier(Components& components) {
  if (!has_key(components.options)) {
    components.generated_key = generate_secret();
    components.options.jwt_secret_key = components.generated_key;
  }
  auto made = JwtVerifier::create(verifier_options(components.options), components.log);
  if (!made) return made.error();
  components.verifier = made.take();
  return {};
}

Result<void> build_admin(Components& components) {
  auto token = admin_token(components.options, components.log);
  if (!token) return token.error();
  components.admin.token = token.take();
  if (!components.generated_key.empty()) components.admin.secret = generate_secret();
  return {};
}

Result<void> build_redis(Components& components) {
  auto made = redis_bus_options(components.options);
  if (!made) return made.error();
  components.bus =
      std::make_unique<RedisBus>(components.loop, components.clock, components.log, made.take());
  return {};
}

Result<void> build_bus(Components& components) {
  const Options& options = components.options;
  if (auto fit = check_channels(options.redis_publish_channel, options.redis_listen_channels,
                                options.redis_prefix);
      !fit) {
    return fit;
  }
  if (!options.redis_url.empty()) return build_redis(components);
  MemoryBusOptions made;
  made.idempotency_ttl_s = options.idempotency_ttl_seconds;
  made.notification_ttl_s = options.notification_ttl_seconds;
  made.history_max = options.notification_history_max;
  components.bus =
      std::make_unique<MemoryBus>(components.loop, components.clock, components.log, made);
  return {};
}

Result<void> start_embedded_kafka(Components& components) {
  EmbeddedKafkaOptions made;
  made.topics = components.options.kafka_topics;
  if (!components.options.kafka_dead_letter_topic.empty()) {
    made.topics.push_back(components.options.kafka_dead_letter_topic);
  }
  auto started = EmbeddedKafka::start(made);
  if (!started) return started.error();
  components.embedded_kafka = started.take();
  components.brokers = components.embedded_kafka->bootstrap();
  return {};
}

Result<void> build_kafka_source(Components& components) {
  const Options& options = components.options;
  KafkaSourceOptions made = kafka_source_options(options);
  // Some clients are created only when they are needed, which is too late to refuse a property.
  if (!made.properties.empty()) {
    if (auto checked = check_kafka_clients(made); !checked) return checked;
  }
  if (options.kafka_bootstrap_servers.empty()) {
    if (auto started = start_embedded_kafka(components); !started) return started;
    made.reading = KafkaSourceOptions::Reading::kAll;
    made.partitions = components.embedded_kafka->partitions();
    made.fetch_wait_max_ms = kEmbeddedFetchWaitMs;
    made.statistics_ms = 0;
  } else {
    components.brokers = options.kafka_bootstrap_servers;
  }
  made.brokers = components.brokers;
  components.producer = std::make_unique<KafkaRecordProducer>(
      components.loop, components.log,
      KafkaRecordProducerOptions{.client = {.brokers = components.brokers,
                                            .client_id = "hermod-sender",
                                            .properties = made.properties},
                                 .topics = options.kafka_topics});
  components.source = std::make_unique<KafkaSource>(components.loop, components.log,
                                                    components.clock, std::move(made));
  return {};
}

Result<void> build_source(Components& components) {
  if (!components.options.memory_source) return build_kafka_source(components);
  MemoryTopicsOptions topics;
  topics.topics = components.options.kafka_topics;
  components.memory_topics = std::make_unique<MemoryTopics>(std::move(topics));
  components.source = std::make_unique<MemorySource>(components.loop, *components.memory_topics);
  components.producer = std::make_unique<MemoryRecordProducer>(components.loop, components.clock,
                                                               *components.memory_topics);
  components.brokers = "memory";
  return {};
}

Result<void> build_tracer(Components& components) {
  if (!components.options.enable_tracing) return {};
  auto tracer =
      OtlpTracer::create(components.loop, trace_options(components.options), components.log);
  if (!tracer) return tracer.error();
  components.tracer = tracer.take();
  return {};
}

void build_core(Components& components) {
  const CoreContext context{components.clock, components.log, components.stats,
                            components.observers, components.tracer.get()};
  components.hub = std::make_unique<Hub>(*components.bus, context, hub_options(components.options));
  IngestOptions made;
  made.topics = components.options.kafka_topics;
  made.event_types = event_types(components.options);
  made.record_max_age_ms = components.options.record_max_age_seconds * 1000LL;
  made.format = publish_format(components.options);
  made.record_bytes_max = components.options.record_bytes_max;
  components.ingest =
      std::make_unique<Ingest>(*components.source, *components.bus, context, std::move(made));
  components.outage =
      std::make_unique<OutageNotifier>(components.loop, components.clock, *components.hub);
  components.observers.add(*components.outage, Observers::Scope::kRare);
}

Result<void> build_wire(Components& components) {
  auto context = LwsContext::create(components.loop, components.log);
  if (!context) return context.error();
  components.lws = context.take();
  const Options& options = components.options;
  WsOptions made;
  made.ping_interval_ms = options.websocket_ping_interval * 1000LL;
  made.pong_timeout_ms = options.websocket_pong_timeout * 1000LL;
  made.idle_timeout_ms = options.websocket_idle_timeout * 1000LL;
  made.tracer = components.tracer.get();
  components.ws = std::make_unique<WsServer>(components.loop, *components.lws, *components.hub,
                                             *components.verifier, components.clock, components.log,
                                             components.stats, made);
  return {};
}

Result<void> build_front_door(Components& components) {
  const Options& options = components.options;
  components.health = std::make_unique<Health>(components);
  components.console = std::make_unique<ConsoleBackend>(components);
  components.observers.add(*components.console, Observers::Scope::kRare);
  auto upgrade_policy = upgrade_policy_options(options, connections_max(components));
  if (!upgrade_policy) return upgrade_policy.error();
  HttpServerOptions made;
  made.listen.host = options.websocket_host;
  if (made.listen.host.empty()) {
    made.listen.host = components.generated_key.empty() ? "0.0.0.0" : "127.0.0.1";
  }
  components.host = made.listen.host;
  made.listen.port = options.websocket_port;
  made.listen.inherited_descriptor = options.listening_descriptor;
  made.listen.descriptors_max = components.lws->descriptor_limit();
  made.upgrade_policy = upgrade_policy.take();
  made.connection_manager.descriptors_max = components.lws->descriptor_limit();
  made.console = console_options(options, components.admin);
  const HttpServerDependencies uses{*components.verifier, components.clock,   components.log,
                                    components.stats,     *components.health, *components.ws,
                                    *components.console};
  components.http_server = std::make_unique<HttpServer>(components.loop, uses, std::move(made));
  components.ws->on_mass_disconnect(
      [door = components.http_server.get()] { door->accept_pending(); });
  return {};
}

}  // namespace

Components::Components(uv_loop_t* on_loop, Options from, Log& to_log)
    : loop(on_loop),
      options(std::move(from)),
      log(to_log),
      latency_meter(on_loop,
                    [this](uint64_t busy_ns) {
                      const double seconds = static_cast<double>(busy_ns) / 1e9;
                      stats.iteration_seconds.add(seconds);
                      longest_iteration.add(seconds, clock.steady_ms());
                    }),
      throttle(on_loop) {
  reload.wall_ms = clock.wall_ms();
  if (options.own_loop)
    latency_meter.throttle_with(
        [this](uint64_t now_ns) { return throttle.throttle(now_ns, stats.messages_sent); });
}

Components::~Components() = default;

size_t connections_max(const Components& components) {
  if (components.options.websocket_max_connections != 0)
    return components.options.websocket_max_connections;
  const auto descriptors = static_cast<size_t>(components.lws->descriptor_limit());
  return std::max<size_t>(descriptors, kDescriptorsReserved + 1) - kDescriptorsReserved;
}

Result<void> build_components(Components& components) {
  for (const auto build : {build_verifier, build_admin, build_tracer, build_bus, build_source}) {
    if (auto built = build(components); !built) return built;
  }
  build_core(components);
  if (auto built = build_wire(components); !built) return built;
  return build_front_door(components);
}

}  // namespace hermod
