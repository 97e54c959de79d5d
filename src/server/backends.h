#pragma once
// Selects the implementations of the ports of records and of the bus: external systems if they are
// configured, otherwise embedded ones. Called once, when the server is built.

#include <memory>
#include <string>

#include "base/clock.h"
#include "bus/bus.h"
#include "bus/memory_bus.h"
#include "fleet/fleet_transport.h"
#include "hermod/log.h"
#include "hermod/options.h"
#include "hermod/result.h"
#include "kafka/embedded_kafka.h"
#include "redis_transport/tls_context.h"
#include "source/memory_topics.h"
#include "source/record_producer.h"
#include "source/source.h"

namespace hermod {

struct BackendContext {
  uv_loop_t* loop;
  const Clock& clock;
  Log& log;
  const std::string& process_id;  // base/process_id.h
};

// Destroyed in reverse order: the source and the producer use the embedded broker or the topics.
struct RecordBackend {
  std::unique_ptr<EmbeddedKafka> embedded_kafka;  // null: Kafka is configured, or in memory
  std::unique_ptr<MemoryTopics> memory_topics;    // null: not in memory
  std::unique_ptr<Source> source;
  std::unique_ptr<RecordProducer> producer;  // publishes test notifications
  std::unique_ptr<RecordProducer> presence;  // of presence events; null: they are off
  std::string brokers;
};

struct BusBackend {
  std::unique_ptr<Bus> bus;
  std::unique_ptr<FleetTransport> fleet;
  MemoryBus* memory_bus = nullptr;  // the same bus; null: Redis is configured
  std::shared_ptr<TlsContext> tls;  // of the bus; null: without TLS
};

// Error: kConfiguration, a property that librdkafka rejects; kInitialization, the embedded broker.
Result<RecordBackend> make_record_backend(const BackendContext& context, const Options& options);

// Error: kConfiguration, REDIS_URL or the channels.
Result<BusBackend> make_bus_backend(const BackendContext& context, const Options& options);

}  // namespace hermod
