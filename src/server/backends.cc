#include "server/backends.h"

#include <cassert>
#include <utility>

#include "fleet/lone_fleet_transport.h"
#include "kafka_source/kafka_record_producer.h"
#include "kafka_source/kafka_service_clients.h"
#include "kafka_source/kafka_source.h"
#include "redis_bus/redis_bus.h"
#include "redis_fleet/redis_fleet_transport.h"
#include "redis_schema/channel_pattern.h"
#include "server/component_options.h"
#include "server/redis_options.h"
#include "settings/option_rules.h"
#include "source/absent_record_producer.h"
#include "source/idle_source.h"
#include "source/memory_record_producer.h"
#include "source/memory_source.h"

namespace hermod {
namespace {

// The embedded broker answers a waiting fetch only at the end of the wait, so this is its latency.
// An external broker answers as soon as it has records, and the wait only saves requests.
constexpr uint32_t kEmbeddedFetchWaitMs = 10;
// A presence event that is not acknowledged for this long is sent again.
constexpr uint32_t kPresenceTimeoutMs = 5000;

Result<std::unique_ptr<EmbeddedKafka>> start_embedded_kafka(const Options& options) {
  EmbeddedKafkaOptions made;
  made.topics = options.kafka_topics;
  if (!options.kafka_dead_letter_topic.empty()) {
    made.topics.push_back(options.kafka_dead_letter_topic);
  }
  if (!options.kafka_presence_topic.empty()) made.topics.push_back(options.kafka_presence_topic);
  return EmbeddedKafka::start(made);
}

Result<RecordBackend> make_kafka_backend(const BackendContext& context, const Options& options) {
  KafkaSourceOptions made = kafka_source_options(options);
  // Some clients are created only when they are needed, which is too late to refuse a property.
  if (!made.properties.empty()) {
    if (auto checked = check_kafka_clients(made); !checked) return checked.error();
  }
  RecordBackend backend;
  if (embeds_kafka(options)) {
    auto started = start_embedded_kafka(options);
    if (!started) return started.error();
    backend.embedded_kafka = started.take();
    made.brokers = backend.embedded_kafka->bootstrap();
    made.reading = KafkaSourceOptions::Reading::kAll;
    made.partitions = backend.embedded_kafka->partitions();
    made.fetch_wait_max_ms = kEmbeddedFetchWaitMs;
    made.statistics_ms = 0;
  }
  backend.brokers = made.brokers;
  backend.producer = std::make_unique<KafkaRecordProducer>(
      context.loop, context.log,
      KafkaRecordProducerOptions{.client = {.brokers = made.brokers,
                                            .client_id = "hermod-sender",
                                            .properties = made.properties},
                                 .topics = options.kafka_topics});
  if (!options.kafka_presence_topic.empty()) {
    KafkaRecordProducerOptions presence{.client = {.brokers = made.brokers,
                                                   .client_id = "hermod-presence",
                                                   .properties = made.properties},
                                        .topics = {options.kafka_presence_topic}};
    presence.client.acknowledge_timeout_ms = kPresenceTimeoutMs;
    backend.presence =
        std::make_unique<KafkaRecordProducer>(context.loop, context.log, std::move(presence));
  }
  if (options.kafka_consume) {
    backend.source =
        std::make_unique<KafkaSource>(context.loop, context.log, context.clock, std::move(made));
  } else {
    backend.source = std::make_unique<IdleSource>(context.loop, backend.brokers);
  }
  return backend;
}

RecordBackend make_absent_backend(const BackendContext& context) {
  RecordBackend backend;
  backend.brokers = "none";
  backend.source = std::make_unique<IdleSource>(context.loop, backend.brokers);
  backend.producer = std::make_unique<AbsentRecordProducer>(context.loop);
  return backend;
}

RecordBackend make_memory_backend(const BackendContext& context, const Options& options) {
  assert(options.memory_source);
  MemoryTopicsOptions topics;
  topics.topics = options.kafka_topics;
  RecordBackend backend;
  backend.memory_topics = std::make_unique<MemoryTopics>(std::move(topics));
  backend.source = std::make_unique<MemorySource>(context.loop, *backend.memory_topics);
  backend.producer =
      std::make_unique<MemoryRecordProducer>(context.loop, context.clock, *backend.memory_topics);
  backend.brokers = "memory";
  return backend;
}

// The transport follows the master of the list; the bus knows the masters.
std::unique_ptr<FleetTransport> make_redis_fleet(const BackendContext& context,
                                                 const RedisBusOptions& options, RedisBus& bus) {
  const RedisFleetOptions made{.link = link_options(options),
                               .names = make_fleet_names(options.prefix, options.url.database),
                               .process = context.process_id,
                               .socket_timeout_ms = options.socket_timeout_ms};
  auto fleet = std::make_unique<RedisFleetTransport>(
      context.loop, context.clock, context.log, made,
      [&bus](const RedisEndpoint& from, std::string_view error) { bus.report_error(from, error); });
  bus.on_new_map(
      [transport = fleet.get(), slot = key_slot(made.names.members)](const SlotMap& map) {
        const uint16_t owner = map.owner_of(slot);
        if (owner != SlotMap::kNone) transport->lead_to(map.masters()[owner].endpoint);
      });
  return fleet;
}

}  // namespace

Result<RecordBackend> make_record_backend(const BackendContext& context, const Options& options) {
  if (options.memory_source) return make_memory_backend(context, options);
  if (!options.kafka_consume && options.kafka_bootstrap_servers.empty()) {
    return make_absent_backend(context);
  }
  return make_kafka_backend(context, options);
}

Result<BusBackend> make_bus_backend(const BackendContext& context, const Options& options) {
  if (auto fit = check_channels(options.redis_publish_channel, options.redis_listen_channels,
                                options.redis_prefix);
      !fit) {
    return fit.error();
  }
  BusBackend backend;
  if (options.redis_url.empty()) {
    auto in_memory = std::make_unique<MemoryBus>(context.loop, context.clock, context.log,
                                                 memory_bus_options(options));
    backend.memory_bus = in_memory.get();
    backend.bus = std::move(in_memory);
    backend.fleet =
        std::make_unique<LoneFleetTransport>(context.loop, context.clock, context.process_id);
    return backend;
  }
  auto made = redis_bus_options(options, context.log);
  if (!made) return made.error();
  backend.tls = made.value().tls;
  RedisBusOptions made_options = made.take();
  made_options.process = context.process_id;
  auto bus = std::make_unique<RedisBus>(context.loop, context.clock, context.log, made_options);
  backend.fleet = make_redis_fleet(context, made_options, *bus);
  backend.bus = std::move(bus);
  return backend;
}

}  // namespace hermod
